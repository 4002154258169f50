//! Gap events on demand.

use mockorg_org::{FieldInput, Input};

use super::refuse::refuse;
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json,
};

const HINT: &str = r#"send {"object":"Account","changes":1}"#;

/// `POST /__mockorg/gaps`.
pub(crate) fn inject_gaps(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let order = json::record_body(&body).ok().and_then(|members| order(&members));
    let Some((object, changes)) = order else {
        return Ok(refuse(exchange, "the body does not say which changes become gaps", HINT));
    };
    let known = exchange.gateway.with_org(|org, _| {
        let known = org.catalog().find_any(&object).is_some();
        if known {
            org.inject_gap(&object, changes);
        }
        known
    });
    if !known {
        return Ok(refuse(exchange, "there is no such object", HINT));
    }
    let mut writer = exchange.writer();
    writer.begin_object().key("object").string(&object).key("changes").int(changes).end_object();
    Ok(Answer::json(200, writer.finish()))
}

fn order(members: &[FieldInput]) -> Option<(Box<str>, u32)> {
    let member = |name: &str| members.iter().find(|member| *member.name == *name).map(|member| &member.value);
    match (member("object")?, member("changes")?) {
        (Input::Text(object), Input::Number(changes)) if members.len() == 2 => {
            Some((object.clone(), changes.parse().ok()?))
        }
        _ => None,
    }
}
