//! `initiateTransfer`: units of assets go to another account, by a draft quote or order for either side.
//!
//! Source: Revenue Management guide, page Initiate Transfer Action.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{
    inputs::{self, Inputs},
    run::PlacedRecord,
    transfer_plan::{TransferRequest, tie},
};
use crate::{
    ActionOutcome, ApiError, ErrorCode, FieldInput, Input, Org, RecordId, Value,
    ctx::Ctx,
    lifecycle::{
        actions::action_error, draft::Draft, initiate_body::parse_number, order_plan::OrderPlan,
        sales_document::SalesDocument,
    },
};

/// What the header is called, and its OriginalActionType.
const ACTION: &str = "Transfer";

/// What the records are, and what their headers say.
struct Transfer {
    plan: TransferRequest,
    output: &'static SalesDocument,
    contract: Option<RecordId>,
    skip_pricing: bool,
}

/// Performs the action: both sides are written, or neither.
pub(in crate::lifecycle) fn initiate_transfer(
    org: &mut Org,
    ctx: &Ctx,
    input: &[FieldInput],
) -> ActionOutcome {
    let transfer = read(org, ctx, Inputs(input))
        .map_err(|message| vec![action_error(ErrorCode::InvalidInput, message)])?;
    org.transfer(ctx, &transfer).map(inputs::outputs).map_err(|error| vec![error])
}

fn read(org: &Org, ctx: &Ctx, input: Inputs<'_>) -> Result<Transfer, String> {
    let records = transfer_records(org, ctx, input)?;
    let target = input.record(org, ctx, "targetAccountId", "Account")?.ok_or("Specify a target account.")?;
    let start = input.moment("transferDate")?;
    let output = input.output("outputRecordType")?;
    let contract = input.record(org, ctx, "targetContractId", "Contract")?;
    let is_of_target = |contract: RecordId| {
        org.store.live(contract).and_then(|row| row.get("AccountId").as_id()) == Some(target)
    };
    if contract.is_some_and(|contract| !is_of_target(contract)) {
        return Err(
            "Specify a contract of the target account for targetContractId, and try again.".to_owned()
        );
    }
    let skip_pricing = input.flag("shouldSkipPricing")?;
    Ok(Transfer { plan: TransferRequest { records, target, start }, output, contract, skip_pricing })
}

/// The assets with their quantities.
fn transfer_records(org: &Org, ctx: &Ctx, input: Inputs<'_>) -> Result<Vec<(RecordId, Decimal)>, String> {
    const WANTED: &str = "Specify a list of assetId and transferQuantity for transferRecords, and try again.";
    let Some(Input::Array(items)) = input.given("transferRecords") else { return Err(WANTED.to_owned()) };
    let mut records: Vec<(RecordId, Decimal)> = Vec::with_capacity(items.len());
    let mut seen = BTreeSet::new();
    for item in items {
        let Input::Object(members) = item else { return Err(WANTED.to_owned()) };
        let known = |member: &FieldInput| ["assetId", "transferQuantity"].contains(&&*member.name);
        if let Some(unknown) = members.iter().find(|member| !known(member)) {
            return Err(format!("Unknown member of transferRecords: {}", unknown.name));
        }
        let record = Inputs(members);
        let asset = record.record(org, ctx, "assetId", "Asset")?;
        let asset = asset.ok_or("Specify a valid asset ID for assetId, and try again.")?;
        if !seen.insert(asset) {
            return Err("An asset can be part of a transfer once.".to_owned());
        }
        let quantity = record.given("transferQuantity").and_then(parse_number);
        records.push((asset, quantity.ok_or("Specify a number for transferQuantity, and try again.")?));
    }
    Ok(records)
}

impl Org {
    fn transfer(&mut self, ctx: &Ctx, transfer: &Transfer) -> Result<Vec<(&'static str, Value)>, ApiError> {
        let plan = self.plan_transfer(ctx, &transfer.plan)?;
        let source = self.write_side(ctx, transfer, &plan.source, Vec::new())?;
        let mut header = tie(source);
        header.push(("ContractId", transfer.contract.into()));
        let earlier = plan.source.first().and_then(|plan| plan.earlier_order);
        let currency =
            earlier.and_then(|order| self.store.live(order)).map(|order| order.get("CurrencyIsoCode"));
        header.extend(currency.map(|currency| ("CurrencyIsoCode", currency.to_value())));
        let target = self.write_side(ctx, transfer, &plan.target, header)?;
        self.system_update(ctx, source, tie(target))?;
        let tracker = self.place_record(ctx, transfer.placed(source))?.tracker;
        self.place_record(ctx, transfer.placed(target))?;
        Ok(vec![
            ("assetTransferSourceId", source.into()),
            ("assetTransferTargetId", target.into()),
            ("requestIdentifier", tracker.into()),
        ])
    }

    /// Writes the quote or order of one side.
    fn write_side(
        &mut self,
        ctx: &Ctx,
        transfer: &Transfer,
        plans: &[OrderPlan],
        mut header: Vec<(&'static str, Value)>,
    ) -> Result<RecordId, ApiError> {
        let plans: Vec<&OrderPlan> = plans.iter().collect();
        let document = transfer.output;
        if let Some(plan) = plans.first() {
            header.extend(self.new_header(document, ACTION, plan.account));
        }
        let draft = Draft { document, action: ACTION, plans: &plans, header, existing: None };
        self.write_draft(ctx, &draft).map(|written| written.record)
    }
}

impl Transfer {
    /// The job behind a side.
    fn placed(&self, record: RecordId) -> PlacedRecord {
        PlacedRecord {
            record,
            job_type: inputs::JOB_TYPE,
            category: inputs::CATEGORY,
            items: self.plan.records.len(),
            skip_pricing: self.skip_pricing,
        }
    }
}
