//! The date literals, one row each.

use jiff::civil::Date;

use super::calendar::{Calendar, Unit};
use crate::{Timestamp, Value};

/// A date literal.
struct DateLiteral {
    name: &'static str,
    unit: Unit,
    extent: Extent,
}

/// Which units a literal covers, counted from the current one; `n` is the number after the colon.
#[derive(Clone, Copy)]
enum Extent {
    /// The one unit at this distance.
    At(i64),
    /// The one unit `n` before.
    Ago,
    /// The `n` whole units before the current one.
    Before,
    /// The `n` whole units after the current one.
    After,
    /// From `n` units before to this second.
    UpToNow,
    /// As [`Extent::UpToNow`], with a number of its own.
    LastDays(i64),
    /// As [`Extent::After`], with a number of its own.
    NextDays(i64),
}

const fn row(name: &'static str, unit: Unit, extent: Extent) -> DateLiteral {
    DateLiteral { name, unit, extent }
}

const DATE_LITERALS: &[DateLiteral] = &[
    row("YESTERDAY", Unit::Day, Extent::At(-1)),
    row("TODAY", Unit::Day, Extent::At(0)),
    row("TOMORROW", Unit::Day, Extent::At(1)),
    row("LAST_90_DAYS", Unit::Day, Extent::LastDays(90)),
    row("NEXT_90_DAYS", Unit::Day, Extent::NextDays(90)),
    row("LAST_N_DAYS", Unit::Day, Extent::UpToNow),
    row("NEXT_N_DAYS", Unit::Day, Extent::After),
    row("N_DAYS_AGO", Unit::Day, Extent::Ago),
    row("LAST_WEEK", Unit::Week, Extent::At(-1)),
    row("THIS_WEEK", Unit::Week, Extent::At(0)),
    row("NEXT_WEEK", Unit::Week, Extent::At(1)),
    row("LAST_N_WEEKS", Unit::Week, Extent::Before),
    row("NEXT_N_WEEKS", Unit::Week, Extent::After),
    row("N_WEEKS_AGO", Unit::Week, Extent::Ago),
    row("LAST_MONTH", Unit::Month, Extent::At(-1)),
    row("THIS_MONTH", Unit::Month, Extent::At(0)),
    row("NEXT_MONTH", Unit::Month, Extent::At(1)),
    row("LAST_N_MONTHS", Unit::Month, Extent::Before),
    row("NEXT_N_MONTHS", Unit::Month, Extent::After),
    row("N_MONTHS_AGO", Unit::Month, Extent::Ago),
    row("LAST_QUARTER", Unit::Quarter, Extent::At(-1)),
    row("THIS_QUARTER", Unit::Quarter, Extent::At(0)),
    row("NEXT_QUARTER", Unit::Quarter, Extent::At(1)),
    row("LAST_N_QUARTERS", Unit::Quarter, Extent::Before),
    row("NEXT_N_QUARTERS", Unit::Quarter, Extent::After),
    row("N_QUARTERS_AGO", Unit::Quarter, Extent::Ago),
    row("LAST_YEAR", Unit::Year, Extent::At(-1)),
    row("THIS_YEAR", Unit::Year, Extent::At(0)),
    row("NEXT_YEAR", Unit::Year, Extent::At(1)),
    // Documents disagree by one year on where these begin; whole years before the current one it is.
    row("LAST_N_YEARS", Unit::Year, Extent::Before),
    row("NEXT_N_YEARS", Unit::Year, Extent::After),
    row("N_YEARS_AGO", Unit::Year, Extent::Ago),
    row("LAST_FISCAL_QUARTER", Unit::FiscalQuarter, Extent::At(-1)),
    row("THIS_FISCAL_QUARTER", Unit::FiscalQuarter, Extent::At(0)),
    row("NEXT_FISCAL_QUARTER", Unit::FiscalQuarter, Extent::At(1)),
    row("LAST_N_FISCAL_QUARTERS", Unit::FiscalQuarter, Extent::Before),
    row("NEXT_N_FISCAL_QUARTERS", Unit::FiscalQuarter, Extent::After),
    row("N_FISCAL_QUARTERS_AGO", Unit::FiscalQuarter, Extent::Ago),
    row("LAST_FISCAL_YEAR", Unit::FiscalYear, Extent::At(-1)),
    row("THIS_FISCAL_YEAR", Unit::FiscalYear, Extent::At(0)),
    row("NEXT_FISCAL_YEAR", Unit::FiscalYear, Extent::At(1)),
    row("LAST_N_FISCAL_YEARS", Unit::FiscalYear, Extent::Before),
    row("NEXT_N_FISCAL_YEARS", Unit::FiscalYear, Extent::After),
    row("N_FISCAL_YEARS_AGO", Unit::FiscalYear, Extent::Ago),
];

/// The time that a date literal covers: from `start` on, and before `end`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Period {
    pub(super) start: Value,
    pub(super) end: Value,
}

/// The days of a date literal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Days {
    start: Date,
    /// The first day after it.
    end: Date,
    /// Whether an instant of the last day counts only up to now.
    up_to_now: bool,
}

/// The days that a literal covers; `None` for unknown names and for numbers that cannot be.
pub(super) fn days(name: &str, n: Option<i64>, calendar: &Calendar) -> Option<Days> {
    let row = DATE_LITERALS.iter().find(|row| row.name == name)?;
    let n = n.unwrap_or_default();
    if n < 0 {
        return None;
    }
    let (first, last) = match row.extent {
        Extent::At(offset) => (offset, offset),
        Extent::Ago => (-n, -n),
        Extent::Before => (-n, -1),
        Extent::After => (1, n),
        Extent::UpToNow => (-n, 0),
        Extent::LastDays(days) => (-days, 0),
        Extent::NextDays(days) => (1, days),
    };
    Some(Days {
        start: calendar.start(row.unit, first),
        end: calendar.start(row.unit, last.saturating_add(1)),
        up_to_now: matches!(row.extent, Extent::UpToNow | Extent::LastDays(_)),
    })
}

impl Days {
    /// As bounds for a date field.
    pub(super) fn of_dates(self) -> Period {
        Period { start: Value::Date(self.start), end: Value::Date(self.end) }
    }

    /// As bounds for a datetime field, in the user's time zone.
    pub(super) fn of_instants(self, calendar: &Calendar) -> Period {
        let end: Timestamp = if self.up_to_now { calendar.end_of_now() } else { calendar.midnight(self.end) };
        Period { start: Value::DateTime(calendar.midnight(self.start)), end: Value::DateTime(end) }
    }
}
