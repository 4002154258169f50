//! A client of the Streaming API that says exactly what a test wants.

use std::time::Duration;

use serde_json::{Value, json};

use crate::server::{Connection, Response, Server, TOKEN};

pub(crate) const CHANNEL: &str = "/event/AssetRenewInitiatedEvent";

const JSON: &str = "Content-Type: application/json\r\n";

/// A client with a session.
pub(crate) struct Client<'s> {
    pub(crate) server: &'s Server,
    pub(crate) id: String,
    pub(crate) version: &'static str,
}

/// Posts a body to an address of the Streaming API.
pub(crate) fn post(server: &Server, path: &str, body: &str) -> Response {
    server.request("POST", path, JSON, body.as_bytes())
}

/// Sends messages and gives the replies.
pub(crate) fn exchange(server: &Server, path: &str, messages: &Value) -> Vec<Value> {
    let response = post(server, path, &messages.to_string());
    assert_eq!(response.status, 200, "{}", response.text());
    response.json().as_array().unwrap().clone()
}

/// Publishes an event and gives its replay id.
pub(crate) fn publish(server: &Server) -> u64 {
    let query = "/services/data/v64.0/query?q=SELECT+Id+FROM+Asset+WHERE+Name='Team+License'+LIMIT+1";
    let asset = server.get(query).json()["records"][0]["Id"].clone();
    let path = "/services/data/v64.0/asset-management/assets/collection/actions/initiate-renewal";
    let answer = server.send("POST", path, &json!({"assetIds": {"assetIdArray": [asset]}}).to_string());
    assert_eq!(answer.status, 201, "{}", answer.text());
    server.gateway.advance(Duration::from_secs(5));
    let events = server.get("/__mockorg/events?channel=AssetRenewInitiatedEvent").json();
    events["events"].as_array().unwrap().last().unwrap()["replayId"].as_u64().unwrap()
}

/// The replay ids of the events among replies.
pub(crate) fn ids(replies: &[Value]) -> Vec<u64> {
    replies.iter().filter_map(|reply| reply["data"]["event"]["replayId"].as_u64()).collect()
}

impl<'s> Client<'s> {
    /// Shakes hands and connects for the first time.
    pub(crate) fn open(server: &'s Server, version: &'static str) -> Self {
        let hello = json!([{"channel": "/meta/handshake", "id": "1", "version": "1.0"}]);
        let reply = exchange(server, &format!("/cometd/{version}"), &hello).remove(0);
        assert_eq!(reply["successful"], true, "{reply}");
        let client = Self { server, id: reply["clientId"].as_str().unwrap().to_owned(), version };
        assert_eq!(client.connect()[0]["advice"]["timeout"], 110_000);
        client
    }

    /// Sends one message and gives the replies.
    pub(crate) fn send(&self, channel: &str, more: Value) -> Vec<Value> {
        let message = self.message(channel, more);
        exchange(self.server, &format!("/cometd/{}", self.version), &json!([message]))
    }

    /// A message of this client.
    pub(crate) fn message(&self, channel: &str, more: Value) -> Value {
        let mut message = json!({"channel": channel, "clientId": self.id, "id": "7"});
        let Value::Object(members) = more else { panic!("no members: {more}") };
        message.as_object_mut().unwrap().extend(members);
        message
    }

    pub(crate) fn subscribe(&self, channel: &str, replay: Value) -> Value {
        let replay = Value::Object([(channel.to_owned(), replay)].into_iter().collect());
        let ext = json!({"replay": replay});
        self.send("/meta/subscribe", json!({"subscription": channel, "ext": ext})).remove(0)
    }

    /// Connects without a wait.
    pub(crate) fn connect(&self) -> Vec<Value> {
        let more = json!({"connectionType": "long-polling", "advice": {"timeout": 0}});
        self.send("/meta/connect", more)
    }

    /// Begins a connect that is held.
    pub(crate) fn begin_connect(&self) -> Connection {
        let message = self.message("/meta/connect", json!({"connectionType": "long-polling"}));
        let body = json!([message]).to_string();
        let mut connection = self.server.connect();
        let path = format!("/cometd/{}", self.version);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: org.example\r\nAuthorization: Bearer {TOKEN}\r\n{JSON}Content-Length: {}\r\n\r\n",
            body.len()
        );
        connection.send(head.as_bytes());
        connection.send(body.as_bytes());
        connection
    }
}

/// The replies to a connect that was held.
pub(crate) fn end_connect(mut connection: Connection) -> Vec<Value> {
    let response = connection.receive("POST");
    assert_eq!(response.status, 200, "{}", response.text());
    response.json().as_array().unwrap().clone()
}
