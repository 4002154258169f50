//! Custom platform events: what a definition leaves out because it is the same for each of them, and what it
//! may hold.

use std::borrow::Cow;

use super::{
    definitions::CatalogError,
    field_type::FieldType,
    file::{FieldFile, Kind, ObjectFile, SupportedCall},
};

/// The longest text, and the longest long text area.
const LONGEST_TEXT: u32 = 255;
const LONGEST_TEXT_AREA: u32 = 131_072;

/// Whether a file defines an event of the org's own.
fn is_custom_event(file: &ObjectFile<'_>) -> bool {
    file.name.ends_with("__e")
}

/// Fills in what every custom platform event has, and refuses what none can have. Other definitions stay as
/// they are.
///
/// # Errors
///
/// What the definition holds and the platform does not allow.
pub(super) fn complete(file: &mut ObjectFile<'_>) -> Result<(), CatalogError> {
    let wrong = |what: &str| Err(CatalogError::new(&file.name, what));
    if !is_custom_event(file) {
        return match file.publish_behavior {
            Some(_) => wrong("`publishBehavior` belongs to custom platform events, whose names end in `__e`"),
            None => Ok(()),
        };
    }
    if file.kind != Kind::PlatformEvent {
        return wrong(
            "a name that ends in `__e` is that of a platform event; say `\"kind\": \"platformEvent\"`",
        );
    }
    if file.calls.iter().any(|call| !matches!(call, SupportedCall::Create | SupportedCall::DescribeSObjects))
    {
        return wrong("events can be created and described only; leave `calls` out");
    }
    let own = |field: &FieldFile<'_>| field.system.is_none() && !is_standard(&field.name);
    for field in file.fields.iter().filter(|field| own(field)) {
        check_field(field)
            .map_err(|what| CatalogError::new(&file.name, format!("field `{}`: {what}", field.name)))?;
    }
    file.custom = true;
    file.calls = vec![SupportedCall::Create, SupportedCall::DescribeSObjects];
    let mut fields = standard_fields();
    fields.extend(file.fields.drain(..).filter(own).map(|field| FieldFile {
        custom: true,
        updateable: Some(false),
        filterable: Some(false),
        groupable: Some(false),
        aggregatable: Some(false),
        permissionable: Some(false),
        defaulted_on_create: field.defaulted_on_create.or(field.default_value.as_ref().map(|_| true)),
        ..field
    }));
    file.fields = fields;
    Ok(())
}

/// The fields that describes list first. The bus fills them.
fn standard_fields() -> Vec<FieldFile<'static>> {
    let text = |name: &'static str, label: &'static str, length| FieldFile {
        name: Cow::Borrowed(name),
        label: Some(Cow::Borrowed(label)),
        field_type: Some(FieldType::String),
        length: Some(length),
        createable: Some(false),
        updateable: Some(false),
        filterable: Some(false),
        groupable: Some(false),
        aggregatable: Some(false),
        ..FieldFile::default()
    };
    let system = |name: &'static str| FieldFile { system: Some(Cow::Borrowed(name)), ..FieldFile::default() };
    vec![
        text("ReplayId", "Replay ID", 1000),
        system("CreatedDate"),
        system("CreatedById"),
        text("EventUuid", "Event UUID", 36),
    ]
}

fn is_standard(name: &str) -> bool {
    matches!(name, "ReplayId" | "EventUuid")
}

/// Checks a field that the org has added.
fn check_field(field: &FieldFile<'_>) -> Result<(), &'static str> {
    use FieldType as T;
    if !field.name.ends_with("__c") {
        return Err("the name of a custom field ends in `__c`");
    }
    if field.unique || field.external_id || field.auto_number || field.calculated {
        return Err("events are not stored: their fields are neither keys, nor numbered, nor calculated");
    }
    let length = field.length.unwrap_or_default();
    match field.field_type {
        Some(T::Boolean | T::Date | T::DateTime) => Ok(()),
        Some(T::Double) if (1..=18).contains(&field.precision.unwrap_or_default()) => Ok(()),
        Some(T::Double) => Err("a number needs a `precision` of 1 to 18 digits"),
        Some(T::String) if (1..=LONGEST_TEXT).contains(&length) => Ok(()),
        Some(T::String) => Err("a text needs a `length` of 1 to 255"),
        Some(T::TextArea) if (LONGEST_TEXT + 1..=LONGEST_TEXT_AREA).contains(&length) => Ok(()),
        Some(T::TextArea) => Err("a long text area needs a `length` of 256 to 131072"),
        _ => Err("events have fields of the types boolean, date, datetime, double, string and textarea only"),
    }
}

/// The key prefix of the custom event with this number, from 0: `e00`, `e01`, and so on.
pub(super) fn key_prefix(number: usize) -> [u8; 3] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    [b'e', DIGITS[number / 62 % 62], DIGITS[number % 62]]
}
