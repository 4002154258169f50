//! Whether things happened in the order in which they are expected.

use super::Expectation;
use crate::journal::JournalEntry;

/// The first expectation that is not met behind those before it, with the entry behind which it was looked for.
pub(super) fn broken<'e>(
    expectations: &'e [Expectation],
    entries: &'e [JournalEntry],
) -> Option<(usize, Option<&'e JournalEntry>)> {
    let mut at = 0;
    let mut last = None;
    for (number, expectation) in expectations.iter().enumerate() {
        for _ in 0..expectation.times.least() {
            // The earliest leaves most room for all that follows.
            let Some(found) = entries[at..].iter().position(|entry| expectation.pattern.fits(entry)) else {
                return Some((number, last));
            };
            last = Some(&entries[at + found]);
            at += found + 1;
        }
    }
    None
}
