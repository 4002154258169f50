//! Rows, items and components of layouts.

use mockorg_org::{
    ApiVersion,
    catalog::{FieldDef, SObjectDef},
};

use super::seen::Seen;
use crate::{encode, json::JsonWriter};

/// One place of a layout.
#[derive(Clone, Copy)]
pub(super) enum Item<'s> {
    /// A field, and whether the user may write it.
    Field(&'s FieldDef, bool),
    /// Who did something, and when.
    Stamp(&'s str, &'s FieldDef, Option<&'s FieldDef>),
    /// Nothing.
    Empty,
}

/// Writes items with the tab order that runs through a layout.
pub(super) struct ItemWriter<'s> {
    pub(super) seen: &'s Seen,
    pub(super) def: &'s SObjectDef,
    pub(super) version: ApiVersion,
    tab_order: u32,
}

impl<'s> ItemWriter<'s> {
    pub(super) const fn new(seen: &'s Seen, def: &'s SObjectDef, version: ApiVersion) -> Self {
        Self { seen, def, version, tab_order: 0 }
    }

    /// Writes items in rows of `columns`.
    pub(super) fn rows(&mut self, w: &mut JsonWriter, items: &[Item<'_>], columns: usize) {
        w.begin_array();
        for row in items.chunks(columns.max(1)) {
            w.begin_object().key("layoutItems").begin_array();
            for item in row {
                self.item(w, *item);
            }
            for _ in row.len()..columns {
                self.item(w, Item::Empty);
            }
            w.end_array().key("numItems").int(columns as u64).end_object();
        }
        w.end_array();
    }

    /// Writes one item.
    pub(super) fn item(&mut self, w: &mut JsonWriter, item: Item<'_>) {
        w.begin_object();
        match item {
            Item::Field(field, writable) => {
                let described = field.described();
                w.key("editableForNew")
                    .bool(described.createable && writable || self.is_writable_name(field));
                w.key("editableForUpdate")
                    .bool(described.updateable && writable || self.is_writable_name(field));
                w.key("label").string(label(field)).key("layoutComponents").begin_array();
                self.component(w, field, writable);
                w.end_array().key("placeholder").bool(false);
                w.key("required").bool(field.required_on_create() && writable);
            }
            Item::Stamp(label, by, at) => {
                w.key("editableForNew").bool(false).key("editableForUpdate").bool(false);
                w.key("label").string(label).key("layoutComponents").begin_array();
                self.component(w, by, false);
                if let Some(at) = at {
                    w.begin_object().key("details").null().key("displayLines").int(1);
                    w.key("tabOrder").int(self.next()).key("type").string("Separator");
                    w.key("value").string(", ").end_object();
                    self.component(w, at, false);
                }
                w.end_array().key("placeholder").bool(false).key("required").bool(false);
            }
            Item::Empty => {
                w.key("editableForNew").bool(false).key("editableForUpdate").bool(false);
                w.key("label").string("").key("layoutComponents").begin_array();
                w.begin_object().key("details").null().key("displayLines").int(1);
                w.key("tabOrder").int(self.next()).key("type").string("EmptySpace");
                w.key("value").null().end_object();
                w.end_array().key("placeholder").bool(true).key("required").bool(false);
            }
        }
        w.end_object();
    }

    /// Writes a field with its describe; the parts of a compound one come first.
    fn component(&mut self, w: &mut JsonWriter, field: &FieldDef, writable: bool) {
        w.begin_object();
        let parts: Vec<_> = self.parts(field).collect();
        if !parts.is_empty() {
            w.key("components").begin_array();
            for (part, writable) in &parts {
                self.component(w, part, *writable);
            }
            w.end_array();
        }
        w.key("details");
        encode::field(w, &self.seen.catalog, field, writable, self.version);
        let lines = if field.length > 255 && field.is_textual() { 6 } else { 1 };
        w.key("displayLines").int(lines);
        if !parts.is_empty() {
            w.key("fieldType").string(if field.is_compound() { "address" } else { "personname" });
        }
        w.key("tabOrder").int(self.next()).key("type").string("Field");
        w.key("value").string(&field.name).end_object();
    }

    /// The parts of a compound field that the user sees.
    fn parts<'f>(&self, field: &'f FieldDef) -> impl Iterator<Item = (&'s FieldDef, bool)> + use<'s, 'f> {
        self.seen.fields(self.def).filter(|(part, _)| {
            part.slot != field.slot && part.compound_field_name.as_deref() == Some(&field.name)
        })
    }

    /// Whether a field is put together from parts that the user may write.
    fn is_writable_name(&self, field: &FieldDef) -> bool {
        self.parts(field).any(|(part, writable)| writable && part.described().updateable)
    }

    fn next(&mut self) -> u32 {
        self.tab_order += 1;
        self.tab_order
    }
}

/// What a layout calls a field: a lookup without the word for its key.
pub(super) fn label(field: &FieldDef) -> &str {
    if field.reference_to.is_empty() {
        return &field.label;
    }
    field.label.strip_suffix(" ID").unwrap_or(&field.label)
}
