//! Bulk API 1.0: jobs with batches.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    call::{BatchContent, JobFamily, JobRequest},
    refusal,
    reply::{BulkReply, BulkState, ClassicRows},
    unit::{Unit, UnitState},
};
use crate::{ApiError, Org, ctx::Ctx};

/// The most records of a batch.
const MOST_RECORDS: usize = 10_000;
/// The longest batch, in bytes.
const LONGEST_BATCH: usize = 10_000_000;
/// What the result of a query without rows says.
const NO_RECORDS: &str = "Records not found for this query";

impl Org {
    /// Creates a job.
    ///
    /// # Errors
    ///
    /// As for jobs of Bulk API 2.0.
    pub(super) fn create_classic(
        &mut self,
        ctx: &Ctx,
        mut request: JobRequest,
        chunk_size: Option<u32>,
    ) -> Result<BulkReply, ApiError> {
        let operation = self.check_operation(ctx, &request.operation)?;
        self.check_job(ctx, operation, &mut request)?;
        let chunk_size = chunk_size.filter(|_| operation.reads());
        let id = self.open_job(ctx, (JobFamily::Classic, request), BulkState::Open, chunk_size);
        self.shown_job(ctx, id)
    }

    /// Adds a batch.
    ///
    /// # Errors
    ///
    /// `INVALIDJOBSTATE` when the job is not open, `INVALIDBATCH` for one that is too long, `EXCEEDEDQUOTA`.
    pub(super) fn add_batch(
        &mut self,
        ctx: &Ctx,
        job: &str,
        request: Bytes,
        content: BatchContent,
    ) -> Result<BulkReply, ApiError> {
        let used = self.bulk.batches.clone().total_at(ctx.now);
        let most = self.most_batches();
        let job = self.bulk_job(JobFamily::Classic, job)?;
        let (job_id, reads) = (job.shown.id, job.is_reading());
        if job.shown.state != BulkState::Open {
            return Err(refusal::state(format!(
                "This job is {}; no batch can be added",
                job.shown.classic_state()
            )));
        }
        if used >= most {
            return Err(refusal::quota());
        }
        if request.len() > LONGEST_BATCH {
            return Err(refusal::batch("InvalidBatch : Exceeded max size of 10 MB for a batch"));
        }
        let too_many = || refusal::batch(format!("InvalidBatch : Records batch size exceeds {MOST_RECORDS}"));
        let id = self.bulk_id(*b"751");
        let mut unit = Unit::queued(id, ctx.now, request);
        match content {
            BatchContent::Records(records) if records.len() > MOST_RECORDS => return Err(too_many()),
            BatchContent::Records(records) if !reads => unit.records = Some(records.into()),
            BatchContent::Unreadable(message) => unit.fail(ctx.now, message),
            BatchContent::Text | BatchContent::Records(_) => {
                // A record has one line at least.
                let lines = unit.request.iter().filter(|byte| **byte == b'\n').count();
                if !reads && lines > MOST_RECORDS + 1 && rows(&unit.request) > MOST_RECORDS {
                    return Err(too_many());
                }
            }
        }
        self.bulk.batches.count(ctx.now);
        let queued = unit.state == UnitState::Queued;
        let shown = unit.shown(job_id, ctx.now);
        self.add_unit(job_id, unit);
        if queued {
            self.queue_unit(ctx.now, job_id, id);
        }
        Ok(BulkReply::Batch(Box::new(shown)))
    }

    pub(super) fn batches(&self, ctx: &Ctx, job: &str) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job(JobFamily::Classic, job)?;
        Ok(BulkReply::Batches(job.units.iter().map(|unit| unit.shown(job.shown.id, ctx.now)).collect()))
    }

    pub(super) fn batch(&self, ctx: &Ctx, job: &str, batch: &str) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job(JobFamily::Classic, job)?;
        Ok(BulkReply::Batch(Box::new(job.unit(batch)?.shown(job.shown.id, ctx.now))))
    }

    pub(super) fn batch_request(&self, job: &str, batch: &str) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job(JobFamily::Classic, job)?;
        Ok(BulkReply::Request(job.unit(batch)?.request.clone()))
    }

    pub(super) fn batch_result(&self, job: &str, batch: &str) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job(JobFamily::Classic, job)?;
        let unit = completed(job.unit(batch)?)?;
        if job.is_reading() {
            return Ok(BulkReply::Results(unit.result.id.into_iter().collect()));
        }
        Ok(BulkReply::Outcomes(Arc::clone(&unit.outcomes)))
    }

    pub(super) fn batch_rows(&self, job: &str, batch: &str, result: &str) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job(JobFamily::Classic, job)?;
        let unit = completed(job.unit(batch)?)?;
        let set = &unit.result;
        if !set.id.is_some_and(|id| result.parse() == Ok(id)) {
            return Err(refusal::unknown());
        }
        Ok(BulkReply::Table(match &set.page {
            Some(page) => ClassicRows::Page(page.clone()),
            None if set.rows == 0 => ClassicRows::Csv(vec![Bytes::from_static(NO_RECORDS.as_bytes())]),
            None => {
                let pieces = set.pieces.iter().map(|(_, piece)| piece.clone());
                ClassicRows::Csv(std::iter::once(set.header.clone()).chain(pieces).collect())
            }
        }))
    }
}

/// How many rows a CSV text has, its header not counted.
fn rows(text: &[u8]) -> usize {
    let dialect = super::csv::Dialect::default();
    let (mut reader, mut line) = (super::csv::Reader::new(text, 0, dialect), super::csv::Line::default());
    let mut rows: usize = 0;
    while matches!(reader.read(&mut line), Ok(true)) {
        rows += 1;
    }
    rows.saturating_sub(1)
}

fn completed(unit: &Unit) -> Result<&Unit, ApiError> {
    match unit.state {
        UnitState::Completed => Ok(unit),
        UnitState::Failed => Err(refusal::batch(unit.message.clone().unwrap_or_default())),
        UnitState::Open | UnitState::Queued | UnitState::InProgress | UnitState::NotProcessed => {
            Err(refusal::batch("InvalidBatch : Batch not completed"))
        }
    }
}

impl super::reply::BulkJob {
    /// The state in Bulk API 1.0.
    #[must_use]
    pub const fn classic_state(&self) -> &'static str {
        match self.state {
            BulkState::Open => "Open",
            BulkState::Aborted => "Aborted",
            BulkState::Failed => "Failed",
            BulkState::UploadComplete | BulkState::InProgress | BulkState::JobComplete => "Closed",
        }
    }
}
