//! The table of endpoints. Routing, 404 and 405 answers, the resource list and the contract's coverage
//! all follow from it.

use crate::{
    control,
    endpoint::{Auth, Endpoint, MethodRow, delete, get, patch, post, rest, row},
    oauth, rest, soap,
};

const ERRORS: (&str, &str) = ("default", "error-array");
const OAUTH_ERROR: (&str, &str) = ("default", "oauth-error");
const CONTROL_ERROR: (&str, &str) = ("default", "control-error");
const NOT_MODIFIED: (&str, &str) = ("304", "none");
const PRECONDITION: (&str, &str) = ("412", "none");
const SAVED: (&str, &str) = ("201", "save-result");
const UPSERTED: &[(&str, &str)] = &[
    ("200", "upsert-result"),
    ("201", "upsert-result"),
    ("204", "none"),
    ("300", "multiple-choices"),
    PRECONDITION,
    ERRORS,
];

const LIFECYCLE: &[(&str, &str)] = &[("201", "asset-lifecycle"), ERRORS];

/// Every endpoint.
pub(crate) static ENDPOINTS: &[Endpoint] = &[
    row(
        "versions",
        "/services/data",
        Auth::None,
        &[get(rest::versions, &[("200", "versions"), ERRORS])],
        "The live API versions, oldest first.",
    ),
    rest(
        "resources",
        "/services/data/{version}",
        &[get(rest::resources, &[("200", "resources"), ERRORS])],
        "The resources of a version.",
    ),
    rest(
        "limits",
        "/services/data/{version}/limits",
        &[get(rest::limits, &[("200", "limits"), ERRORS])],
        "The org's limits and what is left of them.",
    ),
    rest(
        "record-count",
        "/services/data/{version}/limits/recordCount",
        &[get(rest::record_count, &[("200", "record-count"), ERRORS])],
        "How many records objects have.",
    ),
    rest(
        "describe-global",
        "/services/data/{version}/sobjects",
        &[get(rest::describe_global, &[("200", "describe-global"), NOT_MODIFIED, ERRORS])],
        "Every object that the user can see.",
    ),
    rest(
        "sobject",
        "/services/data/{version}/sobjects/{sobject}",
        &[
            get(rest::describe_basic, &[("200", "sobject-basic"), ERRORS]),
            post(rest::create, &[SAVED, ERRORS]),
        ],
        "An object's entry and recent records; creates a record.",
    ),
    rest(
        "sobject-describe",
        "/services/data/{version}/sobjects/{sobject}/describe",
        &[get(rest::describe, &[("200", "sobject-describe"), NOT_MODIFIED, ERRORS])],
        "An object in full.",
    ),
    rest(
        "sobject-deleted",
        "/services/data/{version}/sobjects/{sobject}/deleted",
        &[get(rest::deleted, &[("200", "deleted"), ERRORS])],
        "The records deleted in a window of time.",
    ),
    rest(
        "sobject-updated",
        "/services/data/{version}/sobjects/{sobject}/updated",
        &[get(rest::updated, &[("200", "updated"), ERRORS])],
        "The records created or changed in a window of time.",
    ),
    Endpoint {
        since: 37,
        ..rest(
            "sobject-create-by-id-field",
            "/services/data/{version}/sobjects/{sobject}/Id",
            &[post(rest::create_by_id_field, &[("201", "upsert-result"), ERRORS])],
            "Creates a record, as an upsert without a key.",
        )
    },
    rest(
        "sobject-row",
        "/services/data/{version}/sobjects/{sobject}/{id}",
        &[
            get(rest::retrieve, &[("200", "sobject-row"), NOT_MODIFIED, PRECONDITION, ERRORS]),
            patch(rest::update, &[("204", "none"), PRECONDITION, ERRORS]),
            delete(rest::delete, &[("204", "none"), PRECONDITION, ERRORS]),
        ],
        "Reads, changes or deletes a record by its id.",
    ),
    Endpoint {
        binary: true,
        ..rest(
            "sobject-row-member",
            "/services/data/{version}/sobjects/{sobject}/{a}/{b}",
            &[
                get(
                    rest::retrieve_member,
                    &[
                        ("200", "sobject-row-or-query-result"),
                        ("200", "blob"),
                        ("300", "multiple-choices"),
                        NOT_MODIFIED,
                        PRECONDITION,
                        ERRORS,
                    ],
                ),
                patch(rest::update_member, UPSERTED),
                delete(rest::delete_member, &[("204", "none"), ("300", "multiple-choices"), ERRORS]),
            ],
            "A record by its external id, or a blob or relationship of a record by its id.",
        )
    },
    rest(
        "sobject-relationship-path",
        "/services/data/{version}/sobjects/{sobject}/{id}/{relationship}/{*rest}",
        &[
            get(rest::retrieve_path, &[("200", "sobject-row-or-query-result"), ERRORS]),
            patch(rest::update_path, &[("204", "none"), ERRORS]),
            delete(rest::delete_path, &[("204", "none"), ERRORS]),
        ],
        "Follows several relationships from a record.",
    ),
    rest(
        "recent",
        "/services/data/{version}/recent",
        &[get(rest::recent, &[("200", "recent"), ERRORS])],
        "The user's recently used records.",
    ),
    rest(
        "query",
        "/services/data/{version}/query",
        &[get(rest::query, &[("200", "query-result"), ("200", "query-plans"), ERRORS])],
        "Runs a SOQL query.",
    ),
    rest(
        "query-more",
        "/services/data/{version}/query/{locator}",
        &[get(rest::query_more, &[("200", "query-result"), ERRORS])],
        "A further page of a query.",
    ),
    rest(
        "query-all",
        "/services/data/{version}/queryAll",
        &[get(rest::query_all, &[("200", "query-result"), ("200", "query-plans"), ERRORS])],
        "Runs a SOQL query over deleted records, too.",
    ),
    rest(
        "query-all-more",
        "/services/data/{version}/queryAll/{locator}",
        &[get(rest::query_more, &[("200", "query-result"), ERRORS])],
        "A further page of a queryAll.",
    ),
    rest(
        "search",
        "/services/data/{version}/search",
        &[get(rest::search, &[("200", "search-result"), ERRORS])],
        "Runs a SOSL search.",
    ),
    Endpoint {
        since: 36,
        ..rest(
            "parameterized-search",
            "/services/data/{version}/parameterizedSearch",
            &[
                get(rest::parameterized_search, &[("200", "search-result"), ERRORS]),
                post(rest::parameterized_search_by_body, &[("200", "search-result"), ERRORS]),
            ],
            "Searches by parameters instead of SOSL.",
        )
    },
    Endpoint {
        since: 32,
        ..rest(
            "search-suggestions",
            "/services/data/{version}/search/suggestions",
            &[get(rest::suggestions, &[("200", "search-suggestions"), ERRORS])],
            "Records whose names fit what a user has typed so far.",
        )
    },
    rest(
        "search-scope-order",
        "/services/data/{version}/search/scopeOrder",
        &[get(rest::search_scope_order, &[("200", "search-scope-order"), ERRORS])],
        "The objects that a search looks at when it names none.",
    ),
    rest(
        "search-layout",
        "/services/data/{version}/search/layout",
        &[get(rest::search_layouts, &[("200", "search-layout"), ERRORS])],
        "How search results of objects are laid out.",
    ),
    Endpoint {
        since: 55,
        ..rest(
            "initiate-renewal",
            "/services/data/{version}/asset-management/assets/collection/actions/initiate-renewal",
            &[post(
                rest::initiate_renewal,
                &[
                    ("200", "async-operation"),
                    ("201", "async-operation"),
                    ("202", "async-operation"),
                    ("400", "async-operation-or-errors"),
                    ERRORS,
                ],
            )],
            "Renews subscription assets in the background.",
        )
    },
    Endpoint {
        since: 56,
        ..rest(
            "initiate-amend-quantity",
            "/services/data/{version}/asset-management/assets/collection/actions/initiate-amend-quantity",
            &[post(
                rest::initiate_amend_quantity,
                &[
                    ("200", "async-operation"),
                    ("201", "async-operation"),
                    ("202", "async-operation"),
                    ("400", "async-operation-or-errors"),
                    ERRORS,
                ],
            )],
            "Changes the quantity of subscription assets in the background.",
        )
    },
    Endpoint {
        since: 55,
        ..rest(
            "initiate-cancellation",
            "/services/data/{version}/asset-management/assets/collection/actions/initiate-cancellation",
            &[post(
                rest::initiate_cancellation,
                &[
                    ("200", "async-operation"),
                    ("201", "async-operation"),
                    ("202", "async-operation"),
                    ("400", "async-operation-or-errors"),
                    ERRORS,
                ],
            )],
            "Cancels subscription assets in the background.",
        )
    },
    Endpoint {
        since: 50,
        ..rest(
            "generate-asset",
            "/services/data/{version}/asset-management/assets/actions/generate",
            &[post(rest::generate_asset, LIFECYCLE)],
            "Creates a life-cycle-managed asset without any order.",
        )
    },
    Endpoint {
        since: 50,
        ..rest(
            "change-asset",
            "/services/data/{version}/asset-management/assets/{asset}/actions/change",
            &[post(rest::change_asset, LIFECYCLE)],
            "Changes a life-cycle-managed asset without any order.",
        )
    },
    Endpoint {
        since: 50,
        ..rest(
            "cancel-asset",
            "/services/data/{version}/asset-management/assets/{asset}/actions/cancel",
            &[post(rest::cancel_asset, LIFECYCLE)],
            "Cancels a life-cycle-managed asset without any order.",
        )
    },
    rest(
        "actions",
        "/services/data/{version}/actions",
        &[get(rest::actions, &[("200", "actions"), ERRORS])],
        "The kinds of invocable actions.",
    ),
    rest(
        "standard-actions",
        "/services/data/{version}/actions/standard",
        &[get(rest::standard_actions, &[("200", "standard-actions"), ERRORS])],
        "The standard invocable actions.",
    ),
    rest(
        "standard-action",
        "/services/data/{version}/actions/standard/{name}",
        &[
            get(rest::describe_action, &[("200", "action-describe"), ERRORS]),
            post(
                rest::invoke_action,
                &[("200", "action-results"), ("400", "action-results-or-errors"), ERRORS],
            ),
        ],
        "Describes or invokes a standard action.",
    ),
    row(
        "oauth-token",
        "/services/oauth2/token",
        Auth::Client,
        &[
            get(oauth::token, &[("200", "token"), OAUTH_ERROR]),
            post(oauth::token, &[("200", "token"), OAUTH_ERROR]),
        ],
        "Grants an access token.",
    ),
    row(
        "oauth-userinfo",
        "/services/oauth2/userinfo",
        Auth::Client,
        &[
            get(oauth::userinfo, &[("200", "userinfo"), ("403", "none"), ERRORS]),
            post(oauth::userinfo, &[("200", "userinfo"), ("403", "none"), ERRORS]),
        ],
        "The OpenID claims of the session's user.",
    ),
    row(
        "oauth-introspect",
        "/services/oauth2/introspect",
        Auth::Client,
        &[post(oauth::introspect, &[("200", "introspection"), OAUTH_ERROR])],
        "What a token is worth.",
    ),
    row(
        "oauth-revoke",
        "/services/oauth2/revoke",
        Auth::Client,
        &[
            get(oauth::revoke, &[("200", "none"), OAUTH_ERROR]),
            post(oauth::revoke, &[("200", "none"), OAUTH_ERROR]),
        ],
        "Ends a session by its token.",
    ),
    row(
        "identity",
        "/id/{org}/{user}",
        Auth::Client,
        &[
            get(oauth::identity, &[("200", "identity"), ("403", "none"), ("404", "none"), ERRORS]),
            post(oauth::identity, &[("200", "identity"), ("403", "none"), ("404", "none"), ERRORS]),
        ],
        "Who the session's user is.",
    ),
    row(
        "soap-partner",
        "/services/Soap/u/{version}",
        Auth::None,
        SOAP,
        "SOAP with the partner WSDL: login, logout, getUserInfo.",
    ),
    row(
        "soap-partner-of-org",
        "/services/Soap/u/{version}/{org}",
        Auth::None,
        SOAP,
        "The same under the address that login answers.",
    ),
    row(
        "soap-enterprise",
        "/services/Soap/c/{version}",
        Auth::None,
        SOAP,
        "SOAP with the enterprise WSDL: login, logout, getUserInfo.",
    ),
    row(
        "soap-enterprise-of-org",
        "/services/Soap/c/{version}/{org}",
        Auth::None,
        SOAP,
        "The same under the address that login answers.",
    ),
    row(
        "control-health",
        "/__mockorg/health",
        Auth::Control,
        &[get(control::health, &[("200", "control-health"), CONTROL_ERROR])],
        "Whether the org serves, and which one it is.",
    ),
    row(
        "control-reset",
        "/__mockorg/reset",
        Auth::Control,
        &[post(control::reset, &[("200", "control-health"), CONTROL_ERROR])],
        "Puts the org back to its beginning.",
    ),
    row(
        "control-clock",
        "/__mockorg/clock",
        Auth::Control,
        &[
            get(control::read_clock, &[("200", "control-clock"), CONTROL_ERROR]),
            post(control::move_clock, &[("200", "control-clock"), CONTROL_ERROR]),
        ],
        "Reads or moves the org's time.",
    ),
    row(
        "control-events",
        "/__mockorg/events",
        Auth::Control,
        &[get(control::events, &[("200", "control-events"), CONTROL_ERROR])],
        "The events that the org has published.",
    ),
    row(
        "control-coverage",
        "/__mockorg/coverage",
        Auth::Control,
        &[get(control::coverage, &[("200", "control-coverage"), CONTROL_ERROR])],
        "What was asked for and is not modelled.",
    ),
];

const SOAP: &[MethodRow] =
    &[get(soap::only_post, &[("405", "none")]), post(soap::call, &[("200", "none"), ("500", "none")])];

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str) -> &'static Endpoint {
        ENDPOINTS.iter().find(|row| row.id == id).unwrap()
    }

    #[test]
    fn allowed_methods_are_listed_as_the_platform_does() {
        assert_eq!(row("sobject").allowed(), "HEAD,GET,POST");
        assert_eq!(row("sobject-row").allowed(), "HEAD,GET,PATCH,DELETE");
        assert_eq!(row("initiate-renewal").allowed(), "POST");
    }

    #[test]
    fn endpoint_ids_are_unique() {
        let mut ids: Vec<_> = ENDPOINTS.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ENDPOINTS.len());
    }
}
