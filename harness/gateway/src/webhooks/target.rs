//! Where a webhook posts to, checked once: the address, and the headers of every request.

use hyper::{
    Uri,
    header::{
        CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
    },
};
use mockorg_org::{ControlRefusal, Webhook};

/// The header with the event's own identity.
pub(super) const EVENT: HeaderName = HeaderName::from_static("x-mockorg-event");
/// The header with the event's position.
pub(super) const REPLAY_ID: HeaderName = HeaderName::from_static("x-mockorg-replay-id");
/// The header with the signature of the body.
pub(super) const SIGNATURE: HeaderName = HeaderName::from_static("x-mockorg-signature");

/// What mockorg says itself.
const OWN: [HeaderName; 8] =
    [HOST, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, EVENT, REPLAY_ID, SIGNATURE];

/// How long a name may be.
const LONGEST_NAME: usize = 255;

/// Where a webhook posts to.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) host: Box<str>,
    pub(super) port: u16,
    /// Path and query.
    pub(super) path: Uri,
    /// The headers that all requests have.
    pub(super) headers: HeaderMap,
}

impl Target {
    /// Where this webhook posts to.
    ///
    /// # Errors
    ///
    /// What is wrong with its name, address or headers, and what would be right.
    pub(super) fn of(webhook: &Webhook) -> Result<Self, ControlRefusal> {
        if webhook.name.is_empty() || webhook.name.chars().count() > LONGEST_NAME {
            let error = "the webhook's name is empty or too long";
            return Err(refusal(error, format!("give it a name of 1 to {LONGEST_NAME} characters")));
        }
        let url = &webhook.url;
        let malformed = || {
            let error = format!("`{url}` is no address that events can be posted to");
            refusal(error, "give one such as http://127.0.0.1:8080/events")
        };
        let uri: Uri = url.parse().map_err(|_| malformed())?;
        if uri.scheme_str() == Some("https") {
            let error = format!("webhooks are sent without TLS, and `{url}` asks for it");
            let hint = "give an address that begins with http://, such as that of a proxy on this machine which \
                        goes on with TLS";
            return Err(refusal(error, hint));
        }
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http")).ok_or_else(malformed)?;
        if authority.as_str().contains('@') {
            let error = format!("`{url}` names a user");
            return Err(refusal(error, "send credentials in `headers`, as Authorization"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(malformed());
        }
        let path = uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
        let mut headers = own_headers(webhook)?;
        let value = HeaderValue::from_str(authority.as_str()).map_err(|_| malformed())?;
        headers.insert(HOST, value);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Self { host: host.into(), port: authority.port_u16().unwrap_or(80), path, headers })
    }
}

/// The headers that a webhook was told to send.
fn own_headers(webhook: &Webhook) -> Result<HeaderMap, ControlRefusal> {
    let mut headers = HeaderMap::new();
    for (name, value) in &webhook.headers {
        let (Ok(header), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) else {
            let error = format!("`{name}` with this value is no header");
            return Err(refusal(error, "give a name and a value as they stand in HTTP requests"));
        };
        if OWN.contains(&header) {
            let error = format!("the header `{name}` is sent by mockorg itself");
            return Err(refusal(error, "leave it out; the signature is made with `secret`"));
        }
        headers.insert(header, value);
    }
    Ok(headers)
}

pub(super) fn refusal(error: impl Into<Box<str>>, hint: impl Into<Box<str>>) -> ControlRefusal {
    ControlRefusal { error: error.into(), hint: hint.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<Target, ControlRefusal> {
        Target::of(&Webhook::new("x", url, "/data/ChangeEvents"))
    }

    #[test]
    fn an_address_gives_host_port_and_path() {
        for (url, host, port, path) in [
            ("http://127.0.0.1:8080/a?b=c", "127.0.0.1", 8080, "/a?b=c"),
            ("http://hooks.example", "hooks.example", 80, "/"),
            ("http://[::1]:81/", "::1", 81, "/"),
            ("HTTP://localhost?x", "localhost", 80, "/?x"),
        ] {
            let target = of(url).unwrap();
            assert_eq!((&*target.host, target.port, &*target.path.to_string()), (host, port, path), "{url}");
        }
        assert_eq!(of("http://[::1]:81/").unwrap().headers[HOST], "[::1]:81");
    }

    #[test]
    fn what_cannot_be_posted_to_is_refused_with_what_to_do() {
        let refusal = of("https://hooks.example/").unwrap_err();
        assert!(refusal.error.contains("without TLS") && refusal.hint.contains("proxy"), "{refusal}");
        assert!(of("http://me:secret@hooks.example/").unwrap_err().hint.contains("Authorization"));
        for url in
            ["", "/events", "hooks.example", "ftp://hooks.example/", "http://", "http:///x", "http://a b/"]
        {
            assert!(of(url).unwrap_err().hint.contains("http://127.0.0.1"), "{url}");
        }
    }

    #[test]
    fn headers_that_would_lie_about_the_request_are_refused() {
        let webhook = Webhook::new("x", "http://localhost/", "/data/ChangeEvents");
        for (name, value) in
            [("Content-Length", "1"), ("X-Mockorg-Event", "e"), ("a b", "c"), ("a", "b\r\nc: d")]
        {
            assert!(Target::of(&webhook.clone().with_header(name, value)).is_err(), "{name}");
        }
        let target = Target::of(&webhook.with_header("Authorization", "Bearer x")).unwrap();
        assert_eq!(target.headers["authorization"], "Bearer x");
    }
}
