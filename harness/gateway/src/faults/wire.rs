//! A client's connection, which can be cut in the midst of an answer.

use std::{
    error::Error,
    fmt, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// What the answers of a connection know of its socket, and can do to it.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    reset: AtomicBool,
    /// How often all that was written was handed to the socket.
    flushed: AtomicU64,
}

impl Cut {
    /// Has the connection end with a reset as soon as anything is to be written, or when it is given up.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }

    /// How often all that was written was handed to the socket.
    pub(super) fn flushed(&self) -> u64 {
        self.flushed.load(Ordering::Relaxed)
    }

    fn check(&self) -> io::Result<()> {
        if self.reset.load(Ordering::Relaxed) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

/// A socket that can be cut.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    cut: Arc<Cut>,
}

impl Wire {
    /// A connection, and what can be done to it.
    pub(crate) fn new(stream: TcpStream) -> (Self, Arc<Cut>) {
        let cut = Arc::new(Cut::default());
        (Self { stream, cut: Arc::clone(&cut) }, cut)
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.cut.check().is_err() {
            // A socket that is closed without lingering throws away what is left and sends RST.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.cut.check()?;
        self.stream().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.cut.check()?;
        self.stream().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.cut.check()?;
        self.cut.flushed.fetch_add(1, Ordering::Relaxed);
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.cut.check()?;
        self.stream().poll_shutdown(context)
    }
}

/// Why there is no answer.
///
/// Over HTTP/1.1 the connection ends. Over HTTP/2 the stream is refused, so that a client knows that the call has not
/// happened; a reset takes the whole connection with it.
#[derive(Debug)]
pub(crate) struct Broken {
    #[cfg(feature = "http2")]
    reason: h2::Error,
}

impl Broken {
    /// No answer, on purpose.
    pub(crate) fn on_purpose() -> Self {
        Self {
            #[cfg(feature = "http2")]
            reason: h2::Reason::REFUSED_STREAM.into(),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault plan breaks the connection")
    }
}

impl Error for Broken {
    #[cfg(feature = "http2")]
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.reason)
    }
}
