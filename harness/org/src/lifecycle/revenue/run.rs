//! Carrying out a request: all of its assets on one draft quote or order, or nothing at all.

use super::request::AssetOperationRequest;
use crate::{
    ApiError, Org, RecordId, Value,
    ctx::Ctx,
    image::Known,
    jobs::Task,
    lifecycle::{
        draft::{Draft, WrittenDraft},
        order::REVENUE_LIFECYCLE,
        order_plan::OrderPlan,
        sales_document::{QUOTE, SalesDocument},
    },
};

/// An order or quote that an operation wrote, and whose prices are still to be confirmed by a job.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct PlacedRecord {
    /// The order or quote.
    pub(crate) record: RecordId,
    /// The value of the tracker's JobType.
    #[serde(with = "crate::image::known")]
    pub(crate) job_type: Known,
    /// The error log's Category.
    #[serde(with = "crate::image::known")]
    pub(crate) category: Known,
    /// How many assets the request was about.
    pub(crate) items: usize,
    /// Whether the prices stay unconfirmed.
    pub(crate) skip_pricing: bool,
}

/// What a request has led to.
#[derive(Clone, Copy, Debug)]
pub(in crate::lifecycle) struct Initiated {
    /// The order or quote.
    pub(in crate::lifecycle) record: RecordId,
    /// The tracker of the job that ends the request; its id identifies the request.
    pub(in crate::lifecycle) tracker: RecordId,
}

impl Org {
    /// Writes the draft of a request and starts the job behind it.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it; then nothing is written.
    pub(super) fn initiate_operation(
        &mut self,
        ctx: &Ctx,
        request: &AssetOperationRequest,
    ) -> Result<Initiated, ApiError> {
        let savepoint = self.store.savepoint();
        let written = self.write_operation(ctx, request);
        if written.is_err() {
            self.store.rollback(savepoint);
        }
        written
    }

    fn write_operation(&mut self, ctx: &Ctx, request: &AssetOperationRequest) -> Result<Initiated, ApiError> {
        let row = request.operation.row();
        let plans = self.plan_request(ctx, request)?;
        let plans: Vec<&OrderPlan> = plans.iter().collect();
        let first = *plans.first().ok_or_else(ApiError::not_found)?;
        let mut header = self.synced_records(request, first.account)?;
        match request.existing {
            Some(record) => {
                let mut changed = self.extended_record(request.output, record, first, &header)?;
                changed.push(("CalculationStatus", Value::text("NotStarted")));
                self.system_update(ctx, record, changed)?;
                header.clear();
            }
            None => {
                header.extend(self.new_header(request.output, row.noun, first.account));
            }
        }
        let draft = Draft {
            document: request.output,
            action: row.order_action,
            plans: &plans,
            header,
            existing: request.existing,
        };
        let WrittenDraft { record, .. } = self.write_draft(ctx, &draft)?;
        self.place_record(
            ctx,
            PlacedRecord {
                record,
                job_type: row.job_type,
                category: row.category,
                items: request.assets.len(),
                skip_pricing: request.skip_pricing,
            },
        )
    }

    /// The values of a new draft's header that do not follow from its plans. Its prices are confirmed by
    /// the job.
    pub(super) fn new_header(
        &self,
        document: &SalesDocument,
        noun: &str,
        account: RecordId,
    ) -> Vec<(&'static str, Value)> {
        let mut values =
            vec![("CalculationStatus", Value::text("NotStarted")), ("LastPricedDate", Value::Null)];
        if document.header == QUOTE.header {
            // A quote needs a name; the platform's own is not documented.
            let account = self.store.live(account);
            let name = account.and_then(|account| account.get("Name").as_text()).unwrap_or_default();
            values.push(("Name", Value::text(format!("{name} {noun}"))));
        }
        values
    }

    /// Marks a draft as one of revenue life-cycle management, and starts the job that confirms its prices.
    ///
    /// # Errors
    ///
    /// `INSUFFICIENT_ACCESS` for users who may not create such records themselves; those of saving the mark
    /// and the tracker.
    pub(in crate::lifecycle) fn place_record(
        &mut self,
        ctx: &Ctx,
        placed: PlacedRecord,
    ) -> Result<Initiated, ApiError> {
        let record = placed.record;
        let object = self.catalog.object_of(record).ok_or_else(ApiError::not_found)?;
        if !ctx.access.object(object.index).create {
            return Err(ApiError::no_access());
        }
        if self.settings.initiated_records_marked && !self.is_lifecycle_record(record) {
            let mark = vec![("AppUsageType", Value::text(REVENUE_LIFECYCLE)), ("RecordId", record.into())];
            self.system_create(ctx, "AppUsageAssignment", mark)?;
        }
        let job = self.submit_job(ctx, Task::Place(placed))?;
        Ok(Initiated { record, tracker: job.tracker.tracker })
    }
}
