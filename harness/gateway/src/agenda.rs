//! The timer by which the org's work is done when nobody asks for anything.

use std::time::Duration;

use crate::{Clock, Gateway, panics::guarded};

impl Gateway {
    /// Does the agenda's work whenever it falls due by the machine's clock; never ends.
    pub(crate) async fn keep_agenda(&self) {
        const LONGEST: Duration = Duration::from_secs(3600);
        loop {
            // Work that panics leaves the agenda without it: the next call of the lock undoes what it began, and the
            // rest of the work goes on.
            let next = guarded(|| self.run_agenda()).unwrap_or_else(|blow| {
                self.panics().note("work beside requests".to_owned(), self.next_request(), blow);
                Some(Duration::from_millis(1))
            });
            match next {
                // Bulk work goes on, but whoever waits comes first.
                Some(Duration::ZERO) => tokio::task::yield_now().await,
                Some(delay) => {
                    let delay = delay.clamp(Duration::from_millis(1), LONGEST);
                    // Both outcomes mean the same: look again.
                    let _ = tokio::time::timeout(delay, self.wake.notified()).await;
                }
                None => self.wake.notified().await,
            }
        }
    }

    /// Does what is due, and one step of the long work of bulk jobs; says how long it is until more will be.
    fn run_agenda(&self) -> Option<Duration> {
        let mut state = self.state();
        let now = state.moment.now();
        state.moment.run_due_before(now);
        if matches!(state.moment.clock, Clock::System { .. }) {
            state.moment.org.advance_step(now);
        }
        self.keep_recorded(&mut state);
        self.follow(&state);
        state.armed = state.moment.org.next_deadline();
        if matches!(state.moment.clock, Clock::Manual(_)) {
            return None;
        }
        let millis = state.armed?.millis().saturating_sub(now.millis());
        Some(Duration::from_millis(u64::try_from(millis).unwrap_or_default()))
    }

    /// Has the timer look again for when it is needed.
    pub(crate) fn wake_timer(&self) {
        self.wake.notify_one();
    }
}
