//! What the platform says with each code when a plan has no words of its own, and by which layer.

use ErrorLayer::{Dml, Exception, Resource};

use crate::{ApiError, ErrorCode, ErrorLayer, RecordId};

/// A code, the layer that raises it, and its words.
type Row = (ErrorCode, ErrorLayer, &'static str);

/// The codes with words that are the same for every record and every call. Others need the plan's own.
static TEXTS: &[Row] = &[
    (ErrorCode::ApiDisabledForOrg, Exception, "The REST API is not enabled for this Organization."),
    (ErrorCode::CannotUpdateConvertedLead, Dml, "cannot reference converted lead"),
    (ErrorCode::DuplicatesDetected, Dml, "Use one of these records?"),
    (ErrorCode::EntityIsDeleted, Dml, "entity is deleted"),
    (ErrorCode::EntityIsLocked, Dml, "the entity is locked for editing"),
    (ErrorCode::ExceededQuota, Resource, "ApiBatchItems Limit exceeded."),
    (
        ErrorCode::FieldFilterValidationException,
        Dml,
        "Value does not exist or does not match filter criteria.",
    ),
    (
        ErrorCode::InsertUpdateDeleteNotAllowedDuringMaintenance,
        Dml,
        "Updates can't be made during maintenance. Try again when maintenance is complete.",
    ),
    (
        ErrorCode::InsufficientAccess,
        Resource,
        "You do not have the level of access necessary to perform the operation you requested. Please \
         contact the owner of the record or your administrator if access is necessary.",
    ),
    (
        ErrorCode::InsufficientAccessOnCrossReferenceEntity,
        Dml,
        "insufficient access rights on cross-reference id",
    ),
    (ErrorCode::InsufficientAccessOrReadonly, Dml, "insufficient access rights on object id"),
    (ErrorCode::InvalidCrossReferenceKey, Dml, "invalid cross reference id"),
    (ErrorCode::InvalidQueryLocator, Exception, "invalid query locator"),
    (ErrorCode::InvalidSessionId, Exception, "Session expired or invalid"),
    (ErrorCode::NotFound, Resource, "The requested resource does not exist"),
    (ErrorCode::QueryTimeout, Exception, "Your query request was running for too long."),
    (ErrorCode::RequestLimitExceeded, Exception, "TotalRequests Limit exceeded."),
    (
        ErrorCode::ServerUnavailable,
        Exception,
        "The server is temporarily unavailable. Please try again later.",
    ),
    (ErrorCode::StorageLimitExceeded, Dml, "storage limit exceeded"),
    (
        ErrorCode::TxnSecurityMeteringError,
        Dml,
        "We can't complete the action because enabled transaction security policies took too long to complete.",
    ),
    (ErrorCode::UnableToLockRow, Dml, "unable to obtain exclusive access to this record"),
    (
        ErrorCode::UnknownException,
        Exception,
        "An unexpected error occurred. Please include this ErrorId if you contact support: \
         123456789-12345 (-123456789)",
    ),
];

/// The words of a code; `None` where a plan has to bring its own.
#[must_use]
pub fn default_text(code: ErrorCode) -> Option<&'static str> {
    TEXTS.iter().find(|(own, ..)| *own == code).map(|(.., text)| *text)
}

/// The error of a plan: `records` are those that it is about, `fallback` the layer of codes that any layer raises.
pub(super) fn compose(
    (code, message): (ErrorCode, Option<&str>),
    fields: &[Box<str>],
    records: &[RecordId],
    fallback: ErrorLayer,
) -> ApiError {
    let row = TEXTS.iter().find(|(own, ..)| *own == code);
    let layer = row.map_or(fallback, |(_, layer, _)| if fallback == Dml { Dml } else { *layer });
    let text = match (message, row) {
        (Some(own), _) => own.to_owned(),
        (None, Some((ErrorCode::UnableToLockRow, _, text))) if !records.is_empty() => {
            let ids: Vec<String> = records.iter().map(ToString::to_string).collect();
            format!("{text} or {} records: {}", ids.len(), ids.join(","))
        }
        (None, Some((.., text))) => (*text).to_owned(),
        // No plan is taken that leaves its words out then.
        (None, None) => String::new(),
    };
    let error = ApiError::dml(code, text, fields.iter().cloned());
    ApiError { layer, ..error }
}
