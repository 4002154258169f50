//! RevenueTransactionErrorLog: one row per error of a job.

use std::sync::Arc;

use super::{Job, tracker::Rows};
use crate::{ApiError, Org, RecordId, Value, ctx::Ctx};

/// One item of a job that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The record that the error is about: the asset of a renewal, the order of an assetization.
    pub(crate) primary: RecordId,
    /// The record within it, if there is one: the order line.
    pub(crate) related: Option<RecordId>,
    /// What is wrong.
    pub(crate) error: ApiError,
}

/// One row of the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogRow<'a> {
    pub(super) category: &'a str,
    pub(super) primary: RecordId,
    pub(super) related: Option<RecordId>,
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    pub(super) severity: &'a str,
    /// The job's request identifier and trackers.
    pub(super) job: (&'a str, Rows),
}

impl Org {
    /// Writes the row of one failure of a job.
    pub(super) fn log_failure(
        &mut self,
        ctx: &Ctx,
        job: &Job,
        category: &str,
        failure: &Failure,
    ) -> Result<(), ApiError> {
        let row = LogRow {
            category,
            primary: failure.primary,
            related: failure.related,
            code: failure.error.code.as_str(),
            message: failure.error.message.as_deref().unwrap_or_default(),
            severity: "Error",
            job: (&job.request_identifier, Rows::from(&job.tracker)),
        };
        self.write_log(ctx, &row)
    }

    /// Writes a row. It replaces an earlier one of the same category and records.
    pub(super) fn write_log(&mut self, ctx: &Ctx, row: &LogRow<'_>) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any("RevenueTransactionErrorLog") else { return Ok(()) };
        let replaced: Vec<RecordId> = def
            .slot("PrimaryRecordId")
            .into_iter()
            .flat_map(|slot| self.store.live_children(def, slot, row.primary))
            .filter(|earlier| earlier.get("Category").as_text() == Some(row.category))
            .filter(|earlier| earlier.get("RelatedRecordId").as_id() == row.related)
            .map(|earlier| earlier.id())
            .collect();
        for earlier in replaced {
            self.retire(ctx, earlier)?;
        }
        let (request_identifier, rows) = row.job;
        self.system_create(
            ctx,
            "RevenueTransactionErrorLog",
            vec![
                ("Category", Value::text(row.category)),
                ("PrimaryRecordId", row.primary.into()),
                ("RelatedRecordId", row.related.into()),
                ("ErrorCode", Value::text(row.code)),
                ("ErrorMessage", Value::text(row.message)),
                ("Severity", Value::text(row.severity)),
                ("RequestIdentifier", Value::text(request_identifier)),
                ("RevenueAsyncOperationId", rows.operation.into()),
                ("AsyncOperationTrackerId", rows.tracker.into()),
                ("OwnerId", ctx.user.into()),
            ],
        )?;
        Ok(())
    }
}
