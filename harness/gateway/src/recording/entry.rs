//! One thing that was done.

use mockorg_org::{Operation, Outcome, Stub, Timestamp, Webhook, events::ReplayId};
use serde::{Deserialize, Serialize};

use crate::{Clock, StubLife, WebhookLife, moment::Beginning};

/// One thing that was done to an org or its clock. An org that begins alike, and to which the same entries are done in
/// the same order, is the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "nearly every entry is of the largest kind")]
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
    /// The org began anew with another org file, or again with that of its start.
    Import {
        /// When, by the clock of the beginning.
        at: Timestamp,
        /// The beginning.
        beginning: Beginning,
        /// The text of the org file; `None` for that of the start.
        file: Option<Box<str>>,
    },
    /// A snapshot was taken.
    TakeSnapshot(Box<str>),
    /// The org was put back to a snapshot.
    RestoreSnapshot(Box<str>),
    /// A snapshot was given up.
    DropSnapshot(Box<str>),
    /// A stub was added, or took the place of the one of its name.
    AddStub {
        /// The stub.
        stub: Box<Stub>,
        /// For how long it answers.
        life: StubLife,
    },
    /// The stub of this name has answered once more.
    StubAnswered(Box<str>),
    /// The stub of this name was ended, or all of them.
    EndStubs(Option<Box<str>>),
    /// A webhook was added, or took the place of the one of its name.
    AddWebhook {
        /// The webhook, with its secret.
        webhook: Box<Webhook>,
        /// What becomes of it at a reset.
        life: WebhookLife,
        /// Behind which event it begins.
        position: ReplayId,
    },
    /// The webhook of this name goes on behind an event, whatever it has not posted.
    SkipToEvent {
        /// The webhook.
        webhook: Box<str>,
        /// The event.
        position: ReplayId,
    },
    /// The webhook of this name was ended, or all of them.
    EndWebhooks(Option<Box<str>>),
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
