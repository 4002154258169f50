//! Which results make a run fail.

use std::collections::BTreeSet;

use crate::conform::{CaseResult, CaseVerdict};

/// The verdicts that count, and how many of them are one too many.
///
/// # Examples
///
/// ```
/// use mockorg_contract::{conform::CaseVerdict, report::Threshold};
///
/// let default = Threshold::default();
/// assert!(default.fail_on.contains(&CaseVerdict::MockOnly) && !default.fail_on.contains(&CaseVerdict::OrgOnly));
/// assert_eq!(default.at_most, 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    /// Verdicts that count against the target.
    pub fail_on: BTreeSet<CaseVerdict>,
    /// How many results with these are borne.
    pub at_most: usize,
}

impl Default for Threshold {
    /// Any case that differs, or that only the reference satisfies, fails the run.
    fn default() -> Self {
        Self { fail_on: BTreeSet::from([CaseVerdict::Differs, CaseVerdict::MockOnly]), at_most: 0 }
    }
}

impl Threshold {
    /// Whether a result counts. Known gaps do not: they are reported, and known.
    pub fn counts(&self, result: &CaseResult) -> bool {
        result.known_gap.is_none() && self.fail_on.contains(&result.verdict)
    }

    /// Whether the results of a run are too many that count.
    pub fn fails(&self, results: &[CaseResult]) -> bool {
        results.iter().filter(|result| self.counts(result)).count() > self.at_most
    }
}
