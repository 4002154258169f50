//! The type of a field as Setup names it.

use crate::catalog::{FieldDef, FieldType};

/// The type of a field as Setup names it, such as `Text(255)` or `Lookup(Account)`.
pub(super) fn data_type(field: &FieldDef) -> String {
    use FieldType as T;
    let digits =
        |name: &str| format!("{name}({}, {})", field.precision.saturating_sub(field.scale), field.scale);
    let sized = |name: &str| format!("{name}({})", field.length);
    let plain = match field.field_type {
        _ if field.auto_number => "Auto Number".to_owned(),
        T::Id => sized("Lookup"),
        T::Reference => {
            let targets: Vec<&str> = field.reference_to.iter().map(|target| &**target).collect();
            let kind = if field.cascade_delete && field.custom { "Master-Detail" } else { "Lookup" };
            format!("{kind}({})", targets.join(","))
        }
        T::String if field.name_field && field.extra_type_info.is_some() => "Name".to_owned(),
        T::String => sized("Text"),
        T::TextArea if field.html_formatted => sized("Rich Text Area"),
        T::TextArea if field.length > 255 => sized("Long Text Area"),
        T::TextArea => sized("Text Area"),
        T::Picklist => "Picklist".to_owned(),
        T::MultiPicklist => "Picklist (Multi-Select)".to_owned(),
        T::ComboBox => "Combobox".to_owned(),
        T::Boolean => "Checkbox".to_owned(),
        T::Int => format!("Number({}, 0)", field.digits),
        T::Double => digits("Number"),
        T::Currency => digits("Currency"),
        T::Percent => digits("Percent"),
        T::Date => "Date".to_owned(),
        T::DateTime => "Date/Time".to_owned(),
        T::Time => "Time".to_owned(),
        T::Email => "Email".to_owned(),
        T::Phone => "Phone".to_owned(),
        T::Url => sized("URL"),
        T::Address => "Address".to_owned(),
        T::Location => "Geolocation".to_owned(),
        T::Base64 => "Base64".to_owned(),
        T::EncryptedString => sized("Text (Encrypted)"),
        T::AnyType => "Any Type".to_owned(),
        T::ComplexValue => "Complex Value".to_owned(),
    };
    if field.calculated && field.custom { format!("Formula ({})", bare(&plain)) } else { plain }
}

fn bare(name: &str) -> &str {
    name.split('(').next().unwrap_or(name).trim_end()
}

/// The type as the API names it.
pub(super) const fn api_type(kind: FieldType) -> &'static str {
    use FieldType as T;
    match kind {
        T::Id => "id",
        T::String => "string",
        T::TextArea => "textarea",
        T::Picklist => "picklist",
        T::MultiPicklist => "multipicklist",
        T::ComboBox => "combobox",
        T::Reference => "reference",
        T::Boolean => "boolean",
        T::Int => "int",
        T::Double => "double",
        T::Currency => "currency",
        T::Percent => "percent",
        T::Date => "date",
        T::DateTime => "datetime",
        T::Time => "time",
        T::Email => "email",
        T::Phone => "phone",
        T::Url => "url",
        T::Address => "address",
        T::Location => "location",
        T::Base64 => "base64",
        T::EncryptedString => "encryptedstring",
        T::AnyType => "anyType",
        T::ComplexValue => "complexvalue",
    }
}
