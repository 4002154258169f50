//! The control surface of the mock, under `/__mockorg/`: no part of the platform.

mod clock;
mod events;
mod failures;
mod jobs;
mod members;
mod refuse;
mod status;

pub(crate) use clock::{move_clock, read_clock};
pub(crate) use events::events;
pub(crate) use failures::{clear_failures, inject_failure, list_failures};
pub(crate) use jobs::{list_jobs, simulate_job, step_job};
pub(crate) use status::{coverage, health, reset};
