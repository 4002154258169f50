//! Health, reset, coverage.

use mockorg_org::ControlRefusal;

use super::{
    clock::LATEST,
    members::{self, Members},
    refuse::refuse,
};
use crate::{
    answer::Answer,
    cometd::Moment,
    exchange::{Exchange, Failure},
    moment::Beginning,
};

const BEGINNING: &[&str] = &["clock", "asyncDelay"];

/// `GET /__mockorg/health`.
pub(crate) fn health(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let organization = exchange.gateway.with_org(|org, _| org.organization_id());
    let (clock, now) = exchange.gateway.time();
    let mut writer = exchange.writer();
    writer.begin_object().key("status").string("ok").key("version").string(env!("CARGO_PKG_VERSION"));
    writer.key("organizationId").display(organization);
    writer.key("now").display(now).key("clock").string(clock.kind()).end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/reset`. A body chooses how the org begins, now and at later resets; `{}` chooses how it was
/// started.
pub(crate) fn reset(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    if body.is_empty() {
        exchange.gateway.reset();
        return health(exchange);
    }
    match beginning(&body) {
        Ok(beginning) => {
            exchange.gateway.reset_to(beginning);
            health(exchange)
        }
        Err(ControlRefusal { error, hint }) => Ok(refuse(exchange, &error, &hint)),
    }
}

fn beginning(body: &[u8]) -> Result<Beginning, ControlRefusal> {
    let body = members::read(body)?;
    let members = Members::of("", BEGINNING, &body)?;
    let clock = members.timestamp("clock")?;
    if clock.is_some_and(|at| at > LATEST) {
        return Err(ControlRefusal {
            error: "the org's time ends with the year 9999".into(),
            hint: "choose an earlier time".into(),
        });
    }
    Ok(Beginning { clock, async_delay: members.duration("asyncDelay")? })
}

/// `GET /__mockorg/streaming`.
pub(crate) fn streaming(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let counts = exchange.gateway.streaming().counts(&Moment::of(exchange.gateway));
    let mut writer = exchange.writer();
    writer.begin_object().key("clients").int(counts.clients as i128);
    writer.key("subscriptions").int(counts.subscriptions as i128).key("held").int(counts.held as i128);
    writer.end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /__mockorg/coverage`.
pub(crate) fn coverage(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    writer.begin_object().key("notModelled").begin_array();
    exchange.gateway.with_org(|org, _| {
        for (what, count) in org.coverage().refused() {
            writer.begin_object().key("what").string(what).key("count").int(count).end_object();
        }
    });
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}
