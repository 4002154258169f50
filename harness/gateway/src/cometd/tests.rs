//! Random requests and random lives of clients.

use bytes::Bytes;
use mockorg_org::{
    RecordId,
    events::{Channel, ChannelKind},
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value as Json, json};

use crate::{
    Gateway,
    tests::org::{answer, gateway, parts_of, send, start},
};

/// The channels that [`publish`] fills.
pub(super) const CHANNELS: [&str; 2] =
    ["/event/AssetRenewInitiatedEvent", "/event/AssetCancelInitiatedEvent"];

const PATH: &str = "/cometd/60.0";

/// A channel of these events.
pub(super) fn channel(members: &[&str]) -> Channel {
    Channel {
        name: "/event/Test__chn".into(),
        kind: ChannelKind::Event,
        members: members.iter().map(|name| (*name).into()).collect(),
        event: None,
        filters: Box::default(),
        hidden: Box::default(),
        user: "005000000000001".parse::<RecordId>().unwrap(),
        can_publish: false,
    }
}

/// Publishes an event on one of [`CHANNELS`].
pub(super) fn publish(gateway: &Gateway, which: usize) {
    let before = gateway.feed().tail();
    let (operation, extra) = [
        ("initiate-renewal", json!({})),
        (
            "initiate-cancellation",
            json!({"cancellationDate": "2026-06-01T00:00:00Z", "cancellationOutputType": "order"}),
        ),
    ][which]
        .clone();
    let query = "q=SELECT+Id+FROM+Asset+WHERE+Name='Team+License'+LIMIT+1";
    let (_, found) = send(gateway, "GET", "/services/data/v64.0/query", query, &[], "", b"");
    let found: Json = serde_json::from_str(&found).unwrap();
    let mut body = json!({"assetIds": {"assetIdArray": [found["records"][0]["Id"]]}});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let path = format!("/services/data/v64.0/asset-management/assets/collection/actions/{operation}");
    let body = body.to_string();
    let (status, text) = send(gateway, "POST", &path, "", &[], "application/json", body.as_bytes());
    assert_eq!(status, 201, "{text}");
    assert!(gateway.feed().tail() > before, "nothing was published");
}

fn exchange(gateway: &Gateway, message: &Json) -> Vec<Json> {
    let body = message.to_string();
    let (status, text) = send(gateway, "POST", PATH, "", &[], "application/json", body.as_bytes());
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// A client with what it has received.
#[derive(Default)]
struct Client {
    id: Option<String>,
    /// The replay id after which its events begin.
    begin: Option<u64>,
    received: Vec<u64>,
}

impl Client {
    fn id(&mut self, gateway: &Gateway) -> String {
        self.id
            .get_or_insert_with(|| {
                let reply = exchange(gateway, &json!([{"channel": "/meta/handshake"}])).remove(0);
                reply["clientId"].as_str().unwrap().to_owned()
            })
            .clone()
    }

    /// Subscribes as a client does that keeps the last replay id.
    fn subscribe(&mut self, gateway: &Gateway, all: bool) {
        let id = self.id(gateway);
        let place = match self.received.last() {
            Some(last) => json!(last),
            None if self.begin.is_some() => json!(null),
            None => json!(if all { -2 } else { -1 }),
        };
        // A client that had nothing yet and comes back in a new session has missed what came meanwhile.
        let tail = gateway.feed().tail().0;
        let (name, ext) = (CHANNELS[0], json!({"replay": {CHANNELS[0]: place}}));
        let message = json!({"channel": "/meta/subscribe", "clientId": id, "subscription": name, "ext": ext});
        assert_eq!(exchange(gateway, &message)[0]["successful"], true);
        self.begin.get_or_insert(if all { 0 } else { tail });
    }

    fn connect(&mut self, gateway: &Gateway) {
        let id = self.id(gateway);
        for reply in exchange(gateway, &json!({"channel": "/meta/connect", "clientId": id})) {
            self.received.extend(reply["data"]["event"]["replayId"].as_u64());
        }
    }

    fn leave(&mut self, gateway: &Gateway) {
        // Without a position to resume from it would have to begin anew.
        if let Some(id) = self.id.take_if(|_| self.begin.is_none() || !self.received.is_empty()) {
            exchange(gateway, &json!({"channel": "/meta/disconnect", "clientId": id}));
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Publish(usize),
    Subscribe(usize, bool),
    Connect(usize),
    Leave(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..2_usize).prop_map(Step::Publish),
        3 => (0..3_usize, any::<bool>()).prop_map(|(client, all)| Step::Subscribe(client, all)),
        4 => (0..3_usize).prop_map(Step::Connect),
        1 => (0..3_usize).prop_map(Step::Leave),
    ];
    vec(step, 1..30)
}

fn documents() -> impl Strategy<Value = Vec<u8>> {
    let words = select(vec![
        "channel",
        "clientId",
        "id",
        "ext",
        "replay",
        "advice",
        "timeout",
        "subscription",
        "connectionType",
        "supportedConnectionTypes",
        "/meta/handshake",
        "/meta/connect",
        "/meta/subscribe",
        "/meta/unsubscribe",
        "/meta/disconnect",
        "/meta/",
        "/event/AssetRenewInitiatedEvent",
        "/event/*",
        "/topic/X?a=b",
        "/u/x",
        "long-polling",
        "",
    ]);
    let leaf = prop_oneof![
        words.prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        Just(json!(-1)),
        Just(json!(-2)),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
        "\\PC{0,8}".prop_map(Json::from),
    ];
    let names = select(vec![
        "channel",
        "clientId",
        "id",
        "ext",
        "replay",
        "advice",
        "timeout",
        "subscription",
        "connectionType",
        "supportedConnectionTypes",
        "/event/AssetRenewInitiatedEvent",
    ]);
    let tree = leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::from),
            vec((names.clone(), inner), 0..7).prop_map(|members| {
                Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    });
    prop_oneof![
        4 => tree.prop_map(|tree| tree.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..60),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn each_event_reaches_each_client_once_and_in_order_however_they_come_and_go(steps in steps()) {
        let gateway = gateway(start());
        let mut clients: [Client; 3] = Default::default();
        for step in steps {
            match step {
                Step::Publish(which) => publish(&gateway, which),
                Step::Subscribe(client, all) => clients[client].subscribe(&gateway, all),
                Step::Connect(client) => clients[client].connect(&gateway),
                Step::Leave(client) => clients[client].leave(&gateway),
            }
        }
        let all = gateway.feed().after(mockorg_org::events::ReplayId(0), &channel(&CHANNELS[..1]), usize::MAX);
        let all: Vec<u64> = all.deliveries.iter().map(|delivery| delivery.event.replay_id.0).collect();
        for mut client in clients {
            let Some(begin) = client.begin else { continue };
            client.subscribe(&gateway, false);
            client.connect(&gateway);
            let expected: Vec<u64> = all.iter().copied().filter(|id| *id > begin).collect();
            prop_assert_eq!(client.received, expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn whatever_a_client_sends_is_answered_by_replies_or_refused(
        body in documents(),
        path in select(vec![PATH, "/cometd", "/cometd/36.0", "/cometd/37.0/connect", "/cometd/62.0/subscribe"]),
        token in select(vec!["Bearer 00Dtest!session", "00Dtest!session", "OAuth x", ""]),
        known in any::<bool>(),
    ) {
        let gateway = gateway(start());
        let mut body = body;
        if known {
            let id = Client::default().id(&gateway);
            if let Ok(text) = String::from_utf8(body.clone()) {
                body = text.replacen("{", &format!("{{\"clientId\":\"{id}\","), 1).replace(",}", "}").into_bytes();
            }
        }
        let line = ("POST".to_owned(), path.to_owned(), String::new());
        let parts = parts_of(line, &[("authorization", token)], "application/json").unwrap();
        let (status, _, answer) = answer(&gateway, &parts, &Bytes::from(body.clone()));
        match status {
            200 => {
                let replies: Vec<Json> = serde_json::from_slice(&answer).unwrap();
                let asked: Json = serde_json::from_slice(&body).unwrap();
                let asked = asked.as_array().map_or(1, Vec::len);
                prop_assert_eq!(replies.len(), asked);
                for reply in replies {
                    prop_assert_eq!(reply["successful"].as_bool(), Some(reply.get("error").is_none()));
                }
            }
            400 => prop_assert!(!answer.is_empty()),
            other => prop_assert!(false, "{} for {:?}", other, String::from_utf8_lossy(&body)),
        }
    }
}
