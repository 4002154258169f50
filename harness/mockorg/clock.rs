//! The org's time, as tests move it.

use std::time::Duration;

use mockorg_gateway::Clock;
use mockorg_org::{Happened, Timestamp};

use crate::MockOrg;

impl MockOrg {
    /// The org's present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.gateway.time().1
    }

    /// Where the org's time comes from.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.gateway.time().0
    }

    /// Moves the org's time forward. Work that falls due on the way is done when this returns, each piece at the time
    /// for which it was planned; what happened is told.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// use std::time::Duration;
    ///
    /// use mockorg::{MockOrg, SimulatedJob};
    ///
    /// let org = MockOrg::start().await;
    /// let delay_to_finish = Some(Duration::from_secs(30));
    /// org.simulate_job(SimulatedJob { delay_to_finish, ..SimulatedJob::of("PlaceQuote") }).unwrap();
    /// let happened = org.advance(Duration::from_secs(60)).await;
    /// let kinds: Vec<&str> = happened.happenings.iter().map(|happening| happening.what.kind()).collect();
    /// assert_eq!(kinds.last(), Some(&"eventPublished"));
    /// # });
    /// ```
    #[expect(clippy::unused_async, reason = "later work may have to wait for subscribers here")]
    pub async fn advance(&self, duration: Duration) -> Happened {
        self.advance_blocking(duration)
    }

    /// Moves the org's time forward, from code that is not asynchronous.
    pub fn advance_blocking(&self, duration: Duration) -> Happened {
        self.gateway.advance(duration)
    }

    /// Stops the clock at `at`, does what is due by then, and tells it. `None`, and no change, when that time has
    /// passed: [`MockOrg::reset`] alone leads back.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{MockOrg, Timestamp};
    ///
    /// let org = MockOrg::start_blocking();
    /// let later = Timestamp::parse("2026-07-01T00:00:00Z").unwrap();
    /// assert!(org.set_time(later).is_some());
    /// assert_eq!(org.now(), later);
    /// assert!(org.set_time(Timestamp::parse("2026-06-30T00:00:00Z").unwrap()).is_none());
    /// ```
    pub fn set_time(&self, at: Timestamp) -> Option<Happened> {
        self.gateway.set_time(at)
    }

    /// Stops the clock at the present time, and tells what was due by then.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{Clock, MockOrg};
    ///
    /// let org = MockOrg::builder().clock(Clock::SYSTEM).start_blocking().unwrap();
    /// org.freeze();
    /// assert_eq!(org.now(), org.now());
    /// ```
    pub fn freeze(&self) -> Happened {
        self.gateway.freeze()
    }

    /// Has the org's time pass as fast as the machine's, from its present time on.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{Clock, MockOrg};
    ///
    /// let org = MockOrg::start_blocking();
    /// org.follow();
    /// assert!(matches!(org.clock(), Clock::System { .. }));
    /// ```
    pub fn follow(&self) -> Happened {
        self.gateway.follow_machine()
    }
}
