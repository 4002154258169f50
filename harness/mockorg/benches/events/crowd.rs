//! Subscribers on a thread of their own, as light as they can be made.

use std::{
    net::SocketAddr,
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Instant,
};

use mockorg_pubsub::proto::{FetchRequest, ReplayPreset, pub_sub_client::PubSubClient};
use tokio::{net::TcpStream, runtime::Builder, sync::mpsc as channel};
use tonic::{Request, codegen::tokio_stream::wrappers::UnboundedReceiverStream};

use crate::wire::Wire;

pub(crate) const TOPIC: &str = "/event/AssetRenewInitiatedEvent";

/// How many events a subscriber of the Pub/Sub API may ask for at a time.
const MOST: i32 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    CometD,
    PubSub,
}

impl Transport {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::CometD => "CometD",
            Self::PubSub => "Pub/Sub",
        }
    }
}

/// Where a server is, and what calls carry.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) tenant: String,
}

impl Access {
    pub(crate) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let values = [("accesstoken", &*self.token), ("instanceurl", "http://o"), ("tenantid", &self.tenant)];
        for (name, value) in values {
            request.metadata_mut().insert(name, value.parse().unwrap());
        }
        request
    }
}

/// The events of one subscriber: which, and when they came.
pub(crate) type Received = Vec<(u64, Instant)>;

/// Subscribers that have subscribed.
pub(crate) struct Crowd(JoinHandle<Vec<Received>>);

impl Crowd {
    /// Starts subscribers, each on a connection of its own, that end after so many events. All of them listen
    /// when this returns.
    pub(crate) fn start(transport: Transport, access: &Access, subscribers: usize, events: usize) -> Self {
        let (ready, is_ready) = mpsc::channel();
        let access = access.clone();
        let thread = thread::spawn(move || {
            Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
                let mut tasks = Vec::new();
                for _ in 0..subscribers {
                    let (access, ready) = (access.clone(), ready.clone());
                    tasks.push(tokio::spawn(async move {
                        match transport {
                            Transport::PubSub => pubsub(&access, events, &ready).await,
                            Transport::CometD => cometd(&access, events, &ready).await,
                        }
                    }));
                }
                let mut received = Vec::new();
                for task in tasks {
                    received.push(task.await.unwrap());
                }
                received
            })
        });
        (0..subscribers).for_each(|_| is_ready.recv().unwrap());
        Self(thread)
    }

    /// Waits until all have all.
    pub(crate) fn join(self) -> Vec<Received> {
        self.0.join().unwrap()
    }
}

async fn pubsub(access: &Access, events: usize, ready: &mpsc::Sender<()>) -> Received {
    let (wire, _line) = Wire::open(access.address).await;
    let mut client = PubSubClient::with_origin(wire, format!("http://{}", access.address).parse().unwrap());
    let (requests, receiver) = channel::unbounded_channel();
    let more = FetchRequest { num_requested: MOST, ..FetchRequest::default() };
    let preset = ReplayPreset::Latest.into();
    requests
        .send(FetchRequest { topic_name: TOPIC.to_owned(), replay_preset: preset, ..more.clone() })
        .unwrap();
    let request = access.request(UnboundedReceiverStream::new(receiver));
    let mut responses = client.subscribe(request).await.unwrap().into_inner();
    responses.message().await.unwrap().unwrap();
    ready.send(()).unwrap();
    let mut received = Vec::with_capacity(events);
    while received.len() < events {
        let response = responses.message().await.unwrap().unwrap();
        let now = Instant::now();
        received.extend(
            response
                .events
                .iter()
                .map(|event| (u64::from_be_bytes(event.replay_id[..8].try_into().unwrap()), now)),
        );
        if response.pending_num_requested < MOST / 2 {
            requests.send(more.clone()).unwrap();
        }
    }
    received
}

async fn cometd(access: &Access, events: usize, ready: &mpsc::Sender<()>) -> Received {
    let mut poller = Poller::open(access).await;
    // The first connect is answered at once, and the second one held.
    ready.send(()).unwrap();
    let mut received = Vec::with_capacity(events);
    while received.len() < events {
        poller.connect().await;
        let now = Instant::now();
        received.extend(replay_ids(&poller.answer[poller.body..]).map(|id| (id, now)));
    }
    received
}

/// The replay ids in a text.
fn replay_ids(mut text: &[u8]) -> impl Iterator<Item = u64> {
    const NAME: &[u8] = b"\"replayId\":";
    std::iter::from_fn(move || {
        let at = text.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
        text = &text[at..];
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
        Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
    })
}

/// A client of the Streaming API on a plain connection.
pub(crate) struct Poller {
    stream: TcpStream,
    token: String,
    connect: Vec<u8>,
    answer: Vec<u8>,
    /// Where the body of the answer begins.
    body: usize,
}

impl Poller {
    /// Shakes hands, subscribes and connects for the first time.
    pub(crate) async fn open(access: &Access) -> Self {
        let stream = TcpStream::connect(access.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (token, connect, answer) = (access.token.clone(), Vec::new(), Vec::new());
        let mut poller = Self { stream, token, connect, answer, body: 0 };
        let hello = r#"[{"channel":"/meta/handshake","version":"1.0"}]"#;
        poller.exchange(&poller.request(hello)).await;
        let text = String::from_utf8_lossy(&poller.answer[poller.body..]).into_owned();
        let id =
            text.split("\"clientId\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("none");
        let connect =
            format!(r#"[{{"channel":"/meta/connect","clientId":"{id}","connectionType":"long-polling"}}]"#);
        poller.connect = poller.request(&connect);
        poller.connect().await;
        let subscribe =
            format!(r#"[{{"channel":"/meta/subscribe","clientId":"{id}","subscription":"{TOPIC}"}}]"#);
        poller.exchange(&poller.request(&subscribe)).await;
        poller
    }

    fn request(&self, body: &str) -> Vec<u8> {
        format!(
            "POST /cometd/64.0 HTTP/1.1\r\nHost: o\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        )
        .into_bytes()
    }

    /// Waits for the answer to a connect.
    pub(crate) async fn connect(&mut self) {
        let request = std::mem::take(&mut self.connect);
        self.exchange(&request).await;
        self.connect = request;
    }

    async fn exchange(&mut self, request: &[u8]) {
        let mut rest = request;
        while !rest.is_empty() {
            self.stream.writable().await.unwrap();
            if let Ok(written) = self.stream.try_write(rest) {
                rest = &rest[written..];
            }
        }
        self.answer.clear();
        self.body = 0;
        let mut length = usize::MAX;
        while self.answer.len() - self.body < length {
            self.stream.readable().await.unwrap();
            let read = self.stream.try_read_buf(&mut self.answer);
            assert!(!matches!(read, Ok(0)), "the server has gone");
            if self.body == 0
                && let Some(end) = self.answer.windows(4).position(|window| window == b"\r\n\r\n")
            {
                self.body = end + 4;
                let head = String::from_utf8_lossy(&self.answer[..end]).to_ascii_lowercase();
                let found = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                length = found.unwrap().parse().unwrap();
            }
        }
    }
}
