//! Channels: what a subscriber names, and which events reach it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    body::{EventBody, TopicRow},
    log::StoredEvent,
};
use crate::{RecordId, Timestamp, Value};

/// A channel that a user may subscribe to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// The name as the subscriber gave it, without filters.
    pub name: Box<str>,
    /// What it carries.
    pub kind: ChannelKind,
    /// The channels of single events that it is made of: itself, or the members of a channel of several.
    pub members: Box<[Arc<str>]>,
    /// The one event that it carries; `None` for channels of several.
    pub event: Option<Arc<str>>,
    /// Field values that a subscriber of a PushTopic asks for in the channel's name.
    pub filters: Box<[(Box<str>, Box<str>)]>,
    /// The fields of a PushTopic that the subscriber may not read. They are left out of what it gets.
    pub hidden: Box<[Arc<str>]>,
    /// The subscriber, to whom generic events can be addressed.
    pub user: RecordId,
    /// Whether the user may publish to it.
    pub can_publish: bool,
}

/// What a channel carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChannelKind {
    /// Platform events.
    Event,
    /// Changes of records.
    Change,
    /// Notifications of a PushTopic.
    PushTopic,
    /// Generic events.
    Generic,
}

/// Why a channel cannot be subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChannelRefusal {
    /// The name is no name of a channel.
    Malformed,
    /// There is no such channel.
    Unknown,
    /// There is no such PushTopic.
    UnknownTopic,
    /// There is no such generic channel.
    UnknownGeneric,
    /// The user may not read the event.
    NoAccess,
    /// The user lacks View All Data, which changes of records ask for.
    NoChangeAccess,
}

impl Channel {
    /// Whether an event reaches subscribers of this channel.
    #[must_use]
    pub fn carries(&self, event: &StoredEvent) -> bool {
        if !self.members.contains(&event.channel) {
            return false;
        }
        match &event.body {
            EventBody::Platform(_) | EventBody::Change(_) => true,
            EventBody::Generic(generic) => {
                generic.user_ids.is_empty() || generic.user_ids.contains(&self.user)
            }
            EventBody::PushTopic(row) => self.filters.iter().all(|(name, wanted)| {
                let field = self.shown(row).find(|(field, _)| field.eq_ignore_ascii_case(name));
                field.is_some_and(|(_, value)| is_written(value, wanted))
            }),
        }
    }
}

impl Channel {
    /// An event without what the subscriber may not read; `None` when it may read all of it.
    #[must_use]
    pub fn withheld_from(&self, event: &StoredEvent) -> Option<StoredEvent> {
        match &event.body {
            EventBody::PushTopic(row) if !self.hidden.is_empty() => {
                let row = TopicRow { kind: row.kind.clone(), fields: self.shown(row).cloned().collect() };
                Some(StoredEvent { body: EventBody::PushTopic(Box::new(row)), ..event.clone() })
            }
            _ => None,
        }
    }

    fn shown<'r>(&self, row: &'r TopicRow) -> impl Iterator<Item = &'r (Arc<str>, Value)> {
        row.fields.iter().filter(|(field, _)| !self.hidden.contains(field))
    }
}

/// Whether a value is the one that a filter writes as text.
fn is_written(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Null => wanted.is_empty() || wanted == "null",
        Value::Text(text) => **text == *wanted,
        Value::Bool(value) => wanted.parse() == Ok(*value),
        Value::Id(id) => wanted.parse() == Ok(*id),
        Value::Int(value) => wanted.parse() == Ok(*value),
        Value::Number(value) => wanted.parse() == Ok(*value),
        Value::Date(date) => date.to_string() == wanted,
        Value::DateTime(at) => Timestamp::parse(wanted) == Some(*at),
        _ => false,
    }
}
