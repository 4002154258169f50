//! The initiate calls, as far as the caller waits for them: the checks of the envelope, and the answer.

use std::sync::Arc;

use super::{
    initiate_body,
    initiate_operation::{AssetRequest, RequestedChange},
};
use crate::{
    ApiError, AsyncOperationReply, ErrorCode, FieldInput, InitiateOperation, Org, RecordId, Reply, ctx::Ctx,
    jobs::Task,
};

impl Org {
    /// Accepts or refuses a request to renew, amend or cancel assets. What depends on the state of an asset
    /// is left to the job, so that an accepted request can still fail.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` before the operation's first version and in orgs without the feature;
    /// `INSUFFICIENT_ACCESS` without the permission; `JSON_PARSER_ERROR` for unknown members and values
    /// that cannot be read. Missing members and bad ids are not errors but answers:
    /// `REQUIRED_FIELD_MISSING` and `ILLEGAL_QUERY_PARAMETER_VALUE`.
    pub(crate) fn initiate(
        &mut self,
        ctx: &Ctx,
        operation: InitiateOperation,
        body: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let row = operation.row();
        let catalog = Arc::clone(&self.catalog);
        let tracker = catalog.find_any("RevenueAsyncOperation");
        let Some(tracker) = tracker.filter(|_| ctx.version.number() >= row.since) else {
            return Err(ApiError::not_found());
        };
        self.require_operation(ctx, row.name)?;
        let body = match initiate_body::read(row, body)? {
            Ok(body) => body,
            Err(refusal) => return Ok(refused(refusal)),
        };
        let mut assets: Vec<RecordId> = Vec::with_capacity(body.ids.len());
        for id in &body.ids {
            match id.and_then(|id| self.asset_by_id(id)) {
                // The same asset twice is one item.
                Some(asset) if assets.contains(&asset) => {}
                Some(asset) => assets.push(asset),
                None => return Ok(refused(illegal_value())),
            }
        }
        if assets.is_empty() {
            return Ok(refused(illegal_value()));
        }
        let change = match operation {
            InitiateOperation::Renewal => RequestedChange::Renewal,
            InitiateOperation::AmendQuantity => {
                RequestedChange::Quantity { start: body.start, quantity: body.quantity }
            }
            InitiateOperation::Cancellation => RequestedChange::Cancellation(body.start),
        };
        let job = self.submit_job(ctx, Task::Initiate(AssetRequest { assets, change }))?;
        // A caller of a version without the object is sent to one that has it.
        let version = if tracker.versions.contains(ctx.version) {
            ctx.version
        } else {
            self.settings.status_url_version
        };
        Ok(Reply::AsyncOperation(AsyncOperationReply {
            errors: Vec::new(),
            request_identifier: Some(job.request_identifier.clone()),
            tracker: job.tracker.operation.map(|id| (version, Arc::clone(&tracker.name), id)),
        }))
    }

    fn asset_by_id(&self, id: &str) -> Option<RecordId> {
        let asset = self.store.live(id.parse().ok()?)?;
        (&*asset.object.name == "Asset").then(|| asset.id())
    }
}

fn illegal_value() -> ApiError {
    ApiError { message: None, ..ApiError::resource(ErrorCode::IllegalQueryParameterValue, "") }
}

fn refused(error: ApiError) -> Reply {
    Reply::AsyncOperation(AsyncOperationReply {
        errors: vec![error],
        request_identifier: None,
        tracker: None,
    })
}
