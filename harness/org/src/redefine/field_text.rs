//! What a component says of a field that came from a definition file.

use super::{element::Element, picklist};
use crate::{
    Value,
    catalog::{FieldDef, FieldType, SObjectDef},
};

/// The values of the CustomField component of a field.
pub(super) fn values(field: &FieldDef) -> Vec<Element> {
    let mut values = Vec::new();
    let mut text = |name: &str, text: &str| values.push(Element::leaf(name, text));
    let flag = |value: bool| if value { "true" } else { "false" };
    if field.cascade_delete || field.restricted_delete {
        text("deleteConstraint", if field.cascade_delete { "Cascade" } else { "Restrict" });
    }
    match &field.default_value {
        Value::Null => {}
        Value::Bool(value) => text("defaultValue", flag(*value)),
        Value::Text(value) => text("defaultValue", &format!("\"{value}\"")),
        Value::Number(number) => text("defaultValue", &number.to_string()),
        Value::Int(number) => text("defaultValue", &number.to_string()),
        _ => {}
    }
    if let Some(format) = &field.auto_number_format {
        text("displayFormat", format);
    }
    if field.custom {
        text("externalId", flag(field.external_id));
    }
    if let Some(formula) = &field.calculated_formula {
        text("formula", formula);
    }
    if let Some(help) = &field.inline_help_text {
        text("inlineHelpText", help);
    }
    text("label", &field.label);
    let (kind, sized) = type_of(field);
    if sized && !field.auto_number {
        text("length", &field.length.to_string());
    }
    if matches!(kind, "Number" | "Currency" | "Percent") {
        text("precision", &field.precision.max(field.digits).to_string());
    }
    if let [target] = &*field.reference_to {
        text("referenceTo", target);
        if let Some(children) = &field.child_relationship_name {
            text("relationshipName", children.trim_end_matches("__r"));
        }
    }
    text("required", flag(!field.nillable && field.field_type != FieldType::Boolean));
    if matches!(kind, "Number" | "Currency" | "Percent" | "Location") {
        text("scale", &field.scale.to_string());
    }
    text("type", kind);
    if field.unique {
        text("unique", "true");
    }
    if matches!(kind, "Picklist" | "MultiselectPicklist") {
        values.push(picklist::value_set(field));
    }
    values
}

/// The metadata type of a field, and whether a length belongs to it.
fn type_of(field: &FieldDef) -> (&'static str, bool) {
    use FieldType as T;
    match field.field_type {
        _ if field.auto_number => ("AutoNumber", false),
        T::String | T::Id | T::ComboBox | T::AnyType | T::ComplexValue | T::Base64 | T::Address => {
            ("Text", true)
        }
        T::TextArea if field.html_formatted => ("Html", true),
        T::TextArea if field.length > 255 => ("LongTextArea", true),
        T::TextArea => ("TextArea", false),
        T::Picklist => ("Picklist", false),
        T::MultiPicklist => ("MultiselectPicklist", false),
        T::Reference if field.write_requires_master_read || field.relationship_order.is_some() => {
            ("MasterDetail", false)
        }
        T::Reference => ("Lookup", false),
        T::Boolean => ("Checkbox", false),
        T::Int | T::Double => ("Number", false),
        T::Currency => ("Currency", false),
        T::Percent => ("Percent", false),
        T::Date => ("Date", false),
        T::DateTime => ("DateTime", false),
        T::Time => ("Time", false),
        T::Email => ("Email", false),
        T::Phone => ("Phone", false),
        T::Url => ("Url", false),
        T::Location => ("Location", false),
        T::EncryptedString => ("EncryptedText", true),
    }
}

/// The values of the CustomObject component of an object.
pub(super) fn object_values(object: &SObjectDef) -> Vec<Element> {
    let mut values = Vec::new();
    if object.custom {
        values.push(Element::leaf("deploymentStatus", "Deployed"));
    }
    values.push(Element::leaf("label", &*object.label));
    if let Some(field) = object.system.name.map(|slot| object.at(slot)).filter(|_| object.custom) {
        let mut own = Vec::new();
        if let Some(format) = &field.auto_number_format {
            own.push(Element::leaf("displayFormat", &**format));
        }
        own.push(Element::leaf("label", &*field.label));
        own.push(Element::leaf("type", if field.auto_number { "AutoNumber" } else { "Text" }));
        values.push(Element::of("nameField", own));
    }
    values.push(Element::leaf("pluralLabel", &*object.label_plural));
    if object.custom && object.key_prefix.is_some() {
        values.push(Element::leaf("sharingModel", "ReadWrite"));
    }
    values
}
