//! The feed: the org's event log as subscribers see it, without the org's lock.
//!
//! Whoever has the org's lock copies new events (pointers) here and wakes the subscribers. A subscriber is
//! a position in the feed; a slow or dead one costs nothing and holds nobody up. Each encoding of an event
//! is made once, by the first subscriber that needs it.

use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use bytes::Bytes;
use mockorg_org::events::{Channel, EventLog, ReplayId, StoredEvent};
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

/// What a subscriber finds when it looks.
#[derive(Debug)]
pub struct Step {
    /// The events for it, oldest first.
    pub deliveries: Vec<Arc<Delivery>>,
    /// Where it stands now. Everything up to here was for it, or was not.
    pub position: ReplayId,
}

/// The events of an org, shared by all subscribers.
#[derive(Debug)]
pub struct Feed {
    kept: RwLock<VecDeque<Arc<Delivery>>>,
    /// Which life of the org this is, and its newest event. Subscribers wait for a change.
    moved: watch::Sender<(u64, ReplayId)>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { kept: RwLock::default(), moved: watch::Sender::new((0, ReplayId(0))) }
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
            kept.extend(log.after(tail).map(|event| {
                let (json, avro) = (OnceLock::new(), OnceLock::new());
                Arc::new(Delivery { event: Arc::clone(event), json, avro })
            }));
            let front = log.front().unwrap_or(log.tail());
            while kept.front().is_some_and(|delivery| delivery.event.replay_id < front) {
                kept.pop_front();
            }
        }
        self.moved.send_replace((life, log.tail()));
    }

    /// The org begins anew: subscriptions to the old one end.
    pub(crate) fn restart(&self) {
        self.kept.write().unwrap_or_else(PoisonError::into_inner).clear();
        let (life, _) = *self.moved.borrow();
        self.moved.send_replace((life.saturating_add(1), ReplayId(0)));
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
        let start = kept.partition_point(|delivery| delivery.event.replay_id <= after);
        let mut step = Step { deliveries: Vec::new(), position: after };
        for delivery in kept.range(start..) {
            if step.deliveries.len() == most {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_is_a_new_life_without_events() {
        let feed = Feed::default();
        let mut watch = feed.watch();
        feed.restart();
        assert!(watch.has_changed().unwrap());
        assert_eq!(*watch.borrow_and_update(), (1, ReplayId(0)));
    }
}
