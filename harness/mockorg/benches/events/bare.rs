//! The baseline: bare hyper servers that write messages, which are made once, to whoever listens.

use std::{
    convert::Infallible,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    sync::{Arc, Mutex, RwLock},
    task::{Context, Poll},
    thread,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response,
    body::{Body, Frame, Incoming},
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use mockorg_pubsub::proto::{ConsumerEvent, FetchResponse, ProducerEvent};
use prost::Message;
use tokio::sync::watch;

use crate::{
    Source,
    crowd::{Access, TOPIC, Transport},
};

/// As long as the payload of the event that the org publishes.
const PAYLOAD: usize = 75;

/// All messages, and how many there are.
struct Log {
    messages: RwLock<Vec<Bytes>>,
    count: watch::Sender<usize>,
}

/// A server.
pub(crate) struct Bare {
    log: Arc<Log>,
    transport: Transport,
    address: SocketAddr,
}

impl Bare {
    pub(crate) fn start(transport: Transport) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Log { messages: RwLock::default(), count: watch::Sender::new(0) });
        let serving = Arc::clone(&log);
        thread::Builder::new()
            .name(format!("bare-{}", address.port()))
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                    loop {
                        let (stream, _) = listener.accept().await.unwrap();
                        stream.set_nodelay(true).unwrap();
                        let (io, log) = (TokioIo::new(stream), Arc::clone(&serving));
                        match transport {
                            Transport::PubSub => drop(tokio::spawn(stream_out(io, log))),
                            Transport::CometD => drop(tokio::spawn(answer_polls(io, log))),
                        }
                    }
                });
            })
            .unwrap();
        Self { log, transport, address }
    }
}

impl Source for Bare {
    fn access(&self) -> Access {
        Access { address: self.address, token: "t".to_owned(), tenant: "o".to_owned() }
    }

    fn thread(&self) -> String {
        format!("bare-{}", self.address.port())
    }

    fn publish(&self) -> u64 {
        let mut messages = self.log.messages.write().unwrap();
        let id = messages.len() as u64 + 1;
        messages.push(match self.transport {
            Transport::PubSub => framed(&response(Some(id))),
            Transport::CometD => polled(id),
        });
        let count = messages.len();
        drop(messages);
        self.log.count.send_replace(count);
        id
    }
}

/// A response with one event, or with none.
fn response(id: Option<u64>) -> FetchResponse {
    let replay_id = |id: u64| Bytes::from([&id.to_be_bytes()[..], &[0, 0]].concat());
    let uuid = "3f0c9a52-6f3e-4bd1-9c1c-2f3a1f6f9f10";
    let events = id.map(|id| ConsumerEvent {
        event: Some(ProducerEvent {
            id: uuid.to_owned(),
            schema_id: "abcdefghijklmnopqrstuv".to_owned(),
            payload: vec![b'x'; PAYLOAD].into(),
            headers: Vec::new(),
        }),
        replay_id: replay_id(id),
    });
    FetchResponse {
        events: events.into_iter().collect(),
        latest_replay_id: replay_id(id.unwrap_or_default()),
        rpc_id: uuid.to_owned(),
        pending_num_requested: 100,
    }
}

/// A message as gRPC writes it.
fn framed(response: &FetchResponse) -> Bytes {
    let message = response.encode_to_vec();
    let length = u32::try_from(message.len()).unwrap();
    [&[0], &length.to_be_bytes()[..], &message].concat().into()
}

/// An event as the Streaming API writes it.
fn polled(id: u64) -> Bytes {
    let filler = "x".repeat(300);
    format!(r#"{{"data":{{"payload":"{filler}","event":{{"replayId":{id}}}}},"channel":"{TOPIC}"}},"#).into()
}

async fn stream_out(io: TokioIo<tokio::net::TcpStream>, log: Arc<Log>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let out = Out {
            next: None,
            count: watch_stream(&log),
            log: Arc::clone(&log),
            request: request.into_body(),
        };
        let answer = Response::builder().header("content-type", "application/grpc").body(out).unwrap();
        async { Ok::<_, Infallible>(answer) }
    });
    http2::Builder::new(TokioExecutor::new()).serve_connection(io, service).await.ok();
}

type Changed = Pin<Box<dyn Future<Output = watch::Receiver<usize>> + Send>>;

fn watch_stream(log: &Log) -> Changed {
    changed(log.count.subscribe())
}

fn changed(mut count: watch::Receiver<usize>) -> Changed {
    Box::pin(async move {
        count.changed().await.ok();
        count
    })
}

/// A body without an end: what was published, and what will be.
struct Out {
    /// The next message; nothing before the first response.
    next: Option<usize>,
    count: Changed,
    log: Arc<Log>,
    request: Incoming,
}

impl Body for Out {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        // What clients ask for is read, so that they are not held up.
        while let Poll::Ready(Some(Ok(_))) = Pin::new(&mut this.request).poll_frame(context) {}
        let Some(next) = this.next else {
            this.next = Some(this.log.messages.read().unwrap().len());
            return Poll::Ready(Some(Ok(Frame::data(framed(&response(None))))));
        };
        loop {
            if let Some(message) = this.log.messages.read().unwrap().get(next) {
                this.next = Some(next + 1);
                return Poll::Ready(Some(Ok(Frame::data(message.clone()))));
            }
            let Poll::Ready(count) = this.count.as_mut().poll(context) else { return Poll::Pending };
            this.count = changed(count);
        }
    }
}

async fn answer_polls(io: TokioIo<tokio::net::TcpStream>, log: Arc<Log>) {
    // Three requests come before the first that waits.
    let state = Arc::new(Mutex::new((0, 0)));
    let service = service_fn(move |request: Request<Incoming>| {
        let (log, state) = (Arc::clone(&log), Arc::clone(&state));
        async move {
            request.into_body().collect().await.ok();
            let (requests, next) = {
                let mut state = state.lock().unwrap();
                state.0 += 1;
                *state
            };
            let mut body = b"[".to_vec();
            if requests > 3 {
                let mut count = log.count.subscribe();
                count.wait_for(|count| *count > next).await.ok();
                let messages = log.messages.read().unwrap();
                messages[next..].iter().for_each(|message| body.extend_from_slice(message));
                state.lock().unwrap().1 = messages.len();
            }
            body.extend_from_slice(
                br#"{"clientId":"0123456789","channel":"/meta/connect","successful":true}]"#,
            );
            let answer = Response::builder().header("content-type", "application/json;charset=UTF-8");
            Ok::<_, Infallible>(answer.body(Full::new(Bytes::from(body))).unwrap())
        }
    });
    http1::Builder::new().serve_connection(io, service).await.ok();
}
