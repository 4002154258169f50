//! The clients of an org.

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::RandomState},
    hash::BuildHasher,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use mockorg_org::{RecordId, Timestamp};

use super::session::Session;
use crate::Gateway;

/// The sessions of the Streaming API, by client id.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    table: Mutex<Table>,
    /// Client ids differ between runs, so that a client of an earlier run is unknown, and not somebody else.
    chance: RandomState,
}

#[derive(Debug, Default)]
struct Table {
    by_id: BTreeMap<Box<str>, Arc<Session>>,
    opened: u64,
}

/// What decides whether a session goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// The life of the org.
    life: u64,
    /// The org's time.
    now: Timestamp,
    /// The least time that a client has by the machine's clock.
    grace: Duration,
}

/// What the clients do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// How many there are.
    pub(crate) clients: usize,
    /// How many channels they have subscribed to, in all.
    pub(crate) subscriptions: usize,
    /// How many of them wait for an answer to a connect.
    pub(crate) held: usize,
}

impl Moment {
    /// This moment.
    pub(crate) fn of(gateway: &Gateway) -> Self {
        Self::at(gateway, gateway.time().1)
    }

    /// The moment of a request that the org has seen at `now`.
    pub(super) fn at(gateway: &Gateway, now: Timestamp) -> Self {
        Self { life: gateway.feed().life(), now, grace: gateway.options.streaming_grace }
    }

    fn has(&self, session: &Session) -> bool {
        session.life == self.life && !session.is_over(self.now, self.grace)
    }
}

impl Sessions {
    /// Opens a session; `None` when there are as many as may be.
    pub(super) fn open(&self, moment: &Moment, most: usize) -> Option<Arc<Session>> {
        let mut table = self.table();
        table.by_id.retain(|_, session| moment.has(session));
        if table.by_id.len() >= most {
            return None;
        }
        table.opened += 1;
        let id = self.client_id(table.opened);
        let session = Arc::new(Session::new(id.clone(), moment.life, moment.now));
        table.by_id.insert(id, Arc::clone(&session));
        Some(session)
    }

    /// The session of a client, unless it is over.
    pub(super) fn get(&self, id: &str, moment: &Moment) -> Option<Arc<Session>> {
        let mut table = self.table();
        let session = table.by_id.get(id).map(Arc::clone)?;
        if moment.has(&session) {
            return Some(session);
        }
        table.by_id.remove(id);
        None
    }

    /// Ends a session.
    pub(super) fn close(&self, session: &Session) {
        self.table().by_id.remove(&session.id);
        session.state().ended = true;
        session.changed.notify_waiters();
    }

    /// How many sessions there are, and what they do.
    pub(crate) fn counts(&self, moment: &Moment) -> Counts {
        let mut counts = Counts::default();
        for session in self.table().by_id.values().filter(|session| moment.has(session)) {
            let state = session.state();
            counts.clients += 1;
            counts.subscriptions += state.subscriptions.len();
            counts.held += usize::from(state.held);
        }
        counts
    }

    /// The users who have subscribed to a channel.
    pub(crate) fn listeners(&self, moment: &Moment, channel: &str) -> BTreeSet<RecordId> {
        let table = self.table();
        let sessions = table.by_id.values().filter(|session| moment.has(session));
        let users = sessions.filter_map(|session| {
            let state = session.state();
            let mut channels = state.subscriptions.iter().map(|subscription| &subscription.channel);
            channels.find(|own| *own.name == *channel).map(|own| own.user)
        });
        users.collect()
    }

    /// What a browser is called.
    pub(super) fn browser(&self) -> Box<str> {
        let opened = self.table().opened;
        self.client_id(u64::MAX - opened)
    }

    /// A text of the form that the platform gives: digits and small letters.
    fn client_id(&self, number: u64) -> Box<str> {
        let mut id = String::with_capacity(26);
        for half in [0_u8, 1] {
            let mut bits = self.chance.hash_one((number, half));
            for _ in 0..13 {
                id.push(char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[(bits % 36) as usize]));
                bits /= 36;
            }
        }
        id.into()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Each change of the table is complete in itself.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use mockorg_org::events::Channel;

    use super::*;
    use crate::cometd::session::Subscription;

    fn at(seconds: u64) -> Moment {
        let now = Timestamp::from_millis(0) + Duration::from_secs(seconds);
        Moment { life: 0, now, grace: Duration::ZERO }
    }

    #[test]
    fn a_session_ends_40_seconds_after_its_last_answer() {
        let sessions = Sessions::default();
        let session = sessions.open(&at(0), 10).unwrap();
        assert!(sessions.get(&session.id, &at(39)).is_some());
        session.answer_at(at(39).now);
        assert!(sessions.get(&session.id, &at(78)).is_some());
        session.state().held = true;
        assert!(sessions.get(&session.id, &at(500)).is_some(), "a held connect is no absence");
        session.state().held = false;
        assert!(sessions.get(&session.id, &at(500)).is_none());
        assert_eq!(sessions.counts(&at(500)), Counts::default());
    }

    #[test]
    fn an_idle_client_costs_less_than_a_kilobyte() {
        let own = size_of::<Session>() + size_of::<Arc<Session>>() + 3 * size_of::<usize>() + 26;
        let subscription = size_of::<Subscription>() + size_of::<Channel>();
        assert!(own + subscription < 700, "{own} + {subscription}");
    }

    #[test]
    fn a_moved_clock_does_not_end_a_client_that_was_just_answered() {
        let sessions = Sessions::default();
        let patient = Moment { grace: Duration::from_secs(3600), ..at(5000) };
        let session = sessions.open(&at(0), 10).unwrap();
        assert!(sessions.get(&session.id, &patient).is_some());
    }

    #[test]
    fn there_are_no_more_sessions_than_may_be_and_a_new_life_has_none() {
        let sessions = Sessions::default();
        let first = sessions.open(&at(0), 2).unwrap();
        let second = sessions.open(&at(0), 2).unwrap();
        assert_ne!(first.id, second.id);
        assert!(sessions.open(&at(0), 2).is_none());
        sessions.close(&first);
        assert!(sessions.open(&at(0), 2).is_some());
        assert!(sessions.get(&second.id, &Moment { life: 1, ..at(0) }).is_none());
    }
}
