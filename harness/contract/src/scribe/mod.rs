//! Writing cases down: exchanges that took place become a case file, or a script that a person can run.
//!
//! What an earlier answer gave (ids, locators, addresses, tokens of jobs) is captured and named, so that the case
//! runs on any org; what changes from run to run is expected by its shape; secrets become values that the target
//! must give.

mod about;
mod captured;
mod case_file;
mod curl;
mod expectation;
mod flows;
mod render;
mod secrets;
mod shape;
mod sources;
mod summary;
mod template;
#[cfg(test)]
mod tests;
mod turns;

pub use about::About;
pub use captured::captured_file;
pub use case_file::case_file;
pub use curl::script;
pub use flows::flows;
pub use secrets::{MASK, is_secret_header, is_secret_member, without_secrets};
pub use summary::Summary;
