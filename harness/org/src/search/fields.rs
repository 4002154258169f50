//! Which fields a search looks into.

use mockorg_soql::sosl::SearchGroup;

use crate::{
    catalog::{FieldDef, FieldType, SObjectDef, Slot},
    ctx::Ctx,
};

/// Fields that count as names besides the name field.
const NAMES: &[(&str, &[&str])] = &[
    ("Account", &["Website", "Site", "NameLocal"]),
    ("Asset", &["SerialNumber"]),
    ("Case", &["SuppliedName", "SuppliedCompany", "Subject"]),
    ("Contact", &["AssistantName", "FirstNameLocal", "LastNameLocal"]),
    ("Event", &["Subject"]),
    ("Lead", &["Company", "CompanyLocal", "FirstNameLocal", "LastNameLocal"]),
    ("Note", &["Title"]),
    ("PermissionSet", &["Label"]),
    ("Report", &["Description"]),
    ("Task", &["Subject"]),
    ("User", &["CommunityNickname"]),
];

/// A field that is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SearchedField {
    pub(super) slot: Slot,
    pub(super) kind: FieldKind,
}

/// How a field's text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// As it is.
    Text,
    /// Without its tags.
    Html,
    /// As a telephone number, too.
    Phone,
    /// Numbers without their leading zeros, too.
    AutoNumber,
}

/// The fields of an object that a search group covers and the user can see.
pub(super) fn searched(ctx: &Ctx, object: &SObjectDef, group: SearchGroup) -> Vec<SearchedField> {
    let is_visible = |field: &&FieldDef| {
        field.versions.contains(ctx.version) && ctx.access.can_read_field(object.index, field.slot)
    };
    let covered = object.fields.iter().filter(|field| is_text(field) && is_in(object, field, group));
    covered.filter(is_visible).map(|field| SearchedField { slot: field.slot, kind: kind(field) }).collect()
}

/// Whether the index holds the field: text of every kind, but no picklists, numbers, dates and keys.
const fn is_text(field: &FieldDef) -> bool {
    use FieldType as T;
    matches!(field.field_type, T::String | T::TextArea | T::ComboBox | T::Email | T::Phone | T::Url)
}

fn is_in(object: &SObjectDef, field: &FieldDef, group: SearchGroup) -> bool {
    match group {
        SearchGroup::All => true,
        SearchGroup::Email => field.field_type == FieldType::Email,
        SearchGroup::Phone => field.field_type == FieldType::Phone,
        SearchGroup::Name => is_name(object, field),
        SearchGroup::Sidebar => {
            is_name(object, field) || matches!(field.field_type, FieldType::Email | FieldType::Phone)
        }
    }
}

fn is_name(object: &SObjectDef, field: &FieldDef) -> bool {
    let more = NAMES.iter().find(|(name, _)| *name == &*object.name).map_or(&[][..], |(_, fields)| fields);
    field.name_field || more.contains(&&*field.name)
}

fn kind(field: &FieldDef) -> FieldKind {
    match field.field_type {
        FieldType::Phone => FieldKind::Phone,
        _ if field.auto_number => FieldKind::AutoNumber,
        _ if field.html_formatted => FieldKind::Html,
        _ => FieldKind::Text,
    }
}
