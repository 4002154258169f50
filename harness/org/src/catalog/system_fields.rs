//! The platform's own definitions of the system fields, which definition files name only.

use std::borrow::Cow;

use super::{field_type::FieldType, file::FieldFile};

/// The definition of the system field `name`; `None` when there is no such system field.
pub(super) fn system_field(name: &str) -> Option<FieldFile<'static>> {
    let field = |name: &'static str, label: &'static str, field_type| FieldFile {
        name: Cow::Borrowed(name),
        label: Some(Cow::Borrowed(label)),
        field_type: Some(field_type),
        nillable: Some(false),
        createable: Some(false),
        updateable: Some(false),
        defaulted_on_create: Some(true),
        ..FieldFile::default()
    };
    let user = |name, label, relationship: &'static str| FieldFile {
        reference_to: vec![Cow::Borrowed("User")],
        relationship_name: Some(Cow::Borrowed(relationship)),
        ..field(name, label, FieldType::Reference)
    };
    Some(match name {
        "Id" => FieldFile { id_lookup: true, ..field("Id", "Record ID", FieldType::Id) },
        "IsDeleted" => field("IsDeleted", "Deleted", FieldType::Boolean),
        "CreatedDate" => field("CreatedDate", "Created Date", FieldType::DateTime),
        "CreatedById" => user("CreatedById", "Created By ID", "CreatedBy"),
        "LastModifiedDate" => field("LastModifiedDate", "Last Modified Date", FieldType::DateTime),
        "LastModifiedById" => user("LastModifiedById", "Last Modified By ID", "LastModifiedBy"),
        "SystemModstamp" => field("SystemModstamp", "System Modstamp", FieldType::DateTime),
        _ => return None,
    })
}
