//! The states of simulated jobs: by the clock, or by the steps that a test takes with a held one.

use std::sync::Arc;

use super::{
    Control,
    error_log::LogRow,
    refusal::ControlRefusal,
    simulate::{Simulated, Step, counts},
    simulated::{JobError, JobState, JobStep},
    tracker::{Counts, Rows},
    work::work_ctx,
};
use crate::{ApiError, Org, RecordId, Timestamp, ctx::Ctx, operation::Operation};

/// The statuses that end a job.
const TERMINAL: [&str; 3] = ["Completed", "CompletedWithFailures", "Failure"];

impl Org {
    /// Lets a held job go on to the next status. `id` is the id of one of its trackers, or its request
    /// identifier.
    ///
    /// # Errors
    ///
    /// Names what would be legal: a job goes from Submitted to InProgress and from there to Completed,
    /// CompletedWithFailures or Failure, and its counters must give the status.
    pub fn step_job(&mut self, now: Timestamp, id: &str, step: JobStep) -> Result<JobState, ControlRefusal> {
        self.tape.write(|| {
            let control = Control::StepJob { id: id.into(), step: step.clone() };
            Operation::Control { at: now, control }
        });
        let (number, mut job) = self.held_job(id)?;
        let status = self.status_of(job.rows);
        let savepoint = self.store.savepoint();
        let ctx = work_ctx(&job.ctx, now);
        let moved = match (&*status, &*step.status) {
            ("Submitted", "InProgress") if step == JobStep::to("InProgress") => {
                self.start_tracker(&ctx, job.rows).map_err(ControlRefusal::from)
            }
            ("Submitted", "InProgress") => Err(ControlRefusal::new(
                "a step to InProgress takes neither counters nor errors",
                "give them with the step to a terminal status",
            )),
            ("InProgress", end) if TERMINAL.contains(&end) => {
                self.end_as_told(&mut job, step).and_then(|()| Ok(self.end_simulated(&ctx, &job)?))
            }
            ("Submitted", wanted) => Err(ControlRefusal::new(
                format!("a job cannot go from Submitted to `{wanted}`"),
                "from Submitted it goes to InProgress only",
            )),
            ("InProgress", wanted) => Err(ControlRefusal::new(
                format!("a job cannot go from InProgress to `{wanted}`"),
                "from InProgress it goes to Completed, CompletedWithFailures or Failure",
            )),
            ("", _) => Err(ControlRefusal::new(
                format!("the trackers of job `{id}` have been deleted"),
                "simulate another job",
            )),
            (ended, _) => Err(ControlRefusal::new(
                format!("job `{id}` has ended: {ended}"),
                "nothing follows a terminal status; simulate another job",
            )),
        };
        match moved {
            Ok(()) => {
                self.commit(now);
                self.simulated_state(number)
            }
            Err(refusal) => {
                self.store.rollback(savepoint);
                self.unpublished.clear();
                Err(refusal)
            }
        }
    }

    fn held_job(&self, id: &str) -> Result<(u64, Simulated), ControlRefusal> {
        let record: Option<RecordId> = id.parse().ok();
        let is_meant = |rows: Rows| record.is_some_and(|record| rows.ids().any(|own| own == record));
        let found = self
            .simulated
            .by_number
            .iter()
            .find(|(_, job)| &*job.request_identifier == id || is_meant(job.rows));
        match found {
            Some((number, job)) if job.hold => Ok((*number, job.clone())),
            Some(_) => Err(ControlRefusal::new(
                format!("job `{id}` is not held"),
                "it goes on by the clock: move the clock, or simulate a job with `hold`",
            )),
            None if self.jobs().iter().any(|job| job.has_name(id, record)) => Err(ControlRefusal::new(
                format!("job `{id}` is not simulated"),
                "mockorg runs it by the clock: move the clock, or inject a failure before it ends",
            )),
            None => Err(ControlRefusal::new(
                format!("there is no job `{id}`"),
                "give the id of a tracker or the request identifier of a job that was simulated",
            )),
        }
    }

    /// The status that the trackers show; nothing when all of them are gone.
    fn status_of(&self, rows: Rows) -> Box<str> {
        let live = rows.ids().find_map(|row| self.store.live(row));
        live.and_then(|row| row.get("Status").as_text().map(Into::into)).unwrap_or_default()
    }

    /// Takes over what a step to a terminal status says.
    fn end_as_told(&self, job: &mut Simulated, step: JobStep) -> Result<(), ControlRefusal> {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let total = step.total_items.unwrap_or_else(|| number(job.counts.total));
        let planned = number(job.counts.failed);
        let failed = step.failed_items.unwrap_or(match &*step.status {
            "Completed" => 0,
            "Failure" => total,
            _ => planned,
        });
        let told = counts(total, failed)?;
        if told.status() != &*step.status {
            return Err(ControlRefusal::new(
                format!("{failed} failed items of {total} do not make the job `{}`", step.status),
                format!(
                    "they make it {}; Completed has no failed item, CompletedWithFailures some, Failure only failed ones",
                    told.status()
                ),
            ));
        }
        job.counts = told;
        if let Some(errors) = step.errors {
            let catalog = Arc::clone(&self.catalog);
            errors.iter().try_for_each(|error| self.check_job_error(&catalog, error))?;
            job.errors = errors;
        }
        Ok(())
    }

    /// Performs what the agenda holds for a simulated job.
    pub(super) fn perform_simulated(
        &mut self,
        at: Timestamp,
        number: u64,
        step: Step,
    ) -> Result<(), ApiError> {
        let Some(job) = self.simulated.by_number.get(&number).cloned() else { return Ok(()) };
        let ctx = work_ctx(&job.ctx, at);
        match step {
            Step::Start => self.start_tracker(&ctx, job.rows),
            Step::Finish => self.end_simulated(&ctx, &job),
            Step::Expire => {
                self.simulated.by_number.remove(&number);
                self.expire_tracker(&ctx, job.rows)
            }
        }
    }

    /// Error log, terminal tracker, event: in this order, as for every job.
    fn end_simulated(&mut self, ctx: &Ctx, job: &Simulated) -> Result<(), ApiError> {
        for error in &job.errors {
            self.log_simulated(ctx, job, error)?;
        }
        self.finish_tracker(ctx, job.rows, job.counts)?;
        if let Some(event) = &job.event {
            let Counts { failed, .. } = job.counts;
            self.publish(ctx, event.name(), event.values(&job.request_identifier, failed > 0));
        }
        Ok(())
    }

    fn log_simulated(&mut self, ctx: &Ctx, job: &Simulated, error: &JobError) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let field =
            catalog.find_any("RevenueTransactionErrorLog").and_then(|log| log.field("PrimaryRecordId"));
        let own = job.reference.filter(|id| field.is_some_and(|field| self.may_refer(field, *id)));
        let Some(primary) = error.primary_record.or(own).or(job.rows.tracker).or(job.rows.operation) else {
            return Ok(());
        };
        let row = LogRow {
            category: error.category.as_deref().unwrap_or(job.row.category),
            primary,
            related: error.related_record,
            code: &error.code,
            message: &error.message,
            severity: error.severity.as_deref().unwrap_or("Error"),
            job: (&job.request_identifier, job.rows),
        };
        self.write_log(ctx, &row)
    }
}
