//! The HTTP shell of mockorg: REST, OAuth and SOAP in front of the org.
//!
//! Bytes become a [`mockorg_org::Call`] by way of the table of [`endpoints`], and the reply becomes bytes again.
//!
//! Invariant: the gateway holds no state of the org apart from connections.

mod answer;
pub mod avro;
mod bulk;
mod clock;
mod cometd;
mod composite;
mod compress;
mod connection;
mod control;
mod dispatch;
mod encode;
mod endpoint;
mod endpoint_index;
mod endpoints;
mod errors;
pub mod events;
mod exchange;
mod form;
mod front;
mod gateway;
mod grpc;
mod journal;
mod json;
pub mod json_schema;
mod listener;
mod metadata;
mod moment;
mod oauth;
mod path;
mod presentation;
mod recording;
mod rest;
mod serve;
mod snapshots;
mod soap;
mod stubs;
#[cfg(test)]
mod tests;
mod unknown;
mod unmodelled;
mod wait;
mod webhooks;

pub use clock::Clock;
pub use endpoint_index::{EndpointInfo, endpoint_index_json, endpoints};
pub use gateway::{Gateway, GatewayOptions, OrgFactory};
pub use grpc::{GrpcBody, GrpcFuture, GrpcService};
pub use journal::{JournalEntry, JournalSettings};
pub use listener::Listener;
pub use metadata::{Project, ProjectError, Unmodelled, read_project};
pub use moment::Beginning;
pub use recording::{Entry, Recorder, Settled};
pub use serve::{serve, serve_on};
pub use stubs::{StubLife, StubState};
pub use webhooks::{WebhookLife, WebhookState};
