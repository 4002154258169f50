//! The real binary, with an org beside it: imports, and what it says of drift.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use mockorg::MockOrg;

const SHIP: &str = r#"{"name": "Ship__c", "label": "Ship", "keyPrefix": "a9S", "custom": true,
    "calls": ["create", "describeSObjects", "query", "retrieve"], "fields": [{"system": "Id"},
    {"name": "Name", "type": "string", "length": 80, "nameField": true},
    {"name": "Deck__c", "type": "string", "length": 20}]}"#;

/// Runs a command that ends by itself: exit code, standard output, standard error.
fn mockorg(arguments: &[&str], token: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
    let output = command.args(arguments).env("MOCKORG_TOKEN", token).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

fn org(definition: &str) -> MockOrg {
    MockOrg::builder().schema_json("Ship__c.json", definition).start_blocking().unwrap()
}

#[test]
fn an_import_of_a_running_org_is_served_again_and_drift_is_told_by_the_exit_code() {
    let (before, out) = (org(SHIP), folder("ships"));
    let out_text = out.display().to_string();
    let token = before.session().access_token.clone();
    let import = ["import", "describe", "--from", before.url(), "--out", &out_text, "--custom-only"];
    let (code, said, complained) = mockorg(&import, &token);
    assert_eq!(code, Some(0), "{complained}");
    assert!(complained.contains("asking for 1 objects"), "{complained}");
    assert!(said.contains("1 objects with 3 fields in "), "{said}");
    assert!(MockOrg::builder().schema_dir(&out).start_blocking().is_ok());
    let saved = fs::read_to_string(out.join("import/import.json")).unwrap();
    assert!(saved.contains(r#""customOnly": true"#) && !saved.contains("127.0.0.1"), "{saved}");

    let drift = ["drift", "--saved", &out_text, "--target", before.url()];
    let (code, said, _) = mockorg(&drift, &token);
    assert_eq!((code, said.as_str()), (Some(0), "0 differences\n"));

    let after = org(&SHIP.replace(r#""length": 20"#, r#""length": 30"#));
    let token = after.session().access_token.clone();
    let drift = ["drift", "--saved", &out_text, "--target", after.url()];
    let (code, said, _) = mockorg(&drift, &token);
    assert_eq!((code, said.as_str()), (Some(2), "Ship__c.Deck__c: length was 20, is 30\n1 differences\n"));
    let (_, said, _) = mockorg(&[&drift[..], &["--format", "json"]].concat(), &token);
    let expected =
        r#"{"changes":[{"object":"Ship__c","field":"Deck__c","property":"length","was":20,"is":30}]}"#;
    assert_eq!(said.trim_end(), expected);
}

#[test]
fn an_import_makes_no_more_calls_than_allowed_and_names_what_is_missing() {
    let (org, out) = (org(SHIP), folder("few"));
    let token = org.session().access_token.clone();
    let out = out.display().to_string();
    let import = ["import", "describe", "--from", org.url(), "--out", &out];
    let (code, _, complained) = mockorg(&[&import[..], &["--max-calls", "5"]].concat(), &token);
    assert_eq!(code, Some(1));
    assert!(complained.contains("--max-calls leaves 4; name objects with --objects"), "{complained}");
    let (code, _, complained) = mockorg(&[&import[..], &["--objects", "Ship__c,Boat__c"]].concat(), &token);
    assert_eq!(code, Some(1));
    assert!(complained.contains("no object boat__c"), "{complained}");
    let (code, _, complained) = mockorg(&["drift", "--saved", &out, "--target", org.url()], &token);
    assert_eq!(code, Some(1));
    assert!(complained.contains("import.json: "), "{complained}");
}

#[test]
fn saved_answers_need_no_org() {
    let (saved, out) = (folder("saved"), folder("of-saved").display().to_string());
    fs::create_dir_all(&saved).unwrap();
    let describe = r#"{"status": 0, "result": {"name": "X__c", "label": "X", "custom": true,
        "fields": [{"name": "A__c", "type": "int"}, {"name": "B__c", "type": "furlong"}]}}"#;
    fs::write(saved.join("x.json"), describe).unwrap();
    let (code, said, complained) =
        mockorg(&["import", "describe", "--from", &saved.display().to_string(), "--out", &out], "");
    assert_eq!(code, Some(0), "{complained}");
    assert!(
        said.contains("X__c.B__c.type: the type furlong is not modelled; the field is left out"),
        "{said}"
    );

    // Answers that are of no use are all named, and keep nobody from the others.
    fs::write(saved.join("y.json"), r#"{"name": "Y__c", "fields": [{"name": "A__c"}]}"#).unwrap();
    fs::write(saved.join("z.json"), "{").unwrap();
    let (code, said, complained) =
        mockorg(&["import", "describe", "--from", &saved.display().to_string(), "--out", &out], "");
    assert_eq!(code, Some(1));
    assert!(said.contains("1 objects with"), "{said}");
    for words in ["2 answers could not be used", "y.json: at fields[0] (A__c).type", "z.json: "] {
        assert!(complained.contains(words), "{complained}");
    }
    let (code, _, complained) = mockorg(&["import", "describe", "--from", "no/where", "--out", &out], "");
    assert_eq!(code, Some(1));
    assert!(complained.contains("there is no folder no/where"), "{complained}");
}
