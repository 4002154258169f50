//! How jobs go on: by steps of the agenda, each a transaction of its own, so that calls come in between.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;

use super::{
    call::JobFamily,
    columns::{read_header, read_row},
    csv::{Dialect, Line, Reader},
    operation::Operation,
    refusal,
    reply::BulkState,
    struck::TOO_MANY_LOCKS,
    unit::{Job, Progress, Unit, UnitState},
};
use crate::{ApiError, Org, RecordId, Timestamp, ctx::Ctx};

/// How many records are written in one transaction.
const ROWS_OF_A_STEP: usize = 200;
/// How many records are read in one step.
const READ_IN_A_STEP: usize = 1_000;
/// How many rows of Bulk API 2.0 count as a batch.
const ROWS_OF_A_BATCH: u64 = 10_000;

/// A step of a job.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct BulkStep {
    pub(crate) job: RecordId,
    /// The upload, batch or statement.
    pub(crate) unit: RecordId,
    pub(crate) kind: StepKind,
}

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum StepKind {
    /// The unit leaves the queue.
    Start,
    /// The next records.
    Slice,
    /// The unit ends.
    Finish,
    /// The job was open for too long.
    AbortOpen,
    /// The job is forgotten.
    Expire,
}

/// Why a unit fails whose statement cannot be read again.
const GONE: &str = "InvalidBatch : Failed to process query: the definitions have changed";

impl BulkStep {
    /// Whether the step takes so long that no call should have to do it on its way.
    pub(crate) const fn is_long(self) -> bool {
        matches!(self.kind, StepKind::Start | StepKind::Slice)
    }

    /// The job, and what becomes of it.
    pub(crate) const fn told(&self) -> (RecordId, &'static str) {
        let step = match self.kind {
            StepKind::Start => "started",
            StepKind::Slice => "worked",
            StepKind::Finish => "ended",
            StepKind::AbortOpen => "aborted",
            StepKind::Expire => "expired",
        };
        (self.job, step)
    }
}

impl Org {
    /// Performs a step; one of a job that is gone or has ended does nothing.
    pub(crate) fn perform_bulk(&mut self, at: Timestamp, step: BulkStep) {
        let Some(job) = self.bulk.jobs.remove(&step.job) else { return };
        if step.kind == StepKind::Expire {
            return;
        }
        let mut job = Arc::unwrap_or_clone(job);
        if !job.shown.state.is_final() {
            self.capture.actor.clone_from(&job.actor);
            let ctx = Ctx { now: at, ..job.ctx.clone() };
            if step.kind == StepKind::AbortOpen {
                if job.shown.state == BulkState::Open {
                    abort(&mut job, at);
                }
            } else if let Some(place) = job.units.iter().position(|unit| unit.id == step.unit) {
                self.perform_unit(&ctx, &mut job, place, step.kind);
            }
        }
        self.bulk.jobs.insert(step.job, Arc::new(job));
    }

    fn perform_unit(&mut self, ctx: &Ctx, job: &mut Job, place: usize, kind: StepKind) {
        let waiting = Unit::open(job.shown.id, ctx.now);
        let mut unit = mem::replace(&mut job.units[place], waiting);
        self.guard_unit(ctx, job, &mut unit, |org, job, unit| match kind {
            StepKind::Start if unit.state == UnitState::Queued => org.start_unit(ctx, job, unit),
            StepKind::Slice if unit.state == UnitState::InProgress => org.run_slice(ctx, job, unit),
            StepKind::Finish if unit.state == UnitState::InProgress => {
                unit.end(ctx.now, UnitState::Completed);
                if job.shown.family == JobFamily::Query {
                    let bytes: usize = unit.result.pieces.iter().map(|(_, piece)| piece.len()).sum();
                    (0..bytes.div_ceil(1_000_000)).for_each(|_| org.bulk.query_megabytes.count(ctx.now));
                }
            }
            _ => {}
        });
        if job.shown.family != JobFamily::Classic {
            match unit.state {
                UnitState::InProgress if job.shown.state == BulkState::UploadComplete => {
                    job.enter(ctx.now, BulkState::InProgress);
                }
                UnitState::Completed => job.enter(ctx.now, BulkState::JobComplete),
                UnitState::Failed => job.enter(ctx.now, BulkState::Failed),
                _ => {}
            }
        }
        job.units[place] = unit;
    }

    /// Does a part of a unit's work. When a mistake of ours ends it, the unit fails: nobody waits for a job for
    /// ever, and what its steps before have written stays.
    fn guard_unit(
        &mut self,
        ctx: &Ctx,
        job: &mut Job,
        unit: &mut Unit,
        work: impl FnOnce(&mut Self, &mut Job, &mut Unit),
    ) {
        let processed = unit.outcomes.rows.len();
        let done = catch_unwind(AssertUnwindSafe(|| work(self, job, unit)));
        if done.is_err() {
            self.abandon();
            if unit.outcomes.rows.len() > processed {
                Arc::make_mut(&mut unit.outcomes).forget_after(processed);
            }
            unit.fail(ctx.now, "UNKNOWN_EXCEPTION : An unexpected error occurred");
        }
    }

    fn start_unit(&mut self, ctx: &Ctx, job: &mut Job, unit: &mut Unit) {
        unit.state = UnitState::InProgress;
        unit.begun = Some(ctx.now);
        unit.modified = ctx.now;
        let started = if job.is_reading() {
            self.start_reading(ctx, job, unit)
        } else {
            self.start_writing(ctx, job, unit)
        };
        match started {
            Ok(()) if unit.state == UnitState::InProgress => self.start_slices(ctx, job, unit),
            Ok(()) => {}
            Err(message) => unit.fail(ctx.now, job.worded(message)),
        }
    }

    fn start_writing(&mut self, ctx: &Ctx, job: &Job, unit: &mut Unit) -> Result<(), String> {
        if unit.records.is_some() {
            unit.progress = Progress::Writing(Arc::from([]), 0);
            return Ok(());
        }
        let dialect = job.shown.request.dialect;
        let text = unit.request.clone();
        let mut reader = Reader::new(&text, 0, dialect);
        let mut line = Line::default();
        let read = reader.read(&mut line).map_err(|error| refusal::unreadable(error, dialect.ending))?;
        let columns = if read {
            let catalog = Arc::clone(&self.catalog);
            let def = catalog.find(&job.shown.request.object, ctx.version);
            let def = def.ok_or_else(|| {
                format!("InvalidBatch : Unable to find object: {}", job.shown.request.object)
            })?;
            read_header(&catalog, ctx.version, def, &line)?
        } else {
            Vec::new()
        };
        unit.progress = Progress::Writing(columns.into(), reader.at());
        Ok(())
    }

    fn start_reading(&mut self, ctx: &Ctx, job: &mut Job, unit: &mut Unit) -> Result<(), String> {
        let soql = String::from_utf8_lossy(&unit.request).into_owned();
        let all = Operation::named(&job.shown.request.operation) == Some(Operation::QueryAll);
        let refused = |error: ApiError| {
            let text = error.message.unwrap_or_default();
            format!("InvalidBatch : Failed to process query: {}: {text}", error.code)
        };
        let export = self.plan_export(ctx, &soql, all).map_err(refused)?;
        if let (Some(size), None) = (job.chunk_size, unit.range) {
            self.chunk(ctx, job, unit, size);
            return Ok(());
        }
        let mut ids = self.export_ids(ctx, &export);
        if let Some((first, last)) = unit.range {
            ids = ids.iter().copied().filter(|id| (first..=last).contains(id)).collect();
        }
        let mut header = Vec::new();
        export.write_header(job.shown.request.dialect, &mut header);
        unit.result.header = Bytes::from(header);
        if job.shown.family == JobFamily::Classic {
            unit.result.id = Some(self.bulk_id(*b"752"));
        }
        if job.shown.family == JobFamily::Classic && &*job.shown.request.content_type != "CSV" {
            let page = self.export_page(ctx, &export, &ids);
            unit.result.rows = page.rows.len() as u64;
            unit.result.page = Some(Box::new(page));
            ids = Arc::from([]);
        }
        unit.progress = Progress::Reading(Some(Box::new(export)), ids, 0);
        Ok(())
    }

    /// Cuts a query by the ids of its object: batches of their own read the chunks.
    fn chunk(&mut self, ctx: &Ctx, job: &mut Job, unit: &mut Unit, size: u32) {
        let catalog = Arc::clone(&self.catalog);
        let ids: Vec<RecordId> = match catalog.find(&job.shown.request.object, ctx.version) {
            Some(def) => self.store.live_records(def).map(|record| record.id()).collect(),
            None => Vec::new(),
        };
        let mut ranges: Vec<(RecordId, RecordId)> = ids
            .chunks(usize::try_from(size).unwrap_or(usize::MAX).max(1))
            .filter_map(|chunk| Some((*chunk.first()?, *chunk.last()?)))
            .collect();
        if ranges.is_empty() {
            ranges.push((RecordId::NULL, RecordId::LAST));
        }
        for range in ranges {
            let id = self.bulk_id(*b"751");
            let chunk = Unit { range: Some(range), ..Unit::queued(id, ctx.now, unit.request.clone()) };
            job.units.push(chunk);
            self.bulk.batches.count(ctx.now);
            self.queue_unit(ctx.now, job.shown.id, id);
        }
        unit.end(ctx.now, UnitState::NotProcessed);
    }

    /// Performs the next records of a unit, and plans what comes after them.
    fn run_slice(&mut self, ctx: &Ctx, job: &Job, unit: &mut Unit) {
        let half = self.settings.async_delay.0 / 2;
        let begun = unit.begun.unwrap_or(ctx.now);
        self.together = Some(self.store.savepoint());
        let reached = match mem::replace(&mut unit.progress, Progress::Waiting) {
            Progress::Writing(columns, at) => {
                let reached = match unit.records.clone() {
                    Some(records) => Ok(self.write_records(ctx, job, unit, &records, at)),
                    None => self.write_lines(ctx, job, unit, &columns, at),
                };
                reached.map(|(at, share)| {
                    unit.progress = Progress::Writing(columns, at);
                    share
                })
            }
            Progress::Reading(Some(export), ids, at) => {
                let share = self.read_lines(ctx, job, unit, (&export, &ids), at);
                unit.progress = Progress::Reading(Some(export), ids, at + READ_IN_A_STEP);
                Ok(share)
            }
            // The org comes from an image, and its definitions have changed since the unit began.
            Progress::Reading(None, ..) => Err(GONE.to_owned()),
            Progress::Waiting | Progress::Done => Ok(None),
        };
        self.together = None;
        let reached = if self.is_locked_out(unit) { Err(TOO_MANY_LOCKS.to_owned()) } else { reached };
        let key = (job.shown.id, unit.id);
        match reached {
            // A step that comes late goes behind those of other jobs that are due.
            Ok(Some(share)) => self.plan_step(ctx.now.max(begun + part(half, share)), key, StepKind::Slice),
            Ok(None) => self.plan_step(ctx.now.max(begun + half), key, StepKind::Finish),
            Err(message) => unit.fail(ctx.now, job.worded(message)),
        }
    }

    /// Writes the next lines; gives the byte that is reached, and which share of all of them, if more come.
    fn write_lines(
        &mut self,
        ctx: &Ctx,
        job: &Job,
        unit: &mut Unit,
        columns: &[super::columns::Column],
        at: usize,
    ) -> Result<(usize, Option<Share>), String> {
        let dialect = job.shown.request.dialect;
        let text = unit.request.clone();
        let mut reader = Reader::new(&text, at, dialect);
        let mut line = Line::default();
        let mut rows = Vec::with_capacity(ROWS_OF_A_STEP);
        let mut refused = None;
        while rows.len() < ROWS_OF_A_STEP {
            match reader.read(&mut line) {
                Ok(true) if line.len() > columns.len() => {
                    refused = Some(
                        "InvalidBatch : Failed to parse CSV. A row has more values than the header"
                            .to_owned(),
                    );
                    break;
                }
                Ok(true) => rows.push(read_row(columns, &line)),
                Ok(false) => break,
                Err(error) => {
                    refused = Some(refusal::unreadable(error, dialect.ending));
                    break;
                }
            }
        }
        self.write_rows(ctx, job, unit, rows);
        match refused {
            Some(message) => Err(message),
            None if reader.at() < text.len() => Ok((reader.at(), Some((reader.at(), text.len())))),
            None => Ok((reader.at(), None)),
        }
    }

    fn write_records(
        &mut self,
        ctx: &Ctx,
        job: &Job,
        unit: &mut Unit,
        records: &[Vec<crate::FieldInput>],
        at: usize,
    ) -> (usize, Option<Share>) {
        let end = (at + ROWS_OF_A_STEP).min(records.len());
        let rows = records.get(at..end).unwrap_or_default().to_vec();
        self.write_rows(ctx, job, unit, rows);
        (end, (end < records.len()).then_some((end, records.len())))
    }

    fn write_rows(&mut self, ctx: &Ctx, job: &Job, unit: &mut Unit, rows: Vec<Vec<crate::FieldInput>>) {
        let catalog = Arc::clone(&self.catalog);
        let request = &job.shown.request;
        let Some(operation) = Operation::named(&request.operation) else { return };
        let Some(def) = catalog.find(&request.object, ctx.version) else { return };
        let of_version_2 = job.shown.family == JobFamily::Ingest;
        self.run_rows(job.shown.family);
        let unit_key = (job.shown.id, unit.id);
        let outcomes = Arc::make_mut(&mut unit.outcomes);
        for fields in rows {
            if of_version_2 && outcomes.processed().is_multiple_of(ROWS_OF_A_BATCH) {
                self.bulk.batches.count(ctx.now);
            }
            let key = (operation, request.external_id_field.as_deref());
            let struck = self.faults.take_failing_row(unit_key);
            outcomes.push(struck.map_or_else(|| self.write_row(ctx, def, key, fields), Err));
        }
        unit.modified = ctx.now;
    }

    fn read_lines(
        &mut self,
        ctx: &Ctx,
        job: &Job,
        unit: &mut Unit,
        (export, ids): (&crate::query::Export, &[RecordId]),
        at: usize,
    ) -> Option<Share> {
        let end = (at + READ_IN_A_STEP).min(ids.len());
        let mut lines = Vec::new();
        let dialect: Dialect = job.shown.request.dialect;
        let read =
            self.export_lines(ctx, export, ids.get(at..end).unwrap_or_default(), (dialect, &mut lines));
        if read > 0 {
            lines.shrink_to_fit();
            unit.result.pieces.push((unit.result.rows, lines.into()));
            unit.result.rows += read;
        }
        (end < ids.len()).then_some((end, ids.len()))
    }
}

/// What is reached, of how much.
type Share = (usize, usize);

fn part(whole: Duration, (reached, all): Share) -> Duration {
    let nanos = whole.as_nanos() * reached as u128 / (all as u128).max(1);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Ends a job and what of it has not ended.
pub(super) fn abort(job: &mut Job, now: Timestamp) {
    job.enter(now, BulkState::Aborted);
    for unit in &mut job.units {
        match unit.state {
            UnitState::Open | UnitState::Queued => unit.end(now, UnitState::NotProcessed),
            // What was processed by then stays.
            UnitState::InProgress => unit.end(now, UnitState::Completed),
            UnitState::Completed | UnitState::Failed | UnitState::NotProcessed => {}
        }
    }
}

impl Job {
    /// Whether the job queries.
    pub(super) fn is_reading(&self) -> bool {
        Operation::named(&self.shown.request.operation).is_some_and(Operation::reads)
    }

    /// A message as the job's API words it.
    fn worded(&self, message: String) -> String {
        const TWICE: &str = "InvalidBatch : InvalidBatch : ";
        match (self.shown.family, message.strip_prefix(TWICE)) {
            (JobFamily::Classic, Some(rest)) => format!("InvalidBatch : {rest}"),
            _ => message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Value,
        access::test_org::TestOrg,
        bulk::{call::JobRequest, outcome::RowOutcome},
    };

    #[test]
    fn a_step_that_panics_fails_its_unit_and_keeps_what_earlier_steps_wrote() {
        let mut test = TestOrg::new();
        let ctx = test.ctx();
        let org = &mut test.org;
        let request =
            JobRequest { operation: "insert".into(), object: "Asset".into(), ..JobRequest::default() };
        let id = org.open_job(&ctx, (JobFamily::Ingest, request), BulkState::InProgress, None);
        let mut job = Arc::unwrap_or_clone(org.bulk.jobs.remove(&id).unwrap());
        let mut unit = Unit { state: UnitState::InProgress, ..Unit::open(id, ctx.now) };
        Arc::make_mut(&mut unit.outcomes).push(Ok(RowOutcome::Created(id)));
        org.commit(ctx.now);
        org.guard_unit(&ctx, &mut job, &mut unit, |org, _, unit| {
            let catalog = Arc::clone(&org.catalog);
            let def = catalog.find_any("Asset").unwrap();
            let name = (def.slot("Name").unwrap(), Value::text("Half done"));
            let written = org.insert(&ctx, def, &[name]).map(RowOutcome::Created);
            assert!(written.is_ok());
            Arc::make_mut(&mut unit.outcomes).push(written);
            panic!("a mistake of ours");
        });
        assert_eq!(unit.state, UnitState::Failed);
        assert_eq!((unit.outcomes.processed(), unit.outcomes.failed()), (1, 0));
        assert_eq!(org.records("Asset").count(), 0);
    }
}
