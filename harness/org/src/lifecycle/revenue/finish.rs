//! The job behind a placed quote or order: its prices are confirmed, and an event tells the end.

use super::run::PlacedRecord;
use crate::{
    ApiError, ErrorCode, Org, Value,
    ctx::Ctx,
    jobs::{Failure, Job},
    lifecycle::{assetize::refuse, order::REVENUE_LIFECYCLE, sales_document::QUOTE},
};

impl Org {
    /// Ends the calculation of a placed record.
    ///
    /// # Errors
    ///
    /// A failure when the record has been deleted since.
    pub(crate) fn calculate_placed(&mut self, ctx: &Ctx, placed: &PlacedRecord) -> Result<(), Failure> {
        let failure = |error: ApiError| Failure { primary: placed.record, related: None, error };
        if self.store.live(placed.record).is_none() {
            return Err(failure(refuse(ErrorCode::EntityIsDeleted, "entity is deleted")));
        }
        if let Some(error) = self.injected_failure(placed.job_type, &[placed.record]) {
            return Err(failure(error));
        }
        let values: Vec<(&str, Value)> = if placed.skip_pricing {
            vec![("CalculationStatus", Value::text("CompletedWithoutPricing"))]
        } else {
            vec![
                ("CalculationStatus", Value::text("CompletedWithPricing")),
                ("LastPricedDate", ctx.now.floor_second().into()),
            ]
        };
        self.system_update(ctx, placed.record, values).map_err(failure)
    }

    /// Publishes the end of a request: its identifier is the id of its tracker.
    ///
    /// Source: Revenue Management guide, pages QuoteSaveEvent and PlaceOrderCompletedEvent. That requests
    /// for assets end with them is inferred.
    pub(crate) fn publish_placed(&mut self, ctx: &Ctx, job: &Job, placed: &PlacedRecord, has_errors: bool) {
        let is_quote = self.catalog.object_of(placed.record).is_some_and(|def| *def.name == *QUOTE.header);
        let mut values = vec![
            ("RequestIdentifier", Value::text(job.tracker.tracker.to_string())),
            ("HasErrors", Value::Bool(has_errors)),
        ];
        if is_quote {
            values.push(("QuoteId", placed.record.into()));
            self.publish(ctx, "QuoteSaveEvent", values);
        } else {
            values.push(("OrderId", placed.record.into()));
            values.push(("AppUsageTypes", Value::text(REVENUE_LIFECYCLE)));
            self.publish(ctx, "PlaceOrderCompletedEvent", values);
        }
    }
}
