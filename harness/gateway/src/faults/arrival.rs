//! What plans can know of a request before anything is done with it.

use std::borrow::Cow;

use hyper::{
    header::{AUTHORIZATION, HeaderMap},
    http::request::Parts,
};

use crate::{dispatch, form};

/// Where the service of the Pub/Sub API stands.
const PUBSUB: &str = "/eventbus.v1.PubSub/";

/// The id of the endpoint that a request is for: of the index, or `pubsub-get-topic` and the like; empty for none.
pub(super) fn endpoint(path: &str) -> Cow<'static, str> {
    if let Some(method) = path.strip_prefix(PUBSUB) {
        let mut id = String::from("pubsub");
        for letter in method.chars() {
            if letter.is_ascii_uppercase() {
                id.push('-');
            }
            id.push(letter.to_ascii_lowercase());
        }
        return id.into();
    }
    dispatch::endpoint_of(path).unwrap_or_default().into()
}

/// The methods of the Pub/Sub API as endpoints.
pub(crate) const PUBSUB_ENDPOINTS: &[&str] = &[
    "pubsub-subscribe",
    "pubsub-get-schema",
    "pubsub-get-topic",
    "pubsub-publish",
    "pubsub-publish-stream",
    "pubsub-managed-subscribe",
];

/// The object that an address names.
pub(super) fn object(path: &str) -> Option<Cow<'_, str>> {
    let (_, rest) = path.split_once("/sobjects/")?;
    let name = rest.split('/').next().filter(|name| !name.is_empty())?;
    Some(form::segment(name))
}

/// The token that a request shows, wherever its API has it.
pub(super) fn token<'r>(parts: &'r Parts, body: &'r [u8]) -> Option<&'r str> {
    token_of_headers(&parts.headers).or_else(|| {
        let soap = parts.uri.path().starts_with("/services/Soap/");
        soap.then(|| token_of_envelope(std::str::from_utf8(body).ok()?))?
    })
}

/// The token of REST and CometD, of Bulk API 1.0, or of gRPC.
pub(super) fn token_of_headers(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let authorization = text(AUTHORIZATION.as_str()).and_then(|header| match header.split_once(' ') {
        Some((scheme, token)) => {
            ["bearer", "oauth"].contains(&&*scheme.to_ascii_lowercase()).then(|| token.trim())
        }
        // A published connector of the Streaming API writes no scheme.
        None => header.contains('!').then_some(header),
    });
    authorization.or_else(|| text("x-sfdc-session")).or_else(|| text("accesstoken"))
}

/// The token in the header of a SOAP envelope, whatever prefix its element has.
fn token_of_envelope(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("sessionId>")?;
    let (token, _) = rest.split_once('<')?;
    Some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_those_of_the_index_and_the_calls_of_grpc() {
        assert_eq!(endpoint("/services/data/v64.0/sobjects/Account"), "sobject");
        assert_eq!(endpoint("/services/oauth2/token"), "oauth-token");
        assert_eq!(endpoint("/eventbus.v1.PubSub/GetTopic"), "pubsub-get-topic");
        assert_eq!(endpoint("/nowhere"), "");
        for method in ["Subscribe", "GetSchema", "GetTopic", "Publish", "PublishStream", "ManagedSubscribe"] {
            assert!(PUBSUB_ENDPOINTS.contains(&&*endpoint(&format!("{PUBSUB}{method}"))), "{method}");
        }
    }

    #[test]
    fn the_object_is_the_segment_behind_sobjects() {
        assert_eq!(object("/services/data/v64.0/sobjects/Account/001").as_deref(), Some("Account"));
        assert_eq!(object("/services/data/v64.0/composite/sobjects").as_deref(), None);
        assert_eq!(object("/services/data/v64.0/sobjects/").as_deref(), None);
    }

    #[test]
    fn every_api_shows_its_token_in_its_own_place() {
        let headers = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(
                hyper::header::HeaderName::from_static(name),
                hyper::header::HeaderValue::from_static(value),
            )])
        };
        for (name, value) in [
            ("authorization", "Bearer 00D!a"),
            ("authorization", "00D!a"),
            ("x-sfdc-session", "00D!a"),
            ("accesstoken", "00D!a"),
        ] {
            assert_eq!(token_of_headers(&headers(name, value)), Some("00D!a"), "{name}: {value}");
        }
        assert_eq!(token_of_headers(&headers("authorization", "Basic eDp5")), None);
        let envelope =
            "<e:Header><n:SessionHeader><n:sessionId>00D!a</n:sessionId></n:SessionHeader></e:Header>";
        assert_eq!(token_of_envelope(envelope), Some("00D!a"));
        assert_eq!(token_of_envelope("<a/>"), None);
    }
}
