//! Events as subscribers receive them over both transports, and what happens when they come and go.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod avro;
mod channels;
mod cometd;
mod grpc;
mod lab;
mod reliability;
#[path = "../support/mod.rs"]
mod support;
mod wire;
