//! Steps about events: an org that loses, repeats, reorders or invents events is caught.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::path};

use crate::stub::{answer, parse, run};
use mockorg_contract::{Case, Verdict};

const CHANNEL: &str = "/event/Thing__e";

/// A Bayeux server with one session: its connects give these messages, one list after the other.
struct Bayeux {
    batches: Vec<Value>,
    asked: AtomicUsize,
    refuses: bool,
}

impl Respond for Bayeux {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let message = &body[0];
        let channel = message["channel"].as_str().unwrap();
        let mut reply =
            json!({"channel": channel, "id": message["id"], "successful": true, "clientId": "c1"});
        let mut messages = Vec::new();
        if channel == "/meta/subscribe" {
            reply["subscription"] = message["subscription"].clone();
            if self.refuses {
                reply["successful"] = json!(false);
                reply["error"] = json!("403:denied_by_security_policy:create_denied");
            }
        }
        if channel == "/meta/connect" {
            // The first connect comes before the subscription.
            let turn = self.asked.fetch_add(1, Ordering::SeqCst);
            let batch = turn.checked_sub(1).and_then(|turn| self.batches.get(turn));
            messages.extend(batch.and_then(Value::as_array).cloned().unwrap_or_default());
        }
        messages.push(reply);
        answer(200, &Value::Array(messages).to_string())
            .insert_header("Set-Cookie", "BAYEUX_BROWSER=b1; Path=/cometd")
    }
}

async fn bus(batches: &[Value], refuses: bool) -> MockServer {
    let server = MockServer::start().await;
    let bayeux = Bayeux { batches: batches.to_vec(), asked: AtomicUsize::new(0), refuses };
    Mock::given(path("/cometd/62.0")).respond_with(bayeux).mount(&server).await;
    server
}

fn event(replay_id: u32, number: u32) -> Value {
    json!({"channel": CHANNEL, "data": {
        "schema": "x", "payload": {"Number__c": number},
        "event": {"replayId": replay_id, "EventUuid": format!("u{replay_id}")}
    }})
}

/// A case that expects the events 1 and 2 and no others.
fn two_events() -> Case {
    parse(&json!({
        "title": "two events come in order", "source": "observed", "subscribe": [CHANNEL],
        "steps": [{"events": {
            "channel": CHANNEL, "complete": true, "atMost": 2,
            "expect": [{"$.payload.Number__c": 1}, {"$.payload.Number__c": 2}]
        }, "capture": {"first": "$[0].event.replayId"}}]
    }))
}

#[tokio::test]
async fn events_in_their_order_match_whether_they_come_at_once_or_one_by_one() {
    for batches in [vec![json!([event(1, 1), event(2, 2)])], vec![json!([event(1, 1)]), json!([event(2, 2)])]]
    {
        let server = bus(&batches, false).await;
        let outcome = run(&server, &two_events()).await;
        assert_eq!(outcome.verdict, Verdict::Match, "{outcome}");
        let requests = server.received_requests().await.unwrap();
        let last: Value = serde_json::from_slice(&requests.last().unwrap().body).unwrap();
        assert_eq!(last[0]["channel"], "/meta/disconnect", "the session is ended");
        assert_eq!(requests[1].headers["cookie"], "BAYEUX_BROWSER=b1", "cookies are returned");
    }
}

#[tokio::test]
async fn a_deviating_bus_is_caught_by_name() {
    for (batch, words) in [
        (json!([]), "a missing event"),
        (
            json!([event(1, 1)]),
            "event 2 of /event/Thing__e: expected an event with $.payload.Number__c, got a missing event",
        ),
        (json!([event(1, 1), event(1, 1), event(2, 2)]), "a duplicate event"),
        (json!([event(1, 2), event(2, 1)]), "the same events out of order"),
        (json!([event(2, 1), event(1, 2)]), "event 1 out of order, after 2"),
        (json!([event(1, 1), event(2, 2), event(3, 3)]), "an extra event"),
        (json!([event(1, 1), event(2, 3)]), "$.payload.Number__c: expected 2, got 3"),
        (json!([{"channel": "/event/Other__e", "data": {}}]), "/event/Other__e, which is not subscribed to"),
    ] {
        let report = run(&bus(&[batch], false).await, &two_events()).await.to_string();
        assert!(report.contains("differs") && report.contains(words), "{words}: {report}");
    }
}

#[tokio::test]
async fn an_event_that_comes_after_the_expected_ones_is_one_too_many() {
    let batches = [json!([event(1, 1), event(2, 2)]), json!([event(3, 3)])];
    let report = run(&bus(&batches, false).await, &two_events()).await.to_string();
    assert!(report.contains("an extra event"), "{report}");
}

#[tokio::test]
async fn a_refused_channel_is_a_difference_or_a_reason_to_leave_the_case_out() {
    let server = bus(&[], true).await;
    let mut case = two_events();
    let report = run(&server, &case).await.to_string();
    assert!(report.contains("expected a subscription to /event/Thing__e, got 403:denied"), "{report}");
    case.needs.events.push(CHANNEL.to_owned());
    let report = run(&server, &case).await.to_string();
    assert!(report.contains("skipped, the target refuses subscriptions to '/event/Thing__e'"), "{report}");
}
