//! The value type: objects are lists of pairs in the order in which they were written.

use std::fmt::{self, Write as _};

use serde_json::{Map, Number, Value};

/// A JSON value that keeps the order of keys and the text of numbers.
///
/// # Examples
///
/// ```
/// let row = mockorg_contract::json::parse(r#"{"b":1,"a":9.0E7}"#)?;
/// assert_eq!(row.keys(), Some(vec!["b", "a"]));
/// assert_eq!(row.to_string(), r#"{"b":1,"a":9.0E7}"#);
/// # Ok::<(), mockorg_contract::json::JsonError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it was written, for instance `9.0E7`.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// A list.
    Array(Vec<Self>),
    /// Pairs in the order of the text; a key occurs once.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// The member of an object, `None` for other kinds and for absent keys.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(pairs) => pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Array(_) => None,
        }
    }

    /// The items of a list, `None` for other kinds.
    pub fn items(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The keys of an object in the order in which they were written, `None` for other kinds.
    pub fn keys(&self) -> Option<Vec<&str>> {
        if let Self::Object(pairs) = self {
            Some(pairs.iter().map(|(name, _)| name.as_str()).collect())
        } else {
            None
        }
    }

    /// The content of a string, `None` for other kinds.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The value of a number, `None` for other kinds.
    pub fn as_f64(&self) -> Option<f64> {
        if let Self::Number(text) = self { text.parse().ok() } else { None }
    }

    /// The JSON Schema name of the value's type; a number without point and exponent is an `integer`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(text) if text.contains(['.', 'e', 'E']) => "number",
            Self::Number(_) => "integer",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// Whether both are the same value: keys in any order, `9.0E7` equal to `90000000.0`, but
    /// `300` different from `300.0`, because typed clients tell these apart.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => {
                left == right || (number(left).is_some() && number(left) == number(right))
            }
            (Self::Array(left), Self::Array(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(one, two)| one.same(two))
            }
            (Self::Object(left), Self::Object(right)) => {
                left.len() == right.len()
                    && left.iter().all(|(key, value)| other.get(key).is_some_and(|found| value.same(found)))
            }
            _ => self == other,
        }
    }

    /// The same value as an ordinary JSON tree, for schema validation and typed decoding.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Number(text) => number(text).map_or(Value::Null, Value::Number),
            Self::String(text) => Value::String(text.clone()),
            Self::Array(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Self::Object(pairs) => Value::Object(
                pairs.iter().map(|(key, value)| (key.clone(), value.to_value())).collect::<Map<_, _>>(),
            ),
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(flag),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::String(text),
            Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Value::Object(map) => {
                Self::Object(map.into_iter().map(|(key, value)| (key, Self::from(value))).collect())
            }
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Number(text) => f.write_str(text),
            Self::String(text) => write_string(f, text),
            Self::Array(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    item.fmt(f)?;
                }
                f.write_char(']')
            }
            Self::Object(pairs) => {
                f.write_char('{')?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    write_string(f, key)?;
                    f.write_char(':')?;
                    value.fmt(f)?;
                }
                f.write_char('}')
            }
        }
    }
}

fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

/// The number as JSON Schema sees it. The reader refuses text for which this is `None`.
pub(super) fn number(text: &str) -> Option<Number> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json::parse;

    #[test]
    fn equality_ignores_key_order_but_not_the_kind_of_number() {
        let read = |text| parse(text).unwrap();
        assert!(read(r#"{"a":1,"b":[2.50]}"#).same(&read(r#"{"b":[2.5],"a":1}"#)));
        assert!(read("9.0E7").same(&read("90000000.0")));
        assert!(!read("300").same(&read("300.0")));
        assert!(!read(r#"{"a":1}"#).same(&read(r#"{"a":1,"b":null}"#)));
    }

    #[test]
    fn text_survives_a_round_trip() {
        let text = r#"{"z":"a\"\\\n\u0001é","a":[null,true,-1.5e-3,{}]}"#;
        assert_eq!(parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn an_ordinary_tree_converts_both_ways() {
        let tree = json!({"a": [1, 2.5, "x", null, false]});
        assert_eq!(Json::from(tree.clone()).to_value(), tree);
    }
}
