//! What a client wrote becomes a typed value, or the platform's error for its field.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose};
use rust_decimal::Decimal;

use crate::{
    ApiError, ErrorCode, Input, Position, RecordId, Timestamp, Value,
    catalog::{FieldDef, FieldType},
    parse_clock, parse_date,
};

/// Reads `input` as a value of `field`. Whether a reference names a record is checked later.
///
/// # Errors
///
/// `JSON_PARSER_ERROR` for a value of the wrong kind, `MALFORMED_ID`, `NUMBER_OUTSIDE_VALID_RANGE`.
pub(crate) fn coerce(field: &FieldDef, input: &Input, at: Position) -> Result<Value, ApiError> {
    use FieldType as T;
    let wrong = || Err(cannot_deserialize(field, input, at));
    if matches!(input, Input::Null) || matches!(input, Input::Text(text) if text.is_empty()) {
        // A boolean has no null; cleared it is false.
        return Ok(if field.field_type == T::Boolean { Value::Bool(false) } else { Value::Null });
    }
    Ok(match (field.field_type, input) {
        (_, Input::Text(text) | Input::Number(text)) if field.is_textual() => {
            Value::text(text.trim_end_matches(' '))
        }
        (T::Boolean, Input::Bool(value)) => Value::Bool(*value),
        (T::Boolean, Input::Text(text)) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
        (T::Boolean, Input::Text(text)) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
        (T::Int, Input::Number(text) | Input::Text(text)) => match decimal(text) {
            Some(number) if number.fract().is_zero() => match i32::try_from(number.normalize().mantissa()) {
                Ok(whole) if i64::from(whole).abs() < 10_i64.pow(u32::from(field.digits).min(10)) => {
                    Value::Int(i64::from(whole))
                }
                Ok(_) | Err(_) => return Err(outside_range(field, text)),
            },
            Some(_) => return wrong(),
            None if is_number(text) => return Err(outside_range(field, text)),
            None => return wrong(),
        },
        (T::Double | T::Currency | T::Percent, Input::Number(text) | Input::Text(text)) => {
            match decimal(text) {
                Some(number) if fits(field, number) => Value::Number(number.normalize()),
                Some(_) => return Err(outside_range(field, text)),
                None if is_number(text) => return Err(outside_range(field, text)),
                None => return wrong(),
            }
        }
        (T::Date, Input::Text(text)) => match parse_date(text) {
            Some(date) => Value::Date(date),
            None => return wrong(),
        },
        (T::DateTime, Input::Text(text)) => match Timestamp::parse(text) {
            Some(at) => Value::DateTime(at.floor_second()),
            None => return wrong(),
        },
        (T::Time, Input::Text(text)) => match parse_clock(text.trim_end_matches(['Z', 'z'])) {
            Some(millis) => Value::Time(millis),
            None => return wrong(),
        },
        (T::Id | T::Reference, Input::Text(text)) => match text.parse::<RecordId>() {
            Ok(RecordId::NULL) => Value::Null,
            Ok(id) => Value::Id(id),
            Err(_) => return Err(incorrect_id(ErrorCode::MalformedId, field, text)),
        },
        (T::Base64, Input::Blob(content)) => Value::Blob(Arc::clone(content)),
        (T::Base64, Input::Text(text)) => match general_purpose::STANDARD.decode(&**text) {
            Ok(content) => Value::Blob(content.into()),
            Err(_) => return wrong(),
        },
        _ => return wrong(),
    })
}

/// `<Label>: id value of incorrect type: <value>`.
pub(super) fn incorrect_id(code: ErrorCode, field: &FieldDef, value: &str) -> ApiError {
    ApiError::dml(code, format!("{}: id value of incorrect type: {value}", field.label), [&*field.name])
}

fn outside_range(field: &FieldDef, value: &str) -> ApiError {
    let message = format!("{}: value outside of valid range on numeric field: {value}", field.label);
    ApiError::dml(ErrorCode::NumberOutsideValidRange, message, [&*field.name])
}

fn cannot_deserialize(field: &FieldDef, input: &Input, at: Position) -> ApiError {
    let Position { line, column } = at;
    let type_name = type_name(field.field_type);
    let message = match input {
        Input::Array(_) => {
            format!(
                "Cannot deserialize instance of {type_name} from START_ARRAY value [line:{line}, column:{column}]"
            )
        }
        _ => {
            let (token, value) = match input {
                Input::Null => ("VALUE_NULL", "null"),
                Input::Bool(true) => ("VALUE_TRUE", "true"),
                Input::Bool(false) => ("VALUE_FALSE", "false"),
                Input::Number(text) if text.contains(['.', 'e', 'E']) => ("VALUE_NUMBER_FLOAT", &**text),
                Input::Number(text) => ("VALUE_NUMBER_INT", &**text),
                Input::Text(text) => ("VALUE_STRING", &**text),
                Input::Object(_) => ("START_OBJECT", "{"),
                Input::Blob(_) => ("VALUE_EMBEDDED_OBJECT", "binary"),
                Input::Array(_) => ("START_ARRAY", "["),
            };
            format!(
                "Cannot deserialize instance of {type_name} from {token} value {value} or request may be missing a required field at [line:{line}, column:{column}]"
            )
        }
    };
    ApiError::exception(ErrorCode::JsonParserError, message)
}

const fn type_name(field_type: FieldType) -> &'static str {
    use FieldType as T;
    match field_type {
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

/// The number, exactly; `None` when it is none or has more digits than fit.
fn decimal(text: &str) -> Option<Decimal> {
    if text.bytes().any(|byte| byte == b'e' || byte == b'E') {
        Decimal::from_scientific(text).ok()
    } else {
        text.strip_prefix('+').unwrap_or(text).parse().ok()
    }
}

/// Whether the text is a number at all, of whatever size.
fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether the digits before the point fit. The scale is not enforced: the platform keeps more decimals.
fn fits(field: &FieldDef, number: Decimal) -> bool {
    if field.precision == 0 {
        return true;
    }
    let places = u32::from(field.precision.saturating_sub(field.scale)).min(28);
    10_i128
        .checked_pow(places)
        .is_none_or(|limit| number.trunc().abs() < Decimal::from_i128_with_scale(limit, 0))
}
