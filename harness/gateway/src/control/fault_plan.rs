//! Plans of faults as bodies have them: in full, or by a name of the catalogue with what differs from it.

use mockorg_org::{
    ControlRefusal, ErrorCode, FieldInput, Input,
    faults::{BodyFault, EventFault, Fault, FaultPlan, FaultScope, FaultTiming, JobOutcome, Probability},
};

use super::members::Members;
use crate::{endpoint_index, faults::PUBSUB_ENDPOINTS};

const PLAN: &[&str] = &["name", "use", "fault", "scope", "timing"];
const KINDS: &[&str] = &["error", "record", "job", "event", "latency", "drop", "reset", "body", "page"];
const ERROR: &[&str] = &["code", "message", "status"];
const RECORD: &[&str] = &["code", "message", "fields"];
const JOB: &[&str] = &["outcome", "code", "message"];
const EVENTS: &[&str] = &["lost", "late", "doubled", "gap", "gapEvent", "newSchema"];
const BODY: &[&str] = &["truncated", "slow"];
const PAGE: &[&str] = &["status", "contentType", "body"];
const SCOPE: &[&str] = &["operations", "objects", "records", "users", "endpoints", "methods", "jobTypes"];
const TIMING: &[&str] = &["after", "every", "times", "probability", "from", "until"];

/// Reads a plan. `named` gives those of the catalogue.
pub(crate) fn read_plan(
    body: &[FieldInput],
    named: impl Fn(&str) -> Result<FaultPlan, ControlRefusal>,
) -> Result<FaultPlan, ControlRefusal> {
    let members = Members::of("", PLAN, body)?;
    let name = members.text("name")?;
    let mut plan = match (members.text("use")?, members.input("fault")) {
        (Some(_), Some(_)) => {
            return Err(refusal(
                "a plan has either `use` or `fault`",
                "leave `fault` out to take that of the catalogue",
            ));
        }
        (Some(catalogued), None) => {
            FaultPlan { name: name.unwrap_or_else(|| catalogued.clone()), ..named(&catalogued)? }
        }
        (None, fault) => {
            let fault = read_fault(members.required("fault", fault)?)?;
            FaultPlan::new(&members.required("name", name)?, fault)
        }
    };
    if plan.name.is_empty() {
        return Err(refusal("`name` is empty", "give the plan a name, by which it is ended"));
    }
    if let Some(scope) = members.object("scope")? {
        read_scope(scope, &mut plan.scope)?;
    }
    if let Some(timing) = members.object("timing")? {
        read_timing(timing, &mut plan.timing)?;
    }
    Ok(plan)
}

/// Reads what goes wrong: a name alone, or an object of one member that bears the name.
fn read_fault(input: &Input) -> Result<Fault, ControlRefusal> {
    match input {
        Input::Text(name) if &**name == "drop" => Ok(Fault::Drop),
        Input::Text(name) if &**name == "reset" => Ok(Fault::Reset),
        Input::Object(members) if members.len() == 1 => {
            let members = Members::of("fault.", KINDS, members)?;
            let object = |name| members.object(name);
            if let Some(error) = object("error")? {
                return read_error(error);
            }
            if let Some(record) = object("record")? {
                return read_record(record);
            }
            if let Some(job) = object("job")? {
                return read_job(job);
            }
            if let Some(page) = object("page")? {
                return read_page(page);
            }
            if let Some(body) = object("body")? {
                return read_body(body);
            }
            if let Some(event) = members.input("event") {
                return read_event(event).map(Fault::Event);
            }
            match members.duration("latency")? {
                Some(latency) => Ok(Fault::Latency(latency)),
                None => Err(unknown_fault()),
            }
        }
        _ => Err(unknown_fault()),
    }
}

fn read_error(members: &[FieldInput]) -> Result<Fault, ControlRefusal> {
    let members = Members::of("fault.error.", ERROR, members)?;
    let code = members.required("code", code(&members)?)?;
    Ok(Fault::Error { code, message: members.text("message")?, status: status(&members)? })
}

fn read_record(members: &[FieldInput]) -> Result<Fault, ControlRefusal> {
    let members = Members::of("fault.record.", RECORD, members)?;
    let code = members.required("code", code(&members)?)?;
    let fields = members.texts("fields")?.unwrap_or_default();
    Ok(Fault::Record { code, message: members.text("message")?, fields })
}

fn read_job(members: &[FieldInput]) -> Result<Fault, ControlRefusal> {
    let members = Members::of("fault.job.", JOB, members)?;
    let outcome = match members.required("outcome", members.text("outcome")?)? {
        text if &*text == "completedWithFailures" => JobOutcome::CompletedWithFailures,
        text if &*text == "failure" => JobOutcome::Failure,
        text if &*text == "hang" => JobOutcome::Hang,
        text => {
            let hint = "`outcome` is one of completedWithFailures, failure, hang";
            return Err(refusal(&format!("no job ends with the outcome `{text}`"), hint));
        }
    };
    Ok(Fault::Job { outcome, code: code(&members)?, message: members.text("message")? })
}

fn read_page(members: &[FieldInput]) -> Result<Fault, ControlRefusal> {
    let members = Members::of("fault.page.", PAGE, members)?;
    Ok(Fault::Page {
        status: members.required("status", status(&members)?)?,
        content_type: members.text("contentType")?,
        body: members.text("body")?.unwrap_or_default(),
    })
}

fn read_body(members: &[FieldInput]) -> Result<Fault, ControlRefusal> {
    let members = Members::of("fault.body.", BODY, members)?;
    match (members.length("truncated")?, members.length("slow")?) {
        (Some(bytes), None) => Ok(Fault::Body(BodyFault::Truncated(bytes))),
        (None, Some(rate)) if rate > 0 => Ok(Fault::Body(BodyFault::Slow(rate))),
        (None, Some(_)) => Err(refusal(
            "at 0 bytes a second nothing ever comes",
            "give `slow` a number from 1 on, or use `drop`",
        )),
        _ => Err(refusal(
            "`fault.body` has one of `truncated` and `slow`",
            "`truncated` is a number of bytes, `slow` one of bytes a second; add two plans to have both",
        )),
    }
}

fn read_event(input: &Input) -> Result<EventFault, ControlRefusal> {
    let known = || {
        refusal(
            "there is no such fault of events",
            "`fault.event` is one of \"lost\", {\"late\": \"PT5S\"}, \"doubled\", {\"gap\": 3}, \"gapEvent\", \"newSchema\"",
        )
    };
    match input {
        Input::Text(name) => match &**name {
            "lost" => Ok(EventFault::Lost),
            "doubled" => Ok(EventFault::Doubled),
            "gapEvent" => Ok(EventFault::GapEvent),
            "newSchema" => Ok(EventFault::NewSchema),
            _ => Err(known()),
        },
        Input::Object(members) => {
            let members = Members::of("fault.event.", EVENTS, members)?;
            match (members.duration("late")?, members.count("gap")?) {
                (Some(late), None) => Ok(EventFault::Late(late)),
                (None, Some(gap)) => Ok(EventFault::Gap(gap)),
                _ => Err(known()),
            }
        }
        _ => Err(known()),
    }
}

/// Reads where a plan strikes; what is not told stays as it is.
fn read_scope(members: &[FieldInput], scope: &mut FaultScope) -> Result<(), ControlRefusal> {
    let members = Members::of("scope.", SCOPE, members)?;
    let FaultScope { operations, objects, records, users, endpoints, methods, job_types } = scope;
    for (name, list) in [
        ("operations", operations),
        ("objects", objects),
        ("users", users),
        ("endpoints", endpoints),
        ("methods", methods),
        ("jobTypes", job_types),
    ] {
        if members.has(name) {
            *list = members.texts(name)?.unwrap_or_default();
        }
    }
    if members.has("records") {
        let ids = members.texts("records")?.unwrap_or_default();
        let id = |text: &str| {
            text.parse()
                .map_err(|_| refusal(&format!("`{text}` is no record id"), "give ids of 15 or 18 characters"))
        };
        *records = ids.iter().map(|text| id(text)).collect::<Result<_, _>>()?;
    }
    let known = |id: &str| {
        PUBSUB_ENDPOINTS.contains(&id) || endpoint_index::endpoints().any(|endpoint| endpoint.id == id)
    };
    match scope.endpoints.iter().find(|id| !known(id)) {
        None => Ok(()),
        Some(id) => Err(refusal(
            &format!("there is no endpoint `{id}`"),
            "the ids stand in schemas/endpoints.json, such as query, sobject-row or oauth-token; calls of gRPC are \
             pubsub-subscribe, pubsub-publish and so on",
        )),
    }
}

/// Reads when a plan strikes; what is not told stays as it is.
fn read_timing(members: &[FieldInput], timing: &mut FaultTiming) -> Result<(), ControlRefusal> {
    let members = Members::of("timing.", TIMING, members)?;
    if members.has("after") {
        timing.after = members.count("after")?.unwrap_or_default();
    }
    if members.has("every") {
        timing.every = members.count("every")?.unwrap_or_default();
    }
    if members.has("times") {
        timing.times = members.count("times")?;
    }
    if members.has("probability") {
        timing.probability = members.share("probability")?.map(Probability::of_share);
    }
    if members.has("from") {
        timing.from = members.timestamp("from")?;
    }
    if members.has("until") {
        timing.until = members.timestamp("until")?;
    }
    Ok(())
}

fn code(members: &Members<'_>) -> Result<Option<ErrorCode>, ControlRefusal> {
    let Some(text) = members.text("code")? else { return Ok(None) };
    let known = ErrorCode::ALL.iter().copied();
    known.clone().find(|own| own.as_str() == &*text).map(Some).ok_or_else(|| ControlRefusal {
        error: format!("`{text}` is no error code that mockorg answers").into(),
        hint: format!("`code` is one of {}", known.map(ErrorCode::as_str).collect::<Vec<_>>().join(", "))
            .into(),
    })
}

fn status(members: &Members<'_>) -> Result<Option<u16>, ControlRefusal> {
    let Some(number) = members.count("status")? else { return Ok(None) };
    match u16::try_from(number) {
        Ok(status) if (200..=599).contains(&status) => Ok(Some(status)),
        _ => Err(refusal(&format!("{number} is no status of an answer"), "give one from 200 to 599")),
    }
}

fn unknown_fault() -> ControlRefusal {
    refusal(
        "`fault` is none that mockorg knows",
        "give \"drop\", \"reset\", or an object with one of error, record, job, event, latency, body, page; GET \
         /__mockorg/faults/catalogue has examples",
    )
}

fn refusal(error: &str, hint: &str) -> ControlRefusal {
    ControlRefusal { error: error.into(), hint: hint.into() }
}
