//! Related lists and buttons of layouts.

use mockorg_org::catalog::{ChildRelationship, Kind, SObjectDef};

use super::seen::Seen;
use crate::json::JsonWriter;

/// How many records a related list shows.
const LIMIT_ROWS: u32 = 5;

/// Objects that no related list shows.
const UNLISTED: &[&str] = &["ChangeEvent", "Feed", "History", "Share", "Permissions"];

/// Writes `relatedLists`: one for each child relationship that the user sees.
pub(super) fn related_lists(w: &mut JsonWriter, seen: &Seen, def: &SObjectDef) {
    w.key("relatedLists").begin_array();
    let places = seen.describe.child_relationships.iter();
    for relationship in places.filter_map(|place| def.child_relationships.get(*place)) {
        if let Some(name) = &relationship.name {
            related_list(w, seen, relationship, name);
        }
    }
    w.end_array();
}

fn related_list(w: &mut JsonWriter, seen: &Seen, relationship: &ChildRelationship, name: &str) {
    let child = seen.catalog.object(relationship.child);
    let hidden = child.kind != Kind::SObject || UNLISTED.iter().any(|suffix| child.name.ends_with(suffix));
    if hidden {
        return;
    }
    let key = child.at(relationship.field);
    w.begin_object().key("accessLevelRequiredForCreate").null().key("buttons").begin_array();
    button(w, &format!("New {}", child.label), "New");
    w.end_array().key("columns").begin_array();
    let title = child.system.name.map(|slot| child.at(slot));
    let changed = child.field("LastModifiedDate");
    for field in title.into_iter().chain(changed) {
        w.begin_object().key("field").string(&format!("{}.{}", child.name, field.name));
        w.key("fieldApiName").string(&field.name);
        w.key("format").optional((&*field.name == "LastModifiedDate").then_some("date"));
        w.key("label").string(&field.label);
        w.key("lookupId").optional(field.name_field.then_some("Id"));
        w.key("name").string(&field.name).key("sortable").bool(field.sortable).end_object();
    }
    w.end_array().key("custom").bool(child.custom).key("field").string(&key.name);
    w.key("label").string(&child.label_plural).key("limitRows").int(LIMIT_ROWS);
    w.key("name").string(name).key("sobject").string(&child.name);
    w.key("sort").begin_array().end_array().end_object();
}

/// Writes a standard button.
pub(super) fn button(w: &mut JsonWriter, label: &str, name: &str) {
    w.begin_object();
    for key in ["behavior", "colors", "content", "contentSource"] {
        w.key(key).null();
    }
    w.key("custom").bool(false);
    for key in ["encoding", "height", "icons"] {
        w.key(key).null();
    }
    w.key("label").string(label).key("menubar").bool(false).key("name").string(name);
    for key in ["overridden", "resizeable", "scrollbars", "showsLocation", "showsStatus", "toolbar"] {
        w.key(key).bool(false);
    }
    for key in ["url", "width", "windowPosition"] {
        w.key(key).null();
    }
    w.end_object();
}
