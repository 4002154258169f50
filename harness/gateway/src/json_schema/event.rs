//! The schemas of event payloads as the Streaming API delivers them. They have the newest fields, whatever
//! version a client names.

use mockorg_org::{
    VersionRange,
    catalog::{Catalog, SObjectDef},
};

use super::{
    layout::SchemaLayout,
    record::CUSTOM,
    rule::{Place, Rules, constant, one_of},
    text::{ObjectSchema, Rule, quoted},
};
use crate::avro::{AvroField, AvroType, CHANGE_TYPES, RESERVED_CHANGE_TYPE, RecordType, Source};

/// The payload of a platform event: all of its fields, those of the system first.
pub(super) fn platform_schema(
    catalog: &Catalog,
    event: &SObjectDef,
    record: &RecordType,
    layout: SchemaLayout,
) -> String {
    let rules = Rules { catalog, object: event, layout, place: Place::Event };
    let mut schema = all_fields(rules, record);
    schema.title = format!("The payload of {}", record.name);
    schema.annotations = layout.annotations(event.versions, VersionRange::ALL);
    schema.to_text()
}

/// The fields of an event, or of an entry of a list in one: each is there, and may be null.
fn all_fields(rules: Rules<'_>, record: &RecordType) -> ObjectSchema {
    let property = |field: &AvroField| (field.name.to_string(), platform_field(rules, field));
    ObjectSchema {
        title: String::new(),
        annotations: Vec::new(),
        required: record.fields.iter().map(|field| field.name.to_string()).collect(),
        properties: record.fields.iter().map(property).collect(),
        others: None,
    }
}

fn platform_field(rules: Rules<'_>, field: &AvroField) -> Rule {
    match (&field.source, entries(&field.avro)) {
        (Source::CreatedDate, _) => rules.common("eventTime", false),
        (Source::CreatedById, _) => rules.common("id", false),
        (_, Some(entry)) => {
            let object = rules.catalog.find_any(&entry.name).unwrap_or(rules.object);
            let items = all_fields(Rules { object, ..rules }, entry).to_rule(false);
            Rule::typed("array", true).and("items", items.to_json())
        }
        _ => rules.object.field(&field.name).map(|field| rules.field(field)).unwrap_or_default(),
    }
}

/// The record of a list's entries.
fn entries(avro: &AvroType) -> Option<&RecordType> {
    match avro {
        AvroType::Union(branches) => branches.iter().find_map(entries),
        AvroType::Array(items) => nested(items),
        _ => None,
    }
}

/// The record inside a type.
fn nested(avro: &AvroType) -> Option<&RecordType> {
    match avro {
        AvroType::Union(branches) => branches.iter().find_map(nested),
        AvroType::Record(record) => Some(record),
        _ => None,
    }
}

/// The payload of a change event: the header, and whichever fields the change tells of.
pub(super) fn change_schema(
    catalog: &Catalog,
    object: &SObjectDef,
    record: &RecordType,
    layout: SchemaLayout,
) -> String {
    let rules = Rules { catalog, object, layout, place: Place::Event };
    let property = |field: &AvroField| {
        let rule = match &field.source {
            Source::Header => header(rules, &object.name),
            _ => change_field(rules, field),
        };
        (field.name.to_string(), rule)
    };
    let schema = ObjectSchema {
        title: format!("The payload of {}", record.name),
        annotations: layout.annotations(object.versions, VersionRange::ALL),
        required: vec!["ChangeEventHeader".to_owned()],
        properties: record.fields.iter().map(property).collect(),
        others: (!object.custom).then(|| (CUSTOM, Rule::default())),
    };
    schema.to_text()
}

fn change_field(rules: Rules<'_>, field: &AvroField) -> Rule {
    let Some(inner) = nested(&field.avro) else {
        return rules.object.field(&field.name).map(|field| rules.field(field)).unwrap_or_default();
    };
    let part = |part: &AvroField| {
        let name = match nested_type(&part.avro) {
            AvroType::Double => "number",
            _ => "string",
        };
        (part.name.to_string(), Rule::typed(name, true))
    };
    let parts = ObjectSchema {
        title: String::new(),
        annotations: Vec::new(),
        required: Vec::new(),
        properties: inner.fields.iter().map(part).collect(),
        others: None,
    };
    let parts = parts.to_rule(true);
    match &field.source {
        // A name that is one text for businesses and several for persons.
        Source::Slot(_) => {
            let text = rules.object.field(&field.name).map(|field| rules.field(field)).unwrap_or_default();
            Rule::of("anyOf", format!("[{},{}]", text.to_json(), parts.to_json()))
        }
        _ => parts,
    }
}

fn nested_type(avro: &AvroType) -> &AvroType {
    match avro {
        AvroType::Union(branches) => branches.last().unwrap_or(avro),
        plain => plain,
    }
}

/// What is known about every change.
fn header(rules: Rules<'_>, entity: &str) -> Rule {
    let text = || Rule::typed("string", false).and("minLength", "1");
    let whole = |least: &str| Rule::typed("integer", false).and("minimum", least);
    let texts = |item: &Rule| Rule::typed("array", false).and("items", item.to_json());
    // A gap that stands for more changes than can be told names no records but `000000000000000AAA`.
    let ids = texts(&rules.common("id", false)).and("minItems", "1");
    let happening: Vec<_> =
        CHANGE_TYPES.iter().copied().filter(|kind| *kind != RESERVED_CHANGE_TYPE).collect();
    let members = [
        ("entityName", constant(entity)),
        ("recordIds", ids),
        ("changeType", one_of(&happening)),
        ("changeOrigin", Rule::typed("string", false)),
        ("transactionKey", text().and("pattern", quoted("^[0-9a-f-]+$"))),
        ("sequenceNumber", whole("1")),
        ("commitTimestamp", whole("0")),
        ("commitNumber", whole("0")),
        ("commitUser", rules.common("id", false)),
        ("changedFields", texts(&text())),
    ];
    let schema = ObjectSchema {
        title: String::new(),
        annotations: Vec::new(),
        required: members.iter().map(|(name, _)| (*name).to_owned()).collect(),
        properties: members.into_iter().map(|(name, rule)| (name.to_owned(), rule)).collect(),
        others: None,
    };
    schema.to_rule(false)
}
