//! Subscribing: where it begins, how much comes, and what is heard when there is nothing.

use std::time::Duration;

use mockorg_pubsub::proto::{FetchRequest, ReplayPreset};
use tokio::time::Instant;

use crate::org::{Lab, RENEWED, custom, error_code, fetch, payload};

#[tokio::test]
async fn the_latest_begins_with_an_empty_batch_and_goes_on_with_what_is_published() {
    let mut lab = Lab::new();
    lab.renew(&["before"]);
    let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 3)).await;
    let first = subscriber.response().await;
    assert!(first.events.is_empty() && first.latest_replay_id.len() == 10);
    assert_eq!((first.pending_num_requested, first.rpc_id.len()), (3, 36));
    lab.renew(&["after"]);
    let second = subscriber.response().await;
    assert_eq!(second.pending_num_requested, 2);
    assert!(payload(&second.events[0]).contains("after"));
    assert_eq!(second.events[0].replay_id, second.latest_replay_id);
    assert!(second.latest_replay_id > first.latest_replay_id);
}

#[tokio::test]
async fn all_that_is_kept_comes_in_order_and_no_more_than_was_asked_for() {
    let mut lab = Lab::new();
    lab.renew_times(5);
    let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Earliest, 2)).await;
    let first = subscriber.response().await;
    assert_eq!((first.events.len(), first.pending_num_requested), (2, 0));
    // Asking again is adding, and says nothing about where to begin.
    subscriber.ask(fetch(RENEWED, ReplayPreset::Earliest, 1));
    let second = subscriber.response().await;
    assert_eq!((second.events.len(), second.pending_num_requested), (1, 0));
    subscriber.ask(FetchRequest { num_requested: 10, ..FetchRequest::default() });
    let third = subscriber.response().await;
    assert_eq!((third.events.len(), third.pending_num_requested), (2, 8));
    let ids: Vec<_> = [first, second, third]
        .iter()
        .flat_map(|response| response.events.iter().map(|event| event.replay_id.clone()))
        .collect();
    assert!(ids.is_sorted() && ids.len() == 5);
}

#[tokio::test]
async fn more_than_a_hundred_counts_as_a_hundred() {
    let mut lab = Lab::new();
    let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 250)).await;
    assert_eq!(subscriber.response().await.pending_num_requested, 100);
    subscriber.ask(fetch(RENEWED, ReplayPreset::Latest, 100));
    lab.renew_times(1);
    assert_eq!(subscriber.response().await.pending_num_requested, 99);
}

#[tokio::test]
async fn a_position_is_taken_with_eight_bytes_or_ten() {
    let mut lab = Lab::new();
    lab.renew_times(4);
    let all = lab.subscribe(fetch(RENEWED, ReplayPreset::Earliest, 10)).await.ids().await;
    for position in [&all[1][..], &all[1][..8]] {
        assert_eq!(lab.subscribe(custom(position, 10)).await.ids().await, all[2..]);
    }
}

#[tokio::test]
async fn the_position_of_an_empty_batch_can_be_resumed_from() {
    let mut lab = Lab::new();
    let position =
        lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 1)).await.response().await.latest_replay_id;
    lab.renew(&["missed"]);
    let response = lab.subscribe(custom(&position, 1)).await.response().await;
    assert!(payload(&response.events[0]).contains("missed"));
}

#[tokio::test]
async fn events_of_other_topics_do_not_come() {
    let mut lab = Lab::new();
    lab.renew_times(3);
    let mut subscriber =
        lab.subscribe(fetch("/event/CreateAssetOrderEvent", ReplayPreset::Earliest, 5)).await;
    let response = subscriber.response().await;
    assert!(response.events.is_empty());
    assert_eq!(response.pending_num_requested, 5);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_topic_is_told_of_within_270_seconds() {
    let mut lab = Lab::new();
    let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 1)).await;
    subscriber.response().await;
    for _ in 0..3 {
        let began = Instant::now();
        let response = subscriber.response().await;
        assert!(response.events.is_empty() && response.latest_replay_id.len() == 10);
        assert!(began.elapsed() <= Duration::from_secs(270) && began.elapsed() > Duration::from_secs(200));
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_let_go_after_70_seconds() {
    let mut lab = Lab::new();
    lab.renew_times(1);
    let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Earliest, 1)).await;
    assert_eq!(subscriber.response().await.pending_num_requested, 0);
    let began = Instant::now();
    // Publications do not keep it alive.
    lab.renew_times(1);
    assert!(subscriber.responses.message().await.unwrap().is_none());
    assert!((69..=71).contains(&began.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_said_all_still_gets_what_it_asked_for() {
    let mut lab = Lab::new();
    let subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 2)).await;
    let mut responses = subscriber.responses;
    drop(subscriber.requests);
    responses.message().await.unwrap().unwrap();
    lab.renew_times(2);
    assert_eq!(responses.message().await.unwrap().unwrap().events.len(), 2);
    assert!(responses.message().await.unwrap().is_none());
}

#[tokio::test]
async fn a_reset_of_the_org_ends_subscriptions() {
    let mut lab = Lab::new();
    let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 2)).await;
    subscriber.response().await;
    lab.gateway.reset();
    let status = subscriber.responses.message().await.unwrap_err();
    assert_eq!((status.code(), error_code(&status)), (tonic::Code::Unavailable, "service.unavailable"));
}

#[tokio::test]
async fn subscribers_share_one_encoding_of_an_event() {
    let mut lab = Lab::new();
    lab.renew_times(1);
    let mut payloads = Vec::new();
    for _ in 0..2 {
        let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Earliest, 1)).await;
        payloads.push(subscriber.response().await.events.remove(0).event.unwrap());
    }
    assert_eq!(payloads[0], payloads[1]);
    assert_eq!(payloads[0].schema_id.len(), 22);
}

#[tokio::test]
async fn what_is_older_than_72_hours_is_not_replayed_however_quiet_the_org_is() {
    let mut lab = Lab::new();
    lab.renew(&["old"]);
    let old = lab.subscribe(fetch(RENEWED, ReplayPreset::Earliest, 1)).await.ids().await.remove(0);
    lab.gateway.advance(Duration::from_secs(73 * 3600));
    let status = lab.refusal(custom(&[0; 10], 1)).await;
    assert_eq!(error_code(&status), "subscription.fetch.replayid.corrupted");
    let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Earliest, 1)).await;
    assert!(subscriber.response().await.events.is_empty());
    // Who has it all goes on.
    assert!(lab.subscribe(custom(&old, 1)).await.response().await.events.is_empty());
}
