//! Recordings: redacted answers of an org in files, so that parity can be tested without the org.
//!
//! * [`Recording`] – the answers to one case
//! * [`Recordings`] – a folder of them

mod files;
mod recording;

pub use self::{
    files::Recordings,
    recording::{Recording, RecordingError},
};
