//! The Bulk APIs: jobs that write or read many records in the background.
//!
//! An upload is kept once, as it came. Jobs go through it in small steps of the agenda, each a transaction of its
//! own; what became of each row is a few bytes beside it, and results are written from both when somebody asks.

mod call;
mod classic;
mod columns;
mod csv;
mod ingest;
mod operation;
mod outcome;
mod query_job;
mod refusal;
mod reply;
mod resume;
mod rows;
mod state;
mod steps;
mod struck;
mod unit;

pub use call::{BatchContent, BulkCall, JobFamily, JobFilter, JobRequest};
pub use csv::{ColumnDelimiter, Dialect, LineEnding};
pub use outcome::{Outcomes, ResultKind, ResultRows, RowOutcome, row_error};
pub use reply::{BulkBatch, BulkJob, BulkReply, BulkState, ClassicRows, QueryPieces};

pub(crate) use csv::push_quoted;
pub(crate) use state::BulkJobs;
pub(crate) use steps::BulkStep;
