//! The answers of the Bulk APIs as data.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    call::{JobFamily, JobRequest},
    outcome::{Outcomes, ResultRows},
};
use crate::{ApiVersion, RecordId, Timestamp};

/// What the Bulk APIs answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BulkReply {
    /// A job.
    Job(Box<BulkJob>),
    /// Jobs, and where the next ones begin.
    Jobs(Vec<BulkJob>, Option<Box<str>>),
    /// The job is gone, or its data are taken.
    Done,
    /// Rows of an ingest job.
    Rows(ResultRows),
    /// Rows of a query job.
    Page(QueryPieces),
    /// The locators of pages, and where the next ones begin.
    Pages(Vec<Box<str>>, Option<Box<str>>),
    /// One batch.
    Batch(Box<BulkBatch>),
    /// The batches of a job.
    Batches(Vec<BulkBatch>),
    /// What a batch was sent with; the media type is the job's.
    Request(Bytes),
    /// What became of the records of a batch.
    Outcomes(Arc<Outcomes>),
    /// The results of a query batch.
    Results(Vec<RecordId>),
    /// The rows of a query batch.
    Table(ClassicRows),
}

/// The states of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BulkState {
    /// Data can be added.
    Open,
    /// All data are there; the job waits. `Closed` in Bulk API 1.0.
    UploadComplete,
    /// The job runs.
    InProgress,
    /// The client has ended it.
    Aborted,
    /// It has run, whatever became of the rows.
    JobComplete,
    /// It could not run.
    Failed,
}

impl BulkState {
    /// The name in Bulk API 2.0.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::UploadComplete => "UploadComplete",
            Self::InProgress => "InProgress",
            Self::Aborted => "Aborted",
            Self::JobComplete => "JobComplete",
            Self::Failed => "Failed",
        }
    }

    /// Whether nothing follows.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Aborted | Self::JobComplete | Self::Failed)
    }
}

/// A job as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkJob {
    /// Its id.
    pub id: RecordId,
    /// Of which API it is.
    pub family: JobFamily,
    /// What the client asked it to be; the object by its canonical name.
    pub request: JobRequest,
    /// Who created it.
    pub created_by: RecordId,
    /// When.
    pub created: Timestamp,
    /// When it changed last.
    pub modified: Timestamp,
    /// Its state.
    pub state: BulkState,
    /// The version in which it was created.
    pub version: ApiVersion,
    /// How many rows were processed, failed ones included.
    pub processed: u64,
    /// How many failed.
    pub failed: u64,
    /// For how long it has run, in milliseconds.
    pub millis: u64,
    /// Why it failed as a whole.
    pub error_message: Option<Box<str>>,
    /// Whether primary keys cut it into chunks.
    pub pk_chunking: bool,
    /// Batches of Bulk API 1.0: queued, in progress, completed, failed, all.
    pub batches: [u64; 5],
}

/// A batch of Bulk API 1.0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkBatch {
    /// Its id.
    pub id: RecordId,
    /// Its job.
    pub job: RecordId,
    /// `Queued`, `InProgress`, `Completed`, `Failed` or `NotProcessed`.
    pub state: Box<str>,
    /// Why it failed.
    pub message: Option<Box<str>>,
    /// When it was created.
    pub created: Timestamp,
    /// When it changed last.
    pub modified: Timestamp,
    /// How many records were processed.
    pub processed: u64,
    /// How many failed.
    pub failed: u64,
    /// For how long it has run, in milliseconds.
    pub millis: u64,
}

/// Rows of a query job: a header and pieces of CSV, already written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryPieces {
    /// The text in its order.
    pub pieces: Vec<Bytes>,
    /// How many rows it holds.
    pub rows: u64,
    /// Where the next page begins.
    pub next: Option<Box<str>>,
}

/// Rows of a query batch: as CSV, or as rows that another form is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClassicRows {
    /// CSV, already written.
    Csv(Vec<Bytes>),
    /// Rows.
    Page(Box<crate::QueryPage>),
}
