//! The journal as an HTTP Archive (HAR 1.2), which the developer tools of browsers open.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::StatusCode;
use mockorg_org::ControlRefusal;

use super::{JournalCall, JournalFilter, record::millis};
use crate::{
    Gateway, form,
    json::{JsonForm, JsonWriter},
};

/// What an archive without messages says of itself.
const NO_MESSAGES: &str =
    "This journal keeps no headers and bodies; start the org with --journal to have them.";

impl Gateway {
    /// The calls that a filter wants as an HTTP Archive. `base_url` is the address of calls that do not say to which
    /// host they went.
    ///
    /// # Errors
    ///
    /// As [`Gateway::journal_page`].
    pub fn journal_har(&self, filter: &JournalFilter, base_url: &str) -> Result<String, ControlRefusal> {
        let page = self.journal_page(filter)?;
        let calls = page.entries.iter().filter_map(|entry| entry.call());
        let events = page.entries.iter().filter(|entry| entry.event().is_some()).count();
        let mut w = JsonWriter::new(JsonForm::Compact);
        w.begin_object().key("log").begin_object().key("version").string("1.2");
        w.key("creator").begin_object().key("name").string("mockorg");
        w.key("version").string(env!("CARGO_PKG_VERSION")).end_object();
        w.key("entries").begin_array();
        calls.for_each(|call| write_entry(&mut w, call, base_url));
        w.end_array();
        let mut comment: Vec<String> = Vec::new();
        if !self.journal().settings.bodies {
            comment.push(NO_MESSAGES.to_owned());
        }
        if events > 0 {
            comment.push(format!("{events} events are left out: an archive holds calls."));
        }
        if page.dropped > 0 {
            comment.push(format!("{} older entries were dropped for want of room.", page.dropped));
        }
        if !comment.is_empty() {
            w.key("comment").string(&comment.join(" "));
        }
        w.end_object().end_object();
        Ok(String::from_utf8_lossy(&w.finish()).into_owned())
    }
}

type Lines = [(Box<str>, Box<str>)];

fn write_entry(w: &mut JsonWriter, call: &JournalCall, base_url: &str) {
    let took = millis(call.took().unwrap_or_default());
    let number = |w: &mut JsonWriter, text: &str| {
        w.raw(|out| out.extend_from_slice(text.as_bytes()));
    };
    w.begin_object().key("startedDateTime").raw(|out| {
        out.push(b'"');
        call.at.write_civil(out);
        out.extend_from_slice(b"Z\"");
    });
    w.key("time");
    number(w, &took);
    w.key("request");
    write_request(w, call, base_url);
    w.key("response");
    write_response(w, call);
    w.key("cache").begin_object().end_object();
    w.key("timings").begin_object().key("send").int(0).key("wait");
    number(w, &took);
    w.key("receive").int(0).end_object();
    w.key("_sequence").int(call.sequence).key("_user").optional(call.user.as_deref());
    w.key("_endpoint").optional(call.endpoint()).key("_faults").strings(&call.faults);
    w.end_object();
}

fn write_request(w: &mut JsonWriter, call: &JournalCall, base_url: &str) {
    let headers = call.request_headers();
    let body = call.request_body();
    // An authority that is none would make the address unreadable.
    let host = header(&headers, "host").filter(|host| !host.contains(['/', '@', '?', '#', ' ']));
    let scheme = base_url.split("://").next().unwrap_or("http");
    let base = host.map_or_else(|| base_url.to_owned(), |host| format!("{scheme}://{host}"));
    w.begin_object().key("method").string(&call.method).key("url").concat([&*base, &call.target]);
    w.key("httpVersion").string(if call.grpc.is_some() { "HTTP/2" } else { "HTTP/1.1" });
    w.key("cookies").begin_array().end_array();
    write_pairs(w.key("headers"), headers.iter().map(|(name, value)| (&**name, &**value)));
    let query: Vec<_> = form::pairs(call.query()).collect();
    write_pairs(w.key("queryString"), query.iter().map(|(name, value)| (&**name, &**value)));
    if !body.is_empty() {
        let media_type = header(&headers, "content-type").unwrap_or_default();
        w.key("postData").begin_object().key("mimeType").string(media_type);
        w.key("params").begin_array().end_array();
        w.key("text").string(&String::from_utf8_lossy(&body)).end_object();
    }
    w.key("headersSize").int(-1).key("bodySize").int(size(call, &body)).end_object();
}

fn write_response(w: &mut JsonWriter, call: &JournalCall) {
    let headers = call.answer_headers();
    let body = call.answer_body();
    let reason = StatusCode::from_u16(call.status).ok().and_then(|status| status.canonical_reason());
    w.begin_object().key("status").int(call.status).key("statusText").string(reason.unwrap_or_default());
    w.key("httpVersion").string(if call.grpc.is_some() { "HTTP/2" } else { "HTTP/1.1" });
    w.key("cookies").begin_array().end_array();
    write_pairs(w.key("headers"), headers.iter().map(|(name, value)| (&**name, &**value)));
    w.key("content").begin_object().key("size").int(body.len() as i128);
    w.key("mimeType").string(header(&headers, "content-type").unwrap_or_default());
    match str::from_utf8(&body) {
        Ok("") => {}
        Ok(text) => {
            w.key("text").string(text);
        }
        Err(_) => {
            w.key("text").string(&STANDARD.encode(&body)).key("encoding").string("base64");
        }
    }
    w.end_object().key("redirectURL").string(header(&headers, "location").unwrap_or_default());
    w.key("headersSize").int(-1).key("bodySize").int(size(call, &body)).end_object();
}

/// How many bytes a body had; −1 for what was not kept.
const fn size(call: &JournalCall, body: &[u8]) -> i128 {
    if call.has_messages() { body.len() as i128 } else { -1 }
}

fn header<'h>(headers: &'h Lines, name: &str) -> Option<&'h str> {
    headers.iter().find(|(own, _)| **own == *name).map(|(_, value)| &**value)
}

fn write_pairs<'p>(w: &mut JsonWriter, pairs: impl Iterator<Item = (&'p str, &'p str)>) {
    w.begin_array();
    for (name, value) in pairs {
        w.begin_object().key("name").string(name).key("value").string(value).end_object();
    }
    w.end_array();
}
