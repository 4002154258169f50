//! Simulated jobs as data: what a test asks for, and what it is told.
//!
//! A simulated job has the trackers, the error log and the event of a job that mockorg does not run itself,
//! such as placing a quote; nothing else of the org changes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Input, RecordId, Timestamp};

/// A job whose tracker is to appear and to walk its states.
///
/// # Examples
///
/// ```
/// use mockorg_org::SimulatedJob;
///
/// let job = SimulatedJob { total_items: 3, failed_items: 1, ..SimulatedJob::of("PlaceQuote") };
/// assert!(!job.hold, "it ends by the clock");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SimulatedJob {
    /// The value of the trackers' JobType.
    pub job_type: Box<str>,
    /// On whose behalf the job runs: the id or the name of a user; an administrator when `None`.
    pub on_behalf_of: Option<Box<str>>,
    /// How many items the job has.
    pub total_items: u32,
    /// How many of them will fail; they decide the terminal status.
    pub failed_items: u32,
    /// How long the job waits before it starts; half of the org's delay of asynchronous work when `None`.
    pub delay_to_start: Option<Duration>,
    /// How long it then runs; half of the org's delay when `None`.
    pub delay_to_finish: Option<Duration>,
    /// Whether the job stays as it is until it is told to go on, whatever the clock says.
    pub hold: bool,
    /// The value of ReferenceEntityId, on the trackers that may refer to such a record.
    pub reference_record: Option<RecordId>,
    /// Which objects get a row; those that the job type has by itself when empty.
    pub objects: Vec<Box<str>>,
    /// The rows of the error log that the job will leave.
    pub errors: Vec<JobError>,
    /// The event that will tell the end.
    pub event: JobEvent,
}

impl SimulatedJob {
    /// A job of one item that succeeds and ends by the clock.
    #[must_use]
    pub fn of(job_type: &str) -> Self {
        Self {
            job_type: job_type.into(),
            on_behalf_of: None,
            total_items: 1,
            failed_items: 0,
            delay_to_start: None,
            delay_to_finish: None,
            hold: false,
            reference_record: None,
            objects: Vec::new(),
            errors: Vec::new(),
            event: JobEvent::default(),
        }
    }
}

/// One row of the error log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobError {
    /// The Category; the one of the job type when `None`.
    pub category: Option<Box<str>>,
    /// The ErrorCode.
    pub code: Box<str>,
    /// The ErrorMessage.
    pub message: Box<str>,
    /// The PrimaryRecordId; the job's reference record, or else its tracker, when `None`.
    pub primary_record: Option<RecordId>,
    /// The RelatedRecordId.
    pub related_record: Option<RecordId>,
    /// The Severity, `Error` or `Warning`; `Error` when `None`.
    pub severity: Option<Box<str>>,
}

impl JobError {
    /// An error about the job as a whole.
    #[must_use]
    pub fn new(code: &str, message: &str) -> Self {
        let (code, message) = (code.into(), message.into());
        Self { category: None, code, message, primary_record: None, related_record: None, severity: None }
    }
}

/// The event that tells the end of a simulated job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobEvent {
    /// Whether there is one at all.
    pub publish: bool,
    /// Its name; the event of the job type when `None`.
    pub name: Option<Box<str>>,
    /// What its fields hold. RequestIdentifier, HasErrors and IsSuccess follow from the job unless they are
    /// named here; all others are null.
    pub fields: Vec<(Box<str>, Input)>,
}

impl Default for JobEvent {
    fn default() -> Self {
        Self { publish: true, name: None, fields: Vec::new() }
    }
}

impl JobEvent {
    /// No event.
    #[must_use]
    pub fn none() -> Self {
        Self { publish: false, ..Self::default() }
    }

    /// The event with a further field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Input>) -> Self {
        self.fields.push((field.into(), value.into()));
        self
    }
}

/// What a held job is to do next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobStep {
    /// The status to go to: `InProgress`, `Completed`, `CompletedWithFailures` or `Failure`.
    pub status: Box<str>,
    /// All items, for a terminal status; as the job was made when `None`.
    pub total_items: Option<u32>,
    /// The failed items, for a terminal status; as the job was made, or as the status says, when `None`.
    pub failed_items: Option<u32>,
    /// The rows of the error log, for a terminal status; as the job was made when `None`.
    pub errors: Option<Vec<JobError>>,
}

impl JobStep {
    /// A step to this status, with the counters of the job.
    #[must_use]
    pub fn to(status: &str) -> Self {
        Self { status: status.into(), total_items: None, failed_items: None, errors: None }
    }
}

/// A job as its trackers show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobState {
    /// What clients recognise the job by; the trackers' CorrelationIdentifier.
    pub request_identifier: Box<str>,
    /// The JobType.
    pub job_type: Box<str>,
    /// The Status.
    pub status: Box<str>,
    /// Whether a test has made it appear; mockorg runs the others itself.
    pub simulated: bool,
    /// Whether it waits for [`JobStep`]s.
    pub held: bool,
    /// The RevenueAsyncOperation, if there is one.
    pub operation: Option<RecordId>,
    /// The AsyncOperationTracker, if there is one.
    pub tracker: Option<RecordId>,
    /// TotalJobItems.
    pub total_items: i64,
    /// SuccessfulJobItems.
    pub successful_items: i64,
    /// FailedJobItems.
    pub failed_items: i64,
    /// SubmittedAt.
    pub submitted_at: Option<Timestamp>,
    /// StartedAt.
    pub started_at: Option<Timestamp>,
    /// FinishedAt.
    pub finished_at: Option<Timestamp>,
    /// ExpiresAt.
    pub expires_at: Option<Timestamp>,
}
