//! Self-tests of the harness: a check that cannot fail proves nothing.

#![expect(clippy::unwrap_used, reason = "a self-test stops at the first surprise")]

mod broken_org;
mod client;
mod data_files;
mod events;
mod records;
mod running;
mod stub;
