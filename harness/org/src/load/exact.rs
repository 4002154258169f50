//! Values of records as JSON, and back, so that nothing of them is lost: as `restore` steps of org files hold them.

use base64::{Engine, prelude::BASE64_STANDARD};
use rust_decimal::Decimal;
use serde_json::{Number, Value as Json};

use crate::{
    RecordId, Timestamp, Value, ValueRef,
    catalog::{FieldDef, FieldType},
    parse_clock, parse_date,
};

/// A value as JSON; `None` when a field of this type cannot hold it.
pub(crate) fn write(field: &FieldDef, value: ValueRef<'_>) -> Option<Json> {
    let json = match value {
        ValueRef::Null => Json::Null,
        ValueRef::Bool(value) => Json::Bool(value),
        ValueRef::Int(number) => Json::Number(number.into()),
        ValueRef::Number(number) => decimal(number),
        ValueRef::Text(text) => Json::String(text.to_owned()),
        ValueRef::Date(date) => Json::String(date.to_string()),
        ValueRef::DateTime(at) => Json::String(at.to_string()),
        ValueRef::Time(time) => Json::String(clock(time)),
        ValueRef::Id(id) => Json::String(id.to_string()),
        ValueRef::Blob(bytes) => Json::String(BASE64_STANDARD.encode(bytes)),
        ValueRef::Nested(_) => return None,
    };
    read(field, &json).ok().filter(|again| *again == value.to_value()).map(|_| json)
}

/// The value of a field.
///
/// # Errors
///
/// What the field wants.
pub(crate) fn read(field: &FieldDef, json: &Json) -> Result<Value, String> {
    if json.is_null() {
        return Ok(Value::Null);
    }
    let text = json.as_str();
    let (value, wanted) = match field.field_type {
        FieldType::Boolean => (json.as_bool().map(Value::Bool), "true or false"),
        FieldType::Int => (json.as_i64().map(Value::Int), "a whole number"),
        FieldType::Double | FieldType::Currency | FieldType::Percent => {
            let number = match json {
                Json::Number(number) => number.to_string().parse().ok(),
                _ => text.and_then(|text| text.parse().ok()),
            };
            (number.map(Value::Number), "a number, or its digits as a text")
        }
        FieldType::Date => (text.and_then(parse_date).map(Value::Date), "a date such as 2026-01-31"),
        FieldType::DateTime => (
            text.and_then(Timestamp::parse).map(Value::DateTime),
            "a time such as 2026-01-31T09:00:00.000+0000",
        ),
        FieldType::Time => {
            let time = text.and_then(|text| parse_clock(text.trim_end_matches('Z')));
            (time.map(Value::Time), "a time of day such as 09:00:00.000Z")
        }
        FieldType::Id | FieldType::Reference => {
            (text.and_then(|text| text.parse::<RecordId>().ok()).map(Value::Id), "an id")
        }
        FieldType::Base64 => {
            let bytes = text.and_then(|text| BASE64_STANDARD.decode(text).ok());
            (bytes.map(|bytes| Value::Blob(bytes.into())), "base64")
        }
        _ => (text.map(Value::text), "a text"),
    };
    value.ok_or_else(|| format!("{}: {json} is not {wanted}", field.name))
}

/// A number, unless JSON would lose digits of it.
fn decimal(number: Decimal) -> Json {
    let text = number.to_string();
    let whole = text.parse::<i64>().ok().map(Number::from);
    let exact = whole.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64));
    match exact.filter(|exact| exact.to_string() == text) {
        Some(exact) => Json::Number(exact),
        None => Json::String(text),
    }
}

fn clock(millis: u32) -> String {
    let seconds = millis / 1000;
    format!("{:02}:{:02}:{:02}.{:03}Z", seconds / 3600, seconds / 60 % 60, seconds % 60, millis % 1000)
}
