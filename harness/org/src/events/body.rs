//! What an event carries: the fields of a platform event, a change of a record, a row of a PushTopic, or
//! the text of a generic event.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{RecordId, Timestamp, Value, catalog::Slot};

/// What an event carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EventBody {
    /// A platform event: a value for each field of its definition, in slot order.
    Platform(Box<[Value]>),
    /// A change data capture event.
    Change(Box<ChangeEvent>),
    /// A notification of a PushTopic.
    PushTopic(Box<TopicRow>),
    /// A generic streaming event.
    Generic(Box<GenericEvent>),
}

/// A change of records of one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeEvent {
    /// The API name of the object.
    pub entity: Arc<str>,
    /// The records; usually one.
    pub record_ids: Box<[RecordId]>,
    /// What happened.
    pub change_type: ChangeType,
    /// Which API made the change, such as `com/salesforce/api/rest/62.0;client=x`; empty for changes of the
    /// org itself.
    pub change_origin: Box<str>,
    /// The transaction, as a UUID.
    pub transaction_key: Box<str>,
    /// The place of the change in its transaction, from 1.
    pub sequence_number: u32,
    /// When the transaction was committed.
    pub commit_timestamp: Timestamp,
    /// Rises with each commit.
    pub commit_number: u64,
    /// Who changed the record.
    pub commit_user: RecordId,
    /// The fields that an update changed, in slot order; empty for all else.
    pub changed: Box<[Slot]>,
    /// Those of them that became null.
    pub nulled: Box<[Slot]>,
    /// A value for each field of the object, in slot order; null for what the event does not carry.
    pub values: Box<[Value]>,
}

/// The kinds of change, in the order of the enumeration that schemas give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeType {
    /// A record was created.
    Create,
    /// A record was changed.
    Update,
    /// A record was deleted.
    Delete,
    /// A record came back.
    Undelete,
    /// A creation that could not be told in full.
    GapCreate,
    /// An update that could not be told in full.
    GapUpdate,
    /// A deletion that could not be told in full.
    GapDelete,
    /// A return that could not be told in full.
    GapUndelete,
    /// More changes in a transaction than are told one by one.
    GapOverflow,
}

impl ChangeType {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Undelete,
        Self::GapCreate,
        Self::GapUpdate,
        Self::GapDelete,
        Self::GapUndelete,
        Self::GapOverflow,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Undelete => "UNDELETE",
            Self::GapCreate => "GAP_CREATE",
            Self::GapUpdate => "GAP_UPDATE",
            Self::GapDelete => "GAP_DELETE",
            Self::GapUndelete => "GAP_UNDELETE",
            Self::GapOverflow => "GAP_OVERFLOW",
        }
    }
}

/// A row that a PushTopic reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicRow {
    /// `created`, `updated`, `deleted` or `undeleted`.
    pub kind: Box<str>,
    /// The selected fields with their values.
    pub fields: Box<[(Arc<str>, Value)]>,
}

/// A generic streaming event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GenericEvent {
    /// The text.
    pub payload: Box<str>,
    /// Only these users receive it; everyone when empty.
    pub user_ids: Box<[RecordId]>,
}
