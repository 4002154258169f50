//! Verification of what clients have done: what was expected, held against the journal.

use mockorg_gateway::{Pattern, Times, Verdict, Verification};
use mockorg_org::ControlRefusal;

use crate::MockOrg;

/// Why a verification fails.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Something is not as expected.
    #[error("{0}")]
    Unmet(Verdict),
    /// A pattern is none, or asks for what the journal does not keep.
    #[error("{0}")]
    Refused(ControlRefusal),
}

/// What is expected of the clients of an org; nothing is looked at before [`Verify::assert`] or [`Verify::check`].
#[derive(Debug)]
#[must_use = "nothing is verified before `assert` or `check`"]
pub struct Verify<'o> {
    org: &'o MockOrg,
    verification: Verification,
}

impl MockOrg {
    /// Begins to say what clients should have done.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// use mockorg::{MockOrg, Pattern};
    ///
    /// let org = MockOrg::start().await;
    /// reqwest::get(format!("{}/services/data/v62.0/limits", org.url())).await.unwrap();
    /// org.verify()
    ///     .exactly(1, Pattern::any().method("GET").path("/services/data/{version}/limits").status(401))
    ///     .never(Pattern::any().method("DELETE"))
    ///     .no_unexpected()
    ///     .assert();
    /// let failure = org.verify().exactly(1, Pattern::any().path("/services/data/{version}/limit")).check();
    /// assert_eq!(
    ///     failure.unwrap_err().to_string(),
    ///     "expected exactly 1 × /services/data/{version}/limit\n\
    ///      found 0 of 1 entries\n\
    ///      nearest: #1 GET /services/data/v62.0/limits → 401\n  \
    ///        path segment 4: expected limit, got limits"
    /// );
    /// # });
    /// ```
    pub fn verify(&self) -> Verify<'_> {
        Verify { org: self, verification: Verification::default() }
    }
}

impl Verify<'_> {
    /// Entries like this, so often.
    pub fn expect(mut self, times: Times, pattern: Pattern) -> Self {
        self.verification = self.verification.expect(times, pattern);
        self
    }

    /// Entries like this, exactly so often.
    pub fn exactly(self, count: u64, pattern: Pattern) -> Self {
        self.expect(Times::Exactly(count), pattern)
    }

    /// Entries like this, so often or more.
    pub fn at_least(self, count: u64, pattern: Pattern) -> Self {
        self.expect(Times::AtLeast(count), pattern)
    }

    /// Entries like this, so often or less.
    pub fn at_most(self, count: u64, pattern: Pattern) -> Self {
        self.expect(Times::AtMost(count), pattern)
    }

    /// Entries like this, from `least` to `most` times.
    pub fn between(self, least: u64, most: u64, pattern: Pattern) -> Self {
        self.expect(Times::Between(least, most), pattern)
    }

    /// No entry like this.
    pub fn never(self, pattern: Pattern) -> Self {
        self.expect(Times::Exactly(0), pattern)
    }

    /// In the order in which they are expected; other entries may come between.
    pub fn in_order(mut self) -> Self {
        self.verification = self.verification.in_order();
        self
    }

    /// No call that is neither expected nor allowed.
    pub fn no_unexpected(mut self) -> Self {
        self.verification = self.verification.no_unexpected();
        self
    }

    /// Calls like this are never unexpected.
    pub fn allow(mut self, pattern: Pattern) -> Self {
        self.verification = self.verification.allow(pattern);
        self
    }

    /// Signing in and out is never unexpected. A login over SOAP is known by its body alone.
    pub fn allow_auth(mut self) -> Self {
        self.verification = self.verification.allow_auth();
        self
    }

    /// Versions, resources, limits and describes are never unexpected.
    pub fn allow_describe(mut self) -> Self {
        self.verification = self.verification.allow_describe();
        self
    }

    /// Looks at entries after this one alone: one of [`MockOrg::journal_tail`].
    pub fn after_sequence(mut self, sequence: u64) -> Self {
        self.verification = self.verification.after_sequence(sequence);
        self
    }

    /// Holds all of it against the journal.
    ///
    /// # Errors
    ///
    /// What is not as expected, with the entries that come nearest.
    pub fn check(self) -> Result<(), VerifyError> {
        match self.org.gateway.verify(&self.verification) {
            Ok(verdict) if verdict.holds() => Ok(()),
            Ok(verdict) => Err(VerifyError::Unmet(verdict)),
            Err(refusal) => Err(VerifyError::Refused(refusal)),
        }
    }

    /// Panics unless all of it is so.
    ///
    /// # Panics
    ///
    /// With what is not as expected, and the entries that come nearest.
    #[track_caller]
    pub fn assert(self) {
        if let Err(failure) = self.check() {
            panic!("{failure}");
        }
    }
}
