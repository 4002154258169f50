//! What searches find, suggestions, the search scope and search layouts.

use std::sync::Arc;

use mockorg_org::{ApiVersion, FieldLabels, Row, SearchLayout, SearchResult};

use super::{address::write_address, row::row};
use crate::json::JsonWriter;

/// How many rows the first page of search results shows to users.
const LAYOUT_ROWS: u32 = 25;

/// Writes what a search found, in an object with its labels or as a bare list.
pub(crate) fn search_result(w: &mut JsonWriter, result: &SearchResult, version: ApiVersion, is_bare: bool) {
    if is_bare {
        rows(w, &result.rows, version);
        return;
    }
    w.begin_object().key("searchRecords");
    rows(w, &result.rows, version);
    if let Some(labels) = &result.labels {
        // The documented answer spells the key so.
        w.key("metadata").begin_object().key("entityetadata").begin_array();
        labels.iter().for_each(|one| write_labels(w, one));
        w.end_array().end_object();
    }
    w.end_object();
}

fn write_labels(w: &mut JsonWriter, (object, fields): &FieldLabels) {
    w.begin_object().key("entityName").string(object).key("fieldMetadata").begin_array();
    for (name, label) in fields {
        w.begin_object().key("name").string(name).key("label").string(label).end_object();
    }
    w.end_array().end_object();
}

/// Writes suggested records.
pub(crate) fn suggestions(w: &mut JsonWriter, suggested: &[Row], more: bool, version: ApiVersion) {
    w.begin_object().key("autoSuggestResults");
    rows(w, suggested, version);
    w.key("hasMoreResults").bool(more).end_object();
}

/// Writes the objects that a search looks at.
pub(crate) fn search_scope_order(w: &mut JsonWriter, objects: &[Arc<str>], version: ApiVersion) {
    w.begin_array();
    for object in objects {
        w.begin_object().key("type").string(object).key("url");
        write_address(w, version, &["/sobjects/", object, "/describe"]);
        w.end_object();
    }
    w.end_array();
}

/// Writes how search results are laid out.
pub(crate) fn search_layouts(w: &mut JsonWriter, layouts: &[SearchLayout]) {
    w.begin_array();
    for layout in layouts {
        w.begin_object().key("errorMsg").null().key("label").string("Search Results");
        w.key("limitRows").int(LAYOUT_ROWS).key("objectType").string(&layout.object);
        w.key("searchColumns").begin_array();
        for column in &layout.columns {
            // Only dates have a format, and no column shows one.
            w.begin_object().key("field").string(&column.field).key("format").null();
            w.key("label").string(&column.label).key("name").string(&column.name).end_object();
        }
        w.end_array().end_object();
    }
    w.end_array();
}

fn rows(w: &mut JsonWriter, rows: &[Row], version: ApiVersion) {
    w.begin_array();
    rows.iter().for_each(|one| row(w, one, version));
    w.end_array();
}
