//! Answers that mean no good: refused with their place, and never with a panic.

use std::sync::LazyLock;

use mockorg_contract::{
    Json,
    import::{Answers, Described, Standard, definition, import},
    json,
};
use mockorg_org::catalog::{Catalog, DefinitionSource};
use proptest::{prelude::*, test_runner::Config};

static STANDARD: LazyLock<Standard> = LazyLock::new(crate::standard);

/// What a describe with this list of fields is refused with.
fn refused(name: &str, fields: &str) -> String {
    let text = format!(r#"{{"name": {}, "label": "X", "fields": {fields}}}"#, Json::String(name.to_owned()));
    definition(&json::parse(&text).unwrap(), None).unwrap_err().to_string()
}

#[test]
fn describes_that_mean_no_good_are_refused_with_their_place() {
    let field = |members: &str| format!(r#"[{{"name": "A__c", "type": "string", {members}}}]"#);
    let rows = [
        (refused("../x", "[]"), "../x: at name: is no API name"),
        (refused("X__c", "7"), "X__c: at fields: expected a list, found 7"),
        (refused("X__c", "[null]"), "at fields[0]: expected an object, found null"),
        (refused("X__c", r#"[{"type": "string"}]"#), "at fields[0].name: is missing or empty"),
        (refused("X__c", r#"[{"name": "A__c"}]"#), "at fields[0] (A__c).type: is missing or empty"),
        (
            refused("X__c", r#"[{"name": "Größe__c", "type": "string"}]"#),
            "at fields[0] (Größe__c).name: is no API name",
        ),
        (
            refused("X__c", &field(r#""length": -1"#)),
            "at fields[0] (A__c).length: -1 is no whole number from 0",
        ),
        (refused("X__c", &field(r#""length": 1e99"#)), "(A__c).length: 1e99 is no whole number"),
        (
            refused("X__c", &field(r#""precision": 300"#)),
            "(A__c).precision: 300 is no whole number from 0 to 255",
        ),
        (
            refused("X__c", &field(r#""length": "long""#)),
            "(A__c).length: expected a whole number, found the string 'long'",
        ),
        (refused("X__c", &field(r#""nillable": "yes""#)), "(A__c).nillable: expected true or false"),
        (
            refused("X__c", &field(r#""picklistValues": [{"label": 1}]"#)),
            "(A__c).picklistValues[0].value: is missing",
        ),
        (
            refused("X__c", r#"[{"name": "A__c", "type": "int"}, {"name": "a__C", "type": "int"}]"#),
            "at fields[1] (a__C).name: an earlier field has the same name",
        ),
    ];
    for (message, expected) in rows {
        assert!(message.contains(expected), "{message}\ndoes not say\n{expected}");
    }
}

#[test]
fn ten_thousand_fields_become_a_definition() {
    let fields: Vec<_> = (0..10_000)
        .map(|at| {
            format!(
                r#"{{"name": "F{at}__c", "type": "string", "length": 80, "label": "日本語 \u0000 {at}"}}"#
            )
        })
        .collect();
    let text = format!(
        r#"{{"name": "Wide__c", "label": "Wide", "custom": true, "fields": [{}]}}"#,
        fields.join(",")
    );
    let made = definition(&json::parse(&text).unwrap(), None).unwrap();
    assert_eq!(made.fields, 10_000);
}

/// Any JSON at all, with members that describes have.
fn any_json() -> impl Strategy<Value = Json> {
    let key = prop::sample::select(vec![
        "name",
        "label",
        "type",
        "fields",
        "length",
        "precision",
        "scale",
        "digits",
        "referenceTo",
        "picklistValues",
        "value",
        "nillable",
        "childRelationships",
        "childSObject",
        "field",
        "recordTypeInfos",
        "keyPrefix",
        "urls",
        "sobject",
        "custom",
        "autoNumber",
        "defaultValue",
        "soapType",
        "supportedScopes",
        "relationshipName",
    ]);
    let text = prop::sample::select(vec![
        "X__c",
        "Y__e",
        "Id",
        "../x",
        "",
        "string",
        "reference",
        "complexvalue",
        "double",
        "address",
        "urn:X__c",
        "é\u{0}",
    ]);
    let number = prop::sample::select(vec!["0", "-1", "255", "256", "4294967296", "1.5", "1e300"]);
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number.prop_map(|text| Json::Number(text.to_owned())),
        text.prop_map(|text| Json::String(text.to_owned())),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::btree_map(key.clone(), inner, 0..12).prop_map(|map| Json::Object(
                map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

/// A field with a name and a type, and any members beside.
fn any_field() -> impl Strategy<Value = Json> {
    let name = prop::sample::select(vec!["Id", "A__c", "B__c", "C__c", "D__c", "CreatedById", "ReplayId"]);
    let kind = prop::sample::select(vec![
        "string",
        "int",
        "double",
        "reference",
        "id",
        "boolean",
        "picklist",
        "furlong",
        "address",
        "complexvalue",
    ]);
    (name, kind, any_json()).prop_map(|(name, kind, json)| {
        let text = |text: &str| Json::String(text.to_owned());
        let mut members = vec![("name".to_owned(), text(name)), ("type".to_owned(), text(kind))];
        if let Json::Object(others) = json {
            members.extend(others.into_iter().filter(|(key, _)| key != "name" && key != "type"));
        }
        Json::Object(members)
    })
}

proptest! {
    #![proptest_config(Config { cases: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_answer_makes_an_import_panic(name in "[XY]__[ce]", json in any_json(), fields in prop::collection::vec(any_field(), 0..6)) {
        let mut members = vec![("name".to_owned(), Json::String(name)), ("fields".to_owned(), Json::Array(fields))];
        if let Json::Object(others) = json {
            members.extend(others.into_iter().filter(|(key, _)| key != "name" && key != "fields"));
        }
        let describe = Json::Object(members);
        let answers = Answers { describes: vec![Described { origin: "any".to_owned(), json: describe }], ..Answers::default() };
        for standard in [&Standard::default(), &*STANDARD] {
            let made = import(&answers, standard);
            prop_assert_eq!(made.definitions.len() + made.refused.len(), 1);
            for error in &made.refused {
                prop_assert!(error.to_string().starts_with("any: at "), "{error}");
            }
            let texts: Vec<_> = made.definitions.iter().map(|made| made.json.to_string()).collect();
            let files = texts.iter().map(|json| DefinitionSource { origin: "made", json });
            let built = Catalog::build(&files.collect::<Vec<_>>(), &[]);
            prop_assert!(built.is_ok(), "{:?}\n{texts:?}", built.err());
        }
    }
}
