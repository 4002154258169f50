//! The typed values that record slots hold.

use std::{cmp::Ordering, sync::Arc};

use jiff::civil;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use crate::{RecordId, Timestamp};

/// One value of a record. The variant alone decides how it prints, so a reader needs no field definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// No value. Empty text is kept as this, too.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number (`int`, counters, `COUNT`).
    Int(i64),
    /// A `double`, `currency` or `percent`, exact to 28 digits.
    Number(Decimal),
    /// Text of any kind, picklists included.
    Text(Arc<str>),
    /// A calendar day.
    Date(civil::Date),
    /// An instant.
    DateTime(Timestamp),
    /// A time of day in milliseconds.
    Time(u32),
    /// The key of a record.
    Id(RecordId),
    /// The content of a blob.
    Blob(Arc<[u8]>),
    /// The entries of an event's detail list, each with the slots of its sub-event.
    Nested(Arc<[Box<[Self]>]>),
}

impl Value {
    /// Text as a value; empty text is null.
    #[must_use]
    pub fn text(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        if text.is_empty() { Self::Null } else { Self::Text(text.into()) }
    }

    /// Whether there is no value.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if this is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The key, if this is one.
    #[must_use]
    pub const fn as_id(&self) -> Option<RecordId> {
        if let Self::Id(id) = self { Some(*id) } else { None }
    }

    /// The number, if this is one; a whole number counts.
    #[must_use]
    pub fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Int(number) => Some(Decimal::from(*number)),
            _ => None,
        }
    }

    /// The whole number, if this is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Number(number) => number.to_i64(),
            _ => None,
        }
    }

    /// The boolean; null reads as false.
    #[must_use]
    pub const fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The calendar day, if this is one; an instant gives its day in UTC.
    #[must_use]
    pub fn as_date(&self) -> Option<civil::Date> {
        match self {
            Self::Date(date) => Some(*date),
            Self::DateTime(at) => Some(at.date()),
            _ => None,
        }
    }

    /// The instant, if this is one; a day gives its midnight in UTC.
    #[must_use]
    pub fn as_datetime(&self) -> Option<Timestamp> {
        match self {
            Self::DateTime(at) => Some(*at),
            Self::Date(date) => Some(Timestamp::start_of(*date)),
            _ => None,
        }
    }

    /// The order that ORDER BY uses: nulls first, text without regard to case, then by its bytes so
    /// that the order is total.
    #[must_use]
    pub fn sort_order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => text_order(a, b).then_with(|| a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::DateTime(a), Self::DateTime(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Id(a), Self::Id(b)) => a.cmp(b),
            _ => match (self.as_number(), other.as_number()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => Ordering::Equal,
            },
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<RecordId> for Value {
    fn from(id: RecordId) -> Self {
        Self::Id(id)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::DateTime(at)
    }
}

impl From<civil::Date> for Value {
    fn from(date: civil::Date) -> Self {
        Self::Date(date)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Compares text without regard to case. English orgs compare upper-cased text.
#[must_use]
pub fn text_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a.bytes().map(|c| c.to_ascii_uppercase()).cmp(b.bytes().map(|c| c.to_ascii_uppercase()));
    }
    a.chars().flat_map(char::to_uppercase).cmp(b.chars().flat_map(char::to_uppercase))
}

/// Whether two texts are equal without regard to case.
#[must_use]
pub fn text_equal(a: &str, b: &str) -> bool {
    text_order(a, b) == Ordering::Equal
}
