//! How often users, clients, administrators and time do what: random lives.

use proptest::prelude::*;

use super::{
    money::Hundredths,
    step::{Access, By, Change, JOB_TYPES, Operation, SETS, Step, Via},
};

/// Lives of up to so many steps, at least one.
pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..most)
}

/// One step.
pub fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => sell(),
        2 => sell_bundle(),
        4 => order(),
        1 => (by(), via(), any::<usize>()).prop_map(|(by, via, order)| Step::AssetizeAgain { by, via, order }),
        14 => request(),
        3 => low_level(),
        3 => (any::<usize>(), proptest::option::weighted(0.8, 1..=30_i64), any::<bool>(), any::<bool>()).prop_map(
            |(asset, months, renews_at_list_price, grows_at_list_price)| {
                Step::Terms { asset, months, renews_at_list_price, grows_at_list_price }
            }
        ),
        1 => (0..4_usize, price()).prop_map(|(product, price)| Step::Reprice { product, price }),
        6 => (1..=12_i64).prop_map(Step::Seconds),
        5 => (1..=200_i64).prop_map(Step::Days),
        2 => (0..SETS.len(), any::<bool>()).prop_map(|(set, granted)| Step::Permit { set, granted }),
        1 => prop_oneof![Just(Access::None), Just(Access::Read), Just(Access::Edit), Just(Access::Create)]
            .prop_map(Step::Grant),
        1 => any::<usize>().prop_map(Step::DeleteOrder),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(tracker, twin)| Step::DeleteTracker { tracker, twin }),
        2 => (proptest::option::of(0..JOB_TYPES.len()), any::<bool>(), 1..3_u32)
            .prop_map(|(job_type, whole, times)| Step::Fail { job_type, whole, times }),
    ]
}

fn by() -> impl Strategy<Value = By> {
    prop_oneof![3 => Just(By::Admin), 1 => Just(By::Rep)]
}

fn via() -> impl Strategy<Value = Via> {
    prop_oneof![2 => Just(Via::Order), 1 => Just(Via::Lines), 1 => Just(Via::Activation)]
}

/// Whole units most of the time.
fn quantity() -> impl Strategy<Value = Hundredths> {
    prop_oneof![4 => (1..=12_i32).prop_map(|units| i128::from(units) * 100), 1 => (1..=900_i32).prop_map(i128::from)]
}

fn signed() -> impl Strategy<Value = Hundredths> {
    (quantity(), any::<bool>()).prop_map(|(quantity, minus)| if minus { -quantity } else { quantity })
}

fn price() -> impl Strategy<Value = Hundredths> {
    prop_oneof![Just(1_000), (0..=30_000_i32).prop_map(i128::from)]
}

fn sell() -> impl Strategy<Value = Step> {
    (by(), via(), 0..4_usize, quantity(), price(), -40..=40_i64, 1..=24_i64).prop_map(
        |(by, via, product, quantity, price, day, months)| Step::Sell {
            by,
            via,
            product,
            quantity,
            price,
            day,
            months,
        },
    )
}

fn sell_bundle() -> impl Strategy<Value = Step> {
    (by(), via(), quantity(), quantity(), any::<bool>(), -40..=40_i64, 1..=24_i64).prop_map(
        |(by, via, quantity, licenses, constant, day, months)| Step::SellBundle {
            by,
            via,
            quantity,
            licenses,
            constant,
            day,
            months,
        },
    )
}

fn order() -> impl Strategy<Value = Step> {
    let change = prop_oneof![
        (1..=18_i64, quantity()).prop_map(|(months, quantity)| Change::Renew { months, quantity }),
        signed().prop_map(|quantity| Change::Amend { quantity }),
        Just(Change::Cancel),
    ];
    (by(), any::<usize>(), change, -60..=400_i64, price())
        .prop_map(|(by, asset, change, day, price)| Step::Order { by, asset, change, day, price })
}

fn request() -> impl Strategy<Value = Step> {
    let operation = prop_oneof![
        3 => Just(Operation::Renewal),
        4 => Just(Operation::Amendment),
        2 => Just(Operation::Cancellation),
    ];
    let assets = prop::collection::vec(any::<usize>(), 1..4);
    (by(), operation, assets, -3..=300_i64, signed()).prop_map(|(by, operation, assets, day, quantity)| {
        Step::Request { by, operation, assets, day, quantity }
    })
}

fn low_level() -> impl Strategy<Value = Step> {
    prop_oneof![
        (quantity(), price(), 1..=24_i64).prop_map(|(quantity, mrr, months)| Step::Generate {
            quantity,
            mrr,
            months
        }),
        (any::<usize>(), 0..=400_i64, quantity(), price(), price()).prop_map(
            |(asset, day, quantity, mrr, amount)| Step::ChangeAlone { asset, day, quantity, mrr, amount }
        ),
        (any::<usize>(), 0..=400_i64, price()).prop_map(|(asset, day, amount)| Step::CancelAlone {
            asset,
            day,
            amount
        }),
    ]
}
