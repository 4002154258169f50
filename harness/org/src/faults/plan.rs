//! One plan: what goes wrong, where, and when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::spelling::{duration, moment};
use crate::{ErrorCode, RecordId, Timestamp};

/// Something that is to go wrong.
///
/// # Examples
///
/// As it is written down in org files and by whoever keeps one:
///
/// ```
/// use mockorg_org::faults::FaultPlan;
///
/// let plan: FaultPlan = serde_json::from_str(
///     r#"{"name": "row locks", "fault": {"record": {"code": "UNABLE_TO_LOCK_ROW"}},
///         "scope": {"objects": ["Account"]}, "timing": {"every": 3, "probability": 0.5}}"#,
/// )
/// .unwrap();
/// assert_eq!(plan.timing.every, 3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultPlan {
    /// What the plan is called; another one of the same name takes its place.
    pub name: Box<str>,
    /// What goes wrong.
    pub fault: Fault,
    /// Where; everywhere without it.
    #[serde(default)]
    pub scope: FaultScope,
    /// When; always without it.
    #[serde(default)]
    pub timing: FaultTiming,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Fault {
    /// The call as a whole is refused with an error of the platform; nothing of it happens.
    Error {
        /// The code.
        code: ErrorCode,
        /// What the platform would say; the code's own words without it.
        #[serde(default)]
        message: Option<Box<str>>,
        /// The status, where it is not the one that the code has.
        #[serde(default)]
        status: Option<u16>,
    },
    /// The save of a record fails with an error of the platform, as a row lock does: alone, as one of a collection, a
    /// composite request, a tree or a bulk job.
    Record {
        /// The code.
        code: ErrorCode,
        /// What the platform would say; the code's own words without it.
        #[serde(default)]
        message: Option<Box<str>>,
        /// The fields that the error names.
        #[serde(default)]
        fields: Vec<Box<str>>,
    },
    /// An asynchronous job ends otherwise than it would.
    Job {
        /// How.
        outcome: JobOutcome,
        /// The code that its errors have; `UNKNOWN_EXCEPTION` without it.
        #[serde(default)]
        code: Option<ErrorCode>,
        /// What its errors say; the code's own words without it.
        #[serde(default)]
        message: Option<Box<str>>,
    },
    /// An event takes another way to its subscribers.
    Event(EventFault),
    /// The answer waits, by the machine's clock.
    Latency(#[serde(with = "duration")] Duration),
    /// The connection is closed without an answer; the call does not happen.
    Drop,
    /// The connection is reset without an answer; the call has happened.
    Reset,
    /// The body of the answer goes wrong on its way.
    Body(BodyFault),
    /// Something before the org answers: a page of the edge.
    Page {
        /// The status.
        status: u16,
        /// The media type of the body.
        #[serde(default)]
        content_type: Option<Box<str>>,
        /// The body.
        #[serde(default)]
        body: Box<str>,
    },
}

/// How a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JobOutcome {
    /// Its first item fails, the others do not. Of a job of one item nothing is left then: it ends as `Failure`.
    CompletedWithFailures,
    /// It fails as a whole.
    Failure,
    /// It does not end, until the plan is given up.
    Hang,
}

/// What happens to an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum EventFault {
    /// It is never published; its replay id is used up.
    Lost,
    /// It is published later, by the org's clock.
    Late(#[serde(with = "duration")] Duration),
    /// It is published twice, with the same EventUuid.
    Doubled,
    /// So many replay ids are skipped before it.
    Gap(u32),
    /// A change event becomes a gap event, which tells that something changed but not what.
    GapEvent,
    /// From it on events of its kind have another schema: one more field.
    NewSchema,
}

/// What happens to the body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum BodyFault {
    /// It breaks off after so many bytes, and the connection ends.
    Truncated(u64),
    /// It comes at so many bytes a second.
    Slow(u64),
}

/// Where a fault strikes. Each list that is not empty narrows it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaultScope {
    /// What is done, in the words of [`OPERATIONS`](super::OPERATIONS): `Create`, `Query`, `Bulk.Upload`, …, or a whole
    /// family of them: `Bulk`.
    pub operations: Vec<Box<str>>,
    /// The objects or events, by API name.
    pub objects: Vec<Box<str>>,
    /// The records, by id.
    pub records: Vec<RecordId>,
    /// The users, by user name.
    pub users: Vec<Box<str>>,
    /// The resources, by the ids of the endpoint index.
    pub endpoints: Vec<Box<str>>,
    /// The HTTP methods.
    pub methods: Vec<Box<str>>,
    /// The types of jobs.
    pub job_types: Vec<Box<str>>,
}

/// When a fault strikes, of all times that its scope fits. What comes before `from` or after `until` is not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaultTiming {
    /// So many are spared at first.
    pub after: u32,
    /// Of those that come then, only every so many-th is struck, the first of them too; 0 and 1 mean each.
    pub every: u32,
    /// How often it strikes at most; without end without it.
    pub times: Option<u32>,
    /// How likely it strikes, of the times that are left; drawn from the seed.
    pub probability: Option<Probability>,
    /// Not before this time of the org.
    #[serde(with = "moment")]
    pub from: Option<Timestamp>,
    /// Not at this time of the org, nor after it.
    #[serde(with = "moment")]
    pub until: Option<Timestamp>,
}

/// A probability in millionths; written as a number between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Probability(pub u32);

impl Probability {
    /// What always happens.
    pub const ONE: Self = Self(1_000_000);
}

/// A plan and how often it has struck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultState {
    /// The plan.
    pub plan: FaultPlan,
    /// How often its scope fitted.
    pub met: u64,
    /// How often it has struck.
    pub struck: u64,
}

impl FaultPlan {
    /// A plan that always strikes, everywhere.
    #[must_use]
    pub fn new(name: &str, fault: Fault) -> Self {
        Self { name: name.into(), fault, scope: FaultScope::default(), timing: FaultTiming::default() }
    }
}

impl FaultState {
    /// How often it can still strike; `None` without end.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        self.plan.timing.times.map(|times| u64::from(times).saturating_sub(self.struck))
    }
}
