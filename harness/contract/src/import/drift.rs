//! How the org of today differs from a saved import.

use std::{collections::BTreeMap, fmt};

use super::{
    members::{Members, system_field},
    relations::lower,
};
use crate::Json;

/// One difference. Where a member is the default of its type, definitions leave it out, and so does this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The object.
    pub object: String,
    /// The field; empty when the object itself is meant.
    pub field: String,
    /// The member; empty when the whole object or field came or went.
    pub property: String,
    /// The value in the import; `None` for none, or for the default.
    pub was: Option<Json>,
    /// The value today.
    pub is: Option<Json>,
}

impl Change {
    /// The change as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members = Members::default();
        members.text("object", &self.object);
        members.text_if("field", Some(&self.field));
        members.text_if("property", Some(&self.property));
        members.put("was", self.was.clone().unwrap_or(Json::Null));
        members.put("is", self.is.clone().unwrap_or(Json::Null));
        members.into_json()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.object)?;
        if !self.field.is_empty() {
            write!(f, ".{}", self.field)?;
        }
        if self.property.is_empty() {
            return f.write_str(if self.was.is_none() { ": added" } else { ": removed" });
        }
        let shown = |value: &Option<Json>| match value {
            None => "the default".to_owned(),
            Some(value) => value.to_string(),
        };
        write!(f, ": {} was {}, is {}", self.property, shown(&self.was), shown(&self.is))
    }
}

/// Compares definitions, by object, field and member. The order of fields does not count.
#[must_use]
pub fn drift<'a>(
    saved: impl IntoIterator<Item = &'a Json>,
    today: impl IntoIterator<Item = &'a Json>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for (was, is) in pairs(saved, today) {
        let object = name(was.or(is));
        let (Some(was), Some(is)) = (was, is) else {
            changes.push(whole(object, "", was, is));
            continue;
        };
        members(object, "", was, is, &mut changes);
        let fields = |json: &'a Json| json.get("fields").and_then(Json::items).unwrap_or_default();
        for (was, is) in pairs(fields(was), fields(is)) {
            let field = name(was.or(is));
            match (was, is) {
                (Some(was), Some(is)) => {
                    members(object, field, &spelled_out(was), &spelled_out(is), &mut changes);
                }
                _ => changes.push(whole(object, field, was, is)),
            }
        }
    }
    changes
}

/// What has one name before and after, in the order of names.
fn pairs<'a>(
    saved: impl IntoIterator<Item = &'a Json>,
    today: impl IntoIterator<Item = &'a Json>,
) -> impl Iterator<Item = (Option<&'a Json>, Option<&'a Json>)> {
    let mut pairs: BTreeMap<String, (Option<&'a Json>, Option<&'a Json>)> = BTreeMap::new();
    for json in saved {
        pairs.entry(lower(name(Some(json)))).or_default().0 = Some(json);
    }
    for json in today {
        pairs.entry(lower(name(Some(json)))).or_default().1 = Some(json);
    }
    pairs.into_values()
}

fn name(json: Option<&Json>) -> &str {
    let name = json.and_then(|json| json.get("name").or_else(|| json.get("system")));
    name.and_then(Json::as_str).unwrap_or_default()
}

fn whole(object: &str, field: &str, was: Option<&Json>, is: Option<&Json>) -> Change {
    let named = |json: Option<&Json>| json.map(|json| Json::String(name(Some(json)).to_owned()));
    Change {
        object: object.to_owned(),
        field: field.to_owned(),
        property: String::new(),
        was: named(was),
        is: named(is),
    }
}

/// A system field that is only named, with its members.
fn spelled_out(field: &Json) -> Json {
    field.get("system").and_then(Json::as_str).and_then(system_field).unwrap_or_else(|| field.clone())
}

fn members(object: &str, field: &str, was: &Json, is: &Json, changes: &mut Vec<Change>) {
    let mut keys = was.keys().unwrap_or_default();
    for key in is.keys().unwrap_or_default() {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    for key in keys {
        // Fields are compared one by one; the rest is about the file, not about the org.
        if matches!(key, "fields" | "$schema" | "sources" | "notes") {
            continue;
        }
        let (before_values, today_values) = (was.get(key), is.get(key));
        let (was, is) = (before_values, today_values);
        let change = |property: String, was: Option<&Json>, is: Option<&Json>| Change {
            object: object.to_owned(),
            field: field.to_owned(),
            property,
            was: was.cloned(),
            is: is.cloned(),
        };
        match (was, is) {
            (Some(was), Some(is)) if was.same(is) => {}
            _ if key == "picklistValues" => {
                let values = |json: Option<&'_ Json>| json.and_then(Json::items).unwrap_or_default().to_vec();
                let (was, is) = (by_value(&values(was)), by_value(&values(is)));
                let before = changes.len();
                for value in was.keys().chain(is.keys().filter(|value| !was.contains_key(*value))) {
                    let (was, is) = (was.get(value), is.get(value));
                    if was != is {
                        changes.push(change(format!("picklistValues[{value}]"), was, is));
                    }
                }
                if changes.len() == before {
                    // The same values in another order, or one of them twice.
                    changes.push(change(key.to_owned(), before_values, today_values));
                }
            }
            _ => changes.push(change(key.to_owned(), was, is)),
        }
    }
}

fn by_value(values: &[Json]) -> BTreeMap<String, Json> {
    let key = |value: &Json| {
        value.as_str().or_else(|| value.get("value").and_then(Json::as_str)).map(str::to_owned)
    };
    values.iter().filter_map(|value| Some((key(value)?, value.clone()))).collect()
}
