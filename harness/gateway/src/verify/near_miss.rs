//! Entries that are nearly what was expected, and what keeps them from it.

use std::fmt;

use crate::journal::{JournalEntry, Mismatch, Pattern};

/// How many near misses are told.
const TOLD: usize = 3;

/// How many differences of one are told as text.
const SHOWN: usize = 8;

/// An entry that is nearly what was expected.
#[derive(Clone, Debug)]
pub struct NearMiss {
    /// The entry.
    pub entry: JournalEntry,
    /// How far away it is; the nearest have the smallest.
    pub distance: u32,
    /// The parts of the pattern that hold.
    pub same: Vec<&'static str>,
    /// All that does not.
    pub differences: Vec<Mismatch>,
}

impl NearMiss {
    /// The nearest entries, the nearest first; of two that are equally near the later one.
    pub(super) fn nearest<'e>(
        pattern: &Pattern,
        entries: impl Iterator<Item = &'e JournalEntry>,
    ) -> Vec<Self> {
        let mut found: Vec<Self> = entries.filter_map(|entry| Self::of(pattern, entry)).collect();
        found.sort_by_key(|miss| (miss.distance, std::cmp::Reverse(miss.entry.sequence())));
        found.truncate(TOLD);
        found
    }

    fn of(pattern: &Pattern, entry: &JournalEntry) -> Option<Self> {
        let (differences, same) = pattern.differences(entry)?;
        if differences.is_empty() {
            return None;
        }
        let distance = differences.iter().map(|difference| difference.distance).sum();
        Some(Self { entry: entry.clone(), distance, same, differences })
    }
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.entry)?;
        self.differences.iter().take(SHOWN).try_for_each(|difference| write!(f, "\n  {difference}"))?;
        match self.differences.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} differences more"),
        }
    }
}
