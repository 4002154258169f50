//! The operations that take a list of assets, as data.

use serde::{Deserialize, Serialize};

/// The operations that take a list of assets and work in the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InitiateOperation {
    /// `initiate-renewal`.
    Renewal,
    /// `initiate-amend-quantity`.
    AmendQuantity,
    /// `initiate-cancellation`.
    Cancellation,
}

/// The operations of Revenue Cloud that take a list of assets and make a draft quote or order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssetOperation {
    /// `renew`.
    Renew,
    /// `amend`.
    Amend,
    /// `cancel`.
    Cancel,
}

/// The operations of Revenue Cloud by which products come in the place of assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssetExchange {
    /// `swap`.
    Swap,
    /// `upgrade`.
    Upgrade,
    /// `downgrade`.
    Downgrade,
}
