//! The accept loop: connections in, answers out, until it is told to stop.

use std::{future::poll_fn, io, pin::pin, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use hyper::{
    Method, Request,
    body::{Body, Incoming},
    http::request::Parts,
};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};

use crate::{
    Gateway,
    answer::HttpResponse,
    body::LONGEST_BODY,
    bulk, cometd,
    connection::Services,
    dispatch,
    doors::{Admitted, Doors},
    faults::{self, Wire},
    front,
    gather::{Unread, gather},
    grpc::GrpcService,
    journal::Arrival,
    listener::{Listener, Security},
    webhooks,
};

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
    let feed = tokio::spawn({
        let gateway = Arc::clone(&gateway);
        async move { gateway.keep_feed().await }
    });
    gateway.home.served(tokio::runtime::Handle::current(), listeners.first().and_then(Listener::ip));
    let services = Services { gateway: Arc::clone(&gateway), grpc };
    let doors = Doors::new(gateway.options.limits);
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
            Some(Ok(((stream, from), security))) => match doors.admit(from) {
                Some(admitted) => accept(stream, &security, &services, (graceful.watcher(), admitted)),
                None if security.is_plain() => doors.turn_away(stream),
                // A handshake would cost more than the client is told.
                None => {}
            },
            Some(Err(error)) if is_of_one_connection(&error) => {}
            // Out of file descriptors: wait for connections to end rather than spin.
            Some(Err(error)) if error.raw_os_error().is_some_and(|code| code == 23 || code == 24) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Some(Err(error)) => break Err(error),
        }
    };
    drop(listeners);
    let branches = gateway.home.end();
    // Subscriptions would go on for ever.
    gateway.feed().close();
    webhooks.abort();
    gateway.webhooks().close();
    // Connections that do not end in time are dropped with the runtime.
    let _ = tokio::time::timeout(gateway.options.limits.grace, graceful.shutdown()).await;
    for branch in branches {
        // They have begun to end at the same time, and have as long.
        let _ = branch.await;
    }
    agenda.abort();
    feed.abort();
    outcome
}

fn accept(
    stream: TcpStream,
    security: &Security,
    services: &Services,
    (watcher, admitted): (Watcher, Admitted),
) {
    // Answers are small and clients wait for them.
    let _ = stream.set_nodelay(true);
    let services = services.clone();
    let (stream, cut) = Wire::new(stream);
    match security {
        Security::Plain => {
            tokio::spawn(async move {
                services.serve(stream, cut, false, watcher).await;
                drop(admitted);
            });
        }
        #[cfg(feature = "tls")]
        Security::Tls(acceptor) => {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Who does not get through the handshake in time, or at all, is no client.
                let handshake_time = services.gateway.options.limits.handshake_time;
                let handshake = tokio::time::timeout(handshake_time, acceptor.accept(stream));
                if let Ok(Ok(stream)) = handshake.await {
                    services.serve(stream, cut, true, watcher).await;
                }
                drop(admitted);
            });
        }
    }
}

pub(crate) async fn respond(gateway: &Gateway, request: Request<Incoming>) -> HttpResponse {
    let (parts, body) = request.into_parts();
    let streaming = is_streaming(gateway, &parts);
    let longest = match () {
        () if streaming => cometd::LONGEST_BODY,
        () if bulk::is_upload(&parts) => bulk::LONGEST_UPLOAD,
        () => LONGEST_BODY,
    };
    let body = if body.is_end_stream() {
        Bytes::new()
    } else {
        match gather(body, longest, &gateway.options.limits).await {
            Ok(body) => body,
            Err(unread) => {
                let too_long = streaming && unread == Unread::TooLong;
                let page = if too_long { cometd::too_long() } else { unread.answer() };
                let nothing = Bytes::new();
                return Arrival::of(&parts, &nothing).finish(
                    gateway,
                    gateway.next_request(),
                    page,
                    None,
                    None,
                );
            }
        }
    };
    if gateway.faults().any() {
        // A future of its own, so that those of sound orgs stay small.
        return Box::pin(faults::answer(gateway, parts, body)).await;
    }
    answer(gateway, &parts, &body).await
}

/// Answers a request that is there as a whole.
pub(crate) async fn answer(gateway: &Gateway, parts: &Parts, body: &Bytes) -> HttpResponse {
    let arrival = Arrival::of(parts, body);
    if let Some(answer) = front::answer(gateway, parts, body).await {
        return arrival.finish(gateway, gateway.next_request(), answer, None, None);
    }
    if is_streaming(gateway, parts) {
        return cometd::respond(gateway, parts, body).await;
    }
    dispatch::dispatch(gateway, parts, body)
}

/// Whether a request is one of the Streaming API.
pub(crate) fn is_streaming(gateway: &Gateway, parts: &Parts) -> bool {
    parts.method == Method::POST && cometd::is_addressed(parts.uri.path(), gateway.options.newest)
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
