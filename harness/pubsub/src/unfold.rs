//! A stream out of steps: each gives an item and what the next one starts with.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tonic::codegen::tokio_stream::Stream;

type Running<S, T> = Pin<Box<dyn Future<Output = Option<(T, Option<S>)>> + Send>>;

/// See [`unfold`].
pub(crate) struct Unfold<S, T, F> {
    step: F,
    running: Option<Running<S, T>>,
}

/// The items that `step` gives, until it gives none or nothing to go on with. Nothing runs unless somebody
/// asks, and dropping the stream drops what it works with.
pub(crate) fn unfold<S, T, F, R>(state: S, step: F) -> Unfold<S, T, impl FnMut(S) -> Running<S, T>>
where
    F: Fn(S) -> R,
    R: Future<Output = Option<(T, Option<S>)>> + Send + 'static,
{
    let step = move |state: S| -> Running<S, T> { Box::pin(step(state)) };
    let running = Some(step(state));
    Unfold { step, running }
}

impl<S, T, F: FnMut(S) -> Running<S, T> + Unpin> Stream for Unfold<S, T, F> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.get_mut();
        let Some(running) = this.running.as_mut() else { return Poll::Ready(None) };
        let Poll::Ready(outcome) = running.as_mut().poll(context) else { return Poll::Pending };
        let (item, state) = match outcome {
            Some((item, state)) => (Some(item), state),
            None => (None, None),
        };
        this.running = state.map(&mut this.step);
        Poll::Ready(item)
    }
}
