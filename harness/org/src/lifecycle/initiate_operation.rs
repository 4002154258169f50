//! The operations of Subscription Management that start from assets: what tells them apart, as rows.

use rust_decimal::Decimal;

use crate::{InitiateOperation, RecordId, Timestamp};

/// One of the operations.
#[derive(Debug)]
pub(crate) struct OperationRow {
    /// The last segment of the resource, and the name in the table of permissions.
    pub(crate) name: &'static str,
    /// The first version with the resource.
    pub(super) since: u8,
    /// The members of the request, each of them required.
    pub(super) members: &'static [(&'static str, MemberKind)],
    /// The value of the trackers' JobType.
    pub(crate) job_type: &'static str,
    /// The error log's Category.
    pub(crate) category: &'static str,
    /// The Type of the order actions, and the order's OriginalActionType.
    pub(super) action: &'static str,
    /// The event that tells the end.
    pub(crate) event: &'static str,
    /// The event's field with the order's id.
    pub(super) record_field: &'static str,
    /// The event's list of errors, and what its entries are.
    pub(super) errors: (&'static str, &'static str),
}

/// What a member of a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberKind {
    /// The object around the list of ids.
    AssetIds,
    /// The moment from which the change holds.
    Moment,
    /// A signed number.
    Number,
    /// What is to be made; there are orders only.
    Output,
}

static RENEWAL: OperationRow = OperationRow {
    name: "initiate-renewal",
    since: 55,
    members: &[("assetIds", MemberKind::AssetIds)],
    job_type: "PearRenewAssets",
    category: "InitiateRenewal",
    action: "Renew",
    event: "AssetRenewInitiatedEvent",
    record_field: "RenewalRecordId",
    errors: ("AssetRenewErrorDetailEvents", "AssetRenewErrorDtlEvent"),
};

static AMEND_QUANTITY: OperationRow = OperationRow {
    name: "initiate-amend-quantity",
    since: 56,
    members: &[
        ("assetIds", MemberKind::AssetIds),
        ("startDate", MemberKind::Moment),
        ("quantityChange", MemberKind::Number),
        ("amendmentOutputType", MemberKind::Output),
    ],
    job_type: "PearAmendQtyAssets",
    category: "InitiateAmendment",
    action: "Amend",
    event: "AssetAmendInitiatedEvent",
    record_field: "AmendmentRecordId",
    errors: ("AssetAmendErrorDetailEvents", "AssetAmendErrorDtlEvent"),
};

static CANCELLATION: OperationRow = OperationRow {
    name: "initiate-cancellation",
    since: 55,
    members: &[
        ("assetIds", MemberKind::AssetIds),
        ("cancellationDate", MemberKind::Moment),
        ("cancellationOutputType", MemberKind::Output),
    ],
    job_type: "PearCancelAssets",
    category: "InitiateCancel",
    action: "Cancel",
    event: "AssetCancelInitiatedEvent",
    record_field: "CancellationRecordId",
    errors: ("AssetCancelErrorDetailEvents", "AssetCancelErrorDtlEvent"),
};

impl InitiateOperation {
    /// The row of the operation.
    pub(super) const fn row(self) -> &'static OperationRow {
        match self {
            Self::Renewal => &RENEWAL,
            Self::AmendQuantity => &AMEND_QUANTITY,
            Self::Cancellation => &CANCELLATION,
        }
    }
}

/// An accepted request to change assets.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct AssetRequest {
    /// The assets, each once.
    pub(crate) assets: Vec<RecordId>,
    /// What is to happen to each.
    pub(crate) change: RequestedChange,
}

/// What is to happen to each asset of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum RequestedChange {
    /// It goes on for another term.
    Renewal,
    /// Its quantity changes by `quantity` from `start` on.
    Quantity {
        /// From when the new quantity holds.
        start: Timestamp,
        /// The signed change.
        quantity: Decimal,
    },
    /// It ends before this moment.
    Cancellation(Timestamp),
}

impl AssetRequest {
    /// The row of the operation that was asked for.
    pub(crate) const fn operation(&self) -> &'static OperationRow {
        match self.change {
            RequestedChange::Renewal => InitiateOperation::Renewal.row(),
            RequestedChange::Quantity { .. } => InitiateOperation::AmendQuantity.row(),
            RequestedChange::Cancellation(_) => InitiateOperation::Cancellation.row(),
        }
    }
}
