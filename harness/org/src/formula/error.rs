//! What is wrong with a formula, in the platform's words where they are known.

use std::fmt;

/// Why a formula cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormulaError(Box<str>);

impl FormulaError {
    /// An error with these words.
    pub(super) fn new(what: impl fmt::Display) -> Self {
        Self(format!("Error: {what}").into())
    }

    /// A text that is no formula.
    pub(super) fn syntax(what: impl fmt::Display) -> Self {
        Self::new(format_args!("Syntax error. {what}"))
    }

    /// What the platform has and mockorg has not.
    pub(super) fn not_modelled(what: impl fmt::Display) -> Self {
        Self(format!("mockorg does not model {what} in formulas").into())
    }
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a formula has no value for a record; pages show `#Error!` then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A division by zero.
    DivisionByZero,
    /// A number has more digits than there can be.
    OutOfRange,
    /// An argument has no meaning, such as the logarithm of a negative number or the month 13.
    Argument,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DivisionByZero => "a division by zero",
            Self::OutOfRange => "a number that is out of range",
            Self::Argument => "an argument without meaning",
        })
    }
}
