//! What is expected as a whole, held against the journal.

use mockorg_org::ControlRefusal;

use super::{
    Expectation, NearMiss, Times, Unmet, UnmetKind, Verdict, order,
    usual::{is_auth, is_describe},
};
use crate::{
    Gateway,
    journal::{JournalEntry, Pattern},
};

/// What clients and the org should have done.
///
/// # Examples
///
/// ```
/// use mockorg_gateway::{Pattern, Times, Verification};
///
/// let create = Pattern::any().method("POST").path("/services/data/{version}/sobjects/Account");
/// let verification = Verification::default().expect(Times::Exactly(1), create).no_unexpected().allow_auth();
/// assert_eq!(verification.expectations()[0].to_string(), "exactly 1 × POST /services/data/{version}/sobjects/Account");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verification {
    expectations: Vec<Expectation>,
    in_order: bool,
    no_unexpected: bool,
    allowed: Vec<Pattern>,
    allows_auth: bool,
    allows_describe: bool,
    after: u64,
}

impl Verification {
    /// Entries like this, so often.
    #[must_use]
    pub fn expect(mut self, times: Times, pattern: Pattern) -> Self {
        self.expectations.push(Expectation { pattern, times });
        self
    }

    /// In the order in which they are expected; other entries may come between.
    #[must_use]
    pub const fn in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// No call that is neither expected nor allowed. Events are no calls.
    #[must_use]
    pub const fn no_unexpected(mut self) -> Self {
        self.no_unexpected = true;
        self
    }

    /// Calls like this are never unexpected.
    #[must_use]
    pub fn allow(mut self, pattern: Pattern) -> Self {
        self.allowed.push(pattern);
        self
    }

    /// Signing in and out is never unexpected. A login over SOAP is known by its body alone.
    #[must_use]
    pub const fn allow_auth(mut self) -> Self {
        self.allows_auth = true;
        self
    }

    /// Versions, resources, limits and describes are never unexpected.
    #[must_use]
    pub const fn allow_describe(mut self) -> Self {
        self.allows_describe = true;
        self
    }

    /// Looks at entries after this one alone.
    #[must_use]
    pub const fn after_sequence(mut self, sequence: u64) -> Self {
        self.after = sequence;
        self
    }

    /// What is expected.
    #[must_use]
    pub fn expectations(&self) -> &[Expectation] {
        &self.expectations
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.expectations.iter().map(|expectation| &expectation.pattern).chain(&self.allowed)
    }

    /// Whether a call needs nobody to have expected it.
    fn is_allowed(&self, entry: &JournalEntry) -> bool {
        let usual = |call| (self.allows_auth && is_auth(call)) || (self.allows_describe && is_describe(call));
        entry.call().is_none_or(|call| usual(call)) || self.allowed.iter().any(|own| own.fits(entry))
    }

    fn count(&self, number: usize, entries: &[JournalEntry]) -> Option<Unmet> {
        let expectation = &self.expectations[number];
        let (fitting, others): (Vec<_>, Vec<_>) =
            entries.iter().partition(|entry| expectation.pattern.fits(entry));
        let count = u64::try_from(fitting.len()).unwrap_or(u64::MAX);
        if expectation.times.allows(count) {
            return None;
        }
        // Whoever found too many looks at those.
        let nearest = if count < expectation.times.least() {
            NearMiss::nearest(&expectation.pattern, others.into_iter())
        } else {
            Vec::new()
        };
        Some(Unmet {
            kind: UnmetKind::Count,
            expectation: Some(number),
            expected: expectation.to_string(),
            found: fitting.into_iter().cloned().collect(),
            of: entries.len(),
            nearest,
        })
    }

    fn order(&self, entries: &[JournalEntry]) -> Option<Unmet> {
        let (number, last) = order::broken(&self.expectations, entries)?;
        let expectation = &self.expectations[number];
        // What there is too little of has been told already.
        let fitting: Vec<&JournalEntry> =
            entries.iter().filter(|entry| expectation.pattern.fits(entry)).collect();
        if u64::try_from(fitting.len()).unwrap_or(u64::MAX) < expectation.times.least() {
            return None;
        }
        let behind = last.map_or_else(String::new, |last| format!(" after {last}"));
        Some(Unmet {
            kind: UnmetKind::Order,
            expectation: Some(number),
            expected: format!("{}{behind}", expectation.pattern),
            found: fitting.into_iter().cloned().collect(),
            of: entries.len(),
            nearest: Vec::new(),
        })
    }

    fn unexpected(&self, entries: &[JournalEntry]) -> Option<Unmet> {
        let expected = |entry: &JournalEntry| self.expectations.iter().any(|own| own.pattern.fits(entry));
        let found: Vec<JournalEntry> =
            entries.iter().filter(|entry| !self.is_allowed(entry) && !expected(entry)).cloned().collect();
        let first = found.first()?;
        let mut nearest: Vec<NearMiss> = self
            .expectations
            .iter()
            .flat_map(|own| NearMiss::nearest(&own.pattern, std::iter::once(first)))
            .collect();
        nearest.sort_by_key(|miss| miss.distance);
        nearest.truncate(1);
        Some(Unmet {
            kind: UnmetKind::Unexpected,
            expectation: None,
            expected: "no call that is neither expected nor allowed".to_owned(),
            found,
            of: entries.len(),
            nearest,
        })
    }
}

impl Gateway {
    /// Holds what is expected against the journal.
    ///
    /// # Errors
    ///
    /// When a pattern is none, or asks for what the journal does not keep.
    pub fn verify(&self, verification: &Verification) -> Result<Verdict, ControlRefusal> {
        let bodies = self.journal().settings.bodies;
        if let Some(refusal) = verification.patterns().find_map(|pattern| pattern.refusal(bodies)) {
            return Err(refusal);
        }
        if !self.journal().is_on() {
            return Err(ControlRefusal {
                error: "this org keeps no journal".into(),
                hint: "start it with one: without it nothing can be verified".into(),
            });
        }
        let (entries, dropped) = self.journal().after(verification.after);
        if dropped > 0 {
            // Nobody can say what the lost ones were.
            return Ok(Verdict {
                unmet: vec![Unmet::incomplete(dropped, entries.len())],
                checked: entries.len(),
            });
        }
        let numbers = 0..verification.expectations.len();
        let mut unmet: Vec<Unmet> =
            numbers.filter_map(|number| verification.count(number, &entries)).collect();
        if verification.in_order {
            unmet.extend(verification.order(&entries));
        }
        if verification.no_unexpected {
            unmet.extend(verification.unexpected(&entries));
        }
        Ok(Verdict { unmet, checked: entries.len() })
    }
}
