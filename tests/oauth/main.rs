//! OAuth as a browser, an app and an attacker see it: pages, redirects, codes, tokens, signatures.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod browser;
mod pages;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
