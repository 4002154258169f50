//! Instants as the org knows them: milliseconds since 1970 in UTC, always given from outside.

use std::{fmt, ops::Add, time::Duration};

use jiff::{civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
///
/// # Examples
///
/// ```
/// use mockorg_org::Timestamp;
///
/// let at = Timestamp::parse("2022-03-17T17:21:26+01:00").unwrap();
/// assert_eq!(at.to_string(), "2022-03-17T16:21:26.000+0000");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

/// The beginning of 1970, as UTC clocks show it.
const EPOCH: civil::DateTime = civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

impl Timestamp {
    /// The instant with this number of milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Midnight UTC at the beginning of `date`.
    #[must_use]
    pub fn start_of(date: civil::Date) -> Self {
        Self::from_civil(date.at(0, 0, 0, 0))
    }

    /// The instant at which UTC clocks show `datetime`.
    #[must_use]
    pub fn from_civil(datetime: civil::DateTime) -> Self {
        // Instants within a day of the year 9999's end have no zoned form; the calendar alone has them.
        let by_calendar =
            |_| i64::try_from(datetime.duration_since(EPOCH).as_millis()).unwrap_or(i64::MAX / 2);
        Self(TimeZone::UTC.to_timestamp(datetime).map_or_else(by_calendar, jiff::Timestamp::as_millisecond))
    }

    /// What UTC clocks show.
    #[must_use]
    pub fn civil(self) -> civil::DateTime {
        let by_calendar =
            |_| EPOCH.checked_add(jiff::SignedDuration::from_millis(self.0)).unwrap_or(civil::DateTime::MAX);
        jiff::Timestamp::from_millisecond(self.0).map_or_else(by_calendar, |at| TimeZone::UTC.to_datetime(at))
    }

    /// The calendar day in UTC.
    #[must_use]
    pub fn date(self) -> civil::Date {
        self.civil().date()
    }

    /// The same instant without its fraction of a second, as system fields keep it.
    #[must_use]
    pub const fn floor_second(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// The same instant without its seconds.
    #[must_use]
    pub const fn floor_minute(self) -> Self {
        Self(self.0 - self.0.rem_euclid(60_000))
    }

    /// Reads `2020-03-17T21:04:32[.000](Z|+00:00|+0000)`; `None` without a zone or when out of range.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (day, clock) = text.split_once(['T', 't'])?;
        let zone_at = clock.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = clock.split_at(zone_at);
        let date: civil::Date = parse_date(day)?;
        let time = parse_clock(clock)?;
        let offset_minutes = match zone.as_bytes() {
            [b'Z' | b'z'] => 0,
            [sign, rest @ ..] => {
                let (hours, minutes) = match rest {
                    [h1, h2, b':', m1, m2] | [h1, h2, m1, m2] => (two(*h1, *h2)?, two(*m1, *m2)?),
                    [h1, h2] => (two(*h1, *h2)?, 0),
                    _ => return None,
                };
                if hours > 18 || minutes > 59 {
                    return None;
                }
                let minutes = i64::from(hours) * 60 + i64::from(minutes);
                if *sign == b'-' { -minutes } else { minutes }
            }
            [] => return None,
        };
        let days = i64::from(days_since_epoch(date));
        Some(Self(days * 86_400_000 + i64::from(time) - offset_minutes * 60_000))
    }

    /// Writes `2022-03-17T16:21:26.000` into `out`, without a zone.
    pub fn write_civil(self, out: &mut Vec<u8>) {
        let at = self.civil();
        push_padded(out, u32::try_from(at.year()).unwrap_or_default(), 4);
        out.push(b'-');
        push_padded(out, u32::from(at.month().unsigned_abs()), 2);
        out.push(b'-');
        push_padded(out, u32::from(at.day().unsigned_abs()), 2);
        out.push(b'T');
        push_padded(out, u32::from(at.hour().unsigned_abs()), 2);
        out.push(b':');
        push_padded(out, u32::from(at.minute().unsigned_abs()), 2);
        out.push(b':');
        push_padded(out, u32::from(at.second().unsigned_abs()), 2);
        out.push(b'.');
        push_padded(out, u32::from(at.millisecond().unsigned_abs()), 3);
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(28);
        self.write_civil(&mut text);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())?;
        f.write_str("+0000")
    }
}

/// Reads `YYYY-MM-DD`; `None` when it is no calendar day.
#[must_use]
pub fn parse_date(text: &str) -> Option<civil::Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let year = i16::from(two(y1, y2)?) * 100 + i16::from(two(y3, y4)?);
    civil::Date::new(year, two(m1, m2)?, two(d1, d2)?).ok()
}

/// Reads `hh:mm:ss` with an optional fraction, as milliseconds of the day.
#[must_use]
pub fn parse_clock(text: &str) -> Option<u32> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, fraction @ ..] = text.as_bytes() else { return None };
    let (hours, minutes, seconds) = (two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let millis = match fraction {
        [] => 0,
        [b'.', digits @ ..]
            if !digits.is_empty() && digits.len() <= 9 && digits.iter().all(u8::is_ascii_digit) =>
        {
            let padded = digits.iter().copied().chain(std::iter::repeat(b'0'));
            padded.take(3).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
        }
        _ => return None,
    };
    let seconds = (hours as u32 * 60 + minutes as u32) * 60 + seconds as u32;
    Some(seconds * 1000 + millis)
}

fn two(tens: u8, ones: u8) -> Option<i8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| ((tens - b'0') * 10 + (ones - b'0')).cast_signed())
}

fn days_since_epoch(date: civil::Date) -> i32 {
    date.since(civil::Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// Writes `number` with leading zeros.
pub(crate) fn push_padded(out: &mut Vec<u8>, number: u32, width: usize) {
    let mut digits = [b'0'; 10];
    let mut rest = number;
    for place in digits.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&digits[10 - width.min(10)..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_hours_of_the_calendar_are_shown_as_they_are() {
        for text in ["9999-12-30T22:00:01Z", "9999-12-31T12:00:00Z", "9999-12-31T23:59:59Z"] {
            let at = Timestamp::parse(text).unwrap();
            assert_eq!(at.to_string(), text.replace('Z', ".000+0000"));
            assert_eq!(Timestamp::from_civil(at.civil()), at, "{text}");
        }
    }

    #[test]
    fn every_offset_form_of_the_platform_parses() {
        let expected = Timestamp::parse("2020-03-17T21:04:32Z").unwrap();
        for text in [
            "2020-03-17T21:04:32.000+0000",
            "2020-03-17T21:04:32.000+00:00",
            "2020-03-17T22:04:32+01:00",
            "2020-03-17t15:34:32.0-05:30",
            "2020-03-17T21:04:32z",
        ] {
            assert_eq!(Timestamp::parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_datetime_without_zone_or_with_a_blank_is_refused() {
        for text in [
            "2020-03-17T21:04:32",
            "2020-03-17 21:04:32Z",
            "2020-52-12T12:12:00Z",
            "2020-03-17T24:00:00Z",
            "2020-03-17T21:04:32+99:00",
            "2020-03-17",
            "",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn instants_print_with_milliseconds_and_a_plain_offset() {
        assert_eq!(Timestamp::from_millis(1_645_223_681_952).to_string(), "2022-02-18T22:34:41.952+0000");
        assert_eq!(Timestamp::from_millis(-1).floor_second().to_string(), "1969-12-31T23:59:59.000+0000");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn no_text_makes_the_readers_panic(text in "[0-9]{0,5}[-0-9TtZz:+. \u{e9}]{0,24}") {
            let _ = (Timestamp::parse(&text), parse_date(&text), parse_clock(&text));
        }

        #[test]
        fn a_text_of_the_form_is_read_or_refused_and_prints_the_same_instant(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,9})?([Zz]|[+-][0-2][0-9](:?[0-6][0-9])?)",
        ) {
            if let Some(at) = Timestamp::parse(&text) {
                prop_assert!(parse_date(&text[..10]).is_some());
                // The years 0 and 9999 have no four digits on the other side of an offset.
                if (1..9999).contains(&at.civil().year()) {
                    prop_assert_eq!(Timestamp::parse(&at.to_string()), Some(at), "{}", text);
                }
            }
        }

        #[test]
        fn every_instant_prints_as_28_characters(millis: i64) {
            let at = Timestamp::from_millis(millis);
            prop_assert_eq!(at.to_string().len(), 28);
            let _ = (at.date(), at.floor_second(), at.floor_minute(), at + Duration::from_secs(u64::MAX));
        }
    }
}
