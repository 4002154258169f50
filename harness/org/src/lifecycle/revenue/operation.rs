//! What tells the asset operations of Revenue Cloud apart, as rows.

use super::read::Role;
use crate::AssetOperation;

/// One of the operations.
#[derive(Debug)]
pub(super) struct OperationRow {
    /// The Connect resource in the table of permissions.
    pub(super) resource: &'static str,
    /// The Type of the order actions, and the header's OriginalActionType.
    pub(super) order_action: &'static str,
    /// The value of the tracker's JobType. Which one these requests have is not documented; these are the
    /// ones of the same operations in Subscription Management.
    pub(super) job_type: &'static str,
    /// The error log's Category.
    pub(super) category: &'static str,
    /// The noun in the name of a new quote.
    pub(super) noun: &'static str,
    /// The inputs of the action, with what each holds.
    pub(super) inputs: &'static [(&'static str, Role)],
    /// The outputs of the action that hold the record: the documented one, and that of the examples.
    pub(super) outputs: &'static [&'static str],
    /// The members of the Connect resource's request, with what each holds.
    pub(super) members: &'static [(&'static str, Role)],
    /// The members without which a Connect request is refused.
    pub(super) required: &'static [&'static str],
}

// Sources: Revenue Management guide, pages Initiate Renewal Action, Initiate Amendment Action, Initiate
// Cancellation Action, Asset Renewal (POST), Asset Amendment (POST), Asset Cancellation (POST).

static RENEW: OperationRow = OperationRow {
    resource: "connect-renew",
    order_action: "Renew",
    job_type: "PearRenewAssets",
    category: "InitiateRenewal",
    noun: "Renewal",
    inputs: &[
        ("rampOptionsDetails", Role::Ramp),
        ("renewAssetIds", Role::Assets),
        ("renewContractId", Role::Contract),
        ("renewEndDate", Role::End),
        ("renewOpportunityId", Role::Opportunity),
        ("renewOutputType", Role::Output),
        ("renewStartDate", Role::Start),
        ("skipPricing", Role::SkipPricing),
    ],
    outputs: &["renewRecordId"],
    members: &[
        ("assetIds", Role::Assets),
        ("contractId", Role::Contract),
        ("opportunityId", Role::Opportunity),
        ("outputRecordId", Role::Existing),
        ("outputRecordType", Role::Output),
        ("renewalEndDate", Role::End),
        ("renewalStartDate", Role::Start),
    ],
    required: &["assetIds", "outputRecordType"],
};

static AMEND: OperationRow = OperationRow {
    resource: "connect-amend",
    order_action: "Amend",
    job_type: "PearAmendQtyAssets",
    category: "InitiateAmendment",
    noun: "Amendment",
    inputs: &[
        ("amendAssetIds", Role::Assets),
        ("amendContractId", Role::Contract),
        ("amendOpportunityId", Role::Opportunity),
        ("amendOutputType", Role::Output),
        ("amendStartDate", Role::Start),
        ("quantityChange", Role::Quantity),
        ("skipPricing", Role::SkipPricing),
    ],
    outputs: &["amendRecordId", "record_id"],
    members: &[
        ("amendmentStartDate", Role::Start),
        ("assetIds", Role::Assets),
        ("contractId", Role::Contract),
        ("opportunityId", Role::Opportunity),
        ("outputRecordId", Role::Existing),
        ("outputRecordType", Role::Output),
        ("quantityChange", Role::Quantity),
    ],
    required: &["assetIds", "amendmentStartDate", "outputRecordType", "quantityChange"],
};

static CANCEL: OperationRow = OperationRow {
    resource: "connect-cancel",
    order_action: "Cancel",
    job_type: "PearCancelAssets",
    category: "InitiateCancel",
    noun: "Cancellation",
    inputs: &[
        ("cancelAssetIds", Role::Assets),
        ("cancelContractId", Role::Contract),
        ("cancelOpportunityId", Role::Opportunity),
        ("cancelOutputType", Role::Output),
        ("cancelStartDate", Role::Start),
        ("skipPricing", Role::SkipPricing),
    ],
    outputs: &["cancelRecordId", "record_id"],
    members: &[
        ("assetIds", Role::Assets),
        ("cancellationDate", Role::Start),
        ("contractId", Role::Contract),
        ("opportunityId", Role::Opportunity),
        ("outputRecordId", Role::Existing),
        ("outputRecordType", Role::Output),
    ],
    required: &["assetIds", "cancellationDate", "outputRecordType"],
};

impl AssetOperation {
    /// The row of the operation.
    pub(super) const fn row(self) -> &'static OperationRow {
        match self {
            Self::Renew => &RENEW,
            Self::Amend => &AMEND,
            Self::Cancel => &CANCEL,
        }
    }
}
