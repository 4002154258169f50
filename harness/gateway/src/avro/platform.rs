//! Schemas of platform events: which fields travel, as what.

use std::sync::Arc;

use mockorg_org::{
    ApiVersion,
    catalog::{Catalog, FieldDef, FieldType, SObjectDef},
    events::is_of_the_bus,
};

use super::types::{AvroField, AvroType, RecordType, Source};

/// The record of a platform event: the two system fields, then its own in the order of the definition.
pub(super) fn platform_record(catalog: &Catalog, event: &SObjectDef) -> RecordType {
    let system = |name: &str, avro, doc: &str, source, field_type| AvroField {
        source,
        field_type: Some(field_type),
        ..AvroField::plain(name, avro, Some(doc))
    };
    let mut fields = vec![
        system(
            "CreatedDate",
            AvroType::Long,
            "CreatedDate:DateTime",
            Source::CreatedDate,
            FieldType::DateTime,
        ),
        system(
            "CreatedById",
            AvroType::String,
            "CreatedBy:EntityId",
            Source::CreatedById,
            FieldType::Reference,
        ),
    ];
    fields.extend(own_fields(catalog, event));
    RecordType { name: Arc::clone(&event.name), fields }
}

fn own_fields(catalog: &Catalog, event: &SObjectDef) -> Vec<AvroField> {
    // Payloads have the newest schema, whatever version a client named.
    let travels = |field: &&FieldDef| {
        field.versions.contains(ApiVersion::NEWEST) && &*field.name != "Id" && !is_of_the_bus(&field.name)
    };
    event.fields.iter().filter(travels).filter_map(|field| platform_field(catalog, event, field)).collect()
}

fn platform_field(catalog: &Catalog, event: &SObjectDef, field: &FieldDef) -> Option<AvroField> {
    let (avro, doc) = match field.detail_event() {
        Some(detail) => {
            let detail = catalog.find_any(detail)?;
            let items = RecordType { name: Arc::clone(&detail.name), fields: own_fields(catalog, detail) };
            (AvroType::Array(Box::new(AvroType::Record(items.into()))), "Data:ComplexValueType".to_owned())
        }
        None => (simple_type(field.field_type)?, doc_of(&event.name, field)),
    };
    Some(AvroField {
        name: Arc::clone(&field.name),
        avro: avro.or_null(),
        doc: Some(doc),
        source: Source::Slot(field.slot),
        field_type: Some(field.field_type),
    })
}

/// The Avro type of a field that is not put together from others; `None` for blobs, which no event carries.
pub(super) const fn simple_type(field_type: FieldType) -> Option<AvroType> {
    use FieldType as T;
    Some(match field_type {
        T::Boolean => AvroType::Boolean,
        T::Int => AvroType::Int,
        T::Double | T::Currency | T::Percent => AvroType::Double,
        T::Date | T::DateTime | T::Time => AvroType::Long,
        T::Base64 | T::Address | T::Location => return None,
        T::Id
        | T::Reference
        | T::String
        | T::TextArea
        | T::Picklist
        | T::MultiPicklist
        | T::ComboBox
        | T::Email
        | T::Phone
        | T::Url
        | T::EncryptedString
        | T::ComplexValue
        | T::AnyType => AvroType::String,
    })
}

/// What a schema says about a field of this object.
pub(super) fn doc_of(object: &str, field: &FieldDef) -> String {
    use FieldType as T;
    let meaning = match field.field_type {
        T::Id | T::Reference => "EntityId",
        T::TextArea if field.length > 255 => "StringPlusClob",
        T::Email => "Email",
        T::Url => "Url",
        T::Phone => "Phone",
        T::Picklist if field.restricted_picklist => "StaticEnum",
        T::Picklist | T::ComboBox => "DynamicEnum",
        T::MultiPicklist => "MultiEnum",
        T::DateTime => "DateTime",
        T::Date => "DateOnly",
        T::Time => "TimeOnly",
        T::Double => "Double",
        T::Currency => "Currency",
        T::Percent => "Percent",
        T::Int => "Integer",
        T::Boolean => "Boolean",
        T::Address => "Address",
        T::Location => "Location",
        T::ComplexValue => "ComplexValueType",
        T::String if field.external_id => "ExternalId",
        T::String | T::TextArea | T::EncryptedString | T::Base64 | T::AnyType => "Text",
    };
    let role = match &*field.name {
        "CreatedDate" => "CreatedDate",
        "CreatedById" => "CreatedBy",
        "LastModifiedDate" => "LastModifiedDate",
        "LastModifiedById" => "LastModifiedBy",
        _ if field.calculated => "Formula",
        _ if field.field_type == T::Reference => "ForeignKey",
        _ => "Data",
    };
    if field.custom {
        return format!("{role}:{meaning}:{}", field_id(object, &field.name));
    }
    format!("{role}:{meaning}")
}

/// An id for a custom field: made of its name, so that it is the same in every run.
fn field_id(object: &str, field: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in object.bytes().chain([b'.']).chain(field.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let mut id = String::from("00N000000");
    for _ in 0..6 {
        id.push(char::from(DIGITS[(hash % 62) as usize]));
        hash /= 62;
    }
    id
}
