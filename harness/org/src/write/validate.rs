//! The system's own validation of values: lengths, restricted picklists, e-mail addresses, required fields.

use crate::{
    ApiError, ApiVersion, ErrorCode, Value,
    catalog::{FieldDef, FieldType, SObjectDef, Slot},
};

/// Checks one value against its field.
///
/// # Errors
///
/// `STRING_TOO_LONG`, `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST`, `INVALID_EMAIL_ADDRESS`.
pub(crate) fn check_value(field: &FieldDef, value: &Value, version: ApiVersion) -> Result<(), ApiError> {
    let Value::Text(text) = value else { return Ok(()) };
    if field.length > 0 && text.len() > field.length as usize && text.chars().count() > field.length as usize
    {
        let message = format!("{}: data value too large: {text} (max length={})", field.label, field.length);
        return Err(ApiError::dml(ErrorCode::StringTooLong, message, [&*field.name]));
    }
    if field.restricted_picklist {
        let known = |wanted: &str| {
            let mut values = field.picklist_values.iter();
            values.any(|value| value.active && &*value.value == wanted && value.versions.contains(version))
        };
        let all_known = match field.field_type {
            FieldType::MultiPicklist => text.split(';').all(known),
            _ => known(text),
        };
        if !all_known {
            let message = format!("{}: bad value for restricted picklist field: {text}", field.label);
            return Err(ApiError::dml(
                ErrorCode::InvalidOrNullForRestrictedPicklist,
                message,
                [&*field.name],
            ));
        }
    }
    if field.field_type == FieldType::Email && !is_email(text) {
        let message = format!("{}: invalid email address: {text}", field.label);
        return Err(ApiError::dml(ErrorCode::InvalidEmailAddress, message, [&*field.name]));
    }
    Ok(())
}

/// The fields that a new record must have and lacks, or that an update clears though it must not; `lacks`
/// tells for a slot whether that is so.
///
/// # Errors
///
/// `REQUIRED_FIELD_MISSING`, with all of them.
pub(crate) fn check_required(
    def: &SObjectDef,
    version: ApiVersion,
    lacks: impl Fn(Slot) -> bool,
) -> Result<(), ApiError> {
    let missing: Vec<&str> = def
        .fields
        .iter()
        .filter(|field| field.required_on_create() && field.versions.contains(version) && lacks(field.slot))
        .map(|field| &*field.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(ApiError::dml(ErrorCode::RequiredFieldMissing, message, missing))
}

/// Whether the text has the form that the platform asks of an e-mail address: a local part, one `@`, and a
/// host with a dot.
fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let plain = |c: char| {
        !c.is_whitespace() && !matches!(c, '@' | ',' | ';' | '<' | '>' | '(' | ')' | '[' | ']' | '"')
    };
    !local.is_empty()
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && host.split('.').count() >= 2
        && host.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_a_local_part_and_a_dotted_host() {
        for good in ["a@b.co", "first.last+tag@sub.example.com", "o'hara@example.ie"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a@@b.co", "a b@c.de", "a@b..co", "a@.co", ".a@b.co"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
