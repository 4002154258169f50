//! Transfers: two drafts, two activations, and what both assets hold afterwards.

use super::support::{Fields, Lab, at, body, dec, id, lab, number, text};
use crate::{ActionOutcome, ActionValue, Call, Input, RecordId, Reply, Value};

impl Lab {
    /// Invokes an action with one input.
    pub(super) fn one_input(&mut self, name: &str, fields: Fields<'_>) -> ActionOutcome {
        let call = Call::InvokeAction { name: name.into(), inputs: vec![body(fields)] };
        match self.call(call).unwrap() {
            Reply::Invoked { outcomes, .. } => outcomes.into_iter().next().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// The ids that an action answers, in their order.
    pub(super) fn answered(&mut self, name: &str, fields: Fields<'_>) -> Vec<RecordId> {
        let outputs = self.one_input(name, fields).unwrap_or_else(|errors| panic!("{errors:?}"));
        let id = |value| match value {
            ActionValue::One(Value::Id(id)) => id,
            other => panic!("{other:?}"),
        };
        outputs.into_iter().map(|(_, value)| id(value)).collect()
    }

    /// The code and text of the only error with which an action fails.
    pub(super) fn refused_action(&mut self, name: &str, fields: Fields<'_>) -> String {
        let errors = self.one_input(name, fields).unwrap_err();
        let [error] = &errors[..] else { panic!("{errors:?}") };
        error.to_string()
    }

    /// Activates an order whose lines become assets by that alone.
    pub(super) fn fulfil(&mut self, order: RecordId) {
        self.activate(order);
        self.org.advance(self.now);
    }
}

/// The account that receives.
pub(super) const CEDAR: &str = "Cedar & Pine Studio";

/// The inputs of a transfer to the other account.
pub(super) fn transfer<'a>(lab: &Lab, assets: &[(RecordId, &str)], date: &str, output: &str) -> Fields<'a> {
    let record = |(asset, quantity): &(RecordId, &str)| {
        Input::Object(body(vec![("assetId", id(*asset)), ("transferQuantity", number(quantity))]))
    };
    vec![
        ("transferRecords", Input::Array(assets.iter().map(record).collect())),
        ("targetAccountId", id(lab.named("Account", CEDAR))),
        ("transferDate", text(date)),
        ("outputRecordType", text(output)),
    ]
}

#[test]
fn units_and_money_of_a_transfer_add_up_on_both_sides() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let fields = transfer(&lab, &[(asset, "4")], "2022-07-01T00:00:00.000Z", "Order");
    let answer = lab.answered("initiateTransfer", fields);
    let [source, target, tracker] = answer[..] else { panic!("{answer:?}") };
    lab.org.advance(lab.now);
    assert_eq!(lab.text(tracker, "Status"), "Completed");
    assert_eq!(lab.text(tracker, "ReferenceEntityId"), source.to_string());
    for (order, account, other) in [(source, "Aurora Robotics", target), (target, CEDAR, source)] {
        assert_eq!(lab.text(order, "AccountId"), lab.named("Account", account).to_string());
        assert_eq!(lab.text(order, "Status"), "Draft");
        assert_eq!(lab.text(order, "OriginalActionType"), "Transfer");
        assert_eq!(lab.text(order, "RelatedOrderId"), other.to_string());
        assert_eq!(lab.text(order, "RelatedOrderType"), "TransferOrder");
        assert_eq!(lab.text(order, "EffectiveDate"), "2022-07-01");
    }
    let (out, into) = (lab.only("OrderItem", "OrderId", source), lab.only("OrderItem", "OrderId", target));
    for (line, kind, subtype, quantity, total) in
        [(out, "Amend", "TransferFrom", "-4", "-240"), (into, "Add", "TransferTo", "4", "240")]
    {
        let action: RecordId = lab.text(line, "OrderActionId").parse().unwrap();
        assert_eq!(lab.text(action, "Type"), kind);
        assert_eq!(lab.text(action, "Subtype"), subtype);
        assert_eq!(lab.text(action, "SourceAssetId"), asset.to_string());
        assert_eq!(lab.number(line, "Quantity"), dec(quantity));
        assert_eq!(lab.number(line, "TotalPrice"), dec(total));
        assert_eq!(lab.text(line, "ServiceDate"), "2022-07-01");
        assert_eq!(lab.text(line, "EndDate"), "2022-12-31");
    }
    lab.fulfil(source);
    lab.fulfil(target);
    let gained = lab.asset_of(into);
    assert_ne!(gained, asset);
    assert_eq!(lab.text(gained, "AccountId"), lab.named("Account", CEDAR).to_string());
    assert_eq!(
        lab.periods(asset),
        [
            ["2022-01-01T00:00:00.000+0000", "2022-06-30T23:59:59.000+0000", "10", "100"],
            ["2022-07-01T00:00:00.000+0000", "2022-12-31T23:59:59.000+0000", "6", "60"],
        ]
    );
    assert_eq!(
        lab.periods(gained),
        [["2022-07-01T00:00:00.000+0000", "2022-12-31T23:59:59.000+0000", "4", "40"]]
    );
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("960"));
    assert_eq!(lab.number(gained, "TotalLifecycleAmount"), dec("240"));
    let (last, first) = (*lab.actions(asset).last().unwrap(), lab.actions(gained)[0]);
    for (action, kind, sign) in [(last, "Change", "-1"), (first, "Generate", "1")] {
        assert_eq!(lab.text(action, "Type"), kind);
        assert_eq!(lab.text(action, "CategoryEnum"), "Transfers");
        assert_eq!(lab.number(action, "QuantityChange"), dec("4") * dec(sign));
        assert_eq!(lab.number(action, "MrrChange"), dec("40") * dec(sign));
        assert_eq!(lab.number(action, "Amount"), dec("240") * dec(sign));
    }
}

#[test]
fn units_of_several_prices_arrive_for_what_they_left_for() {
    let mut lab = lab();
    lab.use_version(65);
    let terms =
        [("Quantity", "10"), ("UnitPrice", "8"), ("ServiceDate", "2022-01-01"), ("EndDate", "2022-12-31")];
    let asset = lab.sell("Team License", terms.map(|(name, value)| (name, text(value))).to_vec());
    lab.update(asset, vec![("QuantityIncreasePricingType", text("ListPrice"))]).unwrap();
    lab.amend_assets(&[asset], "2022-03-01T00:00:00Z", "2");
    let fields = transfer(&lab, &[(asset, "3")], "2022-05-01T00:00:00.000Z", "Order");
    let answer = lab.answered("initiateTransfer", fields);
    let (out, into) =
        (lab.only("OrderItem", "OrderId", answer[0]), lab.only("OrderItem", "OrderId", answer[1]));
    let (gone, come) = (lab.number(out, "TotalPrice"), lab.number(into, "TotalPrice"));
    // The two newest cost the list price.
    assert_eq!((gone, come), (dec("-224"), dec("224")));
    lab.fulfil(answer[0]);
    lab.fulfil(answer[1]);
    let gained = lab.asset_of(into);
    assert_eq!(lab.number(gained, "TotalLifecycleAmount"), come);
    let actions = [*lab.actions(asset).last().unwrap(), lab.actions(gained)[0]];
    let mrr: Vec<_> = actions.into_iter().map(|action| lab.number(action, "MrrChange")).collect();
    assert_eq!(mrr[0] + mrr[1], dec("0"));
    lab.now = at("2022-06-01T00:00:00Z");
    lab.log_in("admin@mockorg.example");
    assert_eq!(lab.number(asset, "CurrentQuantity") + lab.number(gained, "CurrentQuantity"), dec("12"));
}

#[test]
fn a_transfer_can_be_offered_by_two_quotes() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let mut fields = transfer(&lab, &[(asset, "10")], "2022-07-01T00:00:00.000Z", "quote");
    fields.push(("shouldSkipPricing", Input::Bool(true)));
    let answer = lab.answered("initiateTransfer", fields);
    lab.org.advance(lab.now);
    for (quote, other, account, quantity, kind, total) in [
        (answer[0], answer[1], "Aurora Robotics", "-10", "Amend", "-600"),
        (answer[1], answer[0], CEDAR, "10", "Add", "600"),
    ] {
        assert_eq!(lab.text(quote, "QuoteAccountId"), lab.named("Account", account).to_string());
        assert_eq!(lab.text(quote, "Name"), format!("{account} Transfer"));
        assert_eq!(lab.text(quote, "OriginalActionType"), "Transfer");
        assert_eq!(lab.text(quote, "RelatedQuoteId"), other.to_string());
        assert_eq!(lab.text(quote, "RelatedQuoteType"), "TransferQuote");
        assert_eq!(lab.text(quote, "CalculationStatus"), "CompletedWithoutPricing");
        assert_eq!(lab.number(quote, "TotalPrice"), dec(total));
        assert_eq!(lab.number(quote, "GrandTotal"), dec(total));
        let line = lab.only("QuoteLineItem", "QuoteId", quote);
        assert_eq!(lab.number(line, "Quantity"), dec(quantity));
        assert_eq!(lab.text(line, "Product2Id"), lab.text(asset, "Product2Id"));
        assert_eq!(lab.text(line, "StartDate"), "2022-07-01");
        let action: RecordId = lab.text(line, "QuoteActionId").parse().unwrap();
        assert_eq!(lab.text(action, "Type"), kind);
    }
    // An offer blocks nothing.
    lab.amend_assets(&[asset], "2022-02-01T00:00:00Z", "1");
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1310"));
}

#[test]
fn a_bundle_moves_with_all_of_its_components() {
    let mut lab = lab();
    lab.use_version(65);
    let root = lab.named("Asset", "Workspace Bundle");
    let fields = transfer(&lab, &[(root, "1")], "2022-02-01", "Order");
    let answer = lab.answered("initiateTransfer", fields);
    let [source, target, _] = answer[..] else { panic!("{answer:?}") };
    for order in [source, target] {
        assert_eq!(lab.with("OrderItem", "OrderId", order).len(), 4);
        assert_eq!(lab.with("OrderItemRelationship", "OrderId", order).len(), 3);
    }
    assert_eq!(lab.number(source, "TotalAmount") + lab.number(target, "TotalAmount"), dec("0"));
    lab.fulfil(source);
    lab.fulfil(target);
    let moved: Vec<RecordId> =
        lab.with("OrderItem", "OrderId", target).into_iter().map(|line| lab.asset_of(line)).collect();
    assert_eq!(lab.with("AssetRelationship", "AssetId", moved[0]).len(), 3);
    for asset in moved {
        assert_eq!(lab.text(asset, "AccountId"), lab.named("Account", CEDAR).to_string());
        let name = lab.text(asset, "Name");
        let product: RecordId = lab.text(asset, "Product2Id").parse().unwrap();
        let of_harbor = lab.named("Account", "Blue Harbor Logistics");
        let left = lab.with("Asset", "Product2Id", product);
        let left = left
            .into_iter()
            .find(|id| lab.org.record(*id).unwrap().get("AccountId").as_id() == Some(of_harbor));
        let [gone, come] = [left.unwrap(), asset].map(|asset| *lab.actions(asset).last().unwrap());
        for field in ["QuantityChange", "MrrChange", "Amount"] {
            assert_eq!(lab.number(gone, field) + lab.number(come, field), dec("0"), "{name} {field}");
        }
    }
}

#[test]
fn assets_without_an_end_move_like_any_other() {
    for (product, amount) in [("Usage Monitoring", "25"), ("Onboarding Workshop", "1500")] {
        let mut lab = lab();
        lab.use_version(65);
        let asset = lab.sell(product, vec![("Quantity", number("3"))]);
        let fields = transfer(&lab, &[(asset, "1")], "2022-02-01", "Order");
        let answer = lab.answered("initiateTransfer", fields);
        lab.fulfil(answer[0]);
        lab.fulfil(answer[1]);
        let into = lab.only("OrderItem", "OrderId", answer[1]);
        let gained = lab.asset_of(into);
        assert_eq!(lab.number(gained, "TotalLifecycleAmount"), dec(amount), "{product}");
        assert_eq!(lab.text(gained, "LifecycleEndDate"), "null");
        assert_eq!(lab.periods(gained)[0][2], "1");
        assert_eq!(lab.periods(asset).last().unwrap()[2], "2");
    }
}
