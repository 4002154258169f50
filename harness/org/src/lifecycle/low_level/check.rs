//! What the low-level API refuses, and the asset that a path names.

use super::members::Operation;
use crate::{ApiError, ErrorCode, Input, Org, RecordId, ValueRef, catalog::FieldDef, ctx::Ctx};

/// A refusal in the form of the Connect resources: code and message.
pub(super) fn refused(code: ErrorCode, message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(code, message)
}

/// The refusal of a value that its field does not take.
pub(super) fn unfit(path: &str, field: &FieldDef, value: &Input, error: ApiError) -> ApiError {
    let shown = match value {
        Input::Text(text) | Input::Number(text) => text,
        _ => "",
    };
    match error.code {
        ErrorCode::MalformedId => {
            let message = format!("{path}: {shown} isn't a record ID. Specify 15 or 18 characters.");
            refused(ErrorCode::IllegalQueryParameterValue, message)
        }
        ErrorCode::FieldIntegrityException => {
            let wanted = field.reference_to.join(" or ");
            let message = format!("{path}: {shown} isn't the ID of a record of {wanted}.");
            refused(ErrorCode::InvalidIdField, message)
        }
        ErrorCode::InvalidCrossReferenceKey => {
            let message =
                format!("{path}: no record has the ID {shown}. Specify the ID of an existing record.");
            refused(error.code, message)
        }
        ErrorCode::InvalidOrNullForRestrictedPicklist => {
            let known: Vec<&str> = field.picklist_values.iter().map(|value| &*value.value).collect();
            let message =
                format!("{path}: {shown} isn't a valid value. Specify one of {}.", known.join(", "));
            refused(error.code, message)
        }
        code => refused(code, format!("{path}: {}", error.message.unwrap_or_default())),
    }
}

impl Org {
    /// Checks that the org has the API and that the user may use it.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` in versions and orgs without the objects, `INSUFFICIENT_ACCESS` without the permissions.
    pub(super) fn require_lifecycle_api(&self, ctx: &Ctx, operation: Operation) -> Result<(), ApiError> {
        self.catalog.find("AssetAction", ctx.version).ok_or_else(ApiError::not_found)?;
        self.require_operation(ctx, operation.permission())
    }

    /// The asset of a path, which must still be open to changes.
    ///
    /// # Errors
    ///
    /// `ILLEGAL_QUERY_PARAMETER_VALUE` for a malformed id and `INVALID_ID_FIELD` for one of another object;
    /// `NOT_FOUND` and `ENTITY_IS_DELETED` for no asset; `INVALID_INPUT` when the asset is not life-cycle
    /// managed, or the body names another one; `INVALID_STATUS` when it was cancelled.
    pub(super) fn open_asset(&self, id: &str, in_body: ValueRef<'_>) -> Result<RecordId, ApiError> {
        let Ok(asset) = id.parse::<RecordId>() else {
            let message = format!("{id} isn't a record ID. Specify the ID of an asset.");
            return Err(refused(ErrorCode::IllegalQueryParameterValue, message));
        };
        if self.catalog.object_of(asset).is_none_or(|def| &*def.name != "Asset") {
            let message = format!("{id} isn't the ID of an asset. Specify the ID of an asset.");
            return Err(refused(ErrorCode::InvalidIdField, message));
        }
        let view = self.store.get(asset).ok_or_else(ApiError::not_found)?;
        if view.is_deleted() {
            return Err(refused(ErrorCode::EntityIsDeleted, "entity is deleted").on_row());
        }
        if in_body.as_id().is_some_and(|other| other != asset) {
            let message =
                "assetId: the body names another asset than the path. Specify the same asset, or none.";
            return Err(refused(ErrorCode::InvalidInput, message));
        }
        if !view.get("HasLifecycleManagement").is_true() {
            let message = "The asset isn't lifecycle-managed. Specify an asset that was generated as one.";
            return Err(refused(ErrorCode::InvalidInput, message));
        }
        if self.is_cancelled(asset) {
            let message = "The asset was canceled and can't be changed anymore.";
            return Err(refused(ErrorCode::InvalidStatus, message));
        }
        Ok(asset)
    }
}
