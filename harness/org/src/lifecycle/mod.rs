//! The life cycle of assets: orders, order to asset, renewal, and the rules of the objects involved.

mod actions;
mod asset;
mod asset_action;
mod assetize;
mod bundle;
mod initiate_renewal;
mod order;
mod order_item;
mod periods;
mod price_book;
mod proration;
mod renew_asset;
mod renewal;
mod renewal_plan;
mod rules;
mod selling_model;
#[cfg(test)]
mod tests;

pub(crate) use rules::{CALCULATED, RULES};
