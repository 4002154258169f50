//! The refusal of a call of gRPC before it comes to the service: status and code as trailers without a body.

use hyper::header::{HeaderName, HeaderValue};
use mockorg_org::{ApiError, ErrorCode};

use crate::answer::{Answer, HttpResponse};

const UNAVAILABLE: u8 = 14;
const UNAUTHENTICATED: u8 = 16;

/// The answer to a call that is refused.
pub(super) fn refuse(error: &ApiError, request: u64) -> HttpResponse {
    let (status, code, words) = match error.code {
        ErrorCode::InvalidSessionId => (
            UNAUTHENTICATED,
            "service.auth.error",
            "An authentication exception occurred. Provide valid authentication via metadata headers.",
        ),
        _ => (UNAVAILABLE, "service.unavailable", "The service is unavailable."),
    };
    let rpc_id = format!("{request:032x}");
    let name = HeaderName::from_static;
    let mut answer = Answer::empty(200)
        .with(name("grpc-status"), status.to_string())
        .with(name("grpc-message"), format!("{words} rpcId: {rpc_id}"))
        .with(name("error-code"), format!("sfdc.platform.eventbus.grpc.{code}"))
        .with(name("rpc-id"), rpc_id);
    answer.media_type = Some(HeaderValue::from_static("application/grpc"));
    answer.finish(request, None, None)
}
