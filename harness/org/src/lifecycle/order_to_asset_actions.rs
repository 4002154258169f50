//! The two actions that begin order to asset: for a whole order, and for lines that are named.

use std::collections::BTreeSet;

use super::{actions::action_error, order_to_asset::OrderLine};
use crate::{
    ActionOutcome, ErrorCode, FieldInput, Input, Org, RecordId, RecordView, Value, ctx::Ctx, jobs::Task,
};

/// `createOrUpdateAssetFromOrder`: assets for all lines of an order.
pub(super) fn create_or_update_asset_from_order(
    org: &mut Org,
    ctx: &Ctx,
    input: &[FieldInput],
) -> ActionOutcome {
    let order = given(input, "orderId").and_then(|id| org.named(ctx, "Order", id)).map(|order| order.id());
    match order {
        Some(order) => begin(org, ctx, Task::AssetizeOrder(order)),
        None => refused("Specify a valid order ID for orderId, and try again."),
    }
}

/// `createOrUpdateAssetFromOrderItem`: assets for the lines that are named, and for no others. They may be
/// lines of several orders. A line that is named twice is one line.
pub(super) fn create_or_update_asset_from_order_item(
    org: &mut Org,
    ctx: &Ctx,
    input: &[FieldInput],
) -> ActionOutcome {
    let Some(Input::Array(ids)) = given(input, "orderItemIds") else {
        return refused("Specify a list of order item IDs for orderItemIds, and try again.");
    };
    let mut lines: Vec<OrderLine> = Vec::with_capacity(ids.len());
    let mut seen = BTreeSet::new();
    for id in ids {
        let line = org.named(ctx, "OrderItem", id);
        let Some((line, order)) = line.and_then(|line| Some((line.id(), line.get("OrderId").as_id()?)))
        else {
            return refused("Specify valid order item IDs for orderItemIds, and try again.");
        };
        if seen.insert(line) {
            lines.push(OrderLine { order, line });
        }
    }
    begin(org, ctx, Task::AssetizeLines(lines))
}

/// The value of an input; of one that is given twice the last.
pub(super) fn given<'a>(input: &'a [FieldInput], name: &str) -> Option<&'a Input> {
    input.iter().rfind(|field| &*field.name == name).map(|field| &field.value)
}

fn begin(org: &mut Org, ctx: &Ctx, task: Task) -> ActionOutcome {
    let job = org.submit_job(ctx, task).map_err(|error| vec![error])?;
    Ok(vec![("requestId".into(), Value::text(&*job.request_identifier).into())])
}

/// A refusal of the whole input.
pub(super) fn refused(message: &str) -> ActionOutcome {
    Err(vec![action_error(ErrorCode::InvalidInput, message)])
}

impl Org {
    /// The assets that a list names, each once; `None` when an entry is no asset that the user can read.
    pub(super) fn named_assets(&self, ctx: &Ctx, items: &[Input]) -> Option<Vec<RecordId>> {
        let mut seen = BTreeSet::new();
        let mut assets = Vec::with_capacity(items.len());
        for item in items {
            let asset = self.named(ctx, "Asset", item)?.id();
            if seen.insert(asset) {
                assets.push(asset);
            }
        }
        Some(assets)
    }

    /// The live record of this object that an input names and the user can read.
    pub(super) fn named(&self, ctx: &Ctx, object: &str, input: &Input) -> Option<RecordView<'_>> {
        let Input::Text(text) = input else { return None };
        let id: RecordId = text.parse().ok()?;
        self.store
            .live(id)
            .filter(|row| &*row.object.name == object && ctx.access.object(row.object.index).read)
    }
}
