//! Why an assertion does not hold.

use std::fmt;

/// What was expected, what was found instead, and what came nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionFailure {
    /// What was expected.
    pub expected: String,
    /// What was found, a line each.
    pub found: Vec<String>,
    /// What came nearest, where something did.
    pub nearest: Option<String>,
}

impl fmt::Display for AssertionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)?;
        match self.found.as_slice() {
            [] => f.write_str("\nfound nothing")?,
            found => {
                f.write_str("\nfound:")?;
                for line in found {
                    write!(f, "\n  {line}")?;
                }
            }
        }
        self.nearest.iter().try_for_each(|nearest| write!(f, "\nnearest: {nearest}"))
    }
}

impl std::error::Error for AssertionFailure {}
