//! The Streaming API: Bayeux messages over long polling, at `/cometd/{version}`.
//!
//! A session is a handful of positions in the feed. Nothing is queued for it, and a connect that is held
//! costs a sleeping task: it wakes when something is published, when the org's time moves, or when the
//! client's long poll is over.

mod address;
mod caller;
mod connect;
mod disconnect;
mod errors;
mod frame;
mod handshake;
mod hold;
mod message;
mod payload;
mod replay;
mod reply;
mod request;
mod session;
mod sessions;
mod subscribe;
mod take;
#[cfg(test)]
mod tests;

pub(crate) use address::is_addressed;
pub(crate) use frame::push_frame;
pub(crate) use payload::{DateForm, write_members, write_value};
pub(crate) use request::{LONGEST_BODY, answer_at_once, respond, too_long};
pub(crate) use sessions::{Moment, Sessions};
