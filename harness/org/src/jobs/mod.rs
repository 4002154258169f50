//! Asynchronous jobs: their trackers, their error log, and the work that the agenda holds for them.

mod error_log;
mod tracker;
mod work;

pub(crate) use error_log::Failure;
pub(crate) use tracker::{Counts, Tracker};
pub(crate) use work::{Job, Task, Work};
