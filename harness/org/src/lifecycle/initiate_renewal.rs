//! `initiate-renewal`, as far as the caller waits for it: the checks of the envelope, and the answer.

use std::sync::Arc;

use crate::{
    ApiError, AsyncOperationReply, ErrorCode, FieldInput, Input, Org, RecordId, Reply, ctx::Ctx, jobs::Task,
};

/// The first version with the resource.
const SINCE: u8 = 55;

impl Org {
    /// Accepts or refuses a request to renew assets. What depends on the state of an asset is left to the
    /// job, so that an accepted request can still fail.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` below 55.0 and in orgs without the feature; `INSUFFICIENT_ACCESS` without the
    /// permission; `JSON_PARSER_ERROR` for unknown members and wrong types. Missing members and bad ids
    /// are not errors but answers: `REQUIRED_FIELD_MISSING` and `ILLEGAL_QUERY_PARAMETER_VALUE`.
    pub(crate) fn initiate_renewal(&mut self, ctx: &Ctx, body: &[FieldInput]) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let operation = catalog.find_any("RevenueAsyncOperation").filter(|_| ctx.version.number() >= SINCE);
        let Some(operation) = operation else { return Err(ApiError::not_found()) };
        self.require_operation(ctx, "initiate-renewal")?;
        let ids = match read_asset_ids(body)? {
            Ok(ids) => ids,
            Err(refusal) => return Ok(refused(refusal)),
        };
        let mut assets: Vec<RecordId> = Vec::with_capacity(ids.len());
        for id in ids {
            match id.and_then(|id| self.asset_of(id)) {
                // The same asset twice is one item.
                Some(asset) if assets.contains(&asset) => {}
                Some(asset) => assets.push(asset),
                None => return Ok(refused(illegal_value())),
            }
        }
        if assets.is_empty() {
            return Ok(refused(illegal_value()));
        }
        let job = self.submit_job(ctx, Task::RenewAssets(assets))?;
        // A caller of a version without the object is sent to one that has it.
        let version = if operation.versions.contains(ctx.version) {
            ctx.version
        } else {
            self.settings.status_url_version
        };
        Ok(Reply::AsyncOperation(AsyncOperationReply {
            errors: Vec::new(),
            request_identifier: Some(job.request_identifier.clone()),
            tracker: job.tracker.operation.map(|id| (version, Arc::clone(&operation.name), id)),
        }))
    }

    fn asset_of(&self, id: &str) -> Option<RecordId> {
        let asset = self.store.live(id.parse().ok()?)?;
        (&*asset.object.name == "Asset").then(|| asset.id())
    }
}

/// The ids as written, `None` for null; or what the request is refused with.
type AssetIds<'a> = Result<Vec<Option<&'a str>>, ApiError>;

fn read_asset_ids(body: &[FieldInput]) -> Result<AssetIds<'_>, ApiError> {
    let Some(asset_ids) = only_member(body, "assetIds")? else { return Ok(Err(missing("assetIds"))) };
    let members = match &asset_ids.value {
        Input::Null => return Ok(Err(missing("assetIds"))),
        Input::Object(members) => members,
        _ => return Err(wrong_type(asset_ids)),
    };
    let Some(array) = only_member(members, "assetIdArray")? else { return Ok(Err(missing("assetIdArray"))) };
    let items = match &array.value {
        Input::Null => return Ok(Err(missing("assetIdArray"))),
        Input::Array(items) => items,
        _ => return Err(wrong_type(array)),
    };
    items
        .iter()
        .map(|item| match item {
            Input::Text(id) => Ok(Some(&**id)),
            Input::Null => Ok(None),
            _ => Err(wrong_type(array)),
        })
        .collect::<Result<_, _>>()
        .map(Ok)
}

/// The one member that may be there. Any other is refused, as the platform refuses unknown members.
fn only_member<'a>(members: &'a [FieldInput], name: &str) -> Result<Option<&'a FieldInput>, ApiError> {
    if let Some(unknown) = members.iter().find(|member| &*member.name != name) {
        let message = format!(
            "Unrecognized field \"{}\" at [line:{}, column:{}]",
            unknown.name, unknown.at.line, unknown.at.column
        );
        return Err(ApiError::exception(ErrorCode::JsonParserError, message));
    }
    Ok(members.last())
}

fn wrong_type(member: &FieldInput) -> ApiError {
    let wanted = if &*member.name == "assetIdArray" { "list of ids" } else { "object" };
    let message = format!(
        "Cannot deserialize instance of {wanted} from the value of {} or request may be missing a required field \
         at [line:{}, column:{}]",
        member.name, member.at.line, member.at.column
    );
    ApiError::exception(ErrorCode::JsonParserError, message)
}

fn missing(member: &str) -> ApiError {
    let message = format!("Specify a value for {member}, and try again.");
    ApiError::resource(ErrorCode::RequiredFieldMissing, message)
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
