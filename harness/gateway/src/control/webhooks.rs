//! Webhooks over HTTP: listed, added, ended.

use mockorg_org::{ControlRefusal, Input, Webhook};

use super::{
    members::{self, Members},
    refuse::refuse,
};
use crate::{
    WebhookLife, WebhookState,
    answer::Answer,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

const WEBHOOK: &[&str] = &["name", "url", "channel", "headers", "secret"];

/// `GET /__mockorg/webhooks`.
pub(crate) fn list_webhooks(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    writer.begin_object().key("webhooks").begin_array();
    exchange.gateway.webhook_states().iter().for_each(|state| write_state(&mut writer, state));
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/webhooks`.
pub(crate) fn add_webhook(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let added = read_webhook(&body)
        .and_then(|webhook| exchange.gateway.add_webhook(webhook, WebhookLife::UntilReset));
    Ok(match added {
        Ok(state) => {
            let mut writer = exchange.writer();
            write_state(&mut writer, &state);
            Answer::json(201, writer.finish())
        }
        Err(ControlRefusal { error, hint }) => refuse(exchange, &error, &hint),
    })
}

/// `DELETE /__mockorg/webhooks`.
pub(crate) fn end_webhooks(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(ended(exchange, exchange.gateway.end_webhooks(None)))
}

/// `DELETE /__mockorg/webhooks/{name}`.
pub(crate) fn end_webhook(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name");
    Ok(match exchange.gateway.end_webhooks(Some(&name)) {
        0 => refuse(exchange, &format!("there is no webhook {name}"), "GET /__mockorg/webhooks lists them"),
        count => ended(exchange, count),
    })
}

fn ended(exchange: &Exchange<'_>, count: usize) -> Answer {
    let mut writer = exchange.writer();
    writer.begin_object().key("ended").int(count as i128).end_object();
    Answer::json(200, writer.finish())
}

fn read_webhook(body: &[u8]) -> Result<Webhook, ControlRefusal> {
    let body = members::read(body)?;
    let members = Members::of("", WEBHOOK, &body)?;
    let mut webhook = Webhook::new(
        &members.required("name", members.text("name")?)?,
        &members.required("url", members.text("url")?)?,
        &members.required("channel", members.text("channel")?)?,
    );
    webhook.secret = members.text("secret")?;
    for header in members.object("headers")?.unwrap_or_default() {
        let Input::Text(value) = &header.value else {
            return Err(ControlRefusal {
                error: format!("the header `{}` is not a text", header.name).into(),
                hint: r#"give headers as {"Authorization":"Bearer x"}"#.into(),
            });
        };
        webhook.headers.insert(header.name.clone(), value.clone());
    }
    Ok(webhook)
}

fn write_state(writer: &mut JsonWriter, state: &WebhookState) {
    let Webhook { name, url, channel, .. } = &state.webhook;
    writer.begin_object().key("name").string(name).key("url").string(url).key("channel").string(channel);
    writer.key("status").string(state.status.as_str()).key("position").int(state.position.0);
    writer.key("retries").int(state.retries).key("nextAttempt");
    match state.next_attempt {
        Some(at) => writer.display(at),
        None => writer.null(),
    };
    writer.key("lastError").optional(state.last_error.as_deref()).end_object();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_webhook_is_named() {
        let refusal = |body: &str| read_webhook(body.as_bytes()).unwrap_err().error;
        assert_eq!(&*refusal(r#"{"name":"a","channel":"/u/x"}"#), "`url` is missing");
        let headers = r#"{"name":"a","url":"http://a/","channel":"/u/x","headers":{"A":1}}"#;
        assert_eq!(&*refusal(headers), "the header `A` is not a text");
        assert!(refusal(r#"{"naem":"a"}"#).starts_with("there is no member `naem`"));
    }
}
