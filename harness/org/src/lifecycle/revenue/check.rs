//! What a request must fulfil before anything is written: its plans, and the records that they go onto.

use std::collections::BTreeSet;

use super::request::AssetOperationRequest;
use crate::{
    ApiError, AssetOperation, ErrorCode, Org, RecordId, RecordView, Value,
    ctx::Ctx,
    lifecycle::{
        assetize::refuse, generation::Generation::RevenueCloud, order_plan::OrderPlan,
        renewal_plan::RenewalTerms, sales_document::SalesDocument,
    },
};

impl Org {
    /// Plans what happens to the assets of a request. They go onto one record, so that they need one
    /// account and one price book.
    ///
    /// Source: Revenue Management guide, page Asset Cancellation (POST), for the price book of cancellations.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it.
    pub(super) fn plan_request(
        &self,
        ctx: &Ctx,
        request: &AssetOperationRequest,
    ) -> Result<Vec<OrderPlan>, ApiError> {
        let mut claimed: BTreeSet<RecordId> = BTreeSet::new();
        let mut plans: Vec<OrderPlan> = Vec::with_capacity(request.assets.len());
        for asset in &request.assets {
            let plan = self.plan_asset(ctx, request, *asset)?.claim(&mut claimed)?;
            if plans.first().is_some_and(|first| first.account != plan.account) {
                let message = "All assets of a request must belong to the same account.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            if plans.first().is_some_and(|first| first.price_book != plan.price_book) {
                let message = "All assets of a request must belong to the same price book.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            plans.push(plan);
        }
        Ok(plans)
    }

    fn plan_asset(
        &self,
        ctx: &Ctx,
        request: &AssetOperationRequest,
        asset: RecordId,
    ) -> Result<OrderPlan, ApiError> {
        let start = || {
            let missing = || refuse(ErrorCode::RequiredFieldMissing, "Specify a start date, and try again.");
            request.start.ok_or_else(missing)
        };
        match request.operation {
            AssetOperation::Renew => {
                let AssetOperationRequest { start, end, contract, .. } = *request;
                self.plan_renewal(ctx, asset, RenewalTerms { start, end, contract })
            }
            AssetOperation::Amend => {
                self.plan_amendment(ctx, asset, (start()?, request.quantity), RevenueCloud)
            }
            AssetOperation::Cancel => self.plan_cancellation(ctx, asset, start()?, RevenueCloud),
        }
    }

    /// The values of the header that come from the request's contract and opportunity.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when either is of another account.
    pub(super) fn synced_records(
        &self,
        request: &AssetOperationRequest,
        account: RecordId,
    ) -> Result<Vec<(&'static str, Value)>, ApiError> {
        let mut values = Vec::new();
        for (field, record, noun) in [
            ("ContractId", request.contract, "contract"),
            ("OpportunityId", request.opportunity, "opportunity"),
        ] {
            let Some(row) = record.and_then(|id| self.store.live(id)) else { continue };
            if row.get("AccountId").as_id() != Some(account) {
                let message = format!("The {noun} must belong to the account of the assets.");
                return Err(refuse(ErrorCode::InvalidInput, &message));
            }
            // An order has no opportunity.
            values.push((field, row.id().into()));
        }
        Ok(values)
    }

    /// What changes in the header of a user's record when lines are added to it.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` when it is no draft, `INVALID_INPUT` when it is of another account or price book, or
    /// when its contract or opportunity is another one than the request's.
    pub(super) fn extended_record(
        &self,
        document: &SalesDocument,
        record: RecordId,
        plan: &OrderPlan,
        synced: &[(&'static str, Value)],
    ) -> Result<Vec<(&'static str, Value)>, ApiError> {
        let row = self.store.live(record).ok_or_else(ApiError::not_found)?;
        let noun = document.header.to_lowercase();
        if row.get("Status").as_text() != Some("Draft") {
            let message = format!("The {noun} isn't a draft.");
            return Err(refuse(ErrorCode::InvalidStatus, &message));
        }
        if self.account_of(document, row) != Some(plan.account) {
            let message = format!("The {noun} must belong to the account of the assets.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        let mut changed: Vec<(&'static str, Value)> = Vec::new();
        for (field, value) in synced.iter().cloned().chain([("Pricebook2Id", plan.price_book.into())]) {
            if row.object.slot(field).is_none() || row.get(field) == value {
                continue;
            }
            if !row.get(field).is_null() {
                let message =
                    format!("The {noun} has another value of {field} than the assets and the request.");
                return Err(refuse(ErrorCode::InvalidInput, &message));
            }
            changed.push((field, value));
        }
        Ok(changed)
    }

    /// Whose order or quote it is. A quote has the account of its opportunity, or else its own.
    fn account_of(&self, document: &SalesDocument, row: RecordView<'_>) -> Option<RecordId> {
        row.get("AccountId").as_id().or_else(|| row.get(document.name("AccountId")).as_id())
    }
}
