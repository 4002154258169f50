//! Clients that ask for events and do not read them.

use std::sync::Arc;

use mockorg_gateway::events::Step;
use mockorg_org::{ApiVersion, Call, Reply, Session, events::ReplayId};
use mockorg_pubsub::proto::ReplayPreset;

use crate::org::{Lab, RENEWED, TOKEN, error_code, fetch};

/// The newest events of the feed.
fn kept(lab: &Lab) -> Step {
    let session = Session { token: Some(TOKEN.into()), version: ApiVersion::NEWEST, origin: None };
    let call = Call::OpenChannel { channel: RENEWED.into() };
    let Ok(Reply::Channel(channel)) = lab.gateway.with_org(|org, now| org.call(now, &session, call)) else {
        panic!("{RENEWED} cannot be opened")
    };
    lab.gateway.feed().after(ReplayId(0), &channel, usize::MAX)
}

#[tokio::test]
async fn a_client_that_does_not_read_has_nothing_kept_for_it_and_loses_nothing() {
    let mut lab = Lab::new();
    let mut slow = Vec::new();
    for _ in 0..50 {
        slow.push(lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 100)).await);
    }
    let mut quick = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 100)).await;
    quick.response().await;
    for subscriber in &mut slow {
        subscriber.response().await;
    }
    for _ in 0..20 {
        lab.renew_times(50);
        let mut received = 0;
        while received < 50 {
            received += quick.response().await.events.len();
            quick.ask(fetch(RENEWED, ReplayPreset::Latest, 100));
        }
    }
    let step = kept(&lab);
    assert_eq!(step.deliveries.len(), 1000);
    // One copy of each event, which the org's log, the feed and this test share: nobody else holds any.
    assert!(step.deliveries.iter().all(|delivery| Arc::strong_count(delivery) == 2));
    for subscriber in &mut slow {
        let mut ids = Vec::new();
        while ids.len() < 1000 {
            ids.extend(subscriber.ids().await);
            subscriber.ask(fetch(RENEWED, ReplayPreset::Latest, 100));
        }
        assert!(ids.is_sorted() && ids.len() == 1000);
    }
}

#[tokio::test]
async fn a_client_that_is_behind_what_is_kept_is_told_so_instead_of_losing_events() {
    let mut lab = Lab::keeping(5);
    let mut slow = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 1)).await;
    let mut quiet = lab.subscribe(fetch("/event/Note__e", ReplayPreset::Latest, 1)).await;
    slow.response().await;
    quiet.response().await;
    lab.renew_times(1);
    assert_eq!(slow.response().await.events.len(), 1);
    lab.renew_times(9);
    slow.ask(fetch(RENEWED, ReplayPreset::Latest, 9));
    let status = slow.responses.message().await.unwrap_err();
    assert_eq!(error_code(&status), "subscription.fetch.replayid.corrupted");
    // What is lost to others is nothing to a client of another topic.
    lab.gateway.reset();
    let status = quiet.responses.message().await.unwrap_err();
    assert_eq!(error_code(&status), "service.unavailable");
    // All that is kept is still to be had.
    lab.renew_times(9);
    let mut late = lab.subscribe(fetch(RENEWED, ReplayPreset::Earliest, 9)).await;
    assert_eq!(late.response().await.events.len(), 5);
}
