//! The service, called in process: no sockets, and time that only tests move.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod managed;
mod org;
mod properties;
mod publish;
mod refusals;
mod slow;
mod subscribe;
