//! Renewal lines that begin before or after the end of an asset's life.

use super::{
    asset_actions::ids,
    change_lines::{ChangeLine, period},
    support::{Lab, lab, text},
};
use crate::RecordId;

fn renew(lab: &mut Lab, asset: RecordId, quantity: &str, dates: (&str, &str)) -> Result<RecordId, String> {
    let line = ChangeLine::new(("Renew", ""), asset, quantity, dates.0);
    lab.change_by_line(ChangeLine { end: dates.1, ..line })
}

#[test]
fn an_early_renewal_takes_the_place_of_all_that_was_still_to_come() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "5");
    lab.renew(&[asset]);
    assert_eq!(lab.periods(asset).len(), 3);
    assert_eq!(renew(&mut lab, asset, "12", ("2022-07-01", "2023-06-30")), Ok(asset));
    let periods =
        [period("2022-01-01", "2022-06-30", "10", "100"), period("2022-07-01", "2023-06-30", "12", "120")];
    assert_eq!(lab.periods(asset), periods);
    // Fifteen units of 150 a month would have gone on.
    assert_eq!(lab.last_changes(asset), ["-3", "-30", "1440"]);
    assert_eq!(lab.last_kind(asset), ["Change", "Renewals", "null"]);
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-06-30T23:59:59.000+0000");
    let last = *lab.actions(asset).last().unwrap();
    lab.check_numbers(
        last,
        &[
            ("TotalQuantity", "12"),
            ("TotalMrr", "120"),
            ("TotalRenewalsAmount", "3240"),
            ("TotalAmount", "4640"),
        ],
    );
}

#[test]
fn what_is_credited_for_the_unused_part_is_in_the_price_of_the_line() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let line = ChangeLine::new(("Renew", ""), asset, "10", "2022-07-01");
    let (order, line) = lab.draft_change(ChangeLine { end: "2023-06-30", ..line });
    // Half of the first year comes back.
    let ctx = lab.ctx();
    let credited = vec![("TotalPrice", crate::Value::Number(600.into()))];
    lab.org.system_update(&ctx, line, credited).unwrap();
    lab.activate(order);
    assert_eq!(lab.assetize_one(order), Ok(asset));
    assert_eq!(lab.last_changes(asset), ["0", "0", "600"]);
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "1800")]);
}

#[test]
fn a_late_renewal_fills_the_gap_with_a_period_of_nothing() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.move_to("2023-02-10T08:00:00Z");
    assert_eq!(renew(&mut lab, asset, "10", ("2023-03-01", "2024-02-29")), Ok(asset));
    let periods = [
        period("2022-01-01", "2022-12-31", "10", "100"),
        period("2023-01-01", "2023-02-28", "0", "0"),
        period("2023-03-01", "2024-02-29", "10", "100"),
    ];
    assert_eq!(lab.periods(asset), periods);
    assert_eq!(lab.last_changes(asset), ["0", "0", "1200"]);
    assert_eq!(lab.text(asset, "CurrentQuantity"), lab.text(asset, "CurrentMrr"));
    lab.move_to("2023-03-01T00:00:00Z");
    lab.check_numbers(asset, &[("CurrentQuantity", "10"), ("CurrentMrr", "100")]);
    // The newest units are those of the renewal.
    lab.amend_assets(&[asset], "2023-09-01", "-4");
    assert_eq!(lab.last_changes(asset), ["-4", "-40", "-240"]);
}

#[test]
fn renewals_that_leave_no_whole_day_or_begin_before_the_asset_are_refused() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    assert_eq!(renew(&mut lab, asset, "10", ("2021-12-01", "2022-12-31")), Err("INVALID_INPUT".into()));
    let line = ChangeLine::new(("Renew", ""), asset, "10", "2023-01-01");
    let noon = vec![("ServiceDateTime", text("2023-01-01T12:00:00Z"))];
    let line = ChangeLine { end: "2023-12-31", more: noon, ..line };
    assert_eq!(lab.change_by_line(line), Err("INVALID_INPUT".into()), "half a day is no period");
    assert_eq!((lab.actions(asset).len(), lab.periods(asset).len()), (1, 1));
}

#[test]
fn a_renewal_right_from_the_start_leaves_one_period() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    assert_eq!(renew(&mut lab, asset, "8", ("2022-01-01", "2023-12-31")), Ok(asset));
    assert_eq!(lab.periods(asset), [period("2022-01-01", "2023-12-31", "8", "80")]);
    assert_eq!(lab.last_changes(asset), ["-2", "-20", "1920"]);
}

#[test]
fn a_renewal_line_of_a_negative_quantity_is_refused() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    assert_eq!(renew(&mut lab, asset, "-3", ("2023-01-01", "2023-12-31")), Err("INVALID_INPUT".into()));
    assert_eq!((lab.actions(asset).len(), lab.periods(asset).len()), (1, 1));
}

#[test]
fn of_two_drafts_that_renew_the_same_term_only_one_counts() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let drafts = ["10", "12"].map(|quantity| {
        let line = ChangeLine::new(("Renew", ""), asset, quantity, "2023-01-01");
        lab.write_change(ChangeLine { end: "2023-12-31", ..line }).0
    });
    let ends = drafts.map(|order| lab.assetize_one(order));
    assert_eq!(ends, [Ok(asset), Err("INVALID_INPUT".into())]);
    assert_eq!(lab.periods(asset).len(), 2);
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "2400")]);
}

#[test]
fn an_early_renewal_credits_what_the_asset_has_when_it_counts() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    let drafts = [0, 1].map(|_| {
        let fields = vec![
            ("renewAssetIds", ids(&[asset])),
            ("renewOutputType", text("Order")),
            ("renewStartDate", text("2022-07-01T00:00:00Z")),
            ("renewEndDate", text("2023-06-30T00:00:00Z")),
        ];
        lab.acted("initiateRenewal", fields).0
    });
    lab.org.advance(lab.now);
    for (order, amount) in drafts.into_iter().zip(["600", "0"]) {
        lab.fulfil(order);
        let line = lab.only("OrderItem", "OrderId", order);
        lab.check_numbers(line, &[("TotalPrice", amount)]);
        assert_eq!(lab.last_changes(asset), ["0", "0", amount]);
    }
    // Half a year of the first term, and the year that replaced the rest of it, once.
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "1800")]);
}
