//! A request as the template of a step.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    render::{Piece, Renderer, escape_braces, template},
    secrets::{MASK, is_secret_header, is_secret_member, variable_for, without_secret_elements},
};
use crate::{
    answer::Exchange,
    json::{self, Json},
};

/// Headers that belong to the connection or to the client's library and say nothing about the request.
const LEFT_OUT: [&str; 12] = [
    "host",
    "user-agent",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "transfer-encoding",
    "keep-alive",
    "te",
    "expect",
    "traceparent",
    "sec-fetch-mode",
];

/// A token that no org takes, for requests that were refused because of theirs.
const REFUSED_TOKEN: &str = "Bearer 00D000000000000!refused";

/// A step's request, and the values that the target must give for it.
pub(super) struct RequestForm {
    pub(super) json: Json,
    pub(super) needs: BTreeSet<&'static str>,
}

/// The request of an exchange as a step sends it.
pub(super) fn request_form(renderer: &mut Renderer, exchange: &Exchange, turn: usize) -> RequestForm {
    let mut needs = BTreeSet::new();
    let request = &exchange.request;
    let relative = relative(&request.path, renderer.base_url.as_deref());
    let (path, query) =
        relative.split_once('?').map_or((relative, None), |(path, query)| (path, Some(query)));
    let mut members = vec![("method", text(request.method.clone()))];
    let whole = whole_address(renderer, relative, turn);
    match (whole, query.and_then(pairs)) {
        (Some(whole), _) => members.push(("path", text(whole))),
        (None, Some(pairs)) => {
            members.push(("path", text(renderer.request(path, turn))));
            members.push(("query", fields(renderer, &pairs, turn, &mut needs)));
        }
        (None, None) => members.push(("path", text(renderer.request(relative, turn)))),
    }
    let content_type = request.header_value("content-type").unwrap_or_default().to_owned();
    let body = body(renderer, exchange, &content_type, turn, &mut needs);
    let mut headers = Vec::new();
    for (name, value) in &request.headers {
        let lower = name.to_ascii_lowercase();
        let implied = match (body.as_ref().map(|(kind, _)| *kind), lower.as_str()) {
            (Some("json"), "content-type") => content_type == "application/json",
            (Some("form"), "content-type") => content_type == "application/x-www-form-urlencoded",
            (None, "content-type") => true,
            (_, "accept") => value == "*/*" || value == "application/json",
            (_, "content-encoding") => value != "gzip",
            _ => false,
        };
        if !implied && !LEFT_OUT.contains(&lower.as_str()) && !is_secret_header(name) {
            headers.push((name.clone(), text(renderer.request(value, turn))));
        }
    }
    if exchange.answer.status == 401 && request.header_value("authorization").is_some() {
        headers.push(("Authorization".to_owned(), text(REFUSED_TOKEN)));
    }
    if !headers.is_empty() {
        members.push(("headers", Json::Object(headers)));
    }
    members.extend(body);
    RequestForm { json: object(members), needs }
}

/// The path with its query, when an earlier answer gave the whole of it and its ids alone are not known.
fn whole_address(renderer: &mut Renderer, relative: &str, turn: usize) -> Option<String> {
    let unknown = |pieces: &[Piece<'_>]| pieces.iter().any(|piece| matches!(piece, Piece::Other { .. }));
    let in_address = relative.split(['/', '?']).any(|segment| renderer.sources.is_part(segment));
    if !in_address && !unknown(&renderer.pieces(relative, turn, false)) {
        return None;
    }
    let mut end = relative.len();
    loop {
        let (address, rest) = relative.split_at(end);
        let absolute = renderer.base_url.as_ref().map(|base| format!("{base}{address}"));
        let found = renderer.sources.name(address, turn, true);
        let found = found.or_else(|| renderer.sources.name(&absolute?, turn, true));
        if let Some(name) = found {
            return Some(format!("{{{name}}}{}", renderer.request(rest, turn)));
        }
        end = address.rfind(['/', '?']).filter(|end| *end > 0)?;
    }
}

/// The body under the key that it has in a case.
fn body(
    renderer: &mut Renderer,
    exchange: &Exchange,
    content_type: &str,
    turn: usize,
    needs: &mut BTreeSet<&'static str>,
) -> Option<(&'static str, Json)> {
    if exchange.request.body.is_empty() {
        return None;
    }
    let body = String::from_utf8_lossy(&exchange.request.body);
    // Where an answer points to a line, the text must stay as it was.
    let pointed = exchange.answer.text().contains("[line:");
    if content_type.starts_with("application/json")
        && !pointed
        && let Ok(json) = json::parse(&body)
    {
        return Some(("json", json_form(renderer, "", &json, turn, needs)));
    }
    if content_type.starts_with("application/x-www-form-urlencoded")
        && let Some(pairs) = pairs(&body)
    {
        return Some(("form", fields(renderer, &pairs, turn, needs)));
    }
    if content_type.contains("xml") {
        let (_, names) = without_secret_elements(&body);
        if !names.is_empty() {
            needs.extend(names.into_iter().filter(|name| *name != "token"));
            return Some(("text", text(without_secret_elements(&renderer.request(&body, turn)).0)));
        }
    }
    Some(("text", text(renderer.request(&body, turn))))
}

fn json_form(
    renderer: &mut Renderer,
    key: &str,
    json: &Json,
    turn: usize,
    needs: &mut BTreeSet<&'static str>,
) -> Json {
    match json {
        Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
        Json::String(_) if is_secret_member(key) => {
            variable_for(key).map_or_else(|| text(MASK), |variable| variable_text(variable, needs))
        }
        Json::String(value) => text(renderer.request(value, turn)),
        Json::Array(items) => {
            Json::Array(items.iter().map(|item| json_form(renderer, key, item, turn, needs)).collect())
        }
        Json::Object(pairs) => Json::Object(
            pairs
                .iter()
                .map(|(key, value)| (key.clone(), json_form(renderer, key, value, turn, needs)))
                .collect(),
        ),
    }
}

/// A value that the target gives; its token is always there.
fn variable_text(variable: &'static str, needs: &mut BTreeSet<&'static str>) -> Json {
    if variable != "token" {
        needs.insert(variable);
    }
    text(format!("{{{variable}}}"))
}

fn fields(
    renderer: &mut Renderer,
    pairs: &BTreeMap<String, String>,
    turn: usize,
    needs: &mut BTreeSet<&'static str>,
) -> Json {
    let mut written = Vec::new();
    for (name, value) in pairs {
        let value = match variable_for(name) {
            Some(variable) => variable_text(variable, needs),
            None => text(renderer.request(value, turn)),
        };
        written.push((name.clone(), value));
    }
    Json::Object(written)
}

/// The pairs of a query or a form, decoded; `None` when a name occurs twice or a pair is no text.
fn pairs(query: &str) -> Option<BTreeMap<String, String>> {
    let mut pairs = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        if pairs.insert(decoded(name)?, decoded(value)?).is_some() {
            return None;
        }
    }
    Some(pairs)
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The path with its query, without scheme and host.
pub(super) fn relative<'p>(path: &'p str, base_url: Option<&str>) -> &'p str {
    if let Some(rest) = base_url.and_then(|base| path.strip_prefix(base)).filter(|rest| rest.starts_with('/'))
    {
        return rest;
    }
    match path.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|letter| letter.is_ascii_alphabetic()) => {
            rest.find('/').map_or("/", |slash| &rest[slash..])
        }
        _ => path,
    }
}

pub(super) fn text(value: impl Into<String>) -> Json {
    Json::String(value.into())
}

/// A literal text as a template.
pub(super) fn literal(value: &str) -> Json {
    text(escape_braces(value))
}

/// A text in which captured values are named.
pub(super) fn named(pieces: &[Piece<'_>]) -> Json {
    text(template(pieces))
}

pub(super) fn object<'k>(members: impl IntoIterator<Item = (&'k str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_unless_that_would_lose_something() {
        let found = pairs("q=SELECT+Id%20FROM%20Account&n=%C3%A9").unwrap();
        assert_eq!(found["q"], "SELECT Id FROM Account");
        assert_eq!(found["n"], "é");
        assert!(pairs("a=1&a=2").is_none() && pairs("a").is_none() && pairs("a=%zz").is_none());
        assert!(pairs("a=%ff").is_none());
    }

    #[test]
    fn hosts_are_left_out_of_paths() {
        assert_eq!(relative("http://127.0.0.1:1/x?y=http://z", None), "/x?y=http://z");
        assert_eq!(relative("/x?y=http://z/a", None), "/x?y=http://z/a");
    }
}
