//! An answer on its way whose end the journal is told.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use hyper::{
    Response,
    body::{Body, Frame, SizeHint},
    header::HeaderMap,
};
use mockorg_gateway::GrpcCall;
use tonic::Code;

/// The body of an answer, with the entry of the journal that waits for its end.
pub(crate) struct Told<B> {
    body: B,
    call: Option<Arc<GrpcCall>>,
}

impl<B> Told<B> {
    /// The same answer. One that is only a refusal has ended.
    pub(crate) fn of(call: Option<Arc<GrpcCall>>, answer: Response<B>) -> Response<Self> {
        if let (Some(call), Some(status)) = (&call, status_of(answer.headers())) {
            call.end(status);
        }
        answer.map(|body| Self { body, call })
    }
}

impl<B: Body + Unpin> Body for Told<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let own = self.get_mut();
        let polled = Pin::new(&mut own.body).poll_frame(context);
        if let (Poll::Ready(Some(Ok(frame))), Some(call)) = (&polled, &own.call)
            && let Some(status) = frame.trailers_ref().and_then(status_of)
        {
            call.end(status);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Told<B> {
    /// A stream that nobody reads any more was given up by its client, unless it has ended.
    fn drop(&mut self) {
        if let Some(call) = &self.call {
            call.end(Code::Cancelled as i32);
        }
    }
}

fn status_of(headers: &HeaderMap) -> Option<i32> {
    headers.get("grpc-status")?.to_str().ok()?.parse().ok()
}
