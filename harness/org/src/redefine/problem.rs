//! Why a component cannot be used.

use serde::{Deserialize, Serialize};

use super::component::Component;
use crate::ErrorCode;

/// Why a component cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentProblem {
    /// The metadata type.
    pub kind: Box<str>,
    /// The name.
    pub full_name: Box<str>,
    /// The code.
    pub code: ErrorCode,
    /// What is wrong.
    pub message: Box<str>,
}

impl ComponentProblem {
    /// A problem of a component.
    pub(crate) fn new(component: &Component, code: ErrorCode, message: impl Into<Box<str>>) -> Self {
        Self {
            kind: component.kind.clone(),
            full_name: component.full_name.clone(),
            code,
            message: message.into(),
        }
    }
}

impl std::fmt::Display for ComponentProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.kind, self.full_name, self.message)
    }
}
