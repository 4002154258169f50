//! What clients have sent, and what they were answered.

use std::sync::Arc;

use super::refuse::refuse;
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    journal::JournalEntry,
    json::JsonWriter,
};

/// `GET /__mockorg/journal?after=&method=&path=&status=`.
pub(crate) fn read_journal(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let number = |name: &str| exchange.argument(name).as_deref().map(str::parse::<u64>).transpose();
    let (Ok(after), Ok(status)) = (number("after"), number("status")) else {
        let hint = "give `after` the sequence of an entry, and `status` a status such as 404";
        return Ok(refuse(exchange, "`after` or `status` is no number", hint));
    };
    let (method, path) = (exchange.argument("method"), exchange.argument("path"));
    let wanted = |entry: &&Arc<JournalEntry>| {
        after.is_none_or(|after| entry.sequence > after)
            && status.is_none_or(|status| u64::from(entry.status) == status)
            && method.as_deref().is_none_or(|method| entry.method.eq_ignore_ascii_case(method))
            && path.as_deref().is_none_or(|path| entry.target.starts_with(path))
    };
    let (entries, dropped) = exchange.gateway.journal().snapshot();
    let mut writer = exchange.writer();
    writer.begin_object().key("entries").begin_array();
    entries.iter().filter(wanted).for_each(|entry| write_entry(&mut writer, entry));
    writer.end_array().key("dropped").int(dropped).end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `DELETE /__mockorg/journal`.
pub(crate) fn clear_journal(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let cleared = exchange.gateway.journal().clear();
    let mut writer = exchange.writer();
    writer.begin_object().key("cleared").int(cleared as i128).end_object();
    Ok(Answer::json(200, writer.finish()))
}

fn write_entry(writer: &mut JsonWriter, entry: &JournalEntry) {
    writer.begin_object().key("sequence").int(entry.sequence).key("at").display(entry.at);
    writer.key("method").string(&entry.method).key("target").string(&entry.target);
    writer.key("endpoint").optional(entry.endpoint()).key("user").optional(entry.user.as_deref());
    writer.key("status").int(entry.status);
    for (key, headers, body) in [
        ("request", &entry.request_headers, entry.request_text()),
        ("answer", &entry.answer_headers, entry.answer_text()),
    ] {
        writer.key(key).begin_object().key("headers").begin_array();
        for (name, value) in headers {
            writer.begin_object().key("name").string(name).key("value").string(value).end_object();
        }
        writer.end_array().key("body").string(&body).end_object();
    }
    writer.end_object();
}
