//! RevenueTransactionErrorLog: one row per error of a job.

use std::sync::Arc;

use super::Job;
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

impl Org {
    /// Writes the row of one failure. It replaces an earlier one of the same category and records.
    pub(super) fn log_failure(
        &mut self,
        ctx: &Ctx,
        job: &Job,
        category: &str,
        failure: &Failure,
    ) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any("RevenueTransactionErrorLog") else { return Ok(()) };
        let replaced: Vec<RecordId> = def
            .slot("PrimaryRecordId")
            .into_iter()
            .flat_map(|slot| self.store.live_children(def, slot, failure.primary))
            .filter(|row| row.get("Category").as_text() == Some(category))
            .filter(|row| row.get("RelatedRecordId").as_id() == failure.related)
            .map(|row| row.id())
            .collect();
        for row in replaced {
            self.system_update(ctx, row, vec![("IsDeleted", Value::Bool(true))])?;
        }
        self.system_create(
            ctx,
            "RevenueTransactionErrorLog",
            vec![
                ("Category", Value::text(category)),
                ("PrimaryRecordId", failure.primary.into()),
                ("RelatedRecordId", failure.related.into()),
                ("ErrorCode", Value::text(failure.error.code.as_str())),
                ("ErrorMessage", Value::text(failure.error.message.as_deref().unwrap_or_default())),
                ("Severity", Value::text("Error")),
                ("RequestIdentifier", Value::text(&*job.request_identifier)),
                ("RevenueAsyncOperationId", job.tracker.operation.into()),
                ("AsyncOperationTrackerId", job.tracker.tracker.into()),
                ("OwnerId", ctx.user.into()),
            ],
        )?;
        Ok(())
    }
}
