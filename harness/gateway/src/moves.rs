//! The org's time is moved, and what falls due on the way is done and told.

use std::time::Duration;

use mockorg_org::{Happened, Timestamp};

use crate::{Clock, Gateway, gateway::State, recording::Entry};

impl Gateway {
    /// Moves the org's time forward and does what falls due on the way; says what happened.
    pub fn advance(&self, duration: Duration) -> Happened {
        let mut state = self.state();
        let clock = state.moment.clock.advanced(duration);
        self.move_clock(&mut state, clock)
    }

    /// Stops the clock at `at`, and does what is due by then; says what happened. `None`, and no change, when that
    /// lies in the past.
    pub fn set_time(&self, at: Timestamp) -> Option<Happened> {
        let mut state = self.state();
        if at < state.moment.now() {
            return None;
        }
        Some(self.move_clock(&mut state, Clock::Manual(at)))
    }

    /// Stops the clock at the present time; what is due by then has happened.
    pub fn freeze(&self) -> Happened {
        let mut state = self.state();
        let clock = Clock::Manual(state.moment.now());
        let happened = self.move_clock(&mut state, clock);
        // The timer has nothing to wait for any more.
        self.wake_timer();
        happened
    }

    /// Has the org's time pass as fast as the machine's, from its present time on.
    pub fn follow_machine(&self) -> Happened {
        let mut state = self.state();
        let clock = Clock::following(state.moment.now());
        let happened = self.move_clock(&mut state, clock);
        self.wake_timer();
        happened
    }

    /// The clock and the org's present time.
    pub fn time(&self) -> (Clock, Timestamp) {
        let mut state = self.state();
        (state.moment.clock, state.moment.now())
    }

    fn move_clock(&self, state: &mut State, clock: Clock) -> Happened {
        let from = state.moment.now();
        state.moment.clock = clock;
        self.keep(Entry::Clock(clock));
        let now = state.moment.now();
        let happened = state.moment.org.advance_telling(from, now);
        self.settle(state, now);
        self.tell_clock_moved();
        happened
    }
}
