//! The accept loop: connections in, answers out, until it is told to stop.

use std::{future::poll_fn, io, pin::pin, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{
    Method, Request,
    body::{Body, Incoming},
};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use crate::{
    Gateway,
    answer::{Answer, HTML, HttpResponse},
    bulk, cometd,
    connection::Services,
    dispatch,
    exchange::LONGEST_BODY,
    front,
    grpc::GrpcService,
    journal::{self, Arrival},
    listener::{Listener, Security},
    webhooks,
};

/// How long a stop waits for requests that are under way.
const GRACE: Duration = Duration::from_secs(5);

/// How long a client may take with its handshake.
#[cfg(feature = "tls")]
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Serves the org on `listener` until `shutdown` ends; requests under way are answered first.
///
/// Runs on the caller's runtime and starts no thread. Must be called inside a tokio runtime with time and network.
///
/// # Errors
///
/// When the listener itself fails. Failing connections concern nobody but their clients.
pub async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    serve_on(vec![Listener::plain(listener)], gateway, None, shutdown).await
}

/// Serves the org on several ports, as [`serve`] does on one. Calls of gRPC go to `grpc`.
///
/// # Errors
///
/// When one of the listeners fails.
pub async fn serve_on(
    listeners: Vec<Listener>,
    gateway: Arc<Gateway>,
    grpc: Option<Arc<dyn GrpcService>>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let agenda = tokio::spawn({
        let gateway = Arc::clone(&gateway);
        async move { gateway.keep_agenda().await }
    });
    let webhooks = tokio::spawn({
        let gateway = Arc::clone(&gateway);
        async move { webhooks::keep(&gateway).await }
    });
    let services = Services { gateway: Arc::clone(&gateway), grpc };
    let mut shutdown = pin!(shutdown);
    let outcome = loop {
        let next = poll_fn(|context| {
            if shutdown.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            let mut ready = listeners.iter().map(|listener| listener.poll_accept(context));
            ready.find(Poll::is_ready).unwrap_or(Poll::Pending).map(Some)
        });
        match next.await {
            None => break Ok(()),
            Some(Ok((stream, security))) => accept(stream, &security, &services, &graceful),
            Some(Err(error)) if is_of_one_connection(&error) => {}
            // Out of file descriptors: wait for connections to end rather than spin.
            Some(Err(error)) if error.raw_os_error().is_some_and(|code| code == 23 || code == 24) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Some(Err(error)) => break Err(error),
        }
    };
    drop(listeners);
    // Subscriptions would go on for ever.
    gateway.feed().close();
    webhooks.abort();
    gateway.webhooks().close();
    // Connections that do not end in time are dropped with the runtime.
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    agenda.abort();
    outcome
}

fn accept(stream: TcpStream, security: &Security, services: &Services, graceful: &GracefulShutdown) {
    // Answers are small and clients wait for them.
    let _ = stream.set_nodelay(true);
    let (services, watcher) = (services.clone(), graceful.watcher());
    match security {
        Security::Plain => {
            tokio::spawn(services.serve(stream, false, watcher));
        }
        #[cfg(feature = "tls")]
        Security::Tls(acceptor) => {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Who does not get through the handshake in time, or at all, is no client.
                let handshake = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream));
                if let Ok(Ok(stream)) = handshake.await {
                    services.serve(stream, true, watcher).await;
                }
            });
        }
    }
}

pub(crate) async fn respond(gateway: &Gateway, request: Request<Incoming>) -> HttpResponse {
    let (parts, body) = request.into_parts();
    let streaming =
        parts.method == Method::POST && cometd::is_addressed(parts.uri.path(), gateway.options.newest);
    let longest = match () {
        () if streaming => cometd::LONGEST_BODY,
        () if bulk::is_upload(&parts) => bulk::LONGEST_UPLOAD,
        () => LONGEST_BODY,
    };
    let body = if body.is_end_stream() {
        Bytes::new()
    } else {
        match gather(body, longest).await {
            Ok(body) => body,
            Err(error) => {
                let page = if !error.is::<http_body_util::LengthLimitError>() {
                    Answer::new(400, HTML, "<h1>Bad Message 400</h1><pre>reason: Bad Request</pre>")
                } else if streaming {
                    cometd::too_long()
                } else {
                    Answer::new(
                        413,
                        HTML,
                        "<h1>Bad Message 413</h1><pre>reason: Request Entity Too Large</pre>",
                    )
                };
                let plain = page.body.clone();
                let response = page.finish(gateway.next_request(), None, None);
                journal::record(gateway, Arrival { parts: &parts, body: &Bytes::new() }, &response, &plain);
                return response;
            }
        }
    };
    if let Some(answer) = front::answer(gateway, &parts, &body).await {
        let plain = answer.body.clone();
        let response = answer.finish(gateway.next_request(), None, None);
        journal::record(gateway, Arrival { parts: &parts, body: &body }, &response, &plain);
        return response;
    }
    if streaming {
        return cometd::respond(gateway, &parts, &body).await;
    }
    dispatch::dispatch(gateway, &parts, &body)
}

/// The whole body. What comes in one piece is not copied, and what comes in many is copied once.
async fn gather(body: Incoming, longest: usize) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
    let told = body.size_hint().exact().and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
    let mut body = Limited::new(body, longest);
    let (mut first, mut whole) = (Bytes::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame?.into_data() else { continue };
        if first.is_empty() && whole.is_empty() {
            first = piece;
            continue;
        }
        if whole.is_empty() {
            whole.reserve_exact(told.min(longest));
            whole.extend_from_slice(&std::mem::take(&mut first));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(if whole.is_empty() { first } else { whole.into() })
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
