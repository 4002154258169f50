//! The control surface of the mock, under `/__mockorg/`: no part of the platform.

mod clock;
mod events;
mod failures;
mod gaps;
mod jobs;
mod journal;
mod members;
mod publish;
mod refuse;
mod status;
mod stubs;
mod subscribers;
mod webhooks;

pub(crate) use clock::{move_clock, read_clock};
pub(crate) use events::events;
pub(crate) use failures::{clear_failures, inject_failure, list_failures};
pub(crate) use gaps::inject_gaps;
pub(crate) use jobs::{list_jobs, simulate_job, step_job};
pub(crate) use journal::{clear_journal, read_journal};
pub(crate) use publish::publish;
pub(crate) use status::{coverage, health, reset, streaming};
pub(crate) use stubs::{add_stub, end_stub, end_stubs, list_stubs};
pub(crate) use subscribers::resume_subscriber;
pub(crate) use webhooks::{add_webhook, end_webhook, end_webhooks, list_webhooks};
