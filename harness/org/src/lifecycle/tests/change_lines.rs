//! Change lines as clients write them: an order with one order action and one line, from draft to asset.

use super::support::{Fields, Lab, id, number, text};
use crate::RecordId;

/// What a client writes on one line.
pub(super) struct ChangeLine<'a> {
    /// Type and Subtype of the order action.
    pub(super) kind: (&'a str, &'a str),
    pub(super) asset: RecordId,
    pub(super) account: &'a str,
    pub(super) product: &'a str,
    pub(super) quantity: &'a str,
    pub(super) price: &'a str,
    pub(super) start: &'a str,
    /// The last day; empty for products that are not sold for a term.
    pub(super) end: &'a str,
    pub(super) more: Fields<'a>,
}

impl<'a> ChangeLine<'a> {
    /// A line for licenses of Aurora Robotics at 10 a month until the end of 2022.
    pub(super) fn new(kind: (&'a str, &'a str), asset: RecordId, quantity: &'a str, start: &'a str) -> Self {
        Self {
            kind,
            asset,
            account: "Aurora Robotics",
            product: "Team License",
            quantity,
            price: "10",
            start,
            end: "2022-12-31",
            more: Vec::new(),
        }
    }
}

impl Lab {
    /// Writes a change line and activates its order.
    pub(super) fn write_change(&mut self, change: ChangeLine<'_>) -> (RecordId, RecordId) {
        let (order, line) = self.draft_change(change);
        self.activate(order);
        (order, line)
    }

    /// Writes a change line on a draft order; gives order and line.
    pub(super) fn draft_change(&mut self, change: ChangeLine<'_>) -> (RecordId, RecordId) {
        let order = self.draft_order(change.start).0;
        let account = self.named("Account", change.account);
        self.update(order, vec![("AccountId", id(account))]).unwrap();
        let mut action = vec![("OrderId", id(order)), ("Type", text(change.kind.0))];
        if !change.kind.1.is_empty() {
            action.push(("Subtype", text(change.kind.1)));
        }
        action.push(("SourceAssetId", id(change.asset)));
        self.use_version(67);
        let action = self.create("OrderAction", action);
        let mut fields: Fields<'_> = vec![
            ("Quantity", number(change.quantity)),
            ("UnitPrice", number(change.price)),
            ("ServiceDate", text(change.start)),
        ];
        if !change.end.is_empty() {
            fields.push(("EndDate", text(change.end)));
        }
        fields.extend(change.more);
        let line = self.add_line((order, action), change.product, fields);
        (order, line)
    }

    /// Turns an order with one line into its asset; gives that, or the code of the failure.
    pub(super) fn assetize_one(&mut self, order: RecordId) -> Result<RecordId, String> {
        self.invoke(order).unwrap();
        self.org.advance(self.now);
        let event = self.last_event("CreateAssetOrderEvent");
        let names = ["AssetId", "ErrorCode"];
        match &self.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &names)[..] {
            [entry] => entry[0].as_id().ok_or_else(|| entry[1].as_text().unwrap_or("none").to_owned()),
            other => panic!("one line: {other:?}"),
        }
    }

    /// A change line from the client's draft to the asset.
    pub(super) fn change_by_line(&mut self, change: ChangeLine<'_>) -> Result<RecordId, String> {
        let order = self.write_change(change).0;
        self.assetize_one(order)
    }

    /// The last action of an asset: Type, CategoryEnum, Subtype.
    pub(super) fn last_kind(&mut self, asset: RecordId) -> [String; 3] {
        let action = *self.actions(asset).last().unwrap();
        ["Type", "CategoryEnum", "Subtype"].map(|field| self.text(action, field))
    }

    /// The last action of an asset: QuantityChange, MrrChange, Amount.
    pub(super) fn last_changes(&mut self, asset: RecordId) -> [String; 3] {
        let action = *self.actions(asset).last().unwrap();
        ["QuantityChange", "MrrChange", "Amount"]
            .map(|field| self.number(action, field).normalize().to_string())
    }
}

/// A period from day to day, as [`Lab::periods`] shows it.
pub(super) fn period(start: &str, end: &str, quantity: &str, mrr: &str) -> [String; 4] {
    [
        format!("{start}T00:00:00.000+0000"),
        format!("{end}T23:59:59.000+0000"),
        quantity.to_owned(),
        mrr.to_owned(),
    ]
}
