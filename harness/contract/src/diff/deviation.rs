//! One difference.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Rule;

/// In which way two answers differ at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Two values of one type.
    AnyValue,
    /// Two values of different types.
    AnyType,
    /// A member or header that only the target has.
    ExtraMember,
    /// A member or header that only the reference has.
    MissingMember,
    /// The same members or items in another order.
    Order,
    /// An item that only the target has.
    ExtraItem,
    /// An item that only the reference has.
    MissingItem,
}

impl What {
    /// As it is written in rules.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnyValue => "any-value",
            Self::AnyType => "any-type",
            Self::ExtraMember => "extra-member",
            Self::MissingMember => "missing-member",
            Self::Order => "order",
            Self::ExtraItem => "extra-item",
            Self::MissingItem => "missing-item",
        }
    }
}

/// One difference between the answer of a reference and that of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// `status`, `header <name>`, `body`, or a JSON path; items of lists by name where they have one.
    pub path: String,
    /// In which way the answers differ.
    pub what: What,
    /// What the reference has; empty when it has nothing.
    pub reference: String,
    /// What the target has; empty when it has nothing.
    pub target: String,
    /// The id of the rule that excuses it.
    pub rule: Option<String>,
    /// A rule that would excuse it, if somebody decides so and gives a reason.
    pub would_excuse: Rule,
}

impl Deviation {
    /// Whether no rule excuses it.
    pub const fn counts(&self) -> bool {
        self.rule.is_none()
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        let (reference, target) = (shown(&self.reference), shown(&self.target));
        write!(f, "{} ({}): reference has {reference}, target has {target}", self.path, self.what.as_str())?;
        match &self.rule {
            Some(rule) => write!(f, " [excused by {rule}]"),
            None => Ok(()),
        }
    }
}
