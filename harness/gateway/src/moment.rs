//! All that a snapshot keeps of an org: its state, its clock, and how it began.

use std::time::Duration;

use mockorg_org::{Operation, Org, Outcome, Timestamp, events::ReplayId};
use serde::{Deserialize, Serialize};

use crate::{Clock, OrgFactory};

/// How an org begins, where that is not as it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// The time at which it stands.
    pub clock: Option<Timestamp>,
    /// How long asynchronous operations take.
    pub async_delay: Option<Duration>,
}

/// An org and its clock at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) org: Org,
    pub(crate) clock: Clock,
    /// The last time that the org was told; it never goes back, even when the machine's clock does.
    latest: Timestamp,
    /// When the org began.
    pub(crate) started: Timestamp,
    /// How it began, and begins again.
    pub(crate) beginning: Beginning,
    /// The newest event when the org began.
    pub(crate) begun: ReplayId,
}

impl Moment {
    /// The beginning of an org at this time, whatever its clock says.
    pub(crate) fn begin_at(make: &OrgFactory, clock: Clock, now: Timestamp, beginning: Beginning) -> Self {
        let mut org = make(now);
        if let Some(delay) = beginning.async_delay {
            org.set_async_delay(delay);
        }
        let begun = org.events().tail();
        Self { org, clock, latest: now, started: now, beginning, begun }
    }

    /// A moment that was written down, with the last time that the org was told and the time when it began.
    pub(crate) const fn again(
        org: Org,
        clock: Clock,
        (latest, started): (Timestamp, Timestamp),
        beginning: Beginning,
        begun: ReplayId,
    ) -> Self {
        Self { org, clock, latest, started, beginning, begun }
    }

    /// The org's present time.
    pub(crate) fn now(&mut self) -> Timestamp {
        self.latest = self.latest.max(self.clock.now());
        self.latest
    }

    /// The last time that the org was told.
    pub(crate) const fn latest(&self) -> Timestamp {
        self.latest
    }

    /// Does again what was done before.
    pub(crate) fn repeat(&mut self, operation: Operation) -> Outcome {
        self.latest = operation.at().map_or(self.latest, |at| self.latest.max(at));
        self.org.repeat(operation)
    }

    /// Does what is due.
    pub(crate) fn run_due(&mut self, now: Timestamp) {
        if self.org.next_deadline().is_some_and(|deadline| deadline <= now) {
            self.org.advance(now);
        }
    }

    /// The same on the way to a call. With the machine's clock the long work of bulk jobs is left to the timer.
    pub(crate) fn run_due_before(&mut self, now: Timestamp) {
        match self.clock {
            Clock::Manual(_) => self.run_due(now),
            Clock::System { .. } => {
                if self.org.next_brief_deadline().is_some_and(|deadline| deadline <= now) {
                    self.org.advance_briefly(now);
                }
            }
        }
    }
}
