//! Endpoints of events: the Streaming API, schemas, streaming channels, and the Tooling records that set
//! channels up.

use super::answers::ERRORS;
use crate::{
    cometd,
    endpoint::{Auth, Endpoint, MethodRow, delete, get, patch, post, rest, row},
    rest,
};

/// The rows.
pub(super) static EVENTS: &[Endpoint] = &[
    Endpoint {
        since: 40,
        ..rest(
            "sobject-event-schema",
            "/services/data/{version}/sobjects/{sobject}/eventSchema",
            &[get(rest::schema_of_event, &[("200", "event-schema"), ERRORS])],
            "The schema of an event.",
        )
    },
    Endpoint {
        since: 40,
        ..rest(
            "event-schema",
            "/services/data/{version}/event/eventSchema/{schema}",
            &[get(rest::schema_by_id, &[("200", "event-schema"), ERRORS])],
            "The schema with an id.",
        )
    },
    rest(
        "streaming-channel-push",
        "/services/data/{version}/sobjects/StreamingChannel/{id}/push",
        &[
            get(rest::online_users, &[("200", "streaming-channel"), ERRORS]),
            post(rest::push_events, &[("200", "push-result"), ERRORS]),
        ],
        "Pushes generic events to the subscribers of a streaming channel; tells who subscribes to it.",
    ),
    rest(
        "tooling-sobject",
        "/services/data/{version}/tooling/sobjects/{sobject}",
        &[
            get(rest::tooling_describe_basic, &[("200", "tooling-basic"), ERRORS]),
            post(rest::tooling_create, &[("201", "tooling-save-result"), ERRORS]),
        ],
        "An object's entry; creates a channel of events, a member of one, or a managed subscription.",
    ),
    rest(
        "tooling-sobject-row",
        "/services/data/{version}/tooling/sobjects/{sobject}/{id}",
        &[
            get(rest::tooling_retrieve, &[("200", "tooling-record"), ERRORS]),
            patch(rest::tooling_update, &[("204", "none"), ERRORS]),
            delete(rest::tooling_delete, &[("204", "none"), ERRORS]),
        ],
        "Reads, changes or deletes such a record by its id.",
    ),
    rest(
        "tooling-query",
        "/services/data/{version}/tooling/query",
        &[get(rest::tooling_query, &[("200", "tooling-query-result"), ERRORS])],
        "Runs a query over the org's own metadata or over such records.",
    ),
    row(
        "cometd",
        "/cometd/{version}",
        Auth::None,
        STREAMING,
        "The Streaming API: Bayeux messages over long polling.",
    ),
    row(
        "cometd-without-version",
        "/cometd",
        Auth::None,
        STREAMING,
        "The same address without its version: refused in the words of the API.",
    ),
    row(
        "cometd-by-message",
        "/cometd/{version}/{message}",
        Auth::None,
        STREAMING,
        "The same with what a single message is about: handshake, connect, subscribe, unsubscribe, disconnect.",
    ),
];

const STREAMING: &[MethodRow] = &[post(
    cometd::answer_at_once,
    &[("200", "bayeux"), ("400", "text"), ("404", "error-array"), ("408", "empty"), ("413", "text"), ERRORS],
)];
