//! Values as both sides know them.

use jiff::civil::Date;
use mockorg_org::{Cell, Value};
use rusqlite::types::ValueRef as SqlValue;
use rust_decimal::prelude::ToPrimitive;

use super::schema::Kind;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Datum {
    Null,
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(String),
    /// Days since 1970.
    Date(i64),
    /// Milliseconds since 1970.
    DateTime(i64),
    /// Milliseconds of the day.
    Time(i64),
    Id(String),
}

/// Numbers lie in SQLite as whole thousandths, so that sums are exact there.
const THOUSANDTHS: f64 = 1_000.0;

/// The calendar day that lies this many days after 1970-01-01.
pub(crate) fn day(days: i64) -> Date {
    let seconds = jiff::SignedDuration::from_secs(days * 86_400);
    Date::constant(1970, 1, 1).saturating_add(seconds)
}

/// How many days after 1970-01-01 the day lies.
pub(crate) fn days(date: Date) -> i64 {
    let since = date.duration_since(Date::constant(1970, 1, 1));
    since.as_secs() / 86_400
}

impl Datum {
    /// A cell of the org.
    pub(crate) fn of_cell(cell: &Cell) -> Option<Self> {
        let Cell::Value(value) = cell else { return None };
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(number) => Self::Int(*number),
            Value::Number(number) => Self::Number(number.to_f64()?),
            Value::Text(text) => Self::Text(text.to_string()),
            Value::Date(date) => Self::Date(days(*date)),
            Value::DateTime(at) => Self::DateTime(at.millis()),
            Value::Time(millis) => Self::Time(i64::from(*millis)),
            Value::Id(id) => Self::Id(id.to_string()),
            Value::Blob(_) | Value::Nested(_) => return None,
        })
    }

    /// A column of SQLite that holds values of a kind.
    pub(crate) fn of_column(kind: Kind, column: SqlValue<'_>) -> Self {
        match (kind, column) {
            (_, SqlValue::Null) => Self::Null,
            (Kind::Bool, SqlValue::Integer(number)) => Self::Bool(number != 0),
            (Kind::Int, SqlValue::Integer(number)) => Self::Int(number),
            (Kind::Number, SqlValue::Integer(number)) => Self::Number(number as f64 / THOUSANDTHS),
            (Kind::Number, SqlValue::Real(number)) => Self::Number(number / THOUSANDTHS),
            (Kind::Date, SqlValue::Integer(number)) => Self::Date(number),
            (Kind::DateTime, SqlValue::Integer(number)) => Self::DateTime(number),
            (Kind::Time, SqlValue::Integer(number)) => Self::Time(number),
            // The lowest or highest value of a picklist comes as its rank.
            (Kind::Picklist(values), SqlValue::Integer(rank)) => {
                Self::Text(values.get(rank as usize).map_or_else(String::new, |value| (*value).to_owned()))
            }
            (Kind::Id | Kind::Reference(_), SqlValue::Text(text)) => {
                Self::Id(String::from_utf8_lossy(text).into_owned())
            }
            (_, SqlValue::Text(text)) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            (kind, other) => panic!("{other:?} as {kind:?}"),
        }
    }

    /// How the value is written in SQL.
    pub(crate) fn sql(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Bool(value) => u8::from(*value).to_string(),
            Self::Int(number) | Self::Date(number) | Self::DateTime(number) | Self::Time(number) => {
                number.to_string()
            }
            Self::Number(number) => ((number * THOUSANDTHS).round() as i64).to_string(),
            Self::Text(text) | Self::Id(text) => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// Whether both are the same answer; `folded` leaves the case of text open.
    pub(crate) fn agrees(&self, other: &Self, folded: bool) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) if folded => a.to_uppercase() == b.to_uppercase(),
            (Self::Number(a), Self::Number(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
            _ => self == other,
        }
    }
}
