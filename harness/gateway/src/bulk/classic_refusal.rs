//! The refusals of Bulk API 1.0: its own codes, as XML or as JSON.

use mockorg_org::{ApiError, ErrorCode};

use super::classic::{begin_root, document};
use crate::{
    answer::{APPLICATION_XML, Answer},
    errors,
    json::{JsonForm, JsonWriter},
    soap::text::element,
};

/// The codes that differ from those of the other APIs.
const CODES: &[(ErrorCode, &str)] = &[
    (ErrorCode::ApiDisabledForOrg, "FeatureNotEnabled"),
    (ErrorCode::ExceededQuota, "ExceededQuota"),
    (ErrorCode::FeatureNotEnabled, "FeatureNotEnabled"),
    (ErrorCode::InvalidBatch, "InvalidBatch"),
    (ErrorCode::InvalidEntity, "InvalidEntity"),
    (ErrorCode::InvalidJob, "InvalidJob"),
    (ErrorCode::InvalidJobState, "InvalidJobState"),
    (ErrorCode::InvalidOperation, "InvalidOperation"),
    (ErrorCode::InvalidSessionId, "InvalidSessionId"),
    (ErrorCode::JsonParserError, "ClientInputError"),
    (ErrorCode::NotFound, "InvalidJob"),
    (ErrorCode::QueryTimeout, "Timeout"),
    (ErrorCode::RequestLimitExceeded, "ExceededQuota"),
    (ErrorCode::UnsupportedMediaType, "ClientInputError"),
];

/// The answer to a refused request.
pub(crate) fn refuse(json: bool, error: &ApiError) -> Answer {
    let code = CODES.iter().find(|(code, _)| *code == error.code).map(|(_, name)| *name);
    let message = match error.code {
        ErrorCode::InvalidSessionId => "Invalid session id",
        ErrorCode::NotFound => "Invalid job id",
        _ => error.message.as_deref().unwrap_or_default(),
    };
    match (code, error.code) {
        (Some(code), _) => print(json, 400, code, message),
        // Named as everywhere else: no real org answers it.
        (None, ErrorCode::NotModelled) => print(json, errors::status(error), error.code.as_str(), message),
        (None, _) => print(json, errors::status(error), "Unknown", message),
    }
}

/// An error in either form.
pub(super) fn print(json: bool, status: u16, code: &str, message: &str) -> Answer {
    if json {
        let mut w = JsonWriter::new(JsonForm::Compact);
        w.begin_object();
        w.name("exceptionCode").string(code);
        w.name("exceptionMessage").string(message);
        w.end_object();
        return Answer::json(status, w.finish());
    }
    let text = document(|out| {
        begin_root(out, "error");
        element(out, "exceptionCode", code);
        element(out, "exceptionMessage", message);
        out.push_str("</error>");
    });
    Answer::new(status, APPLICATION_XML, text)
}
