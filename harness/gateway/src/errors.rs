//! The HTTP status of each error code.

use mockorg_org::{ApiError, ErrorCode};

/// Codes whose status is not 400.
const STATUS: &[(ErrorCode, u16)] = &[
    (ErrorCode::ApiDisabledForOrg, 403),
    (ErrorCode::BatchProcessingHalted, 412),
    (ErrorCode::Gone, 410),
    (ErrorCode::InsufficientAccess, 403),
    (ErrorCode::InvalidAuthHeader, 401),
    (ErrorCode::InvalidSessionId, 401),
    (ErrorCode::MethodNotAllowed, 405),
    (ErrorCode::NotFound, 404),
    (ErrorCode::NotModelled, 501),
    (ErrorCode::RequestLimitExceeded, 403),
    (ErrorCode::ServerUnavailable, 503),
    (ErrorCode::UnknownException, 500),
    (ErrorCode::UnsupportedMediaType, 415),
];

/// The status with which the REST resources answer `error`.
pub(crate) fn status(error: &ApiError) -> u16 {
    // A fault on purpose may have a status of its own.
    if let Some(status) = error.status() {
        return status;
    }
    let of_row_or_lookup = [ErrorCode::EntityIsDeleted, ErrorCode::InvalidCrossReferenceKey];
    if error.on_row && of_row_or_lookup.contains(&error.code) {
        return 404;
    }
    STATUS.iter().find(|(code, _)| *code == error.code).map_or(400, |(_, status)| *status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_names_no_record_is_404_on_the_row_and_400_in_a_lookup() {
        let error =
            ApiError::dml(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id", ["AccountId"]);
        assert_eq!(status(&error), 400);
        assert_eq!(status(&error.on_row()), 404);
    }

    #[test]
    fn what_is_not_modelled_is_501_and_what_is_not_listed_is_400() {
        assert_eq!(status(&ApiError::not_modelled("tooling")), 501);
        assert_eq!(status(&ApiError::exception(ErrorCode::MalformedQuery, "unexpected token")), 400);
    }
}
