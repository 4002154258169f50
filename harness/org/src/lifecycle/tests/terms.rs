//! Amendment lines of quantity 0: a new end, a new price, other fields, another start.

use super::{
    change_lines::{ChangeLine, period},
    support::{Lab, dec, lab, number, text},
};
use crate::{FieldAmendmentCategory, RecordId};

/// An amendment line of quantity 0.
fn amend<'a>(asset: RecordId, start: &'a str, end: &'a str, price: &'a str) -> ChangeLine<'a> {
    ChangeLine { end, price, ..ChangeLine::new(("Amend", ""), asset, "0", start) }
}

fn total_of_line(lab: &mut Lab, asset: RecordId) -> rust_decimal::Decimal {
    let action = *lab.actions(asset).last().unwrap();
    let source = lab.only("AssetActionSource", "AssetActionId", action);
    let line = lab.get(source, "ReferenceEntityItemId").as_id().unwrap();
    lab.number(line, "TotalPrice")
}

#[test]
fn a_longer_term_is_an_upsell_of_the_time_that_is_added() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    assert_eq!(lab.change_by_line(amend(asset, "2022-06-01", "2023-03-31", "10")), Ok(asset));
    assert_eq!(lab.periods(asset), [period("2022-01-01", "2023-03-31", "10", "100")]);
    assert_eq!(lab.last_kind(asset), ["Change", "Upsells", "null"]);
    assert_eq!(lab.last_changes(asset), ["0", "0", "300"]);
    assert_eq!(total_of_line(&mut lab, asset), dec("300"), "the line has the amount of the action");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-03-31T23:59:59.000+0000");
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "1500")]);
}

#[test]
fn a_shorter_term_is_a_downsell_of_what_each_unit_cost() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let more = ChangeLine { price: "16", ..ChangeLine::new(("Amend", ""), asset, "5", "2022-07-01") };
    assert_eq!(lab.change_by_line(more), Ok(asset));
    assert_eq!(lab.change_by_line(amend(asset, "2022-08-01", "2022-10-31", "16")), Ok(asset));
    // Two months of ten units at 10 and five at 16.
    assert_eq!(lab.last_changes(asset), ["0", "0", "-360"]);
    assert_eq!(lab.last_kind(asset), ["Change", "Downsells", "null"]);
    assert_eq!(lab.periods(asset)[1], period("2022-07-01", "2022-10-31", "15", "180"));
    // What is left is worth what it was.
    lab.cancel_assets(&[asset], "2022-10-01");
    assert_eq!(lab.last_changes(asset), ["-15", "-180", "-180"]);
}

#[test]
fn only_the_last_period_of_a_termed_asset_has_an_end_to_move() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "5");
    let line = amend(asset, "2022-06-01", "2022-08-15", "10");
    assert_eq!(lab.change_by_line(line), Err("INVALID_INPUT".into()));
    // Price and end at once, quantity and end at once.
    let line = amend(asset, "2022-06-01", "2023-08-15", "11");
    assert_eq!(lab.change_by_line(line), Err("MOCKORG_NOT_MODELLED".into()));
    let product = lab.get(asset, "Product2Id").as_id().unwrap();
    lab.update(product, vec![("UsageModelType", text("Anchor"))]).unwrap();
    let line = amend(asset, "2022-06-01", "2023-08-15", "10");
    assert_eq!(lab.change_by_line(line), Err("INVALID_INPUT".into()), "usage");
    assert_eq!(lab.actions(asset).len(), 2);
}

#[test]
fn a_new_price_splits_the_period_and_counts_for_every_unit_from_then_on() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    assert_eq!(lab.change_by_line(amend(asset, "2022-09-01", "2022-12-31", "12")), Ok(asset));
    let split =
        [period("2022-01-01", "2022-08-31", "10", "100"), period("2022-09-01", "2022-12-31", "10", "120")];
    assert_eq!(lab.periods(asset), split);
    assert_eq!(lab.last_kind(asset), ["Change", "Upsells", "null"]);
    assert_eq!(lab.last_changes(asset), ["0", "20", "80"]);
    assert_eq!(total_of_line(&mut lab, asset), dec("80"));
    // A reduction gives the new price back.
    lab.amend_assets(&[asset], "2022-11-01", "-4");
    assert_eq!(lab.last_changes(asset), ["-4", "-48", "-96"]);
    let cheaper =
        ChangeLine { kind: ("Amend", "FieldAmendment"), ..amend(asset, "2022-12-01", "2022-12-31", "5") };
    assert_eq!(lab.change_by_line(cheaper), Ok(asset));
    assert_eq!(lab.last_kind(asset), ["Change", "Downsells", "FieldAmendment"]);
    assert_eq!(lab.last_changes(asset), ["0", "-42", "-42"]);
    let last = *lab.actions(asset).last().unwrap();
    lab.check_numbers(last, &[("TotalQuantity", "6"), ("TotalMrr", "30"), ("TotalAmount", "1142")]);
}

#[test]
fn fields_alone_change_nothing_that_counts_and_are_called_as_the_org_is_set() {
    for (category, name) in [
        (FieldAmendmentCategory::Upsells, "Upsells"),
        (FieldAmendmentCategory::TermsAndConditionsChanges, "Terms And Conditions Changes"),
    ] {
        let mut lab = lab();
        lab.org.settings.field_amendment_category = category;
        let asset = lab.sell_licenses();
        let line = ChangeLine {
            kind: ("Amend", "FieldAmendment"),
            more: vec![("BillingFrequency2", text("Quarterly"))],
            ..amend(asset, "2022-09-01", "2022-12-31", "10")
        };
        assert_eq!(lab.change_by_line(line), Ok(asset));
        assert_eq!(lab.last_kind(asset), ["Change", name, "FieldAmendment"]);
        assert_eq!(lab.last_changes(asset), ["0", "0", "0"]);
        let periods = lab.org.periods(asset);
        let frequencies = periods.iter().map(|period| lab.text(period.id, "BillingFrequency"));
        assert_eq!(frequencies.collect::<Vec<_>>(), ["Monthly", "Quarterly"]);
        assert_eq!(lab.text(periods[1].id, "EndDate"), "2022-12-31T23:59:59.000+0000");
    }
}

#[test]
fn an_amount_that_nothing_explains_is_refused() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let more = vec![("NetTotalPrice", number("7"))];
    let line = ChangeLine { more, ..amend(asset, "2022-09-01", "2022-12-31", "10") };
    assert_eq!(lab.change_by_line(line), Err("INVALID_INPUT".into()));
    let more = vec![("NetTotalPrice", number("7"))];
    let line = ChangeLine { more, ..amend(asset, "2022-09-01", "2023-12-31", "10") };
    assert_eq!(lab.change_by_line(line), Ok(asset));
    assert_eq!(lab.last_changes(asset), ["0", "0", "7"], "a client's own price of the added year");
}

#[test]
fn an_asset_that_has_not_begun_can_begin_on_another_day() {
    let mut lab = lab();
    let fields = vec![
        ("Quantity", number("10")),
        ("UnitPrice", number("10")),
        ("ServiceDate", text("2022-03-01")),
        ("EndDate", text("2023-02-28")),
    ];
    let asset = lab.sell("Team License", fields);
    let old = lab.org.periods(asset)[0].id;
    let line =
        |start, end| ChangeLine { kind: ("Amend", "StartDateAdjustment"), ..amend(asset, start, end, "10") };
    assert_eq!(lab.change_by_line(line("2021-12-31", "2023-02-28")), Err("INVALID_INPUT".into()));
    assert_eq!(lab.change_by_line(line("2022-02-01", "2023-01-31")), Ok(asset));
    assert_eq!(lab.periods(asset), [period("2022-02-01", "2023-01-31", "10", "100")]);
    assert_ne!(lab.org.periods(asset)[0].id, old, "the period is made again");
    assert_eq!(lab.last_kind(asset), ["Change", "Terms And Conditions Changes", "StartDateAdjustment"]);
    assert_eq!(lab.last_changes(asset), ["0", "0", "0"]);
    assert_eq!(lab.text(asset, "LifecycleStartDate"), "2022-02-01T00:00:00.000+0000");
    lab.move_to("2022-02-01T08:00:00Z");
    assert_eq!(lab.change_by_line(line("2022-04-01", "2023-03-31")), Err("INVALID_INPUT".into()), "begun");
}
