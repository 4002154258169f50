//! The org's event log.

use std::sync::Arc;

use mockorg_org::{
    ApiVersion, Value,
    catalog::{Catalog, SObjectDef},
    events::{EventBody, ReplayId, StoredEvent},
};

use super::refuse::refuse;
use crate::{
    Gateway,
    answer::Answer,
    avro::EventSchema,
    cometd::{DateForm, write_members, write_value},
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

/// `GET /__mockorg/events?after=&channel=`.
pub(crate) fn events(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let after = match exchange.argument("after").as_deref().map(str::parse) {
        None => 0,
        Some(Ok(after)) => after,
        Some(Err(_)) => {
            return Ok(refuse(
                exchange,
                "`after` is no replay id",
                "give the replayId of an event, or nothing",
            ));
        }
    };
    let channel = exchange.argument("channel");
    let catalog = exchange.catalog();
    let found: Vec<Arc<StoredEvent>> = exchange.gateway.with_org(|org, _| {
        let events = org.events().after(ReplayId(after));
        events.filter(|event| channel.as_deref().is_none_or(|name| matches(event, name))).cloned().collect()
    });
    let mut writer = exchange.writer();
    writer.begin_object().key("events").begin_array();
    found.iter().for_each(|event| write_event(&mut writer, exchange.gateway, &catalog, event));
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// Whether the event went over the channel, which may be named in full or by the event alone.
fn matches(event: &StoredEvent, channel: &str) -> bool {
    event.channel.eq_ignore_ascii_case(channel) || event.event.eq_ignore_ascii_case(channel)
}

pub(super) fn write_event(
    writer: &mut JsonWriter,
    gateway: &Gateway,
    catalog: &Catalog,
    event: &StoredEvent,
) {
    writer.begin_object().key("replayId").int(event.replay_id.0).key("channel").string(&event.channel);
    writer.key("event").string(&event.event).key("uuid").string(&event.uuid);
    writer.key("createdDate").display(event.created_date).key("createdById").display(event.created_by);
    let schema = match &event.body {
        EventBody::Platform(_) | EventBody::Change(_) => gateway.schemas().of_event(&event.event),
        EventBody::PushTopic(_) | EventBody::Generic(_) => None,
    };
    write_payload(writer.key("payload"), catalog, schema.as_deref(), event);
    writer.end_object();
}

/// What an event carries, as an object.
pub(crate) fn write_payload(
    writer: &mut JsonWriter,
    catalog: &Catalog,
    schema: Option<&EventSchema>,
    event: &StoredEvent,
) {
    match (&event.body, catalog.find_any(&event.event)) {
        (EventBody::Platform(values), Some(definition)) => {
            write_slots(writer, catalog, definition, values);
        }
        _ => write_other(writer, schema, event),
    }
}

/// What other events than platform events carry, as the Streaming API tells it.
fn write_other(writer: &mut JsonWriter, schema: Option<&EventSchema>, event: &StoredEvent) {
    writer.begin_object();
    match &event.body {
        EventBody::Platform(_) | EventBody::Change(_) => {
            if let Some(schema) = schema {
                write_members(writer, schema.record(), event, DateForm::Millis);
            }
        }
        EventBody::PushTopic(row) => {
            writer.key("type").string(&row.kind).key("sobject").begin_object();
            for (name, value) in &row.fields {
                write_value(writer.key(name), value, DateForm::Millis);
            }
            writer.end_object();
        }
        EventBody::Generic(generic) => {
            writer.key("payload").string(&generic.payload);
        }
    }
    writer.end_object();
}

/// What describes list as fields although it travels beside the payload.
const BESIDE: [&str; 2] = ["EventUuid", "ReplayId"];

/// The payload: each field of the definition with its value; detail lists as lists of objects.
fn write_slots(writer: &mut JsonWriter, catalog: &Catalog, definition: &SObjectDef, values: &[Value]) {
    writer.begin_object();
    let payload = definition.fields.iter().zip(values).filter(|(field, _)| !BESIDE.contains(&&*field.name));
    for (field, value) in payload {
        // A field of older versions shows only where it was filled.
        if value.is_null() && !field.versions.contains(ApiVersion::NEWEST) {
            continue;
        }
        writer.key(&field.name);
        let detail = field.detail_event().and_then(|name| catalog.find_any(name));
        match (value, detail) {
            (Value::Nested(entries), Some(detail)) => {
                writer.begin_array();
                entries.iter().for_each(|entry| write_slots(writer, catalog, detail, entry));
                writer.end_array();
            }
            _ => encode::write_value(writer, value),
        }
    }
    writer.end_object();
}
