//! Functions of text. Blank text is null.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{RecordId, Value};

use super::{dates, error::Fault, functions::Function};

/// The longest text that a formula can make, in characters.
const LONGEST: usize = 100_000;

/// One text after another.
pub(super) fn joined(a: &Value, b: &Value) -> Result<Value, Fault> {
    bounded(format!("{}{}", text(a), text(b)))
}

fn bounded(text: String) -> Result<Value, Fault> {
    if text.len() > LONGEST { Err(Fault::OutOfRange) } else { Ok(Value::text(text)) }
}

fn text(value: &Value) -> &str {
    value.as_text().unwrap_or_default()
}

/// A length or place, at least 0.
fn count(value: &Value) -> usize {
    let number = value.as_number().unwrap_or_default().trunc();
    if number.is_sign_negative() { 0 } else { number.to_usize().unwrap_or(usize::MAX) }
}

/// Functions of text; `None` for others.
pub(super) fn call(function: Function, values: &[Value]) -> Result<Option<Value>, Fault> {
    use Function as F;
    let chars = |value: &Value| text(value).chars().collect::<Vec<char>>();
    let value = match (function, values) {
        (F::IsPickVal, [field, wanted]) => Value::Bool(text(field) == text(wanted)),
        (F::Includes, [field, wanted]) => {
            Value::Bool(!wanted.is_null() && text(field).split(';').any(|own| own == text(wanted)))
        }
        (F::Text, [value]) => Value::text(written(value)),
        (F::Value, [value]) => number(text(value))?,
        (F::IsNumber, [value]) => Value::Bool(matches!(number(text(value)), Ok(Value::Number(_)))),
        (F::Len, [value]) => Value::Number(text(value).chars().count().into()),
        (F::Left, [value, length]) => {
            Value::text(text(value).chars().take(count(length)).collect::<String>())
        }
        (F::Right, [value, length]) => {
            let all = chars(value);
            Value::text(all[all.len().saturating_sub(count(length))..].iter().collect::<String>())
        }
        (F::Mid, [value, start, length]) => {
            let skipped = count(start).saturating_sub(1);
            Value::text(text(value).chars().skip(skipped).take(count(length)).collect::<String>())
        }
        (F::Upper, [value, ..]) => Value::text(text(value).to_uppercase()),
        (F::Lower, [value, ..]) => Value::text(text(value).to_lowercase()),
        (F::Trim, [value]) => Value::text(text(value).trim()),
        (F::Reverse, [value]) => Value::text(text(value).chars().rev().collect::<String>()),
        (F::Ascii, [value]) => match text(value).chars().next() {
            Some(first) => Value::Number(u32::from(first).into()),
            None => Value::Null,
        },
        (F::Chr, [code]) => {
            let code = code.as_number().and_then(|code| code.to_u32()).and_then(char::from_u32);
            Value::text(code.ok_or(Fault::Argument)?.to_string())
        }
        (F::Substitute, [_, old, _]) if old.is_null() => values[0].clone(),
        (F::Substitute, [value, old, new]) => {
            let times = text(value).matches(text(old)).count();
            if times.saturating_mul(text(new).len()) > LONGEST {
                return Err(Fault::OutOfRange);
            }
            bounded(text(value).replace(text(old), text(new)))?
        }
        (F::Find, [wanted, value, start @ ..]) => find(text(wanted), text(value), start.first()),
        (F::Contains, [value, wanted]) => Value::Bool(text(value).contains(text(wanted))),
        (F::Begins, [value, wanted]) => Value::Bool(text(value).starts_with(text(wanted))),
        (F::LPad, [value, length, pad @ ..]) => padded(text(value), count(length), pad, true)?,
        (F::RPad, [value, length, pad @ ..]) => padded(text(value), count(length), pad, false)?,
        (F::Br, _) => Value::text("<br>"),
        (F::CaseSafeId, [value]) => match text(value).parse::<RecordId>() {
            Ok(id) => Value::text(id.to_string()),
            Err(_) => value.clone(),
        },
        (F::Hyperlink, [url, label, target @ ..]) => {
            let target = target.first().map_or("_blank", text);
            bounded(format!("<a href=\"{}\" target=\"{target}\">{}</a>", text(url), text(label)))?
        }
        (F::Image, [url, other, size @ ..]) => {
            let style = match size {
                [height, width] => {
                    format!(" style=\"height:{}px; width:{}px;\"", written(height), written(width))
                }
                _ => String::new(),
            };
            bounded(format!("<img src=\"{}\" alt=\"{}\"{style} border=\"0\"/>", text(url), text(other)))?
        }
        _ => return Ok(None),
    };
    Ok(Some(value))
}

/// Where a text lies in another, from 1; 0 when it does not.
fn find(wanted: &str, value: &str, start: Option<&Value>) -> Value {
    let skipped = start.map_or(0, |start| count(start).saturating_sub(1));
    let from = value.char_indices().map(|(at, _)| at).chain([value.len()]).nth(skipped);
    let place = from.filter(|_| !wanted.is_empty()).and_then(|from| {
        let at = value[from..].find(wanted)?;
        Some(skipped + value[from..from + at].chars().count() + 1)
    });
    Value::Number(place.unwrap_or(0).into())
}

/// A text of exactly this length.
fn padded(value: &str, length: usize, pad: &[Value], left: bool) -> Result<Value, Fault> {
    if length > LONGEST {
        return Err(Fault::OutOfRange);
    }
    let own = value.chars().count();
    if own >= length {
        return Ok(Value::text(value.chars().take(length).collect::<String>()));
    }
    let pad = pad.first().map_or(" ", text);
    let filling: String = pad.chars().cycle().take(length - own).collect();
    Ok(Value::text(if left { filling + value } else { value.to_owned() + &filling }))
}

fn number(source: &str) -> Result<Value, Fault> {
    let plain = source.trim();
    if plain.is_empty() {
        return Ok(Value::Null);
    }
    let number =
        if plain.contains(['e', 'E']) { Decimal::from_scientific(plain) } else { plain.parse::<Decimal>() };
    number.map(|number| Value::Number(number.normalize())).map_err(|_| Fault::Argument)
}

/// How TEXT writes a value.
fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Number(number) => number.normalize().to_string(),
        Value::Int(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::DateTime(at) => {
            let at = at.civil();
            format!("{} {:02}:{:02}:{:02}Z", at.date(), at.hour(), at.minute(), at.second())
        }
        Value::Time(time) => dates::clock(*time),
        Value::Bool(_) | Value::Null | Value::Id(_) | Value::Blob(_) | Value::Nested(_) => String::new(),
    }
}
