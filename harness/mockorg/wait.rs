//! Waiting for the first of two changes.

use std::{future::poll_fn, pin::pin, task::Poll};

use tokio::sync::watch::error::RecvError;

/// Waits until one of two watched values has changed; `false` when nobody can change one of them any more.
pub(crate) async fn either(
    first: impl Future<Output = Result<(), RecvError>>,
    second: impl Future<Output = Result<(), RecvError>>,
) -> bool {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| match (first.as_mut().poll(context), second.as_mut().poll(context)) {
        (Poll::Ready(changed), _) | (_, Poll::Ready(changed)) => Poll::Ready(changed.is_ok()),
        (Poll::Pending, Poll::Pending) => Poll::Pending,
    })
    .await
}
