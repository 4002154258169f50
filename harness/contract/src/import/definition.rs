//! A definition that an import made, and the rules for a whole set of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    error::ImportError,
    manifest::Selection,
    object::{Neighbours, object, version_of},
    relations::{Relations, lists, lower},
    report::{Row, Rows},
    standard::Standard,
    view::View,
};
use crate::{ApiVersion, Json};

/// Why a standard object stays out when only the org's own were asked for.
pub(super) const NOT_OWN: &str = "is none of the org's own objects, and only these were asked for";

/// One object as a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The object's API name.
    pub name: String,
    /// How many fields the definition has.
    pub fields: usize,
    /// Whether the object is the org's own.
    pub custom: bool,
    /// The definition in the format of `schemas/sobject.schema.json`.
    pub json: Json,
    /// What it does not say, or says by assumption.
    pub rows: Vec<Row>,
}

/// A describe answer and where it comes from.
#[derive(Debug, Clone)]
pub struct Described {
    /// The file, or the name of the object when an org answered.
    pub origin: String,
    /// The answer.
    pub json: Json,
}

/// Everything that an import works on.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The describes of single objects.
    pub describes: Vec<Described>,
    /// The list of all objects, if there is one.
    pub global: Option<Json>,
    /// Answers that could not be had, or are none.
    pub refused: Vec<ImportError>,
}

impl Answers {
    /// Keeps the objects that are selected. Rows say which objects stay out although they were selected; those that
    /// are not there are told in [`Answers::refused`].
    pub fn select(&mut self, selection: &Selection) -> Vec<Row> {
        let name = |described: &Described| {
            lower(described.json.get("name").and_then(Json::as_str).unwrap_or_default())
        };
        let mut rows = Vec::new();
        if !selection.objects.is_empty() {
            let wanted: BTreeSet<String> = selection.objects.iter().map(|name| lower(name)).collect();
            self.describes.retain(|described| wanted.contains(&name(described)));
            let found: BTreeSet<String> = self.describes.iter().map(name).collect();
            let absent = |name: &String| {
                ImportError::new("the saved answers", "", format!("hold no describe of {name}"))
            };
            self.refused.extend(wanted.difference(&found).map(absent));
        }
        if selection.custom_only {
            self.describes.retain(|described| {
                let own = described.json.get("custom") != Some(&Json::Bool(false));
                if !own && !selection.objects.is_empty() {
                    let mut row = Rows::new(&name(described));
                    row.add("", "", NOT_OWN);
                    rows.append(&mut row.rows);
                }
                own
            });
        }
        rows
    }
}

/// What an import made.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// The definitions, ordered by name.
    pub definitions: Vec<Definition>,
    /// Every row: of the definitions, of what was left out, of what holds between objects.
    pub rows: Vec<Row>,
    /// The version that answered, when the answers tell.
    pub version: Option<ApiVersion>,
    /// Answers that did not become definitions, though they should have.
    pub refused: Vec<ImportError>,
}

/// Turns one describe answer into a definition. `global`, the list of all objects, stands in for members that a
/// saved answer lacks. What only the describes of other objects tell – names of child relationships – stays out;
/// [`import`] knows those.
///
/// # Errors
///
/// When the answer is not that of one object, lacks a name or a type, names a field twice, or has a member of a
/// wrong type or beyond its range. The error says where.
///
/// # Examples
///
/// ```
/// use mockorg_contract::{import::definition, json};
///
/// let describe = json::parse(r#"{"name": "Rocket__c", "label": "Rocket", "labelPlural": "Rockets", "custom": true,
///     "keyPrefix": "a00", "fields": [{"name": "Fuel__c", "label": "Fuel", "type": "double", "precision": 8,
///     "scale": 2, "custom": true}]}"#)?;
/// let made = definition(&describe, None)?;
/// assert_eq!(
///     made.json.get("fields").map(ToString::to_string).as_deref(),
///     Some(r#"[{"name":"Fuel__c","label":"Fuel","type":"double","precision":8,"scale":2}]"#),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn definition(describe: &Json, global: Option<&Json>) -> Result<Definition, ImportError> {
    let relations = Relations::default();
    let name = describe.get("name").and_then(Json::as_str).unwrap_or("the describe").chars().take(80);
    let origin: String = name.collect();
    object(describe, &origin, Neighbours { global, relations: &relations, standard: None, exact: true })
}

/// Turns describe answers into definitions that load together. `standard` are mockorg's own definitions: they
/// stand in for what an answer lacks, and know what describes never tell. Where an org does not show a field that
/// mockorg knows, the field stays, and a row says so; see [`Standard::exact`].
///
/// An answer for which [`definition`] gives an error, and the second of two answers of one object, are in
/// [`Import::refused`]; the others do not suffer from that.
#[must_use]
pub fn import(answers: &Answers, standard: &Standard) -> Import {
    let mut relations = Relations::default();
    let mut result = Import { refused: answers.refused.clone(), ..Import::default() };
    let mut kept: BTreeMap<String, &Described> = BTreeMap::new();
    for described in &answers.describes {
        match take_up(described, &mut relations, &mut kept) {
            Ok(mut rows) => {
                result.version = result.version.max(version_of(&described.json));
                result.rows.append(&mut rows);
            }
            Err(error) => result.refused.push(error),
        }
    }
    for (key, described) in &kept {
        let around = Neighbours {
            global: answers.global.as_ref(),
            relations: &relations,
            standard: standard.get(key),
            exact: standard.is_exact(),
        };
        match object(&described.json, &described.origin, around) {
            Ok(made) => result.definitions.push(made),
            Err(error) => result.refused.push(error.of(&described.origin)),
        }
    }
    unique_prefixes(&mut result.definitions, standard);
    children(&mut result, &kept, standard);
    for definition in &result.definitions {
        result.rows.extend(definition.rows.iter().cloned());
    }
    result.rows.sort();
    result
}

/// Keeps an answer and what it says of other objects; the rows say why one stays out that nobody misses.
fn take_up<'a>(
    described: &'a Described,
    relations: &mut Relations,
    kept: &mut BTreeMap<String, &'a Described>,
) -> Result<Vec<Row>, ImportError> {
    let view = View::new(&described.json, &described.origin, "")?;
    let name = view.needed_text("name")?;
    let mut rows = Rows::new(&name.chars().take(80).collect::<String>());
    let reason = left_out(name, &described.json);
    if reason.is_none()
        && let Some(other) = kept.get(&lower(name))
    {
        let what = format!("{} is of the same object; keep one of the two", other.origin);
        return Err(view.error("name", what));
    }
    relations.add(&view)?;
    match reason {
        Some(reason) => rows.add("", "", reason),
        None => {
            kept.insert(lower(name), described);
        }
    }
    Ok(rows.rows)
}

/// Why an object stays out of an import; `None` when it belongs in.
pub fn left_out(name: &str, entry: &Json) -> Option<&'static str> {
    let associated = entry.get("associateEntityType").and_then(Json::as_str);
    if name.ends_with("__b") {
        Some("big objects are not modelled")
    } else if name.ends_with("__x") {
        Some("external objects are not modelled: their records live in another system")
    } else if name.ends_with("__ChangeEvent") || associated == Some("ChangeEvent") {
        Some("change events follow from their objects; nothing is to be imported")
    } else {
        None
    }
}

/// Of several objects with one key prefix, the first keeps it; mockorg's own objects keep theirs.
fn unique_prefixes(definitions: &mut [Definition], standard: &Standard) {
    let imported: BTreeSet<String> = definitions.iter().map(|own| lower(&own.name)).collect();
    let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for own in standard.all() {
        if let (Some(name), Some(prefix)) = (text(own, "name"), text(own, "keyPrefix"))
            && !imported.contains(&lower(&name))
        {
            taken.insert(prefix, name);
        }
    }
    for definition in definitions {
        let Some(prefix) = text(&definition.json, "keyPrefix") else { continue };
        match taken.get(&prefix) {
            None => {
                taken.insert(prefix, definition.name.clone());
            }
            Some(other) => {
                let mut rows = Rows::new(&definition.name);
                rows.add("", "keyPrefix", format!("{prefix} is that of {other}; the object gets none"));
                definition.rows.append(&mut rows.rows);
                if let Json::Object(members) = &mut definition.json {
                    members.retain(|(key, _)| key != "keyPrefix");
                }
            }
        }
    }
}

/// Lists child relationships that the mock will not show, and such as it will show and the org does not.
fn children(result: &mut Import, kept: &BTreeMap<String, &Described>, standard: &Standard) {
    let mut rows = Vec::new();
    for (key, described) in kept {
        let name = described.json.get("name").and_then(Json::as_str).unwrap_or(key);
        let mut own = Rows::new(name);
        let entries = described.json.get("childRelationships").and_then(Json::items).unwrap_or_default();
        for entry in entries {
            let text = |key: &str| entry.get(key).and_then(Json::as_str).unwrap_or_default();
            let (child, field) = (text("childSObject"), text("field"));
            if !kept.contains_key(&lower(child)) && standard.get(child).is_none() {
                own.add("", "childRelationships", format!("{child}.{field}: the child is not imported"));
            }
            for key in ["junctionIdListNames", "junctionReferenceTo"] {
                if entry.get(key).and_then(Json::items).is_some_and(|items| !items.is_empty()) {
                    own.add("", "childRelationships", format!("{child}.{field}: {key} has no place"));
                }
            }
        }
        rows.append(&mut own.rows);
    }
    // References of events are no relationships, in the org and in the mock.
    for definition in result.definitions.iter().filter(|own| own.json.get("kind").is_none()) {
        let fields = definition.json.get("fields").and_then(Json::items).unwrap_or_default();
        for field in fields {
            let Some(name) = field.get("name").and_then(Json::as_str) else { continue };
            // What belongs to a feature that is off is not there to be listed.
            if field.get("requires").is_some() {
                continue;
            }
            for target in field.get("referenceTo").and_then(Json::items).unwrap_or_default() {
                let parent = target.as_str().and_then(|target| kept.get(&lower(target)));
                if parent.is_some_and(|parent| !lists(&parent.json, &definition.name, name)) {
                    let mut own = Rows::new(target.as_str().unwrap_or_default());
                    let reason =
                        format!("{}.{name}: the org does not list it, the mock does", definition.name);
                    own.add("", "childRelationships", reason);
                    rows.append(&mut own.rows);
                }
            }
        }
    }
    result.rows.append(&mut rows);
}
