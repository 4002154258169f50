//! Imports on disk: what is read, what is written, what is listed.

use std::{collections::BTreeSet, fs, path::Path};

use mockorg::MockOrg;
use mockorg_contract::{
    Json,
    import::{Answers, Described, Manifest, Selection, Standard, import, load, read_answers, save},
    json,
};

use crate::{folder, saved};

#[test]
fn saved_files_are_taken_as_the_platform_or_the_sf_command_wrote_them_and_refused_by_name() {
    let folder = folder("saved");
    let describe =
        r#"{"name": "X__c", "label": "X", "fields": [{"name": "A__c", "type": "string", "length": 9}]}"#;
    fs::write(folder.join("x.json"), format!(r#"{{"status": 0, "result": {describe}, "warnings": []}}"#))
        .unwrap();
    fs::write(folder.join("all.json"), r#"{"sobjects": [{"name": "X__c", "keyPrefix": "a7X"}]}"#).unwrap();
    let answers = read_answers(&folder).unwrap();
    let made = import(&answers, &Standard::default());
    let prefix = made.definitions[0].json.get("keyPrefix").and_then(Json::as_str);
    assert_eq!((made.definitions.len(), prefix), (1, Some("a7X")));

    let rows = [
        (r#"{"status": 1, "name": "NOT_FOUND"}"#, "failed with 1"),
        (r#"{"name": "X__c""#, "line 1, column 16"),
        ("[]", "expected an object, found array"),
        ("{}", "neither a describe of one object"),
    ];
    for (text, expected) in rows {
        fs::write(folder.join("y.json"), text).unwrap();
        let message = refused(&folder);
        assert!(message.contains("y.json: ") && message.contains(expected), "{message}");
    }
    fs::write(folder.join("y.json"), describe).unwrap();
    let message = refused(&folder);
    assert!(message.contains("y.json") && message.contains("x.json is of the same object"), "{message}");
}

/// The one answer in a folder that is of no use; the other becomes a definition nevertheless.
fn refused(folder: &Path) -> String {
    let made = import(&read_answers(folder).unwrap(), &Standard::default());
    assert_eq!((made.definitions.len(), made.refused.len()), (1, 1));
    made.refused[0].to_string()
}

#[test]
fn what_definitions_cannot_say_is_listed() {
    let describe = r##"{"name": "Ship__c", "label": "Ship", "custom": true, "listviewable": true, "recordTypeInfos":
        [{"master": false, "developerName": "Tug", "name": "Tug"}], "childRelationships":
        [{"childSObject": "Sail__c", "field": "Ship__c", "relationshipName": "Sails__r"}], "fields": [
        {"name": "Name", "type": "string", "length": 80, "autoNumber": true, "nameField": true},
        {"name": "Sum__c", "type": "currency", "calculated": true, "custom": true, "calculatedFormula": "1+1"},
        {"name": "Depth__c", "type": "furlong"},
        {"name": "Flag__c", "type": "string", "length": 9, "byteLength": 9, "sailable": true},
        {"name": "Port__c", "type": "reference", "referenceTo": ["Port__c"], "relationshipOrder": 3,
         "relationshipName": "Port__r"},
        {"name": "Dock__c", "type": "reference", "referenceTo": ["Dock__c"], "relationshipName": "port__R"}]}"##;
    let described =
        |name: &str, text: &str| Described { origin: name.to_owned(), json: json::parse(text).unwrap() };
    let answers = Answers {
        describes: vec![
            described("Ship__c", describe),
            described("Old__b", r#"{"name": "Old__b", "fields": []}"#),
            described("Far__x", r#"{"name": "Far__x", "fields": []}"#),
            described("Ship__ChangeEvent", r#"{"name": "Ship__ChangeEvent", "fields": []}"#),
        ],
        ..Answers::default()
    };
    let made = import(&answers, &Standard::default());
    let said: BTreeSet<String> =
        made.rows.iter().map(|row| format!("{} {} {}", row.object, row.field, row.property)).collect();
    let expected = [
        "Far__x  ",
        "Old__b  ",
        "Ship__ChangeEvent  ",
        "Ship__c  calls",
        "Ship__c  childRelationships",
        "Ship__c  listviewable",
        "Ship__c  recordTypeInfos",
        "Ship__c Depth__c type",
        "Ship__c Dock__c relationshipName",
        "Ship__c Flag__c byteLength",
        "Ship__c Flag__c sailable",
        "Ship__c Name autoNumberFormat",
        "Ship__c Port__c relationshipOrder",
        "Ship__c Sum__c calculated",
        "Ship__c Sum__c calculatedFormula",
    ];
    for row in expected {
        assert!(said.contains(row), "{row} is not among {said:#?}");
    }
    let folder = saved(&made, "listed");
    assert!(
        fs::read_to_string(folder.join("import/report.json"))
            .unwrap()
            .contains("big objects are not modelled")
    );
    assert!(MockOrg::builder().schema_dir(&folder).start_blocking().is_ok());
}

#[test]
fn an_import_is_repeated_without_leftovers_and_knows_what_was_edited() {
    let answers = |names: &[&str]| {
        let text = |name: &&str| {
            format!(r#"{{"name": "{name}", "label": "X", "fields": [{{"name": "A__c", "type": "int"}}]}}"#)
        };
        let describes = names
            .iter()
            .map(|name| Described { origin: (*name).to_owned(), json: json::parse(&text(name)).unwrap() });
        Answers { describes: describes.collect(), ..Answers::default() }
    };
    let folder = folder("repeated");
    for names in [&["X__c", "Y__c"][..], &["X__c"]] {
        let made = import(&answers(names), &Standard::default());
        let selection = Selection { custom_only: true, ..Selection::default() };
        save(&made, Manifest { selection, ..Manifest::default() }, &folder).unwrap();
        assert_eq!(folder.join("Y__c.json").exists(), names.len() == 2);
    }
    let loaded = load(&folder).unwrap();
    assert!(loaded.edited.is_empty() && loaded.manifest.selection.custom_only);
    fs::write(folder.join("X__c.json"), "{}").unwrap();
    assert_eq!(load(&folder).unwrap().edited, ["X__c"]);
    // What was edited is neither replaced nor removed, and what was there before is not touched either.
    fs::write(folder.join("Z__c.json"), "mine").unwrap();
    for names in [&["X__c"][..], &["W__c"], &["Z__c"]] {
        let made = import(&answers(names), &Standard::default());
        let message = save(&made, Manifest::default(), &folder).unwrap_err().to_string();
        assert!(message.contains("is not as an import wrote it"), "{message}");
        assert!(!folder.join("W__c.json").exists());
    }
    assert_eq!(fs::read_to_string(folder.join("Z__c.json")).unwrap(), "mine");
    // An import with answers that could not be used keeps what an earlier one has of their objects.
    fs::remove_file(folder.join("X__c.json")).unwrap();
    save(&import(&answers(&["X__c", "Y__c"]), &Standard::default()), Manifest::default(), &folder).unwrap();
    let mut partly = answers(&["X__c"]);
    partly.describes.push(Described { origin: "Y__c".to_owned(), json: json::parse("{}").unwrap() });
    save(&import(&partly, &Standard::default()), Manifest::default(), &folder).unwrap();
    assert_eq!(load(&folder).unwrap().definitions.len(), 2);
    // A manifest cannot lead out of its folder.
    let manifest = folder.join("import/import.json");
    let evil = fs::read_to_string(&manifest).unwrap().replace("X__c", "../../X__c");
    fs::write(&manifest, evil).unwrap();
    let message = load(&folder).unwrap_err().to_string();
    assert!(message.contains("imported[0].name: is no API name"), "{message}");
}
