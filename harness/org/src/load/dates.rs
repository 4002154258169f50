//! Dates relative to the org's time, so that a loaded subscription is still running whenever an org starts:
//! `@today`, `@monthStart`, `@yearStart`, `@now`, each with offsets such as `-6M` or `+10d`.

use jiff::{Span, civil};

use crate::Timestamp;

/// The text with a relative date written out; `None` when it is not of the form.
pub(crate) fn resolve(text: &str, now: Timestamp) -> Option<String> {
    let rest = text.strip_prefix('@')?;
    let name_end = rest.find(['+', '-']).unwrap_or(rest.len());
    let (name, offsets) = rest.split_at(name_end);
    let today = now.date();
    let start = match name {
        "today" | "now" => today,
        "monthStart" => civil::Date::new(today.year(), today.month(), 1).ok()?,
        "yearStart" => civil::Date::new(today.year(), 1, 1).ok()?,
        _ => return None,
    };
    let date = shift(start, offsets)?;
    if name == "now" {
        return Some(Timestamp::from_civil(date.to_datetime(now.civil().time())).to_string());
    }
    Some(date.to_string())
}

/// Applies `-6M+10d` from left to right.
fn shift(mut date: civil::Date, mut offsets: &str) -> Option<civil::Date> {
    while !offsets.is_empty() {
        let unit_at = offsets.find(|c: char| c.is_ascii_alphabetic())?;
        let amount: i64 = offsets[..unit_at].strip_prefix('+').unwrap_or(&offsets[..unit_at]).parse().ok()?;
        let (unit, rest) = offsets[unit_at..].split_at(1);
        let span = match unit {
            "d" => Span::new().try_days(amount).ok()?,
            "w" => Span::new().try_weeks(amount).ok()?,
            "M" => Span::new().try_months(amount).ok()?,
            "y" => Span::new().try_years(amount).ok()?,
            _ => return None,
        };
        date = date.checked_add(span).ok()?;
        offsets = rest;
    }
    Some(date)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn offsets_apply_from_left_to_right() {
        let now = Timestamp::parse("2026-03-31T10:00:00Z").unwrap();
        for (text, date) in [
            ("@today", "2026-03-31"),
            ("@today-1M", "2026-02-28"),
            ("@monthStart-6M", "2025-09-01"),
            ("@monthStart+6M-1d", "2026-08-31"),
            ("@yearStart+1y", "2027-01-01"),
            ("@now-1d", "2026-03-30T10:00:00.000+0000"),
        ] {
            assert_eq!(resolve(text, now).as_deref(), Some(date), "{text}");
        }
        for text in ["today", "@noon", "@today+", "@today+1x", "@today+99999999999y"] {
            assert_eq!(resolve(text, now), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn no_text_makes_the_reader_panic(text in "@?(today|now|monthStart|yearStart)?([+-]?[0-9]{0,20}[dwMyx\u{e9}]?){0,4}", millis: i64) {
            let _ = resolve(&text, Timestamp::from_millis(millis));
        }
    }
}
