//! The org as an org file, and another org file in its place.

use mockorg_org::{ControlRefusal, LeftOut};

use super::{refuse::refuse, status::health};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
};

/// `GET /__mockorg/export`.
pub(crate) fn export(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let export = exchange.gateway.export();
    let mut writer = exchange.writer();
    writer.begin_object().key("org").raw(|out| out.extend_from_slice(export.json.trim_end().as_bytes()));
    writer.key("leftOut").begin_array();
    for LeftOut { what, count, why } in &export.left_out {
        writer.begin_object().key("what").string(what).key("count").int(i128::from(*count));
        writer.key("why").string(why).end_object();
    }
    writer.end_array().key("secrets").begin_array();
    for whose in &export.secrets {
        writer.string(whose);
    }
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/import`, with an org file as body.
pub(crate) fn import(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let Ok(file) = std::str::from_utf8(&body) else {
        return Ok(refuse(exchange, "the body is no UTF-8", "send an org file as JSON"));
    };
    match exchange.gateway.import(file) {
        Ok(()) => health(exchange),
        Err(ControlRefusal { error, hint }) => Ok(refuse(exchange, &error, &hint)),
    }
}
