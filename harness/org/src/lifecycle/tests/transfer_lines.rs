//! Transfers by lines of clients' own orders: two orders, the source's first.

use super::{
    change_lines::{ChangeLine, period},
    support::{Lab, lab, text},
};
use crate::RecordId;

fn from(asset: RecordId, quantity: &str) -> ChangeLine<'_> {
    ChangeLine::new(("Transfer", "TransferFrom"), asset, quantity, "2022-07-01")
}

fn to(asset: RecordId, quantity: &str) -> ChangeLine<'_> {
    let line = ChangeLine::new(("Transfer", "TransferTo"), asset, quantity, "2022-07-01");
    ChangeLine { account: "Blue Harbor Logistics", ..line }
}

#[test]
fn units_leave_one_asset_and_make_another_with_the_same_periods() {
    let mut lab = lab();
    let source = lab.sell_licenses();
    lab.set_term(source, "6", "Months");
    let more = ChangeLine { price: "16", ..ChangeLine::new(("Amend", ""), source, "5", "2022-09-01") };
    lab.change_by_line(more).unwrap();
    assert_eq!(lab.change_by_line(from(source, "-6")), Ok(source));
    assert_eq!(lab.last_kind(source), ["Change", "Transfers", "TransferFrom"]);
    let target = lab.change_by_line(to(source, "6")).unwrap();
    assert_ne!(target, source);
    assert_eq!(lab.last_kind(target), ["Generate", "Transfers", "TransferTo"]);
    let kept = [
        period("2022-01-01", "2022-06-30", "10", "100"),
        period("2022-07-01", "2022-08-31", "4", "40"),
        period("2022-09-01", "2022-12-31", "9", "90"),
    ];
    assert_eq!(lab.periods(source), kept);
    // The newest units go: five at 16 and one at 10.
    let given =
        [period("2022-07-01", "2022-08-31", "6", "60"), period("2022-09-01", "2022-12-31", "6", "90")];
    assert_eq!(lab.periods(target), given);
    assert_eq!(lab.last_changes(source), ["-6", "-90", "-360"]);
    assert_eq!(lab.last_changes(target), ["6", "90", "360"]);
    let account = lab.named("Account", "Blue Harbor Logistics");
    assert_eq!(lab.get(target, "AccountId"), account.into());
    lab.check_numbers(target, &[("RenewalTerm", "6"), ("TotalLifecycleAmount", "360")]);
    let [action] = lab.actions(target)[..] else { panic!("one action") };
    lab.check_numbers(action, &[("TotalTransfersAmount", "360"), ("TotalInitialSaleAmount", "0")]);
}

#[test]
fn the_target_waits_for_the_source_and_takes_what_it_gave_once() {
    let mut lab = lab();
    let source = lab.sell_licenses();
    let (target_order, _) = lab.write_change(to(source, "6"));
    assert_eq!(lab.assetize_one(target_order), Err("INVALID_STATUS".into()));
    lab.change_by_line(from(source, "-6")).unwrap();
    let target = lab.assetize_one(target_order).unwrap();
    assert_eq!(lab.assetize_one(target_order), Ok(target), "once");
    assert_eq!(lab.change_by_line(to(source, "6")), Err("INVALID_STATUS".into()), "nothing is left to take");
    assert_eq!(lab.change_by_line(to(source, "5")), Err("INVALID_STATUS".into()));
}

#[test]
fn a_transfer_that_is_not_complete_blocks_every_other_change() {
    let mut lab = lab();
    let source = lab.sell_licenses();
    lab.set_term(source, "12", "Months");
    let (from_order, _) = lab.draft_change(from(source, "-6"));
    let (to_order, _) = lab.draft_change(to(source, "6"));
    let blocked = |lab: &mut Lab| {
        let renewal = lab.renew(&[source]);
        let others =
            [lab.amend_assets(&[source], "2022-09-01", "1"), lab.cancel_assets(&[source], "2022-09-01")];
        for tracker in [renewal].into_iter().chain(others) {
            assert_eq!(lab.text(tracker, "Status"), "Failure");
        }
        let line = ChangeLine::new(("Amend", ""), source, "1", "2022-09-01");
        assert_eq!(lab.change_by_line(line), Err("INVALID_STATUS".into()));
    };
    blocked(&mut lab);
    lab.activate(from_order);
    lab.assetize_one(from_order).unwrap();
    blocked(&mut lab);
    lab.activate(to_order);
    lab.assetize_one(to_order).unwrap();
    let tracker = lab.amend_assets(&[source], "2022-09-01", "1");
    assert_eq!(lab.text(tracker, "Status"), "Completed");
}

#[test]
fn a_draft_of_a_transfer_that_is_deleted_blocks_no_more() {
    let mut lab = lab();
    let source = lab.sell_licenses();
    let (order, _) = lab.draft_change(from(source, "-6"));
    lab.delete(order).unwrap();
    let tracker = lab.amend_assets(&[source], "2022-09-01", "1");
    assert_eq!(lab.text(tracker, "Status"), "Completed");
}

#[test]
fn no_period_gives_more_than_it_has_and_an_asset_that_gave_all_lives_on() {
    let mut lab = lab();
    let source = lab.sell_licenses();
    lab.amend_assets(&[source], "2022-10-01", "-3");
    let (order, _) = lab.write_change(from(source, "-8"));
    assert_eq!(lab.assetize_one(order), Err("INVALID_INPUT".into()), "the last period has seven");
    assert_eq!(lab.periods(source).len(), 2);
    lab.update(order, vec![("Status", text("Draft"))]).unwrap();
    lab.delete(order).unwrap();
    lab.change_by_line(from(source, "-7")).unwrap();
    lab.change_by_line(to(source, "7")).unwrap();
    assert_eq!(lab.periods(source)[2], period("2022-10-01", "2022-12-31", "0", "0"));
    assert_eq!(lab.last_kind(source)[0], "Change");
}

#[test]
fn transfers_of_expired_assets_and_within_one_account_are_refused() {
    let mut lab = lab();
    let source = lab.sell_licenses();
    let other = ChangeLine { account: "Blue Harbor Logistics", ..from(source, "-6") };
    assert_eq!(lab.change_by_line(other), Err("INVALID_INPUT".into()), "not the asset's account");
    let own = ChangeLine { account: "Aurora Robotics", ..to(source, "6") };
    assert_eq!(lab.change_by_line(own), Err("INVALID_INPUT".into()));
    lab.move_to("2023-01-05T08:00:00Z");
    assert_eq!(lab.change_by_line(from(source, "-6")), Err("INVALID_INPUT".into()), "expired");
    assert_eq!(lab.actions(source).len(), 1);
}
