//! Records and events inside answers, held against the schemas of their objects.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use crate::stub::schema_dir;
use mockorg_contract::{Answer, ApiVersion, Request, Schemas};

/// The project's own schemas.
static SCHEMAS: LazyLock<Arc<Schemas>> = LazyLock::new(|| Schemas::load(schema_dir()).unwrap());

/// What is wrong with an answer to a query in a version: each as `pointer: rule`.
fn wrong_in(version: &str, soql: &str, record: Value) -> Vec<String> {
    let body = json!({"totalSize": 1, "done": true, "records": Value::Array(vec![record])});
    wrong(&Request::get(format!("/services/data/{version}/query")).query("q", soql), &body)
}

fn wrong(request: &Request, body: &Value) -> Vec<String> {
    let answer = Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json;charset=UTF-8".to_owned())],
        body: body.to_string().into_bytes(),
        curl: "".into(),
    };
    let shown = |violation: mockorg_contract::answer::Violation| {
        format!("{}: {} ({})", violation.pointer, violation.rule, violation.message)
    };
    SCHEMAS.violations(request, &answer).into_iter().map(shown).collect()
}

/// An asset with some members more, or other ones.
fn asset(version: &str, members: Value) -> Value {
    let mut record = json!({
        "attributes": {
            "type": "Asset", "url": format!("/services/data/{version}/sobjects/Asset/02iDa00000xnAk6IAE")
        },
        "Id": "02iDa00000xnAk6IAE", "Name": "Robot arm", "AccountId": null, "Quantity": 2.0,
        "Owner": {
            "attributes": {
                "type": "User", "url": format!("/services/data/{version}/sobjects/User/005Da00000xnAk6IAE")
            },
            "Name": "Avery Admin"
        }
    });
    if let Value::Object(members) = members {
        record.as_object_mut().unwrap().extend(members);
    }
    record
}

const SOQL: &str = "SELECT Id, Name, AccountId, Quantity, Owner.Name FROM Asset";

#[test]
fn a_record_as_its_object_says_is_right() {
    assert_eq!(wrong_in("v62.0", SOQL, asset("v62.0", json!({}))), [""; 0]);
    // What an org adds to a standard object is not known here.
    assert_eq!(wrong_in("v62.0", SOQL, asset("v62.0", json!({"Rack__c": 4}))), [""; 0]);
}

#[test]
fn a_record_that_its_object_does_not_allow_is_reported_with_place_and_rule() {
    let cases = [
        (json!({"Colour": "red"}), "/records/0", "records/Asset.schema.json#/additionalProperties"),
        (json!({"Quantity": "2"}), "/records/0/Quantity", "#/properties/Quantity/type"),
        (json!({"Name": null}), "/records/0/Name", "#/properties/Name/type"),
        (json!({"Name": "x".repeat(256)}), "/records/0/Name", "#/properties/Name/maxLength"),
        (
            json!({"AccountId": "003Da00000xnAk6IAE"}),
            "/records/0/AccountId",
            "#/properties/AccountId/pattern",
        ),
        (
            json!({"RenewalTermUnit": "Decades"}),
            "/records/0/RenewalTermUnit",
            "#/properties/RenewalTermUnit/enum",
        ),
        (
            json!({"PurchaseDate": "15.01.2026"}),
            "/records/0/PurchaseDate",
            "common.schema.json#/$defs/dateOrNull",
        ),
        (json!({"Owner": "Avery"}), "/records/0/Owner", "#/properties/Owner/type"),
    ];
    for (members, pointer, rule) in cases {
        let found = wrong_in("v62.0", SOQL, asset("v62.0", members.clone()));
        assert!(
            found.iter().any(|line| line.starts_with(&format!("{pointer}: ")) && line.contains(rule)),
            "{members}: {found:#?}"
        );
    }
}

#[test]
fn a_parent_row_is_held_against_its_own_object() {
    let mut record = asset("v62.0", json!({}));
    record["Owner"]["Nickname"] = json!("Av");
    let found = wrong_in("v62.0", SOQL, record);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("/records/0/Owner: records/User.schema.json"), "{found:#?}");
}

#[test]
fn a_field_exists_in_the_versions_of_its_definition_only() {
    let record = |version| asset(version, json!({"AssetTypeId": null}));
    assert_eq!(wrong_in("v62.0", SOQL, record("v62.0")), [""; 0]);
    let found = wrong_in("v61.0", SOQL, record("v61.0"));
    assert!(found.iter().any(|line| line.contains("'AssetTypeId' was unexpected")), "{found:#?}");
}

#[test]
fn an_object_exists_in_the_versions_of_its_definition_only() {
    let record = |version: &str| {
        json!({"attributes": {
            "type": "AssetStatePeriod",
            "url": format!("/services/data/{version}/sobjects/AssetStatePeriod/4nKDa00000xnAk6IAE")
        }})
    };
    assert_eq!(wrong_in("v60.0", "SELECT Id FROM AssetStatePeriod", record("v60.0")), [""; 0]);
    let found = wrong_in("v49.0", "SELECT Id FROM AssetStatePeriod", record("v49.0"));
    assert!(found.iter().any(|line| line.contains("does not exist in version 49.0")), "{found:#?}");
}

#[test]
fn the_address_of_a_record_has_the_version_that_was_called() {
    let found = wrong_in("v62.0", SOQL, asset("v61.0", json!({})));
    assert!(found.iter().any(|line| line.starts_with("/records/0: attributes")), "{found:#?}");
}

#[test]
fn objects_of_the_orgs_own_may_be_unknown_and_standard_ones_may_not() {
    let record = |object: &str| {
        let url = format!("/services/data/v62.0/sobjects/{object}/a00Da00000xnAk6IAE");
        json!({"attributes": {"type": object, "url": url}})
    };
    assert_eq!(wrong_in("v62.0", "SELECT Id FROM Rocket__c", record("Rocket__c")), [""; 0]);
    let found = wrong_in("v62.0", "SELECT Id FROM Rocket", record("Rocket"));
    assert!(found.iter().any(|line| line.contains("no schema is known for records of Rocket")), "{found:#?}");
}

#[test]
fn rows_of_groups_are_no_records() {
    let row = json!({"attributes": {"type": "AggregateResult"}, "Name": 17, "expr0": 2});
    assert_eq!(wrong_in("v62.0", "SELECT Name, COUNT(Id) FROM Asset GROUP BY Name", row), [""; 0]);
}

#[test]
fn values_that_a_query_wants_as_text_are_not_held_against_their_fields() {
    let row = || asset("v62.0", json!({"Quantity": "2,00"}));
    assert_eq!(wrong_in("v62.0", "SELECT FORMAT(Quantity) FROM Asset", row()), [""; 0]);
    assert_eq!(wrong_in("v62.0", "SELECT Quantity FROM Asset", row()).len(), 1);
}

fn message(channel: &str, payload: Value) -> Vec<String> {
    let mut data = json!({
        "schema": "abcdefghijklmnopqrstuv",
        "event": {"replayId": 1, "EventUuid": "00000000-0000-4000-8000-000000000000"}
    });
    data["payload"] = payload;
    wrong(&Request::post("/cometd/62.0"), &json!([{"channel": channel, "data": data}]))
}

#[test]
fn the_payload_of_a_platform_event_has_all_of_its_fields_and_no_others() {
    let payload = |more: Value| {
        let mut payload = json!({
            "CreatedDate": "2026-01-15T09:00:00.000Z", "CreatedById": "005Da00000xnAk6IAE",
            "CorrelationIdentifier": null, "HasErrors": false, "RenewalRecordId": null, "RequestIdentifier": "x"
        });
        for (name, value) in more.as_object().unwrap() {
            payload[name] = value.clone();
        }
        payload
    };
    let channel = "/event/AssetRenewInitiatedEvent";
    assert_eq!(message(channel, payload(json!({}))), [""; 0]);
    let found = message(channel, payload(json!({"HasErrors": "false"})));
    assert!(
        found.iter().any(|line| line.starts_with(
            "/0/data/payload/HasErrors: events/payloads/AssetRenewInitiatedEvent.schema.json#/properties/HasErrors/type"
        )),
        "{found:#?}"
    );
    assert_eq!(message(channel, payload(json!({"Extra": 1}))).len(), 1);
    let mut lacking = payload(json!({}));
    lacking.as_object_mut().unwrap().remove("RequestIdentifier");
    assert_eq!(message(channel, lacking).len(), 1);
    assert_eq!(message("/event/NoSuchEvent", payload(json!({}))).len(), 1);
}

#[test]
fn a_change_is_held_against_the_object_that_its_header_names() {
    let change = |more: Value| {
        let mut payload = json!({"ChangeEventHeader": {
            "entityName": "Asset", "recordIds": ["02iDa00000xnAk6IAE"], "changeType": "UPDATE", "changeOrigin": "",
            "transactionKey": "0002a1b0-0000-4000-8000-000000000000", "sequenceNumber": 1,
            "commitTimestamp": 1_768_467_600_000_u64, "commitNumber": 1, "commitUser": "005Da00000xnAk6IAE",
            "changedFields": ["Quantity"]
        }});
        for (name, value) in more.as_object().unwrap() {
            payload[name] = value.clone();
        }
        payload
    };
    for channel in ["/data/AssetChangeEvent", "/data/ChangeEvents", "/data/Sales__chn"] {
        assert_eq!(message(channel, change(json!({"Quantity": 3.0}))), [""; 0], "{channel}");
        assert_eq!(message(channel, change(json!({"Quantity": "3"}))).len(), 1, "{channel}");
    }
    let mut header = change(json!({}));
    header["ChangeEventHeader"]["changeType"] = json!("MERGE");
    assert_eq!(message("/data/ChangeEvents", header).len(), 1);
}

#[test]
fn payloads_are_checked_without_an_answer_around_them() {
    let violations =
        SCHEMAS.event_violations("AssetRenewInitiatedEvent", ApiVersion(62), &json!({"HasErrors": 1}));
    assert!(violations.iter().any(|violation| violation.pointer == "/HasErrors"), "{violations:?}");
    assert!(SCHEMAS.event_violations("/event/Order_Event__e", ApiVersion(62), &json!({})).is_empty());
}

#[test]
fn every_schema_of_records_and_events_compiles_in_every_version() {
    let broken = SCHEMAS.unusable([ApiVersion(31), ApiVersion(62), ApiVersion(68)]);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn schemas_need_no_folder() {
    let file = |path: &str| (path.to_owned(), std::fs::read_to_string(schema_dir().join(path)).unwrap());
    let files = [
        "responses/common",
        "responses/error-array",
        "responses/error-code",
        "responses/oauth-error",
        "responses/records/Asset",
    ]
    .map(|stem| file(&format!("{stem}.schema.json")));
    let index = ("endpoints.json".to_owned(), r#"{"endpoints": []}"#.to_owned());
    let files: Vec<_> = files.into_iter().chain([index]).collect();
    let schemas =
        Schemas::from_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).unwrap();
    assert_eq!(schemas.names().collect::<Vec<_>>(), ["common", "error-array", "error-code", "oauth-error"]);
    assert_eq!(schemas.objects().collect::<Vec<_>>(), ["Asset"]);
    let none = Schemas::from_files([]).unwrap_err().to_string();
    assert!(none.contains("endpoints.json is missing"), "{none}");
}
