//! Endpoints that hold several requests or records.

use super::answers::ERRORS;
use crate::{
    composite,
    endpoint::{Endpoint, MethodRow, delete, get, patch, post, rest},
};

const SAVED: &[(&str, &str)] = &[("200", "save-results"), ERRORS];
const ROWS: &[(&str, &str)] = &[("200", "sobject-rows"), ERRORS];
const RESPONSE: MethodRow = post(composite::composite, &[("200", "composite-response"), ERRORS]);
const BATCH: MethodRow = post(composite::batch, &[("200", "batch-response"), ERRORS]);

/// The rows.
pub(super) static COMPOSITE: &[Endpoint] = &[
    Endpoint {
        since: 34,
        ..rest(
            "composite",
            "/services/data/{version}/composite",
            &[get(composite::resources, &[("200", "composite-resources"), ERRORS]), RESPONSE],
            "Up to 25 requests that may refer to each other; which resources take several requests.",
        )
    },
    Endpoint {
        since: 34,
        ..rest(
            "composite-batch",
            "/services/data/{version}/composite/batch",
            &[BATCH],
            "Up to 25 requests that have nothing to do with each other.",
        )
    },
    Endpoint {
        since: 34,
        ..rest(
            "composite-tree",
            "/services/data/{version}/composite/tree/{sobject}",
            &[post(
                composite::tree,
                &[("201", "tree-result"), ("400", "tree-errors"), ("400", "error-array"), ERRORS],
            )],
            "Creates records with their children.",
        )
    },
    Endpoint {
        since: 42,
        ..rest(
            "composite-sobjects",
            "/services/data/{version}/composite/sobjects",
            &[
                post(composite::create, SAVED),
                patch(composite::update, SAVED),
                delete(composite::delete, SAVED),
            ],
            "Creates, changes or deletes up to 200 records.",
        )
    },
    Endpoint {
        since: 42,
        ..rest(
            "composite-sobject",
            "/services/data/{version}/composite/sobjects/{sobject}",
            &[get(composite::retrieve, ROWS), post(composite::retrieve_by_body, ROWS)],
            "Reads many records of an object.",
        )
    },
    Endpoint {
        since: 46,
        ..rest(
            "composite-sobject-upsert",
            "/services/data/{version}/composite/sobjects/{sobject}/{field}",
            &[patch(composite::upsert, &[("200", "upsert-results"), ERRORS])],
            "Creates or changes up to 200 records of an object by an external id.",
        )
    },
    Endpoint {
        since: 50,
        ..rest(
            "composite-graph",
            "/services/data/{version}/composite/graph",
            &[post(composite::graph, &[("200", "graph-response"), ERRORS])],
            "Many composite requests, each all or nothing.",
        )
    },
    Endpoint {
        since: 38,
        ..rest(
            "tooling-composite",
            "/services/data/{version}/tooling/composite",
            &[RESPONSE],
            "Up to 25 requests of the Tooling API that may refer to each other.",
        )
    },
    Endpoint {
        since: 38,
        ..rest(
            "tooling-composite-batch",
            "/services/data/{version}/tooling/composite/batch",
            &[BATCH],
            "Up to 25 requests of the Tooling API that have nothing to do with each other.",
        )
    },
];
