//! The REST resources: one file per family.

mod actions;
mod asset_actions;
mod asset_exchanges;
mod asset_management;
mod condition;
mod describe;
mod event_schema;
mod member;
mod multipart;
mod push;
mod query;
mod record;
mod root;
mod search;
mod search_parameters;
mod tooling;
mod unexpected;
mod window;

pub(crate) use actions::{
    actions, describe_action, initiate_amend_quantity, initiate_cancellation, initiate_renewal,
    invoke_action, standard_actions,
};
pub(crate) use asset_actions::{connect_amend, connect_cancel, connect_renew};
pub(crate) use asset_exchanges::{downgrade, swap, upgrade};
pub(crate) use asset_management::{cancel_asset, change_asset, generate_asset};
pub(crate) use describe::{describe, describe_basic, describe_global, validated};
pub(crate) use event_schema::{schema_by_id, schema_of_event};
pub(crate) use member::{
    delete_member, delete_path, retrieve_member, retrieve_path, update_member, update_path,
};
pub(crate) use multipart::form_parts;
pub(crate) use push::{online_users, push_events};
pub(crate) use query::{query, query_all, query_more};
pub(crate) use record::{create, create_by_id_field, delete, retrieve, update};
pub(crate) use root::{limits, record_count, resources, versions};
pub(crate) use search::{
    parameterized_search, parameterized_search_by_body, search, search_layouts, search_scope_order,
    suggestions,
};
pub(crate) use tooling::{
    tooling_create, tooling_delete, tooling_describe, tooling_describe_basic, tooling_describe_global,
    tooling_query, tooling_query_all, tooling_query_more, tooling_resources, tooling_retrieve,
    tooling_update,
};
pub(crate) use unexpected::unexpected;
pub(crate) use window::{deleted, recent, updated};
