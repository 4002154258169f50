//! Typed values as query answers print them.

use base64::{Engine, engine::general_purpose::STANDARD};
use mockorg_org::{Timestamp, Value, ValueRef};

use super::address::write_id;
use crate::json::{JsonWriter, write_double};

/// Writes one value.
pub(crate) fn write_value(w: &mut JsonWriter, value: &Value) {
    write_value_ref(w, value.as_ref());
}

/// Writes one value from where it lies.
pub(crate) fn write_value_ref(w: &mut JsonWriter, value: ValueRef<'_>) {
    match value {
        ValueRef::DateTime(at) => write_instant(w, at),
        ValueRef::Id(id) => write_id(w, id),
        ValueRef::Null => w.null(),
        ValueRef::Bool(value) => w.bool(value),
        ValueRef::Int(number) => w.int(number),
        ValueRef::Number(number) => w.raw(|out| write_double(out, number)),
        ValueRef::Text(text) => w.string(text),
        ValueRef::Date(date) => w.raw(|out| push_date(out, date.year(), date.month(), date.day())),
        ValueRef::Time(millis) => w.raw(|out| push_time(out, millis)),
        ValueRef::Blob(content) => w.string(&STANDARD.encode(content)),
        // Only events hold details, and events cannot be queried: the slots in their order.
        ValueRef::Nested(entries) => {
            w.begin_array();
            for entry in entries.iter() {
                w.begin_array();
                entry.iter().for_each(|value| write_value(w, value));
                w.end_array();
            }
            w.end_array()
        }
    };
}

/// Writes an instant as `2022-03-17T16:21:26.000+0000`.
pub(super) fn write_instant(w: &mut JsonWriter, at: Timestamp) -> &mut JsonWriter {
    w.raw(|out| {
        out.push(b'"');
        at.write_civil(out);
        out.extend_from_slice(b"+0000\"");
    })
}

/// Writes an instant as `2022-02-15T23:21:10Z`, the form of the identity services.
pub(super) fn write_instant_in_seconds(w: &mut JsonWriter, at: Timestamp) {
    w.raw(|out| {
        out.push(b'"');
        at.write_civil(out);
        out.truncate(out.len().saturating_sub(".000".len()));
        out.extend_from_slice(b"Z\"");
    });
}

fn push_date(out: &mut Vec<u8>, year: i16, month: i8, day: i8) {
    let year = u32::from(year.unsigned_abs());
    out.push(b'"');
    push_two(out, year / 100);
    push_two(out, year % 100);
    out.push(b'-');
    push_two(out, u32::from(month.unsigned_abs()));
    out.push(b'-');
    push_two(out, u32::from(day.unsigned_abs()));
    out.push(b'"');
}

fn push_time(out: &mut Vec<u8>, millis: u32) {
    let seconds = millis / 1000;
    out.push(b'"');
    push_two(out, seconds / 3600);
    out.push(b':');
    push_two(out, seconds / 60 % 60);
    out.push(b':');
    push_two(out, seconds % 60);
    out.push(b'.');
    out.push(b'0' + (millis % 1000 / 100) as u8);
    push_two(out, millis % 100);
    out.extend_from_slice(b"Z\"");
}

fn push_two(out: &mut Vec<u8>, number: u32) {
    out.push(b'0' + (number / 10 % 10) as u8);
    out.push(b'0' + (number % 10) as u8);
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;
    use crate::json::JsonForm;

    #[test]
    fn every_type_prints_as_in_query_answers() {
        let at = Timestamp::parse("2022-03-17T16:21:26Z").unwrap();
        for (value, expected) in [
            (Value::Null, "null"),
            (Value::Bool(false), "false"),
            (Value::Int(3), "3"),
            (Value::Number(Decimal::new(300, 0)), "300.0"),
            (Value::text("four;six \"x\""), r#""four;six \"x\"""#),
            (Value::Date(date(2017, 10, 5)), r#""2017-10-05""#),
            (Value::Date(date(987, 1, 31)), r#""0987-01-31""#),
            (Value::DateTime(at), r#""2022-03-17T16:21:26.000+0000""#),
            (Value::Time(37_800_042), r#""10:30:00.042Z""#),
            (Value::Time(0), r#""00:00:00.000Z""#),
            (Value::Id("001Da00000xnAk6".parse().unwrap()), r#""001Da00000xnAk6IAE""#),
            (Value::Blob((*b"hello").into()), r#""aGVsbG8=""#),
        ] {
            let mut w = JsonWriter::new(JsonForm::Compact);
            write_value(&mut w, &value);
            assert_eq!(String::from_utf8(w.finish()).unwrap(), expected);
        }
    }

    #[test]
    fn identity_services_leave_milliseconds_out() {
        let mut w = JsonWriter::new(JsonForm::Compact);
        write_instant_in_seconds(&mut w, Timestamp::parse("2022-02-15T23:21:10.500Z").unwrap());
        assert_eq!(w.finish(), br#""2022-02-15T23:21:10Z""#);
    }
}
