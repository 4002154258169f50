//! Jobs: simulated, listed, told to go on.

use mockorg_org::{
    ApiVersion, Control, ControlRefusal, ControlReply, FieldInput, JobError, JobEvent, JobState, JobStep,
    RecordId, SimulatedJob, Timestamp,
};

use super::{
    members::{self, Members},
    refuse::refuse,
};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

const JOB: &[&str] = &[
    "jobType",
    "onBehalfOf",
    "totalItems",
    "failedItems",
    "delayToStart",
    "delayToFinish",
    "hold",
    "referenceRecordId",
    "objects",
    "errors",
    "event",
];
const STEP: &[&str] = &["status", "totalItems", "failedItems", "errors"];
const ERROR: &[&str] = &["category", "code", "message", "primaryRecordId", "relatedRecordId", "severity"];
const EVENT: &[&str] = &["publish", "name", "fields"];

/// `GET /__mockorg/jobs`.
pub(crate) fn list_jobs(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (jobs, version) = exchange.gateway.with_org(|org, _| (org.jobs(), org.settings().status_url_version));
    let versions = (version, exchange.gateway.options.newest);
    let mut writer = exchange.writer();
    writer.begin_object().key("jobs").begin_array();
    jobs.iter().for_each(|job| write_job(&mut writer, job, versions));
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/jobs`.
pub(crate) fn simulate_job(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let control = read_job(&body).map(|job| Control::SimulateJob(Box::new(job)));
    Ok(perform(exchange, 201, control))
}

/// `POST /__mockorg/jobs/{id}`.
pub(crate) fn step_job(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let id: Box<str> = exchange.param("id").into();
    let control = read_step(&body).map(|step| Control::StepJob { id, step });
    Ok(perform(exchange, 200, control))
}

fn perform(exchange: &Exchange<'_>, status: u16, control: Result<Control, ControlRefusal>) -> Answer {
    let done = control.and_then(|control| {
        exchange.gateway.with_org(|org, now| {
            let reply = org.control(now, control)?;
            Ok((reply, org.settings().status_url_version))
        })
    });
    match done {
        Ok((ControlReply::Job(job), version)) => {
            let mut writer = exchange.writer();
            write_job(&mut writer, &job, (version, exchange.gateway.options.newest));
            Answer::json(status, writer.finish())
        }
        // No other order is given here.
        Ok((ControlReply::Failure(_) | ControlReply::Cleared(_) | ControlReply::Fault(_), _)) => {
            refuse(exchange, "the org did something else", "report this as a mistake of mockorg")
        }
        Err(ControlRefusal { error, hint }) => refuse(exchange, &error, &hint),
    }
}

fn read_job(body: &[u8]) -> Result<SimulatedJob, ControlRefusal> {
    let body = members::read(body)?;
    let members = Members::of("", JOB, &body)?;
    let job_type = members.required("jobType", members.text("jobType")?)?;
    let of = SimulatedJob::of(&job_type);
    Ok(SimulatedJob {
        on_behalf_of: members.text("onBehalfOf")?,
        total_items: members.count("totalItems")?.unwrap_or(of.total_items),
        failed_items: members.count("failedItems")?.unwrap_or(of.failed_items),
        delay_to_start: members.duration("delayToStart")?,
        delay_to_finish: members.duration("delayToFinish")?,
        hold: members.bool("hold")?.unwrap_or(of.hold),
        reference_record: members.id("referenceRecordId")?,
        objects: members.texts("objects")?.unwrap_or_default(),
        errors: read_errors(&members)?.unwrap_or_default(),
        event: match members.object("event")? {
            Some(event) => read_event(event)?,
            None => of.event,
        },
        job_type,
    })
}

fn read_step(body: &[u8]) -> Result<JobStep, ControlRefusal> {
    let body = members::read(body)?;
    let members = Members::of("", STEP, &body)?;
    Ok(JobStep {
        status: members.required("status", members.text("status")?)?,
        total_items: members.count("totalItems")?,
        failed_items: members.count("failedItems")?,
        errors: read_errors(&members)?,
    })
}

fn read_errors(members: &Members<'_>) -> Result<Option<Vec<JobError>>, ControlRefusal> {
    let Some(errors) = members.objects("errors")? else { return Ok(None) };
    errors
        .into_iter()
        .enumerate()
        .map(|(at, error)| read_error(at, error))
        .collect::<Result<_, _>>()
        .map(Some)
}

fn read_error(at: usize, error: &[FieldInput]) -> Result<JobError, ControlRefusal> {
    let members = Members::of(&format!("errors[{at}]."), ERROR, error)?;
    Ok(JobError {
        category: members.text("category")?,
        code: members.required("code", members.text("code")?)?,
        message: members.required("message", members.text("message")?)?,
        primary_record: members.id("primaryRecordId")?,
        related_record: members.id("relatedRecordId")?,
        severity: members.text("severity")?,
    })
}

fn read_event(event: &[FieldInput]) -> Result<JobEvent, ControlRefusal> {
    let members = Members::of("event.", EVENT, event)?;
    let fields = members.object("fields")?.unwrap_or_default();
    Ok(JobEvent {
        publish: members.bool("publish")?.unwrap_or(true),
        name: members.text("name")?,
        fields: fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect(),
    })
}

/// A job with the addresses under which clients follow it: `versions` are the one of the older object, and
/// the newest one.
fn write_job(writer: &mut JsonWriter, job: &JobState, versions: (ApiVersion, ApiVersion)) {
    writer.begin_object().key("requestIdentifier").string(&job.request_identifier);
    writer.key("jobType").string(&job.job_type).key("status").string(&job.status);
    writer.key("simulated").bool(job.simulated).key("held").bool(job.held);
    let (older, newest) = versions;
    write_row(writer, "RevenueAsyncOperation", job.operation, older);
    write_row(writer, "AsyncOperationTracker", job.tracker, newest);
    writer.key("totalItems").int(job.total_items).key("successfulItems").int(job.successful_items);
    writer.key("failedItems").int(job.failed_items);
    for (name, at) in [
        ("submittedAt", job.submitted_at),
        ("startedAt", job.started_at),
        ("finishedAt", job.finished_at),
        ("expiresAt", job.expires_at),
    ] {
        write_time(writer, name, at);
    }
    writer.end_object();
}

fn write_row(writer: &mut JsonWriter, object: &str, id: Option<RecordId>, version: ApiVersion) {
    writer.key(object);
    let Some(id) = id else {
        writer.null();
        return;
    };
    writer.begin_object().key("id").display(id).key("statusURL");
    writer.display(format_args!("/services/data/v{version}/sobjects/{object}/{}", id.as_15())).end_object();
}

fn write_time(writer: &mut JsonWriter, name: &str, at: Option<Timestamp>) {
    writer.key(name);
    match at {
        Some(at) => writer.display(at),
        None => writer.null(),
    };
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mockorg_org::Input;

    use super::*;

    #[test]
    fn a_job_is_read_in_full() {
        let body = br#"{"jobType":"PlaceQuote","totalItems":2,"failedItems":1,"delayToStart":"PT1S","delayToFinish":2,
            "hold":true,"objects":["AsyncOperationTracker"],"errors":[{"code":"X","message":"y"}],
            "event":{"name":"QuoteSaveEvent","fields":{"Status":"Saving"}}}"#;
        let job = read_job(body).unwrap();
        assert_eq!((job.total_items, job.failed_items, job.hold), (2, 1, true));
        assert_eq!(job.delay_to_start, Some(Duration::from_secs(1)));
        assert_eq!(job.delay_to_finish, Some(Duration::from_secs(2)));
        assert_eq!(job.errors, [JobError::new("X", "y")]);
        assert_eq!(job.event.fields, [("Status".into(), Input::Text("Saving".into()))]);
    }

    #[test]
    fn members_within_are_checked_too() {
        for (body, error) in [
            (r#"{"jobType":"PlaceQuote","errors":[{"code":"X"}]}"#, "`errors[0].message` is missing"),
            (r#"{"jobType":"PlaceQuote","event":{"field":{}}}"#, "there is no member `event.field`"),
            (r#"{"jobType":"PlaceQuote","hold":"yes"}"#, "`hold` is not true or false"),
            (r#"{}"#, "`jobType` is missing"),
            ("[]", "Can not deserialize"),
        ] {
            let refusal = read_job(body.as_bytes()).unwrap_err();
            assert!(refusal.error.contains(error), "{refusal}");
        }
        assert_eq!(&*read_step(b"").unwrap_err().error, "`status` is missing");
    }
}
