//! An endpoint of webhooks: a small HTTP server that keeps what it gets and answers as it is told.

use std::{
    convert::Infallible,
    future::{pending, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
        mpsc,
    },
    task::Poll,
    thread::JoinHandle,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, header::HeaderMap, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value as Json;
use tokio::{net::TcpListener, runtime, sync::oneshot};

/// Tells an endpoint to take requests and never to answer.
pub(crate) const SILENCE: u16 = 0;

/// A request that has arrived.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Json,
}

/// A running endpoint.
pub(crate) struct Endpoint {
    pub(crate) url: String,
    status: Arc<AtomicU16>,
    posts: mpsc::Receiver<Post>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// Takes everything.
    pub(crate) fn start() -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let status = Arc::new(AtomicU16::new(204));
        let (taken, posts) = mpsc::channel();
        let (end, ended) = oneshot::channel();
        let answers = Arc::clone(&status);
        let thread = std::thread::spawn(move || runtime.block_on(serve(listener, ended, taken, answers)));
        Self { url, status, posts, end: Some(end), thread: Some(thread) }
    }

    /// Answers with this status from here on.
    pub(crate) fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The next request.
    pub(crate) fn next(&self) -> Post {
        self.posts.recv_timeout(Duration::from_secs(20)).expect("no request comes")
    }

    /// The requests that have arrived and that nobody has asked for.
    pub(crate) fn rest(&self) -> Vec<Post> {
        self.posts.try_iter().collect()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Post {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The identifier of the request that the event is about.
    pub(crate) fn request(&self) -> &str {
        self.body["data"]["payload"]["RequestIdentifier"].as_str().unwrap_or_default()
    }
}

async fn serve(
    listener: TcpListener,
    ended: oneshot::Receiver<()>,
    taken: mpsc::Sender<Post>,
    status: Arc<AtomicU16>,
) {
    let mut ended = pin!(ended);
    loop {
        let next = poll_fn(|context| match ended.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => listener.poll_accept(context).map(Result::ok),
        });
        let Some((stream, _)) = next.await else { return };
        let (taken, status) = (taken.clone(), Arc::clone(&status));
        let service = service_fn(move |request| take(request, taken.clone(), Arc::clone(&status)));
        tokio::spawn(async move {
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await)
        });
    }
}

async fn take(
    request: Request<Incoming>,
    taken: mpsc::Sender<Post>,
    status: Arc<AtomicU16>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let post = Post {
        path: head.uri.to_string(),
        headers: head.headers,
        body: serde_json::from_slice(&body).unwrap(),
    };
    let status = status.load(Ordering::SeqCst);
    // The test may be over.
    let _ = taken.send(post);
    if status == SILENCE {
        pending::<()>().await;
    }
    Ok(Response::builder().status(status).body(Full::default()).unwrap())
}
