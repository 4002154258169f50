//! What an import could not carry over, line by line.

use std::fmt;

use crate::Json;

/// One thing of the org that the definitions do not say, or say by assumption.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The object.
    pub object: String,
    /// The field; empty when the object itself is meant.
    pub field: String,
    /// The member of the describe answer; empty when the whole object or field is meant.
    pub property: String,
    /// Why, and what stands instead.
    pub reason: String,
}

impl Row {
    /// The row as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let member = |key: &str, value: &str| (key.to_owned(), Json::String(value.to_owned()));
        Json::Object(vec![
            member("object", &self.object),
            member("field", &self.field),
            member("property", &self.property),
            member("reason", &self.reason),
        ])
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.object)?;
        for part in [&self.field, &self.property] {
            if !part.is_empty() {
                write!(f, ".{part}")?;
            }
        }
        write!(f, ": {}", self.reason)
    }
}

/// Collects the rows of one object.
#[derive(Debug)]
pub(super) struct Rows {
    object: String,
    pub(super) rows: Vec<Row>,
}

impl Rows {
    pub(super) fn new(object: &str) -> Self {
        Self { object: object.to_owned(), rows: Vec::new() }
    }

    pub(super) fn add(&mut self, field: &str, property: &str, reason: impl Into<String>) {
        self.rows.push(Row {
            object: self.object.clone(),
            field: field.to_owned(),
            property: property.to_owned(),
            reason: reason.into(),
        });
    }
}
