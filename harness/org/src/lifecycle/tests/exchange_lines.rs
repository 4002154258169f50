//! Swaps, upgrades and downgrades by lines of clients' own orders: what goes and what comes.

use super::{
    change_lines::{ChangeLine, period},
    support::lab,
};

const FAMILIES: [(&str, &str, &str, &str); 3] = [
    ("Swaps", "SwapOut", "SwapIn", "TotalSwapsAmount"),
    ("Upgrades", "UpgradeFrom", "UpgradeTo", "TotalUpgradesAmount"),
    ("Downgrades", "DowngradeFrom", "DowngradeTo", "TotalDowngradesAmount"),
];

#[test]
fn some_units_go_in_the_category_of_the_exchange_and_the_asset_lives_on() {
    for (category, out, _, total) in FAMILIES {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        let line = ChangeLine::new(("Amend", out), asset, "-4", "2022-09-01");
        assert_eq!(lab.change_by_line(line), Ok(asset));
        assert_eq!(lab.last_kind(asset), ["Change", category, out]);
        assert_eq!(lab.last_changes(asset), ["-4", "-40", "-160"]);
        assert_eq!(lab.periods(asset)[1], period("2022-09-01", "2022-12-31", "6", "60"));
        let last = *lab.actions(asset).last().unwrap();
        lab.check_numbers(last, &[(total, "-160"), ("TotalAmount", "1040"), ("TotalDownsellsAmount", "0")]);
        assert!(!lab.get(last, "CanRollBack").is_true());
    }
}

#[test]
fn when_nothing_is_left_the_asset_ends_and_nothing_follows() {
    for (category, out, _, total) in FAMILIES {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        let line = ChangeLine::new(("Cancel", out), asset, "-10", "2022-09-01");
        assert_eq!(lab.change_by_line(line), Ok(asset));
        assert_eq!(lab.last_kind(asset), ["Cancel", category, out]);
        assert_eq!(lab.periods(asset), [period("2022-01-01", "2022-08-31", "10", "100")]);
        let last = *lab.actions(asset).last().unwrap();
        lab.check_numbers(last, &[(total, "-400"), ("TotalQuantity", "0"), ("TotalMrr", "0")]);
        let line = ChangeLine::new(("Amend", ""), asset, "1", "2022-06-01");
        assert_eq!(lab.change_by_line(line), Err("INVALID_STATUS".into()));
    }
}

#[test]
fn what_comes_is_an_asset_of_its_own_in_the_same_category() {
    for (category, _, come, total) in FAMILIES {
        let mut lab = lab();
        let gone = lab.sell_licenses();
        let line = ChangeLine {
            product: "Usage Monitoring",
            end: "",
            price: "25",
            ..ChangeLine::new(("Add", come), gone, "3", "2022-09-01")
        };
        let asset = lab.change_by_line(line).unwrap();
        assert_eq!(lab.last_kind(asset), ["Generate", category, come]);
        assert_eq!(lab.last_changes(asset), ["3", "75", "75"]);
        let [action] = lab.actions(asset)[..] else { panic!("one action") };
        lab.check_numbers(action, &[(total, "75"), ("TotalInitialSaleAmount", "0")]);
        assert_eq!(lab.actions(gone).len(), 1);
    }
}

#[test]
fn expired_assets_and_units_that_are_not_there_are_not_exchanged() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let line = ChangeLine::new(("Amend", "SwapOut"), asset, "-11", "2022-09-01");
    assert_eq!(lab.change_by_line(line), Err("INVALID_INPUT".into()));
    let line = ChangeLine::new(("Amend", "SwapOut"), asset, "-1", "2022-09-01");
    let line = ChangeLine { end: "2022-11-30", ..line };
    assert_eq!(lab.change_by_line(line), Err("INVALID_INPUT".into()), "units go until the end");
    lab.move_to("2023-01-05T08:00:00Z");
    let line = ChangeLine::new(("Amend", "UpgradeFrom"), asset, "-1", "2022-09-01");
    assert_eq!(lab.change_by_line(line), Err("INVALID_INPUT".into()), "expired");
    assert_eq!(lab.actions(asset).len(), 1);
}
