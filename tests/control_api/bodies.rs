//! Bodies that a schema allows, and bodies that it does not.

use serde_json::{Value as Json, json};

use crate::document::{Document, Operation};

/// Values of every kind: whatever a member may be, some of these it may not.
fn of_every_kind() -> [Json; 8] {
    [
        json!(null),
        json!(true),
        json!(7.5),
        json!(-1),
        json!("n0nsense"),
        json!([[]]),
        json!({"n0nsense": []}),
        json!(""),
    ]
}

/// The examples of the operation's schema; `None` where it can do without a body.
pub(crate) fn allowed(operation: &Operation) -> Vec<Option<Json>> {
    let Some((schema, required)) = &operation.body else { return vec![None] };
    let examples = schema["examples"].as_array().cloned().unwrap_or_default();
    let enough = examples.len() >= 2
        || schema["required"]
            .as_array()
            .is_some_and(|all| all.len() == schema["properties"].as_object().map_or(0, serde_json::Map::len));
    assert!(
        enough,
        "{}: its request schema needs `examples`, one with few members and one with many",
        operation.id
    );
    examples.into_iter().map(Some).chain((!required).then_some(None)).collect()
}

/// The examples, each with one thing wrong: a member unknown, missing, or of another kind.
pub(crate) fn broken(document: &Document, operation: &Operation) -> Vec<Json> {
    let Some((schema, _)) = &operation.body else { return Vec::new() };
    let validator = document.validator(schema);
    let mut broken: Vec<Json> = Vec::new();
    for example in allowed(operation).into_iter().flatten() {
        assert!(validator.is_valid(&example), "{}: its own schema refuses {example}", operation.id);
        for body in changed(&example) {
            if !validator.is_valid(&body) && !broken.contains(&body) {
                broken.push(body);
            }
        }
    }
    broken
}

/// A value with one thing changed, in every way.
fn changed(value: &Json) -> Vec<Json> {
    let mut all: Vec<Json> = Vec::new();
    match value {
        Json::Object(members) => {
            let mut more = members.clone();
            more.insert("mockorgUnknown".to_owned(), json!(1));
            all.push(more.into());
            for (name, member) in members {
                let mut fewer = members.clone();
                fewer.remove(name);
                all.push(fewer.into());
                for other in of_every_kind().into_iter().chain(changed(member)) {
                    let mut changed = members.clone();
                    changed.insert(name.clone(), other);
                    all.push(changed.into());
                }
            }
        }
        Json::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                for other in of_every_kind().into_iter().chain(changed(item)) {
                    let mut changed = items.clone();
                    changed[at] = other;
                    all.push(changed.into());
                }
            }
        }
        _ => {}
    }
    all
}
