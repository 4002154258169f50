//! What a subscriber costs that waits and gets nothing: resident memory of a process with nothing but the org.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    time::Duration,
};

use mockorg::MockOrg;
use mockorg_pubsub::proto::{FetchRequest, ReplayPreset, pub_sub_client::PubSubClient};
use tokio::{runtime::Builder, sync::mpsc, time::sleep};
use tonic::codegen::tokio_stream::wrappers::UnboundedReceiverStream;

use crate::{
    Source,
    crowd::{Access, Poller, TOPIC},
    measure::resident,
    wire::Wire,
};

const SUBSCRIBERS: usize = 1000;

/// The argument that makes this program an org and nothing else.
pub(crate) const ORG_ALONE: &str = "--org-alone";

/// Serves an org until nobody holds the other end of the standard input.
pub(crate) fn serve() {
    let org = MockOrg::start_blocking();
    let access = org.access();
    println!("{} {} {}", access.address, access.token, access.tenant);
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// Measures each way of waiting in a fresh process.
pub(crate) fn run() {
    println!("resident memory of the org per idle subscriber, {SUBSCRIBERS} of them");
    measure("Pub/Sub, a connection each", |access| Box::pin(streams(access, SUBSCRIBERS)));
    measure("Pub/Sub, 100 a connection", |access| Box::pin(streams(access, SUBSCRIBERS / 100)));
    measure("CometD, a held poll each", |access| Box::pin(polls(access)));
}

type Waiting = std::pin::Pin<Box<dyn Future<Output = Box<dyn std::any::Any>>>>;

fn measure(name: &str, subscribe: fn(Access) -> Waiting) {
    let mut org = Command::new(std::env::current_exe().unwrap())
        .arg(ORG_ALONE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(org.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let access = Access {
        address: words[0].parse().unwrap(),
        token: words[1].to_owned(),
        tenant: words[2].to_owned(),
    };
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (before, after) = runtime.block_on(async {
        let before = resident(org.id());
        let waiting = subscribe(access).await;
        // Long enough for the last request to have been read.
        sleep(Duration::from_secs(1)).await;
        let after = resident(org.id());
        drop(waiting);
        (before, after)
    });
    drop(org.stdin.take());
    org.wait().unwrap();
    println!(
        "  {name:27} {:6.2} KiB   (org {before} KiB, with subscribers {after} KiB)",
        (after - before) as f64 / SUBSCRIBERS as f64
    );
}

async fn streams(access: Access, connections: usize) -> Box<dyn std::any::Any> {
    let mut held = Vec::new();
    for _ in 0..connections {
        let (wire, line) = Wire::open(access.address).await;
        let origin = format!("http://{}", access.address).parse().unwrap();
        let mut client = PubSubClient::with_origin(wire, origin);
        let mut subscriptions = Vec::new();
        for _ in 0..SUBSCRIBERS / connections {
            let (requests, receiver) = mpsc::unbounded_channel();
            let first = FetchRequest {
                topic_name: TOPIC.to_owned(),
                replay_preset: ReplayPreset::Latest.into(),
                num_requested: 100,
                ..FetchRequest::default()
            };
            requests.send(first).unwrap();
            let request = access.request(UnboundedReceiverStream::new(receiver));
            let mut responses = client.subscribe(request).await.unwrap().into_inner();
            responses.message().await.unwrap().unwrap();
            subscriptions.push((requests, responses));
        }
        held.push((line, client, subscriptions));
    }
    Box::new(held)
}

async fn polls(access: Access) -> Box<dyn std::any::Any> {
    let mut held = Vec::new();
    for _ in 0..SUBSCRIBERS {
        let mut poller = Poller::open(&access).await;
        held.push(tokio::spawn(async move { poller.connect().await }));
    }
    Box::new(held)
}
