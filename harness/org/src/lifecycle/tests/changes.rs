//! Amendments and cancellations as tests ask for them, and what tests look at afterwards.

use super::support::{Fields, Lab, body, dec, id, number, text};
use crate::{InitiateOperation, Input, RecordId};

/// The member of a request that names assets.
pub(super) fn asset_ids(assets: &[RecordId]) -> Input {
    let ids = Input::Array(assets.iter().copied().map(id).collect());
    Input::Object(body(vec![("assetIdArray", ids)]))
}

impl Lab {
    /// Changes the quantity of assets to the end; gives the tracker's id.
    pub(super) fn amend_assets(&mut self, assets: &[RecordId], start: &str, quantity: &str) -> RecordId {
        let fields = vec![
            ("assetIds", asset_ids(assets)),
            ("startDate", text(start)),
            ("quantityChange", number(quantity)),
            ("amendmentOutputType", text("order")),
        ];
        self.run(InitiateOperation::AmendQuantity, fields)
    }

    /// Cancels assets to the end; gives the tracker's id.
    pub(super) fn cancel_assets(&mut self, assets: &[RecordId], date: &str) -> RecordId {
        let fields = vec![
            ("assetIds", asset_ids(assets)),
            ("cancellationDate", text(date)),
            ("cancellationOutputType", text("Order")),
        ];
        self.run(InitiateOperation::Cancellation, fields)
    }

    fn run(&mut self, operation: InitiateOperation, fields: Fields<'_>) -> RecordId {
        let reply = self.initiate(operation, body(fields)).unwrap();
        assert_eq!(reply.errors, []);
        self.org.advance(self.now);
        reply.tracker.unwrap().2
    }

    /// The periods of an asset by their start: start, end, quantity, revenue, as text.
    pub(super) fn periods(&mut self, asset: RecordId) -> Vec<[String; 4]> {
        let mut periods: Vec<[String; 4]> = self
            .with("AssetStatePeriod", "AssetId", asset)
            .into_iter()
            .map(|id| {
                let (start, end) = (self.text(id, "StartDate"), self.text(id, "EndDate"));
                let (quantity, mrr) = (self.number(id, "Quantity"), self.number(id, "Mrr"));
                [start, end, quantity.normalize().to_string(), mrr.normalize().to_string()]
            })
            .collect();
        periods.sort();
        periods
    }

    /// The order that the last event of this name names.
    pub(super) fn order_in(&self, event: &str, field: &str) -> RecordId {
        let event = self.last_event(event);
        self.event_value(&event, field).as_text().expect("an order").parse().unwrap()
    }

    /// The line of an order for an asset.
    pub(super) fn line_for(&self, order: RecordId, asset: RecordId) -> RecordId {
        let of_order =
            |action: &RecordId| self.org.record(*action).unwrap().get("OrderId").as_id() == Some(order);
        let action = self.with("OrderAction", "SourceAssetId", asset).into_iter().find(of_order).unwrap();
        self.only("OrderItem", "OrderActionId", action)
    }

    pub(super) fn check_numbers(&mut self, id: RecordId, expected: &[(&str, &str)]) {
        for (field, value) in expected {
            assert_eq!(self.number(id, field), dec(value), "{field}");
        }
    }
}
