//! Values that an automation fills in: constants, and texts with fields of the event such as `{!RequestIdentifier}`.

use std::fmt::Write;

use serde_json::Value as Json;

use crate::{
    Input, Org, RecordView, Value,
    catalog::{FieldType, SObjectDef, Slot},
    ctx::Ctx,
    load::relative_date,
};

/// How a value comes to be.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Template {
    /// The same every time.
    Constant(Input),
    /// A date relative to the time of the run, such as `@today+30d`.
    Date(Box<str>),
    /// A field as it is.
    Field(Slot),
    /// Text with fields in it.
    Text(Box<[Part]>),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Part {
    /// Text as it stands.
    Text(Box<str>),
    /// The value of a field as text; nothing for null.
    Field(Slot),
}

impl Template {
    /// Reads a value of an org file; `source` is what its fields are of, and `reference` finds what earlier
    /// steps have named.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub(super) fn read(
        json: &Json,
        source: &SObjectDef,
        reference: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Self, String> {
        Ok(Self::Constant(match json {
            Json::Null => Input::Null,
            Json::Bool(value) => Input::Bool(*value),
            Json::Number(number) => Input::Number(number.to_string().into()),
            Json::String(text) if text.starts_with('$') => Input::Text(reference(text)?.into()),
            Json::String(text) if text.starts_with('@') => return Ok(Self::Date(text.as_str().into())),
            Json::String(text) => return Self::text(text, source),
            Json::Array(_) | Json::Object(_) => {
                return Err("a value must be a text, a number, true, false or null".to_owned());
            }
        }))
    }

    fn text(text: &str, source: &SObjectDef) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find("{!") {
            let (before, tail) = rest.split_at(at);
            let end = tail.find('}').ok_or_else(|| format!("`{tail}` lacks its closing brace"))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.into()));
            }
            parts.push(Part::Field(field_of(source, tail.get(2..end).unwrap_or_default().trim())?));
            rest = tail.get(end + 1..).unwrap_or_default();
        }
        if let ([Part::Field(slot)], "") = (parts.as_slice(), rest) {
            return Ok(Self::Field(*slot));
        }
        if parts.is_empty() {
            return Ok(Self::Constant(Input::Text(rest.into())));
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        Ok(Self::Text(parts.into()))
    }

    /// The value for one event or record.
    ///
    /// # Errors
    ///
    /// When a relative date is none.
    pub(super) fn fill(&self, org: &Org, ctx: &Ctx, source: RecordView<'_>) -> Result<Input, String> {
        let value = |slot: Slot| org.value_of(ctx, source, source.object.at(slot)).into_value();
        Ok(match self {
            Self::Constant(input) => input.clone(),
            Self::Date(text) => {
                let date = relative_date(text, ctx.now).ok_or_else(|| not_relative(text))?;
                Input::Text(date.into())
            }
            Self::Field(slot) => input_of(&value(*slot)),
            Self::Text(parts) => {
                let mut text = String::new();
                for part in parts {
                    match part {
                        Part::Text(part) => text.push_str(part),
                        Part::Field(slot) => match input_of(&value(*slot)) {
                            Input::Text(part) | Input::Number(part) => text.push_str(&part),
                            // Writing to a text does not fail.
                            Input::Bool(value) => drop(write!(text, "{value}")),
                            _ => {}
                        },
                    }
                }
                Input::Text(text.into())
            }
        })
    }
}

pub(super) fn not_relative(text: &str) -> String {
    format!("`{text}` is no relative date; write one such as @today+30d")
}

fn field_of(source: &SObjectDef, name: &str) -> Result<Slot, String> {
    let field = source.field(name).ok_or_else(|| format!("{} has no field `{name}`", source.name))?;
    if field.is_compound() || matches!(field.field_type, FieldType::ComplexValue | FieldType::Base64) {
        return Err(format!("{}.{} is no single value", source.name, field.name));
    }
    Ok(field.slot)
}

/// A value as a client would write it.
fn input_of(value: &Value) -> Input {
    match value {
        Value::Null | Value::Blob(_) | Value::Nested(_) => Input::Null,
        Value::Bool(value) => Input::Bool(*value),
        Value::Int(number) => Input::Number(number.to_string().into()),
        Value::Number(number) => Input::Number(number.to_string().into()),
        Value::Text(text) => Input::Text(text.as_ref().into()),
        Value::Date(date) => Input::Text(date.to_string().into()),
        Value::DateTime(at) => Input::Text(at.to_string().into()),
        Value::Time(millis) => Input::Text(clock(*millis).into()),
        Value::Id(id) => Input::Text(id.to_string().into()),
    }
}

fn clock(millis: u32) -> String {
    let (seconds, millis) = (millis / 1000, millis % 1000);
    format!("{:02}:{:02}:{:02}.{millis:03}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
