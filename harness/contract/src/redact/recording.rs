//! What may stand in a recording: nothing that is not known to be harmless.
//!
//! Invariant: every text that leaves this module is a word of the vocabulary, a value of a harmless kind
//! (id by its name, date, time, small number), a sign of ASCII, or a replacement.

use std::sync::Arc;

use super::{personal::Personal, policy::Policy, redactor::Redactor, scan, vocabulary::Vocabulary, xml};
use crate::{
    json::{self, Json},
    request::escape,
};

/// Members that hold sentences of the platform.
const MESSAGES: &[&str] = &[
    "message",
    "error",
    "error_description",
    "errorMessage",
    "exceptionMessage",
    "faultstring",
    "faultcode",
    "subscription",
    "channel",
];
/// Members that hold queries.
const QUERIES: &[&str] = &["q", "query", "queryString", "filter"];

/// How deep JSON inside of texts is followed.
const DEPTH: usize = 8;

fn vocabulary(redactor: &Redactor) -> Arc<Vocabulary> {
    match &redactor.policy {
        Policy::Recording(vocabulary) => Arc::clone(vocabulary),
        Policy::Structure => Arc::default(),
    }
}

/// A member name. Ids are keys of some maps.
pub(super) fn key(redactor: &mut Redactor, key: &str) -> String {
    if vocabulary(redactor).has_word(key) {
        return key.to_owned();
    }
    match redactor.names.ids.name(key) {
        Some(name) => name,
        None => format!("field{}", redactor.names.number("field", key)),
    }
}

/// A number of JSON: as it is, unless the member is personal, or it is as long as a telephone number.
pub(super) fn number(key: &str, number: &str) -> String {
    let digits = number.bytes().take_while(|byte| *byte != b'.').filter(u8::is_ascii_digit).count();
    if Personal::of(key).is_none() && digits <= 9 {
        return number.to_owned();
    }
    if number.contains(['.', 'e', 'E']) { "0.0" } else { "0" }.to_owned()
}

/// A text under a key.
pub(super) fn string(redactor: &mut Redactor, key: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    if let Some(personal) = Personal::of(key) {
        return personal.replacement(redactor.names.number(personal.kind(), text));
    }
    if vocabulary(redactor).has_text(text) {
        return text.to_owned();
    }
    if let Some(known) = harmless(redactor, text) {
        return known;
    }
    if MESSAGES.contains(&key) || QUERIES.contains(&key) {
        return message(redactor, text);
    }
    if text.starts_with(['{', '['])
        && text.matches(['{', '[']).count() <= DEPTH * 100
        && let Ok(inner) = json::parse(text)
        && !matches!(inner, Json::String(_))
    {
        return redactor.json(&inner).to_string();
    }
    if text.starts_with('<') {
        return xml::redact(redactor, text);
    }
    if text.starts_with('/') || text.starts_with("https://") || text.starts_with("http://") {
        return url(redactor, text);
    }
    format!("Text {}", redactor.names.number("text", text))
}

/// Ids, UUIDs, dates, times, versions and counts: values that consist of one of these as a whole.
fn harmless(redactor: &mut Redactor, text: &str) -> Option<String> {
    if let Some(name) = redactor.names.ids.name(text) {
        return Some(name);
    }
    if scan::uuid(text) == Some(text) {
        return Some(redactor.names.named("uuid", text));
    }
    if scan::date(text) == Some(text) {
        return Some(redactor.names.date(text));
    }
    if scan::datetime(text).is_some_and(|(end, _)| end == text.len()) {
        return scan::datetime(text).map(|(_, shown)| shown);
    }
    let version = text.strip_prefix('v').unwrap_or(text);
    let small = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<_> = version.split('.').collect();
    (parts.len() <= 2 && parts.into_iter().all(small)).then(|| text.to_owned())
}

/// A sentence of the platform, or a query: words of the vocabulary stay, also around what is quoted.
pub(super) fn message(redactor: &mut Redactor, text: &str) -> String {
    // Letters by their numbers, however often they are escaped: the numbers would pass as counts.
    if ["&#", "amp;#"].iter().any(|escape| text.contains(escape)) {
        return format!("[text#{}]", redactor.names.number("text", text));
    }
    let vocabulary = vocabulary(redactor);
    let text = without_hosts(redactor, text);
    vocabulary.filtered(&text, |part| match harmless(redactor, part) {
        Some(name) => name,
        None => format!("[text#{}]", redactor.names.number("text", part)),
    })
}

fn without_hosts(redactor: &Redactor, text: &str) -> String {
    redactor.names.hosts.iter().fold(text.to_owned(), |text, host| text.replace(host.as_str(), "host"))
}

/// An address: each segment and each parameter by itself, the host never.
pub(super) fn url(redactor: &mut Redactor, text: &str) -> String {
    let (origin, rest) = match text.split_once("://") {
        Some((_, rest)) => ("[host]", rest.find('/').map_or("", |slash| &rest[slash..])),
        None => ("", text),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let segments: Vec<_> = path.split('/').map(|segment| self::segment(redactor, segment)).collect();
    let mut shown = format!("{origin}{}", segments.join("/"));
    if let Some(query) = query {
        shown.push('?');
        shown.push_str(&form(redactor, query));
    }
    shown
}

fn segment(redactor: &mut Redactor, segment: &str) -> String {
    if segment.is_empty() {
        return String::new();
    }
    let text = decode(segment);
    if vocabulary(redactor).has_word(&text) {
        return text;
    }
    if let Some(known) = harmless(redactor, &text) {
        return known;
    }
    // The place in a query locator stands behind its id.
    if let Some((id, at)) = text.split_once('-')
        && at.len() <= 6
        && at.bytes().all(|byte| byte.is_ascii_digit())
        && let Some(name) = redactor.names.ids.name(id)
    {
        return format!("{name}-{at}");
    }
    format!("[text#{}]", redactor.names.number("text", &text))
}

/// A form, or the query of an address.
pub(super) fn form(redactor: &mut Redactor, text: &str) -> String {
    let pairs: Vec<_> = text
        .split('&')
        .map(|pair| {
            let (name, value) =
                pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value)));
            let name = decode(name);
            let shown = escape(&key(redactor, &name));
            match value {
                Some(value) => format!("{shown}={}", escape(&redactor.string(&name, &decode(value)))),
                None => shown,
            }
        })
        .collect();
    pairs.join("&")
}

/// Undoes percent-encoding and `+`; what is no escape stands for itself.
pub(super) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let mut ahead = bytes.clone();
        match byte {
            b'+' => out.push(b' '),
            b'%' => match (hex(ahead.next()), hex(ahead.next())) {
                (Some(high), Some(low)) => {
                    out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                    bytes = ahead;
                }
                _ => out.push(byte),
            },
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
