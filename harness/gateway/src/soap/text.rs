//! Text and values as SOAP answers print them.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use mockorg_org::{Timestamp, ValueRef};

use crate::json::write_double;

/// Appends text with what XML reserves escaped.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
            }
            // A reader would make a line feed of it.
            '\r' => out.push_str("&#13;"),
            _ => out.push(char),
        }
    }
}

/// The text, escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text);
    out
}

/// Appends an element with text.
pub(crate) fn element(out: &mut String, name: &str, text: &str) {
    begin(out, name);
    push_escaped(out, text);
    end(out, name);
}

/// Appends an element with text, or a nil one.
pub(crate) fn optional(out: &mut String, name: &str, text: Option<&str>) {
    match text {
        Some(text) => element(out, name, text),
        None => nil(out, name),
    }
}

/// Appends an element that holds no value.
pub(crate) fn nil(out: &mut String, name: &str) {
    out.push('<');
    out.push_str(name);
    out.push_str(" xsi:nil=\"true\"/>");
}

/// Appends the beginning of an element.
pub(crate) fn begin(out: &mut String, name: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
}

/// Appends the end of an element.
pub(crate) fn end(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Appends an instant as `2022-03-17T16:21:26.000Z`.
pub(crate) fn push_instant(out: &mut String, at: Timestamp) {
    let mut bytes = Vec::with_capacity(24);
    at.write_civil(&mut bytes);
    out.push_str(std::str::from_utf8(&bytes).unwrap_or_default());
    out.push('Z');
}

/// An instant as `2022-03-17T16:21:26.000Z`.
pub(crate) fn instant(at: Timestamp) -> String {
    let mut out = String::with_capacity(24);
    push_instant(&mut out, at);
    out
}

/// Appends a value as XML Schema writes it.
pub(crate) fn push_value(out: &mut String, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => {}
        ValueRef::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        ValueRef::Int(number) => out.push_str(&number.to_string()),
        ValueRef::Number(number) => {
            let mut bytes = Vec::with_capacity(24);
            write_double(&mut bytes, number);
            out.push_str(std::str::from_utf8(&bytes).unwrap_or_default());
        }
        ValueRef::Text(text) => push_escaped(out, text),
        ValueRef::Date(date) => {
            // Writing to a text does not fail.
            let _ = write!(out, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
        }
        ValueRef::DateTime(at) => push_instant(out, at),
        ValueRef::Time(millis) => {
            let (seconds, rest) = (millis / 1000, millis % 1000);
            let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            let _ = write!(out, "{hours:02}:{minutes:02}:{seconds:02}.{rest:03}Z");
        }
        ValueRef::Id(id) => out.push_str(&id.to_string()),
        ValueRef::Blob(content) => out.push_str(&STANDARD.encode(content)),
        // Only events hold details, and no call of SOAP reads events.
        ValueRef::Nested(_) => {}
    }
}

/// The XML Schema type of a value whose field does not say it.
pub(crate) const fn schema_type(value: ValueRef<'_>) -> &'static str {
    match value {
        ValueRef::Bool(_) => "xsd:boolean",
        ValueRef::Int(_) => "xsd:int",
        ValueRef::Number(_) => "xsd:double",
        ValueRef::Date(_) => "xsd:date",
        ValueRef::DateTime(_) => "xsd:dateTime",
        ValueRef::Time(_) => "xsd:time",
        ValueRef::Blob(_) => "xsd:base64Binary",
        ValueRef::Null | ValueRef::Text(_) | ValueRef::Id(_) | ValueRef::Nested(_) => "xsd:string",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mockorg_org::Value;
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn values_print_as_xml_schema_writes_them() {
        for (value, expected) in [
            (Value::Bool(true), "true"),
            (Value::Number(Decimal::new(90_000_000, 0)), "9.0E7"),
            (Value::Int(3), "3"),
            (Value::text("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;"),
            (Value::Date(date(987, 1, 5)), "0987-01-05"),
            (Value::DateTime(Timestamp::parse("2022-03-17T16:21:26Z").unwrap()), "2022-03-17T16:21:26.000Z"),
            (Value::Time(37_800_042), "10:30:00.042Z"),
            (Value::Blob((*b"hello").into()), "aGVsbG8="),
        ] {
            let mut out = String::new();
            push_value(&mut out, value.as_ref());
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced_and_returns_survive() {
        assert_eq!(escaped("a\u{0}b\r\n"), "a\u{fffd}b&#13;\n");
    }
}
