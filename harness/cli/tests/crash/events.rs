//! A client that publishes events, and one that hears of them.

use std::{collections::BTreeMap, io};

use serde_json::{Value, json};

use crate::client::Client;

const EVENT: &str = "Order_Event__e";
const COMETD: &str = "/cometd/64.0";

/// What was published, by the number of the order.
#[derive(Debug, Default)]
pub(crate) struct Published {
    round: u64,
    /// Whether it was answered.
    orders: BTreeMap<String, bool>,
    /// The newest event of earlier rounds.
    newest: u64,
    pub(crate) answered: u64,
}

/// What was heard of: replay ids and orders.
#[derive(Debug, Default)]
pub(crate) struct Heard(BTreeMap<u64, String>);

impl Published {
    /// Publishes until the connection breaks.
    pub(crate) fn publish(&mut self, client: &mut Client) {
        for number in 0.. {
            let order = format!("e{}-{number}", self.round);
            self.orders.insert(order.clone(), false);
            let path = format!("/services/data/v64.0/sobjects/{EVENT}");
            let Ok((status, answer)) = client.json("POST", &path, &json!({"Order_Number__c": order})) else {
                return;
            };
            assert_eq!(status, 201, "{answer}");
            self.orders.insert(order, true);
            self.answered += 1;
        }
    }

    /// Holds the events that came back against what was answered and heard.
    pub(crate) fn check(&mut self, client: &mut Client, heard: &mut Heard) {
        let (status, found) =
            client.get(&format!("/__mockorg/events?channel={EVENT}&after={}", self.newest)).unwrap();
        assert_eq!(status, 200, "{found}");
        let mut there = BTreeMap::new();
        for event in found["events"].as_array().unwrap() {
            let id = event["replayId"].as_u64().unwrap();
            let order = event["payload"]["Order_Number__c"].as_str().unwrap().to_owned();
            assert!(there.insert(id, order).is_none(), "a replay id twice: {event}");
        }
        for (id, order) in std::mem::take(&mut heard.0) {
            assert_eq!(there.get(&id), Some(&order), "a subscriber heard of an event that is not there");
        }
        for (order, answered) in std::mem::take(&mut self.orders) {
            let count = there.values().filter(|own| **own == order).count();
            assert!(count == 1 || (!answered && count == 0), "{order}: {count} events, answered: {answered}");
        }
        self.newest = there.keys().next_back().copied().unwrap_or(self.newest);
        self.round += 1;
    }
}

impl Heard {
    /// Listens until the connection breaks.
    pub(crate) fn listen(&mut self, client: &mut Client) {
        // The connection broke.
        let _ = self.subscribe(client);
    }

    fn subscribe(&mut self, client: &mut Client) -> io::Result<()> {
        let hello = json!({"channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"]});
        let id = exchange(client, &hello)?[0]["clientId"].clone();
        let channel = format!("/event/{EVENT}");
        let subscribe = json!({"channel": "/meta/subscribe", "clientId": id, "subscription": channel,
            "ext": {"replay": {&channel: -1}}});
        let replies = exchange(client, &subscribe)?;
        assert_eq!(replies[0]["successful"], true, "{replies:?}");
        loop {
            let connect =
                json!({"channel": "/meta/connect", "clientId": id, "connectionType": "long-polling"});
            for message in exchange(client, &connect)? {
                let event = &message["data"]["event"];
                if let (Some(id), Some(order)) =
                    (event["replayId"].as_u64(), message["data"]["payload"]["Order_Number__c"].as_str())
                {
                    self.0.insert(id, order.to_owned());
                }
            }
        }
    }
}

fn exchange(client: &mut Client, message: &Value) -> io::Result<Vec<Value>> {
    let (status, answer) = client.json("POST", COMETD, &json!([message]))?;
    assert_eq!(status, 200, "{answer}");
    Ok(answer.as_array().unwrap().clone())
}
