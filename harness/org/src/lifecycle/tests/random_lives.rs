//! Random lives of one asset: whatever is asked for and when, the periods and the ledger stay in order.

use jiff::{Span, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::support::{Lab, lab, number, text};
use crate::{RecordId, Timestamp};

/// A request, with days and quantities that may or may not be acceptable.
#[derive(Clone, Debug)]
enum Step {
    /// Lets days pass.
    Wait(i64),
    Renew,
    /// Changes the quantity (in hundredths) from some days after today on.
    Amend(i64, i64),
    /// Cancels some days after today.
    Cancel(i64),
    /// Makes increases cost the list price, which becomes this many cents.
    ListPrice(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1_i64..200).prop_map(Step::Wait),
        2 => Just(Step::Renew),
        6 => (-5_i64..400, -900_i64..900).prop_map(|(day, quantity)| Step::Amend(day, quantity)),
        1 => (-5_i64..400).prop_map(Step::Cancel),
        1 => (1_i64..5_000).prop_map(Step::ListPrice),
    ]
}

fn perform(lab: &mut Lab, asset: RecordId, step: &Step) {
    let day = |lab: &Lab, days: i64| {
        lab.now.date().checked_add(Span::new().days(days)).unwrap_or(date(2022, 1, 1)).to_string()
    };
    let hundredths = |number: i64| Decimal::new(number, 2).to_string();
    match step {
        Step::Wait(days) => {
            let then = day(lab, *days);
            lab.move_to(&format!("{then}T08:00:00Z"));
        }
        Step::Renew => drop(lab.renew(&[asset])),
        Step::Amend(days, quantity) => {
            let start = day(lab, *days);
            lab.amend_assets(&[asset], &start, &hundredths(*quantity));
        }
        Step::Cancel(days) => {
            let start = day(lab, *days);
            lab.cancel_assets(&[asset], &start);
        }
        Step::ListPrice(cents) => {
            let entry = lab.entry("Team License");
            lab.update(entry, vec![("UnitPrice", number(&hundredths(*cents)))]).unwrap();
            lab.update(asset, vec![("QuantityIncreasePricingType", text("ListPrice"))]).unwrap();
        }
    }
}

/// What holds for every asset at any time.
fn check(lab: &mut Lab, asset: RecordId) {
    let periods = lab.org.periods(asset);
    for pair in periods.windows(2) {
        let end = pair[0].end.expect("only the last period may have no end");
        assert!(pair[0].start < end);
        assert_eq!(Timestamp::from_millis(end.millis() + 1000), pair[1].start, "periods touch");
    }
    assert!(periods.iter().all(|period| period.quantity >= Decimal::ZERO && period.mrr >= Decimal::ZERO));

    let actions = lab.actions(asset);
    let sum =
        |lab: &mut Lab, field: &str| -> Decimal { actions.iter().map(|id| lab.number(*id, field)).sum() };
    let (quantity, mrr, amount) = (sum(lab, "QuantityChange"), sum(lab, "MrrChange"), sum(lab, "Amount"));
    let last = *actions.last().expect("the sale");
    assert_eq!(lab.number(last, "TotalQuantity"), quantity);
    assert_eq!(lab.number(last, "TotalMrr"), mrr);
    assert_eq!(lab.number(last, "TotalAmount"), amount);
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), amount);
    let categories = super::super::asset_action::CATEGORY_TOTALS;
    let by_category: Decimal = categories.iter().map(|(_, field)| lab.number(last, field)).sum();
    assert_eq!(by_category, amount);
    let types: Vec<String> = actions.iter().map(|id| lab.text(*id, "Type")).collect();
    let cancelled = types.iter().position(|kind| kind == "Cancel");
    assert!(cancelled.is_none_or(|at| at + 1 == types.len()), "nothing follows a cancellation");
    match (cancelled, periods.last()) {
        (None, Some(last)) => assert_eq!((last.quantity, last.mrr), (quantity, mrr)),
        (None, None) => panic!("a living asset has a period"),
        (Some(_), _) => assert_eq!((quantity, mrr), (Decimal::ZERO, Decimal::ZERO)),
    }
    // Orders say what the ledger says.
    for action in actions {
        let source = lab.only("AssetActionSource", "AssetActionId", action);
        let line = lab.get(source, "ReferenceEntityItemId").as_id().expect("a line");
        let total = lab.number(line, "TotalPrice");
        assert_eq!(total, lab.number(action, "Amount"));
        let slices = lab.with("OrderItemDetail", "OrderItemId", line);
        if !slices.is_empty() {
            let parts: Decimal = slices.iter().map(|slice| lab.number(*slice, "TotalPrice")).sum();
            assert_eq!(parts, total);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn periods_and_ledger_stay_in_order_whatever_is_asked(steps in prop::collection::vec(step(), 1..14)) {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        for step in &steps {
            perform(&mut lab, asset, step);
            check(&mut lab, asset);
        }
        let trackers: Vec<RecordId> =
            lab.org.records("RevenueAsyncOperation").map(|row| row.id()).collect();
        for tracker in trackers {
            let status = lab.text(tracker, "Status");
            prop_assert!(status == "Completed" || status == "Failure", "{status}");
        }
    }
}
