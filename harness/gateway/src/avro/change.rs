//! Schemas of change events: the header, and the object's fields with compounds as nested records.

use std::sync::Arc;

use mockorg_org::{
    ApiVersion,
    catalog::{Catalog, FieldDef, FieldType, Kind, SObjectDef, Slot},
    events::{change_event_of, is_absent_from_changes, object_by_change_event},
};

use super::{
    platform::{doc_of, simple_type},
    types::{AvroField, AvroType, RecordType, Source},
};

/// A kind of change that schemas list and no event has.
pub(crate) const RESERVED_CHANGE_TYPE: &str = "SNAPSHOT";

/// The kinds of change as schemas list them.
pub(crate) const CHANGE_TYPES: &[&str] = &[
    "CREATE",
    "UPDATE",
    "DELETE",
    "UNDELETE",
    "GAP_CREATE",
    "GAP_UPDATE",
    "GAP_DELETE",
    "GAP_UNDELETE",
    "GAP_OVERFLOW",
    RESERVED_CHANGE_TYPE,
];

/// The members of an address, with the ends of the names of the fields behind them.
const ADDRESS: [(&str, AvroType, &str); 11] = [
    ("Street", AvroType::String, "Data:Text"),
    ("City", AvroType::String, "Data:Text"),
    ("State", AvroType::String, "Data:Text"),
    ("PostalCode", AvroType::String, "Data:Text"),
    ("Country", AvroType::String, "Data:Text"),
    ("StateCode", AvroType::String, "Data:Text"),
    ("CountryCode", AvroType::String, "Data:Text"),
    ("Latitude", AvroType::Double, "Data:Double"),
    ("Longitude", AvroType::Double, "Data:Double"),
    ("Xyz", AvroType::String, "Data:Text"),
    ("GeocodeAccuracy", AvroType::String, "Data:Text"),
];

const LOCATION: [(&str, AvroType, &str); 2] =
    [("Latitude", AvroType::Double, "Data:Double"), ("Longitude", AvroType::Double, "Data:Double")];

const PERSON_NAME: [(&str, AvroType, &str); 6] = [
    ("Salutation", AvroType::String, "Data:Text"),
    ("FirstName", AvroType::String, "Data:Text"),
    ("LastName", AvroType::String, "Data:Text"),
    ("MiddleName", AvroType::String, "Data:Text"),
    ("InformalName", AvroType::String, "Data:Text"),
    ("Suffix", AvroType::String, "Data:Text"),
];

/// The object whose changes an event of this name tells of.
pub(crate) fn object_of<'c>(catalog: &'c Catalog, event: &str) -> Option<&'c SObjectDef> {
    object_by_change_event(catalog, event).filter(|def| event_of(def).is_some())
}

/// The name of an object's change event; `None` for what is no object with records.
pub(super) fn event_of(object: &SObjectDef) -> Option<Arc<str>> {
    (object.kind == Kind::SObject && object.key_prefix.is_some()).then(|| change_event_of(object))
}

/// The record of an object's change event.
pub(super) fn change_record(object: &SObjectDef, event: &str) -> RecordType {
    let mut fields = vec![AvroField {
        source: Source::Header,
        ..AvroField::plain("ChangeEventHeader", AvroType::Record(header().into()), None)
    }];
    let mut kinds = Compounds::default();
    let newest = |field: &&FieldDef| field.versions.contains(ApiVersion::NEWEST);
    // Orgs without record types have no such field, and the places of all others are known from those.
    let (last, first): (Vec<_>, Vec<_>) =
        object.fields.iter().filter(newest).partition(|field| &*field.name == "RecordTypeId");
    fields.extend(first.into_iter().chain(last).filter_map(|field| kinds.field(object, field)));
    RecordType { name: event.into(), fields }
}

/// The nested records of a schema. A second field of the same kind names the first one's type.
#[derive(Default)]
struct Compounds {
    address: Option<Arc<RecordType>>,
    location: Option<Arc<RecordType>>,
    name: Option<Arc<RecordType>>,
}

impl Compounds {
    fn field(&mut self, object: &SObjectDef, field: &FieldDef) -> Option<AvroField> {
        if is_absent_from_changes(&field.name) || is_part(object, field) {
            return None;
        }
        let doc;
        let (avro, source) = match field.field_type {
            FieldType::Address => {
                doc = doc_of(&object.name, field);
                let record = self.address.get_or_insert_with(|| nested("Address", &ADDRESS));
                let stem = field.name.strip_suffix("Address").unwrap_or(&field.name);
                (
                    AvroType::Record(Arc::clone(record)),
                    parts(object, &ADDRESS, |name| format!("{stem}{name}")),
                )
            }
            FieldType::Location => {
                doc = doc_of(&object.name, field);
                let record = self.location.get_or_insert_with(|| nested("Location", &LOCATION));
                let stem = field.name.strip_suffix("__c").unwrap_or(&field.name);
                (
                    AvroType::Record(Arc::clone(record)),
                    parts(object, &LOCATION, |name| format!("{stem}__{name}__s")),
                )
            }
            _ if is_switchable_name(field) => {
                doc = "Data:Switchable_PersonName".to_owned();
                let record = self.name.get_or_insert_with(|| nested("Switchable_PersonName", &PERSON_NAME));
                let avro = AvroType::Union(vec![
                    AvroType::Null,
                    AvroType::String,
                    AvroType::Record(Arc::clone(record)),
                ]);
                return Some(own(field, avro, doc, Source::Slot(field.slot)));
            }
            _ if is_person_name(object, field) => {
                doc = "Data:PersonName".to_owned();
                let record = self.name.get_or_insert_with(|| nested("PersonName", &PERSON_NAME));
                (AvroType::Record(Arc::clone(record)), parts(object, &PERSON_NAME, ToOwned::to_owned))
            }
            simple => {
                doc = doc_of(&object.name, field);
                (simple_type(simple)?, Source::Slot(field.slot))
            }
        };
        Some(own(field, avro.or_null(), doc, source))
    }
}

fn own(field: &FieldDef, avro: AvroType, doc: String, source: Source) -> AvroField {
    let name = Arc::clone(&field.name);
    AvroField { name, avro, doc: Some(doc), source, field_type: Some(field.field_type) }
}

fn nested(name: &str, members: &[(&str, AvroType, &str)]) -> Arc<RecordType> {
    let member = |(name, avro, doc): &(&str, AvroType, &str)| {
        AvroField::plain(name, avro.clone().or_null(), Some(doc))
    };
    Arc::new(RecordType { name: name.into(), fields: members.iter().map(member).collect() })
}

fn parts(
    object: &SObjectDef,
    members: &[(&str, AvroType, &str)],
    field_name: impl Fn(&str) -> String,
) -> Source {
    let slot = |(name, ..): &(&str, AvroType, &str)| -> Option<Slot> { object.slot(&field_name(name)) };
    Source::Parts(members.iter().map(slot).collect())
}

/// Whether the field travels inside another one.
fn is_part(object: &SObjectDef, field: &FieldDef) -> bool {
    let parent = field.compound_field_name.as_deref().filter(|parent| **parent != *field.name);
    parent.is_some_and(|parent| {
        object.field(parent).is_some_and(|parent| parent.is_compound() || is_person_name(object, parent))
    })
}

/// The name of an object whose records are businesses or persons.
fn is_switchable_name(field: &FieldDef) -> bool {
    field.extra_type_info.as_deref() == Some("switchablepersonname") && field.name_field
}

/// The name of an object whose records are persons: put together from other fields.
fn is_person_name(object: &SObjectDef, field: &FieldDef) -> bool {
    let is_part = |part: &FieldDef| {
        part.slot != field.slot && part.compound_field_name.as_deref() == Some(&*field.name)
    };
    field.name_field && field.field_type == FieldType::String && object.fields.iter().any(is_part)
}

fn header() -> RecordType {
    let texts = || AvroType::Array(Box::new(AvroType::String));
    let fields = [
        ("entityName", AvroType::String),
        ("recordIds", texts()),
        ("changeType", AvroType::Enum("ChangeType", CHANGE_TYPES)),
        ("changeOrigin", AvroType::String),
        ("transactionKey", AvroType::String),
        ("sequenceNumber", AvroType::Int),
        ("commitTimestamp", AvroType::Long),
        ("commitNumber", AvroType::Long),
        ("commitUser", AvroType::String),
        ("nulledFields", texts()),
        ("diffFields", texts()),
        ("changedFields", texts()),
    ];
    RecordType {
        name: "ChangeEventHeader".into(),
        fields: fields.into_iter().map(|(name, avro)| AvroField::plain(name, avro, None)).collect(),
    }
}
