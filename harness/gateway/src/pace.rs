//! What the requests of a connection and its stream tell each other: whether the client has to do something.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::ServerLimits;

/// How a connection stands.
#[derive(Debug)]
pub(crate) struct Pace {
    pub(crate) limits: ServerLimits,
    opened: Instant,
    /// Requests whose answers are not yet handed over.
    under_way: AtomicU32,
    /// How many requests there were.
    begun: AtomicU32,
    /// When the last one ended, in milliseconds after the opening.
    ended: AtomicU64,
    /// Answers of which the client has to take the next piece, and when one was taken last.
    offered: AtomicU32,
    taken: AtomicU64,
}

impl Pace {
    /// That of a connection which has just been opened.
    pub(crate) fn new(limits: ServerLimits) -> Self {
        Self {
            limits,
            opened: Instant::now(),
            under_way: AtomicU32::new(0),
            begun: AtomicU32::new(0),
            ended: AtomicU64::new(0),
            offered: AtomicU32::new(0),
            taken: AtomicU64::new(0),
        }
    }

    /// A request begins; it ends when what this gives is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> UnderWay {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        UnderWay { pace: Arc::clone(self), offered: false }
    }

    /// How many requests there were.
    pub(crate) fn begun(&self) -> u32 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether a request is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) > 0
    }

    /// Since when no request has been under way, if none is.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        (!self.is_busy()).then(|| self.at(&self.ended))
    }

    /// Since when answers have been waiting for the client, if any are.
    pub(crate) fn offered_since(&self) -> Option<Instant> {
        (self.offered.load(Ordering::Relaxed) > 0).then(|| self.at(&self.taken))
    }

    fn at(&self, millis: &AtomicU64) -> Instant {
        self.opened + Duration::from_millis(millis.load(Ordering::Relaxed))
    }

    fn stamp(&self, millis: &AtomicU64) {
        let now = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        millis.store(now, Ordering::Relaxed);
    }
}

/// A request under way.
#[derive(Debug)]
pub(crate) struct UnderWay {
    pace: Arc<Pace>,
    offered: bool,
}

impl UnderWay {
    /// A piece of the answer was taken; the client has to take the next one.
    pub(crate) fn offer(&mut self) {
        if !std::mem::replace(&mut self.offered, true) {
            self.pace.offered.fetch_add(1, Ordering::Relaxed);
        }
        self.pace.stamp(&self.pace.taken);
    }

    /// The client waits for the server.
    pub(crate) fn withhold(&mut self) {
        if std::mem::replace(&mut self.offered, false) {
            self.pace.offered.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.withhold();
        self.pace.stamp(&self.pace.ended);
        self.pace.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_idle_between_requests_and_waited_for_only_while_an_answer_is_offered() {
        let pace = Arc::new(Pace::new(ServerLimits::default()));
        assert!(pace.idle_since().is_some());
        let mut request = pace.begin();
        assert!(pace.idle_since().is_none() && pace.offered_since().is_none());
        request.offer();
        request.offer();
        assert!(pace.offered_since().is_some());
        request.withhold();
        assert!(pace.offered_since().is_none());
        request.offer();
        drop(request);
        assert!(pace.idle_since().is_some() && pace.offered_since().is_none());
        assert_eq!(pace.begun(), 1);
    }
}
