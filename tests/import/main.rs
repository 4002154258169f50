//! Imports: an org's describes become definitions, and an org with these definitions describes itself alike.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod folders;
mod hostile;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use mockorg::{ApiVersion, MockOrg};
use mockorg_contract::{
    Json,
    import::{Answers, Described, Import, Manifest, Standard, drift, import, load, save},
    json,
};
use tokio::runtime;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An empty folder of this name.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("import").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The definitions of the project itself.
fn standard() -> Standard {
    Standard::of(mockorg::definitions().iter().copied()).unwrap()
}

async fn get(org: &MockOrg, path: &str) -> Json {
    let answer = reqwest::Client::new()
        .get(format!("{}{path}", org.url()))
        .header("Authorization", org.session().authorization())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    // The address is all that may differ between two orgs.
    let text = answer.text().await.unwrap().replace(org.url(), "http://org");
    json::parse(&text).unwrap()
}

/// What an org says of all its objects, and of the events inside of its events.
async fn described(org: &MockOrg, version: &str) -> Answers {
    let global = get(org, &format!("/services/data/v{version}/sobjects")).await;
    let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    let mut open: Vec<String> = global
        .get("sobjects")
        .and_then(Json::items)
        .unwrap()
        .iter()
        .filter_map(|row| text(row, "name"))
        .collect();
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    let mut describes = Vec::new();
    while let Some(name) = open.pop() {
        let json = get(org, &format!("/services/data/v{version}/sobjects/{name}/describe")).await;
        for field in json.get("fields").and_then(Json::items).unwrap() {
            let nested = text(field, "soapType").unwrap_or_default();
            if let Some(nested) =
                nested.strip_prefix("urn:").filter(|_| text(field, "type").as_deref() == Some("complexvalue"))
                && seen.insert(nested.to_owned())
            {
                open.push(nested.to_owned());
            }
        }
        describes.push(Described { origin: name, json });
    }
    Answers { describes, global: Some(global), ..Answers::default() }
}

fn saved(import: &Import, name: &str) -> PathBuf {
    let folder = folder(name);
    let manifest = Manifest { version: import.version, date: "2026-01-15".to_owned(), ..Manifest::default() };
    save(import, manifest, &folder).unwrap();
    folder
}

fn by_name(answers: &Answers) -> BTreeMap<String, &Json> {
    answers.describes.iter().map(|described| (described.origin.clone(), &described.json)).collect()
}

/// Where two answers differ, by path.
fn differences(path: &str, was: &Json, is: &Json, found: &mut Vec<String>) {
    match (was, is) {
        (Json::Object(own), Json::Object(other)) if was.keys() == is.keys() => {
            for ((key, was), (_, is)) in own.iter().zip(other) {
                differences(&format!("{path}.{key}"), was, is, found);
            }
        }
        (Json::Array(own), Json::Array(other)) if own.len() == other.len() => {
            for (at, (was, is)) in own.iter().zip(other).enumerate() {
                let name = was.get("name").and_then(Json::as_str).map_or(at.to_string(), str::to_owned);
                differences(&format!("{path}[{name}]"), was, is, found);
            }
        }
        _ if was == is => {}
        _ => found.push(format!("{path}: was {was}, is {is}")),
    }
}

fn all_differences(was: &Answers, is: &Answers) -> Vec<String> {
    let mut found = Vec::new();
    let (own, other) = (by_name(was), by_name(is));
    assert_eq!(own.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, json) in &own {
        differences(name, json, other[name], &mut found);
    }
    differences("all", was.global.as_ref().unwrap(), is.global.as_ref().unwrap(), &mut found);
    found
}

#[test]
fn an_org_that_was_imported_describes_itself_like_the_original() {
    block_on(async {
        // Without the definitions that declare formulas and record types, which an import does not carry over.
        let mut builder = MockOrg::builder();
        for file in ["Order_Event__e.json", "Parcel__c.json"] {
            builder = builder
                .schema_json(file, fs::read_to_string(root().join("fixtures/schema").join(file)).unwrap());
        }
        let original = builder.start().await.unwrap();
        let newest = ApiVersion::NEWEST.to_string();
        let answers = described(&original, &newest).await;
        for (name, standard) in [("without", Standard::default()), ("with", standard())] {
            let import = import(&answers, &standard);
            assert!(import.refused.is_empty(), "{:?}", import.refused);
            let folder = saved(&import, name);
            let copy = MockOrg::builder().schema_dir(&folder).start().await.unwrap();
            let found = all_differences(&answers, &described(&copy, &newest).await);
            // What describes do not tell is not to be seen in them, and the report lists it.
            let listed: BTreeSet<&str> = import.rows.iter().map(|row| &*row.property).collect();
            let expected: &[&str] = if name == "with" {
                &["", "publishBehavior"]
            } else {
                &["autoNumberFormat", "publishBehavior"]
            };
            assert_eq!(listed, expected.iter().copied().collect(), "{name}");
            assert!(found.is_empty(), "{name} the project's own definitions:\n{}", found.join("\n"));
        }
    });
}

/// Imports the parcels of an org, with one thing in their definition exchanged.
fn parcels(name: &str, from: &str, to: &str) -> Vec<Json> {
    let folder = folder(&format!("schema-{name}"));
    let text = fs::read_to_string(root().join("fixtures/schema/Parcel__c.json")).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(folder.join("Parcel__c.json"), text.replacen(from, to, 1)).unwrap();
    block_on(async {
        let org = MockOrg::builder().schema_dir(&folder).start().await.unwrap();
        let json = get(&org, "/services/data/v62.0/sobjects/Parcel__c/describe").await;
        let answers = Answers {
            describes: vec![Described { origin: "Parcel__c".to_owned(), json }],
            ..Answers::default()
        };
        let saved = saved(&import(&answers, &standard()), name);
        load(&saved).unwrap().definitions
    })
}

#[test]
fn drift_tells_exactly_what_was_altered() {
    let before = parcels("before", "Parcels", "Parcels");
    let rows = [
        (r#""length":40"#, r#""length":60"#, "Parcel__c.Tracking__c: length was 40, is 60"),
        (
            r#""Size__c","label":"Size""#,
            r#""Size__c","label":"Bulk""#,
            r#"Parcel__c.Size__c: label was "Size", is "Bulk""#,
        ),
        (r#""Medium","#, "", r#"Parcel__c.Size__c: picklistValues[Medium] was "Medium", is the default"#),
        (r#""name":"Batch__c""#, r#""name":"Lot__c""#, "Parcel__c.Batch__c: removed|Parcel__c.Lot__c: added"),
        (r#","unique":true"#, "", "Parcel__c.Tracking__c: unique was true, is the default"),
        (
            r#""Small","Medium""#,
            r#""Medium","Small""#,
            r#"Parcel__c.Size__c: picklistValues was ["Small","Medium","Large"], is ["Medium","Small","Large"]"#,
        ),
        // Nothing altered, nothing told.
        ("Parcels", "Parcels", ""),
    ];
    for (at, (from, to, expected)) in rows.into_iter().enumerate() {
        let after = parcels(&format!("after-{at}"), from, to);
        let changes: Vec<_> = drift(&before, &after).iter().map(ToString::to_string).collect();
        assert_eq!(changes.join("|"), expected);
    }
}

#[test]
fn every_version_of_an_imported_standard_object_stays_what_it_was() {
    block_on(async {
        let original = MockOrg::start().await;
        let answers = described(&original, &ApiVersion::NEWEST.to_string()).await;
        let folder = saved(&import(&answers, &standard()), "versions");
        let copy = MockOrg::builder().schema_dir(&folder).start().await.unwrap();
        for version in ["58.0", "62.0", "65.0"] {
            let path = format!("/services/data/v{version}/sobjects/AssetAction/describe");
            let names = |json: Json| -> BTreeSet<String> {
                let fields = json.get("fields").and_then(Json::items).unwrap().to_vec();
                fields
                    .iter()
                    .filter_map(|field| field.get("name").and_then(Json::as_str).map(str::to_owned))
                    .collect()
            };
            assert_eq!(names(get(&original, &path).await), names(get(&copy, &path).await), "{version}");
        }
    });
}
