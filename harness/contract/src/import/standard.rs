//! Mockorg's own definitions, which know what describes do not tell: in which versions things exist, how auto
//! numbers look, and what a saved answer lacks.

use std::collections::BTreeMap;

use super::{error::ImportError, members::Members, object::Fields, relations::lower, report::Rows};
use crate::{ApiVersion, Json, json};

/// Definitions by object.
#[derive(Debug, Clone, Default)]
pub struct Standard {
    by_name: BTreeMap<String, Json>,
    exact: bool,
}

impl Standard {
    /// Reads definition files: where each comes from, and its text.
    ///
    /// # Errors
    ///
    /// When a text is no JSON or has no name.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ImportError> {
        let mut by_name = BTreeMap::new();
        for (origin, text) in files {
            let json = json::parse(text).map_err(|error| ImportError::new(origin, "", error.to_string()))?;
            let Some(name) = json.get("name").and_then(Json::as_str) else {
                return Err(ImportError::new(origin, "name", "is missing"));
            };
            by_name.insert(lower(name), json);
        }
        Ok(Self { by_name, exact: false })
    }

    /// Leaves out the fields that the answers do not show, although mockorg knows them. The mock then has no more
    /// than the org shows; but an org file, or an operation of the mock, that needs one of them no longer works.
    #[must_use]
    pub const fn exact(mut self, exact: bool) -> Self {
        self.exact = exact;
        self
    }

    pub(super) const fn is_exact(&self) -> bool {
        self.exact
    }

    /// The definition of an object, whatever the case of its name.
    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.by_name.get(&lower(name))
    }

    /// All definitions.
    pub(super) fn all(&self) -> impl Iterator<Item = &Json> {
        self.by_name.values()
    }
}

fn bound(entry: &Json, key: &str) -> Option<ApiVersion> {
    entry.get(key).and_then(Json::as_str).and_then(ApiVersion::parse)
}

/// Whether a thing with these bounds can have been in an answer of `version`.
fn existed(entry: &Json, version: Option<ApiVersion>) -> bool {
    version.is_none_or(|version| {
        bound(entry, "since").is_none_or(|since| since <= version)
            && bound(entry, "until").is_none_or(|until| version <= until)
    })
}

/// Adds the versions in which an object exists, unless the org has just shown otherwise.
pub(super) fn versions(standard: &Json, version: Option<ApiVersion>, members: &mut Members) {
    if existed(standard, version) {
        for key in ["since", "until"] {
            members.text_if(key, standard.get(key).and_then(Json::as_str));
        }
    }
}

/// The fields of a definition by their names in lower case.
pub(super) fn fields_of(standard: Option<&Json>) -> BTreeMap<String, &Json> {
    let fields = standard.and_then(|own| own.get("fields")).and_then(Json::items).unwrap_or_default();
    fields.iter().filter_map(|field| Some((lower(name_of(field)?), field))).collect()
}

fn name_of(field: &Json) -> Option<&str> {
    field.get("name").or_else(|| field.get("system")).and_then(Json::as_str)
}

/// A converted field with the versions in which mockorg knows it to exist.
pub(super) fn with_versions(converted: Json, standard: &Json, version: Option<ApiVersion>) -> Json {
    let Json::Object(mut members) = converted else { return converted };
    if existed(standard, version) && !members.iter().any(|(key, _)| key == "system") {
        for key in ["since", "until"] {
            if let Some(bound) = standard.get(key) {
                members.push((key.to_owned(), bound.clone()));
            }
        }
    }
    Json::Object(members)
}

/// Adds the fields that the answer does not show: those of other versions, those of org features that are off, and,
/// unless the import is exact, those that it should have shown. The latter are listed.
pub(super) fn add_absent(
    fields: &mut Fields,
    standard: Option<&Json>,
    version: Option<ApiVersion>,
    exact: bool,
    rows: &mut Rows,
) {
    for (key, entry) in fields_of(standard) {
        if fields.contains(&key) {
            continue;
        }
        let name = name_of(entry).unwrap_or_default();
        let shown = entry.get("requires").is_none() && existed(entry, version);
        if shown {
            let fate = if exact { "left out" } else { "kept" };
            rows.add(
                name,
                "",
                format!("mockorg knows the field and the answer does not show it; it is {fate}"),
            );
        }
        if !(shown && exact) {
            fields.push(name, entry.clone());
        }
    }
}
