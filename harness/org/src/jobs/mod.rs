//! Asynchronous jobs: their trackers, their error log, and the work that the agenda holds for them.
//!
//! Jobs of types that mockorg does not run itself can be simulated, and failures injected into those that
//! it runs.

mod control;
mod error_log;
mod failures;
mod fault;
mod happened;
mod job_types;
mod list;
mod refusal;
mod simulate;
mod simulated;
mod simulated_event;
mod step;
mod tracker;
mod work;

pub use control::{Control, ControlReply};
pub use fault::{InjectedFailure, JobFault};
pub use happened::{Happened, Happening, Occurrence};
pub use refusal::ControlRefusal;
pub use simulated::{JobError, JobEvent, JobState, JobStep, SimulatedJob};

pub(crate) use error_log::Failure;
pub(crate) use failures::Failures;
pub(crate) use job_types::known_name;
pub(crate) use refusal::list;
pub(crate) use simulate::SimulatedJobs;
pub(crate) use tracker::{Counts, Tracker};
pub(crate) use work::{ASSETIZATION, Job, Task, Work};
