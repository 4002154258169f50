//! The date functions, one row each.

use jiff::civil::{Date, DateTime};

use super::calendar::Calendar;
use crate::{Value, ValueRef, catalog::FieldType};

/// A date function.
#[derive(Debug)]
pub(super) struct DatePart {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether it takes datetimes only.
    pub(super) of_instants: bool,
    /// The type of what it gives.
    pub(super) gives: FieldType,
    compute: fn(DateTime, &Calendar) -> Value,
}

const fn number(name: &'static str, compute: fn(DateTime, &Calendar) -> Value) -> DatePart {
    DatePart { name, of_instants: false, gives: FieldType::Int, compute }
}

/// The date functions.
pub(super) const DATE_PARTS: &[DatePart] = &[
    number("CALENDAR_MONTH", |at, _| int(at.month())),
    number("CALENDAR_QUARTER", |at, _| int((at.month() + 2) / 3)),
    number("CALENDAR_YEAR", |at, _| int(at.year())),
    number("DAY_IN_MONTH", |at, _| int(at.day())),
    // Sunday is the first day.
    number("DAY_IN_WEEK", |at, _| int(at.date().weekday().to_sunday_one_offset())),
    number("DAY_IN_YEAR", |at, _| int(at.date().day_of_year())),
    DatePart {
        name: "DAY_ONLY",
        of_instants: true,
        gives: FieldType::Date,
        compute: |at, _| Value::Date(at.date()),
    },
    number("FISCAL_MONTH", |at, calendar| Value::Int(calendar.fiscal_month(at.date()))),
    number("FISCAL_QUARTER", |at, calendar| Value::Int((calendar.fiscal_month(at.date()) + 2) / 3)),
    number("FISCAL_YEAR", |at, calendar| Value::Int(calendar.fiscal_year(at.date()))),
    DatePart {
        name: "HOUR_IN_DAY",
        of_instants: true,
        gives: FieldType::Int,
        compute: |at, _| int(at.hour()),
    },
    // Weeks of a month and of a year are counted in sevens from the first day, whatever weekday it is.
    number("WEEK_IN_MONTH", |at, _| int((at.day() + 6) / 7)),
    number("WEEK_IN_YEAR", |at, _| int((at.date().day_of_year() + 6) / 7)),
];

impl DatePart {
    /// The part of a date or instant; instants are seen in UTC unless `local`. Null of null.
    pub(super) fn of(&self, value: ValueRef<'_>, local: bool, calendar: &Calendar) -> Value {
        let at = match value {
            ValueRef::Date(date) => midnight(date),
            ValueRef::DateTime(at) if local => calendar.wall_clock(at),
            ValueRef::DateTime(at) => calendar.utc_clock(at),
            _ => return Value::Null,
        };
        (self.compute)(at, calendar)
    }
}

fn int(number: impl Into<i64>) -> Value {
    Value::Int(number.into())
}

fn midnight(date: Date) -> DateTime {
    date.at(0, 0, 0, 0)
}
