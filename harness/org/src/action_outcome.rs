//! What an invocable action answers for one input.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ApiError, Value};

/// The outcome of one action input: output values, or errors.
pub type ActionOutcome = Result<ActionValues, Vec<ApiError>>;

/// Named values of an action's outputs, in the order of the answer.
pub type ActionValues = Vec<(Arc<str>, ActionValue)>;

/// An output value of an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ActionValue {
    /// A single value.
    One(Value),
    /// A list of objects.
    List(Vec<ActionValues>),
}

impl ActionValue {
    /// The single value; `None` for a list.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        match self {
            Self::One(value) => Some(value),
            Self::List(_) => None,
        }
    }
}

impl<T: Into<Value>> From<T> for ActionValue {
    fn from(value: T) -> Self {
        Self::One(value.into())
    }
}
