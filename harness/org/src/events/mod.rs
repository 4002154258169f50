//! The event log: what the org has published, each event with its replay id.

mod log;

pub use log::{EventLog, ReplayId, StoredEvent};
