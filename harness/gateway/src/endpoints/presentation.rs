//! Endpoints of what users see around records, and of the Tooling API.

use super::answers::ERRORS;
use crate::{
    endpoint::{Endpoint, delete, get, post, rest},
    presentation, rest as handlers,
};

const NOT_MODIFIED: (&str, &str) = ("304", "none");

/// The rows.
pub(super) static PRESENTATION: &[Endpoint] = &[
    rest(
        "layouts",
        "/services/data/{version}/sobjects/{sobject}/describe/layouts",
        &[get(presentation::layouts, &[("200", "layouts"), NOT_MODIFIED, ERRORS])],
        "The page layouts of an object.",
    ),
    rest(
        "layout-of-record-type",
        "/services/data/{version}/sobjects/{sobject}/describe/layouts/{recordType}",
        &[get(presentation::layout_of_record_type, &[("200", "layout"), NOT_MODIFIED, ERRORS])],
        "The page layout of a record type.",
    ),
    rest(
        "named-layout",
        "/services/data/{version}/sobjects/{sobject}/describe/namedLayouts/{name}",
        &[get(presentation::named_layout, &[ERRORS])],
        "A page layout by its name: no object has any besides its own.",
    ),
    rest(
        "compact-layouts-of-object",
        "/services/data/{version}/sobjects/{sobject}/describe/compactLayouts",
        &[get(presentation::compact_layouts_of, &[("200", "compact-layouts"), NOT_MODIFIED, ERRORS])],
        "The compact layouts of an object.",
    ),
    rest(
        "compact-layout",
        "/services/data/{version}/sobjects/{sobject}/describe/compactLayouts/{which}",
        &[get(presentation::primary_compact_layout, &[("200", "compact-layout"), NOT_MODIFIED, ERRORS])],
        "The compact layout that counts, or that of a record type.",
    ),
    rest(
        "compact-layouts",
        "/services/data/{version}/compactLayouts",
        &[get(presentation::compact_layouts, &[("200", "primary-compact-layouts"), NOT_MODIFIED, ERRORS])],
        "The compact layouts that count, of several objects.",
    ),
    rest(
        "approval-layouts",
        "/services/data/{version}/sobjects/{sobject}/describe/approvalLayouts",
        &[get(presentation::approval_layouts, &[("200", "approval-layouts"), ERRORS])],
        "The layouts of approval processes: there are none.",
    ),
    rest(
        "approval-layout",
        "/services/data/{version}/sobjects/{sobject}/describe/approvalLayouts/{process}",
        &[get(presentation::approval_layouts, &[ERRORS])],
        "The layout of one approval process.",
    ),
    Endpoint {
        since: 32,
        ..rest(
            "list-views",
            "/services/data/{version}/sobjects/{sobject}/listviews",
            &[get(presentation::list_views, &[("200", "list-views"), ERRORS])],
            "The list views of an object.",
        )
    },
    Endpoint {
        since: 32,
        ..rest(
            "recent-list-views",
            "/services/data/{version}/sobjects/{sobject}/listviews/recent",
            &[get(presentation::recent_list_views, &[("200", "list-views"), ERRORS])],
            "The list views that the user has used last.",
        )
    },
    Endpoint {
        since: 32,
        ..rest(
            "list-view",
            "/services/data/{version}/sobjects/{sobject}/listviews/{view}",
            &[get(presentation::list_view, &[("200", "list-view"), ERRORS])],
            "A list view.",
        )
    },
    Endpoint {
        since: 32,
        ..rest(
            "list-view-describe",
            "/services/data/{version}/sobjects/{sobject}/listviews/{view}/describe",
            &[get(presentation::describe_list_view, &[("200", "list-view-describe"), ERRORS])],
            "The columns, order and statement of a list view.",
        )
    },
    Endpoint {
        since: 32,
        ..rest(
            "list-view-results",
            "/services/data/{version}/sobjects/{sobject}/listviews/{view}/results",
            &[get(presentation::list_view_results, &[("200", "list-view-results"), ERRORS])],
            "The records of a list view.",
        )
    },
    rest(
        "global-quick-actions",
        "/services/data/{version}/quickActions",
        &[get(presentation::global_quick_actions, &[("200", "quick-actions"), ERRORS])],
        "The global quick actions: there are none.",
    ),
    rest(
        "quick-actions",
        "/services/data/{version}/sobjects/{sobject}/quickActions",
        &[get(presentation::quick_actions, &[("200", "quick-actions"), ERRORS])],
        "The quick actions of an object.",
    ),
    rest(
        "quick-action",
        "/services/data/{version}/sobjects/{sobject}/quickActions/{name}",
        &[
            get(presentation::quick_action, &[("200", "quick-action"), ERRORS]),
            post(
                presentation::run_quick_action,
                &[("200", "quick-action-result"), ("201", "quick-action-result"), ERRORS],
            ),
        ],
        "A quick action; creates or changes a record by it.",
    ),
    rest(
        "quick-action-describe",
        "/services/data/{version}/sobjects/{sobject}/quickActions/{name}/describe",
        &[get(presentation::describe_quick_action, &[("200", "quick-action-describe"), ERRORS])],
        "A quick action in full.",
    ),
    rest(
        "quick-action-defaults",
        "/services/data/{version}/sobjects/{sobject}/quickActions/{name}/defaultValues",
        &[get(presentation::quick_action_defaults, &[("200", "default-values"), ERRORS])],
        "The values with which the record of a quick action begins.",
    ),
    rest(
        "quick-action-defaults-in-context",
        "/services/data/{version}/sobjects/{sobject}/quickActions/{name}/defaultValues/{context}",
        &[get(presentation::quick_action_defaults, &[("200", "default-values"), ERRORS])],
        "The same when the action is started from a record.",
    ),
    rest(
        "default-values",
        "/services/data/{version}/sobjects/{sobject}/defaultValues",
        &[get(presentation::default_values, &[("200", "default-values"), ERRORS])],
        "The values with which a new record begins.",
    ),
    rest(
        "user-password",
        "/services/data/{version}/sobjects/User/{id}/password",
        &[
            get(presentation::password, &[("200", "password"), ERRORS]),
            post(presentation::set_password, &[("204", "none"), ERRORS]),
            delete(presentation::reset_password, &[("200", "new-password"), ERRORS]),
        ],
        "Whether a user's password has expired; sets or resets it.",
    ),
    rest(
        "tabs",
        "/services/data/{version}/tabs",
        &[get(presentation::tabs, &[("200", "tabs"), ERRORS])],
        "The tabs of the user.",
    ),
    rest(
        "theme",
        "/services/data/{version}/theme",
        &[get(presentation::theme, &[("200", "theme"), NOT_MODIFIED, ERRORS])],
        "Icons and colors of objects.",
    ),
    rest(
        "app-menus",
        "/services/data/{version}/appMenu",
        &[get(presentation::app_menus, &[("200", "app-menus"), ERRORS])],
        "The menus of apps.",
    ),
    rest(
        "app-switcher",
        "/services/data/{version}/appMenu/AppSwitcher",
        &[get(presentation::app_menu, &[("200", "app-menu"), ERRORS])],
        "The apps of the user.",
    ),
    rest(
        "app-menu-mobile",
        "/services/data/{version}/appMenu/Salesforce1",
        &[get(presentation::app_menu, &[("200", "app-menu"), ERRORS])],
        "What the mobile app lists.",
    ),
    rest(
        "process-rules",
        "/services/data/{version}/process/rules",
        &[
            get(presentation::process_rules, &[("200", "process-rules"), ERRORS]),
            post(presentation::trigger_rules, &[("200", "process-rules-result"), ERRORS]),
        ],
        "The workflow rules: there are none.",
    ),
    rest(
        "process-rules-of-object",
        "/services/data/{version}/process/rules/{sobject}",
        &[
            get(presentation::process_rules_of, &[("200", "process-rules"), ERRORS]),
            post(presentation::trigger_rules, &[("200", "process-rules-result"), ERRORS]),
        ],
        "The workflow rules of an object.",
    ),
    rest(
        "process-rule",
        "/services/data/{version}/process/rules/{sobject}/{id}",
        &[get(presentation::process_rules_of, &[ERRORS]), post(presentation::trigger_rules, &[ERRORS])],
        "One workflow rule.",
    ),
    rest(
        "process-approvals",
        "/services/data/{version}/process/approvals",
        &[
            get(presentation::approvals, &[("200", "process-approvals"), ERRORS]),
            post(presentation::submit, &[("400", "process-results"), ("400", "error-array"), ERRORS]),
        ],
        "The approval processes: there are none.",
    ),
    Endpoint {
        since: 32,
        ..rest(
            "custom-actions",
            "/services/data/{version}/actions/custom",
            &[get(presentation::custom_actions, &[("200", "custom-actions"), ERRORS])],
            "The types of custom actions.",
        )
    },
    Endpoint {
        since: 32,
        ..rest(
            "custom-actions-of-type",
            "/services/data/{version}/actions/custom/{type}",
            &[get(presentation::custom_actions_of, &[("200", "no-actions"), ERRORS])],
            "The custom actions of a type: there are none.",
        )
    },
    Endpoint {
        since: 32,
        ..rest(
            "custom-action",
            "/services/data/{version}/actions/custom/{type}/{*rest}",
            &[get(presentation::custom_action, &[ERRORS]), post(presentation::custom_action, &[ERRORS])],
            "One custom action.",
        )
    },
    rest(
        "chatter-me",
        "/services/data/{version}/chatter/users/me",
        &[get(presentation::chatter_me, &[("200", "chatter-user"), ERRORS])],
        "The user's own profile.",
    ),
    rest(
        "chatter-user",
        "/services/data/{version}/chatter/users/{id}",
        &[get(presentation::chatter_user, &[("200", "chatter-user"), ERRORS])],
        "The profile of a user.",
    ),
    rest(
        "tooling-resources",
        "/services/data/{version}/tooling",
        &[get(handlers::tooling_resources, &[("200", "resource-map"), ERRORS])],
        "The resources of the Tooling API.",
    ),
    rest(
        "tooling-describe-global",
        "/services/data/{version}/tooling/sobjects",
        &[get(
            handlers::tooling_describe_global,
            &[("200", "tooling-describe-global"), NOT_MODIFIED, ERRORS],
        )],
        "The objects of the Tooling API.",
    ),
    rest(
        "tooling-describe",
        "/services/data/{version}/tooling/sobjects/{sobject}/describe",
        &[get(handlers::tooling_describe, &[("200", "tooling-describe"), NOT_MODIFIED, ERRORS])],
        "An object of the Tooling API in full.",
    ),
    rest(
        "tooling-query-all",
        "/services/data/{version}/tooling/queryAll",
        &[get(handlers::tooling_query_all, &[("200", "tooling-query-result"), ERRORS])],
        "Runs a query of the Tooling API over deleted records, too.",
    ),
    rest(
        "tooling-query-more",
        "/services/data/{version}/tooling/query/{locator}",
        &[get(handlers::tooling_query_more, &[("200", "tooling-query-result"), ERRORS])],
        "A further page of a query of the Tooling API.",
    ),
];
