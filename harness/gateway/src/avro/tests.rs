//! Schemas against known ids and shapes, payloads against recorded ones, hostile bytes.

use std::sync::Arc;

use mockorg_org::{
    FieldInput, Input, RecordId, Timestamp, Value,
    catalog::{Catalog, DefinitionSource},
    events::{ChangeEvent, ChangeType, EventBody, ReplayId, StoredEvent},
};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::{EventSchema, schema_id};
use crate::tests::org::{STARTER, gateway, start};

const TEST_EVENT: &str = r#"{"kind":"platformEvent","name":"Test_Event__e","label":"Test","custom":true,"fields":[
    {"name":"Message__c","type":"string","length":255}]}"#;

const EVERY_TYPE: &str = r#"{"kind":"platformEvent","name":"Every","label":"Every","calls":["describeSObjects"],"fields":[
    {"name":"Text","type":"string","length":255},{"name":"Number","type":"double","precision":18,"scale":4},
    {"name":"Flag","type":"boolean"},{"name":"Day","type":"date"},{"name":"At","type":"datetime"},
    {"name":"Clock","type":"time"},{"name":"Count","type":"int"},
    {"system":"CreatedDate"},{"system":"CreatedById"}]}"#;

fn catalog(texts: &[&str]) -> Catalog {
    let sources: Vec<_> = texts.iter().map(|json| DefinitionSource { origin: "test", json }).collect();
    Catalog::build(&sources, &[]).unwrap()
}

fn schema(event: &str) -> EventSchema {
    EventSchema::of(STARTER.catalog(), event).unwrap()
}

fn json(schema: &EventSchema) -> Json {
    serde_json::from_str(&schema.json).unwrap()
}

fn user() -> RecordId {
    "0051a000000UGT8".parse().unwrap()
}

fn event(name: &str, body: EventBody) -> StoredEvent {
    StoredEvent {
        replay_id: ReplayId(7),
        event: name.into(),
        channel: format!("/event/{name}").into(),
        uuid: "b9b0dd0e-7a0d-4ee7-a9ee-5f0b9a6b2b6e".into(),
        created_date: start(),
        created_by: user(),
        body,
    }
}

fn change(object: &str, changed: &[&str], nulled: &[&str], values: &[(&str, Value)]) -> StoredEvent {
    let def = STARTER.catalog().find_any(object).unwrap();
    let slots = |names: &[&str]| names.iter().map(|name| def.slot(name).unwrap()).collect();
    let mut all = vec![Value::Null; def.fields.len()];
    for (name, value) in values {
        all[def.slot(name).unwrap().index()] = value.clone();
    }
    let body = ChangeEvent {
        entity: object.into(),
        record_ids: ["001Da00000xnAk6".parse().unwrap()].into(),
        change_type: ChangeType::Update,
        change_origin: "com/salesforce/api/rest/62.0;client=x".into(),
        transaction_key: "0004c7d2-9bd6-d3a3-8b0b-3e2d7e8b4f11".into(),
        sequence_number: 1,
        commit_timestamp: Timestamp::from_millis(1_709_303_151_000),
        commit_number: 1_709_303_151_782_928_388,
        commit_user: user(),
        changed: slots(changed),
        nulled: slots(nulled),
        values: all.into(),
    };
    event(&format!("{object}ChangeEvent"), EventBody::Change(Box::new(body)))
}

/// The texts of a payload, which Avro writes as they are.
fn texts(payload: &[u8]) -> String {
    payload.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { ' ' }).collect()
}

#[test]
fn the_id_of_a_schema_is_the_one_that_a_real_org_gives() {
    let catalog = catalog(&[TEST_EVENT]);
    assert_eq!(schema_id(&catalog, "Test_Event__e").as_deref(), Some("6L0yfG1TjHj3IeYaje5uZQ"));
}

#[test]
fn a_platform_event_has_the_shape_of_recorded_schemas() {
    let schema = EventSchema::of(&catalog(&[TEST_EVENT]), "Test_Event__e").unwrap();
    let doc = json(&schema)["fields"][2]["doc"].as_str().unwrap().to_owned();
    assert!(doc.starts_with("Data:Text:00N") && doc.len() == "Data:Text:".len() + 15, "{doc}");
    assert_eq!(
        &*schema.json,
        format!(
            r#"{{"type":"record","name":"Test_Event__e","namespace":"com.sforce.eventbus","fields":[{{"name":"CreatedDate","type":"long","doc":"CreatedDate:DateTime"}},{{"name":"CreatedById","type":"string","doc":"CreatedBy:EntityId"}},{{"name":"Message__c","type":["null","string"],"doc":"{doc}","default":null}}],"uuid":"6L0yfG1TjHj3IeYaje5uZQ"}}"#
        )
    );
}

#[test]
fn details_are_a_list_of_records_without_what_travels_beside() {
    let fields = json(&schema("CreateAssetOrderEvent"))["fields"].clone();
    let names: Vec<&str> = fields.as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "CreatedDate",
            "CreatedById",
            "AssetDetails",
            "CorrelationIdentifier",
            "IsLastEvent",
            "OrderIdentifier",
            "RequestIdentifier"
        ]
    );
    let details = &fields[2]["type"][1];
    assert_eq!(details["type"], "array");
    assert_eq!(details["items"]["name"], "CreateAssetOrderDtlEvent");
    let entry: Vec<&str> =
        details["items"]["fields"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(entry, ["AssetId", "ErrorCode", "ErrorMessage", "IsSuccess", "OrderItemId"]);
    assert_eq!(fields[2]["doc"], "Data:ComplexValueType");
}

#[test]
fn fields_of_past_versions_and_detail_events_have_no_schema() {
    assert!(!schema("AssetRenewInitiatedEvent").json.contains("AssetRenewErrorDetailEvents"));
    for name in
        ["CreateAssetOrderDtlEvent", "Account", "createassetorderevent", "ChangeEvent", "NoneChangeEvent", ""]
    {
        assert!(EventSchema::of(STARTER.catalog(), name).is_none(), "{name}");
    }
}

#[test]
fn fields_of_a_change_lie_where_recorded_bitmaps_expect_them() {
    let account = json(&schema("AccountChangeEvent"));
    let place = |name: &str| account["fields"].as_array().unwrap().iter().position(|f| f["name"] == name);
    assert_eq!(place("ChangeEventHeader"), Some(0));
    assert_eq!(place("BillingAddress"), Some(4));
    assert_eq!(place("Industry"), Some(11));
    assert_eq!(place("LastModifiedDate"), Some(22));
    for absent in ["Id", "BillingStreet", "SystemModstamp", "IsDeleted", "PhotoUrl"] {
        assert_eq!(place(absent), None);
    }
    let name = &account["fields"][1];
    assert_eq!(name["type"][1], "string");
    assert_eq!(name["type"][2]["name"], "Switchable_PersonName");
    let street = &account["fields"][4]["type"][1]["fields"][0];
    assert_eq!(street["name"], "Street");
    // A type is defined once; later uses name it.
    assert_eq!(account["fields"][5]["type"][1], "Address");
    let header: Vec<&str> = account["fields"][0]["type"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["name"].as_str().unwrap())
        .collect();
    assert_eq!(header[0], "entityName");
    assert_eq!(header[9..], ["nulledFields", "diffFields", "changedFields"]);
}

#[test]
fn an_update_tells_its_fields_in_bitmaps() {
    let updated = change(
        "Account",
        &["Industry", "LastModifiedDate", "BillingStreet", "BillingCity"],
        &["Industry"],
        &[("BillingStreet", "Main 1".into()), ("Name", "Acme".into())],
    );
    let payload = texts(&schema("AccountChangeEvent").encode(&updated).unwrap());
    assert!(payload.contains("0x400800"), "{payload}");
    assert!(payload.contains("4-0x03"), "{payload}");
    assert!(payload.contains("0x0800"), "{payload}");
    assert!(payload.contains("Main 1") && payload.contains("Acme"), "{payload}");

    let renamed = change("Contact", &["FirstName", "Name"], &[], &[("FirstName", "Ada".into())]);
    let contact = schema("ContactChangeEvent");
    let place =
        json(&contact)["fields"].as_array().unwrap().iter().position(|f| f["name"] == "Name").unwrap();
    let payload = texts(&contact.encode(&renamed).unwrap());
    // The compound's own bit is not set when parts of it changed.
    assert!(payload.contains(&format!("{place}-0x02")) && !payload.contains(" 0x"), "{payload}");
}

#[test]
fn what_was_encoded_decodes_to_the_same_fields() {
    let catalog = catalog(&[EVERY_TYPE]);
    let schema = EventSchema::of(&catalog, "Every").unwrap();
    let at = Timestamp::parse("2026-03-02T09:00:00.123Z").unwrap();
    let values = [
        "grüße".into(),
        Value::Number("-12.5".parse().unwrap()),
        true.into(),
        Value::Date(at.date()),
        at.into(),
        Value::Time(37_800_042),
        Value::Int(-3),
    ];
    let payload = schema.encode(&event("Every", EventBody::Platform(values.into()))).unwrap();
    let text = |text: &str| Input::Text(text.into());
    let expected = [
        ("Text", text("grüße")),
        ("Number", Input::Number("-12.5".into())),
        ("Flag", Input::Bool(true)),
        ("Day", text("2026-03-02")),
        ("At", text("2026-03-02T09:00:00.123Z")),
        ("Clock", text("10:30:00.042Z")),
        ("Count", Input::Number("-3".into())),
    ];
    let fields: Vec<(String, Input)> = schema
        .decode(&payload)
        .unwrap()
        .fields
        .into_iter()
        .map(|f: FieldInput| (f.name.into(), f.value))
        .collect();
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value)));
    // Cut anywhere, it is no payload.
    for length in 0..payload.len() {
        assert!(schema.decode(&payload[..length]).is_err(), "{length}");
    }
}

#[test]
fn an_event_from_before_a_field_was_added_has_null_for_it() {
    let schema = EventSchema::of(&catalog(&[EVERY_TYPE]), "Every").unwrap();
    let payload = schema.encode(&event("Every", EventBody::Platform(["x".into()].into()))).unwrap();
    let fields = schema.decode(&payload).unwrap().fields;
    assert!(fields[1..].iter().all(|field| field.value == Input::Null));
}

#[test]
fn old_ids_are_found_after_the_definitions_changed() {
    let schemas = super::Schemas::default();
    schemas.follow(&Arc::new(catalog(&[TEST_EVENT])));
    // Nobody has asked for it before the change.
    schemas.follow(&Arc::new(catalog(&[&TEST_EVENT.replace("Message__c", "Text__c")])));
    let old = schemas.by_id("6L0yfG1TjHj3IeYaje5uZQ").unwrap();
    assert!(old.json.contains("Message__c"));
    let new = schemas.of_event("Test_Event__e").unwrap();
    assert_ne!(new.id, old.id);
    assert_eq!(schemas.by_id(&new.id).unwrap().id, new.id);
    assert!(schemas.by_id("").is_none());
}

#[test]
fn every_schema_of_the_starter_org_is_found_by_its_id() {
    let gateway = gateway(start());
    for def in STARTER.catalog().objects() {
        let name = super::change::event_of(def).unwrap_or_else(|| def.name.clone());
        if let Some(schema) = gateway.schemas().of_event(&name) {
            assert_eq!(gateway.schemas().by_id(&schema.id).unwrap().event, schema.event);
            assert_eq!(json(&schema)["uuid"], *schema.id);
        }
    }
}

proptest! {
    #[test]
    fn hostile_bytes_are_refused_or_read_but_never_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for name in ["CreateAssetOrderEvent", "InvoiceProcessedEvent", "AccountChangeEvent", "ContactChangeEvent"] {
            let schema = schema(name);
            if let Ok(payload) = schema.decode(&bytes) {
                prop_assert!(payload.fields.len() <= schema.record().fields.len());
            }
        }
    }

    #[test]
    fn damaged_payloads_never_harm(place in 0_usize..200, byte: u8) {
        let updated = change("Account", &["Industry"], &[], &[("Name", "Acme".into())]);
        let schema = schema("AccountChangeEvent");
        let mut payload = schema.encode(&updated).unwrap().to_vec();
        let place = place % payload.len();
        payload[place] = byte;
        let _ = schema.decode(&payload);
    }

    #[test]
    fn whole_numbers_survive(number: i32) {
        let schema = EventSchema::of(&catalog(&[EVERY_TYPE]), "Every").unwrap();
        let mut values = vec![Value::Null; 7];
        values[6] = Value::Int(i64::from(number));
        let payload = schema.encode(&event("Every", EventBody::Platform(values.into()))).unwrap();
        prop_assert_eq!(&schema.decode(&payload).unwrap().fields[6].value, &Input::Number(number.to_string().into()));
    }
}
