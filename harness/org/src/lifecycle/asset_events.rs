//! CreateAssetOrderEvent: what became of the lines of an order, in one event or in several.

use std::{collections::BTreeMap, sync::Arc};

use super::order_to_asset::AssetDetail;
use crate::{Org, RecordId, Value, catalog::SObjectDef, ctx::Ctx, jobs::Job, org::event_slots};

impl Org {
    /// Publishes what became of each line. An event is about one order, so each order has its own, and a long
    /// order has several. The last one of the whole request is marked; it is the only one that is.
    pub(crate) fn publish_assets(
        &mut self,
        ctx: &Ctx,
        job: &Job,
        orders: &[RecordId],
        details: &[AssetDetail],
    ) {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any("CreateAssetOrderDtlEvent") else { return };
        let size = self.settings.asset_event_batch.get();
        let mut by_order: BTreeMap<RecordId, Vec<Box<[Value]>>> = BTreeMap::new();
        for detail in details {
            by_order.entry(detail.line.order).or_default().push(entry(def, detail));
        }
        let mut events: Vec<(RecordId, Vec<Box<[Value]>>)> = Vec::new();
        for order in orders {
            let mut entries = by_order.remove(order).unwrap_or_default().into_iter().peekable();
            // An order without a line to tell of is reported, too: its request is over.
            loop {
                events.push((*order, entries.by_ref().take(size).collect()));
                if entries.peek().is_none() {
                    break;
                }
            }
        }
        let count = events.len();
        for (index, (order, entries)) in events.into_iter().enumerate() {
            self.publish(
                ctx,
                "CreateAssetOrderEvent",
                vec![
                    ("AssetDetails", Value::Nested(entries.into())),
                    ("IsLastEvent", Value::Bool(index + 1 == count)),
                    ("OrderIdentifier", Value::text(order.to_string())),
                    ("RequestIdentifier", Value::text(&*job.request_identifier)),
                ],
            );
        }
    }
}

/// One line of an event.
fn entry(def: &SObjectDef, detail: &AssetDetail) -> Box<[Value]> {
    let error = detail.outcome.as_ref().err();
    let text = error.and_then(|error| error.message.as_deref()).unwrap_or_default();
    event_slots(
        def,
        vec![
            ("OrderItemId", detail.line.line.into()),
            ("AssetId", detail.outcome.as_ref().ok().copied().into()),
            ("IsSuccess", Value::Bool(detail.outcome.is_ok())),
            ("ErrorCode", error.map_or(Value::Null, |error| Value::text(error.code.as_str()))),
            ("ErrorMessage", Value::text(text)),
        ],
    )
}
