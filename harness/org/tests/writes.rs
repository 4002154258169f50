//! The errors of data manipulation: codes, texts, fields, and the order of checks.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::sync::{Arc, LazyLock};

use mockorg_org::{
    ApiError, Call, ErrorCode, FieldInput, Input, Org, Position, RecordKey, Reply, Value, catalog::Catalog,
};
use support::{call, create, field, fields, org_with};

const WIDGET: &str = r#"{"name": "Widget__c", "label": "Widget", "keyPrefix": "a02", "custom": true,
  "calls": ["create", "delete", "query", "retrieve", "undelete", "update", "upsert"],
  "fields": [{"system": "Id"}, {"system": "IsDeleted"}, {"name": "Name", "label": "Widget Name", "type": "string", "length": 80, "nameField": true, "nillable": false},
    {"system": "SystemModstamp"},
    {"name": "Count__c", "label": "Count", "type": "double", "precision": 4, "scale": 0},
    {"name": "Size__c", "label": "Size", "type": "picklist", "restrictedPicklist": true, "picklistValues": ["S", "M", {"value": "XL", "since": "60.0"}]},
    {"name": "Key__c", "label": "Key", "type": "string", "length": 20, "externalId": true, "unique": true, "idLookup": true},
    {"name": "Owner_Account__c", "label": "Owner Account", "type": "reference", "referenceTo": ["Account"], "relationshipName": "Owner_Account__r", "restrictedDelete": true}]}"#;

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[WIDGET]));

fn refused(org: &mut Org, object: &str, members: Vec<FieldInput>) -> ApiError {
    call(org, Call::Create { object: object.into(), fields: members }).unwrap_err()
}

fn check(error: &ApiError, code: ErrorCode, message: &str, names: &[&str]) {
    assert_eq!(error.code, code, "{error}");
    assert_eq!(error.message.as_deref(), Some(message));
    assert_eq!(error.fields.iter().map(|name| &**name).collect::<Vec<_>>(), names);
}

#[test]
fn required_fields_are_listed_all_at_once() {
    let mut org = org_with(&CATALOG, 1);
    let error = refused(&mut org, "Opportunity", vec![]);
    check(
        &error,
        ErrorCode::RequiredFieldMissing,
        "Required fields are missing: [Name, StageName, CloseDate]",
        &["Name", "StageName", "CloseDate"],
    );
}

#[test]
fn unknown_fields_come_before_missing_ones() {
    let mut org = org_with(&CATALOG, 1);
    let error = refused(&mut org, "account", fields(&[("Nonsense__c", "1")]));
    check(&error, ErrorCode::InvalidField, "No such column 'Nonsense__c' on sobject of type Account", &[]);
}

#[test]
fn read_only_fields_are_listed_all_at_once() {
    let mut org = org_with(&CATALOG, 1);
    let error = refused(
        &mut org,
        "Account",
        fields(&[
            ("Name", "x"),
            ("CreatedDate", "2020-01-01T00:00:00Z"),
            ("SystemModstamp", "2020-01-01T00:00:00Z"),
        ]),
    );
    check(
        &error,
        ErrorCode::InvalidFieldForInsertUpdate,
        "Unable to create/update fields: CreatedDate, SystemModstamp. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
        &["CreatedDate", "SystemModstamp"],
    );
}

#[test]
fn an_id_in_the_body_is_refused() {
    let mut org = org_with(&CATALOG, 1);
    let error = refused(&mut org, "Account", fields(&[("Id", "001000000000001"), ("Name", "x")]));
    check(&error, ErrorCode::InvalidField, "The Id field should not be specified in the sobject data.", &[]);
}

#[test]
fn values_are_checked_against_their_fields() {
    let mut org = org_with(&CATALOG, 1);
    let long = "x".repeat(256);
    let error = refused(&mut org, "Account", fields(&[("Name", &long)]));
    check(
        &error,
        ErrorCode::StringTooLong,
        &format!("Account Name: data value too large: {long} (max length=255)"),
        &["Name"],
    );
    let error = refused(&mut org, "Contact", fields(&[("LastName", "x"), ("Email", "nobody")]));
    check(&error, ErrorCode::InvalidEmailAddress, "Email: invalid email address: nobody", &["Email"]);
    let error =
        refused(&mut org, "Contact", fields(&[("LastName", "x"), ("AccountId", "001900K0001pPuOAAU")]));
    check(
        &error,
        ErrorCode::MalformedId,
        "Account ID: id value of incorrect type: 001900K0001pPuOAAU",
        &["AccountId"],
    );
    let widget = |members: &[(&str, &str)]| {
        let mut all = vec![field("Name", Input::Text("w".into()))];
        all.extend(fields(members));
        all
    };
    let error = refused(&mut org, "Widget__c", widget(&[("Size__c", "L")]));
    check(
        &error,
        ErrorCode::InvalidOrNullForRestrictedPicklist,
        "Size: bad value for restricted picklist field: L",
        &["Size__c"],
    );
    let error = refused(&mut org, "Widget__c", widget(&[("Count__c", "10000")]));
    check(
        &error,
        ErrorCode::NumberOutsideValidRange,
        "Count: value outside of valid range on numeric field: 10000",
        &["Count__c"],
    );
    create(&mut org, "Widget__c", &[("Name", "w"), ("Count__c", "9999.75"), ("Size__c", "XL")]);
    let older = Call::Create { object: "Widget__c".into(), fields: widget(&[("Size__c", "XL")]) };
    let error = org.call(support::noon(), &support::session(59), older).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidOrNullForRestrictedPicklist, "the value is of 60.0");
}

#[test]
fn values_of_the_wrong_kind_name_their_place() {
    let mut org = org_with(&CATALOG, 1);
    let at = |name: &str, value, line, column| FieldInput {
        name: name.into(),
        value,
        at: Position { line, column },
    };
    let error =
        refused(&mut org, "Account", vec![at("NumberOfEmployees", Input::Text("many".into()), 3, 24)]);
    check(
        &error,
        ErrorCode::JsonParserError,
        "Cannot deserialize instance of int from VALUE_STRING value many or request may be missing a required field at [line:3, column:24]",
        &[],
    );
    let error = refused(
        &mut org,
        "Order",
        vec![at("EffectiveDate", Input::Text("2020-01-01T00:00:00".into()), 1, 19)],
    );
    assert!(
        error
            .message
            .as_deref()
            .unwrap()
            .starts_with("Cannot deserialize instance of date from VALUE_STRING")
    );
    let error = refused(&mut org, "Account", vec![at("Name", Input::Array(vec![]), 1, 9)]);
    check(
        &error,
        ErrorCode::JsonParserError,
        "Cannot deserialize instance of string from START_ARRAY value [line:1, column:9]",
        &[],
    );
    // Numbers and booleans may come as text.
    create(&mut org, "Account", &[("Name", "x"), ("NumberOfEmployees", "100"), ("AnnualRevenue", "1.5e3")]);
}

#[test]
fn references_must_name_a_live_record_of_the_right_object() {
    let mut org = org_with(&CATALOG, 1);
    let account = create(&mut org, "Account", &[("Name", "a")]);
    let contact = create(&mut org, "Contact", &[("LastName", "c"), ("AccountId", &account[..15])]);
    let error = refused(&mut org, "Contact", fields(&[("LastName", "d"), ("AccountId", &contact)]));
    let message = format!("Account ID: id value of incorrect type: {contact}");
    check(&error, ErrorCode::FieldIntegrityException, &message, &["AccountId"]);
    let error = refused(&mut org, "Contact", fields(&[("LastName", "d"), ("AccountId", "001000000000009")]));
    check(&error, ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id", &["AccountId"]);
    call(&mut org, Call::Delete { object: "Account".into(), key: RecordKey::Id(account.as_str().into()) })
        .unwrap();
    let error = refused(&mut org, "Contact", fields(&[("LastName", "d"), ("AccountId", &account)]));
    check(&error, ErrorCode::EntityIsDeleted, "entity is deleted", &[]);
}

#[test]
fn unique_values_name_the_record_that_holds_them() {
    let mut org = org_with(&CATALOG, 1);
    let first = create(&mut org, "Widget__c", &[("Name", "w"), ("Key__c", "K1")]);
    let error = refused(&mut org, "Widget__c", fields(&[("Name", "v"), ("Key__c", "k1")]));
    let message =
        format!("duplicate value found: Key__c duplicates value on record with id: {}", &first[..15]);
    check(&error, ErrorCode::DuplicateValue, &message, &[]);
}

#[test]
fn references_by_external_id_resolve_or_say_what_was_not_found() {
    const PART: &str = r#"{"name": "Part__c", "label": "Part", "keyPrefix": "a03", "custom": true, "calls": ["create", "retrieve"],
      "fields": [{"system": "Id"}, {"name": "Widget__c", "type": "reference", "referenceTo": ["Widget__c"], "relationshipName": "Widget__r"}]}"#;
    let catalog = support::catalog(&["RevenueLifecycle".into()], &[WIDGET, PART]);
    let mut org = org_with(&catalog, 1);
    let widget = create(&mut org, "Widget__c", &[("Name", "w"), ("Key__c", "K1")]);
    let by_key = |key: &str| vec![field("Widget__r", Input::Object(fields(&[("Key__c", key)])))];
    let reply = call(&mut org, Call::Create { object: "Part__c".into(), fields: by_key("K1") }).unwrap();
    let Reply::Created(saved) = reply else { panic!("{reply:?}") };
    assert_eq!(org.record(saved.id).unwrap().get("Widget__c"), Value::Id(widget.parse().unwrap()));
    let error = refused(&mut org, "Part__c", by_key("K2"));
    check(
        &error,
        ErrorCode::InvalidField,
        "Foreign key external ID: k2 not found for field Key__c in entity Widget__c",
        &[],
    );
}

#[test]
fn a_restricted_lookup_forbids_the_deletion_of_its_parent() {
    let mut org = org_with(&CATALOG, 1);
    let account = create(&mut org, "Account", &[("Name", "a")]);
    create(&mut org, "Widget__c", &[("Name", "w"), ("Owner_Account__c", &account)]);
    let delete = Call::Delete { object: "Account".into(), key: RecordKey::Id(account.as_str().into()) };
    let error = call(&mut org, delete).unwrap_err();
    assert_eq!(error.code, ErrorCode::DeleteFailed);
    assert!(org.record(account.parse().unwrap()).is_some_and(|view| !view.get("IsDeleted").is_true()));
}

#[test]
fn objects_that_clients_may_not_write_say_so() {
    let mut org = org_with(&CATALOG, 1);
    let error = refused(&mut org, "AssetAction", vec![]);
    check(
        &error,
        ErrorCode::CannotInsertUpdateActivateEntity,
        "entity type cannot be inserted: Asset Action",
        &[],
    );
}

#[test]
fn a_failed_call_leaves_no_trace() {
    let mut org = org_with(&CATALOG, 1);
    let before: Vec<_> = org.records("Widget__c").map(|view| view.id()).collect();
    create(&mut org, "Widget__c", &[("Name", "w"), ("Key__c", "K1")]);
    refused(&mut org, "Widget__c", fields(&[("Name", "v"), ("Key__c", "K1")]));
    assert_eq!(org.records("Widget__c").count(), before.len() + 1);
}
