//! Faults on purpose, as clients see them: on real sockets, in every API, and each of the catalogue.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod apis;
mod catalogue;
mod client;
mod connection;
mod facade;
