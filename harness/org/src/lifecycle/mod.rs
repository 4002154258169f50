//! The life cycle of assets: orders, order to asset, renewals, amendments, cancellations, and
//! the rules of the objects involved.

mod action_table;
mod actions;
mod amend_asset;
mod amend_terms;
mod amendment_plan;
mod asset;
mod asset_action;
mod asset_contract;
mod asset_events;
mod assetize;
mod bundle;
mod cancel_asset;
mod change_checks;
mod contract;
mod draft;
mod exchange_asset;
mod generate_asset;
mod generation;
mod initiate;
mod initiate_body;
mod initiate_operation;
mod initiated_order;
mod line_action;
mod line_facts;
mod low_level;
mod order;
mod order_item;
mod order_plan;
mod order_to_asset;
mod order_to_asset_actions;
mod period_history;
mod periods;
mod price_book;
mod price_layers;
mod proration;
mod quantity_shift;
mod quote_line;
mod renew_asset;
mod renewable_summary;
mod renewal_plan;
mod revenue;
mod roll_back;
mod rules;
mod sales_document;
mod selling_model;
#[cfg(test)]
mod tests;
mod transfer_asset;

pub(crate) use initiate_operation::AssetRequest;
pub(crate) use order_to_asset::{AssetDetail, OrderLine};
pub(crate) use revenue::PlacedRecord;
pub(crate) use rules::{CALCULATED, RULES};
