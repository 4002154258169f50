//! `mockorg schemas export`: what it writes can be used by any validator, and it writes over nothing of others.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Output},
};

use jsonschema::{Registry, Validator};
use mockorg::MockOrg;
use mockorg_contract::{Client, Request, Schemas, Target};
use serde_json::Value;
use tokio::runtime;

/// A folder of this test that does not exist yet.
fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("mockorg-schemas-{}-{name}", process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn own_objects() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/schema")
}

fn export(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
    command.args(["schemas", "export"]).arg(folder).args(arguments).arg("--schema").arg(own_objects());
    command.output().unwrap()
}

/// The schemas of a version by their paths below it.
fn read(folder: &Path, version: &str) -> Vec<(String, Value)> {
    let mut schemas = Vec::new();
    for kind in ["records", "events", "responses"] {
        for entry in fs::read_dir(folder.join(version).join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            schemas.push((format!("{kind}/{name}"), serde_json::from_str(&text).unwrap()));
        }
    }
    schemas
}

fn registry(schemas: &[(String, Value)]) -> Registry<'static> {
    let mut builder = Registry::new();
    for (path, schema) in schemas {
        builder = builder.add(format!("file:///{path}"), schema.clone()).unwrap();
    }
    builder.prepare().unwrap()
}

fn validator(registry: &Registry<'_>, schemas: &[(String, Value)], path: &str) -> Validator {
    let (_, schema) = schemas.iter().find(|(own, _)| own == path).unwrap();
    let options = jsonschema::draft202012::options();
    options.with_registry(registry).with_base_uri(format!("file:///{path}")).build(schema).unwrap()
}

/// An answer of an org with the same objects.
fn answer(org: &MockOrg, request: &Request) -> Value {
    let files = mockorg::schemas::files().iter().copied();
    let target = Target::new(org.url()).credential("admin", &org.session().access_token);
    let client = Client::new(target, Schemas::from_files(files).unwrap()).unwrap();
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.send(request)).unwrap().json().unwrap().to_value()
}

#[test]
fn exported_schemas_hold_for_their_version_and_accept_what_the_org_answers() {
    let folder = folder("holds");
    let output = export(&folder, &["--api-version", "61.0", "--api-version", "v62.0"]);
    assert!(output.status.success(), "{output:?}");
    let endpoints = fs::read_to_string(folder.join("endpoints.json")).unwrap();
    assert!(endpoints.contains("\"sobject-describe\""));

    let schemas = read(&folder, "v62.0");
    let registry = registry(&schemas);
    for (path, _) in &schemas {
        validator(&registry, &schemas, path);
    }

    let org = MockOrg::builder().schema_dir(own_objects()).start_blocking().unwrap();
    let soql = "SELECT FIELDS(ALL), Account.Name, (SELECT Id FROM AssetActions) FROM Asset LIMIT 3";
    let request = Request::get("/services/data/v62.0/query").query("q", soql);
    let answer = answer(&org, &request);
    assert!(validator(&registry, &schemas, "responses/query-result.schema.json").is_valid(&answer));
    let asset = validator(&registry, &schemas, "records/Asset.schema.json");
    let records = answer["records"].as_array().unwrap();
    assert!(!records.is_empty());
    for record in records {
        let problems: Vec<String> = asset.iter_errors(record).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{problems:#?}");
    }
    let mut spoilt = records[0].clone();
    spoilt["Quantity"] = "many".into();
    assert!(!asset.is_valid(&spoilt));

    // A field that came with 62.0 is no part of 61.0, and objects of the org's own are there.
    let properties = |schemas: &[(String, Value)], path: &str| {
        schemas.iter().find(|(own, _)| own == path).unwrap().1["properties"].clone()
    };
    let asset = "records/Asset.schema.json";
    assert!(properties(&schemas, asset).get("AssetTypeId").is_some());
    assert!(properties(&read(&folder, "v61.0"), asset).get("AssetTypeId").is_none());
    assert!(properties(&schemas, "records/Parcel__c.schema.json").get("Tracking__c").is_some());
    assert!(properties(&schemas, "events/Order_Event__e.schema.json").get("Order_Number__c").is_some());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_export_replaces_an_earlier_one_and_nothing_else() {
    let folder = folder("replaces");
    assert!(export(&folder, &["--api-version", "61.0"]).status.success());
    assert!(export(&folder, &["--api-version", "62.0"]).status.success());
    assert!(!folder.join("v61.0/records/Asset.schema.json").exists());
    assert!(folder.join("v62.0/records/Asset.schema.json").exists());
    fs::remove_dir_all(&folder).unwrap();

    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let refused = export(&folder, &[]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("give a new or empty folder"), "{said}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_list_that_was_tampered_with_removes_nothing_outside_the_folder() {
    let folder = folder("tampered");
    let outside = folder.with_extension("kept");
    fs::create_dir_all(&folder).unwrap();
    fs::write(&outside, "mine").unwrap();
    let name = outside.file_name().unwrap().to_string_lossy().into_owned();
    let list = serde_json::json!({"files": [format!("../{name}"), outside.to_string_lossy()]});
    fs::write(folder.join("mockorg-schemas.json"), list.to_string()).unwrap();
    assert!(export(&folder, &[]).status.success());
    assert!(outside.exists());
    fs::remove_dir_all(&folder).unwrap();
    fs::remove_file(&outside).unwrap();
}
