//! Endpoints of records: versions, limits, objects, rows, queries and searches.

use super::answers::ERRORS;
use crate::{
    endpoint::{Auth, Endpoint, delete, get, patch, post, rest, row},
    rest,
};

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
const QUERIED: &[(&str, &str)] =
    &[("200", "query-result"), ("200", "query-plans"), ("200", "query-columns"), ERRORS];

/// The rows.
pub(super) static RECORDS: &[Endpoint] = &[
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
    rest("query", "/services/data/{version}/query", &[get(rest::query, QUERIED)], "Runs a SOQL query."),
    rest(
        "query-more",
        "/services/data/{version}/query/{locator}",
        &[get(rest::query_more, &[("200", "query-result"), ERRORS])],
        "A further page of a query.",
    ),
    rest(
        "query-all",
        "/services/data/{version}/queryAll",
        &[get(rest::query_all, QUERIED)],
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
];
