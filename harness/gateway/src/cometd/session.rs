//! One client: what it subscribed to, and where it stands.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use mockorg_org::{
    Timestamp,
    events::{Channel, ReplayId},
};
use tokio::sync::Notify;

/// For how long the org waits for a client's next request, by its own clock.
const PATIENCE: Duration = Duration::from_secs(40);

/// A client of the Streaming API.
#[derive(Debug)]
pub(super) struct Session {
    /// What the client calls itself.
    pub(super) id: Box<str>,
    /// The life of the org in which it began; a reset ends it.
    pub(super) life: u64,
    state: Mutex<State>,
    /// Wakes a held connect: the subscriptions have changed, another connect has come, or the session is over.
    pub(super) changed: Notify,
}

/// What changes about a session.
#[derive(Debug)]
pub(super) struct State {
    pub(super) subscriptions: Vec<Subscription>,
    /// The number of the last connect. Those before it have nothing more to say.
    pub(super) turn: u64,
    /// Whether the last connect is being held.
    pub(super) held: bool,
    /// Whether the client has disconnected.
    pub(super) ended: bool,
    /// When the client got its last answer: by the org's clock, and by the machine's.
    answered: (Timestamp, Instant),
}

/// One channel of a client.
#[derive(Debug)]
pub(super) struct Subscription {
    /// What the client calls the channel.
    pub(super) name: Arc<str>,
    pub(super) channel: Box<Channel>,
    /// The client has what came up to here.
    pub(super) position: ReplayId,
}

impl Session {
    pub(super) fn new(id: Box<str>, life: u64, now: Timestamp) -> Self {
        let state = State {
            subscriptions: Vec::new(),
            turn: 0,
            held: false,
            ended: false,
            answered: (now, Instant::now()),
        };
        Self { id, life, state: Mutex::new(state), changed: Notify::new() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Each change of the state is complete in itself.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client gets an answer now.
    pub(super) fn answer_at(&self, now: Timestamp) {
        self.state().answer_at(now);
    }

    /// Whether the client has stayed away for too long. `grace` is the time that a client has by the
    /// machine's clock even when the org's clock is moved.
    pub(super) fn is_over(&self, now: Timestamp, grace: Duration) -> bool {
        let state = self.state();
        let (at, instant) = state.answered;
        state.ended || (!state.held && now >= at + PATIENCE && instant.elapsed() >= grace)
    }
}

impl State {
    /// The client gets an answer now.
    pub(super) fn answer_at(&mut self, now: Timestamp) {
        self.answered = (now, Instant::now());
    }

    /// Subscribes, or moves a subscription that is there when the client names a place to begin.
    pub(super) fn subscribe(&mut self, subscription: Subscription, moves: Moves) {
        match self.subscriptions.iter_mut().find(|own| own.name == subscription.name) {
            None => self.subscriptions.push(subscription),
            Some(own) => {
                own.channel = subscription.channel;
                if moves == Moves::Yes {
                    own.position = subscription.position;
                }
            }
        }
    }
}

/// Whether a second subscription to a channel begins where it says, or goes on where the first one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moves {
    Yes,
    No,
}
