//! The steps of a life: what users, clients, administrators and time can do, and how often they do it.

use proptest::prelude::*;

use super::{model::Selling, money::Hundredths};

/// The products of the starter org: name, selling model, list price.
pub(crate) const PRODUCTS: [(&str, Selling, Hundredths); 5] = [
    ("Team License", Selling::Term(1), 1_000),
    ("Premier Support", Selling::Term(12), 120_000),
    ("Usage Monitoring", Selling::Evergreen, 2_500),
    ("Onboarding Workshop", Selling::Once, 150_000),
    ("Workspace Bundle", Selling::Term(1), 0),
];

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Admin,
    /// A user whose permissions change.
    Rep,
}

/// How an order becomes assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    Order,
    Lines,
    /// The flow that its activation starts.
    Activation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Renewal,
    Amendment,
    Cancellation,
}

/// The permission sets that come and go, by place.
pub(crate) const SETS: [&str; 4] = [
    "RevLifecycleManagementInitiateRenewalApi",
    "RevLifecycleManagementInitiateAmendmentApi",
    "RevLifecycleManagementInitiateCancellationApi",
    "RevLifecycleManagementCoreCPQAssetization",
];

/// What the user may do to assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    None,
    Read,
    Edit,
    Create,
}

/// A line of an order that a client writes for an asset that exists.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Renew { months: i64, quantity: Hundredths },
    Amend { quantity: Hundredths },
    Cancel,
}

/// One step. Numbers pick among the assets, orders and trackers that exist; days count from today.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Sell {
        by: By,
        via: Via,
        product: usize,
        quantity: Hundredths,
        price: Hundredths,
        day: i64,
        months: i64,
    },
    SellBundle {
        by: By,
        via: Via,
        quantity: Hundredths,
        licenses: Hundredths,
        constant: bool,
        day: i64,
        months: i64,
    },
    Order {
        by: By,
        asset: usize,
        change: Change,
        day: i64,
        price: Hundredths,
    },
    AssetizeAgain {
        by: By,
        via: Via,
        order: usize,
    },
    Request {
        by: By,
        operation: Operation,
        assets: Vec<usize>,
        day: i64,
        quantity: Hundredths,
    },
    Generate {
        quantity: Hundredths,
        mrr: Hundredths,
        months: i64,
    },
    ChangeAlone {
        asset: usize,
        day: i64,
        quantity: Hundredths,
        mrr: Hundredths,
        amount: Hundredths,
    },
    CancelAlone {
        asset: usize,
        day: i64,
        amount: Hundredths,
    },
    Terms {
        asset: usize,
        months: Option<i64>,
        renews_at_list_price: bool,
        grows_at_list_price: bool,
    },
    Reprice {
        product: usize,
        price: Hundredths,
    },
    Seconds(i64),
    Days(i64),
    Permit {
        set: usize,
        granted: bool,
    },
    Grant(Access),
    DeleteOrder(usize),
    DeleteTracker {
        tracker: usize,
        twin: bool,
    },
    /// Lets the next items fail, or the next jobs: of one type, or of all.
    Fail {
        job_type: Option<usize>,
        whole: bool,
        times: u32,
    },
}

/// The job types, in the order of the operations.
pub(crate) const JOB_TYPES: [&str; 4] =
    ["PearRenewAssets", "PearAmendQtyAssets", "PearCancelAssets", "AssetizationAsyncJob"];

pub(crate) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..most)
}

fn step() -> impl Strategy<Value = Step> {
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
