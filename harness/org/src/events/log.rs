//! One ordered log for all channels. Subscribers are cursors into it; nothing is queued for them.

use std::{collections::VecDeque, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{RecordId, Timestamp, Value};

/// The position of an event. Later events have greater ids; ids are not contiguous.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReplayId(pub u64);

/// A published event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// Its position.
    pub replay_id: ReplayId,
    /// The canonical name of the event's definition.
    pub event: Arc<str>,
    /// The channel, such as `/event/AssetRenewInitiatedEvent`.
    pub channel: Arc<str>,
    /// The event's own identity.
    pub uuid: Box<str>,
    /// When it was published.
    pub created_date: Timestamp,
    /// The user on whose behalf it was published.
    pub created_by: RecordId,
    /// The payload: a value for each field of the definition, in slot order.
    pub values: Box<[Value]>,
}

/// The log of one org. An event is stored once, whatever the number of subscribers.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    events: VecDeque<Arc<StoredEvent>>,
    last: ReplayId,
}

impl EventLog {
    /// For how long events can be replayed.
    pub const RETENTION_MILLIS: i64 = 72 * 3_600_000;

    /// The id of the newest event; zero before the first.
    #[must_use]
    pub const fn tail(&self) -> ReplayId {
        self.last
    }

    /// The events after `after`, oldest first.
    pub fn after(&self, after: ReplayId) -> impl Iterator<Item = &Arc<StoredEvent>> {
        let start = self.events.partition_point(|event| event.replay_id <= after);
        self.events.range(start..)
    }

    /// The id that the next event will get. Ids leave gaps, as on the platform, so that clients which
    /// count on contiguous ids are found out.
    pub(crate) const fn next_id(&self) -> ReplayId {
        ReplayId(self.last.0 + if self.last.0 % 3 == 2 { 2 } else { 1 })
    }

    /// Appends an event and forgets those whose retention is over.
    pub(crate) fn append(&mut self, event: StoredEvent) {
        let oldest = event.created_date.millis() - Self::RETENTION_MILLIS;
        while self.events.front().is_some_and(|event| event.created_date.millis() < oldest) {
            self.events.pop_front();
        }
        self.last = event.replay_id;
        self.events.push_back(Arc::new(event));
    }
}
