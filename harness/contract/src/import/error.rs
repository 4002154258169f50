//! Why a describe answer cannot become a definition.

use std::fmt;

use thiserror::Error;

/// A describe answer, or a saved import, that cannot be used: which one, where in it, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ImportError {
    /// The file, or the object when the answer came from an org.
    pub origin: String,
    /// The place in it, such as `fields[3] (Name).length`; empty for the whole.
    pub place: String,
    /// What is wrong there, and what was expected.
    pub what: String,
}

impl ImportError {
    pub(super) fn new(origin: &str, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { origin: origin.to_owned(), place: place.into(), what: what.into() }
    }

    /// The same error with a better name for where the text comes from.
    #[must_use]
    pub(super) fn of(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.origin);
        self
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)?;
        if !self.place.is_empty() {
            write!(f, ": at {}", self.place)?;
        }
        write!(f, ": {}", self.what)
    }
}
