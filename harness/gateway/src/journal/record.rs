//! From a request and its answer to an entry.

use bytes::Bytes;
use hyper::{
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap},
    http::request::Parts,
};
use mockorg_org::Timestamp;

use super::{JournalEntry, mask};
use crate::{Gateway, answer::HttpResponse, compress, exchange::LONGEST_BODY};

/// Where the control surface begins; its calls are no calls of clients.
const CONTROL: &str = "/__mockorg";

/// A request as it came.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) body: &'a Bytes,
}

/// Records a call. `plain` is the body of the answer before any content coding.
pub(crate) fn record(gateway: &Gateway, arrival: Arrival<'_>, response: &HttpResponse, plain: &Bytes) {
    let journal = gateway.journal();
    let parts = arrival.parts;
    let path = parts.uri.path();
    if !journal.is_on() || path.starts_with(CONTROL) {
        return;
    }
    if journal.settings.bodies && journal.is_too_long(arrival.body.len() + plain.len()) {
        // Before anything that long is copied.
        return journal.lose();
    }
    let address = parts.uri.path_and_query().map_or(path, |address| address.as_str());
    let mut entry = JournalEntry {
        sequence: 0,
        at: gateway.time().1,
        method: parts.method.as_str().into(),
        target: mask::target(address).into(),
        user: None,
        request_headers: Vec::new(),
        request_body: Box::default(),
        status: response.status().as_u16(),
        answer_headers: Vec::new(),
        answer_body: Box::default(),
    };
    if journal.settings.bodies {
        entry.user = user(gateway, &parts.headers, entry.at);
        entry.request_headers = headers(&parts.headers);
        entry.answer_headers = headers(response.headers());
        let sent = expanded(&parts.headers, arrival.body);
        entry.request_body = mask::body(content_type(&parts.headers), &sent);
        if parts.method != hyper::Method::HEAD {
            entry.answer_body = mask::body(content_type(response.headers()), plain);
        }
    }
    journal.add(entry);
}

/// The name of the user whose token a request carries.
fn user(gateway: &Gateway, headers: &HeaderMap, now: Timestamp) -> Option<Box<str>> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let token = header.split_once(' ').map_or(header, |(_, token)| token.trim());
    gateway.with_org(|org, _| {
        let user = org.record(org.user_of(now, token)?)?;
        let name = user.at(user.object.slot("Username")?).to_value();
        name.as_text().map(Into::into)
    })
}

fn headers(headers: &HeaderMap) -> Vec<(Box<str>, Box<str>)> {
    let line = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().into(), mask::header(name.as_str(), &text).into())
    };
    headers.iter().map(line).collect()
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The body without its content coding; as it came where that cannot be undone.
fn expanded(headers: &HeaderMap, body: &Bytes) -> Bytes {
    let coding = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let expanded = coding.and_then(|coding| compress::expand(body, coding, LONGEST_BODY).ok());
    expanded.map_or_else(|| body.clone(), Into::into)
}
