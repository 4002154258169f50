//! The place where a gRPC service is plugged in: requests of its media type on any port go to it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::{
    Request, Response,
    body::{Body, Frame, Incoming, SizeHint},
    header::{CONTENT_TYPE, HeaderMap},
};

use crate::{answer::Content, faults::FaultyBody};

/// The body of an answer, which may go on for as long as the client listens.
pub type GrpcBody = UnsyncBoxBody<Bytes, io::Error>;

/// An answer under way.
pub type GrpcFuture = Pin<Box<dyn Future<Output = Response<GrpcBody>> + Send>>;

/// A gRPC service.
pub trait GrpcService: Send + Sync {
    /// Answers one call.
    fn call(&self, request: Request<Incoming>) -> GrpcFuture;
}

/// Whether a request is for a gRPC service.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).map(hyper::header::HeaderValue::as_bytes);
    media_type.is_some_and(|name| name.starts_with(b"application/grpc"))
}

/// The body of any answer.
pub(crate) enum AnswerBody {
    /// Comes from a row of the table.
    Whole(Content),
    /// Comes from a gRPC service.
    Grpc(GrpcBody),
    /// Goes wrong on its way, on purpose.
    Faulty(Box<FaultyBody>),
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Self::Grpc(body) => Pin::new(body).poll_frame(context),
            Self::Faulty(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Grpc(body) => body.is_end_stream(),
            Self::Faulty(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Grpc(body) => body.size_hint(),
            Self::Faulty(body) => body.size_hint(),
        }
    }
}
