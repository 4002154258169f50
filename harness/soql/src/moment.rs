//! Dates, datetimes and times as text: which ones exist. The text itself stays as written.

/// Whether `text` is `YYYY-MM-DD` and a day of the calendar.
pub(crate) fn is_date(text: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return false };
    let (Some(year), Some(month), Some(day)) =
        (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]))
    else {
        return false;
    };
    (1..=days_in_month(year, month)).contains(&day)
}

/// Whether `text` is `YYYY-MM-DDThh:mm:ss[.SSS]` with a zone, and a moment that exists.
pub(crate) fn is_datetime(text: &[u8]) -> bool {
    let Some((date, [b'T' | b't', time @ ..])) = text.split_at_checked(10) else { return false };
    is_date(date) && is_time(time)
}

/// Whether `text` is `hh:mm:ss[.SSS]` with a zone: `Z`, `+hh:mm` or `+hhmm`.
pub(crate) fn is_time(text: &[u8]) -> bool {
    let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = text else { return false };
    let in_range = |digits: [u8; 2], limit: u32| number(&digits).is_some_and(|value| value < limit);
    in_range([*h1, *h2], 24)
        && in_range([*m1, *m2], 60)
        && in_range([*s1, *s2], 60)
        && skip_fraction(rest).is_some_and(is_zone)
}

/// What follows the fraction of a second; nothing when its point has no digits.
fn skip_fraction(text: &[u8]) -> Option<&[u8]> {
    let Some(fraction) = text.strip_prefix(b".") else { return Some(text) };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { None } else { fraction.get(digits..) }
}

fn is_zone(text: &[u8]) -> bool {
    match text {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] | [b'+' | b'-', h1, h2, m1, m2] => {
            number(&[*h1, *h2]).is_some_and(|hours| hours < 24)
                && number(&[*m1, *m2]).is_some_and(|minutes| minutes < 60)
        }
        _ => false,
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, &digit| Some(value * 10 + char::from(digit).to_digit(10)?))
}

fn days_in_month(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// The byte of a malformed datetime at which the classic parser gave up, and whether it names the
/// digits it wanted there (it does so for the offset's hours only).
pub(crate) fn first_bad_byte(text: &[u8]) -> (usize, bool) {
    let first_digits = [(5, b'1'), (8, b'3'), (11, b'2'), (14, b'5'), (17, b'5')];
    for (place, largest) in first_digits {
        if text.get(place).is_some_and(|&digit| digit > largest) {
            return (place, false);
        }
    }
    let sign = text.iter().skip(19).position(|byte| matches!(byte, b'+' | b'-'));
    if let Some(sign) = sign.map(|place| place + 19) {
        let hours = (text.get(sign + 1), text.get(sign + 2));
        if let (Some(b'2'), Some(b'4'..=b'9')) = hours {
            return (sign + 2, true);
        }
    }
    (text.len(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leap_days_exist_in_leap_years_only() {
        assert!(is_date(b"2000-02-29"));
        assert!(is_date(b"2024-02-29"));
        assert!(!is_date(b"1900-02-29"));
        assert!(!is_date(b"2023-02-29"));
        assert!(!is_date(b"2023-00-10"));
        assert!(!is_date(b"2023-04-31"));
    }

    #[test]
    fn a_datetime_needs_seconds_and_a_zone() {
        assert!(is_datetime(b"2020-12-12T12:12:00.123Z"));
        assert!(is_datetime(b"2020-12-12t12:12:00+0530"));
        for text in [
            "2020-12-12T12:12:00",
            "2020-12-12T12:12Z",
            "2020-12-12T24:00:00Z",
            "2020-12-12T12:12:00-25:00",
            "2020-12-12T12:12:00.Z",
            "2020-52-12t12:12:00-05:00",
        ] {
            assert!(!is_datetime(text.as_bytes()), "{text}");
        }
    }
}
