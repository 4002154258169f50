//! Schemas of small definitions, member by member.

use mockorg_org::{
    ApiVersion,
    catalog::{Catalog, DefinitionSource},
};
use serde_json::{Value, json};

use super::{SchemaLayout, error_code_schema, object_schemas};

const PLANET: &str = r#"{
  "name": "Planet", "label": "Planet", "keyPrefix": "0pl", "since": "40.0", "calls": ["create", "query"],
  "fields": [
    {"system": "Id"},
    {"name": "Name", "type": "string", "length": 80, "nameField": true, "nillable": false},
    {"name": "Kind", "type": "picklist", "restrictedPicklist": true, "picklistValues": ["Rock", {"value": "Gas", "since": "60.0"}]},
    {"name": "Colour", "type": "picklist", "picklistValues": ["Red"]},
    {"name": "Tags", "type": "multipicklist", "restrictedPicklist": true, "picklistValues": ["A+", "B"]},
    {"name": "Mass", "type": "double", "precision": 18, "scale": 2, "since": "50.0", "until": "60.0"},
    {"name": "Moons", "type": "int"},
    {"name": "IsRound", "type": "boolean"},
    {"name": "Found", "type": "date"},
    {"name": "Passed", "type": "datetime"},
    {"name": "Rises", "type": "time"},
    {"name": "Picture", "type": "base64"},
    {"name": "StarId", "type": "reference", "referenceTo": ["Star"], "relationshipName": "Star", "childRelationshipName": "Planets"},
    {"name": "CurrencyIsoCode", "type": "picklist", "length": 3, "restrictedPicklist": true, "picklistValues": ["USD"]},
    {"system": "CreatedDate"}, {"system": "CreatedById"}, {"system": "LastModifiedDate"}, {"system": "LastModifiedById"}
  ]}"#;

const STAR: &str = r#"{
  "name": "Star", "label": "Star", "keyPrefix": "0st", "calls": ["query"],
  "fields": [{"system": "Id"}, {"name": "Name", "type": "string", "length": 80, "nameField": true}]}"#;

const FLARE: &str = r#"{
  "kind": "platformEvent", "name": "Flare__e", "label": "Flare",
  "fields": [{"name": "Strength__c", "type": "double", "precision": 8, "scale": 2, "label": "Strength"}]}"#;

fn catalog() -> Catalog {
    let sources = [("Planet.json", PLANET), ("Star.json", STAR), ("Flare__e.json", FLARE)];
    let sources = sources.map(|(origin, json)| DefinitionSource { origin, json });
    Catalog::build(&sources, &[]).unwrap()
}

fn schema(layout: SchemaLayout, path: &str) -> Option<Value> {
    let schemas = object_schemas(&catalog(), layout);
    let (_, text) = schemas.into_iter().find(|(own, _)| own == path)?;
    Some(serde_json::from_str(&text).unwrap())
}

fn planet() -> Value {
    schema(SchemaLayout::AllVersions, "responses/records/Planet.schema.json").unwrap()
}

fn at(version: u8) -> SchemaLayout {
    SchemaLayout::Version(ApiVersion::new(version).unwrap())
}

#[test]
fn each_type_of_field_has_its_rule() {
    let planet = planet();
    let common = |name: &str| json!({"$ref": format!("../common.schema.json#/$defs/{name}")});
    let mut star = common("idOrNull");
    star["pattern"] = "^0st".into();
    let mut id = common("id");
    id["pattern"] = "^0pl".into();
    let picture = r"^/services/data/v[0-9]{2}\.0/(tooling/)?sobjects/Planet/[a-zA-Z0-9]{18}/Picture$";
    for (field, rule) in [
        ("Id", id),
        ("Name", json!({"type": "string", "maxLength": 80})),
        ("Kind", json!({"enum": ["Rock", "Gas", null]})),
        ("Colour", json!({"type": ["string", "null"], "maxLength": 255})),
        ("Tags", json!({"type": ["string", "null"], "pattern": r"^(A\+|B)(;(A\+|B))*$"})),
        ("Mass", json!({"type": ["number", "null"], "x-since": "50.0", "x-until": "60.0"})),
        ("Moons", json!({"type": ["integer", "null"]})),
        ("IsRound", json!({"type": "boolean"})),
        ("Found", common("dateOrNull")),
        ("Passed", common("datetimeOrNull")),
        ("Rises", common("timeOrNull")),
        ("Picture", json!({"type": ["string", "null"], "pattern": picture})),
        ("StarId", star),
        // Which currencies there are is the org's own choice.
        ("CurrencyIsoCode", json!({"type": ["string", "null"], "maxLength": 3})),
        ("Star", json!({"$ref": "../record.schema.json#/$defs/parent"})),
    ] {
        assert_eq!(planet["properties"][field], rule, "{field}");
    }
}

#[test]
fn a_parent_has_its_children_in_the_versions_of_the_child() {
    let star = schema(SchemaLayout::AllVersions, "responses/records/Star.schema.json").unwrap();
    let children = json!({"$ref": "../record.schema.json#/$defs/children", "x-since": "40.0"});
    assert_eq!(star["properties"]["Planets"], children);
}

#[test]
fn a_schema_of_one_version_has_just_what_exists_there() {
    assert!(schema(at(39), "records/Planet.schema.json").is_none());
    let has_mass = |version| {
        let planet = schema(at(version), "records/Planet.schema.json").unwrap();
        planet["properties"].get("Mass").is_some()
    };
    assert_eq!([49, 50, 60, 61].map(has_mass), [false, true, true, false]);
    for (_, text) in object_schemas(&catalog(), at(55)) {
        assert!(!text.contains("x-since") && !text.contains("x-until"), "{text}");
    }
}

#[test]
fn only_standard_objects_may_have_fields_that_are_not_known() {
    assert_eq!(planet()["additionalProperties"], false);
    assert!(planet().get("patternProperties").is_some());
    let own =
        PLANET.replace("\"Planet\"", "\"Planet__c\"").replace("\"calls\"", "\"custom\": true, \"calls\"");
    let sources = [DefinitionSource { origin: "Planet__c.json", json: &own }];
    let schemas = object_schemas(&Catalog::build(&sources, &[]).unwrap(), SchemaLayout::AllVersions);
    let (_, text) = schemas.iter().find(|(path, _)| path.ends_with("records/Planet__c.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(text).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema.get("patternProperties").is_none());
}

#[test]
fn a_platform_event_has_all_of_its_fields_and_a_change_whichever_it_tells_of() {
    let flare = schema(SchemaLayout::AllVersions, "events/payloads/Flare__e.schema.json").unwrap();
    assert_eq!(flare["required"], json!(["CreatedDate", "CreatedById", "Strength__c"]));
    let time = json!({"$ref": "../../responses/common.schema.json#/$defs/eventTime"});
    assert_eq!(flare["properties"]["CreatedDate"], time);
    let change = schema(at(62), "events/PlanetChangeEvent.schema.json").unwrap();
    assert_eq!(change["required"], json!(["ChangeEventHeader"]));
    assert_eq!(
        change["properties"]["ChangeEventHeader"]["properties"]["entityName"],
        json!({"const": "Planet"})
    );
    let time = json!({"$ref": "../responses/common.schema.json#/$defs/eventTimeOrNull"});
    assert_eq!(change["properties"]["Passed"], time);
    // What the header says is no field of the payload, and contents do not travel.
    assert!(change["properties"].get("Id").is_none() && change["properties"].get("Picture").is_none());
}

#[test]
fn the_text_has_a_line_per_member_and_is_the_same_every_time() {
    let texts = || object_schemas(&catalog(), SchemaLayout::AllVersions);
    assert_eq!(texts(), texts());
    let (_, text) =
        texts().into_iter().find(|(path, _)| path.ends_with("records/Planet.schema.json")).unwrap();
    assert!(text.contains("\n    \"Moons\": {\"type\":[\"integer\",\"null\"]},\n"), "{text}");
}

#[test]
fn every_code_of_the_org_is_in_the_list_of_codes() {
    let schema: Value = serde_json::from_str(&error_code_schema()).unwrap();
    let codes = schema["enum"].as_array().unwrap();
    assert_eq!(codes.len(), mockorg_org::ErrorCode::ALL.len());
    assert!(codes.contains(&json!("INVALID_FIELD")));
}
