//! What is done to an org and its clock, written down in the order in which it was done.

mod entry;
mod recorder;

pub use entry::Entry;
pub use recorder::{Recorder, Settled};
