//! Refusals of what a test asks of the org beside the API: what is wrong, and what to do.

use serde::{Deserialize, Serialize};

use crate::ApiError;

/// Why the org does not do what a test asks for. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{error}; {hint}")]
pub struct ControlRefusal {
    /// What is wrong, and where.
    pub error: Box<str>,
    /// What to do about it.
    pub hint: Box<str>,
}

impl ControlRefusal {
    pub(crate) fn new(error: impl Into<Box<str>>, hint: impl Into<Box<str>>) -> Self {
        Self { error: error.into(), hint: hint.into() }
    }
}

impl From<ApiError> for ControlRefusal {
    fn from(error: ApiError) -> Self {
        Self::new(error.to_string(), "look at the org's definitions and rules")
    }
}

/// Names in a sentence.
pub(crate) fn list<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().fold(String::new(), |mut text, name| {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(name.as_ref());
        text
    })
}
