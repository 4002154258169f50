//! The results of calls that change records: one for each, in the order of the call.

use mockorg_org::{ApiError, ErrorCode, RecordId};

use super::text::{element, nil, push_escaped};

/// What became of one record.
pub(super) struct Outcome {
    /// What happened.
    pub(super) result: Result<RecordId, ApiError>,
    /// Whether it is new; `None` for calls that do not say so.
    pub(super) created: Option<bool>,
    /// The identity of an event that was taken to be published.
    pub(super) enqueued: Option<Box<str>>,
}

impl From<Result<RecordId, ApiError>> for Outcome {
    fn from(result: Result<RecordId, ApiError>) -> Self {
        Self { result, created: None, enqueued: None }
    }
}

/// Appends the result of one record.
pub(super) fn push_result(out: &mut String, outcome: &Outcome) {
    out.push_str("<result>");
    if let Some(created) = outcome.created {
        element(out, "created", if created { "true" } else { "false" });
    }
    match &outcome.result {
        Ok(id) => {
            if let Some(uuid) = &outcome.enqueued {
                out.push_str("<errors>");
                element(out, "message", uuid);
                out.push_str("<statusCode>OPERATION_ENQUEUED</statusCode></errors>");
            }
            element(out, "id", &id.to_string());
            out.push_str("<success>true</success>");
        }
        Err(error) => {
            push_error(out, error);
            nil(out, "id");
            out.push_str("<success>false</success>");
        }
    }
    out.push_str("</result>");
}

/// Appends what is wrong with one record.
pub(super) fn push_error(out: &mut String, error: &ApiError) {
    out.push_str("<errors>");
    for field in &error.fields {
        element(out, "fields", field);
    }
    out.push_str("<message>");
    push_escaped(out, error.message.as_deref().unwrap_or_default());
    out.push_str("</message>");
    element(out, "statusCode", error.code.as_str());
    out.push_str("</errors>");
}

/// The error as calls of several records tell it, which know no resources that could be missing.
pub(super) fn of_record(error: ApiError) -> ApiError {
    match error.code {
        ErrorCode::NotFound => refusal(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id"),
        _ => error,
    }
}

/// A refusal of one record.
pub(super) fn refusal(code: ErrorCode, message: impl Into<Box<str>>) -> ApiError {
    ApiError::dml(code, message, std::iter::empty::<&str>())
}

/// What a good record of a call is told that is undone as another one failed.
pub(super) fn rolled_back() -> ApiError {
    let message =
        "Record rolled back because not all records were valid and the request was using AllOrNone header";
    refusal(ErrorCode::AllOrNoneOperationRolledBack, message)
}
