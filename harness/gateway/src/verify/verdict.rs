//! What a verification found.

use std::fmt;

use super::NearMiss;
use crate::journal::JournalEntry;

/// How many entries a text shows.
const SHOWN: usize = 20;

/// What a verification found: nothing, when all is as expected.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What is not as expected.
    pub unmet: Vec<Unmet>,
    /// How many entries were looked at.
    pub checked: usize,
}

/// One thing that is not as expected.
#[derive(Clone, Debug)]
pub struct Unmet {
    /// What is wrong with it.
    pub kind: UnmetKind,
    /// The number of the expectation, from 0; `None` where none is meant.
    pub expectation: Option<usize>,
    /// What was expected.
    pub expected: String,
    /// The entries that were found: those that fit, or that nobody expected.
    pub found: Vec<JournalEntry>,
    /// How many entries were looked at.
    pub of: usize,
    /// The entries that come nearest, the nearest first.
    pub nearest: Vec<NearMiss>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnmetKind {
    /// It happened too often, or not often enough.
    Count,
    /// It did not happen in its turn.
    Order,
    /// Nobody expected it.
    Unexpected,
    /// The journal has lost entries, and proves nothing.
    Incomplete,
}

impl UnmetKind {
    /// The kind as the control surface names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Order => "order",
            Self::Unexpected => "unexpected",
            Self::Incomplete => "incomplete",
        }
    }
}

impl Verdict {
    /// Whether all is as expected.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.unmet.is_empty()
    }
}

impl Unmet {
    pub(super) fn incomplete(dropped: u64, of: usize) -> Self {
        Self {
            kind: UnmetKind::Incomplete,
            expectation: None,
            expected: format!(
                "a complete journal; this one has lost its first {dropped} entries: give it more room"
            ),
            found: Vec::new(),
            of,
            nearest: Vec::new(),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.holds() {
            return write!(f, "all is as expected, of {} entries", self.checked);
        }
        for (at, unmet) in self.unmet.iter().enumerate() {
            write!(f, "{}{unmet}", if at == 0 { "" } else { "\n\n" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)?;
        if self.kind == UnmetKind::Incomplete {
            return Ok(());
        }
        write!(f, "\nfound {} of {} entries", self.found.len(), self.of)?;
        for entry in self.found.iter().take(SHOWN) {
            write!(f, "\n  {entry}")?;
        }
        if self.found.len() > SHOWN {
            write!(f, "\n  … and {} more", self.found.len() - SHOWN)?;
        }
        self.nearest.iter().try_for_each(|miss| write!(f, "\nnearest: {miss}"))
    }
}

impl std::error::Error for Verdict {}
