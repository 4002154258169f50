//! What clients have sent, what they were answered, and what the org published.

use mockorg_org::ControlRefusal;

use super::refuse::refuse;
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    journal::{JournalCall, JournalEntry, JournalEvent, JournalFilter, millis},
    json::JsonWriter,
};

/// `GET /__mockorg/journal`, with the parameters of a filter.
pub(crate) fn read_journal(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let page =
        JournalFilter::parse(exchange.query()).and_then(|filter| exchange.gateway.journal_page(&filter));
    let page = match page {
        Ok(page) => page,
        Err(ControlRefusal { error, hint }) => return Ok(refuse(exchange, &error, &hint)),
    };
    let mut writer = exchange.writer();
    writer.begin_object().key("entries").begin_array();
    page.entries.iter().for_each(|entry| write_entry(&mut writer, entry));
    writer.end_array().key("dropped").int(page.dropped).key("next");
    match page.next {
        Some(next) => writer.int(next),
        None => writer.null(),
    };
    writer.end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /__mockorg/journal.har`, with the same parameters.
pub(crate) fn read_har(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let har = JournalFilter::parse(exchange.query())
        .and_then(|filter| exchange.gateway.journal_har(&filter, &exchange.base_url()));
    Ok(match har {
        Ok(har) => Answer::json(200, har.into_bytes()),
        Err(ControlRefusal { error, hint }) => refuse(exchange, &error, &hint),
    })
}

/// `DELETE /__mockorg/journal`.
pub(crate) fn clear_journal(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let cleared = exchange.gateway.journal().clear();
    let mut writer = exchange.writer();
    writer.begin_object().key("cleared").int(cleared as i128).end_object();
    Ok(Answer::json(200, writer.finish()))
}

pub(super) fn write_entry(writer: &mut JsonWriter, entry: &JournalEntry) {
    match entry {
        JournalEntry::Call(call) => write_call(writer, call),
        JournalEntry::Event(event) => write_event(writer, event),
    }
}

fn write_call(writer: &mut JsonWriter, call: &JournalCall) {
    writer.begin_object().key("kind").string("call").key("sequence").int(call.sequence);
    writer.key("at").display(call.at).key("tookMillis");
    match call.took() {
        Some(took) => writer.raw(|out| out.extend_from_slice(millis(took).as_bytes())),
        None => writer.null(),
    };
    writer.key("method").string(&call.method).key("target").string(&call.target);
    writer.key("endpoint").optional(call.endpoint()).key("user").optional(call.user.as_deref());
    writer.key("status").int(call.status).key("faults").strings(&call.faults).key("grpc");
    match &call.grpc {
        Some(grpc) => {
            writer.begin_object().key("topic").optional(grpc.topic()).key("status");
            match grpc.status() {
                Some(status) => writer.int(status),
                None => writer.null(),
            };
            writer.end_object();
        }
        None => {
            writer.null();
        }
    }
    for (key, headers, body) in [
        ("request", call.request_headers(), call.request_text()),
        ("answer", call.answer_headers(), call.answer_text()),
    ] {
        writer.key(key).begin_object().key("headers").begin_array();
        for (name, value) in &headers {
            writer.begin_object().key("name").string(name).key("value").string(value).end_object();
        }
        writer.end_array().key("body").string(&body).end_object();
    }
    writer.end_object();
}

fn write_event(writer: &mut JsonWriter, event: &JournalEvent) {
    writer.begin_object().key("kind").string("event").key("sequence").int(event.sequence);
    writer.key("at").display(event.at).key("channel").string(&event.channel);
    writer.key("event").string(&event.event).key("uuid").string(&event.uuid);
    writer.key("replayId").int(event.replay_id.0).key("deliveries").int(event.deliveries()).key("payload");
    match event.payload() {
        Some(payload) => writer.raw(|out| out.extend_from_slice(payload.as_bytes())),
        None => writer.null(),
    };
    writer.end_object();
}
