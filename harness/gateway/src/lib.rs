//! The HTTP shell of mockorg: REST, OAuth and SOAP in front of the org.
//!
//! Bytes become a [`mockorg_org::Call`] by way of the table of [`endpoints`], and the reply becomes bytes again.
//!
//! Invariant: the gateway holds no state of the org apart from connections.

mod agenda;
mod answer;
mod at_once;
pub mod avro;
mod body;
mod branches;
mod bulk;
mod clock;
mod cometd;
mod composite;
mod compress;
mod connection;
mod control;
mod dispatch;
mod doors;
mod encode;
mod endpoint;
mod endpoint_index;
mod endpoints;
mod errors;
pub mod events;
mod exchange;
mod faults;
mod form;
mod front;
mod gateway;
mod gather;
mod grpc;
mod import;
mod journal;
mod json;
pub mod json_schema;
mod limits;
mod listener;
mod lives;
mod metadata;
mod moment;
mod moves;
mod oauth;
mod pace;
mod paced;
mod panics;
mod path;
mod patience;
mod presentation;
pub mod recording;
mod rest;
mod sent;
mod serve;
mod snapshots;
mod soap;
mod stubs;
#[cfg(test)]
mod tests;
mod unknown;
mod unmodelled;
mod verify;
mod wait;
mod webhooks;

pub use at_once::{AnswerAtOnce, RequestAtOnce};
pub use branches::{BranchOrder, BranchState, GrpcOfBranches};
pub use clock::Clock;
pub use control::{CONTROL_TOKEN, ControlAccess, ControlOperation, control_operations};
pub use endpoint::{Argument, ArgumentForm};
pub use endpoint_index::{EndpointInfo, endpoint_index_json, endpoints};
pub use gateway::{Gateway, GatewayOptions, OrgFactory};
pub use grpc::{GrpcBody, GrpcFuture, GrpcService};
pub use import::OrgLoader;
pub use journal::{
    EntryKind, GrpcCall, JournalCall, JournalEntry, JournalEvent, JournalFilter, JournalPage,
    JournalSettings, Mismatch, Pattern,
};
pub use limits::ServerLimits;
pub use listener::Listener;
pub use metadata::{Project, ProjectError, Unmodelled, read_project};
pub use moment::Beginning;
pub use panics::{CaughtPanic, remember_panic};
pub use recording::{Entry, NotKept, Recorder, Settled};
pub use serve::{serve, serve_on};
pub use snapshots::SnapshotState;
pub use stubs::{StubLife, StubState};
pub use verify::{Expectation, NearMiss, Times, Unmet, UnmetKind, Verdict, Verification};
pub use webhooks::{WebhookLife, WebhookState};
