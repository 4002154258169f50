//! `/jobs/ingest`: jobs that write records.

use mockorg_org::{
    ApiError, ErrorCode,
    bulk::{BulkCall, BulkReply, JobFamily, ResultKind},
};

use super::{
    job::{self, answer_job, ask, named},
    request::{LONGEST_UPLOAD, job_request},
};
use crate::{
    answer::{Answer, CSV},
    body::unsupported,
    exchange::{Exchange, Failure},
    json,
    rest::{self, unexpected},
};

/// `GET /jobs/ingest`.
pub(crate) fn ingest_jobs(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    job::list(exchange, JobFamily::Ingest)
}

/// `POST /jobs/ingest`: as JSON, or as a form that brings the data, too.
pub(crate) fn create_ingest(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    if !exchange.content_type().eq_ignore_ascii_case("multipart/form-data") {
        let (job, _) = job_request(exchange, exchange.record_body()?)?;
        return answer_job(exchange, BulkCall::CreateIngest { job, content: None }, false);
    }
    let body = exchange.body()?;
    let parts = rest::form_parts(&body, exchange.header("content-type").unwrap_or_default())?;
    let part = |name: &str| {
        let found = parts.iter().find(|part| part.name == name);
        found.ok_or_else(|| {
            ApiError::resource(ErrorCode::InvalidJob, format!("InvalidJob : the part {name} is missing"))
        })
    };
    let (job, _) = job_request(exchange, json::record_body(part("job")?.content)?)?;
    let content = Some(body.slice_ref(part("content")?.content));
    answer_job(exchange, BulkCall::CreateIngest { job, content }, false)
}

/// `GET /jobs/ingest/<id>`.
pub(crate) fn ingest(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    job::get(exchange, JobFamily::Ingest)
}

/// `PATCH /jobs/ingest/<id>`.
pub(crate) fn set_ingest_state(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    job::set_state(exchange, JobFamily::Ingest)
}

/// `DELETE /jobs/ingest/<id>`.
pub(crate) fn delete_ingest(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    job::delete(exchange, JobFamily::Ingest)
}

/// `PUT /jobs/ingest/<id>/batches`.
pub(crate) fn upload(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let media_type = exchange.content_type();
    if !media_type.is_empty() && !media_type.eq_ignore_ascii_case("text/csv") {
        return Err(unsupported(exchange.header("content-type").unwrap_or_default()).into());
    }
    let content = exchange.body_within(LONGEST_UPLOAD)?;
    ask(exchange, BulkCall::Upload { job: named(exchange), content })?;
    Ok(Answer::empty(201))
}

/// `GET /jobs/ingest/<id>/successfulResults`, `failedResults`, `unprocessedrecords`, in any case.
pub(crate) fn ingest_results(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let kind = match &*exchange.param("results").to_ascii_lowercase() {
        "successfulresults" => ResultKind::Successful,
        "failedresults" => ResultKind::Failed,
        "unprocessedrecords" => ResultKind::Unprocessed,
        _ => return Err(ApiError::not_found().into()),
    };
    match ask(exchange, BulkCall::IngestResults { job: named(exchange), kind })? {
        BulkReply::Rows(rows) => Ok(Answer::in_pieces(200, CSV, rows.map(Into::into))),
        _ => Err(unexpected()),
    }
}
