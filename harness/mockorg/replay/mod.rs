//! Recordings: everything that was done to an org, with what came of it, in a file that can be run again.

mod difference;
mod recording;
mod run;

pub use difference::Difference;
pub use recording::{RECORDINGS, RecordingError};
pub(crate) use recording::{RecordChoice, Recorded, Tape};
pub use run::{Replay, ReplayError, replay};
