//! One entry: a call or an event.

use std::{fmt, sync::Arc};

use mockorg_org::Timestamp;

use super::{JournalCall, JournalEvent};

/// What has happened between the org and its clients, one thing.
#[derive(Clone, Debug)]
pub enum JournalEntry {
    /// A client asked, and was answered.
    Call(Arc<JournalCall>),
    /// The org published an event.
    Event(Arc<JournalEvent>),
}

impl JournalEntry {
    /// The number of the entry, from 1; entries that were dropped leave a gap.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        match self {
            Self::Call(call) => call.sequence,
            Self::Event(event) => event.sequence,
        }
    }

    /// The org's time.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Call(call) => call.at,
            Self::Event(event) => event.at,
        }
    }

    /// The call, unless it is an event.
    #[must_use]
    pub const fn call(&self) -> Option<&Arc<JournalCall>> {
        match self {
            Self::Call(call) => Some(call),
            Self::Event(_) => None,
        }
    }

    /// The event, unless it is a call.
    #[must_use]
    pub const fn event(&self) -> Option<&Arc<JournalEvent>> {
        match self {
            Self::Call(_) => None,
            Self::Event(event) => Some(event),
        }
    }

    /// About how many bytes the entry takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Call(call) => call.size(),
            Self::Event(event) => event.size(),
        }
    }
}

impl fmt::Display for JournalEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call) => call.fmt(f),
            Self::Event(event) => event.fmt(f),
        }
    }
}
