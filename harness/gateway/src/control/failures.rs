//! Failures that are injected into the jobs of mockorg.

use mockorg_org::{Control, ControlRefusal, ControlReply, ErrorCode, InjectedFailure, JobFault};

use super::{
    members::{self, Members},
    refuse::refuse,
};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

const FAULT: &[&str] = &["jobType", "recordId", "code", "message", "times", "whole"];

/// `GET /__mockorg/failures`.
pub(crate) fn list_failures(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let failures = exchange.gateway.with_org(|org, _| org.failures().to_vec());
    let mut writer = exchange.writer();
    writer.begin_object().key("failures").begin_array();
    failures.iter().for_each(|failure| write_failure(&mut writer, failure));
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/failures`.
pub(crate) fn inject_failure(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    Ok(perform(exchange, 201, read_fault(&body).map(Control::InjectFailure)))
}

/// `DELETE /__mockorg/failures`.
pub(crate) fn clear_failures(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(perform(exchange, 200, Ok(Control::ClearFailures)))
}

fn perform(exchange: &Exchange<'_>, status: u16, control: Result<Control, ControlRefusal>) -> Answer {
    let done = control.and_then(|control| exchange.gateway.with_org(|org, now| org.control(now, control)));
    let mut writer = exchange.writer();
    match done {
        Ok(ControlReply::Failure(failure)) => write_failure(&mut writer, &failure),
        Ok(ControlReply::Cleared(count)) => {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            writer.begin_object().key("cleared").int(count).end_object();
        }
        // No other order is given here.
        Ok(ControlReply::Job(_) | ControlReply::Fault(_)) => {
            return refuse(exchange, "the org did something else", "report this as a mistake of mockorg");
        }
        Err(ControlRefusal { error, hint }) => return refuse(exchange, &error, &hint),
    }
    Answer::json(status, writer.finish())
}

fn read_fault(body: &[u8]) -> Result<JobFault, ControlRefusal> {
    let body = members::read(body)?;
    let members = Members::of("", FAULT, &body)?;
    let code = members.required("code", members.text("code")?)?;
    let known = ErrorCode::ALL.iter().copied();
    let code = known.clone().find(|own| own.as_str() == &*code).ok_or_else(|| ControlRefusal {
        error: format!("`{code}` is no error code that mockorg answers").into(),
        hint: format!("`code` is one of {}", known.map(ErrorCode::as_str).collect::<Vec<_>>().join(", "))
            .into(),
    })?;
    let message = members.required("message", members.text("message")?)?;
    let times = match members.count("times")? {
        None if members.is_null("times") => None,
        None => Some(1),
        times => times,
    };
    Ok(JobFault {
        job_type: members.text("jobType")?,
        record: members.id("recordId")?,
        times,
        whole: members.bool("whole")?.unwrap_or_default(),
        ..JobFault::new(code, &message)
    })
}

fn write_failure(writer: &mut JsonWriter, failure: &InjectedFailure) {
    let JobFault { job_type, record, code, message, whole, .. } = &failure.fault;
    writer.begin_object().key("number").int(failure.number).key("jobType").optional(job_type.as_deref());
    writer.key("recordId");
    match record {
        Some(id) => writer.display(id),
        None => writer.null(),
    };
    writer.key("code").string(code.as_str()).key("message").string(message).key("whole").bool(*whole);
    writer.key("struck").int(failure.struck).key("left");
    match failure.left() {
        Some(left) => writer.int(left),
        None => writer.null(),
    };
    writer.end_object();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_strikes_once_unless_it_is_told_otherwise() {
        let times = |more: &str| {
            let body = format!(r#"{{"code":"INVALID_INPUT","message":"no"{more}}}"#);
            read_fault(body.as_bytes()).unwrap().times
        };
        assert_eq!(times(""), Some(1));
        assert_eq!(times(r#","times":3"#), Some(3));
        assert_eq!(times(r#","times":null"#), None);
    }

    #[test]
    fn an_unknown_code_is_answered_with_the_known_ones() {
        let refusal = read_fault(br#"{"code":"BAD_LUCK","message":"no"}"#).unwrap_err();
        assert_eq!(&*refusal.error, "`BAD_LUCK` is no error code that mockorg answers");
        assert!(refusal.hint.contains("INSUFFICIENT_ACCESS"), "{refusal}");
    }
}
