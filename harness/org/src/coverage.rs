//! What clients asked for and the org refused because it does not model it.

use std::collections::BTreeMap;

/// Counts of refusals, by what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    refused: BTreeMap<Box<str>, u64>,
}

impl Coverage {
    /// Counts one refusal of `what`.
    pub fn refuse(&mut self, what: &str) {
        *self.refused.entry(what.into()).or_default() += 1;
    }

    /// What was refused and how often, ordered by name.
    pub fn refused(&self) -> impl Iterator<Item = (&str, u64)> {
        self.refused.iter().map(|(what, count)| (&**what, *count))
    }
}
