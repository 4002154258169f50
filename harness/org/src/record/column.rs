//! One field of one chunk: a compact column of the field's type, with the rows that are not null.

use std::sync::Arc;

use jiff::civil;
use rust_decimal::Decimal;

use crate::{
    RecordId, Timestamp, Value, ValueRef,
    catalog::{FieldDef, FieldType},
};

use super::{
    bits::{Bits, CHUNK_ROWS},
    choice::ChoiceColumn,
    text::TextColumn,
};

/// The longest text field that is worth a look for repeated texts.
const SHORT: u32 = 255;

/// The values of one field in one chunk.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    valid: Bits,
    data: Data,
}

/// The values of a column by position. Where the column is null, an entry means nothing; behind the last
/// value that was ever set, there need not be any.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// `boolean`.
    Bool(Bits),
    /// `int`.
    Int(Vec<i64>),
    /// `double`, `currency`, `percent`.
    Number(Vec<Decimal>),
    /// Texts that mostly differ.
    Text(TextColumn),
    /// Texts that repeat: picklists, and other short texts as long as they do.
    Choice(ChoiceColumn),
    /// `date`.
    Date(Vec<civil::Date>),
    /// `datetime`.
    DateTime(Vec<Timestamp>),
    /// `time`, in milliseconds.
    Time(Vec<u32>),
    /// `id`, `reference`.
    Id(Vec<RecordId>),
    /// Whatever else, and any column with a value that its field's type does not suggest.
    Other(Vec<Value>),
}

impl Column {
    /// An empty column of the kind that suits the field.
    pub(super) fn new(field: &FieldDef) -> Self {
        Self::of(match field.field_type {
            FieldType::Id | FieldType::Reference => Data::Id(Vec::new()),
            FieldType::Picklist | FieldType::MultiPicklist | FieldType::ComboBox => {
                Data::Choice(ChoiceColumn::default())
            }
            kind if kind.is_textual() => {
                let distinct = field.is_key() || field.name_field || field.auto_number;
                if distinct || field.length > SHORT {
                    Data::Text(TextColumn::default())
                } else {
                    Data::Choice(ChoiceColumn::default())
                }
            }
            FieldType::Boolean => Data::Bool(Bits::none()),
            FieldType::Int => Data::Int(Vec::new()),
            FieldType::Double | FieldType::Currency | FieldType::Percent => Data::Number(Vec::new()),
            FieldType::Date => Data::Date(Vec::new()),
            FieldType::DateTime => Data::DateTime(Vec::new()),
            FieldType::Time => Data::Time(Vec::new()),
            _ => Data::Other(Vec::new()),
        })
    }

    /// A column without values.
    pub(super) const fn of(data: Data) -> Self {
        Self { valid: Bits::none(), data }
    }

    /// The rows that are not null.
    #[must_use]
    pub(crate) const fn valid(&self) -> &Bits {
        &self.valid
    }

    /// The values.
    #[must_use]
    pub(crate) const fn data(&self) -> &Data {
        &self.data
    }

    /// The value at a position.
    #[must_use]
    #[inline]
    pub(crate) fn value(&self, position: usize) -> ValueRef<'_> {
        if !self.valid.get(position) {
            return ValueRef::Null;
        }
        match &self.data {
            Data::Bool(bits) => ValueRef::Bool(bits.get(position)),
            Data::Int(numbers) => ValueRef::Int(numbers[position]),
            Data::Number(numbers) => ValueRef::Number(numbers[position]),
            Data::Text(texts) => ValueRef::Text(texts.get(position)),
            Data::Choice(texts) => ValueRef::Text(texts.get(position)),
            Data::Date(dates) => ValueRef::Date(dates[position]),
            Data::DateTime(times) => ValueRef::DateTime(times[position]),
            Data::Time(times) => ValueRef::Time(times[position]),
            Data::Id(ids) => ValueRef::Id(ids[position]),
            Data::Other(values) => values[position].as_ref(),
        }
    }

    /// The value at a position as one of its own.
    pub(super) fn owned(&self, position: usize) -> Value {
        match &self.data {
            Data::Choice(texts) if self.valid.get(position) => {
                texts.shared(position).map_or(Value::Null, |text| Value::Text(Arc::clone(text)))
            }
            _ => self.value(position).to_value(),
        }
    }

    /// Puts a value in place. A value of another type than the column's makes the column one of any values.
    pub(super) fn set(&mut self, position: usize, value: Value) {
        match (&mut self.data, value) {
            (_, Value::Null) => return self.clear(position),
            (Data::Bool(bits), Value::Bool(true)) => bits.set(position),
            (Data::Bool(bits), Value::Bool(false)) => bits.unset(position),
            (Data::Int(numbers), Value::Int(number)) => put(numbers, position, number, 0),
            (Data::Number(numbers), Value::Number(number)) => put(numbers, position, number, Decimal::ZERO),
            (Data::Date(dates), Value::Date(date)) => put(dates, position, date, civil::Date::ZERO),
            (Data::DateTime(times), Value::DateTime(at)) => put(times, position, at, Timestamp::default()),
            (Data::Time(times), Value::Time(time)) => put(times, position, time, 0),
            (Data::Id(ids), Value::Id(id)) => put(ids, position, id, RecordId::NULL),
            (Data::Other(values), value) => put(values, position, value, Value::Null),
            (Data::Text(texts), Value::Text(text)) => {
                if !texts.set(position, &text) {
                    self.give_up_type();
                    return self.set(position, Value::Text(text));
                }
            }
            (Data::Choice(texts), Value::Text(text)) => {
                // The row's own old text is about to go, so that it needs no code.
                self.valid.unset(position);
                if let Err(text) = texts.set(position, text, &self.valid) {
                    match texts.to_text(&self.valid) {
                        Some(texts) => self.data = Data::Text(texts),
                        None => self.give_up_type(),
                    }
                    return self.set(position, Value::Text(text));
                }
            }
            (_, value) => {
                self.give_up_type();
                return self.set(position, value);
            }
        }
        self.valid.set(position);
    }

    /// Makes a position null.
    pub(super) fn clear(&mut self, position: usize) {
        if !self.valid.get(position) {
            return;
        }
        self.valid.unset(position);
        match &mut self.data {
            Data::Text(texts) => texts.clear(position),
            Data::Other(values) => values[position] = Value::Null,
            _ => {}
        }
    }

    /// Gives back memory that is held for growth.
    pub(super) fn shrink(&mut self) {
        match &mut self.data {
            Data::Text(texts) => texts.shrink(),
            Data::Choice(texts) => texts.shrink(),
            // The others grow to the chunk's size and no further.
            _ => {}
        }
    }

    fn give_up_type(&mut self) {
        let mut values = Vec::new();
        for position in self.valid.iter() {
            put(&mut values, position, self.owned(position), Value::Null);
        }
        self.data = Data::Other(values);
    }
}

/// Lengthens a column to hold `position`, by doubling, and never beyond the chunk.
pub(super) fn reach<T: Clone>(places: &mut Vec<T>, position: usize, filler: T) {
    if position < places.len() {
        return;
    }
    if position >= places.capacity() {
        let capacity = (position + 1).next_power_of_two().min(CHUNK_ROWS).max(position + 1);
        places.reserve_exact(capacity - places.len());
    }
    places.resize(position + 1, filler);
}

fn put<T: Clone>(places: &mut Vec<T>, position: usize, value: T, filler: T) {
    reach(places, position, filler);
    places[position] = value;
}
