//! A value where it lies: how readers see the cells of stored records without copying them.

use std::{cmp::Ordering, sync::Arc};

use jiff::civil;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{RecordId, Timestamp, Value, text_order};

/// One value of a record, borrowed from where it is stored. The counterpart of [`Value`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ValueRef<'a> {
    /// No value.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A `double`, `currency` or `percent`.
    Number(Decimal),
    /// Text of any kind.
    Text(&'a str),
    /// A calendar day.
    Date(civil::Date),
    /// An instant.
    DateTime(Timestamp),
    /// A time of day in milliseconds.
    Time(u32),
    /// The key of a record.
    Id(RecordId),
    /// The content of a blob.
    Blob(&'a Arc<[u8]>),
    /// The entries of an event's detail list.
    Nested(&'a Arc<[Box<[Value]>]>),
}

impl<'a> ValueRef<'a> {
    /// The value as one of its own.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(number) => Value::Int(number),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::Text(text.into()),
            Self::Date(date) => Value::Date(date),
            Self::DateTime(at) => Value::DateTime(at),
            Self::Time(time) => Value::Time(time),
            Self::Id(id) => Value::Id(id),
            Self::Blob(blob) => Value::Blob(Arc::clone(blob)),
            Self::Nested(entries) => Value::Nested(Arc::clone(entries)),
        }
    }

    /// Whether there is no value.
    #[must_use]
    pub const fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if this is text.
    #[must_use]
    pub const fn as_text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The key, if this is one.
    #[must_use]
    pub const fn as_id(self) -> Option<RecordId> {
        if let Self::Id(id) = self { Some(id) } else { None }
    }

    /// The number, if this is one; a whole number counts.
    #[must_use]
    pub fn as_number(self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(number),
            Self::Int(number) => Some(Decimal::from(number)),
            _ => None,
        }
    }

    /// The whole number, if this is one.
    #[must_use]
    pub fn as_int(self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(number),
            Self::Number(number) => number.to_i64(),
            _ => None,
        }
    }

    /// The boolean; null reads as false.
    #[must_use]
    pub const fn is_true(self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The calendar day, if this is one; an instant gives its day in UTC.
    #[must_use]
    pub fn as_date(self) -> Option<civil::Date> {
        match self {
            Self::Date(date) => Some(date),
            Self::DateTime(at) => Some(at.date()),
            _ => None,
        }
    }

    /// The instant, if this is one; a day gives its midnight in UTC.
    #[must_use]
    pub fn as_datetime(self) -> Option<Timestamp> {
        match self {
            Self::DateTime(at) => Some(at),
            Self::Date(date) => Some(Timestamp::start_of(date)),
            _ => None,
        }
    }

    /// The order that ORDER BY uses: nulls first, text without regard to case.
    #[must_use]
    pub fn sort_order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Bool(a), Self::Bool(b)) => a.cmp(&b),
            (Self::Int(a), Self::Int(b)) => a.cmp(&b),
            (Self::Text(a), Self::Text(b)) => text_order(a, b),
            (Self::Date(a), Self::Date(b)) => a.cmp(&b),
            (Self::DateTime(a), Self::DateTime(b)) => a.cmp(&b),
            (Self::Time(a), Self::Time(b)) => a.cmp(&b),
            (Self::Id(a), Self::Id(b)) => a.cmp(&b),
            _ => match (self.as_number(), other.as_number()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => Ordering::Equal,
            },
        }
    }
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(number) => Self::Int(*number),
            Value::Number(number) => Self::Number(*number),
            Value::Text(text) => Self::Text(text),
            Value::Date(date) => Self::Date(*date),
            Value::DateTime(at) => Self::DateTime(*at),
            Value::Time(time) => Self::Time(*time),
            Value::Id(id) => Self::Id(*id),
            Value::Blob(blob) => Self::Blob(blob),
            Value::Nested(entries) => Self::Nested(entries),
        }
    }
}

impl PartialEq<Value> for ValueRef<'_> {
    fn eq(&self, other: &Value) -> bool {
        *self == other.as_ref()
    }
}
