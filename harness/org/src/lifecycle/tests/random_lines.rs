//! Random lives of one asset by lines of clients' own orders: every kind of line, sensible or not.

use jiff::{Span, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    change_lines::ChangeLine,
    support::{Lab, lab, text},
};
use crate::{Record, RecordId, Timestamp};

/// The kinds of lines; which of them fit the asset at the moment is left to chance.
const KINDS: [(&str, &str); 14] = [
    ("Amend", ""),
    ("Amend", ""),
    ("Amend", "FieldAmendment"),
    ("Amend", "StartDateAdjustment"),
    ("Amend", "Rollback"),
    ("Amend", "Rollback"),
    ("Renew", ""),
    ("Renew", "Rollback"),
    ("Cancel", ""),
    ("Transfer", "TransferFrom"),
    ("Transfer", "TransferTo"),
    ("Amend", "SwapOut"),
    ("Cancel", "UpgradeFrom"),
    ("Add", "DowngradeTo"),
];

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Line {
        kind: usize,
        /// Units that come or go.
        quantity: i64,
        /// From how many days after today on.
        start: i64,
        /// How many days the line lasts; none: until the asset ends.
        days: Option<i64>,
        /// The price in cents; none: 10 a month.
        price: Option<i64>,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let line = (
        0..KINDS.len(),
        -8_i64..9,
        -20_i64..400,
        prop::option::weighted(0.4, 1_i64..500),
        prop::option::weighted(0.3, 1_i64..3000),
    );
    prop_oneof![
        1 => (1_i64..90).prop_map(Step::Wait),
        8 => line.prop_map(|(kind, quantity, start, days, price)| Step::Line { kind, quantity, start, days, price }),
    ]
}

fn day(lab: &Lab, days: i64) -> jiff::civil::Date {
    lab.now.date().checked_add(Span::new().days(days)).unwrap_or(date(2022, 1, 1))
}

/// All that a failed line must leave alone.
fn state(lab: &Lab) -> Vec<Record> {
    ["Asset", "AssetStatePeriod", "AssetAction", "AssetActionSource", "OrderItemDetail"]
        .into_iter()
        .flat_map(|object| lab.org.records(object).map(|row| row.to_record()).collect::<Vec<_>>())
        .collect()
}

/// The periods with their ids, as far as they count.
fn counted(lab: &Lab, asset: RecordId) -> Vec<super::super::periods::Period> {
    lab.org.periods(asset)
}

struct Life {
    asset: RecordId,
    /// The assets that came by transfers and exchanges.
    others: Vec<RecordId>,
    /// The periods before each action of the asset.
    before: Vec<Vec<super::super::periods::Period>>,
}

fn perform(lab: &mut Lab, life: &mut Life, step: &Step) {
    let &Step::Line { kind, quantity, start, days, price } = step else {
        if let Step::Wait(days) = step {
            let then = day(lab, *days);
            lab.move_to(&format!("{then}T08:00:00Z"));
        }
        return;
    };
    let kind = KINDS[kind];
    let quantity = match kind {
        ("Cancel", "") => -lab.org.periods(life.asset).last().map_or(Decimal::ONE, |last| last.quantity),
        ("Transfer", "TransferFrom") | (_, "SwapOut" | "UpgradeFrom") => Decimal::from(-quantity.abs()),
        ("Transfer", "TransferTo") | ("Add" | "Renew", _) => Decimal::from(quantity.abs()),
        (_, "FieldAmendment" | "StartDateAdjustment") => Decimal::ZERO,
        _ => Decimal::from(quantity),
    };
    let first = day(lab, start);
    let end = lab.org.life_end(life.asset).map_or(first, Timestamp::date);
    let end = days.map_or(end, |days| first.checked_add(Span::new().days(days)).unwrap_or(first));
    if end < first {
        return;
    }
    let (quantity, first, end) = (quantity.to_string(), first.to_string(), end.to_string());
    let price = price.map_or("10".to_owned(), |cents| Decimal::new(cents, 2).to_string());
    let target = kind.1 == "TransferTo";
    let line = ChangeLine {
        price: &price,
        end: &end,
        account: if target { "Blue Harbor Logistics" } else { "Aurora Robotics" },
        ..ChangeLine::new(kind, life.asset, &quantity, &first)
    };
    let order = lab.write_change(line).0;
    let (periods, stored, actions) = (counted(lab, life.asset), state(lab), lab.actions(life.asset));
    let undone = actions.len().checked_sub(1).map(|last| life.before[last].clone());
    match lab.assetize_one(order) {
        Err(_) => {
            assert_eq!(state(lab), stored, "a failed line changes nothing: {step:?}");
            // What could not be done is given up; a transfer would block the asset.
            lab.update(order, vec![("Status", text("Draft"))]).unwrap();
            lab.delete(order).unwrap();
        }
        Ok(asset) if asset == life.asset && kind.1 == "TransferFrom" => {
            life.before.push(periods);
            let taken = quantity.trim_start_matches('-');
            let to = ChangeLine {
                price: &price,
                end: &end,
                account: "Blue Harbor Logistics",
                ..ChangeLine::new(("Transfer", "TransferTo"), asset, taken, &first)
            };
            life.others.push(lab.change_by_line(to).expect("what was given can be taken"));
        }
        Ok(asset) if asset == life.asset => {
            assert_eq!(lab.actions(asset).len(), actions.len() + 1, "one action per line");
            if kind.1 == "Rollback" {
                assert_eq!(Some(counted(lab, asset)), undone, "periods come back with their ids");
            }
            life.before.push(periods);
        }
        Ok(asset) => life.others.push(asset),
    }
}

fn check(lab: &mut Lab, asset: RecordId) {
    let periods = lab.org.periods(asset);
    for pair in periods.windows(2) {
        let end = pair[0].end.expect("only the last period may have no end");
        assert!(pair[0].start < end);
        assert_eq!(Timestamp::from_millis(end.millis() + 1000), pair[1].start, "periods touch");
    }
    assert!(periods.iter().all(|period| period.end.is_none_or(|end| end > period.start)));
    assert!(periods.iter().all(|period| period.quantity >= Decimal::ZERO && period.mrr >= Decimal::ZERO));
    let actions = lab.actions(asset);
    let mut sums = [Decimal::ZERO; 3];
    let mut by_category: Vec<(String, Decimal)> = Vec::new();
    for (at, action) in actions.iter().enumerate() {
        let fields = ["QuantityChange", "MrrChange", "Amount"];
        for (sum, field) in sums.iter_mut().zip(fields) {
            *sum += lab.number(*action, field);
        }
        for (sum, field) in sums.iter().zip(["TotalQuantity", "TotalMrr", "TotalAmount"]) {
            assert_eq!(lab.number(*action, field), *sum, "{field}");
        }
        by_category.push((lab.text(*action, "CategoryEnum"), lab.number(*action, "Amount")));
        for (category, field) in super::super::asset_action::CATEGORY_TOTALS {
            let own = by_category.iter().filter(|(name, _)| name == category);
            assert_eq!(
                lab.number(*action, field),
                own.map(|(_, amount)| *amount).sum::<Decimal>(),
                "{field}"
            );
        }
        if lab.text(*action, "Type") == "Cancel" {
            assert_eq!(at + 1, actions.len(), "nothing follows a cancellation");
            assert_eq!(sums[..2], [Decimal::ZERO; 2]);
        }
        // The line says what the ledger says.
        let source = lab.only("AssetActionSource", "AssetActionId", *action);
        let line = lab.get(source, "ReferenceEntityItemId").as_id().expect("a line");
        assert_eq!(lab.number(line, "TotalPrice"), lab.number(*action, "Amount"));
    }
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), sums[2]);
    let cancelled = actions.last().is_some_and(|last| lab.text(*last, "Type") == "Cancel");
    if let Some(last) = periods.last().filter(|_| !cancelled) {
        assert_eq!([last.quantity, last.mrr], sums[..2]);
    }
    assert!(cancelled || !periods.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn periods_and_ledgers_stay_in_order_whatever_lines_say(steps in prop::collection::vec(step(), 1..18)) {
        let mut lab = lab();
        let fields = vec![
            ("Quantity", super::support::number("10")),
            ("UnitPrice", super::support::number("10")),
            ("ServiceDate", text("2022-02-01")),
            ("EndDate", text("2023-01-31")),
        ];
        let asset = lab.sell("Team License", fields);
        let mut life = Life { asset, others: Vec::new(), before: vec![Vec::new()] };
        for step in &steps {
            perform(&mut lab, &mut life, step);
            check(&mut lab, life.asset);
        }
        for other in life.others {
            check(&mut lab, other);
        }
    }
}
