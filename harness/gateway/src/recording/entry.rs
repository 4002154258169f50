//! One thing that was done.

use mockorg_org::{Operation, Outcome, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Clock, moment::Beginning};

/// One thing that was done to an org or its clock. An org that begins alike, and to which the same entries are done in
/// the same order, is the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// Something was done to the org.
    Org {
        /// What.
        operation: Operation,
        /// What came of it, where answers are kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Outcome>,
    },
    /// The clock was moved, stopped or let go.
    Clock(Clock),
    /// The org was put back to a beginning.
    Reset {
        /// When, by the clock of the beginning.
        at: Timestamp,
        /// The beginning.
        beginning: Beginning,
    },
    /// A snapshot was taken.
    TakeSnapshot(Box<str>),
    /// The org was put back to a snapshot.
    RestoreSnapshot(Box<str>),
    /// A snapshot was given up.
    DropSnapshot(Box<str>),
}

impl Entry {
    /// Whether somebody was promised that this lasts; see [`Operation::promises`].
    #[must_use]
    pub fn promises(&self) -> bool {
        match self {
            Self::Org { operation, .. } => operation.promises(),
            _ => true,
        }
    }
}
