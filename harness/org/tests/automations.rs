//! Automations: what subscribers inside the org do, in which order, and what becomes of those that fail.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use mockorg_org::{
    ApiError, Call, Input, Org, OrgFile, PublishedEvent, ResumeFrom, Settings, Timestamp, Value,
    catalog::Catalog, events::ReplayId,
};
use support::{TOKEN, call, create, field, fields, noon, session};

const SHIPMENT: &str = r#"{"kind": "platformEvent", "name": "Shipment__e", "label": "Shipment",
  "publishBehavior": "PublishAfterCommit", "fields": [
    {"name": "Number__c", "type": "string", "length": 80},
    {"name": "Weight__c", "type": "double", "precision": 8, "scale": 2},
    {"name": "Fragile__c", "type": "boolean", "defaultValue": false},
    {"name": "Account__c", "type": "string", "length": 18}]}"#;
const NOTICE: &str = r#"{"kind": "platformEvent", "name": "Notice__e", "label": "Notice", "fields": [
    {"name": "Text__c", "type": "string", "length": 80}]}"#;

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[SHIPMENT, NOTICE]));

fn loaded(automations: &str) -> Result<Org, String> {
    let member = r#",{"create": "PlatformEventChannelMember", "fields": {
        "EventChannel": "ChangeEvents", "SelectedEntity": "AccountChangeEvent"}}"#;
    let text = support::ORG.trim_end().strip_suffix("]\n}").unwrap();
    let text = format!("{text}{member}],\n\"automations\": {automations}}}");
    let file = OrgFile::parse(&text).map_err(|error| error.to_string())?;
    let settings = Settings { session_token: Some(TOKEN.into()), ..Settings::default() };
    let mut org = Org::new(Arc::clone(&CATALOG), settings);
    org.load(&file, noon()).map_err(|error| error.to_string())?;
    Ok(org)
}

fn org(automations: &str) -> Org {
    loaded(automations).unwrap()
}

/// Publishes shipments of these numbers at noon, and does what follows.
fn ship(org: &mut Org, numbers: &[&str]) {
    let published = |number: &&str| PublishedEvent {
        fields: vec![field("Number__c", Input::Text((*number).into()))],
        ..PublishedEvent::default()
    };
    let events = numbers.iter().map(published).collect();
    call(org, Call::PublishEvents { event: "Shipment__e".into(), events }).unwrap();
    org.advance(noon());
}

fn names(org: &Org, object: &str, name: &str) -> Vec<String> {
    org.records(object).map(|record| record.get(name).as_text().unwrap_or_default().to_owned()).collect()
}

fn events(org: &Org) -> Vec<String> {
    org.events().after(ReplayId(0)).map(|event| event.event.to_string()).collect()
}

fn subscriber(org: &Org, name: &str, field: &str) -> Value {
    let row = org.records("EventBusSubscriber").find(|row| row.get("Name").as_text() == Some(name));
    row.unwrap().get(field).to_value()
}

fn text(text: &str) -> Value {
    Value::text(text)
}

#[test]
fn an_event_that_meets_the_condition_becomes_a_record_filled_from_its_fields() {
    let mut org = org(
        r#"[{"name": "Unload", "on": {"event": "shipment__E"}, "when": "Fragile__c = false AND Number__c != null",
      "then": [{"create": "Account", "values": {"Name": "Shipment {!Number__c} ({!Fragile__c})", "Site": "{!Number__c}", "NumberOfEmployees": 7}}]}]"#,
    );
    ship(&mut org, &["S-1", "S-2"]);
    call(
        &mut org,
        Call::Create {
            object: "Shipment__e".into(),
            fields: vec![
                field("Number__c", Input::Text("S-3".into())),
                field("Fragile__c", Input::Bool(true)),
            ],
        },
    )
    .unwrap();
    org.advance(noon());
    assert_eq!(names(&org, "Account", "Name"), ["Shipment S-1 (false)", "Shipment S-2 (false)"]);
    assert_eq!(names(&org, "Account", "Site"), ["S-1", "S-2"]);
    let made = org.records("Account").next().unwrap();
    assert_eq!(made.get("NumberOfEmployees").to_value(), Value::Int(7));
    assert_eq!(subscriber(&org, "Unload", "Type"), text("ApexTrigger"));
    assert_eq!(subscriber(&org, "Unload", "Topic"), text("Shipment__e"));
    assert_eq!(subscriber(&org, "Unload", "Status"), text("Running"));
    let last = org.events().after(ReplayId(0)).filter(|event| &*event.event == "Shipment__e").last().unwrap();
    assert_eq!(subscriber(&org, "Unload", "LastProcessed"), text(&last.replay_id.0.to_string()));
}

#[test]
fn a_change_of_a_record_leads_to_a_change_of_the_same_record() {
    let mut org = org(
        r#"[{"name": "Mark", "type": "Flow", "on": {"change": "Account", "types": ["update"]}, "when": "Industry = 'Energy' AND Site = null",
      "then": [{"update": "Account", "id": "{!Id}", "values": {"Site": "seen"}}, {"publish": "Notice__e", "values": {"Text__c": "{!Name}"}}]}]"#,
    );
    let id = create(&mut org, "Account", &[("Name", "Volt"), ("Industry", "Energy")]);
    org.advance(noon());
    assert_eq!(names(&org, "Account", "Site"), [""], "a creation is not waited for");
    let update = Call::Update { object: "Account".into(), id: id.into(), fields: fields(&[("Phone", "1")]) };
    call(&mut org, update).unwrap();
    org.advance(noon());
    assert_eq!(names(&org, "Account", "Site"), ["seen"]);
    assert_eq!(
        events(&org).iter().filter(|event| *event == "Notice__e").count(),
        1,
        "its own change does not count"
    );
    assert_eq!(subscriber(&org, "Mark", "Type"), Value::Null);
    assert_eq!(subscriber(&org, "Mark", "Topic"), text("AccountChangeEvent"));
}

#[test]
fn automations_run_in_the_order_of_the_file_and_what_they_publish_is_handled_afterwards() {
    let mut org = org(r#"[
      {"name": "C", "on": {"event": "Notice__e"}, "then": [{"create": "Account", "values": {"Name": "C after {!Text__c}"}}]},
      {"name": "A", "on": {"event": "Shipment__e"}, "then": [{"create": "Account", "values": {"Name": "A {!Number__c}"}}, {"publish": "Notice__e", "values": {"Text__c": "A"}}]},
      {"name": "B", "on": {"event": "Shipment__e"}, "then": [{"create": "Account", "values": {"Name": "B {!Number__c}"}}]}]"#);
    ship(&mut org, &["1", "2"]);
    assert_eq!(names(&org, "Account", "Name"), ["A 1", "A 2", "B 1", "B 2", "C after A", "C after A"]);
}

#[test]
fn a_run_that_fails_is_undone_and_its_batch_is_dropped() {
    let mut org = org(r#"[{"name": "Risky", "on": {"event": "Shipment__e"}, "then": [
      {"create": "Account", "values": {"Name": "{!Number__c}"}},
      {"update": "Account", "id": "{!Account__c}", "values": {"Site": "x"}}]}]"#);
    ship(&mut org, &["1"]);
    assert_eq!(names(&org, "Account", "Name"), [""; 0]);
    assert_eq!(subscriber(&org, "Risky", "Status"), text("Running"));
    let Value::Text(error) = subscriber(&org, "Risky", "LastError") else { panic!("no error") };
    assert!(error.contains("Id not specified in an update call"), "{error}");
    assert_eq!(subscriber(&org, "Risky", "Retries"), Value::Int(0));
    assert_eq!(org.next_deadline(), None, "nothing is left to do");
}

const STUBBORN: &str = r#"[{"name": "Stubborn", "retry": true, "on": {"event": "Shipment__e"}, "then": [
      {"create": "Account", "values": {"Name": "{!Number__c}"}}]}]"#;

#[test]
fn a_run_that_is_tried_again_succeeds_once_its_reason_is_gone() {
    let mut org = org(STUBBORN);
    let nameless =
        Call::PublishEvents { event: "Shipment__e".into(), events: vec![PublishedEvent::default()] };
    call(&mut org, nameless).unwrap();
    org.advance(noon());
    assert_eq!(subscriber(&org, "Stubborn", "Retries"), Value::Int(1));
    org.advance(noon() + Duration::from_secs(3));
    assert_eq!(
        subscriber(&org, "Stubborn", "Retries"),
        Value::Int(3),
        "after one second, and after two more"
    );
    assert_eq!(subscriber(&org, "Stubborn", "Status"), text("Running"));
}

#[test]
fn after_nine_retries_an_automation_stops_until_it_is_resumed() {
    for from in [ResumeFrom::Tip, ResumeFrom::Position] {
        let mut org = org(STUBBORN);
        let nameless =
            Call::PublishEvents { event: "Shipment__e".into(), events: vec![PublishedEvent::default()] };
        call(&mut org, nameless).unwrap();
        let later = noon() + Duration::from_secs(3600);
        org.advance(later);
        assert_eq!(subscriber(&org, "Stubborn", "Retries"), Value::Int(9));
        assert_eq!(subscriber(&org, "Stubborn", "Status"), text("Error"));
        ship(&mut org, &["late"]);
        assert_eq!(names(&org, "Account", "Name"), [""; 0], "a stopped automation receives nothing");
        let tail = org.events().tail().0.to_string();
        assert_eq!(subscriber(&org, "Stubborn", "LastPublished"), text(&tail));
        // The batch as a whole fails again, unless it is skipped.
        let resume = Call::ResumeSubscriber { name: "Stubborn".into(), from };
        org.call(later, &session(68), resume).unwrap();
        org.advance(later);
        assert_eq!(subscriber(&org, "Stubborn", "Status"), text("Running"));
        let retries = if from == ResumeFrom::Tip { 0 } else { 1 };
        assert_eq!(subscriber(&org, "Stubborn", "Retries"), Value::Int(retries));
        if from == ResumeFrom::Tip {
            ship(&mut org, &["next"]);
            assert_eq!(names(&org, "Account", "Name"), ["next"]);
        }
    }
    let unknown = Call::ResumeSubscriber { name: "Nobody".into(), from: ResumeFrom::Tip };
    let error: ApiError = call(&mut org("[]"), unknown).unwrap_err();
    assert!(error.to_string().contains("Nobody"), "{error}");
}

#[test]
fn an_automation_that_sets_itself_off_ends_at_the_depth_of_the_platform() {
    let mut org = org(
        r#"[{"name": "Echo", "on": {"event": "Notice__e"}, "then": [{"publish": "Notice__e", "values": {"Text__c": "{!Text__c}x"}}]}]"#,
    );
    let notice =
        |text: &str| Call::Create { object: "Notice__e".into(), fields: fields(&[("Text__c", text)]) };
    call(&mut org, notice("")).unwrap();
    org.advance(noon());
    assert_eq!(events(&org).len(), 17, "the client's, and one of each of 16 runs");
    let Value::Text(error) = subscriber(&org, "Echo", "LastError") else { panic!("no error") };
    assert!(error.contains("Maximum trigger depth exceeded"), "{error}");
    call(&mut org, notice("again")).unwrap();
    org.advance(noon());
    assert_eq!(events(&org).len(), 34, "the next event of a client starts anew");
}

#[test]
fn automations_that_multiply_events_come_to_an_end() {
    let publish = r#"{"publish": "Notice__e", "values": {"Text__c": "x"}}"#;
    let all = [publish; 8].join(",");
    let mut org = org(&format!(r#"[{{"name": "Flood", "on": {{"event": "Notice__e"}}, "then": [{all}]}}]"#));
    call(&mut org, Call::Create { object: "Notice__e".into(), fields: Vec::new() }).unwrap();
    org.advance(noon());
    assert_eq!(org.next_deadline(), None);
    assert!(matches!(subscriber(&org, "Flood", "LastError"), Value::Text(_)));
}

#[test]
fn a_batch_holds_two_thousand_events_at_most() {
    let mut org = org(
        r#"[{"name": "Count", "on": {"event": "Shipment__e"}, "then": [{"update": "Account", "id": "{!Number__c}", "values": {"Site": "x"}}]}]"#,
    );
    let id = create(&mut org, "Account", &[("Name", "Volt")]);
    let mut numbers = vec![id.as_str(); 2000];
    numbers.push("broken");
    ship(&mut org, &numbers);
    assert_eq!(names(&org, "Account", "Site"), ["x"], "the one in the second batch does not undo the first");
    assert!(matches!(subscriber(&org, "Count", "LastError"), Value::Text(_)));
}

#[test]
fn automations_do_the_same_every_time() {
    let run = || {
        let mut org = org(r#"[
          {"name": "A", "on": {"event": "Shipment__e"}, "then": [{"create": "Account", "values": {"Name": "{!EventUuid}"}}, {"publish": "Notice__e", "values": {"Text__c": "{!ReplayId}"}}]},
          {"name": "B", "retry": true, "on": {"change": "Account"}, "then": [{"create": "Contact", "values": {"LastName": "{!Name}", "AccountId": "{!Id}", "Birthdate": "@today-1y"}}]}]"#);
        ship(&mut org, &["1", "2", "3"]);
        org.advance(noon() + Duration::from_secs(60));
        let events: Vec<String> =
            org.events().after(ReplayId(0)).map(|event| serde_json::to_string(&**event).unwrap()).collect();
        let soql = "SELECT Id, LastName, Birthdate, AccountId FROM Contact ORDER BY Id".into();
        let query = Call::Query { soql, all: false, batch_size: None };
        let reply = org.call(noon() + Duration::from_secs(60), &session(68), query).unwrap();
        (events, serde_json::to_string(&reply).unwrap())
    };
    let (events, contacts) = run();
    assert!(contacts.contains("2025-01-15"), "{contacts}");
    assert_eq!(events.len(), 9, "three shipments, three creations, three notices: {events:?}");
    assert_eq!(run(), (events, contacts));
}

#[test]
fn an_automation_that_cannot_work_is_refused_with_what_to_do() {
    let cases = [
        (r#"{"name": "", "on": {"event": "Notice__e"}, "then": []}"#, "1 to 255 characters"),
        (r#"{"name": "X", "on": {}, "then": []}"#, "either an event or a change"),
        (r#"{"name": "X", "on": {"event": "Nothing__e"}, "then": []}"#, "no platform event Nothing__e"),
        (r#"{"name": "X", "on": {"change": "Contact"}, "then": []}"#, "ContactChangeEvent"),
        (r#"{"name": "X", "on": {"event": "Notice__e"}, "then": []}"#, "nothing to do"),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "when": "Nonsense = 1", "then": []}"#,
            "when: INVALID_FIELD",
        ),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "when": "Text__c = 'a' LIMIT 1", "then": []}"#,
            "only a condition",
        ),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"create": "Rocket"}]}"#,
            "action 1: there is no object Rocket",
        ),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"create": "Account", "values": {"Nonsense": 1}}]}"#,
            "no field Nonsense",
        ),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"create": "Account", "values": {"Name": "{!Nonsense}"}}]}"#,
            "Notice__e has no field `Nonsense`",
        ),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"create": "Account", "values": {"Name": "{!Text__c"}}]}"#,
            "closing brace",
        ),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"create": "Account", "values": {"Name": "@noon"}}]}"#,
            "no relative date",
        ),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"create": "Account", "values": {"CreatedDate": "@today"}}]}"#,
            "cannot be written",
        ),
        (r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"update": "Account"}]}"#, "needs the id"),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"publish": "AssetRenewInitiatedEvent"}]}"#,
            "by the platform alone",
        ),
        (
            r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"create": "Account", "publish": "Notice__e"}]}"#,
            "exactly one",
        ),
        (
            r#"{"name": "X", "runAs": "$nobody", "on": {"event": "Notice__e"}, "then": [{"create": "Account"}]}"#,
            "runAs: no earlier step",
        ),
        (
            r#"{"name": "X", "runAs": "$profile", "on": {"event": "Notice__e"}, "then": [{"create": "Account"}]}"#,
            "no user",
        ),
    ];
    for (automation, part) in cases {
        let error = loaded(&format!("[{automation}]")).unwrap_err();
        assert!(error.starts_with("automation 1 (`") && error.contains(part), "{automation}: {error}");
    }
    let twice = r#"{"name": "X", "on": {"event": "Notice__e"}, "then": [{"create": "Account"}]}"#;
    let error = loaded(&format!("[{twice}, {twice}]")).unwrap_err();
    assert!(error.starts_with("automation 2 (`X`): an earlier automation"), "{error}");
    let error = loaded(r#"[{"name": "X", "on": {"event": "Notice__e"}, "do": []}]"#).unwrap_err();
    assert!(error.contains("unknown field `do`"), "{error}");
}

/// Time is only used to plan.
#[test]
fn an_org_without_automations_has_no_subscribers() {
    let mut org = org("[]");
    ship(&mut org, &["1"]);
    assert_eq!(org.records("EventBusSubscriber").count(), 0);
    assert_eq!(org.next_deadline(), None::<Timestamp>);
}
