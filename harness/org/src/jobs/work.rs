//! What the agenda holds: the steps of asynchronous jobs, and what happens when their time has come.

use std::{collections::BTreeSet, sync::Arc};

use super::{Counts, Failure, Tracker, simulate::Step, tracker::Rows};
use crate::{
    ApiError, ApiVersion, ErrorCode, Org, RecordId, Timestamp, Value,
    bulk::BulkStep,
    ctx::Ctx,
    events::StoredEvent,
    lifecycle::{AssetDetail, AssetRequest, OrderLine, PlacedRecord},
    redefine::MetadataWork,
};

/// A piece of later work.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Work {
    /// A job leaves the queue: its tracker becomes InProgress.
    Start(Arc<Job>),
    /// A job does all of its work and ends.
    Finish(Arc<Job>),
    /// A tracker's retention is over.
    Expire(Ctx, Tracker),
    /// A simulated job goes on.
    Simulated(u64, Step),
    /// The order-to-asset flow looks at an order that was activated.
    OrderActivated(Ctx, RecordId),
    /// The Recycle Bin is emptied.
    Purge,
    /// An automation, by its place, handles its next events.
    Automate(usize),
    /// A deployment or retrieval of metadata goes on.
    Metadata(MetadataWork),
    /// A job of a Bulk API goes on.
    Bulk(BulkStep),
    /// An event is published that was late.
    Publish(Box<StoredEvent>),
    /// The time of a fault is over: what hangs by it goes on.
    LetGo,
}

impl Work {
    /// Whether it goes on step by step for so long that no call should have to do it on its way.
    pub(crate) const fn is_long(&self) -> bool {
        matches!(self, Self::Bulk(step) if step.is_long())
    }

    /// The type of the job of the asset life cycle that the work belongs to.
    fn job_type(&self) -> Option<&'static str> {
        match self {
            Self::Start(job) | Self::Finish(job) => Some(job.task.job_type()),
            _ => None,
        }
    }

    /// The trackers without which the work would not be done.
    pub(crate) fn trackers(&self) -> impl Iterator<Item = RecordId> + use<> {
        let rows = match self {
            Self::Start(job) | Self::Finish(job) => Rows::from(&job.tracker),
            Self::Expire(..)
            | Self::Simulated(..)
            | Self::OrderActivated(..)
            | Self::Purge
            | Self::Metadata(_)
            | Self::Automate(_)
            | Self::Bulk(_)
            | Self::Publish(_)
            | Self::LetGo => Rows::default(),
        };
        rows.ids()
    }
}

/// An accepted request that runs in the background.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Job {
    /// On whose behalf the job runs. Permissions are those of the moment of the request.
    pub(crate) ctx: Ctx,
    /// The UUID that the request was answered with.
    pub(crate) request_identifier: Box<str>,
    /// The rows by which clients follow the job.
    pub(crate) tracker: Tracker,
    /// What is to be done.
    pub(crate) task: Task,
}

/// What a job does.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Task {
    /// Renews, amends or cancels assets (job types PearRenewAssets, PearAmendQtyAssets, PearCancelAssets).
    Initiate(AssetRequest),
    /// Turns the lines of an order into assets (job type AssetizationAsyncJob).
    AssetizeOrder(RecordId),
    /// Turns lines of orders, named one by one, into assets (job type AssetizationAsyncJob).
    AssetizeLines(Vec<OrderLine>),
    /// Confirms the prices of a draft order or quote that an asset action wrote (job types as for Initiate).
    Place(PlacedRecord),
}

/// The job type of order to asset.
pub(crate) const ASSETIZATION: &str = "AssetizationAsyncJob";

impl Task {
    /// The job types that mockorg runs itself.
    pub(crate) const JOB_TYPES: [&'static str; 4] =
        [ASSETIZATION, "PearAmendQtyAssets", "PearCancelAssets", "PearRenewAssets"];

    /// The value of the trackers' JobType.
    pub(super) const fn job_type(&self) -> &'static str {
        match self {
            Self::Initiate(request) => request.operation().job_type,
            Self::AssetizeOrder(_) | Self::AssetizeLines(_) => ASSETIZATION,
            Self::Place(placed) => placed.job_type,
        }
    }

    /// How many records the job was given.
    const fn items(&self) -> usize {
        match self {
            Self::Initiate(request) => request.assets.len(),
            Self::AssetizeOrder(_) => 1,
            Self::AssetizeLines(lines) => lines.len(),
            Self::Place(placed) => placed.items,
        }
    }

    /// The error log's Category.
    const fn category(&self) -> &'static str {
        match self {
            Self::Initiate(request) => request.operation().category,
            Self::AssetizeOrder(_) => "OrderToAsset",
            Self::AssetizeLines(_) => "OrderItemToAsset",
            Self::Place(placed) => placed.category,
        }
    }
}

impl Job {
    /// Whether the request was made in a version whose events still carry their errors.
    pub(crate) fn events_carry_errors(&self) -> bool {
        ApiVersion::new(56).is_some_and(|last| self.ctx.version <= last)
    }
}

impl Org {
    /// Accepts a job: writes its trackers and plans its steps. The tracker waits for half of the configured
    /// delay and runs for the other half.
    ///
    /// # Errors
    ///
    /// `MOCKORG_NOT_MODELLED` when the catalog lacks a tracker object.
    pub(crate) fn submit_job(&mut self, ctx: &Ctx, task: Task) -> Result<Arc<Job>, ApiError> {
        let request_identifier: Box<str> = self.uuids.uuid().into();
        let (total, reference, with_operation) = match &task {
            Task::Initiate(request) => (request.assets.len(), None, true),
            Task::AssetizeOrder(order) => (self.lines_to_assetize(*order).len(), Some(*order), false),
            Task::AssetizeLines(lines) => {
                // A tracker refers to one record: with lines of several orders it refers to none.
                let first = lines.first().map(|line| line.order);
                let single = first.filter(|order| lines.iter().all(|line| line.order == *order));
                (self.without_untouched(lines).len(), single, false)
            }
            Task::Place(placed) => (placed.items, Some(placed.record), false),
        };
        let tracker = self.submit_tracker(
            ctx,
            &[
                ("JobType", Value::text(task.job_type())),
                ("CorrelationIdentifier", Value::text(&*request_identifier)),
            ],
            (Counts { total, failed: 0 }, reference, with_operation),
        )?;
        let job = Arc::new(Job { ctx: ctx.clone(), request_identifier, tracker, task });
        let delay = self.settings.async_delay.0;
        self.agenda.plan(ctx.now + delay / 2, Work::Start(Arc::clone(&job)));
        self.agenda.plan(ctx.now + delay, Work::Finish(Arc::clone(&job)));
        self.agenda.plan(self.expiry(ctx.now), Work::Expire(ctx.clone(), tracker));
        Ok(job)
    }

    /// Performs one piece of later work at the time for which it was planned.
    pub(crate) fn perform(&mut self, at: Timestamp, work: Work) {
        self.run_work(work.job_type());
        let savepoint = self.store.savepoint();
        let outcome = match work {
            Work::Start(job) if self.was_submitted(Rows::from(&job.tracker)) => {
                self.start_tracker(&work_ctx(&job.ctx, at), Rows::from(&job.tracker))
            }
            Work::Finish(job) if self.was_submitted(Rows::from(&job.tracker)) => {
                let ctx = work_ctx(&job.ctx, at);
                match self.begin_faults(&ctx, &job) {
                    Ok(()) => self.finish_or_fail(&ctx, &job),
                    // It goes on when the plan is given up.
                    Err(plan) => {
                        self.faults.hold(plan, Work::Finish(job));
                        Ok(())
                    }
                }
            }
            // The call that planned the job failed later on and was undone as a whole.
            Work::Start(_) | Work::Finish(_) => Ok(()),
            Work::Expire(ctx, tracker) => self.expire_tracker(&work_ctx(&ctx, at), Rows::from(&tracker)),
            Work::Simulated(number, step) => self.perform_simulated(at, number, step),
            Work::OrderActivated(ctx, order) => self.order_activated(&work_ctx(&ctx, at), order),
            Work::Purge => {
                self.purge(at);
                Ok(())
            }
            // Its runs are transactions of their own; what is left to fail is showing how it stands.
            Work::Automate(automation) => self.run_automation(at, automation),
            Work::Metadata(work) => {
                self.perform_metadata(at, work);
                Ok(())
            }
            Work::Bulk(step) => {
                self.perform_bulk(at, step);
                Ok(())
            }
            Work::Publish(event) => {
                self.emit_late(at, *event);
                Ok(())
            }
            Work::LetGo => {
                self.let_go(at);
                Ok(())
            }
        };
        if let Err(error) = outcome {
            self.store.rollback(savepoint);
            self.unpublished.clear();
            self.count_refusal(&error);
        }
    }

    /// Finishes a job. When its bookkeeping itself fails, the job has failed as a whole.
    fn finish_or_fail(&mut self, ctx: &Ctx, job: &Job) -> Result<(), ApiError> {
        let savepoint = self.store.savepoint();
        self.begin_failures(&job.task);
        let finished = self.finish(ctx, job);
        self.end_failures();
        finished.or_else(|error| {
            self.store.rollback(savepoint);
            self.unpublished.clear();
            self.count_refusal(&error);
            let total = self.submitted_items(job);
            self.finish_tracker(ctx, Rows::from(&job.tracker), Counts { total, failed: total })?;
            self.publish_failure(ctx, job);
            Ok(())
        })
    }

    /// Tells whoever waits for a job's event that the job has failed as a whole.
    fn publish_failure(&mut self, ctx: &Ctx, job: &Job) {
        match &job.task {
            Task::Initiate(request) => self.publish(
                ctx,
                request.operation().event,
                vec![
                    ("RequestIdentifier", Value::text(&*job.request_identifier)),
                    ("HasErrors", Value::Bool(true)),
                ],
            ),
            Task::AssetizeOrder(order) => self.publish_assets(ctx, job, &[*order], &[]),
            Task::AssetizeLines(lines) => self.publish_assets(ctx, job, &orders_of(lines), &[]),
            Task::Place(placed) => self.publish_placed(ctx, job, placed, true),
        }
    }

    /// How many items the tracker was submitted with, for jobs whose items cannot be counted anymore; at least
    /// one, so that the job can fail at something.
    fn submitted_items(&self, job: &Job) -> usize {
        let tracker = self.store.get(job.tracker.tracker);
        let submitted = tracker.and_then(|row| usize::try_from(row.get("TotalJobItems").as_int()?).ok());
        submitted.unwrap_or_else(|| job.task.items()).max(1)
    }

    pub(crate) fn count_refusal(&mut self, error: &ApiError) {
        if let Some(feature) = error.unmodelled_feature() {
            self.coverage.refuse(feature);
        }
    }

    /// Does a job's work, then its bookkeeping: error log, tracker, event, in this order, so that whoever
    /// reads the tracker on receipt of the event finds it terminal.
    fn finish(&mut self, ctx: &Ctx, job: &Job) -> Result<(), ApiError> {
        match &job.task {
            Task::Initiate(request) => {
                let outcome = self.change_assets(ctx, request);
                let counts = Counts { total: request.assets.len(), failed: outcome.failures.len() };
                self.close(ctx, job, counts, &outcome.failures)?;
                self.publish_initiated(ctx, job, request.operation(), &outcome);
            }
            Task::AssetizeOrder(order) if self.store.live(*order).is_none() => {
                let error = ApiError::dml(
                    ErrorCode::EntityIsDeleted,
                    "entity is deleted",
                    std::iter::empty::<&str>(),
                );
                let failure = Failure { primary: *order, related: None, error };
                let total = self.submitted_items(job);
                self.close(ctx, job, Counts { total, failed: total }, &[failure])?;
                self.publish_assets(ctx, job, &[*order], &[]);
            }
            Task::AssetizeOrder(order) => {
                let lines = self.lines_to_assetize(*order);
                self.finish_assets(ctx, job, &[*order], &lines)?;
            }
            Task::AssetizeLines(named) => {
                let lines = self.without_untouched(named);
                self.finish_assets(ctx, job, &orders_of(named), &lines)?;
            }
            Task::Place(placed) => {
                let failures: Vec<Failure> = self.calculate_placed(ctx, placed).err().into_iter().collect();
                let failed = if failures.is_empty() { 0 } else { placed.items };
                self.close(ctx, job, Counts { total: placed.items, failed }, &failures)?;
                self.publish_placed(ctx, job, placed, !failures.is_empty());
            }
        }
        Ok(())
    }

    /// Assetizes lines of these orders and tells what became of them.
    fn finish_assets(
        &mut self,
        ctx: &Ctx,
        job: &Job,
        orders: &[RecordId],
        lines: &[OrderLine],
    ) -> Result<(), ApiError> {
        let details = self.assetize_lines(ctx, lines);
        let failures: Vec<Failure> = details.iter().filter_map(AssetDetail::failure).collect();
        self.close(ctx, job, Counts { total: details.len(), failed: failures.len() }, &failures)?;
        self.publish_assets(ctx, job, orders, &details);
        Ok(())
    }

    fn close(&mut self, ctx: &Ctx, job: &Job, counts: Counts, failures: &[Failure]) -> Result<(), ApiError> {
        for failure in failures {
            self.count_refusal(&failure.error);
            self.log_failure(ctx, job, job.task.category(), failure)?;
        }
        self.finish_tracker(ctx, Rows::from(&job.tracker), counts)
    }
}

/// The orders of lines, each once.
fn orders_of(lines: &[OrderLine]) -> Vec<RecordId> {
    let mut seen = BTreeSet::new();
    lines.iter().map(|line| line.order).filter(|order| seen.insert(*order)).collect()
}

/// The circumstances of later work: the time has gone on, and every field can be written.
pub(super) fn work_ctx(ctx: &Ctx, at: Timestamp) -> Ctx {
    Ctx { now: at, version: Org::WORK_VERSION, ..ctx.clone() }
}
