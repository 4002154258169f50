//! Replies of the org as JSON: member by member, in the platform's order.

mod action;
mod address;
mod asset_action;
mod asset_lifecycle;
mod describe;
mod error;
mod explanation;
mod field;
mod identity;
mod org_info;
mod query_columns;
mod row;
mod save;
mod search;
mod token;
mod tooling;
mod urls;
mod value;

pub(crate) use action::{action_description, actions, async_operation, invoked};
pub(crate) use address::{write_address, write_id};
pub(crate) use asset_action::asset_action;
pub(crate) use asset_lifecycle::asset_lifecycle;
pub(crate) use describe::{
    describe, describe_basic, describe_global, tooling_describe, tooling_describe_basic,
    tooling_describe_global,
};
pub(crate) use error::error_envelope;
pub(crate) use explanation::explanation;
pub(crate) use field::{field, type_name};
pub(crate) use identity::{identity, introspection, userinfo};
pub(crate) use org_info::{deleted, limits, record_count, updated};
pub(crate) use query_columns::query_columns;
pub(crate) use row::{RowWriter, multiple_choices, page, recent, row};
pub(crate) use save::{enqueued, failed_result, save_result, tree_error, tree_result, upsert_result};
pub(crate) use search::{search_layouts, search_result, search_scope_order, suggestions};
pub(crate) use token::{oauth_error, token, token_members};
pub(crate) use tooling::{tooling_page, tooling_row, tooling_saved};
pub(crate) use value::write_value;
