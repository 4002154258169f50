//! The life cycle of assets: orders, order to asset, renewals, amendments, cancellations, and
//! the rules of the objects involved.

mod action_table;
mod actions;
mod amend_asset;
mod amendment_plan;
mod asset;
mod asset_action;
mod asset_events;
mod assetize;
mod bundle;
mod change_checks;
mod initiate;
mod initiate_body;
mod initiate_operation;
mod initiated_order;
mod low_level;
mod order;
mod order_item;
mod order_plan;
mod order_to_asset;
mod order_to_asset_actions;
mod periods;
mod price_book;
mod price_layers;
mod proration;
mod renew_asset;
mod renewal_plan;
mod rules;
mod selling_model;
#[cfg(test)]
mod tests;

pub(crate) use initiate_operation::AssetRequest;
pub(crate) use order_to_asset::{AssetDetail, OrderLine};
pub(crate) use rules::{CALCULATED, RULES};
