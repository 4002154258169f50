//! The thread on which an org serves: its listener, its runtime, its end.

use std::{
    future::poll_fn,
    io,
    net::{SocketAddr, TcpListener},
    pin::pin,
    sync::Arc,
    task::Poll,
    thread::{self, JoinHandle},
};

use mockorg_gateway::{Gateway, serve};
use tokio::{runtime, sync::oneshot};

use crate::StartError;

/// A listening socket whose port is known, before anybody serves on it.
pub(crate) struct Listener {
    socket: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Listener {
    pub(crate) fn bind(address: SocketAddr) -> Result<Self, StartError> {
        let bound = TcpListener::bind(address).and_then(|socket| {
            socket.set_nonblocking(true)?;
            Ok(Self { address: socket.local_addr()?, socket })
        });
        bound.map_err(|source| StartError::Bind { address, source })
    }
}

/// An org's own thread with its own runtime: the caller's runtime may end before the org does.
#[derive(Debug)]
pub(crate) struct Server {
    /// Told to stop after the requests under way, and to stop now. Dropping either means the same.
    graceful: Option<oneshot::Sender<()>>,
    now: Option<oneshot::Sender<()>>,
    ended: Option<oneshot::Receiver<io::Result<()>>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(listener: Listener, gateway: Arc<Gateway>) -> Result<Self, StartError> {
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(StartError::Thread)?;
        let (graceful, on_graceful) = oneshot::channel();
        let (now, on_now) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new()
            .name(format!("mockorg-{}", listener.address.port()))
            .spawn(move || {
                let result = runtime.block_on(run(listener.socket, gateway, on_graceful, on_now));
                // Connections that are still open end with the runtime.
                drop(runtime);
                // Nobody may be left to hear it.
                let _ = end.send(result);
            })
            .map_err(StartError::Thread)?;
        Ok(Self { graceful: Some(graceful), now: Some(now), ended: Some(ended), thread: Some(thread) })
    }

    /// Answers the requests under way, then ends.
    pub(crate) async fn stop(mut self) -> io::Result<()> {
        self.graceful.take();
        self.ended().await
    }

    /// Waits until the listener fails.
    pub(crate) async fn ended(&mut self) -> io::Result<()> {
        let Some(ended) = self.ended.as_mut() else { return Ok(()) };
        let result = ended.await.unwrap_or_else(|_| Err(io::Error::other("the org's thread panicked")));
        self.ended = None;
        result
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.now.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed where it happened; a second one here would abort.
            let _ = thread.join();
        }
    }
}

async fn run(
    socket: TcpListener,
    gateway: Arc<Gateway>,
    on_graceful: oneshot::Receiver<()>,
    on_now: oneshot::Receiver<()>,
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(socket)?;
    let mut serving = pin!(serve(listener, gateway, async {
        let _ = on_graceful.await;
    }));
    let mut on_now = pin!(on_now);
    poll_fn(|context| {
        if on_now.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        serving.as_mut().poll(context)
    })
    .await
}
