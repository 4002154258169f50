//! Payloads that clients publish, from Avro bytes that may be anything.

use mockorg_org::{FieldInput, Input, Position, Timestamp, catalog::FieldType};

use super::types::{AvroField, AvroType, RecordType, Source};

/// The bytes are no record of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedPayload;

/// What a client publishes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecodedPayload {
    /// By whom, as the client says; any text.
    pub created_by: Box<str>,
    /// The event's own fields.
    pub fields: Vec<FieldInput>,
}

/// The instants that a client can write: the years 1 to 9999.
const INSTANTS: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// Reads the fields of a platform event. The date must be there but counts for nothing: the org decides when
/// an event was published.
pub(super) fn decode(record: &RecordType, bytes: &[u8]) -> Result<DecodedPayload, MalformedPayload> {
    let mut reader = Reader { left: bytes };
    let mut payload = DecodedPayload::default();
    for field in &record.fields {
        match (reader.field(field)?, &field.source) {
            (_, Source::CreatedDate) => {}
            (Input::Text(user), Source::CreatedById) => payload.created_by = user,
            (value, _) => payload.fields.push(input(field, value)),
        }
    }
    Ok(payload)
}

fn input(field: &AvroField, value: Input) -> FieldInput {
    FieldInput { name: Box::from(&*field.name), value, at: Position::default() }
}

struct Reader<'a> {
    left: &'a [u8],
}

impl Reader<'_> {
    fn field(&mut self, field: &AvroField) -> Result<Input, MalformedPayload> {
        self.value(&field.avro, field.field_type)
    }

    fn value(&mut self, avro: &AvroType, field_type: Option<FieldType>) -> Result<Input, MalformedPayload> {
        Ok(match avro {
            AvroType::Null => Input::Null,
            AvroType::Boolean => Input::Bool(match self.byte()? {
                0 => false,
                1 => true,
                _ => return Err(MalformedPayload),
            }),
            AvroType::Int => {
                let number = i32::try_from(self.long()?).map_err(|_| MalformedPayload)?;
                Input::Number(number.to_string().into())
            }
            AvroType::Long => long_input(self.long()?, field_type)?,
            AvroType::Double => {
                let bytes = self.take(8)?.try_into().map_err(|_| MalformedPayload)?;
                let number = f64::from_le_bytes(bytes);
                if !number.is_finite() {
                    return Err(MalformedPayload);
                }
                Input::Number(number.to_string().into())
            }
            AvroType::String => Input::Text(self.text()?.into()),
            AvroType::Enum(_, symbols) => {
                let place = usize::try_from(self.long()?).map_err(|_| MalformedPayload)?;
                Input::Text((*symbols.get(place).ok_or(MalformedPayload)?).into())
            }
            AvroType::Array(items) => Input::Array(self.array(items)?),
            AvroType::Record(record) => Input::Object(self.record(record)?),
            AvroType::Union(branches) => {
                let branch = usize::try_from(self.long()?).map_err(|_| MalformedPayload)?;
                self.value(branches.get(branch).ok_or(MalformedPayload)?, field_type)?
            }
        })
    }

    fn record(&mut self, record: &RecordType) -> Result<Vec<FieldInput>, MalformedPayload> {
        let mut fields = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let value = self.field(field)?;
            fields.push(input(field, value));
        }
        Ok(fields)
    }

    fn array(&mut self, items: &AvroType) -> Result<Vec<Input>, MalformedPayload> {
        let mut values = Vec::new();
        loop {
            let count = self.long()?;
            if count == 0 {
                return Ok(values);
            }
            // A negative count is followed by the block's size.
            if count < 0 {
                self.long()?;
            }
            // Every item takes a byte at least, so that a short message cannot ask for much memory.
            let count = usize::try_from(count.unsigned_abs()).map_err(|_| MalformedPayload)?;
            if count > self.left.len() {
                return Err(MalformedPayload);
            }
            for _ in 0..count {
                values.push(self.value(items, None)?);
            }
        }
    }

    fn text(&mut self) -> Result<&str, MalformedPayload> {
        let length = usize::try_from(self.long()?).map_err(|_| MalformedPayload)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| MalformedPayload)
    }

    fn long(&mut self) -> Result<i64, MalformedPayload> {
        let mut bits = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7F);
            // The tenth byte has one bit.
            if shift == 63 && part > 1 {
                return Err(MalformedPayload);
            }
            bits |= part << shift;
            if byte & 0x80 == 0 {
                return Ok((bits >> 1).cast_signed() ^ -((bits & 1).cast_signed()));
            }
        }
        Err(MalformedPayload)
    }

    fn byte(&mut self) -> Result<u8, MalformedPayload> {
        let (byte, left) = self.left.split_first().ok_or(MalformedPayload)?;
        self.left = left;
        Ok(*byte)
    }

    fn take(&mut self, length: usize) -> Result<&[u8], MalformedPayload> {
        let (taken, left) = self.left.split_at_checked(length).ok_or(MalformedPayload)?;
        self.left = left;
        Ok(taken)
    }
}

/// A number, or a time in the form in which the REST API takes it.
fn long_input(number: i64, field_type: Option<FieldType>) -> Result<Input, MalformedPayload> {
    let length = match field_type {
        Some(FieldType::DateTime) => "2026-01-15T09:00:00.000".len(),
        Some(FieldType::Date) => "2026-01-15".len(),
        Some(FieldType::Time) => {
            let day = 0..86_400_000;
            if !day.contains(&number) {
                return Err(MalformedPayload);
            }
            let (seconds, millis) = (number / 1000, number % 1000);
            let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            return Ok(Input::Text(format!("{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z").into()));
        }
        _ => return Ok(Input::Number(number.to_string().into())),
    };
    if !INSTANTS.contains(&number) {
        return Err(MalformedPayload);
    }
    let mut text = Vec::with_capacity(24);
    Timestamp::from_millis(number).write_civil(&mut text);
    text.truncate(length);
    if field_type == Some(FieldType::DateTime) {
        text.push(b'Z');
    }
    Ok(Input::Text(String::from_utf8(text).unwrap_or_default().into()))
}
