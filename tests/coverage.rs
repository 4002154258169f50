//! What the contract cases cover: every error code, every event, and every rule of the asset life cycle.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use mockorg_contract::{Case, CaseFormat, load_cases};
use mockorg_org::ErrorCode;
use serde::Deserialize;
use serde_json::Value;

/// The areas whose cases each show a rule of the asset life cycle.
const LIFE_CYCLE: [&str; 12] = [
    "amendment",
    "cancellation",
    "low-level",
    "order-to-asset",
    "renewal",
    "revenue-amendment",
    "revenue-cancellation",
    "revenue-connect",
    "revenue-renewal",
    "roll-back",
    "swap",
    "transfer",
];

/// What no case shows: name and reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    #[serde(rename = "$comment")]
    _comment: String,
    #[serde(rename = "errorCodes")]
    error_codes: BTreeMap<String, String>,
    events: BTreeMap<String, String>,
    unmarked: BTreeMap<String, String>,
}

/// The rules of the life cycle with the cases that show them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(rename = "$comment")]
    _comment: String,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    sentence: String,
    source: String,
    cases: Vec<String>,
}

fn contract(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/contract").join(name)
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn exceptions() -> Exceptions {
    serde_json::from_str(&fs::read_to_string(contract("coverage.json")).unwrap()).unwrap()
}

fn cases() -> Vec<Case> {
    let format = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/case.schema.json");
    load_cases(&contract("cases"), &CaseFormat::load(&format).unwrap()).unwrap()
}

/// What the steps of all cases expect, as it is written.
fn expectations() -> Vec<Value> {
    let steps = |case: &Case| {
        let file = read(&contract("cases").join(&case.name).with_extension("json"));
        file["steps"].as_array().cloned().unwrap_or_default()
    };
    let expected = |step: Value| [step["expect"].clone(), step["events"]["expect"].clone()];
    cases().iter().flat_map(steps).flat_map(expected).collect()
}

/// Every word of capital letters in the strings of a value.
fn codes(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            found.extend(words.map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| codes(item, found)),
        Value::Object(members) => members.values().for_each(|member| codes(member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Both ways: what is not shown has an entry, and what has an entry is not shown.
fn assert_covered(
    what: &str,
    all: &BTreeSet<String>,
    shown: &BTreeSet<String>,
    excepted: &BTreeMap<String, String>,
) {
    let missing: Vec<_> =
        all.iter().filter(|name| !shown.contains(*name) && !excepted.contains_key(*name)).collect();
    assert!(missing.is_empty(), "no case shows the {what} {missing:?}");
    for (name, reason) in excepted {
        assert!(all.contains(name), "coverage.json: there is no {what} {name}");
        assert!(!shown.contains(name), "coverage.json: a case shows the {what} {name}; remove the entry");
        assert!(!reason.is_empty(), "coverage.json: {name} has no reason");
    }
}

#[test]
fn every_error_code_is_expected_by_a_case() {
    let mut shown = BTreeSet::new();
    expectations().iter().for_each(|expected| codes(expected, &mut shown));
    let all = ErrorCode::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_covered("error code", &all, &shown, &exceptions().error_codes);
}

#[test]
fn every_event_is_received_by_a_subscriber_in_a_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/events");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let definitions = files.filter(|path| path.is_file()).map(|path| read(&path));
    // Others are parts of events.
    let events = definitions.filter(|definition| definition["kind"] == "platformEvent");
    let all = events.map(|definition| definition["name"].as_str().unwrap().to_owned()).collect();
    let mut shown = BTreeSet::new();
    for case in cases() {
        let file = read(&contract("cases").join(&case.name).with_extension("json"));
        for step in file["steps"].as_array().unwrap() {
            let events = &step["events"];
            if events["expect"].as_array().is_some_and(|expected| !expected.is_empty()) {
                let channel = events["channel"].as_str().unwrap();
                shown.extend(channel.strip_prefix("/event/").map(str::to_owned));
            }
        }
    }
    assert_covered("event", &all, &shown, &exceptions().events);
}

#[test]
fn every_rule_of_the_life_cycle_is_shown_and_every_case_of_it_shows_a_rule() {
    let rules: Rules = serde_json::from_str(&fs::read_to_string(contract("rules.json")).unwrap()).unwrap();
    let names: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    let (mut ids, mut named) = (BTreeSet::new(), BTreeSet::new());
    for rule in &rules.rules {
        assert!(ids.insert(&rule.id), "two rules are called {}", rule.id);
        assert!(rule.sentence.ends_with('.'), "{}: the rule is a sentence", rule.id);
        assert!(rule.source.starts_with("https://"), "{}: {}", rule.id, rule.source);
        assert!(!rule.cases.is_empty(), "{}: no case shows the rule", rule.id);
        for case in &rule.cases {
            assert!(names.contains(case), "{}: there is no case {case}", rule.id);
            named.insert(case.clone());
        }
    }
    let of_life_cycle = |name: &&String| LIFE_CYCLE.iter().any(|area| name.split('/').next() == Some(area));
    let unnamed: Vec<_> = names.iter().filter(of_life_cycle).filter(|name| !named.contains(*name)).collect();
    assert!(unnamed.is_empty(), "rules.json names no rule for the cases {unnamed:?}");
}

#[test]
fn cases_for_any_org_mark_what_they_write() {
    let (mut all, mut marked) = (BTreeSet::new(), BTreeSet::new());
    for case in cases() {
        if case.needs.writes && !case.needs.control && case.needs.variables.is_empty() {
            if case.unmarked_writes().is_empty() {
                marked.insert(case.name.clone());
            }
            all.insert(case.name);
        }
    }
    assert_covered("mark in what is written by", &all, &marked, &exceptions().unmarked);
}
