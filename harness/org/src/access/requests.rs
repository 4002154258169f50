//! Rolling counts: the API requests of the last 24 hours, the events of the last hour.

use crate::Timestamp;

/// The API requests of a day, counted by the hour.
pub(super) type RequestCounter = RollingCounter<24, 3_600_000>;

/// What is counted by the day, by the hour.
pub(crate) type DailyCounter = RollingCounter<24, 3_600_000>;

/// The published events of an hour, counted by the minute.
pub(crate) type PublishCounter = RollingCounter<60, 60_000>;

/// Counts by steps of `MILLIS` milliseconds, so that the last `STEPS` of them take the room of as many numbers.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct RollingCounter<const STEPS: usize, const MILLIS: i64> {
    #[serde(with = "crate::image::array")]
    steps: [u64; STEPS],
    /// The step since 1970 that is counted now.
    current: i64,
    total: u64,
}

impl<const STEPS: usize, const MILLIS: i64> Default for RollingCounter<STEPS, MILLIS> {
    fn default() -> Self {
        Self { steps: [0; STEPS], current: 0, total: 0 }
    }
}

impl<const STEPS: usize, const MILLIS: i64> RollingCounter<STEPS, MILLIS> {
    /// What the current step and those before it count, as of the last call.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// Forgets the steps that are over, and tells the rest.
    pub(crate) fn total_at(&mut self, now: Timestamp) -> u64 {
        let step = now.millis().div_euclid(MILLIS);
        // A clock that was set back counts on in the latest step.
        let passed = step.saturating_sub(self.current).clamp(0, STEPS as i64);
        for back in 0..passed {
            let place = (step - back).rem_euclid(STEPS as i64) as usize;
            self.total -= std::mem::take(&mut self.steps[place]);
        }
        self.current = self.current.max(step);
        self.total
    }

    /// Counts one more.
    pub(crate) fn count(&mut self, now: Timestamp) {
        self.total_at(now);
        self.steps[self.current.rem_euclid(STEPS as i64) as usize] += 1;
        self.total += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_forgotten_hour_by_hour_after_a_day() {
        let hour = |n: i64| Timestamp::from_millis((500_000 + n) * 3_600_000);
        let mut counter = RequestCounter::default();
        for n in 0..24 {
            counter.count(hour(n));
        }
        assert_eq!(counter.total_at(hour(23)), 24);
        assert_eq!(counter.total_at(hour(24)), 23);
        assert_eq!(counter.total_at(hour(30)), 17);
        assert_eq!(counter.total_at(hour(400)), 0);
        counter.count(hour(400));
        assert_eq!(counter.total(), 1);
    }

    #[test]
    fn a_clock_that_is_set_back_loses_no_request() {
        let mut counter = RequestCounter::default();
        counter.count(Timestamp::from_millis(100 * 3_600_000));
        counter.count(Timestamp::from_millis(10 * 3_600_000));
        assert_eq!(counter.total(), 2);
    }
}
