//! Avro payloads, read and written by their schemas alone: written from the specification, and sharing
//! nothing with the org's own code.

use serde_json::{Map, Value, json};

/// Reads a payload; unions are given as the value that they hold.
pub(crate) fn decode(schema: &Value, payload: &[u8]) -> Value {
    let mut input = payload;
    let value = read(schema, &mut input);
    assert!(input.is_empty(), "{} bytes are left over", input.len());
    value
}

fn read(schema: &Value, input: &mut &[u8]) -> Value {
    match schema {
        Value::Array(branches) => {
            let branch = usize::try_from(long(input)).unwrap();
            read(&branches[branch], input)
        }
        Value::String(name) => match name.as_str() {
            "null" => Value::Null,
            "boolean" => (bytes(1, input)[0] == 1).into(),
            "int" | "long" => long(input).into(),
            "double" => f64::from_le_bytes(bytes(8, input).try_into().unwrap()).into(),
            "string" => text(input).into(),
            other => panic!("no type {other}"),
        },
        Value::Object(members) => match members["type"].as_str() {
            Some("record") => {
                let fields = members["fields"].as_array().unwrap();
                let read =
                    |field: &Value| (field["name"].as_str().unwrap().to_owned(), read(&field["type"], input));
                Value::Object(fields.iter().map(read).collect())
            }
            Some("enum") => members["symbols"][usize::try_from(long(input)).unwrap()].clone(),
            Some("array") => {
                let mut items = Vec::new();
                loop {
                    match long(input) {
                        0 => return items.into(),
                        count => (0..count).for_each(|_| items.push(read(&members["items"], input))),
                    }
                }
            }
            _ => read(&members["type"], input),
        },
        other => panic!("no schema: {other}"),
    }
}

fn bytes<'i>(count: usize, input: &mut &'i [u8]) -> &'i [u8] {
    let (taken, rest) = input.split_at(count);
    *input = rest;
    taken
}

fn text(input: &mut &[u8]) -> String {
    let length = usize::try_from(long(input)).unwrap();
    String::from_utf8(bytes(length, input).to_vec()).unwrap()
}

/// A number in zigzag form, seven bits a byte.
fn long(input: &mut &[u8]) -> i64 {
    let (mut bits, mut shift) = (0_u64, 0);
    loop {
        let byte = bytes(1, input)[0];
        bits |= u64::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return (bits >> 1).cast_signed() ^ -(bits & 1).cast_signed();
        }
    }
}

/// Writes a flat record; what `fields` leaves out is null.
pub(crate) fn encode(schema: &Value, fields: &Map<String, Value>) -> Vec<u8> {
    let mut out = Vec::new();
    for field in schema["fields"].as_array().unwrap() {
        let value = fields.get(field["name"].as_str().unwrap()).unwrap_or(&Value::Null);
        match &field["type"] {
            Value::Array(branches) => {
                let null = branches.iter().position(|branch| *branch == json!("null"));
                let other = branches.iter().position(|branch| *branch != json!("null"));
                let branch = if value.is_null() { null } else { other }.unwrap();
                write_long(i64::try_from(branch).unwrap(), &mut out);
                write(value, &mut out);
            }
            _ => write(value, &mut out),
        }
    }
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => {}
        Value::Bool(value) => out.push(u8::from(*value)),
        Value::Number(number) => match number.as_i64() {
            Some(number) => write_long(number, out),
            None => out.extend(number.as_f64().unwrap().to_le_bytes()),
        },
        Value::String(text) => {
            write_long(i64::try_from(text.len()).unwrap(), out);
            out.extend(text.as_bytes());
        }
        other => panic!("{other} is not flat"),
    }
}

fn write_long(number: i64, out: &mut Vec<u8>) {
    let mut bits = ((number << 1) ^ (number >> 63)).cast_unsigned();
    while bits >= 0x80 {
        out.push(u8::try_from(bits & 0x7F).unwrap() | 0x80);
        bits >>= 7;
    }
    out.push(u8::try_from(bits).unwrap());
}

/// The names of the fields that a bitmap stands for; those of a compound follow its name and a dot.
pub(crate) fn names(schema: &Value, bitmap: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for element in bitmap.as_array().unwrap() {
        let element = element.as_str().unwrap();
        let (parent, digits) = match element.split_once('-') {
            Some((parent, digits)) => (Some(parent.parse::<usize>().unwrap()), digits),
            None => (None, element),
        };
        let digits = digits.strip_prefix("0x").unwrap();
        assert!(digits.len() % 2 == 0 && digits == digits.to_ascii_uppercase(), "{element}");
        let (fields, prefix) = match parent {
            None => (&schema["fields"], String::new()),
            Some(parent) => {
                let field = &schema["fields"][parent];
                let branches = field["type"].as_array().unwrap();
                let record = branches.iter().find(|branch| branch.is_object()).unwrap();
                (&record["fields"], format!("{}.", field["name"].as_str().unwrap()))
            }
        };
        for (place, digit) in digits.chars().rev().enumerate() {
            let bits = digit.to_digit(16).unwrap();
            for bit in (0..4).filter(|bit| bits & (1 << bit) != 0) {
                names.push(format!("{prefix}{}", fields[place * 4 + bit]["name"].as_str().unwrap()));
            }
        }
    }
    names.sort();
    names
}
