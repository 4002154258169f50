//! The life cycle driven as clients drive it, with the real definitions and the starter org.

mod amendment;
mod assetize;
mod cancellation;
mod change_requests;
mod changes;
mod low_level;
mod low_level_laws;
mod low_level_refusals;
mod mixed_lives;
mod order_to_asset;
mod orders;
mod random_lives;
mod renewal;
mod renewal_requests;
mod support;
