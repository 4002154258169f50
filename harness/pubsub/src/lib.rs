//! The Pub/Sub API of mockorg: events over gRPC, in Avro.
//!
//! A subscription is a position in the gateway's feed and a budget; nothing is queued for it.
//!
//! Invariant: this crate holds no state of the org. It decodes, asks, encodes.

mod active;
mod auth;
mod deliver;
mod fetch;
mod flow;
mod hook;
mod managed;
#[expect(
    clippy::allow_attributes_without_reason,
    reason = "made by a generator"
)]
#[rustfmt::skip]
#[path = "generated/eventbus_v1.rs"]
pub mod proto;
mod publish;
mod publish_stream;
mod refusal;
mod replay;
mod rpc;
mod service;
mod subscription;
mod told;
mod topic;
mod unfold;

pub use hook::PubSubHook;
pub use service::PubSubService;
