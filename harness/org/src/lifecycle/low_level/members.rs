//! The members that bodies of the low-level API have, as rows.

/// A member with a single value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// Its name in the body.
    pub(super) name: &'static str,
    /// The field that holds it.
    pub(super) field: &'static str,
    pub(super) required: bool,
}

const fn required(name: &'static str, field: &'static str) -> Member {
    Member { name, field, required: true }
}

const fn optional(name: &'static str, field: &'static str) -> Member {
    Member { name, field, required: false }
}

/// What generate says about the new asset.
pub(super) const ASSET: &[Member] = &[
    required("accountId", "AccountId"),
    required("assetName", "Name"),
    required("productId", "Product2Id"),
    required("currencyIsoCode", "CurrencyIsoCode"),
];

/// The asset in the body of change and cancel; the guide lists it and leaves it out of its examples, as the
/// path names the asset already.
pub(super) const SAME_ASSET: &[Member] = &[optional("assetId", "Id")];

/// One AssetStatePeriod.
pub(super) const PERIOD: &[Member] = &[
    required("startDate", "StartDate"),
    optional("endDate", "EndDate"),
    required("quantity", "Quantity"),
    required("mrr", "Mrr"),
    required("amount", "Amount"),
];

/// The AssetAction.
pub(super) const ACTION: &[Member] = &[
    required("category", "CategoryEnum"),
    required("actionDate", "ActionDate"),
    required("quantityChange", "QuantityChange"),
    required("mrrChange", "MrrChange"),
    required("amount", "Amount"),
];

/// One AssetActionSource.
pub(super) const SOURCE: &[Member] = &[
    optional("transactionDate", "TransactionDate"),
    optional("startDate", "StartDate"),
    optional("endDate", "EndDate"),
    optional("quantity", "Quantity"),
    optional("productAmount", "ProductAmount"),
    optional("adjustmentAmount", "AdjustmentAmount"),
    optional("estimatedTax", "EstimatedTax"),
    optional("actualTax", "ActualTax"),
    optional("referenceEntityItem", "ReferenceEntityItemId"),
    optional("externalReference", "ExternalReference"),
    optional("externalReferenceDataSource", "ExternalReferenceDataSource"),
];

/// How many periods a call may bring.
pub(super) const MOST_PERIODS: usize = 10;

/// How many sources an action may have.
pub(super) const MOST_SOURCES: usize = 10;

/// How many periods a call may delete.
pub(super) const MOST_DELETED: usize = 4;

/// The calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Generate,
    Change,
    Cancel,
}

impl Operation {
    /// The row of the operation's permissions.
    pub(super) const fn permission(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Change => "change",
            Self::Cancel => "cancel",
        }
    }

    /// The value of AssetAction.Type.
    pub(super) const fn action_type(self) -> &'static str {
        match self {
            Self::Generate => "Generate",
            Self::Change => "Change",
            Self::Cancel => "Cancel",
        }
    }

    /// The members with single values.
    pub(super) const fn own_members(self) -> &'static [Member] {
        match self {
            Self::Generate => ASSET,
            Self::Change | Self::Cancel => SAME_ASSET,
        }
    }

    /// The member with the periods: a list, but for cancel, which takes one.
    pub(super) const fn periods_member(self) -> &'static str {
        match self {
            Self::Generate | Self::Change => "assetStatePeriods",
            Self::Cancel => "assetStatePeriod",
        }
    }
}
