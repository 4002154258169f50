//! Automations: subscribers inside the org, declared in its file. They stand for the Apex triggers, flows and
//! processes that wait for events of a real org.
//!
//! An automation is a position in the event log. What a transaction publishes makes work for the agenda, at
//! the same time; each run takes a batch of events, in a transaction of its own. What a run publishes is
//! handled by later runs.

mod action;
mod compile;
mod file;
mod run;
mod state;
mod subscribers;
mod template;

pub(crate) use action::Action;
pub(crate) use file::AutomationFile;
pub(crate) use state::{Automation, Automations, Trigger};
