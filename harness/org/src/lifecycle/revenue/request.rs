//! A request to renew, amend or cancel assets, however it came.

use rust_decimal::Decimal;

use crate::{
    AssetOperation, RecordId, Timestamp,
    lifecycle::sales_document::{ORDER, SalesDocument},
};

/// What is to happen to which assets, and on which record it is to be shown.
#[derive(Clone, Debug)]
pub(super) struct AssetOperationRequest {
    pub(super) operation: AssetOperation,
    /// The assets, each once.
    pub(super) assets: Vec<RecordId>,
    /// What is made: a quote or an order.
    pub(super) output: &'static SalesDocument,
    /// From when the change holds. Renewals need none.
    pub(super) start: Option<Timestamp>,
    /// Until when a renewal runs.
    pub(super) end: Option<Timestamp>,
    /// The change of the quantity, of amendments.
    pub(super) quantity: Decimal,
    pub(super) contract: Option<RecordId>,
    pub(super) opportunity: Option<RecordId>,
    /// The quote or order that the lines are added to.
    pub(super) existing: Option<RecordId>,
    pub(super) skip_pricing: bool,
}

impl AssetOperationRequest {
    /// A request that says nothing yet.
    pub(super) fn new(operation: AssetOperation) -> Self {
        Self {
            operation,
            assets: Vec::new(),
            output: &ORDER,
            start: None,
            end: None,
            quantity: Decimal::ZERO,
            contract: None,
            opportunity: None,
            existing: None,
            skip_pricing: false,
        }
    }
}
