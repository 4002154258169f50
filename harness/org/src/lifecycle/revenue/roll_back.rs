//! `initiateRollBackLastAction`: a draft quote or order that takes back what last happened to assets.
//!
//! Source: Revenue Management guide, page Initiate Rollback on Last Action.

use super::{
    inputs::{self, Inputs},
    run::PlacedRecord,
};
use crate::{
    ActionOutcome, ApiError, ErrorCode, FieldInput, Org, RecordId, Value,
    ctx::Ctx,
    lifecycle::{actions::action_error, draft::Draft, order_plan::OrderPlan, sales_document::SalesDocument},
};

/// Performs the action: one record takes back everything, or nothing is written.
pub(in crate::lifecycle) fn initiate_roll_back_last_action(
    org: &mut Org,
    ctx: &Ctx,
    input: &[FieldInput],
) -> ActionOutcome {
    let read = |input: Inputs<'_>| Ok((input.assets(org, ctx, "assetIds")?, input.output("outputType")?));
    let (assets, document) = read(Inputs(input))
        .map_err(|message: String| vec![action_error(ErrorCode::InvalidInput, message)])?;
    org.roll_back(ctx, &assets, document).map(inputs::outputs).map_err(|error| vec![error])
}

impl Org {
    fn roll_back(
        &mut self,
        ctx: &Ctx,
        assets: &[RecordId],
        document: &'static SalesDocument,
    ) -> Result<Vec<(&'static str, Value)>, ApiError> {
        let plans = self.plan_roll_back(ctx, assets)?;
        let plans: Vec<&OrderPlan> = plans.iter().collect();
        let account = plans.first().map(|plan| plan.account).ok_or_else(ApiError::not_found)?;
        let header = self.new_header(document, "Rollback", account);
        let draft = Draft { document, action: "Amend", plans: &plans, header, existing: None };
        let record = self.write_draft(ctx, &draft)?.record;
        let placed = PlacedRecord {
            record,
            job_type: inputs::JOB_TYPE,
            category: inputs::CATEGORY,
            items: assets.len(),
            skip_pricing: false,
        };
        self.place_record(ctx, placed)?;
        Ok(vec![("recordId", record.into())])
    }
}
