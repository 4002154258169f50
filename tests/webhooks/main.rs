//! Webhooks, as a user's test has them: what arrives, in which order, and what becomes of endpoints that fail.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a broken expectation ends the test")]

mod endpoint;
mod kept;
#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use endpoint::{Endpoint, SILENCE};
use mockorg::{Clock, Input, MockOrg, ResumeFrom, StartError, SubscriberStatus, Webhook, WebhookState};
use serde_json::json;
use tokio::runtime;

use crate::support::validated::Validating as _;

const EVENT: &str = "AssetRenewInitiatedEvent";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn publish(org: &MockOrg, request: &str) -> u64 {
    org.publish(EVENT, [("RequestIdentifier", Input::from(request))]).unwrap().replay_id()
}

/// Waits until there is nothing left to post now.
fn settle(org: &MockOrg) {
    block_on(org.wait_for_webhooks());
}

fn state(org: &MockOrg, name: &str) -> WebhookState {
    org.webhooks().into_iter().find(|state| *state.webhook.name == *name).unwrap()
}

/// What EventBusSubscriber shows of a webhook.
fn shown(org: &MockOrg, name: &str, field: &str) -> Option<String> {
    let rows = org.records("EventBusSubscriber");
    rows.iter().find(|row| row.text("Name").as_deref() == Some(name))?.text(field)
}

#[test]
fn an_endpoint_gets_every_event_in_order_as_a_client_of_the_streaming_api_does() {
    let endpoint = Endpoint::start();
    let hook = Webhook::new("shop", &format!("{}/events?from=org", endpoint.url), EVENT)
        .with_header("Authorization", "Bearer x");
    let org = MockOrg::builder().webhook(hook).validated();
    let ids: Vec<u64> = (0..200).map(|number| publish(&org, &format!("r-{number}"))).collect();
    for (number, id) in ids.iter().enumerate() {
        let post = endpoint.next();
        assert_eq!(post.request(), format!("r-{number}"));
        assert_eq!(post.header("x-mockorg-replay-id"), id.to_string());
        assert_eq!(post.body["data"]["event"]["replayId"], *id);
    }
    publish(&org, "last");
    let post = endpoint.next();
    assert_eq!(post.path, "/events?from=org");
    assert_eq!(post.body["channel"], "/event/AssetRenewInitiatedEvent");
    assert_eq!(post.body["data"]["event"]["EventUuid"], post.header("x-mockorg-event"));
    assert_eq!(post.header("x-mockorg-event"), org.events().pop().unwrap().event_uuid());
    assert_eq!((post.header("content-type"), post.header("authorization")), ("application/json", "Bearer x"));
    assert_eq!(post.header("host"), endpoint.url.trim_start_matches("http://"));
    assert_eq!(post.header("x-mockorg-signature"), "", "without a secret");
    settle(&org);
    assert!(endpoint.rest().is_empty());
    let last = org.events().pop().unwrap().replay_id();
    assert_eq!(shown(&org, "shop", "LastProcessed"), Some(last.to_string()));
    assert_eq!(shown(&org, "shop", "Topic").as_deref(), Some(EVENT));
}

#[test]
fn changes_of_records_arrive_too() {
    let endpoint = Endpoint::start();
    let org = MockOrg::builder().validated();
    org.add_webhook(Webhook::new("changes", &endpoint.url, "/data/ChangeEvents")).unwrap();
    org.on_event(EVENT, |_, org| {
        org.create("Account", [("Name", Input::from("Acme"))])?;
        Ok(())
    });
    publish(&org, "1");
    let post = endpoint.next();
    assert_eq!(post.body["channel"], "/data/ChangeEvents");
    assert_eq!(post.body["data"]["payload"]["ChangeEventHeader"]["changeType"], "CREATE");
    assert_eq!(post.body["data"]["payload"]["Name"], "Acme");
}

#[test]
fn what_an_endpoint_refuses_comes_again_when_the_orgs_clock_is_moved() {
    let endpoint = Endpoint::start();
    let org = MockOrg::builder().validated();
    org.add_webhook(Webhook::new("shop", &endpoint.url, EVENT)).unwrap();
    endpoint.answer(503);
    publish(&org, "1");
    publish(&org, "2");
    settle(&org);
    assert_eq!(endpoint.rest().len(), 1, "time stands still");
    let first = state(&org, "shop");
    assert_eq!((first.retries, first.next_attempt), (1, Some(org.now() + Duration::from_secs(1))));
    assert_eq!(first.last_error.as_deref(), Some("the endpoint answered 503 Service Unavailable"));
    org.advance_blocking(Duration::from_secs(1));
    settle(&org);
    assert_eq!(endpoint.rest().len(), 1);
    assert_eq!(state(&org, "shop").next_attempt, Some(org.now() + Duration::from_secs(2)));
    endpoint.answer(200);
    org.advance_blocking(Duration::from_secs(2));
    settle(&org);
    let requests: Vec<_> = endpoint.rest().iter().map(|post| post.request().to_owned()).collect();
    assert_eq!(requests, ["1", "2"], "the next one waits for its turn");
    assert_eq!((state(&org, "shop").retries, state(&org, "shop").next_attempt), (0, None));
}

#[test]
fn by_a_running_clock_an_event_comes_again_by_itself() {
    let endpoint = Endpoint::start();
    let org = MockOrg::builder().clock(Clock::SYSTEM).validated();
    org.add_webhook(Webhook::new("shop", &endpoint.url, EVENT)).unwrap();
    endpoint.answer(302);
    publish(&org, "1");
    settle(&org);
    assert_eq!(endpoint.next().request(), "1");
    assert_eq!(state(&org, "shop").last_error.as_deref(), Some("the endpoint answered 302 Found"));
    endpoint.answer(200);
    assert_eq!(endpoint.next().request(), "1");
}

#[test]
fn an_endpoint_that_is_gone_stops_its_webhook_until_it_is_resumed() {
    let org = MockOrg::builder().validated();
    // Nobody can listen on port 0.
    org.add_webhook(Webhook::new("gone", "http://127.0.0.1:0/", EVENT)).unwrap();
    let endpoint = Endpoint::start();
    org.add_webhook(Webhook::new("refusing", &endpoint.url, EVENT)).unwrap();
    endpoint.answer(500);
    publish(&org, "1");
    for exponent in 0..9 {
        settle(&org);
        assert_eq!(state(&org, "gone").retries, exponent + 1);
        org.advance_blocking(Duration::from_secs(1 << exponent));
    }
    settle(&org);
    assert_eq!(endpoint.rest().len(), 10, "once, and nine times more");
    for name in ["gone", "refusing"] {
        assert_eq!(state(&org, name).status, SubscriberStatus::Error);
        assert_eq!(shown(&org, name, "Status").as_deref(), Some("Error"));
    }
    assert!(shown(&org, "gone", "LastError").unwrap().starts_with("cannot connect to 127.0.0.1"));

    publish(&org, "2");
    org.advance_blocking(Duration::from_secs(3600));
    settle(&org);
    assert!(endpoint.rest().is_empty(), "a stopped webhook posts nothing");
    endpoint.answer(201);
    org.resume_subscriber("refusing", ResumeFrom::Position).unwrap();
    settle(&org);
    let requests: Vec<_> = endpoint.rest().iter().map(|post| post.request().to_owned()).collect();
    assert_eq!(requests, ["1", "2"], "no event is left out");
    assert_eq!(shown(&org, "refusing", "Status").as_deref(), Some("Running"));
    assert!(org.resume_subscriber("nobody", ResumeFrom::Tip).is_err());
}

#[test]
fn a_webhook_that_is_resumed_at_the_tip_leaves_out_what_it_missed() {
    let endpoint = Endpoint::start();
    let org = MockOrg::builder().validated();
    org.add_webhook(Webhook::new("shop", &endpoint.url, EVENT)).unwrap();
    endpoint.answer(404);
    publish(&org, "1");
    settle(&org);
    endpoint.rest();
    endpoint.answer(200);
    org.resume_subscriber("shop", ResumeFrom::Tip).unwrap();
    publish(&org, "2");
    assert_eq!(endpoint.next().request(), "2");
}

#[test]
fn an_endpoint_that_never_answers_delays_neither_others_nor_the_orgs_end() {
    let (silent, endpoint) = (Endpoint::start(), Endpoint::start());
    silent.answer(SILENCE);
    let org = MockOrg::builder().validated();
    org.add_webhook(Webhook::new("silent", &silent.url, EVENT)).unwrap();
    org.add_webhook(Webhook::new("shop", &endpoint.url, EVENT)).unwrap();
    let began = Instant::now();
    for number in 0..50 {
        publish(&org, &number.to_string());
    }
    assert_eq!(silent.next().request(), "0");
    for number in 0..50 {
        assert_eq!(endpoint.next().request(), number.to_string());
    }
    let last = org.events().pop().unwrap().replay_id();
    assert_eq!(state(&org, "silent").retries, 0, "it waits for its answer");
    assert!(state(&org, "silent").position.0 < last);
    drop(org);
    assert!(began.elapsed() < Duration::from_secs(9), "nobody waits for the attempt");
    assert!(silent.rest().is_empty(), "one at a time");
}

#[test]
fn webhooks_of_the_program_go_on_after_a_reset_and_ended_ones_do_not() {
    let (endpoint, other) = (Endpoint::start(), Endpoint::start());
    let starter = include_str!("../../fixtures/orgs/starter.json");
    let mut file: serde_json::Value = serde_json::from_str(starter).unwrap();
    file["webhooks"] = json!([{"name": "shop", "url": endpoint.url, "channel": EVENT}]);
    let org = MockOrg::builder().org_json(file.to_string()).validated();
    org.add_webhook(Webhook::new("other", &other.url, EVENT)).unwrap();
    publish(&org, "1");
    assert_eq!(endpoint.next().request(), "1");
    assert_eq!(other.next().request(), "1");
    assert!(org.end_webhook("other"));
    assert!(!org.end_webhook("other"));
    assert_eq!(shown(&org, "other", "Status"), None, "it is no subscriber any more");
    org.add_webhook(Webhook::new("other", &other.url, EVENT)).expect("its name is free again");
    assert!(org.end_webhook("other"));

    endpoint.answer(500);
    publish(&org, "2");
    settle(&org);
    assert_eq!(endpoint.next().request(), "2");
    endpoint.answer(200);
    org.reset();
    assert_eq!(shown(&org, "shop", "Status").as_deref(), Some("Running"));
    assert_eq!(state(&org, "shop").retries, 0);
    publish(&org, "3");
    assert_eq!(endpoint.next().request(), "3", "nothing of the old org comes");
    settle(&org);
    assert!(other.rest().is_empty());
}

#[test]
fn events_that_the_org_forgot_before_they_were_taken_are_told_of() {
    let endpoint = Endpoint::start();
    let org = MockOrg::builder().validated();
    org.add_webhook(Webhook::new("shop", &endpoint.url, EVENT)).unwrap();
    endpoint.answer(500);
    publish(&org, "old");
    settle(&org);
    org.advance_blocking(Duration::from_secs(73 * 3600));
    settle(&org);
    endpoint.rest();
    // What is older than three days is forgotten when the next event is published.
    publish(&org, "new");
    endpoint.answer(200);
    org.advance_blocking(Duration::from_secs(3600));
    assert_eq!(endpoint.next().request(), "new");
    settle(&org);
    assert!(shown(&org, "shop", "LastError").unwrap().contains("were kept no longer"));
}

#[test]
fn a_webhook_that_cannot_be_used_is_refused_with_its_place_and_what_to_do() {
    let hook = Webhook::new("far", "https://hooks.example/", EVENT);
    let error = MockOrg::builder().webhook(hook).start_blocking().unwrap_err();
    assert!(matches!(error, StartError::Webhook { number: 1, .. }), "{error:?}");
    assert!(error.to_string().contains("without TLS"), "{error}");

    let org = MockOrg::builder().validated();
    let refusal = org.add_webhook(Webhook::new("x", "http://127.0.0.1/", "Nothing__e")).unwrap_err();
    assert_eq!(&*refusal.error, "there is no event or channel Nothing__e");
    org.on_event(EVENT, |_, _| Ok(()));
    let taken = Webhook::new("AssetRenewInitiatedEventHandler", "http://127.0.0.1/", EVENT);
    assert!(org.add_webhook(taken).unwrap_err().error.contains("already"));

    let starter = include_str!("../../fixtures/orgs/starter.json");
    let file = starter.replacen(
        "\"steps\":",
        "\"webhooks\": [{\"name\": \"bad\", \"url\": \"ftp://x/\", \"channel\": \"/data/ChangeEvents\"}],\n\"steps\":",
        1,
    );
    let error = MockOrg::builder().org_json(file).start_blocking().unwrap_err().to_string();
    assert!(error.contains("webhook 1 (`bad`)") && error.starts_with("the given org file:"), "{error}");
}
