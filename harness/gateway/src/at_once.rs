//! Requests that come by another way than the org's own ports, and are answered at once.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use hyper::{HeaderMap, Method, Request, body::Body, http::request::Parts};
use mockorg_org::ApiError;

use crate::{
    Gateway,
    answer::{Answer, Content, HttpResponse},
    body::LONGEST_BODY,
    bulk, dispatch,
    faults::{self, Effects},
    gather::Unread,
    grpc::is_grpc,
    journal::Arrival,
    serve,
};

/// A request that comes by another way than the org's own ports.
#[derive(Clone, Debug)]
pub struct RequestAtOnce {
    /// The method.
    pub method: Method,
    /// The path with its query.
    pub target: String,
    /// The headers; `host` says under which address the client reaches the org.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

/// An answer, and how long it should wait.
#[derive(Clone, Debug)]
pub struct AnswerAtOnce {
    /// The status.
    pub status: u16,
    /// The headers; the length of the body is none of them.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// What a fault delays it by.
    pub delay: Duration,
}

impl Gateway {
    /// Answers a request as the org does on its own ports: through stubs, faults and the journal.
    ///
    /// What needs a connection of the org's own is refused by name: the Streaming API, whose polls wait, the Pub/Sub
    /// API, and faults that break connections. Whoever keeps what is done is not waited for: see
    /// [`Gateway::settled`].
    pub fn answer(&self, request: RequestAtOnce) -> AnswerAtOnce {
        let RequestAtOnce { method, target, headers, body } = request;
        let (mut parts, body) = Request::new(Bytes::from(body)).into_parts();
        // What is no path has no resource either.
        parts.uri = target.parse().unwrap_or_default();
        (parts.method, parts.headers) = (method, headers);
        let kept = parts.clone();
        let refuse = |what: &str| self.refuse_at_once(&kept, &body, what);
        if serve::is_streaming(self, &parts) {
            return refuse("the Streaming API on another server's port; subscribe at the org's own address");
        }
        if is_grpc(&parts.headers) {
            return refuse("the Pub/Sub API on another server's port; call the org's own address");
        }
        let longest = if bulk::is_upload(&parts) { bulk::LONGEST_UPLOAD } else { LONGEST_BODY };
        if body.len() > longest {
            let page = Unread::TooLong.answer();
            let nothing = Bytes::new();
            return at_once(Arrival::of(&parts, &nothing).finish(
                self,
                self.next_request(),
                page,
                None,
                None,
            ));
        }
        // Neither waits unless the org has mocks of its own in front of it.
        let done = if self.faults().any() {
            ready(faults::answer(self, parts, body.clone()))
        } else {
            ready(serve::answer(self, &parts, &body))
        };
        match done {
            None => refuse("mocks in front of an org that another server asks; mount them on that server"),
            Some(response) => match response.extensions().get::<Effects>() {
                Some(effects) if effects.breaks() => {
                    refuse("faults of a connection on another server's port; call the org's own address")
                }
                Some(effects) => AnswerAtOnce { delay: effects.latency(), ..at_once(response) },
                None => at_once(response),
            },
        }
    }

    fn refuse_at_once(&self, parts: &Parts, body: &Bytes, what: &str) -> AnswerAtOnce {
        let refusal: Answer = dispatch::refuse(&ApiError::not_modelled(what).into(), &parts.headers);
        at_once(Arrival::of(parts, body).finish(self, self.next_request(), refusal, None, None))
    }
}

/// What a future gives that has nothing to wait for.
fn ready<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

fn at_once(response: HttpResponse) -> AnswerAtOnce {
    let (parts, content) = response.into_parts();
    let (status, headers) = (parts.status.as_u16(), parts.headers);
    AnswerAtOnce { status, headers, body: whole(content), delay: Duration::ZERO }
}

/// The whole body. One that is made in pieces never waits for anything but its reader.
fn whole(content: Content) -> Bytes {
    let (mut content, mut bytes) = (pin!(content), Vec::new());
    loop {
        match content.as_mut().poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Ok(frame))) => bytes.extend(frame.into_data().unwrap_or_default()),
            Poll::Ready(Some(Err(never))) => match never {},
            Poll::Ready(None) => return bytes.into(),
            Poll::Pending => {}
        }
    }
}
