//! A request inside another one, as the body describes it.

use std::collections::BTreeSet;

use hyper::{
    Method, Request, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue},
    http::request::Parts,
};
use mockorg_org::{ApiError, ApiVersion, ErrorCode, Input, Position};

use super::{
    body::{Members, Taken, parser_error},
    reference::{is_valid, references_in, references_of, rule_broken},
};
use crate::exchange::Exchange;

/// The first version whose requests fail as a whole for a reference id that breaks the rule.
const STRICT_SINCE: u8 = 52;

/// A request inside another one.
#[derive(Debug)]
pub(super) struct Subrequest {
    pub(super) method: Method,
    /// The address as written, with its references.
    pub(super) url: Box<str>,
    pub(super) reference: Box<str>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Input>,
}

impl Subrequest {
    /// The reference ids that it mentions.
    pub(super) fn depends_on(&self) -> Vec<Box<str>> {
        let mut found = Vec::new();
        references_of(&self.url, &mut found);
        if let Some(body) = &self.body {
            references_in(body, &mut found);
        }
        found
    }
}

/// Reads the list of subrequests of a composite request or a graph.
pub(super) fn read_list(
    list: Vec<Input>,
    at: Position,
    version: ApiVersion,
) -> Result<Vec<Subrequest>, ApiError> {
    let subrequests: Vec<Subrequest> =
        list.into_iter().map(|entry| read(entry, at, version)).collect::<Result<_, _>>()?;
    let mut known = BTreeSet::new();
    for subrequest in &subrequests {
        if !known.insert(&*subrequest.reference) {
            let message = format!("The referenceId '{}' is used more than once", subrequest.reference);
            return Err(parser_error(&message, at));
        }
    }
    Ok(subrequests)
}

fn read(entry: Input, at: Position, version: ApiVersion) -> Result<Subrequest, ApiError> {
    let mut members = Members::of_entry(entry, at, "CompositeSubrequest")?;
    let subrequest = Subrequest {
        method: method(&members.needed_text("method")?, members.at())?,
        url: members.needed_text("url")?,
        reference: members.needed_text("referenceId")?,
        headers: headers(&mut members)?,
        body: members.take("body").map(|taken| taken.value),
    };
    members.end()?;
    let reference = &subrequest.reference;
    if version.number() >= STRICT_SINCE && !is_valid(reference) {
        return Err(ApiError::exception(ErrorCode::JsonParserError, rule_broken(reference)));
    }
    Ok(subrequest)
}

/// Reads a method. Names of methods are case-sensitive; one that no resource has is for the resource to refuse.
pub(super) fn method(name: &str, at: Position) -> Result<Method, ApiError> {
    Method::from_bytes(name.as_bytes())
        .map_err(|_| parser_error(&format!("'{name}' is not an HTTP method"), at))
}

fn headers(members: &mut Members) -> Result<HeaderMap, ApiError> {
    let Some(Taken { value, at }) = members.take("httpHeaders") else { return Ok(HeaderMap::new()) };
    let Input::Object(given) = value else {
        return Err(parser_error("Cannot deserialize httpHeaders", at));
    };
    let mut headers = HeaderMap::new();
    for member in given {
        let name = HeaderName::try_from(&*member.name);
        let value = match &member.value {
            Input::Text(text) => HeaderValue::try_from(&**text).ok(),
            _ => None,
        };
        let (Ok(name), Some(value)) = (name, value) else {
            return Err(parser_error(&format!("'{}' is no header with a text", member.name), member.at));
        };
        // Subrequests have those of the request around them.
        if [ACCEPT, AUTHORIZATION, CONTENT_TYPE].contains(&name) {
            let message = format!("The header '{}' can't be specified in a subrequest", member.name);
            return Err(parser_error(&message, member.at));
        }
        headers.append(name, value);
    }
    Ok(headers)
}

/// The head of a request inside another one: with the same client, and the headers given.
pub(super) fn head(
    around: &Exchange<'_>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    has_body: bool,
) -> Parts {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = method;
    parts.uri = uri;
    parts.extensions = around.parts.extensions.clone();
    parts.headers = headers;
    let own = around.headers();
    for name in [AUTHORIZATION, HOST, HeaderName::from_static("x-prettyprint"), CALL_OPTIONS] {
        if let Some(value) = own.get(&name) {
            parts.headers.insert(name, value.clone());
        }
    }
    if has_body {
        parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    parts
}

const CALL_OPTIONS: HeaderName = HeaderName::from_static("sforce-call-options");
