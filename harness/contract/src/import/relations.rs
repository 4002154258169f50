//! What the describes of other objects say about an object: how parents see its references, and which events
//! are nested in others.

use std::collections::{BTreeMap, BTreeSet};

use super::{error::ImportError, view::View};
use crate::Json;

/// A reference as the parents see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Relation {
    /// By parent: the name for subqueries, if there is one.
    pub(super) names: BTreeMap<String, Option<String>>,
    pub(super) cascade_delete: bool,
    pub(super) restricted_delete: bool,
}

/// References by child and field, both in lower case, and what is nested.
#[derive(Debug, Clone, Default)]
pub(super) struct Relations {
    by_key: BTreeMap<(String, String), Relation>,
    nested: BTreeSet<String>,
}

impl Relations {
    /// Adds what one describe says.
    ///
    /// # Errors
    ///
    /// When an entry of its child relationships, or of its fields, is no object or has a member of another type.
    pub(super) fn add(&mut self, describe: &View<'_>) -> Result<(), ImportError> {
        let parent = describe.needed_text("name")?;
        for entry in describe.objects("childRelationships")? {
            let key = (lower(entry.needed_text("childSObject")?), lower(entry.needed_text("field")?));
            let relation = self.by_key.entry(key).or_default();
            let name = entry.text("relationshipName")?.map(str::to_owned);
            relation.names.insert(parent.to_owned(), name);
            relation.cascade_delete |= entry.flag("cascadeDelete")?.unwrap_or(false);
            relation.restricted_delete |= entry.flag("restrictedDelete")?.unwrap_or(false);
        }
        for field in describe.objects("fields")? {
            if field.text("type")? == Some("complexvalue")
                && let Some(event) = field.text("soapType")?.and_then(|name| name.strip_prefix("urn:"))
            {
                self.nested.insert(lower(event));
            }
        }
        Ok(())
    }

    /// The reference `field` of `child` as its parents see it; `None` when no parent was described.
    pub(super) fn of(&self, child: &str, field: &str) -> Option<&Relation> {
        self.by_key.get(&(lower(child), lower(field)))
    }

    /// Whether the event occurs in a field of another one.
    pub(super) fn is_nested(&self, event: &str) -> bool {
        self.nested.contains(&lower(event))
    }
}

/// Whether the object lists a reference among its children.
pub(super) fn lists(describe: &Json, child: &str, field: &str) -> bool {
    let is = |entry: &Json, key: &str, wanted: &str| {
        entry.get(key).and_then(Json::as_str).is_some_and(|own| own.eq_ignore_ascii_case(wanted))
    };
    let entries = describe.get("childRelationships").and_then(Json::items);
    // A saved answer without the member says nothing about children.
    entries.is_none_or(|entries| {
        entries.iter().any(|entry| is(entry, "childSObject", child) && is(entry, "field", field))
    })
}

pub(super) fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}
