//! What a graph or a tree may hold at most.

use mockorg_org::{ApiError, ErrorCode};

/// `LIMIT_EXCEEDED`: the request holds more than so much of something.
pub(super) fn over(what: &str) -> ApiError {
    ApiError::exception(ErrorCode::LimitExceeded, format!("The request can’t contain more than {what}."))
}
