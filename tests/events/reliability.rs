//! Subscribers that come and go, and read slowly or not at all: each gets every event once and in order.

use std::{sync::Arc, time::Duration};

use mockorg::{Input, MockOrg};
use mockorg_pubsub::proto::{ProducerEvent, PublishRequest, ReplayPreset, SchemaRequest, TopicRequest};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::{
    avro, cometd,
    grpc::{self, Access, fetch, number},
    lab::{PATIENCE, Rest, builder, runtime},
    support::validated::Validating as _,
};

/// Two channels that do not overlap, and one that carries what the second one does.
const CHANNELS: [&str; 3] = ["/event/Order_Event__e", "/data/AccountChangeEvent", "/data/ChangeEvents"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    CometD,
    PubSub,
}

#[derive(Clone, Copy, Debug)]
enum Begin {
    /// With all that is kept.
    Earliest,
    /// After the newest event.
    Tail,
}

#[derive(Clone, Debug)]
struct Plan {
    transport: Transport,
    channel: &'static str,
    begin: Begin,
    /// How many events it asks for at a time.
    appetite: i32,
}

#[derive(Clone, Debug)]
enum Action {
    /// Publishes events with a request each.
    Events(usize),
    /// Publishes events with one request.
    Batch(usize),
    /// Changes records.
    Changes(usize),
    /// Moves the org's clock.
    Advance(u64),
    /// The subscriber's connection breaks, whatever is under way.
    Kill(usize),
    /// It comes back and goes on after the last event that it has.
    Revive(usize),
    /// It stops reading.
    Stall(usize),
    /// It reads again.
    Resume(usize),
}

fn plan() -> impl Strategy<Value = Plan> {
    let transport = select(vec![Transport::CometD, Transport::PubSub]);
    let begin = select(vec![Begin::Earliest, Begin::Tail]);
    (transport, select(&CHANNELS[..]), begin, 1..20_i32)
        .prop_map(|(transport, channel, begin, appetite)| Plan { transport, channel, begin, appetite })
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => (1..5_usize).prop_map(Action::Events),
        2 => (1..40_usize).prop_map(Action::Batch),
        3 => (1..5_usize).prop_map(Action::Changes),
        1 => (1..3000_u64).prop_map(Action::Advance),
        3 => any::<usize>().prop_map(Action::Kill),
        4 => any::<usize>().prop_map(Action::Revive),
        1 => any::<usize>().prop_map(Action::Stall),
        1 => any::<usize>().prop_map(Action::Resume),
    ]
}

/// What a subscriber has, which outlives its connections.
#[derive(Debug)]
struct Follower {
    plan: Plan,
    access: Access,
    /// The position to go on from.
    begin: Option<u64>,
    seen: watch::Sender<Vec<u64>>,
    stalled: watch::Sender<bool>,
}

impl Follower {
    fn position(&self) -> Option<u64> {
        self.seen.borrow().last().copied().or(self.begin)
    }

    fn take(&self, ids: impl IntoIterator<Item = u64>) {
        self.seen.send_modify(|seen| seen.extend(ids));
    }

    async fn when_reading(&self) {
        self.stalled.subscribe().wait_for(|stalled| !stalled).await.unwrap();
    }

    /// Subscribes and reads until it is dropped.
    async fn run(&self) {
        match self.plan.transport {
            Transport::CometD => self.run_cometd().await,
            Transport::PubSub => self.run_pubsub().await,
        }
    }

    async fn run_cometd(&self) {
        loop {
            let client = cometd::Client::open(&self.access).await;
            let replay = self.position().map_or(-2, |id| i64::try_from(id).unwrap());
            client.subscribe(self.plan.channel, replay).await;
            loop {
                self.when_reading().await;
                // A client that stayed away for too long has to begin anew, where it was.
                let Ok(events) = client.connect().await else { break };
                self.take(events.iter().map(cometd::replay_id));
            }
        }
    }

    async fn run_pubsub(&self) {
        let mut client = grpc::Client::open(&self.access).await;
        let (preset, id) = match self.position() {
            None => (ReplayPreset::Earliest, Vec::new()),
            Some(id) => (ReplayPreset::Custom, id.to_be_bytes().to_vec()),
        };
        let first = fetch(self.plan.channel, preset, &id, self.plan.appetite);
        let mut subscription = client.subscribe(first).await;
        loop {
            self.when_reading().await;
            let response = subscription.response(self.plan.appetite).await.unwrap();
            self.take(response.events.iter().map(|event| number(&event.replay_id)));
        }
    }
}

/// A subscriber that may be there or not.
struct Subscriber {
    follower: Arc<Follower>,
    running: Option<JoinHandle<()>>,
}

impl Subscriber {
    fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }

    fn revive(&mut self) {
        if self.running.is_none() {
            let follower = Arc::clone(&self.follower);
            self.running = Some(tokio::spawn(async move { follower.run().await }));
        }
    }

    fn stall(&self, stalled: bool) {
        self.follower.stalled.send_replace(stalled);
    }

    /// Waits for the last event, and compares all that came with what should have come.
    async fn check(&self, org: &MockOrg) {
        let expected: Vec<u64> = published(org, self.follower.plan.channel)
            .into_iter()
            .filter(|id| self.follower.begin.is_none_or(|begin| *id > begin))
            .collect();
        let mut seen = self.follower.seen.subscribe();
        let last = timeout(PATIENCE, seen.wait_for(|seen| seen.last() >= expected.last())).await;
        assert!(last.is_ok(), "{:?} waits for {:?}", self.follower, expected.last());
        assert_eq!(*self.follower.seen.borrow(), expected, "{:?}", self.follower.plan);
    }
}

/// The replay ids of a channel.
fn published(org: &MockOrg, channel: &str) -> Vec<u64> {
    let mut events = org.events();
    events.retain(|event| match channel {
        "/data/ChangeEvents" => event.change().is_some(),
        channel => event.channel() == channel,
    });
    events.iter().map(mockorg::EventSnapshot::replay_id).collect()
}

/// Who publishes.
struct Publisher {
    rest: Rest,
    access: Access,
    schema_id: String,
    payload: Vec<u8>,
}

impl Publisher {
    async fn new(org: &MockOrg) -> Self {
        let access = Access::to(org);
        let mut client = grpc::Client::open(&access).await;
        let topic = access.request(TopicRequest { topic_name: CHANNELS[0].to_owned() });
        let schema_id = client.calls.get_topic(topic).await.unwrap().into_inner().schema_id;
        let schema = access.request(SchemaRequest { schema_id: schema_id.clone() });
        let schema = client.calls.get_schema(schema).await.unwrap().into_inner().schema_json;
        let user = org.records("User")[0].id().to_string();
        let fields =
            json!({"CreatedDate": 0, "CreatedById": user, "Order_Number__c": "b", "Has_Shipped__c": true});
        let payload = avro::encode(&serde_json::from_str(&schema).unwrap(), fields.as_object().unwrap());
        Self { rest: Rest::new(&access), access, schema_id, payload }
    }

    /// Publishes so many events with one call.
    async fn batch(&self, count: usize) {
        let one = ProducerEvent {
            schema_id: self.schema_id.clone(),
            payload: self.payload.clone().into(),
            ..ProducerEvent::default()
        };
        let events = vec![one; count];
        let request =
            PublishRequest { topic_name: CHANNELS[0].to_owned(), events, auth_refresh: String::new() };
        let mut client = grpc::Client::open(&self.access).await;
        let results = client.calls.publish(self.access.request(request)).await.unwrap().into_inner().results;
        assert!(results.iter().all(|result| result.error.is_none()), "{results:?}");
    }
}

async fn act(action: &Action, org: &MockOrg, publisher: &Publisher, subscribers: &mut [Subscriber]) {
    let count = subscribers.len();
    match action {
        Action::Events(events) => {
            for number in 0..*events {
                org.publish(
                    "Order_Event__e",
                    [("Order_Number__c", Input::from(format!("{number}").as_str()))],
                )
                .unwrap();
            }
        }
        Action::Batch(events) => publisher.batch(*events).await,
        Action::Changes(changes) => {
            let account = org.records("Account")[0].id();
            for _ in 0..*changes {
                // A record that does not change has no event.
                let name = format!("Renamed after {}", org.events().len());
                let path = format!("sobjects/Account/{account}");
                publisher.rest.send("PATCH", &path, &json!({"Name": name})).await;
            }
        }
        Action::Advance(seconds) => drop(org.advance(Duration::from_secs(*seconds)).await),
        Action::Kill(which) => subscribers[which % count].kill(),
        Action::Revive(which) => subscribers[which % count].revive(),
        Action::Stall(which) => subscribers[which % count].stall(true),
        Action::Resume(which) => subscribers[which % count].stall(false),
    }
}

fn followed(org: &MockOrg, plan: Plan) -> Subscriber {
    let begin = match plan.begin {
        Begin::Earliest => None,
        Begin::Tail => Some(org.events().last().map_or(0, mockorg::EventSnapshot::replay_id)),
    };
    let (seen, stalled) = (watch::Sender::default(), watch::Sender::default());
    let follower = Follower { plan, access: Access::to(org), begin, seen, stalled };
    let mut subscriber = Subscriber { follower: Arc::new(follower), running: None };
    subscriber.revive();
    subscriber
}

async fn live(plans: Vec<Plan>, actions: Vec<Action>) {
    let org = builder().validated();
    // Positions must be of this day: that of an event of an earlier week cannot be resumed from.
    org.publish("AssetRenewInitiatedEvent", []).unwrap();
    assert!(CHANNELS.iter().all(|channel| published(&org, channel).is_empty()));
    let publisher = Publisher::new(&org).await;
    let mut subscribers: Vec<Subscriber> = plans.into_iter().map(|plan| followed(&org, plan)).collect();
    for action in &actions {
        act(action, &org, &publisher, &mut subscribers).await;
    }
    act(&Action::Changes(1), &org, &publisher, &mut subscribers).await;
    act(&Action::Events(1), &org, &publisher, &mut subscribers).await;
    // First those that are there and read: nobody who is slow or gone holds them up.
    let quick =
        |subscriber: &&Subscriber| subscriber.running.is_some() && !*subscriber.follower.stalled.borrow();
    for subscriber in subscribers.iter().filter(quick) {
        subscriber.check(&org).await;
    }
    for subscriber in &mut subscribers {
        subscriber.stall(false);
        subscriber.revive();
        subscriber.check(&org).await;
        subscriber.kill();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn nothing_is_lost_or_doubled_by_subscribers_that_come_and_go(
        plans in vec(plan(), 1..6),
        actions in vec(action(), 10..60),
    ) {
        runtime().block_on(live(plans, actions));
    }
}

#[test]
fn a_subscriber_that_never_reads_delays_nobody() {
    runtime().block_on(async {
        let org = builder().validated();
        let publisher = Publisher::new(&org).await;
        let plan =
            |transport| Plan { transport, channel: CHANNELS[0], begin: Begin::Earliest, appetite: 100 };
        let mut subscribers: Vec<Subscriber> =
            [Transport::CometD, Transport::PubSub, Transport::CometD, Transport::PubSub]
                .map(|transport| followed(&org, plan(transport)))
                .into_iter()
                .collect();
        for slow in &subscribers[..2] {
            slow.stall(true);
        }
        for _ in 0..25 {
            act(&Action::Batch(200), &org, &publisher, &mut subscribers).await;
        }
        for quick in &subscribers[2..] {
            quick.check(&org).await;
        }
        for slow in &subscribers[..2] {
            assert!(slow.follower.seen.borrow().len() <= 500);
            slow.stall(false);
            slow.check(&org).await;
        }
    });
}
