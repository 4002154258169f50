//! The body of an answer on its way: it says that its request is under way, and stops without a panic.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Response, Uri,
    body::{Body, Frame, SizeHint},
    header::{CONTENT_TYPE, HeaderValue},
};

use crate::{
    Gateway,
    answer::Content,
    grpc::AnswerBody,
    pace::UnderWay,
    panics::{Blow, guarded},
};

/// A body under way.
pub(crate) struct Sent {
    /// What is sent; nothing more after a panic.
    body: Option<AnswerBody>,
    under_way: UnderWay,
    /// Whom to tell of a panic, and what was asked for; a body that is there already has none.
    about: Option<Box<About>>,
}

/// What a body belongs to.
pub(crate) struct About {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
}

impl About {
    /// What a client gets when answering it has failed.
    pub(crate) fn refuse(&self, is_grpc: bool, blow: Blow) -> Response<AnswerBody> {
        let request = self.gateway.next_request();
        let panics = self.gateway.panics();
        if is_grpc {
            let id = panics.note(format!("{} {}", self.method, self.uri.path()), request, blow);
            let mut response = Response::new(AnswerBody::Whole(Content::Whole(Full::default())));
            *response.headers_mut() = grpc_status(&id);
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
            return response;
        }
        let answer = panics.answer((&self.method, &self.uri), request, blow);
        answer.finish(request, None, None).map(AnswerBody::Whole)
    }
}

impl Sent {
    pub(crate) fn new(body: AnswerBody, under_way: UnderWay, about: About) -> Self {
        let is_there = matches!(body, AnswerBody::Whole(Content::Whole(_)));
        Self { body: Some(body), under_way, about: (!is_there).then(|| Box::new(about)) }
    }

    /// The end of a body that cannot go on. The status has left already: gRPC tells it behind the body, and of other
    /// answers the end is missing.
    fn broken(&mut self, blow: Blow) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let was_grpc = matches!(self.body.take(), Some(AnswerBody::Grpc(_)));
        let id = self.about.as_ref().map_or_else(String::new, |about| {
            let during = format!("{} {}, its answer", about.method, about.uri.path());
            about.gateway.panics().note(during, about.gateway.next_request(), blow)
        });
        Poll::Ready(Some(if was_grpc {
            Ok(Frame::trailers(grpc_status(&id)))
        } else {
            Err(io::Error::other("the answer cannot go on"))
        }))
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        let polled = match &this.about {
            None => Pin::new(body).poll_frame(context),
            Some(_) => match guarded(|| Pin::new(body).poll_frame(context)) {
                Ok(polled) => polled,
                Err(blow) => return this.broken(blow),
            },
        };
        match (&polled, &this.body) {
            (Poll::Ready(Some(_)), Some(AnswerBody::Whole(_) | AnswerBody::Faulty(_))) => {
                this.under_way.offer()
            }
            _ => this.under_way.withhold(),
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, Body::size_hint)
    }
}

/// How gRPC tells that the server has made a mistake: INTERNAL.
fn grpc_status(id: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("grpc-status", HeaderValue::from_static("13"));
    let message =
        format!("An unexpected error occurred. Please include this ErrorId if you contact support: {id}");
    if let Ok(message) = HeaderValue::try_from(message) {
        headers.insert("grpc-message", message);
    }
    headers
}
