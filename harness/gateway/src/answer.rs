//! An answer before it becomes bytes: status, media type, body, and the headers of its own.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    body::{Body, Frame, SizeHint},
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, VARY},
};

use crate::{
    compress::{self, Coding},
    journal::Noted,
};

/// What hyper sends.
pub(crate) type HttpResponse = Response<Content>;

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Content {
    /// Known when the answer begins.
    Whole(Full<Bytes>),
    /// Made while it is sent.
    Pieces(Pieces),
}

/// A body that is made piece by piece, as fast as the client takes it.
pub(crate) struct Pieces {
    pieces: Box<dyn Iterator<Item = Bytes> + Send>,
    /// Whether others may come first now: making pieces must not hold up other calls.
    rests: bool,
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pieces").finish_non_exhaustive()
    }
}

impl Pieces {
    fn poll(&mut self, context: &Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !std::mem::replace(&mut self.rests, false) {
            self.rests = true;
            match self.pieces.next() {
                None => return Poll::Ready(None),
                Some(piece) if !piece.is_empty() => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                // Nothing to send yet.
                Some(_) => self.rests = false,
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context),
            Self::Pieces(pieces) => pieces.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Pieces(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Pieces(_) => SizeHint::default(),
        }
    }
}

/// Up to so many bytes pieces are put together before they are sent.
const WHOLE: usize = 256 * 1024;
/// Up to so many pieces are, however short.
const PUT_TOGETHER: usize = 8;

/// The media type of JSON answers, in the platform's exact spelling.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
/// The media type of SOAP answers.
pub(crate) const XML: HeaderValue = HeaderValue::from_static("text/xml;charset=UTF-8");
/// The media type of the few answers that are web pages.
pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");
/// The media type of plain refusals.
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain;charset=UTF-8");
/// The media type of token answers in XML.
pub(crate) const APPLICATION_XML: HeaderValue = HeaderValue::from_static("application/xml;charset=UTF-8");
/// The media type of rows.
pub(crate) const CSV: HeaderValue = HeaderValue::from_static("text/csv");
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
    /// What follows the body, where it is too long to be put together.
    pieces: Option<Pieces>,
    /// What the journal says of the call.
    pub(crate) noted: Noted,
}

impl Answer {
    /// An answer with a body.
    pub(crate) fn new(status: u16, media_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        Self { media_type: Some(media_type), body: body.into(), ..Self::empty(status) }
    }

    /// A JSON answer.
    pub(crate) fn json(status: u16, body: Vec<u8>) -> Self {
        Self::new(status, JSON, body)
    }

    /// An answer whose body is made piece by piece; a short one is put together at once.
    pub(crate) fn in_pieces(
        status: u16,
        media_type: HeaderValue,
        pieces: impl Iterator<Item = Bytes> + Send + 'static,
    ) -> Self {
        let (mut pieces, mut body) = (pieces, Vec::new());
        for _ in 0..PUT_TOGETHER {
            let Some(piece) = pieces.next() else { return Self::new(status, media_type, body) };
            body.extend_from_slice(&piece);
            if body.len() >= WHOLE {
                break;
            }
        }
        let all = std::iter::once(Bytes::from(body)).chain(pieces);
        let pieces = Pieces { pieces: Box::new(all), rests: false };
        Self { pieces: Some(pieces), ..Self::new(status, media_type, Bytes::new()) }
    }

    /// An answer without a body.
    pub(crate) const fn empty(status: u16) -> Self {
        Self {
            status,
            media_type: None,
            body: Bytes::new(),
            headers: Vec::new(),
            pieces: None,
            noted: Noted::NOTHING,
        }
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
        let content = match self.pieces {
            Some(pieces) => Content::Pieces(pieces),
            None => Content::Whole(Full::new(body)),
        };
        let mut response = Response::new(content);
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
    use http_body_util::BodyExt;

    use super::*;

    #[test]
    fn pieces_arrive_whole_and_in_order_past_those_that_are_empty() {
        let piece = |n: u8| Bytes::from(vec![n; if n.is_multiple_of(3) { 0 } else { 50_000 }]);
        let expected: Vec<u8> = (0..30).flat_map(piece).collect();
        let response = Answer::in_pieces(200, CSV, (0..30).map(piece)).finish(1, None, None);
        assert!(matches!(response.body(), Content::Pieces(_)));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let body = runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
        assert!(body == expected);
    }

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
