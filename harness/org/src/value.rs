//! The typed values that record slots hold.

use std::{cmp::Ordering, sync::Arc};

use jiff::civil;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{RecordId, Timestamp, ValueRef};

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

    /// The value, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> ValueRef<'_> {
        self.into()
    }

    /// Whether there is no value.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if this is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        self.as_ref().as_text()
    }

    /// The key, if this is one.
    #[must_use]
    pub fn as_id(&self) -> Option<RecordId> {
        self.as_ref().as_id()
    }

    /// The number, if this is one; a whole number counts.
    #[must_use]
    pub fn as_number(&self) -> Option<Decimal> {
        self.as_ref().as_number()
    }

    /// The whole number, if this is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        self.as_ref().as_int()
    }

    /// The boolean; null reads as false.
    #[must_use]
    pub const fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The calendar day, if this is one; an instant gives its day in UTC.
    #[must_use]
    pub fn as_date(&self) -> Option<civil::Date> {
        self.as_ref().as_date()
    }

    /// The instant, if this is one; a day gives its midnight in UTC.
    #[must_use]
    pub fn as_datetime(&self) -> Option<Timestamp> {
        self.as_ref().as_datetime()
    }

    /// As [`ValueRef::sort_order`].
    #[must_use]
    pub fn sort_order(&self, other: &Self) -> Ordering {
        self.as_ref().sort_order(other.as_ref())
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
    for (x, y) in a.bytes().zip(b.bytes()) {
        if !x.is_ascii() || !y.is_ascii() {
            return a.chars().flat_map(char::to_uppercase).cmp(b.chars().flat_map(char::to_uppercase));
        }
        let order = x.to_ascii_uppercase().cmp(&y.to_ascii_uppercase());
        if order != Ordering::Equal {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

/// Whether two texts are equal without regard to case.
#[must_use]
pub fn text_equal(a: &str, b: &str) -> bool {
    text_order(a, b) == Ordering::Equal
}
