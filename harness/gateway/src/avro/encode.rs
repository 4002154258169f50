//! Events as Avro bytes.

use mockorg_org::{
    Value,
    events::{ChangeEvent, EventBody, StoredEvent},
};

use super::{
    bitmap::bitmaps,
    types::{AvroType, RecordType, Source},
};

/// The payload of an event; `None` for events that have no schema of their own.
pub(super) fn encode(record: &RecordType, event: &StoredEvent) -> Option<Vec<u8>> {
    let (values, change) = match &event.body {
        EventBody::Platform(values) => (&**values, None),
        EventBody::Change(change) => (&*change.values, Some(&**change)),
        EventBody::PushTopic(_) | EventBody::Generic(_) => return None,
    };
    let mut out = Vec::with_capacity(256);
    for field in &record.fields {
        match &field.source {
            Source::CreatedDate => write_long(&mut out, event.created_date.millis()),
            Source::CreatedById => write_text(&mut out, &event.created_by.to_18()),
            Source::Header => write_header(&mut out, record, change?),
            Source::Slot(slot) => write_value(&mut out, &field.avro, at(values, slot.index())),
            Source::Parts(parts) => {
                let part = |slot: &Option<_>| {
                    slot.map_or(&Value::Null, |slot: mockorg_org::catalog::Slot| at(values, slot.index()))
                };
                let AvroType::Record(nested) = field.avro.last() else { return None };
                if parts.iter().all(|slot| part(slot).is_null()) {
                    write_long(&mut out, 0);
                    continue;
                }
                write_long(&mut out, 1);
                for (member, slot) in nested.fields.iter().zip(parts) {
                    write_value(&mut out, &member.avro, part(slot));
                }
            }
            Source::Parent => return None,
        }
    }
    Some(out)
}

/// Events from before a field was added have no value for it.
fn at(values: &[Value], place: usize) -> &Value {
    values.get(place).unwrap_or(&Value::Null)
}

fn write_header(out: &mut Vec<u8>, record: &RecordType, change: &ChangeEvent) {
    write_text(out, change.entity.as_bytes());
    write_list(out, change.record_ids.iter().map(|id| id.to_18()));
    write_long(out, change.change_type as i64);
    write_text(out, change.change_origin.as_bytes());
    write_text(out, change.transaction_key.as_bytes());
    write_long(out, i64::from(change.sequence_number));
    write_long(out, change.commit_timestamp.millis());
    write_long(out, i64::try_from(change.commit_number).unwrap_or(i64::MAX));
    write_text(out, &change.commit_user.to_18());
    write_list(out, bitmaps(record, &change.nulled).iter());
    // Long texts are always sent whole.
    write_list(out, std::iter::empty::<&[u8]>());
    write_list(out, bitmaps(record, &change.changed).iter());
}

/// Writes one value as its type asks; what does not suit the type is null, or nothing of its kind.
fn write_value(out: &mut Vec<u8>, avro: &AvroType, value: &Value) {
    match avro {
        AvroType::Union(branches) => {
            let branch = branches.iter().position(|branch| suits(branch, value)).unwrap_or_default();
            // Unions have three branches at most.
            write_long(out, branch as i64);
            if let Some(branch) = branches.get(branch) {
                write_value(out, branch, value);
            }
        }
        AvroType::Null => {}
        AvroType::Boolean => out.push(u8::from(value.is_true())),
        AvroType::Int | AvroType::Long => write_long(out, long_of(value).unwrap_or_default()),
        AvroType::Double => out.extend_from_slice(&double_of(value).unwrap_or_default().to_le_bytes()),
        AvroType::String => match value {
            Value::Text(text) => write_text(out, text.as_bytes()),
            Value::Id(id) => write_text(out, &id.to_18()),
            _ => write_text(out, b""),
        },
        AvroType::Array(items) => match (&**items, value) {
            (AvroType::Record(record), Value::Nested(entries)) => {
                if !entries.is_empty() {
                    write_long(out, i64::try_from(entries.len()).unwrap_or(i64::MAX));
                    entries.iter().for_each(|entry| write_entry(out, record, entry));
                }
                write_long(out, 0);
            }
            _ => write_long(out, 0),
        },
        AvroType::Enum(..) => write_long(out, 0),
        // Compounds are written by whoever knows their parts.
        AvroType::Record(record) => write_entry(out, record, &[]),
    }
}

fn write_entry(out: &mut Vec<u8>, record: &RecordType, entry: &[Value]) {
    for field in &record.fields {
        let value = match &field.source {
            Source::Slot(slot) => at(entry, slot.index()),
            _ => &Value::Null,
        };
        write_value(out, &field.avro, value);
    }
}

fn suits(avro: &AvroType, value: &Value) -> bool {
    match avro {
        AvroType::Null => value.is_null(),
        AvroType::Boolean => matches!(value, Value::Bool(_)),
        AvroType::Int => long_of(value).is_some_and(|number| i32::try_from(number).is_ok()),
        AvroType::Long => long_of(value).is_some(),
        AvroType::Double => double_of(value).is_some(),
        AvroType::String => matches!(value, Value::Text(_) | Value::Id(_)),
        AvroType::Array(_) => matches!(value, Value::Nested(_)),
        AvroType::Enum(..) | AvroType::Record(_) | AvroType::Union(_) => false,
    }
}

/// Whole numbers, and times in milliseconds: a day is its midnight.
fn long_of(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Number(number) => number.trunc().try_into().ok(),
        Value::DateTime(at) => Some(at.millis()),
        Value::Date(_) => value.as_datetime().map(|at| at.millis()),
        Value::Time(millis) => Some(i64::from(*millis)),
        _ => None,
    }
}

/// The nearest double, which the digits give and arithmetic would not.
fn double_of(value: &Value) -> Option<f64> {
    value.as_number()?.to_string().parse().ok()
}

fn write_list<T: AsRef<[u8]>>(out: &mut Vec<u8>, texts: impl ExactSizeIterator<Item = T>) {
    if texts.len() > 0 {
        write_long(out, i64::try_from(texts.len()).unwrap_or(i64::MAX));
        texts.for_each(|text| write_text(out, text.as_ref()));
    }
    write_long(out, 0);
}

fn write_text(out: &mut Vec<u8>, text: &[u8]) {
    write_long(out, i64::try_from(text.len()).unwrap_or(i64::MAX));
    out.extend_from_slice(text);
}

/// Zigzag, seven bits a byte, the lowest first.
fn write_long(out: &mut Vec<u8>, number: i64) {
    let mut bits = ((number << 1) ^ (number >> 63)).cast_unsigned();
    while bits >= 0x80 {
        out.push(bits as u8 | 0x80);
        bits >>= 7;
    }
    out.push(bits as u8);
}
