//! `mockorg conform` as users run it: the real binary against a mock, and against a mock that passes for a sandbox.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cleanup;
mod proxy;
mod reports;
mod support;
mod verdicts;
