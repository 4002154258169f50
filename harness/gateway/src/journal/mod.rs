//! The journal: what clients have sent, what they were answered, and what the org published, in one sequence and
//! within bounds.
//!
//! Calls of the control surface are not in it.

mod call;
mod compare;
mod entry;
mod event;
mod filter;
mod grpc;
mod har;
mod json_pattern;
mod kept;
mod mask;
mod mask_text;
mod messages;
mod path_pattern;
mod pattern;
mod record;
mod settings;
mod status_pattern;
mod strikes;

pub use call::JournalCall;
pub use compare::Mismatch;
pub use entry::JournalEntry;
pub use event::JournalEvent;
pub use filter::{JournalFilter, JournalPage};
pub use grpc::GrpcCall;
pub(crate) use kept::Journal;
pub use pattern::{EntryKind, Pattern};
pub(crate) use record::{Arrival, Note, Noted, millis};
pub use settings::JournalSettings;
pub(crate) use strikes::{FaultNames, Strikes};
