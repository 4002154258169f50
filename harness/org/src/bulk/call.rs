//! The calls of the Bulk APIs as data.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{csv::Dialect, outcome::ResultKind};
use crate::FieldInput;

/// One operation of the Bulk APIs. Jobs and batches are named as the client wrote them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BulkCall {
    /// Creates a job that writes records.
    CreateIngest {
        /// What the job is to be.
        job: JobRequest,
        /// Its data, when they come with the request: the job is then complete at once.
        content: Option<Bytes>,
    },
    /// Creates a job that queries records.
    CreateQuery {
        /// What the job is to be.
        job: JobRequest,
        /// The statement.
        query: Box<str>,
    },
    /// Takes the data of an ingest job.
    Upload {
        /// The job.
        job: Box<str>,
        /// The CSV text.
        content: Bytes,
    },
    /// Moves a job to `UploadComplete` or `Aborted`; `Closed` for Bulk API 1.0.
    SetState {
        /// Of which API the job is.
        family: JobFamily,
        /// The job.
        job: Box<str>,
        /// The state as the client wrote it.
        state: Box<str>,
    },
    /// Asks for a job.
    Get {
        /// Of which API the job is.
        family: JobFamily,
        /// The job.
        job: Box<str>,
    },
    /// Lists jobs.
    List {
        /// Which kind.
        family: JobFamily,
        /// Which of them, and from where on.
        filter: JobFilter,
    },
    /// Deletes a job that has ended.
    Remove {
        /// Of which API the job is.
        family: JobFamily,
        /// The job.
        job: Box<str>,
    },
    /// Asks for rows of an ingest job.
    IngestResults {
        /// The job.
        job: Box<str>,
        /// Which rows.
        kind: ResultKind,
    },
    /// Asks for rows of a query job.
    QueryResults {
        /// The job.
        job: Box<str>,
        /// Where the rows begin, as a page before told.
        locator: Option<Box<str>>,
        /// How many there may be.
        max_records: Option<u64>,
    },
    /// Asks for the pages of a query job.
    ResultPages {
        /// The job.
        job: Box<str>,
        /// Where the pages begin.
        locator: Option<Box<str>>,
    },
    /// Creates a job of Bulk API 1.0.
    CreateClassic {
        /// What the job is to be.
        job: JobRequest,
        /// How many records a chunk of a query has; `None` does not chunk.
        chunk_size: Option<u32>,
    },
    /// Adds a batch to a job of Bulk API 1.0.
    AddBatch {
        /// The job.
        job: Box<str>,
        /// The request as it came.
        request: Bytes,
        /// What it holds.
        content: BatchContent,
    },
    /// The batches of a job.
    Batches {
        /// The job.
        job: Box<str>,
    },
    /// One batch.
    Batch {
        /// The job.
        job: Box<str>,
        /// The batch.
        batch: Box<str>,
    },
    /// What a batch was sent with.
    BatchRequest {
        /// The job.
        job: Box<str>,
        /// The batch.
        batch: Box<str>,
    },
    /// What became of a batch.
    BatchResult {
        /// The job.
        job: Box<str>,
        /// The batch.
        batch: Box<str>,
    },
    /// The rows of one result of a query batch.
    BatchRows {
        /// The job.
        job: Box<str>,
        /// The batch.
        batch: Box<str>,
        /// The result.
        result: Box<str>,
    },
}

/// The kinds of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum JobFamily {
    /// Bulk API 2.0, writing.
    Ingest,
    /// Bulk API 2.0, querying.
    Query,
    /// Bulk API 1.0.
    Classic,
}

/// What a client asks a job to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRequest {
    /// The operation.
    pub operation: Box<str>,
    /// The object; queries of Bulk API 2.0 name it in their statement.
    pub object: Box<str>,
    /// The external id field of an upsert.
    pub external_id_field: Option<Box<str>>,
    /// The assignment rule.
    pub assignment_rule_id: Option<Box<str>>,
    /// `Parallel` or `Serial`.
    pub concurrency_mode: Option<Box<str>>,
    /// `CSV`, and `JSON` or `XML` for Bulk API 1.0.
    pub content_type: Box<str>,
    /// How the CSV is written.
    pub dialect: Dialect,
}

/// Which jobs are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFilter {
    /// `jobType`.
    pub job_type: Option<Box<str>>,
    /// `concurrencyMode`.
    pub concurrency_mode: Option<Box<str>>,
    /// `isPkChunkingEnabled`.
    pub pk_chunking: Option<bool>,
    /// `queryLocator`.
    pub locator: Option<Box<str>>,
}

/// The content of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BatchContent {
    /// Records as text, or a statement; the job knows which.
    Text,
    /// Records that were read from another form than CSV.
    Records(Vec<Vec<FieldInput>>),
    /// What could not be read, and why.
    Unreadable(Box<str>),
}
