//! Snapshots over HTTP: listed, taken, put back, given up.

use mockorg_org::ControlRefusal;

use super::{
    refuse::{refuse, refuse_with},
    status::health,
};
use crate::{
    SnapshotState,
    answer::Answer,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

/// `GET /__mockorg/snapshots`.
pub(crate) fn list_snapshots(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    writer.begin_object().key("snapshots").begin_array();
    exchange.gateway.snapshots().iter().for_each(|state| write_state(&mut writer, state));
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `PUT` and `POST /__mockorg/snapshots/{name}`.
pub(crate) fn take_snapshot(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(match exchange.gateway.take_snapshot(&exchange.param("name")) {
        Ok(state) => {
            let mut writer = exchange.writer();
            write_state(&mut writer, &state);
            Answer::json(201, writer.finish())
        }
        Err(ControlRefusal { error, hint }) => refuse(exchange, &error, &hint),
    })
}

/// `POST /__mockorg/snapshots/{name}/restore`.
pub(crate) fn restore_snapshot(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name");
    if exchange.gateway.restore_snapshot(&name) { health(exchange) } else { Ok(unknown(exchange, &name)) }
}

/// `DELETE /__mockorg/snapshots/{name}`.
pub(crate) fn drop_snapshot(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name");
    if !exchange.gateway.drop_snapshot(&name) {
        return Ok(unknown(exchange, &name));
    }
    let mut writer = exchange.writer();
    writer.begin_object().key("ended").int(1).end_object();
    Ok(Answer::json(200, writer.finish()))
}

fn unknown(exchange: &Exchange<'_>, name: &str) -> Answer {
    let error = format!("there is no snapshot {name}");
    refuse_with(exchange, 404, &error, "GET /__mockorg/snapshots lists them")
}

fn write_state(writer: &mut JsonWriter, state: &SnapshotState) {
    writer.begin_object().key("name").string(&state.name).key("now").display(state.at);
    writer.key("clock").string(state.clock.kind()).end_object();
}
