//! The steps of a life: what users, clients, administrators and time can do.

use serde::{Deserialize, Serialize};

use super::{asset::Selling, money::Hundredths};

/// The products of the starter org: name, selling model, list price.
pub const PRODUCTS: [(&str, Selling, Hundredths); 5] = [
    ("Team License", Selling::Term(1), 1_000),
    ("Premier Support", Selling::Term(12), 120_000),
    ("Usage Monitoring", Selling::Evergreen, 2_500),
    ("Onboarding Workshop", Selling::Once, 150_000),
    ("Workspace Bundle", Selling::Term(1), 0),
];

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    /// Somebody who may do everything.
    Admin,
    /// A user whose permissions change.
    Rep,
}

/// How an order becomes assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Via {
    /// By the action that takes an order.
    Order,
    /// By the action that takes lines of an order.
    Lines,
    /// By the flow that its activation starts.
    Activation,
}

/// A request for assets that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// `initiate-renewal`
    Renewal,
    /// `initiate-amend-quantity`
    Amendment,
    /// `initiate-cancellation`
    Cancellation,
}

/// The permission sets that come and go, by place.
pub const SETS: [&str; 4] = [
    "RevLifecycleManagementInitiateRenewalApi",
    "RevLifecycleManagementInitiateAmendmentApi",
    "RevLifecycleManagementInitiateCancellationApi",
    "RevLifecycleManagementCoreCPQAssetization",
];

/// What the user may do to assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// Nothing.
    None,
    /// Read.
    Read,
    /// Read and edit.
    Edit,
    /// Read, edit and create.
    Create,
}

/// A line of an order that a client writes for an asset that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Change {
    /// So many units for so many months more.
    Renew {
        /// The length of the renewal.
        months: i64,
        /// The units that are renewed.
        quantity: Hundredths,
    },
    /// More units, or fewer.
    Amend {
        /// By how much the quantity changes.
        quantity: Hundredths,
    },
    /// The end.
    Cancel,
}

/// One step. Numbers pick among the assets, orders and trackers that exist; days count from today; quantities
/// and prices are hundredths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members of steps are named by what they are")]
pub enum Step {
    /// An order with one line becomes an asset.
    Sell { by: By, via: Via, product: usize, quantity: Hundredths, price: Hundredths, day: i64, months: i64 },
    /// A bundle with three components becomes assets.
    SellBundle {
        by: By,
        via: Via,
        quantity: Hundredths,
        licenses: Hundredths,
        /// Whether the components keep their quantities when that of the bundle changes.
        constant: bool,
        day: i64,
        months: i64,
    },
    /// A client's own order for an asset.
    Order { by: By, asset: usize, change: Change, day: i64, price: Hundredths },
    /// An order is turned into assets once more.
    AssetizeAgain { by: By, via: Via, order: usize },
    /// Assets are renewed, amended or cancelled by a request.
    Request { by: By, operation: Operation, assets: Vec<usize>, day: i64, quantity: Hundredths },
    /// An asset is made without an order.
    Generate { quantity: Hundredths, mrr: Hundredths, months: i64 },
    /// An asset is changed without an order.
    ChangeAlone { asset: usize, day: i64, quantity: Hundredths, mrr: Hundredths, amount: Hundredths },
    /// An asset is cancelled without an order.
    CancelAlone { asset: usize, day: i64, amount: Hundredths },
    /// How an asset renews and grows.
    Terms { asset: usize, months: Option<i64>, renews_at_list_price: bool, grows_at_list_price: bool },
    /// A list price changes.
    Reprice { product: usize, price: Hundredths },
    /// Seconds pass.
    Seconds(i64),
    /// Days pass.
    Days(i64),
    /// A permission set is given to the user, or taken away.
    Permit { set: usize, granted: bool },
    /// What the user may do to assets changes.
    Grant(Access),
    /// An order is made a draft again, and deleted.
    DeleteOrder(usize),
    /// A tracker, or its twin of earlier versions, is deleted.
    DeleteTracker { tracker: usize, twin: bool },
    /// The next items fail, or the next jobs: of one type, or of all.
    Fail { job_type: Option<usize>, whole: bool, times: u32 },
}

/// The job types, in the order of the operations.
pub const JOB_TYPES: [&str; 4] =
    ["PearRenewAssets", "PearAmendQtyAssets", "PearCancelAssets", "AssetizationAsyncJob"];
