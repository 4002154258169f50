//! The journal: what clients have sent and what they were answered, within bounds.
//!
//! Calls of the control surface are not in it, and neither are the streams of the Pub/Sub API.

mod entry;
mod kept;
mod mask;
mod mask_text;
mod record;
mod settings;

pub use entry::JournalEntry;
pub(crate) use kept::Journal;
pub(crate) use record::{Arrival, record};
pub use settings::JournalSettings;
