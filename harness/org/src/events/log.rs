//! One ordered log for all channels. Subscribers are cursors into it; nothing is queued for them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{body::EventBody, queue::Queue};
use crate::{RecordId, Timestamp, Value};

/// The position of an event. Later events have greater ids; ids are not contiguous.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReplayId(pub u64);

/// A published event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// Its position.
    pub replay_id: ReplayId,
    /// The canonical name of the event: of its definition, of its change event, or of its PushTopic.
    pub event: Arc<str>,
    /// The channel of this kind of event alone, such as `/event/AssetRenewInitiatedEvent`.
    pub channel: Arc<str>,
    /// The event's own identity.
    pub uuid: Box<str>,
    /// When it was published.
    pub created_date: Timestamp,
    /// The user on whose behalf it was published.
    pub created_by: RecordId,
    /// What it carries.
    pub body: EventBody,
}

impl StoredEvent {
    /// The values of a platform event in slot order; nothing for events of another kind.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        match &self.body {
            EventBody::Platform(values) => values,
            EventBody::Change(_) | EventBody::PushTopic(_) | EventBody::Generic(_) => &[],
        }
    }
}

/// The log of one org. An event is stored once, whatever the number of subscribers.
#[derive(Clone, Debug)]
pub struct EventLog {
    events: Queue<Arc<StoredEvent>>,
    last: ReplayId,
    /// The newest event that was forgotten; zero before the first.
    forgotten: ReplayId,
    /// How many events are kept at most.
    most: usize,
}

impl Default for EventLog {
    fn default() -> Self {
        Self::keeping(usize::MAX)
    }
}

impl EventLog {
    /// For how long events can be replayed.
    pub const RETENTION_MILLIS: i64 = 72 * 3_600_000;

    /// An empty log that keeps so many events at most, whatever their age.
    pub(crate) const fn keeping(most: usize) -> Self {
        Self { events: Queue::new(), last: ReplayId(0), forgotten: ReplayId(0), most }
    }

    /// A log of these events, which come in their order.
    pub(super) fn restored(
        events: Vec<Arc<StoredEvent>>,
        (last, forgotten): (ReplayId, ReplayId),
        most: usize,
    ) -> Self {
        let mut log = Self { last, forgotten, ..Self::keeping(most) };
        events.into_iter().for_each(|event| log.events.push_back(event));
        log
    }

    /// How many events are kept at most.
    pub(super) const fn most(&self) -> usize {
        self.most
    }

    /// The id of the newest event; zero before the first.
    #[must_use]
    pub const fn tail(&self) -> ReplayId {
        self.last
    }

    /// The id of the newest event that the log does not hold any more; zero when it holds all.
    #[must_use]
    pub const fn dropped(&self) -> ReplayId {
        self.forgotten
    }

    /// The id of the oldest event that the log holds.
    #[must_use]
    pub fn front(&self) -> Option<ReplayId> {
        self.events.front().map(|event| event.replay_id)
    }

    /// Whether the log holds all that came after this id. A subscriber of a quiet channel keeps a position
    /// whose own event may be gone.
    #[must_use]
    pub fn can_resume_after(&self, id: ReplayId) -> bool {
        id <= self.last && id >= self.forgotten
    }

    /// The id of the newest event that cannot be replayed at `now`: the log drops old events only when it
    /// grows, and their retention may end before. Zero when all can be replayed.
    #[must_use]
    pub fn forgotten(&self, now: Timestamp) -> ReplayId {
        let oldest = now.millis() - Self::RETENTION_MILLIS;
        let over = self.events.partition_point(|event| event.created_date.millis() < oldest);
        let last = over.checked_sub(1).and_then(|place| self.events.get(place));
        last.map_or(self.forgotten, |event| event.replay_id)
    }

    /// The events after `after`, oldest first.
    pub fn after(&self, after: ReplayId) -> impl Iterator<Item = &Arc<StoredEvent>> {
        let start = self.events.partition_point(|event| event.replay_id <= after);
        self.events.after(start)
    }

    /// Whether a replay can begin after this id at `now`: the retention of nothing that came after it is over.
    #[must_use]
    pub fn can_replay_after(&self, id: ReplayId, now: Timestamp) -> bool {
        id <= self.last && id >= self.forgotten(now)
    }

    /// The id that the next event will get. Ids leave gaps, as on the platform, so that clients which
    /// count on contiguous ids are found out.
    pub(crate) const fn next_id(&self) -> ReplayId {
        ReplayId(self.last.0 + if self.last.0 % 3 == 2 { 2 } else { 1 })
    }

    /// Uses up so many ids.
    pub(crate) const fn skip(&mut self, ids: u32) {
        self.last.0 += ids as u64;
    }

    /// Uses up the next id, for an event that nobody will see.
    pub(crate) const fn lose(&mut self) -> ReplayId {
        self.last = self.next_id();
        self.last
    }

    /// Appends an event and forgets those whose retention is over.
    pub(crate) fn append(&mut self, event: StoredEvent) {
        self.expire(event.created_date);
        if self.events.len() >= self.most {
            self.forget();
        }
        self.last = event.replay_id;
        self.events.push_back(Arc::new(event));
    }

    /// Forgets the events whose retention is over at `now`.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        let oldest = now.millis() - Self::RETENTION_MILLIS;
        while self.events.front().is_some_and(|event| event.created_date.millis() < oldest) {
            self.forget();
        }
    }

    fn forget(&mut self) {
        if let Some(event) = self.events.pop_front() {
            self.forgotten = event.replay_id;
        }
    }
}
