//! Custom platform events: how they are defined, created, handed to the bus, and counted.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::sync::{Arc, LazyLock};

use mockorg_org::{
    ApiError, Call, ErrorCode, FieldInput, Input, Org, PublishedEvent, RecordKey, Reply, Settings, Timestamp,
    Value,
    catalog::{Catalog, DefinitionSource, FieldType, PublishBehavior},
    events::{EventSubscriber, ReplayId, StoredEvent, SubscriberStatus},
};
use support::{call, create, field, fields, noon, org_with, session};

const ORDER_EVENT: &str = r#"{"kind": "platformEvent", "name": "Order_Event__e", "label": "Order Event",
  "publishBehavior": "PublishAfterCommit", "fields": [
    {"name": "Order_Number__c", "type": "string", "length": 20, "nillable": false},
    {"name": "Amount__c", "type": "double", "precision": 8, "scale": 2},
    {"name": "Has_Shipped__c", "type": "boolean", "defaultValue": true},
    {"name": "Due__c", "type": "date"}]}"#;
const HEARTBEAT: &str = r#"{"kind": "platformEvent", "name": "Heartbeat__e", "label": "Heartbeat",
  "fields": [{"name": "Source__c", "type": "string", "length": 40}]}"#;

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[ORDER_EVENT, HEARTBEAT]));

fn org() -> Org {
    org_with(&CATALOG, 1)
}

fn published(org: &Org) -> Vec<Arc<StoredEvent>> {
    org.events().after(ReplayId(0)).map(Arc::clone).collect()
}

fn value(event: &StoredEvent, name: &str) -> Value {
    let slot = CATALOG.find_any(&event.event).unwrap().slot(name).unwrap();
    event.values()[slot.index()].clone()
}

fn order(members: Vec<FieldInput>) -> Call {
    Call::Create { object: "order_event__E".into(), fields: members }
}

fn refused(org: &mut Org, members: Vec<FieldInput>) -> ErrorCode {
    let error = call(org, order(members)).unwrap_err();
    assert_eq!(published(org), [], "nothing of a refused event is published");
    error.code
}

fn definition_error(json: &str) -> String {
    Catalog::build(&[DefinitionSource { origin: "X__e.json", json }], &[]).unwrap_err().to_string()
}

#[test]
fn a_definition_needs_only_what_is_its_own() {
    let def = CATALOG.find_any("Order_Event__e").unwrap();
    let names: Vec<&str> = def.fields.iter().map(|field| &*field.name).collect();
    assert_eq!(names[..4], ["ReplayId", "CreatedDate", "CreatedById", "EventUuid"]);
    assert_eq!(names[4..], ["Order_Number__c", "Amount__c", "Has_Shipped__c", "Due__c"]);
    assert!(def.custom && def.field("Amount__c").unwrap().custom);
    assert_eq!(def.publish_behavior, PublishBehavior::AfterCommit);
    let heartbeat = CATALOG.find_any("Heartbeat__e").unwrap();
    assert_eq!(heartbeat.publish_behavior, PublishBehavior::Immediately, "the platform's default");
    assert_eq!((heartbeat.key_prefix, def.key_prefix), (Some(*b"e00"), Some(*b"e01")));
    assert_eq!(def.field("Order_Number__c").unwrap().field_type, FieldType::String);
}

#[test]
fn a_definition_that_the_platform_would_refuse_says_what_is_wrong() {
    let event = |field: &str| {
        format!(r#"{{"kind": "platformEvent", "name": "X__e", "label": "X", "fields": [{field}]}}"#)
    };
    for (json, part) in [
        (event(r#"{"name": "A__c", "type": "picklist"}"#), "types boolean, date"),
        (
            event(r#"{"name": "A__c", "type": "reference", "referenceTo": ["Account"]}"#),
            "types boolean, date",
        ),
        (event(r#"{"name": "A__c", "type": "string", "length": 300}"#), "1 to 255"),
        (event(r#"{"name": "A__c", "type": "textarea", "length": 255}"#), "256 to 131072"),
        (event(r#"{"name": "A__c", "type": "double"}"#), "precision"),
        (event(r#"{"name": "A", "type": "boolean"}"#), "ends in `__c`"),
        (event(r#"{"name": "A__c", "type": "string", "length": 9, "unique": true}"#), "not stored"),
        (r#"{"name": "X__e", "label": "X", "fields": []}"#.to_owned(), "platformEvent"),
        (
            r#"{"kind": "platformEvent", "name": "X__e", "label": "X", "calls": ["query"], "fields": []}"#
                .to_owned(),
            "leave `calls` out",
        ),
        (
            r#"{"name": "X__c", "label": "X", "publishBehavior": "PublishImmediately", "fields": []}"#
                .to_owned(),
            "publishBehavior",
        ),
    ] {
        let error = definition_error(&json);
        assert!(error.starts_with("X__e.json: ") && error.contains(part), "{error}");
    }
}

#[test]
fn a_created_event_is_published_with_its_defaults_and_the_uuid_of_the_answer() {
    let mut org = org();
    let members = vec![
        field("Order_Number__c", Input::Text("17".into())),
        field("Amount__c", Input::Number("12.5".into())),
    ];
    let Reply::Enqueued(enqueued) = call(&mut org, order(members)).unwrap() else { panic!() };
    assert_eq!(&*enqueued.event, "Order_Event__e");
    assert!(enqueued.id.to_string().starts_with("e01"), "{}", enqueued.id);
    let [event] = &published(&org)[..] else { panic!() };
    assert_eq!((&event.uuid, &*event.channel), (&enqueued.uuid, "/event/Order_Event__e"));
    assert_eq!(value(event, "Order_Number__c"), Value::text("17"));
    assert_eq!(value(event, "Has_Shipped__c"), Value::Bool(true), "the default of the checkbox");
    assert_eq!(value(event, "Due__c"), Value::Null);
    assert_eq!(event.created_date, noon());
    let Reply::Enqueued(second) = call(&mut org, order(fields(&[("Order_Number__c", "18")]))).unwrap() else {
        panic!()
    };
    assert_eq!(second.id, enqueued.id, "the id names nothing");
    assert_ne!(second.uuid, enqueued.uuid);
}

#[test]
fn what_a_client_creates_is_checked_before_it_is_taken() {
    let mut org = org();
    assert_eq!(refused(&mut org, Vec::new()), ErrorCode::RequiredFieldMissing);
    assert_eq!(refused(&mut org, fields(&[("Nothing__c", "1")])), ErrorCode::InvalidField);
    let long = "x".repeat(21);
    assert_eq!(refused(&mut org, fields(&[("Order_Number__c", &long)])), ErrorCode::StringTooLong);
    let wide = fields(&[("Order_Number__c", "1"), ("Amount__c", "1234567")]);
    assert_eq!(refused(&mut org, wide), ErrorCode::NumberOutsideValidRange);
    let system = fields(&[("Order_Number__c", "1"), ("ReplayId", "1")]);
    assert_eq!(refused(&mut org, system), ErrorCode::InvalidFieldForInsertUpdate);
    let wrong = fields(&[("Order_Number__c", "1"), ("Due__c", "soon")]);
    assert_eq!(refused(&mut org, wrong), ErrorCode::JsonParserError);
}

#[test]
fn events_are_neither_read_nor_changed_nor_queried_and_standard_ones_not_created() {
    let mut org = org();
    let refusal = |org: &mut Org, it: Call| call(org, it).map(|_| ()).unwrap_err().code;
    let (object, id): (Box<str>, Box<str>) = ("Order_Event__e".into(), "e01000000000001AAA".into());
    let key = RecordKey::Id(id.clone());
    let read = Call::Retrieve { object: object.clone(), key: key.clone(), fields: None };
    assert_eq!(refusal(&mut org, read), ErrorCode::NotFound);
    let update = Call::Update { object: object.clone(), id, fields: fields(&[("Order_Number__c", "1")]) };
    assert_eq!(refusal(&mut org, update), ErrorCode::CannotInsertUpdateActivateEntity);
    assert_eq!(refusal(&mut org, Call::Delete { object, key }), ErrorCode::CannotInsertUpdateActivateEntity);
    let soql = "SELECT Order_Number__c FROM Order_Event__e".into();
    let query = Call::Query { soql, all: false, batch_size: None };
    assert_eq!(refusal(&mut org, query), ErrorCode::InvalidType);
    let standard = Call::Create { object: "AssetRenewInitiatedEvent".into(), fields: Vec::new() };
    assert_eq!(refusal(&mut org, standard), ErrorCode::CannotInsertUpdateActivateEntity);
}

fn bus(org: &mut Org, event: &str, events: Vec<PublishedEvent>) -> Result<Reply, ApiError> {
    call(org, Call::PublishEvents { event: event.into(), events })
}

#[test]
fn the_bus_takes_each_event_for_itself_and_knows_of_no_required_fields() {
    let mut org = org();
    let someone = "005000000000999".parse().unwrap();
    let good = PublishedEvent {
        uuid: Some("mine".into()),
        created_by: Some(someone),
        fields: vec![field("Order_Number__c", Input::Null), field("Has_Shipped__c", Input::Null)],
    };
    let bad = PublishedEvent { fields: fields(&[("Order_Number__c", &"x".repeat(21))]), ..good.clone() };
    let plain = PublishedEvent::default();
    let Reply::Published(results) = bus(&mut org, "Order_Event__e", vec![good, bad, plain]).unwrap() else {
        panic!()
    };
    assert_eq!(results[1].as_ref().unwrap_err().code, ErrorCode::StringTooLong);
    let [first, second] = &published(&org)[..] else { panic!() };
    assert_eq!((results[0].clone(), results[2].clone()), (Ok(first.replay_id), Ok(second.replay_id)));
    assert_eq!((&*first.uuid, first.created_by), ("mine", someone));
    assert_eq!(value(first, "Order_Number__c"), Value::Null);
    assert_eq!(value(first, "Has_Shipped__c"), Value::Bool(true));
    assert_ne!(second.created_by, someone);
    assert!(!second.uuid.is_empty());
}

#[test]
fn the_bus_takes_custom_events_only() {
    let mut org = org();
    let code = |result: Result<Reply, ApiError>| result.unwrap_err().code;
    assert_eq!(code(bus(&mut org, "Nothing__e", Vec::new())), ErrorCode::NotFound);
    assert_eq!(code(bus(&mut org, "Account", Vec::new())), ErrorCode::NotFound);
    let standard = bus(&mut org, "AssetRenewInitiatedEvent", vec![PublishedEvent::default()]);
    assert_eq!(code(standard), ErrorCode::CannotInsertUpdateActivateEntity);
}

#[test]
fn a_test_can_publish_the_events_of_the_platform() {
    let mut org = org();
    let entry = Input::Object(vec![
        field("IsSuccess", Input::Bool(true)),
        field("OrderItemId", Input::Text("802000000000001AAA".into())),
    ]);
    let fields = vec![
        field("AssetDetails", Input::Array(vec![entry])),
        field("RequestIdentifier", Input::Text("r-1".into())),
    ];
    let inject = |event: &str, fields| Call::InjectEvent {
        event: event.into(),
        published: PublishedEvent { fields, ..PublishedEvent::default() },
    };
    call(&mut org, inject("CreateAssetOrderEvent", fields)).unwrap();
    let [event] = &published(&org)[..] else { panic!() };
    assert_eq!(value(event, "RequestIdentifier"), Value::text("r-1"));
    let Value::Nested(entries) = value(event, "AssetDetails") else { panic!() };
    let detail = CATALOG.find_any("CreateAssetOrderDtlEvent").unwrap();
    assert_eq!(entries[0][detail.slot("IsSuccess").unwrap().index()], Value::Bool(true));
    for (event, members) in [
        ("CreateAssetOrderDtlEvent", Vec::new()),
        ("Account", Vec::new()),
        ("CreateAssetOrderEvent", vec![field("Nothing", Input::Null)]),
        ("CreateAssetOrderEvent", vec![field("EventUuid", Input::Text("x".into()))]),
        ("CreateAssetOrderEvent", vec![field("AssetDetails", Input::Array(vec![Input::Null]))]),
    ] {
        call(&mut org, inject(event, members)).unwrap_err();
    }
    assert_eq!(published(&org).len(), 1);
}

fn allowance(org: &mut Org, now: Timestamp) -> (i64, i64) {
    let Reply::Limits(limits) = org.call(now, &session(68), Call::Limits).unwrap() else { panic!() };
    let limit = limits.iter().find(|limit| &*limit.name == "HourlyPublishedPlatformEvents").unwrap();
    (limit.max, limit.remaining)
}

#[test]
fn published_events_are_counted_for_an_hour() {
    let mut org = org();
    assert_eq!(allowance(&mut org, noon()), (50_000, 50_000));
    call(&mut org, order(fields(&[("Order_Number__c", "1")]))).unwrap();
    bus(&mut org, "Heartbeat__e", vec![PublishedEvent::default(); 2]).unwrap();
    let standard =
        Call::InjectEvent { event: "AssetRenewInitiatedEvent".into(), published: PublishedEvent::default() };
    call(&mut org, standard).unwrap();
    assert_eq!(allowance(&mut org, noon()), (50_000, 49_997), "standard events do not count");
    let later = noon() + std::time::Duration::from_secs(3600);
    assert_eq!(allowance(&mut org, later), (50_000, 50_000));
}

#[test]
fn an_enforced_allowance_ends_publishing_until_the_hour_is_over() {
    let settings = Settings {
        session_token: Some(support::TOKEN.into()),
        hourly_published_events: 2,
        enforce_published_events: true,
        ..Settings::default()
    };
    let mut org = support::org_of(&CATALOG, &settings);
    create(&mut org, "Account", &[("Name", "not an event")]);
    call(&mut org, order(fields(&[("Order_Number__c", "1")]))).unwrap();
    let Reply::Published(results) =
        bus(&mut org, "Heartbeat__e", vec![PublishedEvent::default(); 2]).unwrap()
    else {
        panic!()
    };
    assert!(results[0].is_ok());
    assert_eq!(results[1].as_ref().unwrap_err().code, ErrorCode::LimitExceeded);
    let error = call(&mut org, order(fields(&[("Order_Number__c", "2")]))).unwrap_err();
    assert_eq!(error.code, ErrorCode::LimitExceeded);
    let later = noon() + std::time::Duration::from_secs(3600);
    org.call(later, &session(68), order(fields(&[("Order_Number__c", "3")]))).unwrap();
}

#[test]
fn subscribers_inside_the_org_are_queried_but_not_written() {
    let mut org = org();
    let mut subscriber = EventSubscriber {
        name: "OrderTrigger".into(),
        kind: "ApexTrigger".into(),
        topic: "Order_Event__e".into(),
        status: SubscriberStatus::Running,
        processed: None,
        published: None,
        retries: 0,
        last_error: None,
    };
    let id = org.show_subscriber(noon(), &subscriber).unwrap();
    subscriber.status = SubscriberStatus::Error;
    subscriber.processed = Some(ReplayId(7));
    subscriber.retries = 9;
    subscriber.last_error = Some("no".into());
    assert_eq!(org.show_subscriber(noon(), &subscriber).unwrap(), id, "one row for each subscriber");
    let mut rows = |version: u8, fields: &str| {
        let soql = format!("SELECT {fields} FROM EventBusSubscriber WHERE Topic = 'Order_Event__e'").into();
        org.call(noon(), &session(version), Call::Query { soql, all: false, batch_size: None })
    };
    let Reply::Page(page) = rows(65, "Status, Retries, LastError, Position, Tip").unwrap() else { panic!() };
    assert_eq!(page.total_size, 1);
    let shown = format!("{:?}", page.rows[0].cells);
    assert_eq!(
        shown,
        r#"[Value(Text("Error")), Value(Int(9)), Value(Text("no")), Value(Int(7)), Value(Int(-1))]"#
    );
    assert_eq!(rows(66, "Position").unwrap_err().code, ErrorCode::InvalidField);
    let Reply::Page(page) = rows(66, "LastProcessed").unwrap() else { panic!() };
    assert_eq!(format!("{:?}", page.rows[0].cells), r#"[Value(Text("7"))]"#);
    let create = Call::Create { object: "EventBusSubscriber".into(), fields: fields(&[("Name", "x")]) };
    assert_eq!(call(&mut org, create).unwrap_err().code, ErrorCode::CannotInsertUpdateActivateEntity);
}
