//! The refusals of the Bulk APIs.

use super::csv::{CsvError, LineEnding};
use crate::{ApiError, ErrorCode};

/// There is no job, batch or result of this name.
pub(super) fn unknown() -> ApiError {
    ApiError::not_found()
}

/// `INVALIDJOB`.
pub(super) fn job(message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(ErrorCode::InvalidJob, message)
}

/// `INVALIDJOBSTATE`.
pub(super) fn state(message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(ErrorCode::InvalidJobState, message)
}

/// `INVALIDBATCH`.
pub(super) fn batch(message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(ErrorCode::InvalidBatch, message)
}

/// `INVALIDENTITY`: the Bulk APIs do not know the object.
pub(super) fn entity(name: &str) -> ApiError {
    ApiError::resource(ErrorCode::InvalidEntity, format!("Entity '{name}' is not supported by the Bulk API."))
}

/// What a job says whose data are no CSV of its kind.
pub(super) fn unreadable(error: CsvError, ending: Option<LineEnding>) -> String {
    match error {
        CsvError::LineEnding => format!(
            "InvalidBatch : LineEnding is invalid on user data. Current LineEnding setting is {}",
            ending.unwrap_or_default().name()
        ),
        CsvError::AfterQuote => {
            "InvalidBatch : Failed to parse CSV. A closing quote must be followed by a delimiter or a line ending.".to_owned()
        }
        CsvError::Unclosed => "InvalidBatch : Failed to parse CSV. EOF reached before closing an opened quote".to_owned(),
        CsvError::Encoding => "InvalidBatch : Failed to parse CSV. The data is not in UTF-8".to_owned(),
    }
}

/// `INVALIDOPERATION`.
pub(super) fn operation(message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(ErrorCode::InvalidOperation, message)
}

/// `FEATURENOTENABLED`.
pub(super) fn feature(message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(ErrorCode::FeatureNotEnabled, message)
}

/// `EXCEEDEDQUOTA`: the records of a day are used up.
pub(super) fn quota() -> ApiError {
    ApiError::resource(ErrorCode::ExceededQuota, "ApiBatchItems Limit exceeded.")
}

/// `LIMIT_EXCEEDED`.
pub(super) fn limit(message: impl Into<Box<str>>) -> ApiError {
    ApiError::resource(ErrorCode::LimitExceeded, message)
}
