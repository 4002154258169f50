//! An answer before it becomes bytes: status, media type, body, and the headers of its own.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, VARY},
};

use crate::compress::{self, Coding};

/// What hyper sends.
pub(crate) type HttpResponse = Response<Full<Bytes>>;

/// The media type of JSON answers, in the platform's exact spelling.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
/// The media type of SOAP answers.
pub(crate) const XML: HeaderValue = HeaderValue::from_static("text/xml;charset=UTF-8");
/// The media type of the few answers that are web pages.
pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");
/// The media type of plain refusals.
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain;charset=UTF-8");
/// The media type of token answers in form encoding.
pub(crate) const FORM: HeaderValue =
    HeaderValue::from_static("application/x-www-form-urlencoded;charset=UTF-8");

const LIMIT_INFO: HeaderName = HeaderName::from_static("sforce-limit-info");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-sfdc-request-id");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private");
const VARY_ENCODING: HeaderValue = HeaderValue::from_static("Accept-Encoding");

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media_type: Option<HeaderValue>,
    pub(crate) body: Bytes,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// An answer with a body.
    pub(crate) fn new(status: u16, media_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        Self { status, media_type: Some(media_type), body: body.into(), headers: Vec::new() }
    }

    /// A JSON answer.
    pub(crate) fn json(status: u16, body: Vec<u8>) -> Self {
        Self::new(status, JSON, body)
    }

    /// An answer without a body.
    pub(crate) const fn empty(status: u16) -> Self {
        Self { status, media_type: None, body: Bytes::new(), headers: Vec::new() }
    }

    /// The same answer with one header more; a value that no header can carry is left out.
    pub(crate) fn with(mut self, name: HeaderName, value: impl TryInto<HeaderValue>) -> Self {
        if let Ok(value) = value.try_into() {
            self.headers.push((name, value));
        }
        self
    }

    /// The answer as hyper sends it.
    pub(crate) fn finish(
        self,
        request: u64,
        usage: Option<(u64, u64)>,
        coding: Option<Coding>,
    ) -> HttpResponse {
        let mut headers = HeaderMap::with_capacity(8 + self.headers.len());
        let mut body = self.body;
        if let Some(media_type) = self.media_type {
            headers.insert(CONTENT_TYPE, media_type);
        }
        headers.insert(CACHE_CONTROL, NO_STORE);
        headers.insert(VARY, VARY_ENCODING);
        headers.insert(REQUEST_ID, request_id(request));
        if let Some(info) = usage.and_then(limit_info) {
            headers.insert(LIMIT_INFO, info);
        }
        headers.extend(self.headers);
        if let Some(coding) = coding.filter(|_| body.len() >= compress::WORTHWHILE) {
            body = compress::compress(&body, coding).into();
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
            mark_etag(&mut headers);
        }
        let mut response = Response::new(Full::new(body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }
}

/// The entity tag of a row says when the answer is compressed.
fn mark_etag(headers: &mut HeaderMap) {
    let Some(tag) = headers.get(ETAG).and_then(|tag| tag.to_str().ok()) else { return };
    let Some(marked) = tag.strip_suffix("=\"").map(|tag| format!("{tag}=--gzip\"")) else { return };
    if let Ok(marked) = HeaderValue::try_from(marked) {
        headers.insert(ETAG, marked);
    }
}

/// 32 hexadecimal digits that count the requests, so that a repeated run gives the same ones.
fn request_id(request: u64) -> HeaderValue {
    let mut text = [b'0'; 32];
    let mut rest = request;
    for place in text.iter_mut().rev() {
        *place = b"0123456789abcdef"[(rest & 15) as usize];
        rest >>= 4;
        if rest == 0 {
            break;
        }
    }
    HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("0"))
}

fn limit_info((used, max): (u64, u64)) -> Option<HeaderValue> {
    let mut text = [0; 64];
    let mut rest = &mut text[..];
    std::io::Write::write_fmt(&mut rest, format_args!("api-usage={used}/{max}")).ok()?;
    let length = 64 - rest.len();
    HeaderValue::from_bytes(&text[..length]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_carries_the_headers_that_clients_read() {
        let response = Answer::json(200, b"{}".to_vec()).finish(255, Some((17, 5_000_000)), None);
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(header("content-type"), "application/json;charset=UTF-8");
        assert_eq!(header("sforce-limit-info"), "api-usage=17/5000000");
        assert_eq!(header("x-sfdc-request-id"), "000000000000000000000000000000ff");
        assert_eq!(header("vary"), "Accept-Encoding");
    }

    #[test]
    fn only_bodies_worth_it_are_compressed() {
        let small = Answer::json(200, vec![b' '; 100]).finish(1, None, Some(Coding::Gzip));
        assert!(small.headers().get("content-encoding").is_none());
        let large =
            Answer::json(200, vec![b' '; 5000]).with(ETAG, "\"abc=\"").finish(1, None, Some(Coding::Gzip));
        assert_eq!(large.headers()["content-encoding"], "gzip");
        assert_eq!(large.headers()["etag"], "\"abc=--gzip\"");
    }
}
