//! Values as bytes, and back: a byte that says of which type, and the value.

use std::sync::Arc;

use jiff::civil;
use rust_decimal::Decimal;

use super::{ImageError, Reader, Writer};
use crate::{Timestamp, Value, ValueRef};

/// How deep lists of events may lie in each other; the platform's own are one deep.
const DEEPEST: usize = 8;

/// The type of a value, as the byte before it.
pub(crate) const fn type_of(value: &ValueRef<'_>) -> u8 {
    match value {
        ValueRef::Null => 0,
        ValueRef::Bool(_) => 1,
        ValueRef::Int(_) => 2,
        ValueRef::Number(_) => 3,
        ValueRef::Text(_) => 4,
        ValueRef::Date(_) => 5,
        ValueRef::DateTime(_) => 6,
        ValueRef::Time(_) => 7,
        ValueRef::Id(_) => 8,
        ValueRef::Blob(_) => 9,
        ValueRef::Nested(_) => 10,
    }
}

/// The byte before texts.
pub(crate) const TEXT: u8 = 4;

impl Writer {
    /// A value with its type.
    pub(crate) fn value(&mut self, value: &ValueRef<'_>) {
        self.byte(type_of(value));
        self.bare(value);
    }

    /// A value without its type.
    pub(crate) fn bare(&mut self, value: &ValueRef<'_>) {
        match value {
            ValueRef::Null => {}
            ValueRef::Bool(value) => self.byte(u8::from(*value)),
            ValueRef::Int(number) => self.signed(*number),
            ValueRef::Number(number) => self.decimal(*number),
            ValueRef::Text(text) => self.text(text),
            ValueRef::Date(date) => {
                self.signed(i64::from(date.year()));
                self.byte(date.month() as u8);
                self.byte(date.day() as u8);
            }
            ValueRef::DateTime(at) => self.signed(at.millis()),
            ValueRef::Time(time) => self.number(u64::from(*time)),
            ValueRef::Id(id) => self.id(*id),
            ValueRef::Blob(bytes) => self.bytes(bytes),
            ValueRef::Nested(entries) => {
                self.length(entries.len());
                entries.iter().for_each(|entry| self.values(entry));
            }
        }
    }

    /// Values with their types.
    pub(crate) fn values(&mut self, values: &[Value]) {
        self.length(values.len());
        values.iter().for_each(|value| self.value(&value.as_ref()));
    }

    fn decimal(&mut self, number: Decimal) {
        let mantissa = number.mantissa().unsigned_abs();
        self.byte(number.scale() as u8 | if number.is_sign_negative() { 0x80 } else { 0 });
        self.number(mantissa as u64);
        self.number((mantissa >> 64) as u64);
    }
}

impl Reader<'_> {
    /// A value with its type.
    pub(crate) fn value(&mut self) -> Result<Value, ImageError> {
        self.value_at(0)
    }

    /// A value of this type.
    pub(crate) fn bare(&mut self, kind: u8) -> Result<Value, ImageError> {
        self.bare_at(kind, 0)
    }

    /// Values with their types.
    pub(crate) fn values(&mut self) -> Result<Box<[Value]>, ImageError> {
        self.values_at(0)
    }

    fn values_at(&mut self, depth: usize) -> Result<Box<[Value]>, ImageError> {
        let length = self.length()?;
        let mut values = Vec::new();
        for _ in 0..length {
            values.push(self.value_at(depth)?);
        }
        Ok(values.into())
    }

    fn value_at(&mut self, depth: usize) -> Result<Value, ImageError> {
        let kind = self.byte()?;
        self.bare_at(kind, depth)
    }

    fn bare_at(&mut self, kind: u8, depth: usize) -> Result<Value, ImageError> {
        Ok(match kind {
            0 => Value::Null,
            1 => Value::Bool(self.byte()? != 0),
            2 => Value::Int(self.signed()?),
            3 => Value::Number(self.decimal()?),
            4 => Value::Text(self.text()?.into()),
            5 => {
                let year = i16::try_from(self.signed()?).map_err(|_| no_day())?;
                let (month, day) = (self.byte()? as i8, self.byte()? as i8);
                Value::Date(civil::Date::new(year, month, day).map_err(|_| no_day())?)
            }
            6 => Value::DateTime(Timestamp::from_millis(self.signed()?)),
            7 => Value::Time(
                u32::try_from(self.number()?).map_err(|_| ImageError::content("a time of day is none"))?,
            ),
            8 => Value::Id(self.id()?),
            9 => Value::Blob(self.bytes()?.into()),
            10 if depth < DEEPEST => {
                let mut entries = Vec::new();
                for _ in 0..self.length()? {
                    entries.push(self.values_at(depth + 1)?);
                }
                Value::Nested(Arc::from(entries))
            }
            _ => return Err(ImageError::content("a value is of no type")),
        })
    }

    fn decimal(&mut self) -> Result<Decimal, ImageError> {
        let first = self.byte()?;
        let mantissa = u128::from(self.number()?) | u128::from(self.number()?) << 64;
        let mantissa = i128::try_from(mantissa).map_err(|_| no_number())?;
        let mut number =
            Decimal::try_from_i128_with_scale(mantissa, u32::from(first & 0x7f)).map_err(|_| no_number())?;
        number.set_sign_negative(first & 0x80 != 0);
        Ok(number)
    }
}

fn no_day() -> ImageError {
    ImageError::content("a date is no day of the calendar")
}

fn no_number() -> ImageError {
    ImageError::content("a number has too many digits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordId;

    #[test]
    fn values_of_every_type_read_back_with_their_digits() {
        let number = |text: &str| Value::Number(text.parse().unwrap());
        let values: Box<[Value]> = [
            Value::Null,
            Value::Bool(true),
            Value::Int(i64::MIN),
            number("-0.00"),
            number("1.500"),
            number("-79228162514264337593543950335"),
            number("0.0000000000000000000000000001"),
            Value::text("Zürich"),
            Value::Date(civil::date(-44, 3, 15)),
            Value::DateTime(Timestamp::from_millis(-1)),
            Value::Time(86_399_999),
            Value::Id(RecordId::MASTER_RECORD_TYPE),
            Value::Blob(Arc::from(*b"\0\xff")),
            Value::Nested(Arc::from([Box::from([Value::Int(1), Value::Null])])),
        ]
        .into();
        let mut writer = Writer::default();
        writer.values(&values);
        let bytes = writer.finish();
        let again = Reader::new(&bytes).values().unwrap();
        assert_eq!(format!("{again:?}"), format!("{values:?}"));
        for length in 0..bytes.len() {
            assert!(Reader::new(&bytes[..length]).values().is_err(), "{length}");
        }
    }

    #[test]
    fn values_that_cannot_be_are_refused() {
        let deep = [1, 10].into_iter().chain([1, 1, 10].into_iter().cycle().take(300)).collect::<Vec<u8>>();
        for bytes in [&[1, 99][..], &[1, 5, 0, 13, 1], &[1, 4, 1, 0xff], &[1, 3, 40, 1, 0], &deep] {
            assert!(Reader::new(bytes).values().is_err(), "{bytes:?}");
        }
    }
}
