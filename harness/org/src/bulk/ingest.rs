//! Jobs of Bulk API 2.0 that write records, and what jobs of both kinds have in common.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use bytes::Bytes;

use super::{
    call::{BulkCall, JobFamily, JobFilter, JobRequest},
    operation::Operation,
    outcome::{ResultKind, ResultRows},
    refusal,
    reply::{BulkJob, BulkReply, BulkState},
    steps::abort,
    unit::{Unit, UnitState},
};
use crate::{ApiError, Org, RecordId, Reply, catalog::SupportedCall, ctx::Ctx};

/// How many jobs a page lists.
const JOBS_OF_A_PAGE: usize = 1_000;
/// The longest content of a job that comes with its request, in characters.
const LONGEST_CONTENT: usize = 100_000;

impl Org {
    /// Performs an operation of the Bulk APIs.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` for jobs, batches and results that are not there; otherwise each as its function tells.
    pub(crate) fn bulk(&mut self, ctx: &Ctx, call: BulkCall) -> Result<Reply, ApiError> {
        let reply = match call {
            BulkCall::CreateIngest { job, content } => self.create_ingest(ctx, job, content)?,
            BulkCall::CreateQuery { job, query } => self.create_query(ctx, job, &query)?,
            BulkCall::Upload { job, content } => self.upload(ctx, &job, content)?,
            BulkCall::SetState { family, job, state } => self.set_job_state(ctx, (family, &job), &state)?,
            BulkCall::Get { family, job } => {
                BulkReply::Job(Box::new(self.bulk_job(family, &job)?.shown(ctx.now)))
            }
            BulkCall::List { family, filter } => self.list_jobs(ctx, family, &filter),
            BulkCall::Remove { family, job } => self.remove_job(family, &job)?,
            BulkCall::IngestResults { job, kind } => self.ingest_results(&job, kind)?,
            BulkCall::QueryResults { job, locator, max_records } => {
                self.query_results(&job, locator.as_deref(), max_records)?
            }
            BulkCall::ResultPages { job, locator } => self.result_pages(&job, locator.as_deref())?,
            BulkCall::CreateClassic { job, chunk_size } => self.create_classic(ctx, job, chunk_size)?,
            BulkCall::AddBatch { job, request, content } => self.add_batch(ctx, &job, request, content)?,
            BulkCall::Batches { job } => self.batches(ctx, &job)?,
            BulkCall::Batch { job, batch } => self.batch(ctx, &job, &batch)?,
            BulkCall::BatchRequest { job, batch } => self.batch_request(&job, &batch)?,
            BulkCall::BatchResult { job, batch } => self.batch_result(&job, &batch)?,
            BulkCall::BatchRows { job, batch, result } => self.batch_rows(&job, &batch, &result)?,
        };
        Ok(Reply::Bulk(reply))
    }

    fn create_ingest(
        &mut self,
        ctx: &Ctx,
        mut request: JobRequest,
        content: Option<Bytes>,
    ) -> Result<BulkReply, ApiError> {
        let operation = self.check_operation(ctx, &request.operation)?;
        if operation.reads() {
            return Err(refusal::operation(format!("Invalid operation: {}", request.operation)));
        }
        self.check_job(ctx, operation, &mut request)?;
        let (batches, most) = (self.bulk.batches.clone().total_at(ctx.now), self.most_batches());
        if batches >= most {
            return Err(refusal::quota());
        }
        if content.as_ref().is_some_and(|content| content.len() > LONGEST_CONTENT) {
            return Err(refusal::job(format!(
                "InvalidJob : The content is longer than {LONGEST_CONTENT} characters"
            )));
        }
        let state = if content.is_some() { BulkState::UploadComplete } else { BulkState::Open };
        let id = self.open_job(ctx, (JobFamily::Ingest, request), state, None);
        let unit =
            content.map_or_else(|| Unit::open(id, ctx.now), |content| Unit::queued(id, ctx.now, content));
        let queued = unit.state == UnitState::Queued;
        self.add_unit(id, unit);
        if queued {
            self.queue_unit(ctx.now, id, id);
        }
        self.shown_job(ctx, id)
    }

    pub(super) fn add_unit(&mut self, job: RecordId, unit: Unit) {
        if let Some(job) = self.bulk.jobs.get_mut(&job) {
            Arc::make_mut(job).units.push(unit);
        }
    }

    pub(super) fn shown_job(&self, ctx: &Ctx, id: RecordId) -> Result<BulkReply, ApiError> {
        let job = self.bulk.jobs.get(&id).ok_or_else(refusal::unknown)?;
        Ok(BulkReply::Job(Box::new(job.shown(ctx.now))))
    }

    /// Checks what a job that writes is to be, and puts the names in the platform's spelling.
    ///
    /// # Errors
    ///
    /// `INVALIDJOB` for an object or key field that does not exist, `INVALIDENTITY` for an object that does not
    /// know the operation.
    pub(super) fn check_job(
        &self,
        ctx: &Ctx,
        operation: Operation,
        request: &mut JobRequest,
    ) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = Self::visible_object(&catalog, ctx, &request.object)
            .map_err(|_| refusal::job(format!("InvalidJob : Unable to find object: {}", request.object)))?;
        let needed: &[SupportedCall] = match operation {
            Operation::Insert => &[SupportedCall::Create],
            Operation::Update => &[SupportedCall::Update],
            Operation::Upsert => &[SupportedCall::Create, SupportedCall::Update],
            Operation::Delete | Operation::HardDelete => &[SupportedCall::Delete],
            Operation::Query | Operation::QueryAll => &[SupportedCall::Query],
        };
        if !needed.iter().all(|call| def.supports(*call)) {
            return Err(refusal::entity(&def.name));
        }
        request.object = (*def.name).into();
        if operation == Operation::Upsert {
            let Some(name) = request.external_id_field.as_deref().filter(|name| !name.is_empty()) else {
                return Err(refusal::job(format!(
                    "InvalidJob : External ID was blank for {}. An External ID must be specified for upsert.",
                    def.name
                )));
            };
            let field =
                def.field_in(name, ctx.version).filter(|field| field.is_key() || &*field.name == "Id");
            let field = field.ok_or_else(|| {
                refusal::job(format!(
                    "InvalidJob : Field name provided, {name} does not match an External ID for {}",
                    def.name
                ))
            })?;
            request.external_id_field = Some((*field.name).into());
        } else {
            request.external_id_field = None;
        }
        Ok(())
    }

    fn upload(&mut self, ctx: &Ctx, job: &str, content: Bytes) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job_mut(JobFamily::Ingest, job)?;
        if job.shown.state != BulkState::Open {
            return Err(refusal::state(format!(
                "Job {} is in state {}; data can be uploaded to an Open job only",
                job.shown.id,
                job.shown.state.name()
            )));
        }
        let id = job.shown.id;
        let Some(unit) = job.units.first_mut() else { return Err(refusal::unknown()) };
        if unit.state != UnitState::Open {
            return Err(refusal::batch(format!(
                "Found multiple contents for job: <{id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job."
            )));
        }
        unit.request = content;
        unit.state = UnitState::Queued;
        unit.modified = ctx.now;
        job.shown.modified = ctx.now;
        Ok(BulkReply::Done)
    }

    fn set_job_state(
        &mut self,
        ctx: &Ctx,
        (family, id): (JobFamily, &str),
        state: &str,
    ) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job_mut(family, id)?;
        let (id, now) = (job.shown.id, ctx.now);
        let ended = |verb: &str, state: BulkState| {
            let state = if state == BulkState::JobComplete { "Completed" } else { state.name() };
            refusal::state(format!("{verb} already {state} Job not allowed"))
        };
        match (family, state) {
            (_, "Aborted") if job.shown.state.is_final() => return Err(ended("Aborting", job.shown.state)),
            (_, "Aborted") => abort(job, now),
            (JobFamily::Ingest, "UploadComplete") | (JobFamily::Classic, "Closed") => {
                if job.shown.state != BulkState::Open {
                    return Err(ended("Closing", job.shown.state));
                }
                job.enter(now, BulkState::UploadComplete);
                if let (JobFamily::Ingest, Some(unit)) = (family, job.units.first_mut()) {
                    unit.state = UnitState::Queued;
                    self.queue_unit(now, id, id);
                }
            }
            _ => {
                return Err(refusal::job(format!("InvalidJob : a job cannot be moved to the state {state}")));
            }
        }
        self.shown_job(ctx, id)
    }

    fn list_jobs(&self, ctx: &Ctx, family: JobFamily, filter: &JobFilter) -> BulkReply {
        let begin = filter.locator.as_deref().and_then(read_locator).unwrap_or_default();
        let begin = usize::try_from(begin).unwrap_or(usize::MAX);
        let found: Vec<BulkJob> = self
            .bulk
            .jobs
            .values()
            .filter(|job| match job.shown.family {
                JobFamily::Classic => job.is_reading() == (family == JobFamily::Query),
                own => own == family,
            })
            .filter(|job| filter.job_type.as_deref().is_none_or(|wanted| job.shown.job_type() == wanted))
            .filter(|job| filter.pk_chunking.is_none_or(|wanted| job.shown.pk_chunking == wanted))
            .filter(|job| {
                let mode = job.shown.request.concurrency_mode.as_deref().unwrap_or("Parallel");
                filter.concurrency_mode.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(mode))
            })
            .map(|job| job.shown(ctx.now))
            .collect();
        let end = begin.saturating_add(JOBS_OF_A_PAGE);
        let next = (end < found.len()).then(|| write_locator(end as u64));
        BulkReply::Jobs(found.into_iter().skip(begin).take(JOBS_OF_A_PAGE).collect(), next)
    }

    fn remove_job(&mut self, family: JobFamily, id: &str) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job(family, id)?;
        let (id, state) = (job.shown.id, job.shown.state);
        if matches!(state, BulkState::Open | BulkState::InProgress) {
            return Err(refusal::state(format!("Deleting {} Job not allowed", state.name())));
        }
        self.bulk.jobs.remove(&id);
        Ok(BulkReply::Done)
    }

    fn ingest_results(&self, id: &str, kind: ResultKind) -> Result<BulkReply, ApiError> {
        let job = self.bulk_job(JobFamily::Ingest, id)?;
        let Some(unit) = job.units.first() else { return Ok(BulkReply::Rows(ResultRows::empty(kind))) };
        let (text, outcomes) = (unit.request.clone(), Arc::clone(&unit.outcomes));
        Ok(BulkReply::Rows(ResultRows::new(kind, text, job.shown.request.dialect, outcomes)))
    }
}

impl BulkJob {
    /// The kind of the job as lists name it.
    #[must_use]
    pub fn job_type(&self) -> &'static str {
        match self.family {
            JobFamily::Ingest => "V2Ingest",
            JobFamily::Query => "V2Query",
            JobFamily::Classic => "Classic",
        }
    }
}

/// A place as locators carry it.
pub(super) fn write_locator(place: u64) -> Box<str> {
    STANDARD_NO_PAD.encode(place.to_string()).into()
}

/// The place that a locator carries.
pub(super) fn read_locator(text: &str) -> Option<u64> {
    let bytes = STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    std::str::from_utf8(&bytes).ok()?.parse().ok()
}
