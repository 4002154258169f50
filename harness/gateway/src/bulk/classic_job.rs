//! `/services/async/XX.0/job`: jobs of Bulk API 1.0.

use mockorg_org::{
    ApiError, ErrorCode, FieldInput, Input,
    bulk::{BulkCall, BulkJob, BulkReply, JobFamily, JobRequest},
};

use super::classic::{Request, answer, begin_root, unexpected};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json::{self, JsonWriter},
    soap::{Element, text::element},
};

/// How many records a chunk has unless the client says so, and at most.
const CHUNK: (u32, u32) = (100_000, 250_000);

/// `POST /job`.
pub(crate) fn create_job(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        let mut job = JobRequest { content_type: "XML".into(), ..JobRequest::default() };
        for (name, text) in members(request)? {
            match &*name {
                "operation" => job.operation = text,
                "object" => job.object = text,
                "externalIdFieldName" => job.external_id_field = Some(text),
                "concurrencyMode" if matches!(&*text, "Parallel" | "Serial") => {
                    job.concurrency_mode = Some(text)
                }
                "contentType" => match &*text {
                    "CSV" | "JSON" | "XML" => job.content_type = text,
                    "ZIP_CSV" | "ZIP_JSON" | "ZIP_XML" => {
                        return Err(exchange.not_modelled("zipped batches of Bulk API 1.0"));
                    }
                    _ => return Err(invalid(&format!("Unsupported content type: {text}"))),
                },
                "assignmentRuleId" => return Err(exchange.not_modelled("assignment rules of bulk jobs")),
                _ => return Err(invalid(&format!("Unable to parse Job: {name}"))),
            }
        }
        let chunk_size = chunk_size(exchange)?;
        print(request, 201, BulkCall::CreateClassic { job, chunk_size })
    }))
}

/// `GET /job/<id>`.
pub(crate) fn job(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        let job = request.job()?;
        Ok(job_info(request, 200, &job))
    }))
}

/// `POST /job/<id>`: closes or aborts it.
pub(crate) fn set_job_state(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(answer(exchange, |request| {
        request.job()?;
        let state = members(request)?.into_iter().find(|(name, _)| &**name == "state").map(|(_, text)| text);
        let state = state.ok_or_else(|| invalid("the state is missing"))?;
        let job = request.named("job");
        print(request, 200, BulkCall::SetState { family: JobFamily::Classic, job, state })
    }))
}

fn print(request: &Request<'_>, status: u16, call: BulkCall) -> Result<Answer, ApiError> {
    let BulkReply::Job(job) = request.ask(call)? else { return Err(unexpected()) };
    Ok(job_info(request, status, &job))
}

/// The name and the value of a member.
type Member = (Box<str>, Box<str>);

/// The members of a `jobInfo`, as XML or JSON has them.
fn members(request: &Request<'_>) -> Result<Vec<Member>, ApiError> {
    let text = request.text()?;
    // The text tells more surely than its header.
    if request.json || text.trim_start().starts_with('{') {
        let members = json::record_body(text.as_bytes())?;
        return members
            .into_iter()
            .filter_map(|FieldInput { name, value, .. }| match value {
                // Clients that take the mode for a switch are understood, too.
                Input::Bool(serial) if &*name == "concurrencyMode" => Some(Ok((name, mode(serial).into()))),
                Input::Number(text) if &*name == "concurrencyMode" => {
                    Some(Ok((name, mode(&*text == "1").into())))
                }
                Input::Text(text) | Input::Number(text) => Some(Ok((name, text))),
                Input::Null => None,
                _ => Some(Err(invalid(&format!("Unable to parse Job: {name}")))),
            })
            .collect();
    }
    let root = Element::read(&text).map_err(|why| invalid(&format!("Unable to parse Job: {why}")))?;
    if root.name != "jobInfo" {
        return Err(invalid(&format!("Unable to parse Job: {}", root.name)));
    }
    let given = root.children.into_iter().filter(|child| !child.nil && !child.text.trim().is_empty());
    Ok(given.map(|child| (child.name.into(), child.text.trim().into())).collect())
}

const fn mode(serial: bool) -> &'static str {
    if serial { "Serial" } else { "Parallel" }
}

/// What `Sforce-Enable-PKChunking` asks for.
fn chunk_size(exchange: &Exchange<'_>) -> Result<Option<u32>, ApiError> {
    let Some(header) = exchange.header("sforce-enable-pkchunking") else { return Ok(None) };
    let mut size = Some(CHUNK.0);
    for part in header.split([';', ',']).map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            None if part.eq_ignore_ascii_case("true") => {}
            None if part.eq_ignore_ascii_case("false") => size = None,
            Some((name, value)) if name.eq_ignore_ascii_case("chunkSize") => {
                let number = value.parse().ok().filter(|number| (1..=CHUNK.1).contains(number));
                size =
                    Some(number.ok_or_else(|| {
                        invalid(&format!("Invalid chunkSize: {value}; at most {}", CHUNK.1))
                    })?);
            }
            _ => return Err(exchange.not_modelled("startRow and parent of PK chunking")),
        }
    }
    Ok(size)
}

fn invalid(message: &str) -> ApiError {
    ApiError::resource(ErrorCode::InvalidJob, format!("InvalidJob : {message}"))
}

fn job_info(request: &Request<'_>, status: u16, job: &BulkJob) -> Answer {
    request.print(status, |w| as_json(w, job), |out| as_xml(out, job))
}

fn as_json(w: &mut JsonWriter, job: &BulkJob) {
    let asked = &job.request;
    let [queued, running, completed, failed, total] = job.batches;
    w.begin_object();
    w.name("apexProcessingTime").int(0);
    w.name("apiActiveProcessingTime").int(job.millis);
    super::job::version(w, job.version);
    w.name("assignmentRuleId").null();
    w.name("concurrencyMode").string(asked.concurrency_mode.as_deref().unwrap_or("Parallel"));
    w.name("contentType").string(&asked.content_type);
    w.name("createdById").string(&job.created_by.to_string());
    w.name("createdDate").string(&job.created.to_string());
    w.name("externalIdFieldName").optional(asked.external_id_field.as_deref());
    w.name("fastPathEnabled").bool(false);
    w.name("id").string(&job.id.to_string());
    w.name("numberBatchesCompleted").int(completed);
    w.name("numberBatchesFailed").int(failed);
    w.name("numberBatchesInProgress").int(running);
    w.name("numberBatchesQueued").int(queued);
    w.name("numberBatchesTotal").int(total);
    w.name("numberRecordsFailed").int(job.failed);
    w.name("numberRecordsProcessed").int(job.processed);
    w.name("numberRetries").int(0);
    w.name("object").string(&asked.object);
    w.name("operation").string(&asked.operation);
    w.name("state").string(job.classic_state());
    w.name("systemModstamp").string(&job.modified.to_string());
    w.name("totalProcessingTime").int(job.millis);
    w.end_object();
}

fn as_xml(out: &mut String, job: &BulkJob) {
    let asked = &job.request;
    let [queued, running, completed, failed, total] = job.batches;
    begin_root(out, "jobInfo");
    element(out, "id", &job.id.to_string());
    element(out, "operation", &asked.operation);
    element(out, "object", &asked.object);
    element(out, "createdById", &job.created_by.to_string());
    element(out, "createdDate", &crate::soap::text::instant(job.created));
    element(out, "systemModstamp", &crate::soap::text::instant(job.modified));
    element(out, "state", job.classic_state());
    if let Some(field) = &asked.external_id_field {
        element(out, "externalIdFieldName", field);
    }
    element(out, "concurrencyMode", asked.concurrency_mode.as_deref().unwrap_or("Parallel"));
    element(out, "contentType", &asked.content_type);
    for (name, number) in [
        ("numberBatchesQueued", queued),
        ("numberBatchesInProgress", running),
        ("numberBatchesCompleted", completed),
        ("numberBatchesFailed", failed),
        ("numberBatchesTotal", total),
        ("numberRecordsProcessed", job.processed),
        ("numberRetries", 0),
    ] {
        element(out, name, &number.to_string());
    }
    element(out, "apiVersion", &job.version.to_string());
    for (name, number) in [
        ("numberRecordsFailed", job.failed),
        ("totalProcessingTime", job.millis),
        ("apiActiveProcessingTime", job.millis),
        ("apexProcessingTime", 0),
    ] {
        element(out, name, &number.to_string());
    }
    out.push_str("</jobInfo>");
}
