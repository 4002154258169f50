//! A client that sees what a library hides: bytes, and how connections end.

use std::{
    fmt::Write as _,
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use mockorg::MockOrg;
use serde_json::Value as Json;

/// What came of a request.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// 0 when there was no answer.
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// The bytes of the body, without the framing of chunks.
    pub(crate) body: Vec<u8>,
    /// How the connection ended, if it did before the answer was complete.
    pub(crate) broken: Option<&'static str>,
    pub(crate) took: Duration,
}

impl Seen {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or(Json::Null)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Sends one request in the session of the org's administrator and reads until the answer or the connection ends.
pub(crate) fn send(org: &MockOrg, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Seen {
    let mut head =
        format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n", org.address(), body.len());
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
        let _ = write!(head, "Authorization: {}\r\n", org.session().authorization());
    }
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    let begun = Instant::now();
    let mut stream = TcpStream::connect(org.address()).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut seen = read(&mut stream);
    seen.took = begun.elapsed();
    seen
}

/// Gets a resource.
pub(crate) fn get(org: &MockOrg, path: &str) -> Seen {
    send(org, "GET", path, &[], b"")
}

fn read(stream: &mut TcpStream) -> Seen {
    let (mut bytes, mut piece) = (Vec::new(), [0; 16_384]);
    loop {
        if let Some(seen) = complete(&bytes) {
            return seen;
        }
        match stream.read(&mut piece) {
            Ok(0) => return Seen { broken: Some("closed"), ..partial(&bytes) },
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                return Seen { broken: Some("reset"), ..partial(&bytes) };
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// The answer, once all of it has come.
fn complete(bytes: &[u8]) -> Option<Seen> {
    let seen = partial(bytes);
    let whole = match (seen.header("content-length"), seen.status) {
        (_, 0) => return None,
        (_, 204 | 304) => true,
        (Some(length), _) => seen.body.len() >= length.parse().ok()?,
        (None, _) => bytes.ends_with(b"\r\n0\r\n\r\n"),
    };
    whole.then_some(seen)
}

/// What has come so far.
fn partial(bytes: &[u8]) -> Seen {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Seen::default() };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or_default();
    let header =
        |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: Vec<(String, String)> = lines.filter_map(header).collect();
    let rest = &bytes[end + 4..];
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { unchunked(rest) } else { rest.to_vec() };
    Seen { status, headers, body, ..Seen::default() }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|window| window == b"\r\n") {
        let length =
            std::str::from_utf8(&bytes[..end]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let Some(length) = length.filter(|length| *length > 0) else { break };
        let rest = &bytes[end + 2..];
        body.extend_from_slice(&rest[..length.min(rest.len())]);
        bytes = rest.get(length + 2..).unwrap_or_default();
    }
    body
}
