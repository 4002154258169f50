//! Injected failures as data: which jobs fail, at what, and how often.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, RecordId};

/// A failure that jobs of mockorg will meet as if the platform had refused their work.
///
/// # Examples
///
/// ```
/// use mockorg_org::{ErrorCode, JobFault};
///
/// let fault = JobFault { whole: true, ..JobFault::new(ErrorCode::UnknownException, "The service is down.") };
/// assert_eq!(fault.times, Some(1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobFault {
    /// The job type that is struck; every one that mockorg runs itself when `None`.
    pub job_type: Option<Box<str>>,
    /// The asset, order, order product or quote that is struck; any when `None`.
    pub record: Option<RecordId>,
    /// The error's code.
    pub code: ErrorCode,
    /// The error's text.
    pub message: Box<str>,
    /// How often it strikes; until it is cleared when `None`.
    pub times: Option<u32>,
    /// Whether a whole job fails at every item, instead of a single item. It then strikes once for a job.
    pub whole: bool,
}

impl JobFault {
    /// The next item of any job fails with this error.
    #[must_use]
    pub fn new(code: ErrorCode, message: &str) -> Self {
        Self { job_type: None, record: None, code, message: message.into(), times: Some(1), whole: false }
    }
}

/// An injected failure and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InjectedFailure {
    /// Its number among the failures of the org, from 1 on.
    pub number: u64,
    /// What was asked for.
    pub fault: JobFault,
    /// How often it has struck.
    pub struck: u32,
}

impl InjectedFailure {
    /// How often it will strike; without end when `None`.
    #[must_use]
    pub fn left(&self) -> Option<u32> {
        self.fault.times.map(|times| times.saturating_sub(self.struck))
    }
}
