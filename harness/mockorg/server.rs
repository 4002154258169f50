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

use mockorg_gateway::{Gateway, GrpcService, Listener as Port, serve_on};
use tokio::{runtime, sync::oneshot};

use crate::StartError;

/// A listening socket whose port is known, before anybody serves on it.
pub(crate) struct Listener {
    socket: TcpListener,
    pub(crate) address: SocketAddr,
    #[cfg(feature = "tls")]
    tls: Option<Arc<tokio_rustls::rustls::ServerConfig>>,
}

impl Listener {
    pub(crate) fn bind(address: SocketAddr) -> Result<Self, StartError> {
        let bound = TcpListener::bind(address).and_then(|socket| {
            socket.set_nonblocking(true)?;
            let address = socket.local_addr()?;
            Ok(Self {
                address,
                socket,
                #[cfg(feature = "tls")]
                tls: None,
            })
        });
        bound.map_err(|source| StartError::Bind { address, source })
    }

    /// The same with TLS.
    #[cfg(feature = "tls")]
    pub(crate) fn with_tls(self, config: Arc<tokio_rustls::rustls::ServerConfig>) -> Self {
        Self { tls: Some(config), ..self }
    }

    /// Must be called inside the runtime that will serve.
    fn port(self) -> io::Result<Port> {
        let socket = tokio::net::TcpListener::from_std(self.socket)?;
        #[cfg(feature = "tls")]
        if let Some(config) = self.tls {
            return Ok(Port::tls(socket, config));
        }
        Ok(Port::plain(socket))
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
    pub(crate) fn start(listeners: Vec<Listener>, gateway: Arc<Gateway>) -> Result<Self, StartError> {
        let first = listeners.first().map_or(0, |listener| listener.address.port());
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(StartError::Thread)?;
        if let Some(listener) = listeners.first() {
            gateway.will_serve(runtime.handle(), listener.address.ip());
        }
        let grpc = grpc(&gateway);
        let (graceful, on_graceful) = oneshot::channel();
        let (now, on_now) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new()
            .name(format!("mockorg-{first}"))
            .spawn(move || {
                let result = runtime.block_on(run(listeners, (gateway, grpc), on_graceful, on_now));
                // Connections that are still open end with the runtime. A webhook may be looking up a host, which
                // nobody has to wait for.
                runtime.shutdown_background();
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
    listeners: Vec<Listener>,
    (gateway, grpc): (Arc<Gateway>, Option<Arc<dyn GrpcService>>),
    on_graceful: oneshot::Receiver<()>,
    on_now: oneshot::Receiver<()>,
) -> io::Result<()> {
    let ports = listeners.into_iter().map(Listener::port).collect::<io::Result<Vec<_>>>()?;
    let mut serving = pin!(serve_on(ports, gateway, grpc, async {
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

#[cfg(feature = "pubsub")]
fn grpc(gateway: &Arc<Gateway>) -> Option<Arc<dyn GrpcService>> {
    let hook = |gateway: &Arc<Gateway>| {
        Arc::new(mockorg_pubsub::PubSubHook::new(Arc::clone(gateway))) as Arc<dyn GrpcService>
    };
    gateway.serve_grpc_of_branches(Arc::new(hook));
    Some(hook(gateway))
}

#[cfg(not(feature = "pubsub"))]
const fn grpc(_: &Arc<Gateway>) -> Option<Arc<dyn GrpcService>> {
    None
}
