//! The rules of asset state periods: whole minutes, whole days, one touching the next, an earliest start
//! that never moves.

use rust_decimal::Decimal;

use super::{super::periods::after, check::refused, members::MOST_DELETED, read::Part};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp};

/// A day in milliseconds. Periods are kept in UTC, where every day has 24 hours.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// When a period begins and ends; without an end it lasts until the asset changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: Timestamp,
    pub(super) end: Option<Timestamp>,
}

/// The spans of the periods of a body, each checked by itself and against the one before it.
///
/// # Errors
///
/// `INVALID_INPUT`, with the place of the period.
pub(super) fn spans(parts: &[Part]) -> Result<Vec<Span>, ApiError> {
    let mut spans: Vec<Span> = Vec::with_capacity(parts.len());
    for (place, part) in parts.iter().enumerate() {
        let number = place + 1;
        let Some(start) = part.instant("StartDate") else { continue };
        let span = Span { start, end: part.instant("EndDate") };
        check_span(span)
            .and_then(|()| check_quantity(part))
            .map_err(|what| invalid(format!("Asset state period {number}: {what}")))?;
        if let Some(previous) = spans.last() {
            let touches = previous.end.map(after) == Some(start);
            if !touches {
                return Err(invalid(format!(
                    "Asset state period {number}: the start must be one second after the end of the previous \
                     period. Specify the periods in order and without gaps."
                )));
            }
        }
        spans.push(span);
    }
    Ok(spans)
}

fn check_span(Span { start, end }: Span) -> Result<(), &'static str> {
    if second(start) != 0 {
        return Err("the seconds of the start must be 00.");
    }
    let Some(end) = end else { return Ok(()) };
    if second(end) != 59 {
        return Err("the seconds of the end must be 59.");
    }
    let length = after(end).millis() - start.millis();
    if length < DAY || length % DAY != 0 {
        return Err("it must span 24 hours or a multiple of 24 hours.");
    }
    Ok(())
}

/// An asset has no units or some; only changes take units away. (The guide's limits do not say so.)
fn check_quantity(part: &Part) -> Result<(), &'static str> {
    let is_negative = part.get("Quantity").as_number().is_some_and(|quantity| quantity < Decimal::ZERO);
    if is_negative { Err("the quantity can't be less than 0.") } else { Ok(()) }
}

const fn second(at: Timestamp) -> i64 {
    at.floor_second().millis().div_euclid(1000).rem_euclid(60)
}

impl Org {
    /// Refuses the period of a cancellation that would let the asset live on for longer than it did.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT`.
    pub(super) fn check_not_extended(&self, asset: RecordId, spans: &[Span]) -> Result<(), ApiError> {
        let life = self.periods(asset).last().and_then(|period| period.end);
        let end = spans.last().and_then(|span| span.end);
        match (life, end) {
            (Some(life), Some(end)) if end > life => Err(invalid(format!(
                "A cancellation can't extend the life of the asset. Specify an end of {life} or earlier."
            ))),
            _ => Ok(()),
        }
    }

    /// The periods of an asset that those of a body replace: every one that begins where they begin, or later.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when the earliest start would move, or a gap or an overlap would be left behind;
    /// `LIMIT_EXCEEDED` when more periods would go than a call may delete.
    pub(super) fn replaced_periods(
        &self,
        asset: RecordId,
        spans: &[Span],
    ) -> Result<Vec<RecordId>, ApiError> {
        // A change without periods is an entry in the ledger only.
        let Some(first) = spans.first() else { return Ok(Vec::new()) };
        let mut rows: Vec<(Span, RecordId)> = self
            .children_of("AssetStatePeriod", "AssetId", asset)
            .into_iter()
            .filter_map(|id| self.store.live(id))
            .filter_map(|row| {
                let start = row.get("StartDate").as_datetime()?;
                Some((Span { start, end: row.get("EndDate").as_datetime() }, row.id()))
            })
            .collect();
        rows.sort_by_key(|(span, _)| span.start);
        let kept = rows.partition_point(|(span, _)| span.start < first.start);
        match (rows[..kept].last(), rows.first()) {
            (None, Some((earliest, _))) if earliest.start != first.start => {
                return Err(invalid(format!(
                    "The start of the earliest asset state period can't be changed. Begin at {} or later.",
                    earliest.start
                )));
            }
            (Some((last, _)), _) if last.end.map(after) != Some(first.start) => {
                return Err(invalid(format!(
                    "The first period must begin where a period of the asset begins, or one second after the last \
                     one ends. To shorten the period that begins at {}, specify it again with its new end.",
                    last.start
                )));
            }
            _ => {}
        }
        let replaced: Vec<RecordId> = rows[kept..].iter().map(|(_, id)| *id).collect();
        if replaced.len() > MOST_DELETED {
            let message = format!(
                "{} asset state periods would be deleted. A call can delete at most {MOST_DELETED}; begin later.",
                replaced.len()
            );
            return Err(refused(ErrorCode::LimitExceeded, message));
        }
        Ok(replaced)
    }
}

fn invalid(message: impl Into<Box<str>>) -> ApiError {
    refused(ErrorCode::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    fn part(start: &str, end: &str) -> Part {
        let at = |text: &str| Value::from(Timestamp::parse(text));
        Part { values: vec![("StartDate", at(start)), ("EndDate", at(end))] }
    }

    fn of_quantity(quantity: &str) -> Part {
        let mut part = part("2020-01-01T00:00:00Z", "2020-12-31T23:59:59Z");
        part.values.push(("Quantity", Value::Number(quantity.parse().unwrap())));
        part
    }

    fn refusal(parts: &[Part]) -> String {
        spans(parts).err().and_then(|error| error.message).unwrap_or_default().into()
    }

    #[test]
    fn a_day_is_the_shortest_period_and_an_hour_more_is_none() {
        assert_eq!(refusal(&[part("2020-01-17T12:30:00Z", "2020-01-18T12:29:59Z")]), "");
        for end in ["2020-01-18T11:29:59Z", "2020-01-18T13:29:59Z", "2020-01-16T12:29:59Z"] {
            assert!(refusal(&[part("2020-01-17T12:30:00Z", end)]).contains("24 hours"), "{end}");
        }
    }

    #[test]
    fn a_period_holds_no_fewer_than_no_units() {
        assert_eq!(refusal(&[of_quantity("0")]), "");
        assert_eq!(
            refusal(&[of_quantity("-0.5")]),
            "Asset state period 1: the quantity can't be less than 0."
        );
    }

    #[test]
    fn starts_are_on_the_minute_and_ends_a_second_before_one() {
        assert!(refusal(&[part("2020-01-17T12:30:01Z", "2020-01-18T12:30:59Z")]).contains("must be 00"));
        assert!(refusal(&[part("2020-01-17T12:30:00Z", "2020-01-18T12:30:00Z")]).contains("must be 59"));
        assert!(refusal(&[part("1969-12-31T23:59:59Z", "")]).contains("must be 00"));
    }

    #[test]
    fn a_period_begins_one_second_after_the_one_before_it_whatever_the_offset() {
        let first = part("2020-01-01T09:00:00+08:00", "2020-07-01T08:59:59+08:00");
        let second = part("2020-07-01T01:00:00Z", "2020-08-01T00:59:59Z");
        assert_eq!(refusal(&[first.clone(), second.clone()]), "");
        assert!(refusal(&[second, first.clone()]).starts_with("Asset state period 2: "));
        // The guide's own example leaves a day between the two, against its own rule.
        let late = part("2020-07-02T09:00:00+08:00", "2020-12-31T08:59:59+08:00");
        assert!(refusal(&[first, late]).contains("one second after"));
    }

    #[test]
    fn nothing_follows_a_period_without_end() {
        let open = part("2020-01-01T00:00:00Z", "");
        assert_eq!(spans(std::slice::from_ref(&open)).map(|spans| spans[0].end), Ok(None));
        let next = part("2020-02-01T00:00:00Z", "");
        assert!(refusal(&[open, next]).contains("one second after"));
    }
}
