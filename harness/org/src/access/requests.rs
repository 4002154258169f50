//! The API requests of the last 24 hours.

use crate::Timestamp;

const HOURS: usize = 24;
const HOUR_MILLIS: i64 = 3_600_000;

/// Counts requests by the hour, so that a day of them takes the room of 24 numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestCounter {
    hours: [u64; HOURS],
    /// The hour since 1970 that is counted now.
    current: i64,
    total: u64,
}

impl RequestCounter {
    /// The requests of the current hour and the 23 before it, as of the last call.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// Forgets the hours that are over, and tells the rest.
    pub(super) fn total_at(&mut self, now: Timestamp) -> u64 {
        let hour = now.millis().div_euclid(HOUR_MILLIS);
        // A clock that was set back counts on in the latest hour.
        let passed = hour.saturating_sub(self.current).clamp(0, HOURS as i64);
        for step in 0..passed {
            let place = (hour - step).rem_euclid(HOURS as i64) as usize;
            self.total -= std::mem::take(&mut self.hours[place]);
        }
        self.current = self.current.max(hour);
        self.total
    }

    /// Counts one request.
    pub(super) fn count(&mut self, now: Timestamp) {
        self.total_at(now);
        self.hours[self.current.rem_euclid(HOURS as i64) as usize] += 1;
        self.total += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_forgotten_hour_by_hour_after_a_day() {
        let hour = |n: i64| Timestamp::from_millis((500_000 + n) * HOUR_MILLIS);
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
        counter.count(Timestamp::from_millis(100 * HOUR_MILLIS));
        counter.count(Timestamp::from_millis(10 * HOUR_MILLIS));
        assert_eq!(counter.total(), 2);
    }
}
