//! Lets subscribers inside the org run again that have failed too often.

use mockorg_org::{ApiVersion, Call, FieldInput, Input, ResumeFrom, Session};

use super::refuse::refuse;
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json,
};

const HINT: &str = r#"send {"resume":"name"}, with "from":"tip" to leave out what was published meanwhile"#;

/// `POST /__mockorg/subscribers`.
pub(crate) fn resume_subscriber(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let order = json::record_body(&body).ok().and_then(|members| order_of(&members));
    let Some((name, from)) = order else {
        return Ok(refuse(exchange, "the body does not say which subscriber to resume", HINT));
    };
    let session = Session { token: None, version: ApiVersion::NEWEST, origin: None };
    let call = Call::ResumeSubscriber { name: name.clone(), from };
    let gateway = exchange.gateway;
    if !gateway.resume_webhook(&name, from)
        && gateway.with_org(|org, now| org.call(now, &session, call)).is_err()
    {
        let hint = "name an automation of the org file or a webhook; EventBusSubscriber lists them";
        return Ok(refuse(exchange, &format!("there is no automation and no webhook {name}"), hint));
    }
    let mut writer = exchange.writer();
    writer.begin_object().key("resumed").string(&name).end_object();
    Ok(Answer::json(200, writer.finish()))
}

fn order_of(members: &[FieldInput]) -> Option<(Box<str>, ResumeFrom)> {
    let (mut name, mut from) = (None, ResumeFrom::Position);
    for member in members {
        match (&*member.name, &member.value) {
            ("resume", Input::Text(text)) => name = Some(text.clone()),
            ("from", Input::Text(text)) if &**text == "position" => from = ResumeFrom::Position,
            ("from", Input::Text(text)) if &**text == "tip" => from = ResumeFrom::Tip,
            _ => return None,
        }
    }
    Some((name?, from))
}
