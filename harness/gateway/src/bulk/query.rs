//! `/jobs/query`: jobs that read records.

use hyper::header::HeaderName;
use mockorg_org::{
    ApiError, ErrorCode,
    bulk::{BulkCall, BulkReply, JobFamily},
};

use super::{
    job::{self, answer_job, ask, named},
    request::job_request,
};
use crate::{
    answer::{Answer, CSV},
    exchange::{Exchange, Failure},
    rest::unexpected,
};

const LOCATOR: HeaderName = HeaderName::from_static("sforce-locator");
const RECORDS: HeaderName = HeaderName::from_static("sforce-numberofrecords");

/// `GET /jobs/query`.
pub(crate) fn query_jobs(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    job::list(exchange, JobFamily::Query)
}

/// `POST /jobs/query`.
pub(crate) fn create_query(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (job, query) = job_request(exchange, exchange.record_body()?)?;
    let query = query
        .ok_or_else(|| ApiError::resource(ErrorCode::InvalidJob, "InvalidJob : the query is missing"))?;
    answer_job(exchange, BulkCall::CreateQuery { job, query }, false)
}

/// `GET /jobs/query/<id>`.
pub(crate) fn query_job(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    job::get(exchange, JobFamily::Query)
}

/// `PATCH /jobs/query/<id>`.
pub(crate) fn set_query_state(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    job::set_state(exchange, JobFamily::Query)
}

/// `DELETE /jobs/query/<id>`.
pub(crate) fn delete_query(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    job::delete(exchange, JobFamily::Query)
}

/// `GET /jobs/query/<id>/results`.
pub(crate) fn query_results(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    check_version(exchange)?;
    let max_records = match exchange.argument("maxRecords") {
        None => None,
        Some(text) => match text.parse() {
            Ok(most) if most > 0 => Some(most),
            Ok(_) | Err(_) => {
                let message = format!("maxRecords must be a positive number: {text}");
                return Err(ApiError::resource(ErrorCode::InvalidJob, message).into());
            }
        },
    };
    let call = BulkCall::QueryResults { job: named(exchange), locator: locator(exchange), max_records };
    let BulkReply::Page(page) = ask(exchange, call)? else { return Err(unexpected()) };
    Ok(Answer::in_pieces(200, CSV, page.pieces.into_iter())
        .with(LOCATOR, page.next.as_deref().unwrap_or("null"))
        .with(RECORDS, page.rows))
}

/// `GET /jobs/query/<id>/resultPages`.
pub(crate) fn result_pages(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    check_version(exchange)?;
    let job = named(exchange);
    let call = BulkCall::ResultPages { job: job.clone(), locator: locator(exchange) };
    let BulkReply::Pages(pages, next) = ask(exchange, call)? else { return Err(unexpected()) };
    let address = |resource: &str, locator: &str| {
        format!("/services/data/v{}/jobs/query/{job}/{resource}?locator={locator}", exchange.version)
    };
    let mut w = exchange.writer();
    w.begin_object();
    w.name("resultPages").begin_array();
    for page in &pages {
        w.begin_object();
        w.name("resultUrl").string(&address("results", page));
        w.end_object();
    }
    w.end_array();
    w.name("nextRecordsUrl").optional(next.as_ref().map(|next| address("resultPages", next)).as_deref());
    w.name("done").bool(next.is_none());
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// A locator; the text `null`, which the last page tells, is none.
fn locator(exchange: &Exchange<'_>) -> Option<Box<str>> {
    let text = exchange.argument("locator")?;
    (!text.is_empty() && text != "null").then(|| text.into())
}

/// Results are read in the version in which the job was created.
fn check_version(exchange: &Exchange<'_>) -> Result<(), Failure> {
    let call = BulkCall::Get { family: JobFamily::Query, job: named(exchange) };
    let BulkReply::Job(job) = ask(exchange, call)? else { return Err(unexpected()) };
    if job.version == exchange.version {
        return Ok(());
    }
    let message = format!(
        "The job was created in version {}; its results cannot be read in version {}",
        job.version, exchange.version
    );
    Err(Failure::with_status(409, ApiError::resource(ErrorCode::InvalidJob, message)))
}
