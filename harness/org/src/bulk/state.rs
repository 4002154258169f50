//! The jobs of an org: found by id, counted by day.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    call::{JobFamily, JobRequest},
    refusal,
    reply::{BulkJob, BulkState},
    steps::{BulkStep, StepKind},
    unit::{Job, Unit},
};
use crate::{ApiError, Org, RecordId, Timestamp, access::DailyCounter, ctx::Ctx, jobs::Work};

/// How long a job may stay open.
const OPEN_FOR: Duration = Duration::from_secs(24 * 3600);
/// How long a job is kept.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// The jobs of an org.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct BulkJobs {
    pub(super) jobs: BTreeMap<RecordId, Arc<Job>>,
    created: u64,
    /// Batches of the last day: those of Bulk API 1.0, and every ten thousand rows of Bulk API 2.0.
    pub(crate) batches: DailyCounter,
    /// Query jobs of Bulk API 2.0 of the last day.
    pub(crate) query_jobs: DailyCounter,
    /// Megabytes that these gave.
    pub(crate) query_megabytes: DailyCounter,
}

impl BulkJobs {
    /// The object of a job.
    pub(crate) fn object_of(&self, job: RecordId) -> Option<&str> {
        Some(&self.jobs.get(&job)?.shown.request.object)
    }
}

impl BulkJobs {
    /// How many jobs are kept.
    pub(crate) fn count(&self) -> usize {
        self.jobs.len()
    }
}

impl Org {
    /// How many batches there may be in a day.
    pub(super) fn most_batches(&self) -> u64 {
        let own = |name| self.settings.limits.get(name).copied();
        own("DailyBulkApiBatches").or_else(|| own("DailyBulkApiRequests")).unwrap_or(15_000)
    }

    /// How many query jobs of Bulk API 2.0 there may be in a day.
    pub(super) fn most_query_jobs(&self) -> u64 {
        self.settings.limits.get("DailyBulkV2QueryJobs").copied().unwrap_or(10_000)
    }

    /// How many megabytes these may give in a day.
    pub(super) fn most_query_megabytes(&self) -> u64 {
        self.settings.limits.get("DailyBulkV2QueryFileStorageMB").copied().unwrap_or(976_562)
    }

    /// What of a daily limit of the Bulk APIs is used up; `None` for other limits.
    pub(crate) fn bulk_usage(&self, limit: &str, now: Timestamp) -> Option<u64> {
        let counter = match limit {
            "DailyBulkApiBatches" | "DailyBulkApiRequests" => &self.bulk.batches,
            "DailyBulkV2QueryJobs" => &self.bulk.query_jobs,
            "DailyBulkV2QueryFileStorageMB" => &self.bulk.query_megabytes,
            _ => return None,
        };
        Some(counter.clone().total_at(now))
    }

    /// A fresh id of a job (`750`), a batch (`751`) or a result (`752`).
    pub(super) fn bulk_id(&mut self, prefix: [u8; 3]) -> RecordId {
        self.bulk.created += 1;
        RecordId::compose(prefix, self.store.pod(), self.bulk.created)
    }

    /// Keeps a new job, and plans its end. Its units are still to be added.
    pub(super) fn open_job(
        &mut self,
        ctx: &Ctx,
        (family, request): (JobFamily, JobRequest),
        state: BulkState,
        chunk_size: Option<u32>,
    ) -> RecordId {
        let id = self.bulk_id(*b"750");
        let shown = BulkJob {
            id,
            family,
            request,
            created_by: ctx.user,
            created: ctx.now,
            modified: ctx.now,
            state,
            version: ctx.version,
            processed: 0,
            failed: 0,
            millis: 0,
            error_message: None,
            pk_chunking: chunk_size.is_some(),
            batches: [0; 5],
        };
        let job =
            Job { shown, ctx: ctx.clone(), actor: self.capture.actor.clone(), units: Vec::new(), chunk_size };
        self.bulk.jobs.insert(id, Arc::new(job));
        if state == BulkState::Open {
            self.plan_step(ctx.now + OPEN_FOR, (id, id), StepKind::AbortOpen);
        }
        self.plan_step(ctx.now + KEPT_FOR, (id, id), StepKind::Expire);
        id
    }

    pub(super) fn plan_step(&mut self, at: Timestamp, (job, unit): (RecordId, RecordId), kind: StepKind) {
        self.agenda.plan(at, Work::Bulk(BulkStep { job, unit, kind }));
    }

    /// Has a unit that holds its data run.
    pub(super) fn queue_unit(&mut self, now: Timestamp, job: RecordId, unit: RecordId) {
        self.plan_step(now + self.settings.async_delay.0 / 2, (job, unit), StepKind::Start);
    }

    /// The job of this id and family that the user may see.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND`, as for a job that was deleted.
    pub(super) fn bulk_job(&self, family: JobFamily, id: &str) -> Result<&Job, ApiError> {
        let id: RecordId = id.parse().map_err(|_| refusal::unknown())?;
        let job = self.bulk.jobs.get(&id).filter(|job| job.shown.family == family);
        job.map(|job| &**job).ok_or_else(refusal::unknown)
    }

    /// The same job, to change it.
    ///
    /// # Errors
    ///
    /// As for [`Org::bulk_job`].
    pub(super) fn bulk_job_mut(&mut self, family: JobFamily, id: &str) -> Result<&mut Job, ApiError> {
        let id: RecordId = id.parse().map_err(|_| refusal::unknown())?;
        let job = self.bulk.jobs.get_mut(&id).filter(|job| job.shown.family == family);
        job.map(Arc::make_mut).ok_or_else(refusal::unknown)
    }
}

impl Job {
    /// The unit of this id.
    pub(super) fn unit(&self, id: &str) -> Result<&Unit, ApiError> {
        let id: RecordId = id.parse().map_err(|_| refusal::unknown())?;
        self.units.iter().find(|unit| unit.id == id).ok_or_else(refusal::unknown)
    }
}
