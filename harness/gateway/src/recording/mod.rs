//! What is done to an org and its clock, written down in the order in which it was done.

mod entry;
pub mod file;
mod keep;
mod recorder;
mod repeat;
mod state;

pub use entry::Entry;
pub(crate) use keep::not_kept;
pub use recorder::{NotKept, Recorder, Settled};
pub use state::OrgState;
