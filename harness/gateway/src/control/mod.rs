//! The control surface of the mock, under `/__mockorg/`: no part of the platform.

mod access;
mod branches;
mod clock;
mod events;
mod export;
mod failures;
mod fault_plan;
mod fault_state;
mod faults;
mod gaps;
mod jobs;
mod journal;
mod members;
mod openapi;
mod publish;
mod refuse;
mod snapshots;
mod status;
mod stubs;
mod subscribers;
mod verify;
mod webhooks;

pub use access::{CONTROL_TOKEN, ControlAccess};
pub use openapi::{ControlOperation, control_operations};

pub(crate) use access::{refusal, unknown_argument};
pub(crate) use branches::{add_branch, end_branch, list_branches, read_branch};
pub(crate) use clock::{move_clock, read_clock};
pub(crate) use events::{events, write_payload};
pub(crate) use export::{export, import};
pub(crate) use failures::{clear_failures, inject_failure, list_failures};
pub(crate) use fault_plan::read_plan;
pub(crate) use faults::{add_fault, end_fault, end_faults, fault_catalogue, list_faults, read_fault};
pub(crate) use gaps::inject_gaps;
pub(crate) use jobs::{list_jobs, simulate_job, step_job};
pub(crate) use journal::{clear_journal, read_har, read_journal};
pub(crate) use openapi::openapi;
pub(crate) use publish::publish;
pub(crate) use refuse::{refuse_failure, refuse_with};
pub(crate) use snapshots::{drop_snapshot, list_snapshots, restore_snapshot, take_snapshot};
pub(crate) use status::{coverage, health, reset, streaming};
pub(crate) use stubs::{add_stub, end_stub, end_stubs, list_stubs};
pub(crate) use subscribers::resume_subscriber;
pub(crate) use verify::verify;
pub(crate) use webhooks::{add_webhook, end_webhook, end_webhooks, list_webhooks};
