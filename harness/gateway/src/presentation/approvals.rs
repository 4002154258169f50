//! Workflow rules and approval processes: no org here declares any.

use mockorg_org::{ApiError, ErrorCode, FieldInput, Input, RecordId};

use super::seen::Seen;
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

/// `GET /process/rules`.
pub(crate) fn process_rules(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    Ok(empty(exchange, "rules"))
}

/// `GET /process/rules/X[/<id>]`.
pub(crate) fn process_rules_of(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Seen::of_path(exchange)?;
    if exchange.param("id").is_empty() {
        Ok(empty(exchange, "rules"))
    } else {
        Err(ApiError::not_found().into())
    }
}

/// `POST /process/rules[/X[/<id>]]`: `{"contextIds":["…"]}`. There is no rule that could fire.
pub(crate) fn trigger_rules(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    exchange.authorize()?;
    if !exchange.param("sobject").is_empty() {
        Seen::of_path(exchange)?;
    }
    if !exchange.param("id").is_empty() {
        return Err(ApiError::not_found().into());
    }
    let ids = body.into_iter().find(|member| &*member.name == "contextIds").map(|member| member.value);
    let Some(Input::Array(ids)) = ids else {
        let text = "contextIds must be a list of ids";
        return Err(ApiError::exception(ErrorCode::JsonParserError, text).into());
    };
    for id in &ids {
        let Input::Text(text) = id else { continue };
        if text.parse::<RecordId>().is_err() {
            let none = std::iter::empty::<&str>();
            return Err(ApiError::dml(ErrorCode::MalformedId, format!("malformed id {text}"), none).into());
        }
    }
    let mut w = exchange.writer();
    w.begin_object().key("errors").null().key("success").bool(true).end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /process/approvals`.
pub(crate) fn approvals(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    Ok(empty(exchange, "approvals"))
}

/// `POST /process/approvals`: `{"requests":[…]}`. There is no process that a record could enter.
pub(crate) fn submit(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    exchange.authorize()?;
    let requests = body.into_iter().find(|member| &*member.name == "requests").map(|member| member.value);
    let Some(Input::Array(requests)) = requests else {
        let text = "requests must be a list of objects";
        return Err(ApiError::exception(ErrorCode::JsonParserError, text).into());
    };
    let mut w = exchange.writer();
    w.begin_array();
    for request in &requests {
        let Input::Object(members) = request else {
            let text = "requests must be a list of objects";
            return Err(ApiError::exception(ErrorCode::JsonParserError, text).into());
        };
        refuse(&mut w, members);
    }
    w.end_array();
    Ok(Answer::json(400, w.finish()))
}

fn refuse(w: &mut JsonWriter, request: &[FieldInput]) {
    let text = |name: &str| {
        request.iter().find(|member| &*member.name == name).and_then(|member| match &member.value {
            Input::Text(text) => Some(&**text),
            _ => None,
        })
    };
    let context = text("contextId");
    let (code, message) = match (text("actionType"), context.map(str::parse::<RecordId>)) {
        (_, None | Some(Err(_))) => {
            (ErrorCode::MalformedId, format!("malformed id {}", context.unwrap_or_default()))
        }
        // Work items come from processes, so that an id of one cannot be right.
        (Some("Approve" | "Reject" | "Removed"), _) => {
            (ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id".to_owned())
        }
        _ => (ErrorCode::NoApplicableProcess, "No applicable approval process was found.".to_owned()),
    };
    w.begin_object().key("actorIds").null().key("entityId").optional(context);
    w.key("errors").begin_array().begin_object().key("statusCode").string(code.as_str());
    w.key("message").string(&message).key("fields").begin_array().end_array().end_object().end_array();
    w.key("instanceId").null().key("instanceStatus").null().key("newWorkitemIds").null();
    w.key("success").bool(false).end_object();
}

/// `GET /sobjects/X/describe/approvalLayouts[/<process>]`.
pub(crate) fn approval_layouts(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Seen::of_path(exchange)?;
    if !exchange.param("process").is_empty() {
        return Err(ApiError::not_found().into());
    }
    let mut w = exchange.writer();
    w.begin_object().key("approvalLayouts").begin_array().end_array().end_object();
    Ok(Answer::json(200, w.finish()))
}

fn empty(exchange: &Exchange<'_>, name: &str) -> Answer {
    let mut w = exchange.writer();
    w.begin_object().key(name).begin_object().end_object().end_object();
    Answer::json(200, w.finish())
}
