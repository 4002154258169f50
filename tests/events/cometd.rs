//! A client of the Streaming API.

use serde_json::{Value, json};

use crate::grpc::Access;

const VERSION: &str = "64.0";

/// A client with a session.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: String,
    token: String,
    id: String,
}

/// Why a client has to begin anew.
#[derive(Debug)]
pub(crate) struct Lost(#[expect(dead_code, reason = "shown when a test fails")] pub(crate) Value);

impl Client {
    /// Shakes hands.
    pub(crate) async fn open(access: &Access) -> Self {
        let mut client = Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            address: format!("{}/cometd/{VERSION}", access.url),
            token: access.token().to_owned(),
            id: String::new(),
        };
        let hello = json!({"channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"]});
        let reply = client.exchange(&hello).await.remove(0);
        assert_eq!(reply["successful"], true, "{reply}");
        client.id = reply["clientId"].as_str().unwrap().to_owned();
        client
    }

    async fn exchange(&self, message: &Value) -> Vec<Value> {
        let request = self.http.post(&self.address).bearer_auth(&self.token).json(&json!([message]));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Subscribes from a replay id on; `-1` and `-2` have their usual meanings.
    pub(crate) async fn subscribe(&self, channel: &str, replay: i64) {
        let reply = self.try_subscribe(channel, replay).await;
        assert_eq!(reply["successful"], true, "{reply}");
    }

    pub(crate) async fn try_subscribe(&self, channel: &str, replay: i64) -> Value {
        let message = json!({"channel": "/meta/subscribe", "clientId": self.id, "subscription": channel,
            "ext": {"replay": {channel: replay}}});
        self.exchange(&message).await.remove(0)
    }

    /// Waits for the next events: messages of channels that do not begin with `/meta`.
    pub(crate) async fn connect(&self) -> Result<Vec<Value>, Lost> {
        let message =
            json!({"channel": "/meta/connect", "clientId": self.id, "connectionType": "long-polling"});
        let mut replies = self.exchange(&message).await;
        let own = replies.pop().unwrap();
        assert_eq!(own["channel"], "/meta/connect", "{own}");
        if own["successful"] == true { Ok(replies) } else { Err(Lost(own)) }
    }

    /// So many events, whatever the batches.
    pub(crate) async fn events(&self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            events.extend(self.connect().await.unwrap());
        }
        events
    }
}

/// The replay id of an event.
pub(crate) fn replay_id(event: &Value) -> u64 {
    event["data"]["event"]["replayId"].as_u64().unwrap_or_else(|| panic!("no replay id in {event}"))
}
