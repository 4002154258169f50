//! What the service itself costs: deliveries per second without a network, by calls in this process.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Instant,
};

use mockorg_gateway::{Clock, Gateway, GatewayOptions};
use mockorg_org::{
    ApiVersion, Call, FieldInput, Input, Org, OrgFile, PublishedEvent, Session, Settings, Timestamp,
    catalog::{Catalog, DefinitionSource},
};
use mockorg_pubsub::{
    PubSubService,
    proto::{FetchRequest, ReplayPreset, pub_sub_client::PubSubClient, pub_sub_server::PubSubServer},
};
use tokio::{runtime::Builder, sync::mpsc};
use tonic::codegen::tokio_stream::wrappers::UnboundedReceiverStream;

use crate::{
    EVENT, ROUNDS,
    crowd::{Access, TOPIC},
    measure::median,
};

const TOKEN: &str = "00Dbench!session";
const SUBSCRIBERS: usize = 100;
const EVENTS: usize = 5000;

/// Measures both ways of receiving.
pub(crate) fn run() {
    println!("without a network: {SUBSCRIBERS} subscribers, {EVENTS} events each, {ROUNDS} rounds in turn");
    let org = starter();
    let mut rounds = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (preset, rounds) in [ReplayPreset::Earliest, ReplayPreset::Latest].into_iter().zip(&mut rounds) {
            rounds.push(round(&org, preset));
        }
    }
    for (name, rounds) in ["replayed", "live"].into_iter().zip(rounds) {
        println!("  {name:9} {:12.0} deliveries/s", median(rounds.into_iter()));
    }
}

fn round(org: &Org, preset: ReplayPreset) -> f64 {
    let org = org.clone();
    let options = GatewayOptions { clock: Clock::Manual(start()), ..GatewayOptions::new("http://o") };
    let gateway = Arc::new(Gateway::new(Arc::new(move |_| org.clone()), options));
    let tenant = gateway.with_org(|org, _| org.records("Organization").next().unwrap().id().to_string());
    let access = Access { address: ([127, 0, 0, 1], 0).into(), token: TOKEN.to_owned(), tenant };
    if preset == ReplayPreset::Earliest {
        publish(&gateway);
    }
    let (ready, is_ready) = std::sync::mpsc::channel();
    let serving = Arc::clone(&gateway);
    let crowd = thread::spawn(move || {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
            let client = PubSubClient::new(PubSubServer::new(PubSubService::new(serving)));
            let tasks: Vec<_> = (0..SUBSCRIBERS)
                .map(|_| {
                    let (client, access, ready) = (client.clone(), access.clone(), ready.clone());
                    tokio::spawn(subscriber(client, access, preset, ready))
                })
                .collect();
            let mut deliveries = 0;
            for task in tasks {
                deliveries += task.await.unwrap();
            }
            deliveries
        })
    });
    let began = if preset == ReplayPreset::Latest {
        (0..SUBSCRIBERS).for_each(|_| is_ready.recv().unwrap());
        let began = Instant::now();
        publish(&gateway);
        began
    } else {
        Instant::now()
    };
    let deliveries: usize = crowd.join().unwrap();
    assert_eq!(deliveries, SUBSCRIBERS * EVENTS);
    deliveries as f64 / began.elapsed().as_secs_f64()
}

async fn subscriber(
    mut client: PubSubClient<PubSubServer<PubSubService>>,
    access: Access,
    preset: ReplayPreset,
    ready: std::sync::mpsc::Sender<()>,
) -> usize {
    let (requests, receiver) = mpsc::unbounded_channel();
    let more = FetchRequest { num_requested: 100, ..FetchRequest::default() };
    let first = FetchRequest { topic_name: TOPIC.to_owned(), replay_preset: preset.into(), ..more.clone() };
    requests.send(first).unwrap();
    let request = access.request(UnboundedReceiverStream::new(receiver));
    let mut responses = client.subscribe(request).await.unwrap().into_inner();
    let mut received = 0;
    let mut told = false;
    while received < EVENTS {
        let response = responses.message().await.unwrap().unwrap();
        if !std::mem::replace(&mut told, true) {
            ready.send(()).unwrap();
        }
        received += response.events.len();
        if response.pending_num_requested < 50 {
            requests.send(more.clone()).unwrap();
        }
    }
    received
}

fn publish(gateway: &Gateway) {
    let session = Session { token: Some(TOKEN.into()), version: ApiVersion::NEWEST, origin: None };
    for _ in 0..EVENTS {
        let field =
            FieldInput::from(("RequestIdentifier", Input::from("3f0c9a52-6f3e-4bd1-9c1c-2f3a1f6f9f10")));
        let published = PublishedEvent { fields: vec![field], ..PublishedEvent::default() };
        let call = Call::InjectEvent { event: EVENT.into(), published };
        gateway.with_org(|org, now| org.call(now, &session, call)).unwrap();
    }
}

fn start() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

fn starter() -> Org {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let folders =
        ["schemas/sobjects", "schemas/events"].map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let texts: Vec<_> = paths.filter(|path| path.is_file()).map(|path| read(&path)).collect();
    let sources: Vec<_> = texts.iter().map(|json| DefinitionSource { origin: "schemas", json }).collect();
    let file = OrgFile::parse(&read(&root.join("fixtures/orgs/starter.json"))).unwrap();
    let catalog = Catalog::build(&sources, file.features()).unwrap();
    let settings =
        Settings { session_token: Some(TOKEN.into()), session_seconds: u32::MAX, ..Settings::default() };
    let mut org = Org::new(Arc::new(catalog), settings);
    org.load(&file, start()).unwrap();
    org
}
