//! Where the org's time comes from.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mockorg_org::Timestamp;
use serde::{Deserialize, Serialize};

/// The source of the org's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// The org's time passes as the machine's does.
    System {
        /// Milliseconds by which the org's time is later than the machine's; negative when it is earlier.
        ahead: i64,
    },
    /// Time stands still until it is moved.
    Manual(Timestamp),
}

impl Clock {
    /// The machine's clock.
    pub const SYSTEM: Self = Self::System { ahead: 0 };

    /// A clock that shows `now` at this moment, and goes on as the machine's does.
    #[must_use]
    pub fn following(now: Timestamp) -> Self {
        Self::System { ahead: now.millis().saturating_sub(machine_millis()) }
    }

    /// The org's time now.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System { ahead } => Timestamp::from_millis(machine_millis().saturating_add(ahead)),
            Self::Manual(at) => at,
        }
    }

    /// The same clock, later by `duration`.
    #[must_use]
    pub fn advanced(self, duration: Duration) -> Self {
        match self {
            Self::System { ahead } => {
                let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
                Self::System { ahead: ahead.saturating_add(millis) }
            }
            Self::Manual(at) => Self::Manual(at + duration),
        }
    }

    /// The clock stopped at its present time.
    #[must_use]
    pub fn frozen(self) -> Self {
        Self::Manual(self.now())
    }

    /// The clock's kind as the control surface names it.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::System { .. } => "system",
            Self::Manual(_) => "manual",
        }
    }
}

fn machine_millis() -> i64 {
    // A clock before 1970 is a broken machine; the org then starts in 1970.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as `PT1H` or `P1DT12H`.
///
/// Years and months are refused: their length differs.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let (days, clock) = match text.strip_prefix('P')?.split_once('T') {
        Some((days, clock)) if !clock.is_empty() => (days, clock),
        Some(_) => return None,
        None => (text.strip_prefix('P')?, ""),
    };
    if days.is_empty() && clock.is_empty() {
        return None;
    }
    let days = sum_units(days, &[('W', 7 * 86_400), ('D', 86_400)])?;
    let clock = sum_units(clock, &[('H', 3_600), ('M', 60), ('S', 1)])?;
    Duration::try_from_secs_f64(days + clock).ok()
}

fn sum_units(mut text: &str, units: &[(char, u32)]) -> Option<f64> {
    let mut sum = 0.0;
    for (unit, seconds) in units {
        if let Some((number, rest)) = text.split_once(*unit) {
            let plain = !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit() || c == b'.');
            sum += plain.then(|| number.parse::<f64>().ok()).flatten()? * f64::from(*seconds);
            text = rest;
        }
    }
    text.is_empty().then_some(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_read_in_iso_8601_form() {
        for (text, seconds) in
            [("PT1H", 3600), ("P1DT12H", 129_600), ("PT90S", 90), ("P1W", 604_800), ("PT1H30M", 5400)]
        {
            assert_eq!(parse_duration(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse_duration("PT0.5S"), Some(Duration::from_millis(500)));
        for text in ["", "P", "PT", "1H", "P1M", "P1Y", "PT-1S", "PT1S1H", "PTS", "PT1e9S", "P1DT"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_manual_clock_moves_only_when_it_is_moved() {
        let clock = Clock::Manual(Timestamp::from_millis(1_000));
        assert_eq!(clock.now(), Timestamp::from_millis(1_000));
        assert_eq!(clock.advanced(Duration::from_secs(2)).now(), Timestamp::from_millis(3_000));
    }

    #[test]
    fn a_system_clock_can_run_ahead_and_be_frozen() {
        let ahead = Clock::SYSTEM.advanced(Duration::from_secs(86_400));
        assert!(ahead.now().millis() - Clock::SYSTEM.now().millis() >= 86_399_000);
        let frozen = ahead.frozen();
        assert_eq!(frozen.kind(), "manual");
        assert_eq!(frozen.now(), frozen.now());
        let following = frozen.now();
        assert!(Clock::following(following).now() >= following);
        assert_eq!(Clock::following(following).kind(), "system");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn no_text_makes_the_reader_of_durations_panic(text in "P?[0-9.WDTHMSe-]{0,12}", digits in "[0-9]{1,400}") {
            let _ = parse_duration(&text);
            let _ = parse_duration(&format!("P{digits}D"));
            let _ = parse_duration(&format!("PT0.{digits}S"));
        }
    }
}
