//! The answer to a reply that does not belong to its call.

use mockorg_org::{ApiError, ErrorCode};

use crate::exchange::Failure;

/// `UNKNOWN_EXCEPTION`: the org's reply is not of the kind that its call has. A mistake of ours, told as one.
pub(crate) fn unexpected() -> Failure {
    ApiError::exception(ErrorCode::UnknownException, "the org's reply does not belong to the call").into()
}
