//! The Connect resources `revenue-management/assets/actions/renew`, `amend` and `cancel`.

use super::{read::Misread, run::Initiated};
use crate::{
    ApiError, AssetActionReply, AssetOperation, ErrorCode, FieldInput, Org, Reply,
    ctx::Ctx,
    lifecycle::{
        actions::is_empty,
        initiate_body::{unreadable, unrecognized},
    },
};

impl Org {
    /// Renews, amends or cancels assets on one draft quote or order.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` in orgs without the feature; `INSUFFICIENT_ACCESS` without the permission;
    /// `JSON_PARSER_ERROR` for unknown members and values of another type. All else that is wrong is not an
    /// error but an answer.
    pub(crate) fn asset_action(
        &mut self,
        ctx: &Ctx,
        operation: AssetOperation,
        body: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let row = operation.row();
        if self.catalog.find_any("AsyncOperationTracker").is_none() {
            return Err(ApiError::not_found());
        }
        self.require_operation(ctx, row.resource)?;
        let known = |member: &&FieldInput| row.members.iter().any(|(name, _)| *name == &*member.name);
        if let Some(unknown) = body.iter().find(|member| !known(member)) {
            return Err(unrecognized(unknown));
        }
        let refused = |errors| {
            Ok(Reply::AssetAction(AssetActionReply { operation, errors, record: None, request: None }))
        };
        let request = match self.read_request(ctx, (operation, row.members), body) {
            Ok(request) => request,
            Err(Misread::Type(member, wanted)) => return Err(unreadable(wanted, member)),
            Err(Misread::Value(message)) => {
                return refused(vec![ApiError::resource(ErrorCode::InvalidInput, message)]);
            }
            Err(Misread::Refused(error)) => return Err(error),
        };
        let given = |name: &str| body.iter().any(|member| &*member.name == name && !is_empty(&member.value));
        let missing: Vec<ApiError> = row
            .required
            .iter()
            .filter(|name| !given(name))
            .map(|name| {
                let message = format!("Specify a value for {name}, and try again.");
                ApiError::resource(ErrorCode::RequiredFieldMissing, message)
            })
            .collect();
        if !missing.is_empty() {
            return refused(missing);
        }
        match self.initiate_operation(ctx, &request) {
            Ok(Initiated { record, tracker }) => Ok(Reply::AssetAction(AssetActionReply {
                operation,
                errors: Vec::new(),
                record: Some(record),
                request: Some(tracker),
            })),
            Err(error) if error.code == ErrorCode::NotModelled => Err(error),
            Err(error) => refused(vec![error]),
        }
    }
}
