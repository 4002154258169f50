//! The parts of credits on lines that clients wrote themselves, and changes without orders that are to come.

use super::{
    change_lines::ChangeLine,
    low_level::{action, list, period},
    support::{Lab, dec, lab},
};
use crate::RecordId;

fn parts(lab: &mut Lab, line: RecordId) -> Vec<[rust_decimal::Decimal; 3]> {
    let parts = lab.with("OrderItemDetail", "OrderItemId", line);
    parts
        .into_iter()
        .map(|part| ["Quantity", "UnitPrice", "TotalPrice"].map(|f| lab.number(part, f)))
        .collect()
}

#[test]
fn a_credit_that_adds_up_is_explained_part_by_part() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let (order, line) = lab.write_change(ChangeLine::new(("Amend", ""), asset, "-3", "2022-09-01"));
    lab.assetize_one(order).unwrap();
    assert_eq!(parts(&mut lab, line), [["-3", "10", "-120"].map(dec)]);
    let (order, line) = lab.write_change(ChangeLine::new(("Cancel", ""), asset, "-7", "2022-11-01"));
    lab.assetize_one(order).unwrap();
    assert_eq!(parts(&mut lab, line), [["-7", "10", "-140"].map(dec)]);
}

#[test]
fn a_credit_that_a_client_priced_in_its_own_way_stands_as_it_is() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let line = ChangeLine { price: "4", ..ChangeLine::new(("Amend", ""), asset, "-3", "2022-09-01") };
    let (order, line) = lab.write_change(line);
    lab.assetize_one(order).unwrap();
    assert!(parts(&mut lab, line).is_empty());
    assert_eq!(lab.last_changes(asset), ["-3", "-30", "-48"]);
}

#[test]
fn changes_without_sources_are_upcoming_by_their_periods() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let periods = list(vec![
        period("2022-01-01T00:00:00Z", "2022-09-30T23:59:59Z", "10", "100", "0"),
        period("2022-10-01T00:00:00Z", "2022-12-31T23:59:59Z", "12", "120", "0"),
    ]);
    let members = vec![("assetStatePeriods", periods), ("assetAction", action("Upsells", "2", "20", "60"))];
    lab.change(asset, members).unwrap();
    for (start, status) in [("2022-06-01", "Failure"), ("2022-10-01", "Completed")] {
        let tracker = lab.amend_assets(&[asset], start, "1");
        assert_eq!(lab.text(tracker, "Status"), status, "{start}");
    }
    lab.check_numbers(asset, &[("CurrentQuantity", "10")]);
}
