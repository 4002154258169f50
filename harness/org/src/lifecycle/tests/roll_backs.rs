//! Roll-backs: what a draft takes back, and what may not be taken back.

use super::support::{Fields, Lab, dec, id, lab, text};
use crate::{Input, RecordId};

fn roll_back<'a>(assets: &[RecordId], output: &str) -> Fields<'a> {
    let ids = assets.iter().copied().map(id).collect();
    vec![("assetIds", Input::Array(ids)), ("outputType", text(output))]
}

impl Lab {
    /// Drafts a roll-back and fulfils it; gives its order.
    fn rolled_back(&mut self, assets: &[RecordId]) -> RecordId {
        let answer = self.answered("initiateRollBackLastAction", roll_back(assets, "Order"));
        self.org.advance(self.now);
        self.fulfil(answer[0]);
        answer[0]
    }
}

#[test]
fn a_rolled_back_amendment_restores_periods_and_money() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let before = lab.periods(asset);
    lab.amend_assets(&[asset], "2022-09-01T00:00:00Z", "5");
    let amended = *lab.actions(asset).last().unwrap();
    let order = lab.rolled_back(&[asset]);
    assert_eq!(lab.text(order, "OriginalActionType"), "Amend");
    let line = lab.only("OrderItem", "OrderId", order);
    assert_eq!(lab.number(line, "Quantity"), dec("-5"));
    assert_eq!(lab.number(line, "TotalPrice"), dec("-200"));
    let action: RecordId = lab.text(line, "OrderActionId").parse().unwrap();
    assert_eq!((&*lab.text(action, "Type"), &*lab.text(action, "Subtype")), ("Amend", "Rollback"));
    assert_eq!(lab.periods(asset), before);
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1200"));
    let last = *lab.actions(asset).last().unwrap();
    assert_eq!(lab.text(last, "Subtype"), "Rollback");
    assert_eq!(lab.text(last, "CategoryEnum"), "Upsells");
    assert_eq!(lab.text(last, "RolledbackAssetAction"), amended.to_string());
    assert_eq!(lab.number(last, "QuantityChange"), dec("-5"));
    assert_eq!(lab.number(last, "Amount"), dec("-200"));
    assert_eq!(lab.number(last, "TotalUpsellsAmount"), dec("0"));
}

#[test]
fn a_rolled_back_renewal_takes_its_year_away_again() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    lab.set_term(asset, "12", "Months");
    lab.renew(&[asset]);
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-12-31T23:59:59.000+0000");
    let order = lab.rolled_back(&[asset]);
    let line = lab.only("OrderItem", "OrderId", order);
    assert_eq!(lab.number(line, "Quantity"), dec("-10"));
    assert_eq!(lab.number(line, "TotalPrice"), dec("-1200"));
    assert_eq!(lab.text(line, "ServiceDate"), "2023-01-01");
    assert_eq!(lab.text(line, "EndDate"), "2023-12-31");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-12-31T23:59:59.000+0000");
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1200"));
    // What was rolled back can be done again.
    lab.renew(&[asset]);
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("2400"));
}

#[test]
fn a_rolled_back_reduction_gives_the_same_units_back_for_the_same_money() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let before = lab.periods(asset);
    lab.amend_assets(&[asset], "2022-09-01T00:00:00Z", "-4");
    let order = lab.rolled_back(&[asset]);
    let line = lab.only("OrderItem", "OrderId", order);
    assert_eq!(lab.number(line, "Quantity"), dec("4"));
    assert_eq!(lab.number(line, "TotalPrice"), dec("160"));
    let part = lab.only("OrderItemDetail", "OrderItemId", line);
    assert_eq!((lab.number(part, "Quantity"), lab.number(part, "TotalPrice")), (dec("4"), dec("160")));
    assert_eq!(lab.periods(asset), before);
}

#[test]
fn a_roll_back_can_be_shown_on_a_quote_first() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01T00:00:00Z", "5");
    let quote = lab.answered("initiateRollBackLastAction", roll_back(&[asset], "Quote"))[0];
    lab.org.advance(lab.now);
    assert_eq!(lab.text(quote, "Name"), "Aurora Robotics Rollback");
    assert_eq!(lab.number(quote, "GrandTotal"), dec("-200"));
    let line = lab.only("QuoteLineItem", "QuoteId", quote);
    assert_eq!(lab.number(line, "Quantity"), dec("-5"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1400"), "a quote changes nothing");
}

#[test]
fn only_future_amendments_and_renewals_are_rolled_back_and_only_as_a_whole() {
    let mut lab = lab();
    lab.use_version(65);
    let (asset, other) = (lab.sell_licenses(), lab.sell_licenses());
    let ask = |lab: &mut Lab, assets: &[RecordId]| {
        lab.refused_action("initiateRollBackLastAction", roll_back(assets, "Order"))
    };
    assert_eq!(ask(&mut lab, &[asset]), "INVALID_INPUT: Only amendments and renewals can be rolled back.");
    lab.amend_assets(&[asset, other], "2022-02-01T00:00:00Z", "1");
    assert_eq!(
        ask(&mut lab, &[asset]),
        "INVALID_INPUT: A transaction can't be rolled back in part. Specify all assets that it changed."
    );
    lab.answered("initiateRollBackLastAction", roll_back(&[asset, other], "Order"));
    lab.move_to("2022-02-01T00:00:00Z");
    assert!(
        ask(&mut lab, &[asset, other]).starts_with("INVALID_INPUT: The last action of the asset has started")
    );
    lab.cancel_assets(&[other], "2022-03-01T00:00:00Z");
    assert!(ask(&mut lab, &[other]).starts_with("INVALID_STATUS: "));
    for (given, wanted) in [
        (("outputType", text("Invoice")), "INVALID_INPUT: Specify either Quote or Order for outputType"),
        (
            ("assetIds", Input::Array(vec![text("nonsense")])),
            "INVALID_INPUT: Specify a list of valid asset IDs",
        ),
        (("assetIds", text("nonsense")), "INVALID_INPUT: Specify a list of valid asset IDs"),
        (("assetIds", Input::Array(Vec::new())), "REQUIRED_FIELD_MISSING: "),
    ] {
        let mut fields = roll_back(&[asset], "Order");
        fields.retain(|(name, _)| *name != given.0);
        fields.push(given);
        let refused = lab.refused_action("initiateRollBackLastAction", fields);
        assert!(refused.starts_with(wanted), "{refused}");
    }
}

#[test]
fn a_bundle_is_rolled_back_as_a_whole() {
    let mut lab = lab();
    lab.use_version(65);
    let root = lab.named("Asset", "Workspace Bundle");
    let members: Vec<RecordId> = lab
        .with("AssetRelationship", "AssetId", root)
        .into_iter()
        .map(|id| lab.text(id, "RelatedAssetId").parse().unwrap())
        .chain([root])
        .collect();
    let before: Vec<_> =
        members.iter().map(|asset| (lab.periods(*asset), lab.text(*asset, "TotalLifecycleAmount"))).collect();
    lab.renew(&[root]);
    let component = lab.refused_action("initiateRollBackLastAction", roll_back(&members[..1], "Order"));
    assert!(component.starts_with("INVALID_INPUT: "), "{component}");
    let order = lab.rolled_back(&[root]);
    assert_eq!(lab.with("OrderItemRelationship", "OrderId", order).len(), 3);
    let after: Vec<_> =
        members.iter().map(|asset| (lab.periods(*asset), lab.text(*asset, "TotalLifecycleAmount"))).collect();
    assert_eq!(after, before);
}

#[test]
fn a_draft_takes_back_only_what_it_was_written_for() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01T00:00:00Z", "5");
    let order = lab.answered("initiateRollBackLastAction", roll_back(&[asset], "Order"))[0];
    lab.org.advance(lab.now);
    lab.amend_assets(&[asset], "2022-11-01T00:00:00Z", "5");
    let before = lab.periods(asset);
    lab.update(order, vec![("ShippingCity", text("Austin"))]).unwrap();
    lab.activate(order);
    assert_eq!(lab.assetize_one(order), Err("INVALID_INPUT".into()));
    assert_eq!(lab.periods(asset), before);
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1500"));
}
