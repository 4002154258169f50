//! What definitions declare, the org does: formulas, rules, roll-ups, defaults, record types, duplicates.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::sync::{Arc, LazyLock};

use mockorg_org::{
    ApiError, Call, ErrorCode, FieldInput, Input, Org, QueryPage, RecordKey, Reply, SaveOptions, Value,
    catalog::{Catalog, DefinitionSource},
};
use support::{call, create, field, fields, org_with};

const SHIP: &str = r#"{"name": "Ship__c", "label": "Ship", "keyPrefix": "a10", "custom": true,
  "calls": ["create", "delete", "query", "retrieve", "undelete", "update", "upsert"],
  "fields": [{"system": "Id"}, {"system": "IsDeleted"},
    {"name": "Name", "label": "Ship Number", "type": "string", "length": 80, "nameField": true, "autoNumber": true, "autoNumberFormat": "S-{YYYY}-{000}"},
    {"system": "CreatedDate"}, {"system": "LastModifiedDate"}, {"system": "SystemModstamp"},
    {"name": "Class__c", "label": "Class", "type": "picklist", "restrictedPicklist": true, "defaultedOnCreate": true, "picklistValues": [{"value": "Barge", "defaultValue": true}, "Tug", "Liner"]},
    {"name": "Home__c", "label": "Home", "type": "string", "length": 40, "defaultValueFormula": "UPPER(\"kiel\") & \" \" & $User.Alias"},
    {"name": "Fleet__c", "label": "Fleet", "type": "reference", "referenceTo": ["Fleet__c"], "relationshipName": "Fleet__r", "cascadeDelete": true, "nillable": false, "relationshipOrder": 0, "updateable": false},
    {"name": "Weight__c", "label": "Weight", "type": "double", "precision": 12, "scale": 2, "summary": {"object": "Crate__c", "field": "Ship__c", "operation": "sum", "of": "Weight__c"}},
    {"name": "Crates__c", "label": "Crates", "type": "double", "precision": 18, "scale": 0, "summary": {"object": "Crate__c", "field": "Ship__c", "operation": "count", "filters": [{"field": "Kind__c", "operator": "equals", "value": "Wood, Foam"}]}},
    {"name": "Lightest__c", "label": "Lightest", "type": "double", "precision": 12, "scale": 2, "summary": {"object": "Crate__c", "field": "Ship__c", "operation": "min", "of": "Weight__c"}},
    {"name": "Load__c", "label": "Load", "type": "string", "calculatedFormula": "Name & \": \" & TEXT(Weight__c) & \" t of \" & Fleet__r.Name"},
    {"name": "Full__c", "label": "Full", "type": "boolean", "calculatedFormula": "Weight__c >= 100"},
    {"name": "Mean__c", "label": "Mean", "type": "double", "precision": 12, "scale": 2, "calculatedFormula": "Weight__c / Crates__c"}],
  "recordTypeDefinitions": [
    {"developerName": "River", "label": "River Ship", "default": true, "picklists": {"Class__c": {"values": ["Barge", "Tug"], "default": "Tug"}}},
    {"developerName": "Sea", "label": "Sea Ship", "picklists": {"Class__c": {"values": ["Liner"]}}},
    {"developerName": "Old", "label": "Old", "active": false}],
  "validationRules": [
    {"name": "Not_Too_Heavy", "condition": "Weight__c > 1000", "message": "The ship would sink."},
    {"name": "Home_Stays", "condition": "NOT(ISNEW()) && ISCHANGED(Home__c)", "message": "A ship keeps its home.", "field": "Home__c"},
    {"name": "Home_Known", "condition": "ISBLANK(Home__c)", "message": "A ship needs a home.", "field": "Home__c"},
    {"name": "Sleeps", "active": false, "condition": "TRUE", "message": "never"}]}"#;

const FLEET: &str = r#"{"name": "Fleet__c", "label": "Fleet", "keyPrefix": "a11", "custom": true,
  "calls": ["create", "delete", "query", "retrieve", "undelete", "update"],
  "fields": [{"system": "Id"}, {"system": "IsDeleted"}, {"name": "Name", "type": "string", "length": 80, "nameField": true},
    {"system": "SystemModstamp"},
    {"name": "Code__c", "label": "Code", "type": "string", "length": 20},
    {"name": "Weight__c", "label": "Weight", "type": "double", "precision": 12, "scale": 2, "summary": {"object": "Ship__c", "field": "Fleet__c", "operation": "sum", "of": "Weight__c"}}],
  "duplicateRules": [
    {"name": "Same_Code", "match": [{"field": "Code__c", "method": "caseInsensitive"}], "message": "The code is taken."},
    {"name": "Same_Name", "onInsert": "allow", "onUpdate": "allow", "match": [{"field": "Name"}]}]}"#;

const CRATE: &str = r#"{"name": "Crate__c", "label": "Crate", "keyPrefix": "a12", "custom": true,
  "calls": ["create", "delete", "query", "retrieve", "undelete", "update"],
  "fields": [{"system": "Id"}, {"system": "IsDeleted"}, {"name": "Name", "type": "string", "length": 80, "nameField": true},
    {"system": "SystemModstamp"},
    {"name": "Weight__c", "label": "Weight", "type": "double", "precision": 12, "scale": 2},
    {"name": "Kind__c", "label": "Kind", "type": "picklist", "picklistValues": ["Wood", "Foam", "Steel"]},
    {"name": "Owner__c", "label": "Owner", "type": "reference", "referenceTo": ["Account"], "relationshipName": "Owner__r"},
    {"name": "Ship__c", "label": "Ship", "type": "reference", "referenceTo": ["Ship__c"], "relationshipName": "Ship__r", "cascadeDelete": true, "nillable": false, "relationshipOrder": 0}],
  "validationRules": [{"name": "Owned", "condition": "ISCHANGED(Owner__c) && ISBLANK(Owner__c)", "message": "A crate keeps an owner."}]}"#;

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[SHIP, FLEET, CRATE]));

fn harbour() -> (Org, String, String) {
    let mut org = org_with(&CATALOG, 1);
    let fleet = create(&mut org, "Fleet__c", &[("Name", "North"), ("Code__c", "N1")]);
    let ship = create(&mut org, "Ship__c", &[("Fleet__c", &fleet)]);
    (org, fleet, ship)
}

fn page(org: &mut Org, soql: &str) -> QueryPage {
    let reply = call(org, Call::Query { soql: soql.into(), all: false, batch_size: None });
    let Reply::Page(page) = reply.unwrap() else { panic!("no page") };
    *page
}

/// The cells of all rows as texts.
fn rows(org: &mut Org, soql: &str) -> Vec<Vec<String>> {
    let page = page(org, soql);
    page.rows.iter().map(|row| row.cells.iter().map(shown).collect()).collect()
}

fn shown(cell: &mockorg_org::Cell) -> String {
    match cell {
        mockorg_org::Cell::Value(Value::Null) => "null".to_owned(),
        mockorg_org::Cell::Value(Value::Text(text)) => text.to_string(),
        mockorg_org::Cell::Value(Value::Bool(value)) => value.to_string(),
        mockorg_org::Cell::Value(value) => {
            value.as_number().map_or_else(|| format!("{value:?}"), |number| number.normalize().to_string())
        }
        cell => format!("{cell:?}"),
    }
}

fn one(org: &mut Org, soql: &str) -> String {
    rows(org, soql)[0].join("|")
}

fn update(org: &mut Org, object: &str, id: &str, members: Vec<FieldInput>) -> Result<Reply, ApiError> {
    call(org, Call::Update { object: object.into(), id: id.into(), fields: members })
}

fn delete(org: &mut Org, object: &str, id: &str) {
    call(org, Call::Delete { object: object.into(), key: RecordKey::Id(id.into()) }).unwrap();
}

fn record_type(org: &mut Org, name: &str) -> String {
    let soql =
        format!("SELECT Id FROM RecordType WHERE SobjectType = 'Ship__c' AND DeveloperName = '{name}'");
    let page = page(org, &soql);
    page.rows[0].id.unwrap().to_string()
}

#[test]
fn a_formula_field_is_read_selected_filtered_and_sorted_by_but_never_written() {
    let (mut org, _, ship) = harbour();
    create(&mut org, "Crate__c", &[("Ship__c", &ship), ("Weight__c", "60"), ("Kind__c", "Wood")]);
    create(&mut org, "Crate__c", &[("Ship__c", &ship), ("Weight__c", "50"), ("Kind__c", "Steel")]);
    assert_eq!(
        one(&mut org, "SELECT Load__c, Full__c, Mean__c FROM Ship__c WHERE Full__c = true ORDER BY Load__c"),
        "S-2026-001: 110 t of North|true|110"
    );
    assert!(rows(&mut org, "SELECT Id FROM Ship__c WHERE Mean__c < 110").is_empty());
    let refused = update(&mut org, "Ship__c", &ship, fields(&[("Load__c", "x")])).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidFieldForInsertUpdate);
}

#[test]
fn a_formula_without_a_value_is_null() {
    let (mut org, _, _) = harbour();
    assert_eq!(one(&mut org, "SELECT Mean__c, Full__c FROM Ship__c"), "null|false");
}

#[test]
fn roll_ups_follow_every_change_of_the_records_below_up_to_the_grandparent() {
    let (mut org, fleet, ship) = harbour();
    assert_eq!(one(&mut org, "SELECT Weight__c, Crates__c, Lightest__c FROM Ship__c"), "0|0|null");
    let heavy = create(&mut org, "Crate__c", &[("Ship__c", &ship), ("Weight__c", "60"), ("Kind__c", "Wood")]);
    let light =
        create(&mut org, "Crate__c", &[("Ship__c", &ship), ("Weight__c", "5.5"), ("Kind__c", "Steel")]);
    let summed = |org: &mut Org| {
        (
            one(org, "SELECT Weight__c, Crates__c, Lightest__c FROM Ship__c ORDER BY Name LIMIT 1"),
            one(org, "SELECT Weight__c FROM Fleet__c"),
        )
    };
    assert_eq!(summed(&mut org), ("65.5|1|5.5".into(), "65.5".into()));
    update(
        &mut org,
        "Crate__c",
        &light,
        vec![field("Weight__c", Input::Null), field("Kind__c", Input::Text("Foam".into()))],
    )
    .unwrap();
    assert_eq!(summed(&mut org), ("60|2|60".into(), "60".into()));
    update(&mut org, "Crate__c", &light, fields(&[("Weight__c", "1")])).unwrap();
    delete(&mut org, "Crate__c", &light);
    assert_eq!(summed(&mut org), ("60|1|60".into(), "60".into()));
    let Reply::Undeleted(outcomes) =
        call(&mut org, Call::Undelete { ids: vec![light.as_str().into()] }).unwrap()
    else {
        panic!()
    };
    outcomes[0].as_ref().unwrap();
    assert_eq!(summed(&mut org), ("61|2|1".into(), "61".into()));
    let other = create(&mut org, "Ship__c", &[("Fleet__c", &fleet)]);
    update(&mut org, "Crate__c", &heavy, fields(&[("Ship__c", &other)])).unwrap();
    assert_eq!(summed(&mut org), ("1|1|1".into(), "61".into()));
    delete(&mut org, "Ship__c", &other);
    assert_eq!(summed(&mut org), ("1|1|1".into(), "1".into()));
    call(&mut org, Call::Undelete { ids: vec![other.as_str().into()] }).unwrap();
    assert_eq!(summed(&mut org), ("1|1|1".into(), "61".into()));
    assert_eq!(rows(&mut org, "SELECT Weight__c FROM Ship__c ORDER BY Name"), [["1"], ["60"]]);
}

#[test]
fn a_parents_rules_refuse_what_its_records_would_make_of_it() {
    let (mut org, _, ship) = harbour();
    let create = Call::Create {
        object: "Crate__c".into(),
        fields: fields(&[("Ship__c", &ship), ("Weight__c", "2000")]),
    };
    let refused = call(&mut org, create).unwrap_err();
    assert_eq!(refused.code, ErrorCode::FieldCustomValidationException);
    assert_eq!(refused.message.as_deref(), Some("The ship would sink."));
    assert!(refused.fields.is_empty());
    assert!(rows(&mut org, "SELECT Id FROM Crate__c").is_empty(), "a refused call leaves no trace");
}

#[test]
fn every_validation_rule_that_a_record_breaks_is_told() {
    let (mut org, _, ship) = harbour();
    let refused = update(&mut org, "Ship__c", &ship, vec![field("Home__c", Input::Null)]).unwrap_err();
    let told: Vec<_> = refused
        .each()
        .map(|error| (error.code, error.message.as_deref().unwrap(), error.fields.len()))
        .collect();
    let code = ErrorCode::FieldCustomValidationException;
    assert_eq!(told, [(code, "A ship keeps its home.", 1), (code, "A ship needs a home.", 1)]);
}

#[test]
fn new_records_get_defaults_numbers_and_the_default_record_type() {
    let (mut org, fleet, _) = harbour();
    assert_eq!(
        one(&mut org, "SELECT Name, Home__c, Class__c, RecordType.DeveloperName FROM Ship__c")
            .split("|Tug")
            .next()
            .unwrap(),
        "S-2026-001|KIEL admin"
    );
    let given =
        create(&mut org, "Ship__c", &[("Fleet__c", &fleet), ("Home__c", "Bonn"), ("Class__c", "Barge")]);
    assert_eq!(
        one(&mut org, &format!("SELECT Name, Home__c, Class__c FROM Ship__c WHERE Id = '{given}'")),
        "S-2026-002|Bonn|Barge"
    );
}

#[test]
fn record_types_decide_which_picklist_values_a_record_may_have() {
    let (mut org, fleet, ship) = harbour();
    let sea = record_type(&mut org, "Sea");
    let liner =
        create(&mut org, "Ship__c", &[("Fleet__c", &fleet), ("RecordTypeId", &sea), ("Class__c", "Liner")]);
    let refused = update(&mut org, "Ship__c", &liner, fields(&[("Class__c", "Tug")])).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidOrNullForRestrictedPicklist);
    assert_eq!(refused.message.as_deref(), Some("Class: bad value for restricted picklist field: Tug"));
    let refused = update(&mut org, "Ship__c", &ship, fields(&[("Class__c", "Liner")])).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidOrNullForRestrictedPicklist);
    for wrong in [record_type(&mut org, "Old"), "012000000000999AAA".to_owned()] {
        let refused = update(&mut org, "Ship__c", &ship, fields(&[("RecordTypeId", &wrong)])).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidCrossReferenceKey);
        let message = refused.message.unwrap();
        assert!(
            message.starts_with("Record Type ID: this ID value isn't valid for the user: 012"),
            "{message}"
        );
    }
    let Reply::Describe(described) = call(&mut org, Call::Describe { object: "Ship__c".into() }).unwrap()
    else {
        panic!()
    };
    let infos: Vec<_> = described
        .record_types
        .iter()
        .map(|info| (&*info.developer_name, info.active, info.default))
        .collect();
    assert_eq!(
        infos,
        [("River", true, true), ("Sea", true, false), ("Old", false, false), ("Master", true, false)]
    );
}

#[test]
fn a_record_type_without_a_default_of_its_own_leaves_out_the_fields_default_that_it_lacks() {
    let (mut org, fleet, _) = harbour();
    let sea = record_type(&mut org, "Sea");
    let ship = create(&mut org, "Ship__c", &[("Fleet__c", &fleet), ("RecordTypeId", &sea)]);
    assert_eq!(one(&mut org, &format!("SELECT Class__c FROM Ship__c WHERE Id = '{ship}'")), "null");
}

#[test]
fn a_lookup_that_a_delete_clears_asks_no_validation_rule() {
    let (mut org, _, ship) = harbour();
    let owner = create(&mut org, "Account", &[("Name", "Owner")]);
    let crate_id = create(&mut org, "Crate__c", &[("Ship__c", &ship), ("Owner__c", &owner)]);
    let refused = update(&mut org, "Crate__c", &crate_id, vec![field("Owner__c", Input::Null)]).unwrap_err();
    assert_eq!(refused.message.as_deref(), Some("A crate keeps an owner."));
    delete(&mut org, "Account", &owner);
    assert_eq!(one(&mut org, "SELECT Owner__c FROM Crate__c"), "null");
}

#[test]
fn records_of_one_save_are_held_against_those_before_it_and_not_against_each_other() {
    let (mut org, _, _) = harbour();
    let fleet = |code: &str| Call::Create {
        object: "Fleet__c".into(),
        fields: fields(&[("Name", code), ("Code__c", code)]),
    };
    let calls = vec![fleet("T1"), fleet("t1"), fleet("n1")];
    let Reply::Together(outcomes) = call(&mut org, Call::Together { calls, all_or_none: false }).unwrap()
    else {
        panic!()
    };
    let codes: Vec<_> =
        outcomes.iter().map(|outcome| outcome.as_ref().err().map(|error| error.code)).collect();
    assert_eq!(codes, [None, None, Some(ErrorCode::DuplicatesDetected)]);
    let found = call(&mut org, fleet("T1")).unwrap_err();
    assert_eq!(found.duplicates().unwrap().records.len(), 2);
}

#[test]
fn blank_values_are_no_duplicates_of_each_other_unless_the_rule_says_so() {
    let (mut org, _, _) = harbour();
    create(&mut org, "Fleet__c", &[("Name", "A")]);
    create(&mut org, "Fleet__c", &[("Name", "B")]);
    assert_eq!(rows(&mut org, "SELECT Id FROM Fleet__c WHERE Code__c = null").len(), 2);
}

#[test]
fn duplicates_are_refused_or_saved_as_rule_and_request_say() {
    let (mut org, fleet, _) = harbour();
    let attempt = |org: &mut Org, name: &str, code: &str, allow: bool| {
        let create =
            Call::Create { object: "Fleet__c".into(), fields: fields(&[("Name", name), ("Code__c", code)]) };
        let options = SaveOptions { allow_duplicates: allow };
        call(org, Call::Saving { options, call: Box::new(create) })
    };
    let blocked = attempt(&mut org, "South", "n1", true).unwrap_err();
    assert_eq!(blocked.code, ErrorCode::DuplicatesDetected);
    assert_eq!(blocked.message.as_deref(), Some("The code is taken."));
    let found = blocked.duplicates().unwrap();
    assert_eq!(
        (found.allow_save, &*found.rule, found.records[0].to_string()),
        (false, "Same_Code", fleet.clone())
    );
    let alerted = attempt(&mut org, "North", "N2", false).unwrap_err();
    assert_eq!(alerted.message.as_deref(), Some("Use one of these records?"));
    assert!(alerted.duplicates().unwrap().allow_save);
    attempt(&mut org, "North", "N2", true).unwrap();
    assert!(attempt(&mut org, "North", "N3", false).is_err(), "the options belong to one call");
    update(&mut org, "Fleet__c", &fleet, fields(&[("Code__c", "N1")])).unwrap();
    assert!(update(&mut org, "Fleet__c", &fleet, fields(&[("Code__c", "N2")])).is_err());
}

#[test]
fn definitions_that_name_what_does_not_exist_are_refused_with_the_place() {
    let refused = |json: &str| {
        let sources = [CRATE, json].map(|json| DefinitionSource { origin: "Box__c.json", json });
        Catalog::build(&sources, &[]).unwrap_err().to_string()
    };
    let object = |more: &str, field: &str| {
        format!(
            r#"{{"name": "Box__c", "label": "Box", "keyPrefix": "a1x", "calls": ["query"], {more}
          "fields": [{{"system": "Id"}}, {{"name": "Name", "type": "string", "length": 80, "nameField": true}},
            {{"name": "Up__c", "type": "reference", "referenceTo": ["Box__c"], "relationshipName": "Up__r"}}{field}]}}"#
        )
    };
    let rule = r#""validationRules": [{"name": "R", "condition": "Nope__c = 1", "message": "m"}],"#;
    assert_eq!(
        refused(&object(rule, "")),
        "Box__c.json: validationRules `R`: condition: Error: Field Nope__c does not exist. Check spelling."
    );
    for (field, expected) in [
        (
            r#"{"name": "A__c", "type": "double", "precision": 5, "scale": 0, "calculatedFormula": "Up__r.A__c + 1"}"#,
            "leads back to itself",
        ),
        (
            r#"{"name": "A__c", "type": "double", "precision": 5, "scale": 0, "calculatedFormula": "\"x\""}"#,
            "incompatible with expected data type (Number)",
        ),
        (
            r#"{"name": "A__c", "type": "double", "precision": 5, "scale": 0, "summary": {"object": "Crate__c", "field": "Ship__c", "operation": "count"}}"#,
            "does not refer to Box__c",
        ),
        (
            r#"{"name": "A__c", "type": "double", "precision": 5, "scale": 0, "summary": {"object": "Box__c", "field": "Up__c", "operation": "sum", "of": "A__c"}}"#,
            "leads back to itself",
        ),
        (
            r#"{"name": "A__c", "type": "double", "precision": 5, "scale": 0, "summary": {"object": "Box__c", "field": "Up__c", "operation": "sum", "of": "F__c"}}, {"name": "F__c", "type": "double", "precision": 5, "scale": 0, "calculatedFormula": "DAY(TODAY())"}"#,
            "`F__c` of Box__c depends on other records, the user or the time",
        ),
        (
            r#"{"name": "A__c", "type": "reference", "referenceTo": ["Box__c"], "lookupFilter": {}}"#,
            "`lookupFilter` is not modelled",
        ),
    ] {
        let message = refused(&object("", &format!(",{field}")));
        assert!(message.starts_with("Box__c.json: field `A__c`") && message.contains(expected), "{message}");
    }
    for (member, expected) in [
        (
            r#""duplicateRules": [{"name": "D", "match": [{"field": "Name", "method": "fuzzyCompany"}]}],"#,
            "fuzzyCompany",
        ),
        (
            r#""duplicateRules": [{"name": "D", "match": [{"field": "Nope"}]}],"#,
            "the object has no field `Nope`",
        ),
        (
            r#""recordTypeDefinitions": [{"developerName": "A", "label": "A", "picklists": {"Name": {"values": []}}}],"#,
            "the object has no picklist `Name`",
        ),
        (
            r#""listViews": [{"developerName": "A", "label": "A", "colour": "red"}],"#,
            "unknown field `colour`",
        ),
    ] {
        let message = refused(&object(member, ""));
        assert!(message.contains(expected), "{message}");
    }
}
