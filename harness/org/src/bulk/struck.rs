//! What faults make of bulk jobs: units that fail, that hang, that fail at their first row, or at too many locks.

use super::{
    outcome::RowOutcome,
    steps::{BulkStep, StepKind},
    unit::{Job, Unit},
};
use crate::{
    ApiError, ErrorCode, Org,
    ctx::Ctx,
    faults::{JobOutcome, Place, StruckJob, job_type_of},
    jobs::Work,
};

/// Why a unit fails whose records are locked too often.
pub(super) const TOO_MANY_LOCKS: &str =
    "TooManyLockFailure : Too many lock failure (200) Trying again later.";
/// How many rows of a unit may find their record locked.
const MOST_LOCKS: usize = 200;

impl Org {
    /// Has a unit that has begun go on, unless a plan strikes it.
    pub(super) fn start_slices(&mut self, ctx: &Ctx, job: &Job, unit: &mut Unit) {
        let key = (job.shown.id, unit.id);
        let family = job_type_of(job.shown.family);
        let about = (Some(&*job.shown.request.object), &[][..]);
        match self.strike_job(ctx, family, about, !job.is_reading()) {
            Some(StruckJob { outcome: JobOutcome::Hang, plan, .. }) => {
                let step = BulkStep { job: key.0, unit: key.1, kind: StepKind::Slice };
                self.faults.hold(plan, Work::Bulk(step));
                return;
            }
            Some(StruckJob { outcome: JobOutcome::Failure, error, .. }) => {
                unit.fail(ctx.now, worded(&error));
                return;
            }
            Some(StruckJob { outcome: JobOutcome::CompletedWithFailures, error, .. }) => {
                self.faults.fail_first_row(key, error);
            }
            None => {}
        }
        self.plan_step(ctx.now, key, StepKind::Slice);
    }

    /// Whether faults have locked so many records of a unit that the platform would give it up.
    pub(super) fn is_locked_out(&self, unit: &Unit) -> bool {
        let locked = |row: &&RowOutcome| match row {
            RowOutcome::Failed(place) => {
                unit.outcomes.error(*place).is_some_and(|error| error.code == ErrorCode::UnableToLockRow)
            }
            RowOutcome::Created(_) | RowOutcome::Done(_) => false,
        };
        self.faults.at(Place::Record) && unit.outcomes.rows.iter().filter(locked).count() >= MOST_LOCKS
    }
}

/// An error as a unit tells it that fails as a whole.
fn worded(error: &ApiError) -> String {
    match error.code {
        ErrorCode::UnableToLockRow => TOO_MANY_LOCKS.to_owned(),
        code => format!("{code} : {}", error.message.as_deref().unwrap_or_default()),
    }
}
