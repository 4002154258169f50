//! The rows by which clients follow a job: RevenueAsyncOperation and AsyncOperationTracker.
//!
//! Initiate calls are answered with a RevenueAsyncOperation, which versions from 60.0 on cannot see. The
//! same job therefore has a twin row in AsyncOperationTracker with the same correlation identifier, job type,
//! status, times and counters. Both are always written; the version of the reader decides which it sees.

use std::time::Duration;

use crate::{ApiError, Org, RecordId, Timestamp, Value, ctx::Ctx};

/// The rows of one job.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Tracker {
    /// The RevenueAsyncOperation row, of initiate calls only.
    pub(crate) operation: Option<RecordId>,
    /// The AsyncOperationTracker row.
    pub(crate) tracker: RecordId,
}

/// The rows of a job, of which one may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Rows {
    /// The RevenueAsyncOperation row.
    pub(super) operation: Option<RecordId>,
    /// The AsyncOperationTracker row.
    pub(super) tracker: Option<RecordId>,
}

/// How many items a job has, and how many of them failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Counts {
    /// All items.
    pub(crate) total: usize,
    /// The failed ones.
    pub(crate) failed: usize,
}

impl Counts {
    /// The terminal status. A job without items has nothing to fail at.
    pub(crate) const fn status(self) -> &'static str {
        match (self.total, self.failed) {
            (_, 0) => "Completed",
            (total, failed) if failed < total => "CompletedWithFailures",
            _ => "Failure",
        }
    }
}

impl From<&Tracker> for Rows {
    fn from(tracker: &Tracker) -> Self {
        Self { operation: tracker.operation, tracker: Some(tracker.tracker) }
    }
}

impl Rows {
    pub(super) fn ids(self) -> impl Iterator<Item = RecordId> {
        self.operation.into_iter().chain(self.tracker)
    }
}

impl Org {
    /// Writes the rows of a new job. `values` holds its job type and correlation identifier; `job` its
    /// items, the record it is about, and whether it has a RevenueAsyncOperation row.
    pub(super) fn submit_tracker(
        &mut self,
        ctx: &Ctx,
        values: &[(&str, Value)],
        job: (Counts, Option<RecordId>, bool),
    ) -> Result<Tracker, ApiError> {
        let (counts, reference, with_operation) = job;
        let row = self.submitted(ctx, values, counts);
        // A RevenueAsyncOperation refers to credit memos only, so its ReferenceEntityId stays empty.
        let operation = match with_operation {
            true => Some(self.system_create(ctx, "RevenueAsyncOperation", row.clone())?),
            false => None,
        };
        let tracker = self.submit_tracker_row(ctx, row, reference)?;
        Ok(Tracker { operation, tracker })
    }

    /// The values of a row when its job has just been submitted.
    pub(super) fn submitted<'a>(
        &self,
        ctx: &Ctx,
        values: &[(&'a str, Value)],
        counts: Counts,
    ) -> Vec<(&'a str, Value)> {
        let mut row = values.to_vec();
        row.extend([
            ("Status", Value::text("Submitted")),
            ("SubmittedAt", ctx.now.floor_second().into()),
            ("ExpiresAt", self.expiry(ctx.now).floor_second().into()),
            ("TotalJobItems", int(counts.total)),
            ("SuccessfulJobItems", int(0)),
            ("FailedJobItems", int(0)),
        ]);
        row
    }

    /// Writes the AsyncOperationTracker row of a new job.
    pub(super) fn submit_tracker_row(
        &mut self,
        ctx: &Ctx,
        mut row: Vec<(&str, Value)>,
        reference: Option<RecordId>,
    ) -> Result<RecordId, ApiError> {
        row.push(("OwnerId", ctx.user.into()));
        row.push(("ReferenceEntityId", reference.into()));
        self.system_create(ctx, "AsyncOperationTracker", row)
    }

    /// When a tracker that is submitted at `now` will be deleted.
    pub(super) fn expiry(&self, now: Timestamp) -> Timestamp {
        now + Duration::from_secs(u64::from(self.settings.tracker_days) * 86_400)
    }

    /// Whether the call that submitted the job was committed. A tracker that a client has deleted since
    /// does not stop its job.
    pub(super) fn was_submitted(&self, rows: Rows) -> bool {
        rows.ids().any(|row| self.store.get(row).is_some())
    }

    pub(super) fn start_tracker(&mut self, ctx: &Ctx, rows: Rows) -> Result<(), ApiError> {
        self.update_tracker(
            ctx,
            rows,
            &[("Status", Value::text("InProgress")), ("StartedAt", ctx.now.floor_second().into())],
        )
    }

    pub(super) fn finish_tracker(&mut self, ctx: &Ctx, rows: Rows, counts: Counts) -> Result<(), ApiError> {
        self.update_tracker(
            ctx,
            rows,
            &[
                ("Status", Value::text(counts.status())),
                ("FinishedAt", ctx.now.floor_second().into()),
                ("TotalJobItems", int(counts.total)),
                ("SuccessfulJobItems", int(counts.total - counts.failed)),
                ("FailedJobItems", int(counts.failed)),
            ],
        )
    }

    /// The retention is over: the rows go, as far as clients have not deleted them themselves.
    pub(super) fn expire_tracker(&mut self, ctx: &Ctx, rows: Rows) -> Result<(), ApiError> {
        rows.ids().try_for_each(|row| self.retire(ctx, row))
    }

    pub(super) fn update_tracker(
        &mut self,
        ctx: &Ctx,
        rows: Rows,
        values: &[(&str, Value)],
    ) -> Result<(), ApiError> {
        for row in rows.ids() {
            if self.store.live(row).is_some() {
                self.system_update(ctx, row, values.to_vec())?;
            }
        }
        Ok(())
    }
}

fn int(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_status_follows_the_counters() {
        assert_eq!(Counts { total: 3, failed: 0 }.status(), "Completed");
        assert_eq!(Counts { total: 3, failed: 1 }.status(), "CompletedWithFailures");
        assert_eq!(Counts { total: 3, failed: 3 }.status(), "Failure");
        assert_eq!(Counts { total: 0, failed: 0 }.status(), "Completed");
    }
}
