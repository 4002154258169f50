//! An org that begins with the export of another one has its records.

use std::{collections::BTreeMap, sync::Arc};

use mockorg_org::{Call, Org, OrgFile, Reply, Session, Settings, Stub, Webhook, catalog::Kind};

use super::{
    recorder::{at, catalog, starter},
    story::story,
    support::fields,
};

/// All records by object and id, with all values.
fn records(org: &Org) -> BTreeMap<String, String> {
    let objects = org.catalog().objects().iter().filter(|def| def.kind == Kind::SObject && !def.is_gone());
    let mut all = BTreeMap::new();
    for def in objects.filter(|def| !def.custom && &*def.name != "EventBusSubscriber") {
        for record in org.records(&def.name) {
            let values: Vec<_> = def
                .fields
                .iter()
                .filter(|field| !field.custom)
                .map(|field| format!("{}={:?}", field.name, record.get(&field.name)))
                .collect();
            all.insert(format!("{} {}", def.name, record.id()), values.join(" "));
        }
    }
    all
}

fn begin(json: &str) -> Org {
    let settings = Settings { seed: 7, session_token: Some("first".into()), ..Settings::default() };
    let mut org = Org::new(catalog(), settings);
    org.load(&OrgFile::parse(json).unwrap(), at("2026-04-01T09:00:00Z")).unwrap();
    org
}

#[test]
fn the_export_of_a_day_begins_an_org_with_the_same_records_under_the_same_ids() {
    let day = story(7);
    let export = day.org.export();
    let mut org = begin(&export.json);
    let (there, here) = (records(&day.org), records(&org));
    for (id, values) in &there {
        assert_eq!(here.get(id), Some(values), "{id}");
    }
    assert_eq!(here.len(), there.len());
    assert!(there.len() > 150, "{}", there.len());
    let again = org.export();
    assert_eq!(again.json, export.json, "an export of the export is the same");
    assert_eq!(again.secrets, export.secrets);
    // What is created next goes on where the records end.
    let now = at("2026-04-01T10:00:00Z");
    let session = Session { token: Some("first".into()), ..day.session };
    let create = Call::Create { object: "Account".into(), fields: fields(&[("Name", "Next")]) };
    let Ok(Reply::Created(saved)) = org.call(now, &session, create) else { panic!("not created") };
    assert!(!there.contains_key(&format!("Account {}", saved.id)));
}

#[test]
fn what_an_org_file_cannot_say_is_told() {
    let export = story(7).org.export();
    let left: BTreeMap<&str, u64> = export.left_out.iter().map(|own| (&*own.what, own.count)).collect();
    for what in [
        "deleted records",
        "events",
        "planned work",
        "bulk jobs",
        "failures",
        "records",
        "definitions",
        "settings",
    ] {
        assert!(left.get(what).is_some_and(|count| *count > 0), "{what}: {left:?}");
    }
    assert!(export.secrets.iter().any(|own| own.starts_with("the password of")), "{:?}", export.secrets);
    let fresh: Vec<_> = starter(7).export().left_out.into_iter().map(|own| own.what).collect();
    assert!(!fresh.contains(&"deleted records".into()), "{fresh:?}");
}

#[test]
fn webhooks_and_stubs_of_whoever_serves_the_org_are_declared_in_its_export() {
    let webhook = Webhook::new("shop", "http://127.0.0.1:1/", "/data/ChangeEvents").with_secret("sesame");
    let stub = Stub::parse(r#"{"name":"a","request":{"path":"/a"},"response":{"body":{"z":1,"a":null}}}"#);
    let (webhooks, stubs) = ([webhook], [stub.unwrap()]);
    let export = starter(7).export_with(&webhooks, &stubs);
    let file = OrgFile::parse(&export.json).unwrap();
    assert_eq!((file.webhooks(), file.stubs()), (&webhooks[..], &stubs[..]));
    assert!(export.secrets.contains(&"the secret of the webhook shop".into()), "{:?}", export.secrets);
}

#[test]
fn a_restored_record_must_be_one() {
    let refuse = |step: &str| {
        let json = format!(r#"{{"name": "x", "steps": [{step}]}}"#);
        let mut org = Org::new(Arc::clone(&catalog()), Settings::default());
        org.load(&OrgFile::parse(&json).unwrap(), at("2026-04-01T09:00:00Z")).unwrap_err().to_string()
    };
    for (step, why) in [
        (r#"{"restore": "Account", "fields": {}}"#, "has an `id`"),
        (
            r#"{"restore": "Account", "id": "003000000000001", "fields": {}}"#,
            "not the id of a record of Account",
        ),
        (r#"{"restore": "Account", "id": "nothing", "fields": {}}"#, "is no id"),
        (r#"{"restore": "Accounts", "id": "001000000000001", "fields": {}}"#, "there is no object"),
        (r#"{"restore": "Account", "id": "001000000000001", "fields": {"Nmae": "x"}}"#, "has no field Nmae"),
        (r#"{"restore": "Account", "id": "001000000000001", "fields": {"Name": 1}}"#, "is not a text"),
        (r#"{"restore": "Account", "id": "001000000000001", "fields": {"IsDeleted": true}}"#, "leave it out"),
        (
            r#"{"restore": "Account", "id": "001000000000001", "fields": {"BillingAddress": "x"}}"#,
            "worked out",
        ),
    ] {
        assert!(refuse(step).contains(why), "{step}: {}", refuse(step));
    }
}
