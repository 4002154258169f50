//! Faults of the way between a client and the org: what goes wrong before a call, behind it, and on the wire.
//!
//! The org decides what strikes ([`mockorg_org::FaultPlan`]); this is where connections break and bytes crawl.

mod answer;
mod arrival;
mod body;
mod catalogue;
mod effects;
mod grpc;
mod plans;
mod present;
mod refusal;
mod wire;

pub(crate) use answer::{answer, answer_grpc};
pub(crate) use arrival::PUBSUB_ENDPOINTS;
pub(crate) use body::FaultyBody;
pub(crate) use effects::{Effects, Struck};
pub(crate) use present::Faults;
pub(crate) use refusal::tell;
pub(crate) use wire::{Broken, Cut, Wire};
