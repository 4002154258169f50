//! How one case went on a target beside a reference, as it is kept and reported.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The result of one case at one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CaseResult {
    /// Area and name, for instance `rest/versions`.
    pub case: String,
    /// What the case shows, as a sentence.
    pub title: String,
    /// Where the case has it from.
    pub source: String,
    /// The API version, for instance `62.0`.
    pub version: String,
    /// How it went.
    pub verdict: CaseVerdict,
    /// Why it was skipped, or what beside the differences a reader should know.
    pub reason: Option<String>,
    /// The id of the known gap that the case belongs to.
    pub known_gap: Option<String>,
    /// How long it took on the target, in milliseconds, cleanup included.
    pub millis: u64,
    /// How many requests the target was sent for it, tries included.
    pub calls: u64,
    /// How many of these were repeated because the org put them off.
    pub retries: u64,
    /// A curl line that repeats the request at which the target went wrong, without its token.
    pub curl: Option<String>,
    /// What differs, in the order of the steps.
    pub differences: Vec<Finding>,
    /// Differences that a rule excused.
    pub excused: Vec<Finding>,
}

impl CaseResult {
    /// Case and version, which name a result.
    pub fn key(&self) -> String {
        key(&self.case, &self.version)
    }

    /// The first part of the name.
    pub fn area(&self) -> &str {
        self.case.split_once('/').map_or("cases", |(area, _)| area)
    }
}

/// `rest/versions at 62.0`
pub(crate) fn key(case: &str, version: &str) -> String {
    format!("{case} at {version}")
}

/// How a case went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseVerdict {
    /// The target does what the case says, and answers as the reference does.
    Match,
    /// Both do what the case says, or neither does, but they answer differently; or the target breaks the case
    /// and there is no reference.
    Differs,
    /// Only the reference does what the case says.
    MockOnly,
    /// Only the target does what the case says.
    OrgOnly,
    /// The case was not run.
    Skipped,
    /// A second try went another way than the first.
    Flaky,
}

impl CaseVerdict {
    /// All verdicts, in the order of reports.
    pub const ALL: [Self; 6] =
        [Self::Match, Self::Differs, Self::MockOnly, Self::OrgOnly, Self::Flaky, Self::Skipped];

    /// The word for it, as in reports and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Differs => "differs",
            Self::MockOnly => "mock-only",
            Self::OrgOnly => "org-only",
            Self::Skipped => "skipped",
            Self::Flaky => "flaky",
        }
    }

    /// Whether target and reference, or target and case, disagree.
    pub const fn is_deviation(self) -> bool {
        matches!(self, Self::Differs | Self::MockOnly | Self::OrgOnly)
    }
}

impl fmt::Display for CaseVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for CaseVerdict {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = Self::ALL.map(Self::word).join(", ");
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.word() == text)
            .ok_or_else(|| format!("'{text}' is no verdict; there are {words}"))
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Finding {
    /// Whose answer it is about.
    pub subject: Subject,
    /// What the answer was held against.
    pub against: Against,
    /// The step, for instance `step 2 (read it back)`.
    pub step: String,
    /// `status`, `header …`, or a JSON path.
    pub path: String,
    /// What the case, or the reference, says there.
    pub expected: String,
    /// What the subject answered there.
    pub got: String,
    /// The rule that excuses the difference, or that would excuse it.
    pub rule: Option<String>,
}

/// Whose answer a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The org that is held against the contract.
    Target,
    /// The mock beside it.
    Reference,
}

/// What an answer was held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Against {
    /// The expectations of the case, and the promise of the endpoint.
    Case,
    /// The reference's answer to the same step.
    Reference,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, path, expected, got, .. } = self;
        match (self.subject, self.against) {
            (Subject::Target, Against::Case) => {
                write!(f, "{step}, {path}: expected {expected}, got {got}")?;
            }
            (Subject::Reference, _) => {
                write!(f, "{step}, {path}: expected {expected}, the reference gives {got}")?;
            }
            (Subject::Target, Against::Reference) => {
                write!(f, "{step}, {path}: the reference gives {expected}, the target {got}")?;
            }
        }
        match &self.rule {
            Some(rule) => write!(f, " [rule {rule}]"),
            None => Ok(()),
        }
    }
}
