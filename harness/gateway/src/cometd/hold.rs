//! A connect that is held until there is something to say.

use std::{pin::pin, sync::Arc, time::Duration};

use mockorg_org::{ApiVersion, Timestamp};
use tokio::time::Instant;

use super::{
    caller::Caller,
    session::Session,
    take::{Lost, take},
};
use crate::{
    Gateway,
    events::Feed,
    wait::{any, left},
};

/// For how long a connect is held at most.
pub(super) const LONGEST_POLL: Duration = Duration::from_secs(110);

/// A connect that waits.
#[derive(Debug)]
pub(super) struct Hold {
    pub(super) session: Arc<Session>,
    /// Which connect of its session this is.
    turn: u64,
    version: ApiVersion,
    /// When the poll is over, by the org's clock and by the machine's. A clock that stands still must not
    /// keep clients waiting for longer than they were told.
    until: (Timestamp, Instant),
}

/// How a poll ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With events, or because its time is up, or because the server stops: messages, each with a comma.
    Answer(Vec<u8>),
    /// The client has disconnected.
    Disconnected,
    /// The org has been reset, or has forgotten events that the client should have got.
    Unknown,
    /// The client has sent another connect and does not wait for this one any more.
    Superseded,
}

impl Hold {
    pub(super) fn new(session: Arc<Session>, turn: u64, caller: &Caller<'_>, patience: Duration) -> Self {
        let until = (caller.now + patience, Instant::now() + patience);
        Self { session, turn, version: caller.session.version, until }
    }

    /// Waits for the end of the poll.
    pub(super) async fn wait(&self, gateway: &Gateway) -> End {
        // Whoever drops a request that waits must leave a session that can expire.
        let _release = Release { hold: self, gateway };
        let mut feed = gateway.feed().watch();
        let mut clock = gateway.clock_moves();
        loop {
            let mut changed = pin!(self.session.changed.notified());
            changed.as_mut().enable();
            feed.mark_unchanged();
            clock.mark_unchanged();
            let (time, now) = gateway.time();
            let over = gateway.feed().life() == Feed::CLOSED
                || now >= self.until.0
                || Instant::now() >= self.until.1;
            match self.look(gateway) {
                End::Answer(events) if events.is_empty() && !over => {}
                end => return end,
            }
            let deadline = self.until.1.min(Instant::now() + left(time, now, self.until.0, LONGEST_POLL));
            let published = pin!(async { drop(feed.changed().await) });
            let moved = pin!(async { drop(clock.changed().await) });
            let timer = pin!(tokio::time::sleep_until(deadline));
            any([published, moved, timer, changed]).await;
        }
    }

    /// What there is to say now.
    pub(super) fn look(&self, gateway: &Gateway) -> End {
        let mut state = self.session.state();
        match gateway.feed().life() {
            life if life == self.session.life => {}
            Feed::CLOSED => return End::Answer(Vec::new()),
            _ => return End::Unknown,
        }
        if state.ended {
            return End::Disconnected;
        }
        if state.turn != self.turn {
            return End::Superseded;
        }
        let mut events = Vec::new();
        match take(gateway, &mut state.subscriptions, self.version, &mut events) {
            Ok(()) => End::Answer(events),
            Err(Lost) => {
                // A client that begins again says from where on, and hears whether that can be.
                state.ended = true;
                End::Unknown
            }
        }
    }

    /// The connect is not held any more.
    pub(super) fn release(&self, now: Timestamp) {
        let mut state = self.session.state();
        if state.turn == self.turn && state.held {
            state.held = false;
            state.answer_at(now);
        }
    }
}

struct Release<'a> {
    hold: &'a Hold,
    gateway: &'a Gateway,
}

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.hold.release(self.gateway.time().1);
    }
}
