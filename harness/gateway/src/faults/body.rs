//! A body that goes wrong on its way: broken off, or slow.

use std::{
    io, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::{effects::Effects, wire::Cut};
use crate::grpc::AnswerBody;

/// Into how many pieces a second's bytes are cut.
const PIECES: u64 = 20;
/// How often it is looked whether what came before the break has left.
const LOOK: Duration = Duration::from_millis(1);
/// How often at most: a client that does not read must not hold on to the connection.
const LOOKS: u32 = 5_000;

/// The body of an answer with a fault in it.
pub(crate) struct FaultyBody {
    inner: AnswerBody,
    cut: Arc<Cut>,
    /// How many bytes may still come before the break.
    left: Option<u64>,
    /// How many bytes come in a second.
    rate: Option<u64>,
    /// What the inner body has given and has not left yet.
    waiting: Bytes,
    /// When the next bytes may leave.
    pause: Option<Pin<Box<Sleep>>>,
    next: Instant,
    /// The flushes that were counted when the last bytes left, and how often it was looked since.
    breaking: Option<(u64, u32)>,
}

impl FaultyBody {
    pub(super) fn new(inner: AnswerBody, effects: &Effects, cut: Arc<Cut>) -> Self {
        // Whoever announces a length must not keep the promise by chance.
        let whole = inner.size_hint().exact();
        let left =
            effects.truncated.map(|bytes| whole.map_or(bytes, |whole| bytes.min(whole.saturating_sub(1))));
        let left = left.filter(|_| whole != Some(0));
        let rate = effects.slow.map(|rate| rate.max(1));
        Self {
            inner,
            cut,
            left,
            rate,
            waiting: Bytes::new(),
            pause: None,
            next: Instant::now(),
            breaking: None,
        }
    }

    /// Waits until the bytes before the break have left: a connection that ends at once would lose them.
    fn break_off(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let flushed = self.cut.flushed();
        let (since, looks) = self.breaking.get_or_insert((flushed, 0));
        loop {
            if *since != flushed || *looks >= LOOKS {
                return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
            }
            let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(LOOK)));
            ready!(pause.as_mut().poll(context));
            self.pause = None;
            *looks += 1;
        }
    }

    /// The next bytes, as many as may leave.
    fn take(&mut self) -> Bytes {
        let mut most = self.rate.map_or(u64::MAX, |rate| (rate / PIECES).max(1));
        most = self.left.map_or(most, |left| most.min(left));
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(self.waiting.len());
        let piece = if most == self.waiting.len() {
            mem::take(&mut self.waiting)
        } else {
            self.waiting.split_to(most)
        };
        let taken = piece.len() as u64;
        if let Some(left) = &mut self.left {
            *left -= taken;
        }
        if let Some(rate) = self.rate {
            self.next = self.next.max(Instant::now())
                + Duration::from_nanos(1_000_000_000_u64.saturating_mul(taken) / rate);
            self.pause = Some(Box::pin(sleep_until(self.next)));
        }
        piece
    }
}

impl Body for FaultyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        loop {
            if this.left == Some(0) {
                return this.break_off(context);
            }
            if this.waiting.is_empty() {
                match ready!(Pin::new(&mut this.inner).poll_frame(context)) {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) => this.waiting = data,
                        Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                    },
                    // What has no known length breaks off at its end at the latest.
                    None if this.left.is_some() => this.left = Some(0),
                    end => return Poll::Ready(end),
                }
                continue;
            }
            if let Some(pause) = &mut this.pause {
                ready!(pause.as_mut().poll(context));
                this.pause = None;
            }
            return Poll::Ready(Some(Ok(Frame::data(this.take()))));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_none() && self.waiting.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
