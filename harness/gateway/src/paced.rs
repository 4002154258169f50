//! The stream of a connection, which ends when its client keeps the server waiting for too long.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use crate::{pace::Pace, patience::Patience};

/// How HTTP/2 begins; no method of HTTP/1.1 begins so.
const HTTP2: &[u8] = b"PRI";

/// A stream with limits of time.
///
/// Deadlines are looked at when a timer ends, and the timer of reading is set once for many requests: what a client
/// does in time costs next to nothing.
pub(crate) struct Paced<S> {
    stream: S,
    pace: Arc<Pace>,
    /// The first bytes that came.
    first: [u8; HTTP2.len()],
    read: usize,
    /// When the head of a request began, and how many requests there were before it.
    head: Option<(u32, Instant)>,
    reading: Option<Pin<Box<Sleep>>>,
    writing: Option<Pin<Box<Sleep>>>,
    patience: Patience,
    /// Whether writing waits for the client, who then owes no request.
    blocked: bool,
}

impl<S> Paced<S> {
    pub(crate) fn new(stream: S, pace: Arc<Pace>) -> Self {
        let patience = Patience::new(&pace.limits);
        Self {
            stream,
            pace,
            first: [0; HTTP2.len()],
            read: 0,
            head: None,
            reading: None,
            writing: None,
            patience,
            blocked: false,
        }
    }

    fn is_http2(&self) -> bool {
        self.read >= HTTP2.len() && self.first == *HTTP2
    }

    /// So much has come.
    fn came(&mut self, bytes: &[u8]) {
        if self.read < HTTP2.len() {
            let room = &mut self.first[self.read..];
            let length = room.len().min(bytes.len());
            room[..length].copy_from_slice(&bytes[..length]);
        }
        self.read = self.read.saturating_add(bytes.len());
        if self.pace.is_busy() || self.is_http2() {
            return;
        }
        let begun = self.pace.begun();
        if self.head.is_none_or(|(before, _)| before != begun) {
            self.head = Some((begun, Instant::now()));
        }
    }

    /// When the client must have sent something; `None` as long as it need not.
    fn due(&self) -> Option<Instant> {
        let limits = &self.pace.limits;
        if self.blocked {
            return None;
        }
        let Some(idle) = self.pace.idle_since() else {
            // On HTTP/2 a client takes an answer by telling that there is room for it.
            let offered = self.pace.offered_since().filter(|_| self.is_http2());
            return offered.map(|since| since + limits.stall_time);
        };
        let head = self.head.filter(|(before, _)| *before == self.pace.begun() && !self.is_http2());
        Some(head.map_or(idle + limits.idle_time, |(_, since)| since + limits.head_time))
    }

    /// Nothing has come yet; ready when that has lasted for too long.
    fn wait_for_bytes(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let due = self.due();
            let timer = match (&mut self.reading, due) {
                (Some(timer), Some(due)) if timer.deadline() > due => {
                    timer.as_mut().reset(due);
                    timer
                }
                (Some(timer), _) => timer,
                (none, due) => {
                    let due = due.unwrap_or_else(|| Instant::now() + self.pace.limits.stall_time);
                    none.insert(Box::pin(sleep_until(due)))
                }
            };
            ready!(timer.as_mut().poll(context));
            let now = Instant::now();
            if due.is_some_and(|due| due <= now) {
                return Poll::Ready(());
            }
            let next = due.unwrap_or(now + self.pace.limits.stall_time);
            timer.as_mut().reset(next);
        }
    }

    /// What has become of something that was to be written.
    fn wrote<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        match outcome {
            Poll::Ready(Ok(done)) => {
                self.blocked = false;
                self.writing = None;
                self.patience.passed(bytes(&done));
                Poll::Ready(Ok(done))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                self.blocked = true;
                let until = self.patience.wait();
                let timer = self.writing.get_or_insert_with(|| Box::pin(sleep_until(until)));
                ready!(timer.as_mut().poll(context));
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {
                let bytes = buffer.filled().get(before..).unwrap_or_default();
                if !bytes.is_empty() {
                    self.came(bytes);
                }
                Poll::Ready(Ok(()))
            }
            // The end of a stream: the connection closes without complaint.
            Poll::Pending => self.wait_for_bytes(context).map(Ok),
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(context, outcome, |written| *written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.wrote(context, outcome, |written| *written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(context);
        self.wrote(context, outcome, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_shutdown(context);
        self.wrote(context, outcome, |()| 0)
    }
}
