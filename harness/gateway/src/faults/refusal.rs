//! How the error of a fault is told where the org itself has nothing to say.

use mockorg_org::{ApiError, ErrorCode, OAuthError};

use crate::{
    answer::Answer,
    endpoint::Endpoint,
    exchange::{Exchange, Failure},
    oauth,
};

/// The services of OAuth that refuse with one object.
const GRANTS: &[&str] = &["oauth-token", "oauth-introspect", "oauth-revoke"];

/// The outcome of a request as a fault leaves it: also what never asks the org is refused, and OAuth
/// refuses in its own form.
pub(crate) fn tell(
    row: &Endpoint,
    exchange: &Exchange<'_>,
    result: Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    let failure = match (exchange.fault(), result) {
        (Some(fault), Ok(_)) if !exchange.met_fault.get() && speaks_json(exchange.parts.uri.path()) => {
            fault.0.clone().into()
        }
        (_, Err(failure)) => failure,
        (_, answer) => return answer,
    };
    match outage(&failure.error).filter(|_| GRANTS.contains(&row.id)) {
        Some(error) => Ok(oauth::refuse(exchange, &error)),
        None => Err(failure),
    }
}

/// Whether an address is one of those that refuse in JSON. SOAP and Bulk API 1.0 ask the org whenever they can read
/// what they are asked.
fn speaks_json(path: &str) -> bool {
    !path.starts_with("/services/Soap") && !path.starts_with("/services/async")
}

/// What the services of OAuth say when they do not get as far as the grant.
fn outage(error: &ApiError) -> Option<OAuthError> {
    match error.code {
        ErrorCode::RequestLimitExceeded => Some(OAuthError::new("invalid_grant", "login rate exceeded")),
        ErrorCode::UnknownException | ErrorCode::ServerUnavailable => {
            Some(OAuthError::new("unknown_error", "retry your request"))
        }
        _ => None,
    }
}
