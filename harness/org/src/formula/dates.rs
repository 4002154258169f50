//! Functions of days, instants and times of day.

use jiff::{
    Span,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{Timestamp, Value, parse_clock, parse_date};

use super::{error::Fault, functions::Function};

/// What the clocks of a zone show at an instant.
pub(super) fn local(at: Timestamp, zone: &TimeZone) -> DateTime {
    jiff::Timestamp::from_millisecond(at.millis()).map_or_else(|_| at.civil(), |at| zone.to_datetime(at))
}

/// Milliseconds since midnight.
pub(super) fn clock_of(at: DateTime) -> u32 {
    let part = |number: i8| u32::from(number.unsigned_abs());
    ((part(at.hour()) * 60 + part(at.minute())) * 60 + part(at.second())) * 1000
        + u32::from(at.millisecond().unsigned_abs())
}

/// `hh:mm:ss.mmm`
pub(super) fn clock(millis: u32) -> String {
    let seconds = millis / 1000;
    format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, millis % 1000)
}

/// How many days `end` lies after `start`.
pub(super) fn days_between(start: Date, end: Date) -> i64 {
    (Timestamp::start_of(end).millis() - Timestamp::start_of(start).millis()) / 86_400_000
}

/// The day some days later.
pub(super) fn days_later(date: Date, days: i64) -> Result<Value, Fault> {
    let span = Span::new().try_days(days).map_err(|_| Fault::OutOfRange)?;
    date.checked_add(span).map(Value::Date).map_err(|_| Fault::OutOfRange)
}

/// Functions of dates; blank for blank.
pub(super) fn call(function: Function, values: &[Value]) -> Result<Value, Fault> {
    use Function as F;
    if values.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    let number = |number: i64| Ok(Value::Number(number.into()));
    match (function, values) {
        (F::Date, [year, month, day]) => {
            let part = |value: &Value| value.as_number().and_then(|number| number.trunc().to_i64());
            let (year, month, day) = (part(year), part(month), part(day));
            let date = year.zip(month).zip(day).and_then(|((year, month), day)| {
                let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
                Date::new(year, month, i8::try_from(day).ok()?).ok()
            });
            date.filter(|date| date.year() >= 1).map(Value::Date).ok_or(Fault::Argument)
        }
        (F::DateValue, [Value::Text(text)]) => parse_date(text).map(Value::Date).ok_or(Fault::Argument),
        (F::DateValue, [value]) => value.as_date().map(Value::Date).ok_or(Fault::Argument),
        (F::DateTimeValue, [Value::Text(text)]) => instant(text).map(Value::DateTime).ok_or(Fault::Argument),
        (F::DateTimeValue, [value]) => value.as_datetime().map(Value::DateTime).ok_or(Fault::Argument),
        (F::TimeValue, [Value::Text(text)]) => parse_clock(text).map(Value::Time).ok_or(Fault::Argument),
        (F::TimeValue, [Value::DateTime(at)]) => Ok(Value::Time(clock_of(at.civil()))),
        (F::TimeValue, [Value::Time(time)]) => Ok(Value::Time(*time)),
        (F::Year, [Value::Date(date)]) => number(date.year().into()),
        (F::Month, [Value::Date(date)]) => number(date.month().into()),
        (F::Day, [Value::Date(date)]) => number(date.day().into()),
        (F::Weekday, [Value::Date(date)]) => number(date.weekday().to_sunday_one_offset().into()),
        (F::DayOfYear, [Value::Date(date)]) => number(date.day_of_year().into()),
        (F::UnixTimestamp, [value]) => {
            let at = value.as_datetime().ok_or(Fault::Argument)?;
            number(at.millis().div_euclid(1000))
        }
        (F::AddMonths, [date, months]) => add_months(date, months.as_number().unwrap_or_default()),
        (F::Hour, [Value::Time(time)]) => number((time / 3_600_000).into()),
        (F::Minute, [Value::Time(time)]) => number((time / 60_000 % 60).into()),
        (F::Second, [Value::Time(time)]) => number((time / 1000 % 60).into()),
        (F::Millisecond, [Value::Time(time)]) => number((time % 1000).into()),
        _ => Err(Fault::Argument),
    }
}

/// `2020-03-17 21:04:32`, as the platform reads instants in formulas, in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    if let Some(at) = Timestamp::parse(text) {
        return Some(at);
    }
    let (day, clock) = text.trim().split_once([' ', 'T'])?;
    let millis = parse_clock(clock.trim_end_matches('Z'))?;
    let start = Timestamp::start_of(parse_date(day)?);
    Some(Timestamp::from_millis(start.millis() + i64::from(millis)))
}

/// The same day of a later month. The last day of a month leads to the last day of the other.
fn add_months(value: &Value, months: Decimal) -> Result<Value, Fault> {
    let months = months.trunc().to_i64().ok_or(Fault::OutOfRange)?;
    let moved = |date: Date| {
        let span = Span::new().try_months(months).map_err(|_| Fault::OutOfRange)?;
        let moved = date.checked_add(span).map_err(|_| Fault::OutOfRange)?;
        Ok(if date == date.last_of_month() { moved.last_of_month() } else { moved })
    };
    match value {
        Value::Date(date) => moved(*date).map(Value::Date),
        Value::DateTime(at) => {
            let clock = at.civil();
            let date = moved(clock.date())?;
            Ok(Value::DateTime(Timestamp::from_civil(date.to_datetime(clock.time()))))
        }
        _ => Err(Fault::Argument),
    }
}
