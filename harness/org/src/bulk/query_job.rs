//! Jobs of Bulk API 2.0 that query records.

use bytes::Bytes;

use super::{
    call::{JobFamily, JobRequest},
    csv::{Line, Reader},
    ingest::{read_locator, write_locator},
    refusal,
    reply::{BulkReply, BulkState, QueryPieces},
    unit::{ResultSet, Unit},
};
use crate::{ApiError, ErrorCode, Org, ctx::Ctx};

/// How many rows a page has when the client does not say. Not documented; it is a choice.
const ROWS_OF_A_PAGE: u64 = 100_000;
/// How many pages one answer lists.
const PAGES_OF_AN_ANSWER: u64 = 5;

impl Org {
    /// Creates a job that queries.
    ///
    /// # Errors
    ///
    /// `INVALIDOPERATION`, `LIMIT_EXCEEDED`, and what is wrong with the statement.
    pub(super) fn create_query(
        &mut self,
        ctx: &Ctx,
        mut request: JobRequest,
        soql: &str,
    ) -> Result<BulkReply, ApiError> {
        let operation = self.check_operation(ctx, &request.operation)?;
        if !operation.reads() {
            return Err(refusal::operation(format!("Invalid operation: {}", request.operation)));
        }
        let most = self.most_query_jobs();
        let used = self.bulk.query_jobs.clone().total_at(ctx.now);
        if used >= most {
            return Err(refusal::limit(format!(
                "Max bulk v2 query jobs ({most}) per 24 hrs has been reached ({})",
                used + 1
            )));
        }
        let most = self.most_query_megabytes();
        let used = self.bulk.query_megabytes.clone().total_at(ctx.now);
        if used >= most {
            return Err(refusal::limit(format!(
                "Max bulk v2 query file storage ({most} MB) per 24 hrs has been reached ({used})"
            )));
        }
        let all = &*request.operation == "queryAll";
        let export = self.plan_export(ctx, soql, all)?;
        request.object = self.exported_object(&export);
        self.bulk.query_jobs.count(ctx.now);
        let id = self.open_job(ctx, (JobFamily::Query, request), BulkState::UploadComplete, None);
        self.add_unit(id, Unit::queued(id, ctx.now, Bytes::copy_from_slice(soql.as_bytes())));
        self.queue_unit(ctx.now, id, id);
        self.shown_job(ctx, id)
    }

    fn finished_query(&self, job: &str) -> Result<(&ResultSet, crate::bulk::Dialect), ApiError> {
        let job = self.bulk_job(JobFamily::Query, job)?;
        match (job.shown.state, job.units.first()) {
            (BulkState::JobComplete, Some(unit)) => Ok((&unit.result, job.shown.request.dialect)),
            (state, _) => Err(refusal::state(format!(
                "Results of a Job in state {} are not available; it must be JobComplete",
                state.name()
            ))),
        }
    }

    pub(super) fn query_results(
        &self,
        job: &str,
        locator: Option<&str>,
        max_records: Option<u64>,
    ) -> Result<BulkReply, ApiError> {
        let (result, dialect) = self.finished_query(job)?;
        let first = place(locator, result.rows)?;
        let size = max_records.unwrap_or(ROWS_OF_A_PAGE).max(1);
        let end = first.saturating_add(size).min(result.rows);
        let mut pieces = vec![result.header.clone()];
        for (begin, piece) in &result.pieces {
            let rows = result.rows_of(*begin);
            if begin + rows <= first || *begin >= end {
                continue;
            }
            let (from, to) = (first.saturating_sub(*begin), (end - begin).min(rows));
            pieces.push(cut(piece, dialect, (from, to), rows));
        }
        let next = (end < result.rows).then(|| write_locator(end));
        Ok(BulkReply::Page(QueryPieces { pieces, rows: end - first, next }))
    }

    pub(super) fn result_pages(&self, job: &str, locator: Option<&str>) -> Result<BulkReply, ApiError> {
        let (result, _) = self.finished_query(job)?;
        let first = place(locator, result.rows)?;
        let page = |number: u64| first + number * ROWS_OF_A_PAGE;
        let pages = (0..PAGES_OF_AN_ANSWER)
            .map(page)
            .filter(|begin| *begin < result.rows || *begin == 0)
            .map(write_locator)
            .collect();
        let rest = page(PAGES_OF_AN_ANSWER);
        Ok(BulkReply::Pages(pages, (rest < result.rows).then(|| write_locator(rest))))
    }
}

impl ResultSet {
    /// How many rows the piece holds that begins with a row.
    fn rows_of(&self, begin: u64) -> u64 {
        let at = self.pieces.partition_point(|(other, _)| *other <= begin);
        self.pieces.get(at).map_or(self.rows, |(next, _)| *next) - begin
    }
}

/// The row at which a locator stands.
fn place(locator: Option<&str>, rows: u64) -> Result<u64, ApiError> {
    let Some(text) = locator else { return Ok(0) };
    read_locator(text)
        .filter(|row| *row < rows || *row == 0)
        .ok_or_else(|| ApiError::resource(ErrorCode::InvalidQueryLocator, format!("Invalid locator: {text}")))
}

/// The lines of a piece from one row to another.
fn cut(piece: &Bytes, dialect: crate::bulk::Dialect, (from, to): (u64, u64), rows: u64) -> Bytes {
    let (mut begin, mut end) = (0, piece.len());
    let (mut reader, mut line, mut row) = (Reader::new(piece, 0, dialect), Line::default(), 0);
    while row < to && (from > 0 || to < rows) {
        if row == from {
            begin = reader.at();
        }
        // The org wrote these lines itself.
        if !matches!(reader.read(&mut line), Ok(true)) {
            break;
        }
        row += 1;
        end = if row == to { reader.at() } else { end };
    }
    piece.slice(begin..end.max(begin))
}
