//! What clients ask a job of Bulk API 2.0 to be.

use hyper::{Method, http::request::Parts};
use mockorg_org::{
    ApiError, ErrorCode, FieldInput, Input,
    bulk::{ColumnDelimiter, Dialect, JobFilter, JobRequest, LineEnding},
};

use crate::{
    exchange::{Exchange, Failure},
    path,
};

/// The longest upload, in bytes, compressed or not.
pub(crate) const LONGEST_UPLOAD: usize = 150 * 1024 * 1024;

/// Whether a request brings the data of an ingest job, which may be longer than other bodies.
pub(crate) fn is_upload(parts: &Parts) -> bool {
    let (path, _) = path::normalise(parts.uri.path());
    parts.method == Method::PUT && path.contains("/jobs/ingest/") && path.ends_with("/batches")
}

/// The members of a job, and the statement of one that queries.
pub(super) fn job_request(
    exchange: &Exchange<'_>,
    members: Vec<FieldInput>,
) -> Result<(JobRequest, Option<Box<str>>), Failure> {
    let mut job = JobRequest { content_type: "CSV".into(), ..JobRequest::default() };
    let mut query = None;
    job.dialect = Dialect { ending: Some(LineEnding::Lf), ..Dialect::default() };
    for FieldInput { name, value, .. } in members {
        let text = match value {
            Input::Text(text) | Input::Number(text) => text,
            Input::Null => continue,
            _ => return Err(invalid(&format!("the value of {name} must be text")).into()),
        };
        match &*name {
            "object" => job.object = text,
            "operation" => job.operation = text,
            "contentType" if &*text == "CSV" => {}
            "contentType" => return Err(invalid(&format!("Unsupported content type: {text}")).into()),
            "lineEnding" => {
                let ending = LineEnding::named(&text);
                job.dialect.ending =
                    Some(ending.ok_or_else(|| invalid(&format!("Unsupported line ending: {text}")))?);
            }
            "columnDelimiter" => {
                let delimiter = ColumnDelimiter::named(&text);
                job.dialect.delimiter =
                    delimiter.ok_or_else(|| invalid(&format!("Unsupported column delimiter: {text}")))?;
            }
            "externalIdFieldName" => job.external_id_field = Some(text),
            "assignmentRuleId" => return Err(exchange.not_modelled("assignment rules of bulk jobs").into()),
            "query" => query = Some(text),
            "concurrencyMode" if text.eq_ignore_ascii_case("Parallel") => {}
            // What the job would be after it was created; clients that send a whole job back name these.
            "concurrencyMode" => {
                return Err(invalid("only the concurrency mode Parallel is supported").into());
            }
            _ => return Err(unknown(&name).into()),
        }
    }
    Ok((job, query))
}

/// The wished state of a job.
pub(super) fn wished_state(exchange: &Exchange<'_>) -> Result<Box<str>, Failure> {
    let mut state = None;
    for FieldInput { name, value, .. } in exchange.record_body()? {
        match (&*name, value) {
            ("state", Input::Text(text)) => state = Some(text),
            ("state", _) => return Err(invalid("the state must be text").into()),
            _ => return Err(unknown(&name).into()),
        }
    }
    state.ok_or_else(|| invalid("the state is missing").into())
}

/// Which jobs a list is to have.
pub(super) fn filter(exchange: &Exchange<'_>) -> JobFilter {
    let text = |name: &str| exchange.argument(name).filter(|text| !text.is_empty()).map(Into::into);
    JobFilter {
        job_type: text("jobType"),
        concurrency_mode: text("concurrencyMode"),
        pk_chunking: exchange.argument("isPkChunkingEnabled").map(|text| text.eq_ignore_ascii_case("true")),
        locator: text("queryLocator"),
    }
}

fn invalid(message: &str) -> ApiError {
    ApiError::resource(ErrorCode::InvalidJob, format!("InvalidJob : {message}"))
}

fn unknown(name: &str) -> ApiError {
    ApiError::resource(ErrorCode::JsonParserError, format!("Unrecognized field \"{name}\""))
}
