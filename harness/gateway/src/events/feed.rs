//! The feed: the org's event log as subscribers see it, without the org's lock.
//!
//! Whoever has the org's lock copies new events (pointers) here and wakes the subscribers. A subscriber is
//! a position in the feed; a slow or dead one costs nothing and holds nobody up. Each encoding of an event
//! is made once, by the first subscriber that needs it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use bytes::Bytes;
use mockorg_org::events::{Channel, EventLog, Queue, ReplayId, StoredEvent};
use tokio::sync::watch;

/// An event with the forms in which it was sent.
#[derive(Debug)]
pub struct Delivery {
    /// The event.
    pub event: Arc<StoredEvent>,
    /// The members of a CometD message that are the same for every subscriber.
    pub json: OnceLock<Bytes>,
    /// The Avro payload, with its schema's id.
    pub avro: OnceLock<(Arc<str>, Bytes)>,
}

impl<E: Into<Arc<StoredEvent>>> From<E> for Delivery {
    fn from(event: E) -> Self {
        Self { event: event.into(), json: OnceLock::new(), avro: OnceLock::new() }
    }
}

/// What a subscriber finds when it looks.
#[derive(Debug)]
pub struct Step {
    /// The events for it, oldest first.
    pub deliveries: Vec<Arc<Delivery>>,
    /// Where it stands now. Everything up to here was for it, or was not.
    pub position: ReplayId,
    /// The newest event that it should have got and that is not kept any more, if there is one.
    pub lost: Option<ReplayId>,
}

/// The events of an org, shared by all subscribers.
#[derive(Debug)]
pub struct Feed {
    kept: RwLock<KeptEvents>,
    /// Which life of the org this is, and its newest event. Subscribers wait for a change.
    moved: watch::Sender<(u64, ReplayId)>,
    /// Tells whoever hands events on that there are some to wait for.
    staging: watch::Sender<()>,
}

/// Events that nobody hears of before what caused them is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Staged {
    /// Up to where entries have to be kept.
    pub(crate) position: u64,
    life: u64,
    tail: ReplayId,
}

/// The events of an org as subscribers see them. Clones share what is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptEvents {
    deliveries: Queue<Arc<Delivery>>,
    /// Where those begin that outlive the life before.
    begun: ReplayId,
    /// The newest event that was taken over, which subscribers may not have been told of.
    tail: ReplayId,
    staged: VecDeque<Staged>,
    /// The newest event that is not kept any more.
    forgotten: ReplayId,
    /// The same by the channel of the event.
    forgotten_of: BTreeMap<Arc<str>, ReplayId>,
    /// The newest event that was never here: the org forgot it in the transaction that published it.
    missed: ReplayId,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            kept: RwLock::default(),
            moved: watch::Sender::new((0, ReplayId(0))),
            staging: watch::Sender::new(()),
        }
    }
}

impl Feed {
    /// The life of an org that has ended.
    pub const CLOSED: u64 = u64::MAX;

    /// Takes over what the log has got since last time. Called by whoever holds the org.
    pub(crate) fn follow(&self, log: &EventLog) {
        let (life, tail) = *self.moved.borrow();
        if log.tail() == tail {
            return;
        }
        {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            kept.take_over(log);
            kept.staged.clear();
        }
        self.moved.send_replace((life, log.tail()));
    }

    /// The same, but subscribers are not told before everything up to a position is kept.
    pub(crate) fn stage(&self, log: &EventLog, position: u64) {
        let life = self.life();
        {
            let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            if kept.tail == log.tail() {
                return;
            }
            kept.take_over(log);
            kept.staged.push_back(Staged { position, life, tail: log.tail() });
        }
        self.staging.send_replace(());
    }

    /// Tells when events were staged.
    pub(crate) fn staged(&self) -> watch::Receiver<()> {
        self.staging.subscribe()
    }

    /// The oldest events that subscribers have not been told of.
    pub(crate) fn next_staged(&self) -> Option<Staged> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner).staged.pop_front()
    }

    /// Tells subscribers of events that were staged, unless the org has begun anew.
    pub(crate) fn publish(&self, staged: Staged) {
        self.moved.send_if_modified(|(life, tail)| {
            let later = *life == staged.life && *tail < staged.tail;
            if later {
                *tail = staged.tail;
            }
            later
        });
    }

    /// The events as they are now.
    pub(crate) fn kept(&self) -> KeptEvents {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).clone();
        KeptEvents { staged: VecDeque::new(), ..kept }
    }

    /// The org begins anew, with events that are there already: subscriptions to the old one end. Those that outlive
    /// it go on after `begun`.
    pub(crate) fn restart(&self, kept: KeptEvents, begun: ReplayId) {
        let tail = kept.tail;
        let old = {
            let mut own = self.kept.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *own, KeptEvents { begun, ..kept })
        };
        let (life, _) = *self.moved.borrow();
        self.moved.send_replace((life.saturating_add(1), tail));
        drop(old);
    }

    /// Where those begin that outlive a reset, or a return to a snapshot: what comes after this event is for them.
    #[must_use]
    pub fn begun(&self) -> ReplayId {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).begun
    }

    /// The org ends, and all subscriptions with it.
    pub(crate) fn close(&self) {
        self.moved.send_modify(|(life, _)| *life = Self::CLOSED);
    }

    /// Which life of the org this is.
    #[must_use]
    pub fn life(&self) -> u64 {
        self.moved.borrow().0
    }

    /// Tells whenever something was published. The first member changes when the org begins anew, and
    /// whoever subscribed before has to start over.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<(u64, ReplayId)> {
        self.moved.subscribe()
    }

    /// The id of the newest event.
    #[must_use]
    pub fn tail(&self) -> ReplayId {
        self.moved.borrow().1
    }

    /// Up to `most` events after `after` that the channel carries.
    #[must_use]
    pub fn after(&self, after: ReplayId, channel: &Channel, most: usize) -> Step {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let newest = self.tail();
        let start = kept.deliveries.partition_point(|delivery| delivery.event.replay_id <= after);
        let mut step = Step { deliveries: Vec::new(), position: after, lost: kept.lost(after, channel) };
        for delivery in kept.deliveries.after(start) {
            if step.deliveries.len() == most || delivery.event.replay_id > newest {
                return step;
            }
            step.position = delivery.event.replay_id;
            if channel.carries(&delivery.event) {
                step.deliveries.push(Arc::clone(delivery));
            }
        }
        step
    }
}

impl KeptEvents {
    /// The events of a log.
    pub(crate) fn of(log: &EventLog) -> Self {
        let mut kept = Self::default();
        kept.take_over(log);
        kept
    }

    fn take_over(&mut self, log: &EventLog) {
        let tail = std::mem::replace(&mut self.tail, log.tail());
        self.deliveries.extend(log.after(tail).map(|event| Arc::new(Arc::clone(event).into())));
        self.forget_before(log.front().unwrap_or(log.tail()));
        if log.dropped() > tail {
            self.missed = log.dropped();
        }
    }

    fn forget_before(&mut self, front: ReplayId) {
        while self.deliveries.front().is_some_and(|delivery| delivery.event.replay_id < front) {
            let Some(delivery) = self.deliveries.pop_front() else { return };
            self.forgotten = delivery.event.replay_id;
            self.forgotten_of.insert(Arc::clone(&delivery.event.channel), self.forgotten);
        }
    }

    /// The newest event of a channel after `after` that is gone.
    fn lost(&self, after: ReplayId, channel: &Channel) -> Option<ReplayId> {
        if after >= self.forgotten && after >= self.missed {
            return None;
        }
        let of_channel = channel.members.iter().filter_map(|member| self.forgotten_of.get(member).copied());
        of_channel.chain([self.missed]).max().filter(|newest| *newest > after)
    }
}

#[cfg(test)]
mod tests {
    use mockorg_org::{
        RecordId, Timestamp,
        events::{ChannelKind, EventBody},
    };

    use super::*;

    #[test]
    fn a_restart_is_a_new_life_without_events() {
        let feed = Feed::default();
        let mut watch = feed.watch();
        feed.restart(KeptEvents::default(), ReplayId(0));
        assert!(watch.has_changed().unwrap());
        assert_eq!(*watch.borrow_and_update(), (1, ReplayId(0)));
    }

    fn delivery(id: u64, channel: &str) -> Arc<Delivery> {
        let event = StoredEvent {
            replay_id: ReplayId(id),
            event: channel.into(),
            channel: channel.into(),
            uuid: "u".into(),
            created_date: Timestamp::from_millis(0),
            created_by: RecordId::NULL,
            body: EventBody::Platform(Box::default()),
        };
        Arc::new(event.into())
    }

    #[test]
    fn whoever_is_behind_what_is_kept_of_its_channel_hears_of_it() {
        let mut kept = KeptEvents::default();
        kept.deliveries.extend([delivery(1, "/event/A"), delivery(2, "/event/B"), delivery(4, "/event/A")]);
        let lost =
            |kept: &KeptEvents, after: u64, channel: &str| kept.lost(ReplayId(after), &channel_of(channel));
        assert_eq!(lost(&kept, 0, "/event/A"), None);
        kept.forget_before(ReplayId(4));
        assert_eq!(lost(&kept, 0, "/event/A"), Some(ReplayId(1)));
        assert_eq!(lost(&kept, 1, "/event/A"), None, "the event of another channel is no loss");
        assert_eq!(lost(&kept, 1, "/event/B"), Some(ReplayId(2)));
        assert_eq!(lost(&kept, 2, "/event/B"), None);
    }

    fn channel_of(member: &str) -> Channel {
        Channel {
            name: member.into(),
            kind: ChannelKind::Event,
            members: [member.into()].into(),
            event: None,
            filters: Box::default(),
            hidden: Box::default(),
            user: RecordId::NULL,
            can_publish: false,
        }
    }
}
