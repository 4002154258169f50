//! What clients asked for and the org refused because it does not model it.

use std::collections::BTreeMap;

/// How many kinds of refusals are told apart; what clients send must not fill the memory.
const MOST: usize = 1000;
/// How many characters of what was asked for are kept; it may quote what a client wrote.
const LONGEST: usize = 200;
/// Where what is beyond the limit counts.
const OTHERS: &str = "others";

/// Counts of refusals, by what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Coverage {
    refused: BTreeMap<Box<str>, u64>,
}

impl Coverage {
    /// Counts one refusal of `what`.
    pub fn refuse(&mut self, what: &str) {
        let what = what.char_indices().nth(LONGEST).map_or(what, |(end, _)| &what[..end]);
        let known = self.refused.len() < MOST || self.refused.contains_key(what);
        *self.refused.entry(if known { what } else { OTHERS }.into()).or_default() += 1;
    }

    /// What was refused and how often, ordered by name.
    pub fn refused(&self) -> impl Iterator<Item = (&str, u64)> {
        self.refused.iter().map(|(what, count)| (&**what, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_invent_is_counted_without_being_kept() {
        let mut coverage = Coverage::default();
        coverage.refuse(&"\u{e9}".repeat(5000));
        (0..2 * MOST).for_each(|number| coverage.refuse(&format!("resource {number:04}")));
        coverage.refuse("resource 0000");
        let refused: Vec<(&str, u64)> = coverage.refused().collect();
        assert_eq!(refused.len(), MOST + 1);
        assert!(refused.contains(&("others", MOST as u64 + 1)), "{:?}", refused.first());
        assert!(refused.contains(&("resource 0000", 2)));
        assert!(refused.iter().all(|(what, _)| what.chars().count() <= LONGEST));
    }
}
