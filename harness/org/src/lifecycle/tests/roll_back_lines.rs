//! Roll-backs by lines of clients' own orders: the last action goes, and everything is as it was before it.

use super::{
    change_lines::{ChangeLine, period},
    support::{Lab, lab, number, text},
};
use crate::{RecordId, Value};

fn undo(asset: RecordId) -> ChangeLine<'static> {
    ChangeLine::new(("Amend", "Rollback"), asset, "0", "2022-09-01")
}

/// What clients can see of every period, but for who wrote the row last.
fn rows(lab: &mut Lab, asset: RecordId) -> Vec<String> {
    let fields = [
        "Id",
        "StartDate",
        "EndDate",
        "BillingFrequency",
        "SegmentName",
        "AssetStatePeriodNumber",
        "DiscountAmount",
        "CreatedDate",
    ];
    let numbers = ["Quantity", "Mrr", "Amount"];
    let periods = lab.org.periods(asset);
    periods
        .into_iter()
        .flat_map(|period| {
            let texts = fields.map(|field| lab.text(period.id, field));
            let numbers = numbers.map(|field| lab.number(period.id, field).to_string());
            texts.into_iter().chain(numbers)
        })
        .collect()
}

#[test]
fn a_roll_back_is_the_opposite_of_what_it_undoes() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let before = rows(&mut lab, asset);
    lab.amend_assets(&[asset], "2022-09-01", "5");
    let reversed = *lab.actions(asset).last().unwrap();
    assert!(lab.get(reversed, "CanRollBack").is_true());
    assert_eq!(lab.change_by_line(undo(asset)), Ok(asset));
    assert_eq!(rows(&mut lab, asset), before);
    assert_eq!(lab.last_kind(asset), ["Change", "Upsells", "Rollback"]);
    assert_eq!(lab.last_changes(asset), ["-5", "-50", "-200"]);
    let last = *lab.actions(asset).last().unwrap();
    assert_eq!(lab.get(last, "RolledbackAssetAction"), Value::Id(reversed));
    lab.check_numbers(last, &[("TotalUpsellsAmount", "0"), ("TotalAmount", "1200"), ("TotalQuantity", "10")]);
    for action in [reversed, last] {
        assert!(!lab.get(action, "CanRollBack").is_true());
    }
    assert_eq!(lab.change_by_line(undo(asset)), Err("INVALID_INPUT".into()), "no roll-back of a roll-back");
}

#[test]
fn renewals_of_every_kind_are_rolled_back_row_by_row() {
    for (start, end) in
        [("2023-01-01", "2023-12-31"), ("2022-08-01", "2023-07-31"), ("2023-05-01", "2024-04-30")]
    {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        lab.amend_assets(&[asset], "2022-09-01", "5");
        let before = rows(&mut lab, asset);
        let line = ChangeLine { end, ..ChangeLine::new(("Renew", ""), asset, "12", start) };
        assert_eq!(lab.change_by_line(line), Ok(asset));
        assert_ne!(rows(&mut lab, asset), before);
        let line = ChangeLine { kind: ("Renew", "Rollback"), ..undo(asset) };
        assert_eq!(lab.change_by_line(line), Ok(asset), "{start}");
        assert_eq!(rows(&mut lab, asset), before, "{start}");
        assert_eq!(lab.last_kind(asset), ["Change", "Renewals", "Rollback"]);
        assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-12-31T23:59:59.000+0000");
        // A new change is priced as if the renewal had never been.
        lab.amend_assets(&[asset], "2022-12-01", "-5");
        assert_eq!(lab.last_changes(asset), ["-5", "-50", "-50"]);
    }
}

#[test]
fn an_asset_that_was_rolled_back_can_be_renewed_and_amended_again() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.set_term(asset, "12", "Months");
    lab.renew(&[asset]);
    lab.change_by_line(ChangeLine { kind: ("Renew", "Rollback"), ..undo(asset) }).unwrap();
    for tracker in [lab.renew(&[asset]), lab.amend_assets(&[asset], "2023-02-01", "1")] {
        assert_eq!(lab.text(tracker, "Status"), "Completed");
    }
    assert_eq!(lab.periods(asset).last(), Some(&period("2023-02-01", "2023-12-31", "11", "110")));
    lab.change_by_line(undo(asset)).unwrap();
    assert_eq!(lab.periods(asset).last(), Some(&period("2023-01-01", "2023-12-31", "10", "100")));
    assert_eq!(lab.change_by_line(undo(asset)), Err("INVALID_INPUT".into()), "only the last action");
}

#[test]
fn the_present_ends_the_chance_to_roll_back() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "5");
    let action = *lab.actions(asset).last().unwrap();
    lab.move_to("2022-08-31T23:59:59Z");
    assert!(lab.get(action, "CanRollBack").is_true());
    lab.move_to("2022-09-01T00:00:00Z");
    assert!(!lab.get(action, "CanRollBack").is_true());
    assert_eq!(lab.change_by_line(undo(asset)), Err("INVALID_INPUT".into()));
    assert_eq!(lab.actions(asset).len(), 2);
}

#[test]
fn sales_cancellations_and_changes_without_orders_are_not_rolled_back() {
    let mut lab = lab();
    let sold = lab.sell_licenses();
    assert_eq!(lab.change_by_line(undo(sold)), Err("INVALID_INPUT".into()));
    let members = vec![("assetAction", super::low_level::action("Other", "0", "0", "0"))];
    lab.change(sold, members).unwrap();
    assert_eq!(lab.change_by_line(undo(sold)), Err("INVALID_INPUT".into()));
    lab.cancel_assets(&[sold], "2022-09-01");
    assert_eq!(lab.change_by_line(undo(sold)), Err("INVALID_STATUS".into()));
    let action = *lab.actions(sold).last().unwrap();
    assert!(!lab.get(action, "CanRollBack").is_true());
}

#[test]
fn a_query_finds_the_actions_that_can_be_rolled_back() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "5");
    lab.amend_assets(&[asset], "2022-10-01", "5");
    lab.use_version(67);
    let soql = "SELECT Id, CanRollBack FROM AssetAction WHERE CanRollBack = true AND Asset.Product2.Name = 'Team License'";
    let call = crate::Call::Query { soql: soql.into(), all: false, batch_size: None };
    let Ok(crate::Reply::Page(page)) = lab.call(call) else { panic!("a page") };
    let ids: Vec<_> = page.rows.iter().filter_map(|row| row.id).collect();
    assert!(ids.contains(lab.actions(asset).last().unwrap()));
    assert!(!ids.contains(&lab.actions(asset)[1]));
}

#[test]
fn starts_prices_ends_and_fields_come_back_too() {
    let kinds = [
        (("Amend", "StartDateAdjustment"), "2022-04-01", "2023-03-31", "10", "Monthly"),
        (("Amend", ""), "2022-06-01", "2023-06-30", "10", "Monthly"),
        (("Amend", ""), "2022-06-01", "2023-02-28", "9", "Monthly"),
        (("Amend", "FieldAmendment"), "2022-06-01", "2023-02-28", "10", "Quarterly"),
    ];
    for (kind, start, end, price, billing) in kinds {
        let mut lab = lab();
        let fields = vec![
            ("Quantity", number("10")),
            ("UnitPrice", number("10")),
            ("ServiceDate", text("2022-03-01")),
            ("EndDate", text("2023-02-28")),
        ];
        let asset = lab.sell("Team License", fields);
        let before = rows(&mut lab, asset);
        let more = vec![("BillingFrequency2", text(billing))];
        let line = ChangeLine { end, price, more, ..ChangeLine::new(kind, asset, "0", start) };
        assert_eq!(lab.change_by_line(line), Ok(asset));
        assert_ne!(rows(&mut lab, asset), before);
        assert_eq!(lab.change_by_line(ChangeLine { end: "2023-02-28", ..undo(asset) }), Ok(asset));
        assert_eq!(rows(&mut lab, asset), before);
        lab.check_numbers(asset, &[("TotalLifecycleAmount", "1200")]);
    }
}
