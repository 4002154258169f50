//! Definition files and org files that were damaged: they are used or refused with a reason, never with a panic.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::sync::{Arc, LazyLock};

use mockorg_org::{
    Org, OrgFile, Settings,
    catalog::{Catalog, DefinitionSource},
};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::{Value as Json, json};

const DEFINITION: &str = r#"{"name": "Rocket__c", "label": "Rocket", "keyPrefix": "a00", "custom": true, "since": "55.0", "until": "60.0",
  "calls": ["create", "query"], "requires": "Rockets",
  "fields": [{"system": "Id"}, {"name": "Name", "type": "string", "length": 80, "nameField": true},
    {"name": "Size__c", "type": "picklist", "picklistValues": ["S", {"value": "XL", "since": "60.0"}], "default": "S"},
    {"name": "Number__c", "type": "string", "autoNumber": true, "autoNumberFormat": "R-{0000}"},
    {"name": "Price__c", "type": "currency", "precision": 18, "scale": 2},
    {"name": "Account__c", "type": "reference", "referenceTo": ["Account"], "relationshipName": "Account__r", "cascadeDelete": true}]}"#;
const ORG: &str = r#"{"name": "test", "features": ["RevenueLifecycle"], "steps": [
    {"create": "Organization", "fields": {"Name": "Test"}},
    {"create": "Profile", "as": "profile", "fields": {"Name": "System Administrator"}},
    {"at": "@monthStart-6M", "create": "Account", "as": "account", "fields": {"Name": "Acme", "NumberOfEmployees": 12}},
    {"update": "$account", "fields": {"Name": "Acme 2", "Description": null}},
    {"find": "Account", "as": "found", "fields": {"Name": "Acme 2"}},
    {"connectedApp": {"name": "App", "clientId": "a", "clientSecret": "b", "refreshTokens": [{"token": "t", "user": "$account"}]}},
    {"action": "createOrUpdateAssetFromOrder", "inputs": [{"orderId": "$account"}]}]}"#;

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[]));

/// What a hand or a tool may put in the place of a value.
fn replacement() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        Json::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("$nobody"),
        json!("@today+9999999999y"),
        json!("9999-12-31T23:59:59-18:00"),
        json!("\u{e9}\u{1f4a9}"),
        json!("a0"),
        json!("{0}"),
        json!([]),
        json!({}),
        json!([[]]),
        json!({"value": "x", "since": "99.0"}),
        json!("Account"),
        json!("Id"),
    ])
}

fn count(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(count).sum::<usize>(),
        Json::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Puts `new` in the place of the value with this number; `None` takes the value out of what holds it.
fn replace(json: &mut Json, at: &mut usize, new: Option<&Json>) -> bool {
    let mut here = |item: &mut Json| {
        if *at == 0 {
            *at = usize::MAX;
            if let Some(new) = new {
                item.clone_from(new);
            }
            return new.is_none();
        }
        *at -= 1;
        replace(item, at, new);
        false
    };
    match json {
        Json::Array(items) => items.retain_mut(|item| !here(item)),
        Json::Object(members) => members.retain(|_, item| !here(item)),
        _ => {}
    }
    true
}

fn damaged(text: &'static str) -> impl Strategy<Value = String> {
    vec((any::<Index>(), proptest::option::of(replacement())), 1..4).prop_map(move |changes| {
        let mut json: Json = serde_json::from_str(text).unwrap();
        for (at, new) in changes {
            let mut at = at.index(count(&json));
            replace(&mut json, &mut at, new.as_ref());
        }
        json.to_string()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_damaged_definition_is_used_or_refused_with_its_origin(json in damaged(DEFINITION), end: Index) {
        let build = |json: &str| Catalog::build(&[DefinitionSource { origin: "rocket.json", json }], &["Rockets".into()]);
        if let Err(error) = build(&json) {
            prop_assert!(error.to_string().starts_with("rocket.json: "), "{}", error);
        }
        let cut: String = json.chars().take(end.index(json.chars().count())).collect();
        prop_assert!(build(&cut).is_err());
    }

    #[test]
    fn a_damaged_org_file_is_performed_or_refused_with_its_step(json in damaged(ORG)) {
        let mut org = Org::new(Arc::clone(&CATALOG), Settings::default());
        if let Err(error) = OrgFile::parse(&json).and_then(|file| org.load(&file, support::noon())) {
            let text = error.to_string();
            prop_assert!(text.starts_with("step ") || text.starts_with("not an org file: "), "{}", text);
        }
    }
}
