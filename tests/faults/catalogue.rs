//! The catalogue: each of its examples is done as it stands, and what it says is seen.

use std::time::Duration;

use mockorg::MockOrg;
use serde_json::Value as Json;

use crate::client::{Seen, send};

fn catalogue() -> Vec<Json> {
    let catalogue: Json = serde_json::from_str(mockorg::fault_catalogue()).unwrap();
    catalogue["faults"].as_array().unwrap().clone()
}

#[test]
fn the_catalogue_has_the_form_that_its_schema_says() {
    let read =
        |path: &str| -> Json { serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap() };
    let request = read("schemas/requests/control-fault.schema.json");
    let registry = jsonschema::Registry::new()
        .add("file:///requests/control-fault.schema.json", request)
        .unwrap()
        .prepare()
        .unwrap();
    let options = jsonschema::draft202012::options();
    let options = options.with_registry(&registry).with_base_uri("file:///faults.schema.json");
    let validator = options.build(&read("schemas/faults.schema.json")).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&read("schemas/faults.json"))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn names_are_told_once_and_there_are_enough_of_them() {
    let faults = catalogue();
    let mut names: Vec<&str> = faults.iter().map(|fault| fault["name"].as_str().unwrap()).collect();
    assert!(names.len() >= 25, "{}", names.len());
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), faults.len());
}

#[test]
fn every_example_of_the_catalogue_is_seen_as_it_is_told() {
    let mut wrong = Vec::new();
    for fault in catalogue() {
        let org = MockOrg::start_blocking();
        if let Err(why) = play(&org, &fault) {
            wrong.push(format!("{}: {why}", fault["name"].as_str().unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Adds the fault and makes the calls of its example.
fn play(org: &MockOrg, fault: &Json) -> Result<(), String> {
    let example = &fault["example"];
    let json = ("Content-Type", "application/json");
    let added = send(org, "POST", "/__mockorg/faults", &[json], example["add"].to_string().as_bytes());
    if added.status != 201 {
        return Err(format!("not added: {}", added.text()));
    }
    let mut kept: Vec<(String, String)> = Vec::new();
    for (at, call) in example["calls"].as_array().unwrap().iter().enumerate() {
        let mut path = call["path"].as_str().unwrap().to_owned();
        for (name, value) in &kept {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let path = path.replace(' ', "%20").replace('\'', "%27");
        let mut headers: Vec<(&str, &str)> = Vec::new();
        if let Some(more) = call["headers"].as_object() {
            headers.extend(more.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())));
        }
        let body = match (&call["json"], &call["text"]) {
            (Json::Null, Json::String(text)) => text.clone(),
            (Json::Null, _) => String::new(),
            (value, _) => {
                headers.push(json);
                value.to_string()
            }
        };
        let seen = send(org, call["method"].as_str().unwrap(), &path, &headers, body.as_bytes());
        compare(&seen, &call["sees"]).map_err(|why| format!("call {} ({path}): {why}", at + 1))?;
        if let Some(keep) = call["keep"].as_object() {
            for (name, pointer) in keep {
                let value = seen.json().pointer(pointer.as_str().unwrap()).cloned().unwrap_or_default();
                kept.push((name.clone(), value.as_str().unwrap_or_default().to_owned()));
            }
        }
    }
    let struck: u64 = org.faults().iter().map(|state| state.struck).sum();
    let ended = org.faults().is_empty();
    if struck > 0 || ended { Ok(()) } else { Err("the fault has not struck".to_owned()) }
}

fn compare(seen: &Seen, sees: &Json) -> Result<(), String> {
    for (kind, expected) in sees.as_object().unwrap() {
        let right = match kind.as_str() {
            "status" => expected.as_u64() == Some(seen.status.into()),
            "json" => holds(expected, &seen.json()),
            "text" => expected.as_str() == Some(&seen.text()),
            "contains" => seen.text().contains(expected.as_str().unwrap()),
            "headers" => {
                let mut headers = expected.as_object().unwrap().iter();
                headers.all(|(name, value)| seen.header(name) == value.as_str())
            }
            "connection" => match expected.as_str().unwrap() {
                "broken" => seen.status != 0 && seen.broken.is_some(),
                how => seen.status == 0 && seen.broken == Some(how),
            },
            "bytes" => expected.as_u64() == Some(seen.body.len() as u64),
            "atLeast" => {
                let text = expected.as_str().unwrap();
                let seconds = text.trim_start_matches("PT").trim_end_matches('S').parse().unwrap();
                seen.took >= Duration::from_secs_f64(seconds)
            }
            other => return Err(format!("nothing looks at `{other}`")),
        };
        if !right {
            return Err(format!(
                "{kind} {expected} is not what was seen: {} {:?} {}",
                seen.status,
                seen.broken,
                seen.text()
            ));
        }
    }
    if sees.get("connection").is_none() && seen.broken.is_some() {
        return Err(format!("the connection broke: {:?}", seen.broken));
    }
    Ok(())
}

/// Whether an answer has the members and entries that are expected.
fn holds(expected: &Json, seen: &Json) -> bool {
    match (expected, seen) {
        (Json::Object(members), Json::Object(own)) => {
            members.iter().all(|(name, value)| own.get(name).is_some_and(|own| holds(value, own)))
        }
        (Json::Array(entries), Json::Array(own)) => {
            entries.len() == own.len() && entries.iter().zip(own).all(|(one, own)| holds(one, own))
        }
        _ => expected == seen,
    }
}
