//! The permissions of operations, as rows, and the checks before a write.

use super::user_access::UserAccess;
use crate::{
    ApiError, ErrorCode, Org,
    catalog::{SObjectDef, SupportedCall},
    ctx::Ctx,
};

/// What a user needs for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationPermission {
    /// The operation.
    pub operation: &'static str,
    /// API names of permission sets of which the user needs one; empty when none is needed.
    pub any_permission_set: &'static [&'static str],
    /// The user permissions that are all needed, named as for [`UserAccess::has`].
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

/// The low-level life-cycle operations differ in their name only.
const LIFECYCLE_API: OperationPermission = OperationPermission {
    operation: "",
    any_permission_set: &[],
    user_permissions: &["ApiEnabled", "CustomerAssetLifecycleApi"],
    read: ASSET_OBJECTS,
    certainty: "documented",
    source: "Object Reference, AssetAction, special access rules",
};

/// Every operation that needs more than access to objects. Administrators are no exception: on the
/// platform, too, the permission sets have to be assigned to them.
pub static OPERATIONS: &[OperationPermission] = &[
    OperationPermission {
        operation: "initiate-renewal",
        any_permission_set: &["SubscriptionManagementSalesRep", "RevLifecycleManagementInitiateRenewalApi"],
        user_permissions: &[],
        read: ASSET_OBJECTS,
        certainty: "inferred",
        source: "Subscription Management personas; Revenue Cloud guide, InitiateRenewal API",
    },
    OperationPermission {
        operation: "initiate-amend-quantity",
        any_permission_set: &["SubscriptionManagementSalesRep", "RevLifecycleManagementInitiateAmendmentApi"],
        user_permissions: &[],
        read: ASSET_OBJECTS,
        certainty: "inferred",
        source: "Subscription Management personas; Revenue Cloud guide, InitiateAmendment API",
    },
    OperationPermission {
        operation: "initiate-cancellation",
        any_permission_set: &[
            "SubscriptionManagementSalesRep",
            "RevLifecycleManagementInitiateCancellationApi",
        ],
        user_permissions: &[],
        read: ASSET_OBJECTS,
        certainty: "inferred",
        source: "Subscription Management personas; Revenue Cloud guide, InitiateCancellation API",
    },
    OperationPermission {
        operation: "createOrUpdateAssetFromOrder",
        any_permission_set: &["RevLifecycleManagementCoreCPQAssetization"],
        user_permissions: &[],
        read: &[],
        certainty: "documented",
        source: "Revenue Cloud guide, Assetize Order",
    },
    OperationPermission {
        operation: "createOrUpdateAssetFromOrderItem",
        any_permission_set: &["RevLifecycleManagementCoreCPQAssetization"],
        user_permissions: &[],
        read: &[],
        certainty: "documented",
        source: "Revenue Cloud guide, Assetize Order",
    },
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

/// What a call does to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteKind {
    /// It creates one.
    Create,
    /// It changes one.
    Update,
    /// It deletes one, or brings one back.
    Delete,
}

impl OperationPermission {
    /// Whether the user lacks nothing.
    fn is_met(&self, org: &Org, access: &UserAccess) -> bool {
        let sets = self.any_permission_set;
        let reads = |name: &&str| org.catalog.find_any(name).is_some_and(|def| access.object(def.index).read);
        (sets.is_empty() || sets.iter().any(|name| access.has_permission_set(name)))
            && self.user_permissions.iter().all(|name| access.has(name))
            && self.read.iter().all(reads)
    }
}

impl Org {
    /// Checks that the user may perform an operation of [`OPERATIONS`].
    ///
    /// # Errors
    ///
    /// `INSUFFICIENT_ACCESS` when anything is lacking; `MOCKORG_NOT_MODELLED` for operations without row.
    pub(crate) fn require_operation(&self, ctx: &Ctx, operation: &str) -> Result<(), ApiError> {
        let row = OPERATIONS.iter().find(|row| row.operation == operation);
        let row = row.ok_or_else(|| ApiError::not_modelled(format_args!("the operation {operation}")))?;
        if row.is_met(self, &ctx.access) {
            return Ok(());
        }
        Err(ApiError::resource(
            ErrorCode::InsufficientAccess,
            "You do not have the level of access necessary to perform the operation you requested. Please \
             contact the owner of the record or your administrator if access is necessary.",
        ))
    }

    /// Checks that the object supports a write and that the user may do it.
    ///
    /// # Errors
    ///
    /// `CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY` when nobody may, `INSUFFICIENT_ACCESS_OR_READONLY` when
    /// this user may not. (The platform uses both codes for either; which one is a choice.)
    pub(crate) fn check_write(
        &self,
        ctx: &Ctx,
        object: &SObjectDef,
        kind: WriteKind,
    ) -> Result<(), ApiError> {
        let own = ctx.access.object(object.index);
        let (call, done, allowed) = match kind {
            WriteKind::Create => (SupportedCall::Create, "inserted", own.create),
            WriteKind::Update => (SupportedCall::Update, "updated", own.edit),
            WriteKind::Delete => (SupportedCall::Delete, "deleted", own.delete),
        };
        if !object.supports(call) {
            return Err(ApiError::dml::<&str>(
                ErrorCode::CannotInsertUpdateActivateEntity,
                format!("entity type cannot be {done}: {}", object.label),
                [],
            ));
        }
        if !allowed {
            return Err(ApiError::dml::<&str>(
                ErrorCode::InsufficientAccessOrReadonly,
                "insufficient access rights on object id",
                [],
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::test_org::TestOrg;

    fn refusal(test: &mut TestOrg, operation: &str) -> Option<ErrorCode> {
        let ctx = test.ctx();
        test.org.require_operation(&ctx, operation).err().map(|error| error.code)
    }

    #[test]
    fn a_renewal_needs_a_permission_set_and_read_on_all_four_asset_objects() {
        let mut test = TestOrg::new();
        assert_eq!(refusal(&mut test, "initiate-renewal"), Some(ErrorCode::InsufficientAccess));
        test.assign("SubscriptionManagementSalesRep", &["PermissionsCustomerAssetLifecycleApi"]);
        for object in ASSET_OBJECTS {
            assert_eq!(
                refusal(&mut test, "initiate-renewal"),
                Some(ErrorCode::InsufficientAccess),
                "{object}"
            );
            test.permit(object, &["PermissionsRead"]);
        }
        assert_eq!(refusal(&mut test, "initiate-renewal"), None);
    }

    #[test]
    fn viewing_all_data_counts_as_reading_but_no_data_permission_replaces_the_permission_set() {
        let mut test = TestOrg::new();
        test.assign("Owners", &["PermissionsModifyAllData", "PermissionsCustomizeApplication"]);
        assert_eq!(refusal(&mut test, "initiate-renewal"), Some(ErrorCode::InsufficientAccess));
        test.assign("RevLifecycleManagementInitiateRenewalApi", &["PermissionsCustomerAssetLifecycleApi"]);
        assert_eq!(refusal(&mut test, "initiate-renewal"), None);
        assert_eq!(refusal(&mut test, "createOrUpdateAssetFromOrder"), Some(ErrorCode::InsufficientAccess));
    }

    #[test]
    fn the_low_level_operations_need_their_user_permission() {
        let mut test = TestOrg::new();
        test.assign("Owners", &["PermissionsViewAllData"]);
        assert_eq!(refusal(&mut test, "generate"), Some(ErrorCode::InsufficientAccess));
        test.assign("Lifecycle", &["PermissionsCustomerAssetLifecycleApi"]);
        for operation in ["generate", "change", "cancel"] {
            assert_eq!(refusal(&mut test, operation), None, "{operation}");
        }
    }

    #[test]
    fn an_operation_without_row_is_never_allowed() {
        let mut test = TestOrg::new();
        assert_eq!(refusal(&mut test, "initiate-nothing"), Some(ErrorCode::NotModelled));
    }

    #[test]
    fn a_write_is_refused_for_the_object_first_and_for_the_user_second() {
        let mut test = TestOrg::new();
        test.permit("Asset", &["PermissionsCreate"]);
        let ctx = test.ctx();
        let check = |object: &str, kind| {
            let def = test.org.catalog.find_any(object).unwrap();
            test.org.check_write(&ctx, def, kind).err().map(|error| error.to_string())
        };
        let nobody = |done| {
            Some(format!("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: entity type cannot be {done}: Asset Action"))
        };
        assert_eq!(check("AssetAction", WriteKind::Create), nobody("inserted"));
        assert_eq!(check("AssetAction", WriteKind::Update), nobody("updated"));
        assert_eq!(check("AssetAction", WriteKind::Delete), nobody("deleted"));
        let not_you =
            Some("INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id".to_owned());
        assert_eq!(check("Asset", WriteKind::Create), None);
        assert_eq!(check("Asset", WriteKind::Update), not_you);
        assert_eq!(check("Asset", WriteKind::Delete), not_you);
    }
}
