//! The accept loop: connections in, answers out, until it is told to stop.

use std::{convert::Infallible, future::poll_fn, io, pin::pin, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{
    Request,
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use tokio::net::{TcpListener, TcpStream};

use crate::{
    Gateway,
    answer::{Answer, HTML, HttpResponse},
    dispatch,
    exchange::LONGEST_BODY,
};

/// How long a stop waits for requests that are under way.
const GRACE: Duration = Duration::from_secs(5);

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
    let graceful = GracefulShutdown::new();
    let agenda = tokio::spawn({
        let gateway = Arc::clone(&gateway);
        async move { gateway.keep_agenda().await }
    });
    let mut shutdown = pin!(shutdown);
    let outcome = loop {
        let next = poll_fn(|context| {
            if shutdown.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            listener.poll_accept(context).map(Some)
        });
        match next.await {
            None => break Ok(()),
            Some(Ok((stream, _))) => accept(stream, &gateway, &graceful),
            Some(Err(error)) if is_of_one_connection(&error) => {}
            // Out of file descriptors: wait for connections to end rather than spin.
            Some(Err(error)) if error.raw_os_error().is_some_and(|code| code == 23 || code == 24) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Some(Err(error)) => break Err(error),
        }
    };
    drop(listener);
    // Connections that do not end in time are dropped with the runtime.
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    agenda.abort();
    outcome
}

fn accept(stream: TcpStream, gateway: &Arc<Gateway>, graceful: &GracefulShutdown) {
    // Answers are small and clients wait for them.
    let _ = stream.set_nodelay(true);
    let gateway = Arc::clone(gateway);
    let service = service_fn(move |request| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, Infallible>(respond(&gateway, request).await) }
    });
    let connection = http1::Builder::new()
        .half_close(true)
        .pipeline_flush(true)
        .serve_connection(TokioIo::new(stream), service);
    // A connection that breaks has nobody left to tell.
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        let _ = connection.await;
    });
}

async fn respond(gateway: &Gateway, request: Request<Incoming>) -> HttpResponse {
    let (parts, body) = request.into_parts();
    let body = if body.is_end_stream() {
        Bytes::new()
    } else {
        match Limited::new(body, LONGEST_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                let page = if error.is::<http_body_util::LengthLimitError>() {
                    Answer::new(
                        413,
                        HTML,
                        "<h1>Bad Message 413</h1><pre>reason: Request Entity Too Large</pre>",
                    )
                } else {
                    Answer::new(400, HTML, "<h1>Bad Message 400</h1><pre>reason: Bad Request</pre>")
                };
                return page.finish(gateway.next_request(), None, None);
            }
        }
    };
    dispatch::dispatch(gateway, &parts, &body)
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
