//! What users see around records: layouts, list views, quick actions, tabs, approvals, their own profile.

mod approvals;
mod compact_layouts;
mod custom_actions;
mod default_values;
mod item;
mod layouts;
mod list_views;
mod password;
mod quick_actions;
mod related_list;
mod seen;
mod tabs;
mod users;

pub(crate) use approvals::{
    approval_layouts, approvals, process_rules, process_rules_of, submit, trigger_rules,
};
pub(crate) use compact_layouts::{compact_layouts, compact_layouts_of, primary_compact_layout};
pub(crate) use custom_actions::{custom_action, custom_actions, custom_actions_of};
pub(crate) use default_values::default_values;
pub(crate) use layouts::{layout_of_record_type, layouts, named_layout};
pub(crate) use list_views::{
    describe_list_view, list_view, list_view_results, list_views, recent_list_views,
};
pub(crate) use password::{password, reset_password, set_password};
pub(crate) use quick_actions::{
    describe_quick_action, global_quick_actions, quick_action, quick_action_defaults, quick_actions,
    run_quick_action,
};
pub(crate) use tabs::{app_menu, app_menus, tabs, theme};
pub(crate) use users::{chatter_me, chatter_user};
