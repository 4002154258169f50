//! Jobs of Bulk API 2.0 as JSON, member by member in the platform's order.

use mockorg_org::{
    ApiError, ApiVersion, Call, ErrorCode, Reply,
    bulk::{BulkCall, BulkJob, BulkReply, JobFamily},
};

use super::request::{filter, wished_state};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json::JsonWriter,
    rest::unexpected,
};

/// Has the org perform an operation. Bulk API 2.0 has a code of its own for used up requests.
pub(super) fn ask(exchange: &Exchange<'_>, call: BulkCall) -> Result<BulkReply, Failure> {
    match exchange.call(Call::Bulk(Box::new(call))) {
        Ok(Reply::Bulk(reply)) => Ok(reply),
        Ok(_) => Err(unexpected()),
        Err(error) if error.code == ErrorCode::RequestLimitExceeded => {
            Err(ApiError::resource(ErrorCode::LimitExceeded, error.message.unwrap_or_default()).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The job that the path names.
pub(super) fn named(exchange: &Exchange<'_>) -> Box<str> {
    exchange.param("job").into()
}

/// Answers a job; `whole` with how far it has come.
pub(super) fn answer_job(exchange: &Exchange<'_>, call: BulkCall, whole: bool) -> Result<Answer, Failure> {
    let BulkReply::Job(job) = ask(exchange, call)? else { return Err(unexpected()) };
    let mut w = exchange.writer();
    w.begin_object();
    members(&mut w, &job);
    if whole {
        progress(&mut w, &job);
    }
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET` of a job.
pub(super) fn get(exchange: &Exchange<'_>, family: JobFamily) -> Result<Answer, Failure> {
    answer_job(exchange, BulkCall::Get { family, job: named(exchange) }, true)
}

/// `PATCH` of a job.
pub(super) fn set_state(exchange: &Exchange<'_>, family: JobFamily) -> Result<Answer, Failure> {
    let state = wished_state(exchange)?;
    answer_job(exchange, BulkCall::SetState { family, job: named(exchange), state }, false)
}

/// `DELETE` of a job.
pub(super) fn delete(exchange: &Exchange<'_>, family: JobFamily) -> Result<Answer, Failure> {
    ask(exchange, BulkCall::Remove { family, job: named(exchange) })?;
    Ok(Answer::empty(204))
}

/// `GET` of all jobs.
pub(super) fn list(exchange: &Exchange<'_>, family: JobFamily) -> Result<Answer, Failure> {
    let call = BulkCall::List { family, filter: filter(exchange) };
    let BulkReply::Jobs(jobs, next) = ask(exchange, call)? else { return Err(unexpected()) };
    let mut w = exchange.writer();
    w.begin_object();
    w.name("done").bool(next.is_none());
    w.name("records").begin_array();
    for job in &jobs {
        w.begin_object();
        members(&mut w, job);
        w.name("jobType").string(job.job_type());
        w.end_object();
    }
    w.end_array();
    w.name("nextRecordsUrl");
    match next {
        Some(locator) => {
            let kind = if family == JobFamily::Query { "query" } else { "ingest" };
            w.string(&format!("/services/data/v{}/jobs/{kind}?queryLocator={locator}", exchange.version))
        }
        None => w.null(),
    };
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

fn members(w: &mut JsonWriter, job: &BulkJob) {
    let id = job.id.to_string();
    let request = &job.request;
    w.name("id").string(&id);
    w.name("operation").string(&request.operation);
    w.name("object").string(&request.object);
    w.name("createdById").string(&job.created_by.to_string());
    w.name("createdDate").string(&job.created.to_string());
    w.name("systemModstamp").string(&job.modified.to_string());
    let classic = job.family == JobFamily::Classic;
    w.name("state").string(if classic { job.classic_state() } else { job.state.name() });
    if let Some(field) = &request.external_id_field {
        w.name("externalIdFieldName").string(field);
    }
    w.name("concurrencyMode").string(request.concurrency_mode.as_deref().unwrap_or("Parallel"));
    w.name("contentType").string(&request.content_type);
    version(w, job.version);
    if job.family == JobFamily::Ingest {
        w.name("contentUrl").string(&format!("services/data/v{}/jobs/ingest/{id}/batches", job.version));
    }
    if !classic {
        w.name("lineEnding").string(request.dialect.ending.unwrap_or_default().name());
        w.name("columnDelimiter").string(request.dialect.delimiter.name());
    }
}

/// A number: `62.0`.
pub(super) fn version(w: &mut JsonWriter, version: ApiVersion) {
    w.name("apiVersion").raw(|out| out.extend_from_slice(version.to_string().as_bytes()));
}

fn progress(w: &mut JsonWriter, job: &BulkJob) {
    w.name("jobType").string(job.job_type());
    if job.family == JobFamily::Query {
        w.name("numberRecordsProcessed").int(job.processed);
        w.name("retries").int(0);
        w.name("totalProcessingTime").int(job.millis);
        w.name("isPkChunkingSupported").bool(true);
    } else {
        w.name("retries").int(0);
        w.name("totalProcessingTime").int(job.millis);
        w.name("apiActiveProcessingTime").int(job.millis);
        w.name("apexProcessingTime").int(0);
        w.name("numberRecordsProcessed").int(job.processed);
        w.name("numberRecordsFailed").int(job.failed);
    }
    if let Some(message) = &job.error_message {
        w.name("errorMessage").string(message);
    }
}
