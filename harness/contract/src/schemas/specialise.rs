//! One version of a schema: what exists in other versions only is left out.
//!
//! Object schemas carry `x-since` and `x-until` beside what they say about a field, a value of a picklist, or
//! the object itself. Both ends are part of the range.

use serde_json::{Map, Value, json};

use crate::version::ApiVersion;

const SINCE: &str = "x-since";
const UNTIL: &str = "x-until";

/// The schema as it is in a version, without annotations; `None` when the whole does not exist there.
///
/// # Examples
///
/// ```
/// use mockorg_contract::{ApiVersion, schemas::specialise};
/// use serde_json::json;
///
/// let schema = json!({"properties": {"Name": {}, "Moons": {"type": "integer", "x-since": "62.0"}}});
/// assert_eq!(specialise(&schema, ApiVersion(61)), Some(json!({"properties": {"Name": {}}})));
/// ```
pub fn specialise(schema: &Value, version: ApiVersion) -> Option<Value> {
    if !exists(schema, version) {
        return None;
    }
    Some(match schema {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), SINCE | UNTIL))
                .filter_map(|(name, member)| Some((name.clone(), specialise(member, version)?)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => {
            Value::Array(items.iter().filter_map(|item| specialise(item, version)).collect())
        }
        plain => plain.clone(),
    })
}

/// The schema without what other checks of the same answer say anyway: rows inside a row are held against the schemas of
/// their own objects, and their form against that of the whole answer.
pub(super) fn alone(mut schema: Value) -> Value {
    for group in ["properties", "patternProperties"] {
        let Some(members) = schema.get_mut(group).and_then(Value::as_object_mut) else { continue };
        for rule in members.values_mut() {
            let part = rule.get("$ref").and_then(Value::as_str).and_then(|address| {
                let (file, part) = address.split_once("#/$defs/")?;
                file.ends_with("record.schema.json").then_some(part)
            });
            match part {
                Some("parent" | "children") => *rule = json!({"type": ["object", "null"]}),
                Some("value") => *rule = Value::Bool(true),
                _ => {}
            }
        }
    }
    schema
}

fn exists(schema: &Value, version: ApiVersion) -> bool {
    let end = |name| schema.get(name).and_then(Value::as_str).and_then(ApiVersion::parse);
    end(SINCE).is_none_or(|since| since <= version) && end(UNTIL).is_none_or(|until| version <= until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_values_of_other_versions_are_left_out() {
        let schema = json!({"x-since": "50.0", "properties": {
            "Old": {"type": "string", "x-until": "55.0"},
            "New": {"type": "string", "x-since": "56.0"},
            "Status": {"anyOf": [{"enum": ["A"]}, {"enum": ["B"], "x-since": "60.0", "x-until": "61.0"}]}
        }});
        let at = |version| specialise(&schema, ApiVersion(version));
        assert_eq!(at(49), None);
        assert_eq!(
            at(55),
            Some(json!({"properties": {"Old": {"type": "string"}, "Status": {"anyOf": [{"enum": ["A"]}]}}}))
        );
        let properties = at(61).map(|schema| schema["properties"].clone());
        assert_eq!(
            properties,
            Some(json!({"New": {"type": "string"}, "Status": {"anyOf": [{"enum": ["A"]}, {"enum": ["B"]}]}}))
        );
    }
}
