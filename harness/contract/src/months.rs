//! The days of which cases speak, moved to the month in which an org lives.
//!
//! Cases were written for a day in January 2026, and orders, terms and amendments in them lie around it. An org that
//! is no mock lives today: all days are moved by the same number of months, so that terms stay as long as they were,
//! the first of a month stays the first and the last stays the last.

use crate::model::calendar::{add_months, date, day, text as written};

/// The year and the month of the day for which cases were written.
const WRITTEN: (i64, i64) = (2026, 1);

/// How far a month, such as November 2026, lies behind the one for which cases were written.
pub const fn months_until(year: i64, month: i64) -> i64 {
    (year - WRITTEN.0) * 12 + month - WRITTEN.1
}

/// A text whose days, written as `2026-08-31`, all lie so many months later.
///
/// # Examples
///
/// ```
/// use mockorg_contract::months::moved;
///
/// assert_eq!(moved("from 2026-01-01 to 2026-08-31T23:59:59.000+0000", 10), "from 2026-11-01 to 2027-06-30T23:59:59.000+0000");
/// ```
pub fn moved(text: &str, months: i64) -> String {
    const LENGTH: usize = "2026-08-31".len();
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let later = rest.get(..LENGTH).filter(|_| !before.is_ascii_alphanumeric() && before != '-');
        let follows = rest.as_bytes().get(LENGTH).is_some_and(|next| next.is_ascii_digit() || *next == b'-');
        match later.filter(|_| !follows).and_then(|found| later_by(found, months)) {
            Some(later) => {
                result.push_str(&later);
                before = '0';
                rest = &rest[LENGTH..];
            }
            None => {
                result.push(letter);
                before = letter;
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    result
}

/// The day so many months later, if the text is a day at all.
fn later_by(text: &str, months: i64) -> Option<String> {
    let number = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit()).then(|| part.parse().ok())?;
    let mut parts = text.split('-');
    let (year, month, of_month) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    let from = day(year, month, of_month);
    if !(1900..2100).contains(&year) || date(from) != (year, month, of_month) {
        return None;
    }
    let is_last = date(from + 1).2 == 1;
    // The day before the first of the month after is the last one, however long the month is.
    let later = if is_last { add_months(from + 1, months) - 1 } else { add_months(from, months) };
    Some(written(later))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_last_days_stay_what_they_are() {
        for (from, months, to) in [
            ("2026-01-01", 10, "2026-11-01"),
            ("2026-12-31", 10, "2027-10-31"),
            ("2026-08-31", 6, "2027-02-28"),
            ("2026-02-28", 24, "2028-02-29"),
            ("2026-01-15", 0, "2026-01-15"),
            ("2025-12-05", 13, "2027-01-05"),
            ("2026-03-30", 11, "2027-02-28"),
        ] {
            assert_eq!(moved(from, months), to, "{from} {months}");
        }
    }

    #[test]
    fn what_only_looks_like_a_day_is_left_alone() {
        for text in [
            "2026-13-01",
            "2026-02-30",
            "a2026-01-01",
            "12026-01-01",
            "2026-01-011",
            "2026-01-01-1",
            "9999-12-31",
        ] {
            assert_eq!(moved(text, 5), text);
        }
        assert_eq!(moved("é 2026-01-01é", 1), "é 2026-02-01é");
    }

    #[test]
    fn the_month_of_the_cases_is_no_move() {
        assert_eq!((months_until(2026, 1), months_until(2026, 11), months_until(2025, 12)), (0, 10, -1));
    }
}
