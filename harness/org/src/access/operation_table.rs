//! The permissions of operations, as rows.

/// What a user needs for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationPermission {
    /// The operation.
    pub operation: &'static str,
    /// API names of permission sets of which the user needs one; empty when none is needed.
    pub any_permission_set: &'static [&'static str],
    /// The user permissions that are all needed, named as for [`UserAccess::has`](super::UserAccess::has).
    pub user_permissions: &'static [&'static str],
    /// The objects that the user must be able to read.
    pub read: &'static [&'static str],
    /// How sure the row is: `documented` or `inferred`.
    pub certainty: &'static str,
    /// Where it is documented, or from what it is inferred.
    pub source: &'static str,
}

/// The objects of the asset life cycle that its operations read.
pub(super) const ASSET_OBJECTS: &[&str] = &["Asset", "AssetAction", "AssetActionSource", "AssetStatePeriod"];

/// The persona that sells, which Subscription Management ships as a group of permission sets.
const SALES_REP: &str = "SubscriptionManagementSalesRep";
const RENEWAL_API: &str = "RevLifecycleManagementInitiateRenewalApi";
const AMENDMENT_API: &str = "RevLifecycleManagementInitiateAmendmentApi";
const CANCELLATION_API: &str = "RevLifecycleManagementInitiateCancellationApi";

/// Where the requests of Subscription Management differ from each other: name and permission sets.
const SUBSCRIPTION: OperationPermission = OperationPermission {
    operation: "",
    any_permission_set: &[],
    user_permissions: &[],
    read: ASSET_OBJECTS,
    certainty: "inferred",
    source: "names of the permission sets of Subscription Management and Revenue Cloud",
};

/// Order to asset, for whole orders and for single lines.
const ASSETIZATION: OperationPermission = OperationPermission {
    operation: "",
    any_permission_set: &[
        "RevLifecycleManagementCoreCPQAssetization",
        "SubscriptionManagementOrderToAssetApi",
    ],
    user_permissions: &[],
    read: &[],
    certainty: "documented",
    source: "Revenue Cloud guide, Assetize Order; the set of Subscription Management by its name",
};

/// The low-level life-cycle operations differ in their name only.
const LIFECYCLE_API: OperationPermission = OperationPermission {
    operation: "",
    any_permission_set: &[],
    user_permissions: &["ApiEnabled", "CustomerAssetLifecycleApi"],
    read: ASSET_OBJECTS,
    certainty: "documented",
    source: "Object Reference, AssetAction, special access rules",
};

/// The asset actions of Revenue Cloud, each by the permission set of its own.
const RENEWAL: OperationPermission = OperationPermission {
    operation: "",
    any_permission_set: &[RENEWAL_API],
    user_permissions: &[],
    read: &["Asset"],
    certainty: "documented",
    source: "Revenue Management guide, page Asset Renewal (POST), special access rules",
};
const AMENDMENT: OperationPermission = OperationPermission {
    any_permission_set: &[AMENDMENT_API],
    source: "Revenue Management guide, page Asset Amendment (POST), special access rules",
    ..RENEWAL
};
const CANCELLATION: OperationPermission = OperationPermission {
    any_permission_set: &[CANCELLATION_API],
    source: "Revenue Management guide, page Asset Cancellation (POST), special access rules",
    ..RENEWAL
};

/// Transfers, roll-backs and the swap family are kinds of amendments.
const KIND_OF_AMENDMENT: OperationPermission = OperationPermission {
    certainty: "inferred",
    source: "Salesforce Help, transfers, roll-backs and swaps among the amendments",
    ..AMENDMENT
};

/// Every operation that needs more than access to objects. Administrators are no exception: on the
/// platform, too, the permission sets have to be assigned to them.
pub static OPERATIONS: &[OperationPermission] = &[
    OperationPermission {
        operation: "initiate-renewal",
        any_permission_set: &[SALES_REP, "SubscriptionManagementInitiateRenewalApi", RENEWAL_API],
        ..SUBSCRIPTION
    },
    OperationPermission {
        operation: "initiate-amend-quantity",
        any_permission_set: &[
            SALES_REP,
            "SubscriptionManagementInitiateAmendQuantityIncrease",
            AMENDMENT_API,
        ],
        ..SUBSCRIPTION
    },
    OperationPermission {
        operation: "initiate-cancellation",
        any_permission_set: &[SALES_REP, "SubscriptionManagementInitiateCancellationApi", CANCELLATION_API],
        ..SUBSCRIPTION
    },
    OperationPermission { operation: "createOrUpdateAssetFromOrder", ..ASSETIZATION },
    OperationPermission { operation: "createOrUpdateAssetFromOrderItem", ..ASSETIZATION },
    OperationPermission {
        operation: "getRenewableAssetsSummary",
        any_permission_set: &[],
        user_permissions: &[],
        read: &["Order", "OrderItem", "Asset"],
        certainty: "inferred",
        source: "Revenue Management guide, page Get Renewable Assets Summary Action, names no permission",
    },
    OperationPermission { operation: "initiateRenewal", ..RENEWAL },
    OperationPermission { operation: "initiateAmendment", ..AMENDMENT },
    OperationPermission { operation: "initiateCancellation", ..CANCELLATION },
    OperationPermission { operation: "initiateRollBackLastAction", ..KIND_OF_AMENDMENT },
    OperationPermission { operation: "initiateTransfer", ..KIND_OF_AMENDMENT },
    OperationPermission { operation: "connect-renew", ..RENEWAL },
    OperationPermission { operation: "connect-amend", ..AMENDMENT },
    OperationPermission { operation: "connect-cancel", ..CANCELLATION },
    OperationPermission { operation: "swap", ..KIND_OF_AMENDMENT },
    OperationPermission { operation: "upgrade", ..KIND_OF_AMENDMENT },
    OperationPermission { operation: "downgrade", ..KIND_OF_AMENDMENT },
    OperationPermission { operation: "generate", ..LIFECYCLE_API },
    OperationPermission { operation: "change", ..LIFECYCLE_API },
    OperationPermission { operation: "cancel", ..LIFECYCLE_API },
    OperationPermission {
        operation: "limits",
        any_permission_set: &[],
        user_permissions: &["ViewSetup"],
        read: &[],
        certainty: "documented",
        source: "REST API guide, Limits",
    },
];
