//! The `Name` object: what a polymorphic relationship offers, whatever record it leads to.

use crate::catalog::FieldType;

/// A field of the `Name` object. Records of objects that lack the field have null there.
#[derive(Debug)]
pub(super) struct NameField {
    pub(super) name: &'static str,
    pub(super) field_type: FieldType,
}

const fn field(name: &'static str, field_type: FieldType) -> NameField {
    NameField { name, field_type }
}

/// The fields, in the order of the platform's object reference.
pub(super) const FIELDS: &[NameField] = &[
    field("Id", FieldType::Id),
    field("Alias", FieldType::String),
    field("Email", FieldType::Email),
    field("FirstName", FieldType::String),
    field("IsActive", FieldType::Boolean),
    field("LastName", FieldType::String),
    field("LastReferencedDate", FieldType::DateTime),
    field("LastViewedDate", FieldType::DateTime),
    field("MiddleName", FieldType::String),
    field("Name", FieldType::String),
    field("NameOrAlias", FieldType::String),
    field("Phone", FieldType::Phone),
    field("ProfileId", FieldType::Reference),
    field("RecordTypeId", FieldType::Reference),
    field("Suffix", FieldType::String),
    field("Title", FieldType::String),
    field("Type", FieldType::Picklist),
    field("Username", FieldType::String),
    field("UserRoleId", FieldType::Reference),
];

/// The parent relationships that lead on from the `Name` object.
pub(super) const RELATIONSHIPS: &[&str] = &["Profile", "RecordType", "UserRole"];

/// The field with this name, in any case.
pub(super) fn find(name: &str) -> Option<&'static NameField> {
    FIELDS.iter().find(|field| field.name.eq_ignore_ascii_case(name))
}
