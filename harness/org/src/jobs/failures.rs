//! Injected failures: kept, found by the jobs that they strike, counted.

use std::sync::Arc;

use super::{
    Control, Job, Task,
    fault::{InjectedFailure, JobFault},
    refusal::{ControlRefusal, list},
};
use crate::{
    ApiError, ErrorCode, Org, RecordId, Timestamp,
    ctx::Ctx,
    faults::{JobOutcome, Place, StruckJob},
    operation::Operation,
};

/// The injected failures of an org.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Failures {
    injected: Vec<InjectedFailure>,
    made: u64,
    /// What strikes every item of the job that is running.
    whole: Option<ApiError>,
    /// What strikes its first item.
    first: Option<ApiError>,
}

impl Failures {
    /// The first failure that strikes here; it is used up by one.
    fn strike(&mut self, whole: bool, job_type: &str, records: &[RecordId]) -> Option<ApiError> {
        let struck = self.injected.iter_mut().find(|injected| {
            let fault = &injected.fault;
            fault.whole == whole
                && injected.left() != Some(0)
                && fault.job_type.as_deref().is_none_or(|own| own == job_type)
                && fault.record.is_none_or(|own| records.contains(&own))
        })?;
        struck.struck = struck.struck.saturating_add(1);
        let JobFault { code, message, .. } = &struck.fault;
        Some(ApiError::dml(*code, message.clone(), std::iter::empty::<&str>()))
    }
}

impl Org {
    /// Lets jobs of mockorg fail: renewals, amendments and cancellations of assets, and order to asset. An item
    /// that is struck goes the way of a business error: nothing of it changes, and error log, counters and
    /// event tell of it.
    ///
    /// # Errors
    ///
    /// A job type that mockorg does not run, no message, a record that the org does not have, or a failure
    /// that would never strike.
    pub fn inject_failure(&mut self, fault: JobFault) -> Result<InjectedFailure, ControlRefusal> {
        self.tape.write(|| {
            let control = Control::InjectFailure(fault.clone());
            // It is the same at any time.
            Operation::Control { at: Timestamp::default(), control }
        });
        if let Some(job_type) = &fault.job_type
            && !Task::JOB_TYPES.contains(&&**job_type)
        {
            return Err(ControlRefusal::new(
                format!("mockorg runs no jobs of type `{job_type}`"),
                format!(
                    "`jobType` is one of {}; other jobs are simulated, with failed items of their own",
                    list(Task::JOB_TYPES)
                ),
            ));
        }
        if fault.code == ErrorCode::NotModelled {
            return Err(ControlRefusal::new(
                format!("{} is no error of the platform", fault.code),
                "choose a code that a real org could answer",
            ));
        }
        if fault.message.is_empty() {
            return Err(ControlRefusal::new(
                "a failure needs a `message`",
                "write what the platform would say",
            ));
        }
        if fault.times == Some(0) {
            return Err(ControlRefusal::new(
                "a failure that strikes 0 times never strikes",
                "give `times` of at least 1, or null for a failure that lasts until it is cleared",
            ));
        }
        let catalog = Arc::clone(&self.catalog);
        if let Some(id) = fault.record {
            let names = ["Asset", "Order", "OrderItem", "Quote"];
            let fits = self.store.live(id).is_some_and(|record| names.contains(&&*record.object.name));
            if !fits || catalog.object_of(id).is_none() {
                return Err(ControlRefusal::new(
                    format!("`recordId` names no record that a job works on: `{id}`"),
                    "give the id of an asset, an order, an order product or a quote of the org",
                ));
            }
        }
        self.failures.made += 1;
        let injected = InjectedFailure { number: self.failures.made, fault, struck: 0 };
        self.failures.injected.push(injected.clone());
        Ok(injected)
    }

    /// The injected failures in the order in which they were injected, spent ones included.
    #[must_use]
    pub fn failures(&self) -> &[InjectedFailure] {
        &self.failures.injected
    }

    /// Forgets every injected failure; gives how many there were.
    pub fn clear_failures(&mut self) -> usize {
        self.tape.write(|| {
            let control = Control::ClearFailures;
            Operation::Control { at: Timestamp::default(), control }
        });
        std::mem::take(&mut self.failures.injected).len()
    }

    /// The injected failure of one item of a running job, named by all records that it is about.
    pub(crate) fn injected_failure(&mut self, job_type: &str, records: &[RecordId]) -> Option<ApiError> {
        match &self.failures.whole {
            Some(error) => Some(error.clone()),
            None => self.failures.first.take().or_else(|| self.failures.strike(false, job_type, records)),
        }
    }

    /// Finds out whether a failure strikes the job as a whole, before it begins to work.
    pub(super) fn begin_failures(&mut self, task: &Task) {
        let records = self.items_of(task);
        if !records.is_empty() && self.failures.whole.is_none() {
            self.failures.whole = self.failures.strike(true, task.job_type(), &records);
        }
    }

    /// Finds out what a fault makes of a job.
    ///
    /// # Errors
    ///
    /// The name of the plan by which the job hangs.
    pub(super) fn begin_faults(&mut self, ctx: &Ctx, job: &Job) -> Result<(), Box<str>> {
        if !self.faults.at(Place::Job) {
            return Ok(());
        }
        let records = self.items_of(&job.task);
        let Some(StruckJob { plan, outcome, error }) =
            self.strike_job(ctx, job.task.job_type(), (None, &records), true)
        else {
            return Ok(());
        };
        match outcome {
            JobOutcome::Hang => return Err(plan),
            JobOutcome::Failure => self.failures.whole = Some(error),
            JobOutcome::CompletedWithFailures => self.failures.first = Some(error),
        }
        Ok(())
    }

    /// The job has done its work.
    pub(super) fn end_failures(&mut self) {
        self.failures.whole = None;
        self.failures.first = None;
    }

    /// The records that a job is about; none when it has nothing to do.
    fn items_of(&self, task: &Task) -> Vec<RecordId> {
        let lines = match task {
            Task::Initiate(request) => return request.assets.clone(),
            Task::AssetizeOrder(order) => self.lines_to_assetize(*order),
            Task::AssetizeLines(lines) => self.without_untouched(lines),
            Task::Place(placed) => return vec![placed.record],
        };
        lines.iter().flat_map(|line| [line.line, line.order]).collect()
    }
}
