//! The metadata of an org from its source: both forms of one project make the same org.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use mockorg::{Clock, MockOrg, Timestamp, Value};
use reqwest::Method;
use serde_json::Value as Json;
use tokio::runtime;

const SOURCE: &str = "fixtures/metadata/source";
const FOLDER: &str = "fixtures/metadata/mdapi";

fn started(folder: impl AsRef<Path>) -> MockOrg {
    MockOrg::builder().metadata_dir(folder).start_blocking().unwrap()
}

/// What the org answers to a request; with a body it is a POST.
fn ask(org: &MockOrg, path: &str, body: Option<&str>) -> String {
    let method = if body.is_some() { Method::POST } else { Method::GET };
    send(org, method, &format!("data/v62.0/{path}"), "application/json", body.unwrap_or_default())
}

fn send(org: &MockOrg, method: Method, path: &str, kind: &'static str, body: &str) -> String {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .request(method, format!("{}/services/{path}", org.url()))
        .header("Content-Type", kind)
        .header("SOAPAction", "\"\"")
        .header("Sforce-Query-Options", "batchSize=200")
        .header("Authorization", org.session().authorization())
        .body(body.to_owned());
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { request.send().await.unwrap().text().await.unwrap() })
}

/// What the Metadata API answers to an operation.
fn metadata(org: &MockOrg, operation: &str) -> String {
    let token = org.session().authorization();
    let token = token.trim_start_matches("Bearer ");
    let envelope = format!(
        r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader></e:Header><e:Body>{operation}</e:Body></e:Envelope>"#
    );
    send(org, Method::POST, "Soap/m/62.0", "text/xml; charset=UTF-8", &envelope)
}

/// Has the Metadata API create a number field.
fn add_number(org: &MockOrg, full_name: &str) {
    let answer = metadata(
        org,
        &format!(
            r#"<createMetadata><metadata xsi:type="CustomField"><fullName>{full_name}</fullName><label>Floors</label><precision>9</precision><scale>0</scale><type>Number</type></metadata></createMetadata>"#
        ),
    );
    assert!(answer.contains("<success>true</success>"), "{answer}");
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A folder with files of its own.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("metadata_source").join(name);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

#[test]
fn a_source_project_and_a_folder_of_the_metadata_api_make_the_same_org() {
    let (source, folder) = (started(SOURCE), started(FOLDER));
    for object in ["Account", "Launch__e", "Rocket__c", "Stage__c"] {
        let path = format!("sobjects/{object}/describe");
        let described = ask(&source, &path, None);
        assert!(described.contains("\"custom\":true"), "{described}");
        let plain = |org: &MockOrg, text: &str| text.replace(org.url(), "");
        assert_eq!(plain(&source, &described), plain(&folder, &ask(&folder, &path, None)), "{object}");
    }
    let named = |org: &MockOrg| {
        let names = org.records("PermissionSet").into_iter().map(|set| set.text("Name"));
        (names.collect::<Vec<_>>(), org.records("FieldPermissions").len(), org.records("RecordType").len())
    };
    assert_eq!(named(&source), named(&folder));
    assert!(named(&source).0.contains(&Some("Launch_Planner".to_owned())));
}

#[test]
fn what_is_not_modelled_is_told_with_its_file_and_counted() {
    let org = started(SOURCE);
    let [line] = org.unmodelled_metadata() else { panic!("{:?}", org.unmodelled_metadata()) };
    let expected = "classes/Countdown.cls-meta.xml: ApexClass Countdown: this metadata type is not modelled";
    assert!(line.ends_with(expected), "{line}");
    assert!(org.coverage().refused().any(|(what, _)| what.contains("ApexClass Countdown")));
}

#[test]
fn records_of_the_project_follow_its_defaults_formulas_and_rules() {
    let org = started(SOURCE);
    ask(&org, "sobjects/Rocket__c", Some(r#"{"Code__c": "R1", "Thrust__c": 3}"#));
    let found = ask(&org, "query?q=SELECT+Name,Class__c,Double_Thrust__c,Stages__c+FROM+Rocket__c", None);
    assert!(
        found.contains(r#""Name":"R-0001","Class__c":"Light","Double_Thrust__c":6.0,"Stages__c":0.0"#),
        "{found}"
    );
    let refused = ask(&org, "sobjects/Rocket__c", Some(r#"{"Code__c": "R2", "Thrust__c": -3}"#));
    assert!(refused.contains("Thrust is never negative."), "{refused}");
}

#[test]
fn a_folder_without_metadata_is_refused_with_what_to_give() {
    let error =
        MockOrg::builder().metadata_dir("schemas/variants/none").start_blocking().map(drop).unwrap_err();
    assert!(error.to_string().contains("schemas/variants/none"), "{error}");
}

#[test]
fn what_a_file_says_and_no_one_knows_is_told_wherever_it_stands() {
    let field = "<CustomField><label>Code</label><type>Text</type><length>9</length><colour>red</colour></CustomField>";
    let rule = "<ValidationRule><active>false</active><mood>bad</mood><errorConditionFormula>false</errorConditionFormula><errorMessage>No.</errorMessage></ValidationRule>";
    let picklist = "<CustomField><label>Kind</label><type>Picklist</type><valueSet><shade>dark</shade><valueSetDefinition><value><fullName>A</fullName><default>false</default><sound>loud</sound></value></valueSetDefinition></valueSet></CustomField>";
    let object = "<CustomObject><label>Crate</label><pluralLabel>Crates</pluralLabel><nameField><type>Text</type><hue>blue</hue></nameField><weather>fair</weather></CustomObject>";
    let root = folder(
        "unknown",
        &[
            ("force-app/objects/Crate__c/Crate__c.object-meta.xml", object),
            ("force-app/objects/Crate__c/fields/Code__c.field-meta.xml", field),
            ("force-app/objects/Crate__c/fields/Kind__c.field-meta.xml", picklist),
            ("force-app/objects/Crate__c/validationRules/Never.validationRule-meta.xml", rule),
        ],
    );
    let org = started(&root);
    let told: Vec<&str> =
        org.unmodelled_metadata().iter().map(|line| line.rsplit("-meta.xml: ").next().unwrap()).collect();
    assert_eq!(
        told,
        [
            "CustomObject Crate__c: nameField.hue is not modelled",
            "CustomObject Crate__c: weather is not modelled",
            "CustomField Crate__c.Code__c: colour is not modelled",
            "CustomField Crate__c.Kind__c: valueSet.shade is not modelled",
            "CustomField Crate__c.Kind__c: valueSet.valueSetDefinition.value.sound is not modelled",
            "ValidationRule Crate__c.Never: mood is not modelled",
        ]
    );
    // A running org refuses what its beginning only tells.
    let refused = metadata(
        &org,
        r#"<createMetadata><metadata xsi:type="CustomField"><fullName>Crate__c.Size__c</fullName><label>Size</label><length>9</length><type>Text</type><colour>red</colour></metadata></createMetadata>"#,
    );
    assert!(refused.contains("colour") && refused.contains("<success>false</success>"), "{refused}");
}

#[test]
fn a_broken_file_is_named_with_its_line() {
    let text = "<CustomObject>\n  <label>Crate</label>\n  <pluralLabel>Crates</plural>\n</CustomObject>\n";
    let root = folder("broken", &[("objects/Crate__c.object", text), ("package.xml", "<Package/>")]);
    let error = MockOrg::builder().metadata_dir(root).start_blocking().map(drop).unwrap_err().to_string();
    assert!(error.contains("objects/Crate__c.object") && error.contains("line 3"), "{error}");
}

#[test]
fn numbers_begin_where_a_file_says_and_sorted_values_stand_in_order() {
    let number = "<CustomField><label>No</label><type>AutoNumber</type><displayFormat>C-{0000}</displayFormat><startingNumber>500</startingNumber></CustomField>";
    let kind = "<CustomField><label>Kind</label><type>Picklist</type><valueSet><valueSetDefinition><sorted>true</sorted><value><fullName>Pear</fullName><default>false</default></value><value><fullName>Apple</fullName><default>false</default></value></valueSetDefinition></valueSet></CustomField>";
    let object = "<CustomObject><label>Crate</label><pluralLabel>Crates</pluralLabel><nameField><type>Text</type></nameField></CustomObject>";
    let root = folder(
        "numbers",
        &[
            ("force-app/objects/Crate__c/Crate__c.object-meta.xml", object),
            ("force-app/objects/Crate__c/fields/No__c.field-meta.xml", number),
            ("force-app/objects/Crate__c/fields/Kind__c.field-meta.xml", kind),
        ],
    );
    let org = started(root);
    assert_eq!(org.unmodelled_metadata(), <[String; 0]>::default());
    for _ in 0..2 {
        ask(&org, "sobjects/Crate__c", Some(r#"{"Name": "One"}"#));
    }
    let found = json(&ask(&org, "query?q=SELECT+No__c+FROM+Crate__c+ORDER+BY+No__c", None));
    let numbers: Vec<&str> =
        found["records"].as_array().unwrap().iter().map(|row| row["No__c"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["C-0500", "C-0501"]);
    let described = ask(&org, "sobjects/Crate__c/describe", None);
    assert!(described.find("\"Apple\"").unwrap() < described.find("\"Pear\"").unwrap());
}

#[test]
fn a_reset_takes_back_what_was_deployed_and_keeps_what_the_org_began_with() {
    let org = started(SOURCE);
    let before = ask(&org, "sobjects/Rocket__c/describe", None);
    add_number(&org, "Rocket__c.Floors__c");
    let made = ask(&org, "sobjects/Rocket__c", Some(r#"{"Code__c": "R9", "Thrust__c": 3, "Floors__c": 4}"#));
    assert!(made.contains("\"success\":true"), "{made}");
    let gone = metadata(
        &org,
        "<deleteMetadata><type>CustomField</type><fullNames>Account.Agency__c</fullNames></deleteMetadata>",
    );
    assert!(gone.contains("<success>true</success>"), "{gone}");
    org.reset();
    assert_eq!(ask(&org, "sobjects/Rocket__c/describe", None), before);
    assert_eq!(org.records("Rocket__c").len(), 0);
    let refused = ask(&org, "query?q=SELECT+Floors__c+FROM+Rocket__c", None);
    assert!(refused.contains("INVALID_FIELD"), "{refused}");
    assert!(ask(&org, "query?q=SELECT+Agency__c+FROM+Account", None).contains("\"done\":true"));
    let read = metadata(
        &org,
        "<readMetadata><type>CustomField</type><fullNames>Rocket__c.Floors__c</fullNames></readMetadata>",
    );
    assert!(read.contains("xsi:nil=\"true\""), "{read}");
}

#[test]
fn a_field_comes_while_a_query_a_job_and_a_subscriber_are_open() {
    let org = MockOrg::start_blocking();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    org.on_event("AccountChangeEvent", move |event, _| {
        let name = event.text("Name").unwrap_or_default();
        let floors = (name == "New tower").then(|| format!("{:?}", event.get("Floors__c")));
        heard.lock().unwrap().push(floors);
        Ok(())
    });
    let job = |operation: &str| {
        let body = format!(r#"{{"object": "Account", "operation": "{operation}"}}"#);
        json(&ask(&org, "jobs/ingest", Some(&body)))["id"].as_str().unwrap().to_owned()
    };
    let upload = |id: &str, rows: &str| {
        let path = format!("data/v62.0/jobs/ingest/{id}");
        send(&org, Method::PUT, &format!("{path}/batches"), "text/csv", rows);
        send(&org, Method::PATCH, &path, "application/json", r#"{"state": "UploadComplete"}"#);
    };
    let state = |id: &str| json(&ask(&org, &format!("jobs/ingest/{id}"), None));
    let rows: String = (0..300).map(|number| format!("Tower {number:03}\n")).collect();
    let first = job("insert");
    upload(&first, &format!("Name\n{rows}"));
    org.advance_blocking(Duration::from_secs(60));
    assert_eq!(state(&first)["numberRecordsProcessed"], 300);

    let path = "query?q=SELECT+Name,Site+FROM+Account+WHERE+Name+LIKE+'Tower+%25'+ORDER+BY+Name";
    let page = json(&ask(&org, path, None));
    let next = page["nextRecordsUrl"].as_str().unwrap().trim_start_matches("/services/").to_owned();
    let open = job("insert");
    add_number(&org, "Account.Floors__c");

    let rest = json(&send(&org, Method::GET, &next, "application/json", ""));
    assert_eq!(
        (rest["records"][0]["Name"].as_str(), rest["done"].as_bool()),
        (Some("Tower 200"), Some(true))
    );
    upload(&open, "Name,Floors__c\nNew tower,41\n");
    org.advance_blocking(Duration::from_secs(60));
    let ended = state(&open);
    assert_eq!(
        (&ended["state"], &ended["numberRecordsFailed"]),
        (&"JobComplete".into(), &0.into()),
        "{ended}"
    );
    let found = json(&ask(&org, "query?q=SELECT+Name,Floors__c+FROM+Account+WHERE+Floors__c+=+41", None));
    assert_eq!(found["records"][0]["Floors__c"], 41.0);
    org.wait_for_handlers();
    let seen = seen.lock().unwrap();
    let floors = seen.last().unwrap().as_deref().unwrap_or_default();
    assert!(seen.len() == 301 && floors.contains("41"), "{} {floors}", seen.len());
    // Events from before the field tell nothing of it.
    let first = &org.events_on("/data/AccountChangeEvent")[0];
    assert_eq!(*first.get("Floors__c"), Value::Null);
}

#[test]
fn a_client_that_keeps_a_describe_is_told_of_a_field_that_came() {
    let org = MockOrg::builder()
        .clock(Clock::Manual(Timestamp::parse("2026-01-15T09:00:00Z").unwrap()))
        .start_blocking()
        .unwrap();
    let asked = |org: &MockOrg| {
        let address = format!("{}/services/data/v62.0/sobjects/Account/describe", org.url());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client
            .get(address)
            .header("Authorization", org.session().authorization())
            .header("If-Modified-Since", "Thu, 15 Jan 2026 09:30:00 GMT");
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { request.send().await.unwrap().status().as_u16() })
    };
    assert_eq!(asked(&org), 304);
    org.advance_blocking(Duration::from_secs(3600));
    add_number(&org, "Account.Floors__c");
    assert_eq!(asked(&org), 200);
}
