//! The gateway over real sockets: what clients send, byte by byte, and what they get.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod control;
mod jobs;
mod limits;
mod oauth;
mod panics;
mod protocol;
mod rest;
mod server;
mod soap;
mod streaming;
mod streaming_client;
mod streaming_polls;
mod webhooks;
