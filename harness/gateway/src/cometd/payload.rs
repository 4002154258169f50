//! The payload of an event in JSON: the fields of its schema, with the values that travel.

use mockorg_org::{
    ApiVersion, Timestamp, Value,
    catalog::Slot,
    events::{ChangeEvent, ChangeType, EventBody, StoredEvent},
};

use crate::{
    avro::{AvroField, AvroType, RecordType, Source},
    encode,
    json::JsonWriter,
};

/// The first version whose times have milliseconds.
const MILLIS_SINCE: u8 = 43;

/// How times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateForm {
    /// `2026-03-02T09:00:00.000Z`
    Millis,
    /// `2026-03-02T09:00:00Z`
    Seconds,
}

impl DateForm {
    /// As an endpoint of this version writes them.
    pub(super) const fn of(version: ApiVersion) -> Self {
        if version.number() >= MILLIS_SINCE { Self::Millis } else { Self::Seconds }
    }
}

/// Writes the members of a payload.
pub(crate) fn write_members(w: &mut JsonWriter, record: &RecordType, event: &StoredEvent, dates: DateForm) {
    match &event.body {
        EventBody::Platform(values) => {
            for field in &record.fields {
                w.key(&field.name);
                match &field.source {
                    Source::CreatedDate => write_instant(w, event.created_date, dates),
                    Source::CreatedById => {
                        w.display(event.created_by);
                    }
                    _ => write_field(w, field, values, dates),
                }
            }
        }
        EventBody::Change(change) => {
            for field in &record.fields {
                write_change_field(w, record, field, change, dates);
            }
        }
        EventBody::PushTopic(_) | EventBody::Generic(_) => {}
    }
}

/// Writes a value.
pub(crate) fn write_value(w: &mut JsonWriter, value: &Value, dates: DateForm) {
    match value {
        Value::DateTime(at) => write_instant(w, *at, dates),
        other => encode::write_value(w, other),
    }
}

/// Writes an instant.
pub(super) fn write_instant(w: &mut JsonWriter, at: Timestamp, dates: DateForm) {
    w.raw(|out| {
        out.push(b'"');
        at.write_civil(out);
        if dates == DateForm::Seconds {
            out.truncate(out.len().saturating_sub(".000".len()));
        }
        out.extend_from_slice(b"Z\"");
    });
}

/// A field of a platform event, or of an entry of a detail list.
fn write_field(w: &mut JsonWriter, field: &AvroField, values: &[Value], dates: DateForm) {
    let value = match &field.source {
        Source::Slot(slot) => at(values, *slot),
        _ => &Value::Null,
    };
    match (value, entries_of(&field.avro)) {
        (Value::Nested(entries), Some(record)) => {
            w.begin_array();
            for entry in entries.iter() {
                w.begin_object();
                for field in &record.fields {
                    write_field(w.key(&field.name), field, entry, dates);
                }
                w.end_object();
            }
            w.end_array();
        }
        _ => write_value(w, value, dates),
    }
}

/// The record of a list's entries.
fn entries_of(avro: &AvroType) -> Option<&RecordType> {
    match avro {
        AvroType::Union(branches) => branches.iter().find_map(entries_of),
        AvroType::Array(items) => match &**items {
            AvroType::Record(record) => Some(record),
            _ => None,
        },
        _ => None,
    }
}

fn write_change_field(
    w: &mut JsonWriter,
    record: &RecordType,
    field: &AvroField,
    change: &ChangeEvent,
    dates: DateForm,
) {
    match &field.source {
        Source::Header => {
            w.key(&field.name);
            write_header(w, record, change);
        }
        Source::Slot(slot) if travels(change, *slot) => {
            write_value(w.key(&field.name), at(&change.values, *slot), dates);
        }
        Source::Parts(parts) => {
            let parts: Vec<_> = parts_of(field, parts).filter(|(_, slot)| travels(change, *slot)).collect();
            if !parts.is_empty() {
                w.key(&field.name).begin_object();
                for (name, slot) in parts {
                    write_value(w.key(name), at(&change.values, slot), dates);
                }
                w.end_object();
            }
        }
        _ => {}
    }
}

/// Whether a message tells a field's value: what an update changed, or what a new record holds.
fn travels(change: &ChangeEvent, slot: Slot) -> bool {
    match change.change_type {
        ChangeType::Create | ChangeType::Undelete => !at(&change.values, slot).is_null(),
        // A new modifier travels although it is not counted among the changes.
        ChangeType::Update => change.changed.contains(&slot) || !at(&change.values, slot).is_null(),
        ChangeType::Delete
        | ChangeType::GapCreate
        | ChangeType::GapUpdate
        | ChangeType::GapDelete
        | ChangeType::GapUndelete
        | ChangeType::GapOverflow => false,
    }
}

fn write_header(w: &mut JsonWriter, record: &RecordType, change: &ChangeEvent) {
    let ids: Vec<String> = change.record_ids.iter().map(ToString::to_string).collect();
    w.begin_object().key("entityName").string(&change.entity).key("recordIds").strings(&ids);
    w.key("changeType").string(change.change_type.as_str()).key("changeOrigin").string(&change.change_origin);
    w.key("transactionKey").string(&change.transaction_key);
    w.key("sequenceNumber").int(change.sequence_number);
    w.key("commitTimestamp").int(change.commit_timestamp.millis());
    w.key("commitNumber").int(change.commit_number).key("commitUser").display(change.commit_user);
    w.key("changedFields").begin_array();
    for field in &record.fields {
        match &field.source {
            Source::Slot(slot) if change.changed.contains(slot) => {
                w.string(&field.name);
            }
            Source::Parts(parts) => {
                for (part, _) in parts_of(field, parts).filter(|(_, slot)| change.changed.contains(slot)) {
                    w.concat([&*field.name, ".", part]);
                }
            }
            _ => {}
        }
    }
    w.end_array().end_object();
}

/// The parts of a compound that the org has, by name.
fn parts_of<'a>(
    field: &'a AvroField,
    parts: &'a [Option<Slot>],
) -> impl Iterator<Item = (&'a str, Slot)> + 'a {
    let nested = match &field.avro {
        AvroType::Union(branches) => branches.last(),
        other => Some(other),
    };
    let members = match nested {
        Some(AvroType::Record(record)) => &*record.fields,
        _ => &[],
    };
    members.iter().zip(parts).filter_map(|(member, slot)| Some((&*member.name, (*slot)?)))
}

/// Events from before a field was added have no value for it.
fn at(values: &[Value], slot: Slot) -> &Value {
    values.get(slot.index()).unwrap_or(&Value::Null)
}
