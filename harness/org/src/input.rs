//! What a client writes: members of a request body, before the fields' types give them a meaning.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Where a value stands in the request body; both count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// One member of a request body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldInput {
    /// The name as the client wrote it.
    pub name: Box<str>,
    /// The value.
    pub value: Input,
    /// Where the value stands.
    pub at: Position,
}

/// A value as the client wrote it, before the field's type gives it a meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// JSON null, CSV `#N/A`, SOAP fieldsToNull.
    Null,
    /// true or false.
    Bool(bool),
    /// A number as written.
    Number(Box<str>),
    /// Text.
    Text(Box<str>),
    /// The raw content of a blob (a multipart part).
    Blob(Arc<[u8]>),
    /// A nested object, e.g. a reference by external id.
    Object(Vec<FieldInput>),
    /// A list.
    Array(Vec<Self>),
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Input {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Input {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string().into())
    }
}

impl From<f64> for Input {
    /// Infinities and what is no number become text that no field takes.
    fn from(number: f64) -> Self {
        Self::Number(number.to_string().into())
    }
}

impl<const N: usize> From<[(&str, Self); N]> for Input {
    /// A nested object, such as an entry of a detail list.
    fn from(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(FieldInput::from).collect())
    }
}

impl From<Vec<Self>> for Input {
    fn from(list: Vec<Self>) -> Self {
        Self::Array(list)
    }
}

impl From<(&str, Input)> for FieldInput {
    fn from((name, value): (&str, Input)) -> Self {
        Self { name: name.into(), value, at: Position::default() }
    }
}
