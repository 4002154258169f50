//! `mockorg faults`: the catalogue on the command line, without an org.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::{Command, Output};

use serde_json::Value;

fn faults(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mockorg")).arg("faults").args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_list_names_every_fault_and_says_what_it_does() {
    let listed = text(&faults(&["list"]));
    let json: Value = serde_json::from_str(&text(&faults(&["list", "--json"]))).unwrap();
    let all = json["faults"].as_array().unwrap();
    assert!(all.len() >= 25, "{}", all.len());
    for fault in all {
        let (name, description) = (fault["name"].as_str().unwrap(), fault["description"].as_str().unwrap());
        let line = listed.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
        assert!(line.ends_with(description), "{line}");
    }
}

#[test]
fn each_fault_is_shown_with_lines_to_copy() {
    let shown = text(&faults(&["show", "row-lock"]));
    assert!(shown.contains(r#"curl -X POST "$ORG/__mockorg/faults""#), "{shown}");
    assert!(shown.contains("UNABLE_TO_LOCK_ROW"), "{shown}");
    assert!(shown.contains(r#"curl -X DELETE "$ORG/__mockorg/faults/row-lock""#), "{shown}");
    let json: Value = serde_json::from_str(&text(&faults(&["list", "--json"]))).unwrap();
    for fault in json["faults"].as_array().unwrap() {
        let name = fault["name"].as_str().unwrap();
        assert!(faults(&["show", name]).status.success(), "{name}");
    }
}

#[test]
fn an_unknown_fault_is_answered_with_the_known_ones() {
    let output = faults(&["show", "bad-luck"]);
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("there is no fault bad-luck; there are expired-session, "), "{error}");
}
