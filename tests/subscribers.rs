//! Subscribers inside the org, as a user's test has them: handlers, and automations of the org file.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
};

use mockorg::{Input, MockOrg, ResumeFrom, RetryableException, Settings, StartError};

use crate::support::validated::Validating as _;

const EVENT: &str = "AssetRenewInitiatedEvent";

fn publish(org: &MockOrg, request: &str) {
    org.publish(EVENT, [("RequestIdentifier", Input::from(request))]).unwrap();
}

/// What EventBusSubscriber shows of a subscriber.
fn subscriber(org: &MockOrg, name: &str, field: &str) -> Option<String> {
    let rows = org.records("EventBusSubscriber");
    rows.iter().find(|row| row.text("Name").as_deref() == Some(name)).unwrap().text(field)
}

fn subjects(org: &MockOrg) -> Vec<String> {
    org.records("Task").iter().filter_map(|task| task.text("Subject")).collect()
}

#[test]
fn a_handler_gets_every_event_in_order_and_may_write_to_the_org() {
    let org = MockOrg::builder()
        .on_event(EVENT, |event, org| {
            let request = event.text("RequestIdentifier").unwrap_or_default();
            org.create("Task", [("Subject", Input::from(request.as_str()))])?;
            Ok(())
        })
        .validated();
    let requests: Vec<String> = (0..300).map(|number| format!("r-{number}")).collect();
    requests.iter().for_each(|request| publish(&org, request));
    org.wait_for_handlers();
    let made = subjects(&org);
    assert_eq!(made[made.len() - 300..], requests);
    let name = "AssetRenewInitiatedEventHandler";
    let last = org.events_on("/event/AssetRenewInitiatedEvent").pop().unwrap().replay_id();
    assert_eq!(subscriber(&org, name, "LastProcessed"), Some(last.to_string()));
    assert_eq!(subscriber(&org, name, "Status").as_deref(), Some("Running"));
}

#[test]
fn what_handlers_fail_with_is_seen_by_clients_and_stops_nobody() {
    let org = MockOrg::builder().validated();
    org.on_event(EVENT, |_, _| Err("out of paper".into()));
    org.on_event(EVENT, |_, _| panic!("out of ink"));
    let seen = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&seen);
    org.on_event(EVENT, move |_, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    publish(&org, "1");
    publish(&org, "2");
    org.wait_for_handlers();
    assert_eq!(seen.load(Ordering::Relaxed), 2);
    let first = "AssetRenewInitiatedEventHandler";
    assert_eq!(subscriber(&org, first, "LastError").as_deref(), Some("out of paper"));
    assert_eq!(subscriber(&org, first, "Status").as_deref(), Some("Running"), "its events are dropped");
    let second = "AssetRenewInitiatedEventHandler2";
    assert_eq!(subscriber(&org, second, "LastError").as_deref(), Some("the handler panicked"));
}

#[test]
fn a_handler_that_asks_too_often_is_stopped_until_it_is_resumed() {
    let org = MockOrg::builder().validated();
    let (tries, seen) = (Arc::new(AtomicU32::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (count, list) = (Arc::clone(&tries), Arc::clone(&seen));
    org.on_event(EVENT, move |event, _| {
        if count.fetch_add(1, Ordering::Relaxed) < 10 {
            return Err(RetryableException::new("not yet").into());
        }
        list.lock().unwrap().push(event.text("RequestIdentifier").unwrap());
        Ok(())
    });
    publish(&org, "1");
    publish(&org, "2");
    org.wait_for_handlers();
    let name = "AssetRenewInitiatedEventHandler";
    assert_eq!(tries.load(Ordering::Relaxed), 10, "once, and nine times more");
    assert_eq!(subscriber(&org, name, "Status").as_deref(), Some("Error"));
    assert_eq!(subscriber(&org, name, "LastError").as_deref(), Some("not yet"));
    org.resume_subscriber(name, ResumeFrom::Position).unwrap();
    org.wait_for_handlers();
    assert_eq!(*seen.lock().unwrap(), ["1", "2"], "no event is left out");
    assert!(org.resume_subscriber("Nobody", ResumeFrom::Tip).is_err());
}

#[test]
fn a_handler_goes_on_after_a_reset_and_ends_with_its_org() {
    let seen = Arc::new(AtomicU32::new(0));
    let org = MockOrg::builder().validated();
    let counter = Arc::clone(&seen);
    org.on_event("AccountChangeEvent", move |event, _| {
        assert!(event.change().is_some());
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    org.on_event("/data/ChangeEvents", |_, _| Ok(()));
    let touch = |org: &MockOrg| {
        let id = org.records("Account")[0].id();
        org.on_event(EVENT, move |_, org| Ok(org.update("Account", &id, [("Site", Input::from("x"))])?));
        publish(org, "1");
        org.wait_for_handlers();
    };
    touch(&org);
    assert_eq!(seen.load(Ordering::Relaxed), 1);
    org.reset();
    publish(&org, "2");
    org.wait_for_handlers();
    assert_eq!(seen.load(Ordering::Relaxed), 2);
    drop(org);
    assert_eq!(Arc::strong_count(&seen), 1, "nothing of the handler is left");
}

#[test]
fn an_event_that_does_not_exist_is_refused() {
    let error = MockOrg::builder().on_event("Nothing__e", |_, _| Ok(())).start_blocking().unwrap_err();
    assert!(matches!(&error, StartError::UnknownEvent { event } if event == "Nothing__e"), "{error}");
}

#[test]
fn an_automation_that_cannot_be_used_is_refused_with_its_line() {
    let file = "{\n \"name\": \"x\",\n \"steps\": [],\n \"automations\": [\n  {\"name\": \"Bad\", \"on\": {}, \"then\": []}\n ]\n}";
    let error = MockOrg::builder().org_json(file).start_blocking().unwrap_err();
    assert!(matches!(error, StartError::OrgFile { line: Some(5), .. }), "{error:?}");
    assert!(error.to_string().contains("automation 1 (`Bad`)"), "{error}");
}

#[test]
fn a_handler_that_is_behind_what_is_kept_is_suspended_instead_of_losing_events_silently() {
    let (begun, first) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let settings = Settings { events_kept: NonZeroUsize::new(3).unwrap(), ..Settings::default() };
    let org = MockOrg::builder()
        .settings(settings)
        .on_event(EVENT, move |_, _| {
            begun.send(())?;
            // The gate is open for good once it was opened.
            let _ = gate.lock().unwrap().recv();
            Ok(())
        })
        .validated();
    publish(&org, "first");
    first.recv().unwrap();
    (0..9).for_each(|number| publish(&org, &number.to_string()));
    drop(go);
    org.wait_for_handlers();
    let name = "AssetRenewInitiatedEventHandler";
    assert_eq!(subscriber(&org, name, "Status").as_deref(), Some("Suspended"));
    assert!(subscriber(&org, name, "LastError").unwrap().contains("are not kept any more"));
    org.resume_subscriber(name, ResumeFrom::Position).unwrap();
    org.wait_for_handlers();
    assert_eq!(first.try_iter().count(), 3, "it goes on with what is kept");
    assert_eq!(subscriber(&org, name, "Status").as_deref(), Some("Running"));
}
