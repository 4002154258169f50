//! Branches over HTTP: listed, made, ended.

use mockorg_org::ControlRefusal;

use super::{
    members::{self, Members},
    refuse::{refuse, refuse_with},
};
use crate::{
    BranchOrder, BranchState,
    answer::Answer,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

const ORDER: &[&str] = &["name", "from", "port"];

/// `GET /__mockorg/branches`.
pub(crate) fn list_branches(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    writer.begin_object().key("branches").begin_array();
    exchange.gateway.branch_states().iter().for_each(|state| write_state(&mut writer, state));
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/branches`.
pub(crate) fn add_branch(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    Ok(match order(&body).and_then(|order| exchange.gateway.add_branch(order)) {
        Ok(state) => {
            let mut writer = exchange.writer();
            write_state(&mut writer, &state);
            Answer::json(201, writer.finish())
        }
        Err(ControlRefusal { error, hint }) => refuse(exchange, &error, &hint),
    })
}

/// `GET /__mockorg/branches/{name}`.
pub(crate) fn read_branch(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name");
    let states = exchange.gateway.branch_states();
    let Some(state) = states.iter().find(|state| *state.name == *name) else {
        return Ok(unknown(exchange, &name));
    };
    let mut writer = exchange.writer();
    write_state(&mut writer, state);
    Ok(Answer::json(200, writer.finish()))
}

/// `DELETE /__mockorg/branches/{name}`.
pub(crate) fn end_branch(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name");
    if !exchange.gateway.end_branch(&name) {
        return Ok(unknown(exchange, &name));
    }
    let mut writer = exchange.writer();
    writer.begin_object().key("ended").int(1).end_object();
    Ok(Answer::json(200, writer.finish()))
}

fn order(body: &[u8]) -> Result<BranchOrder, ControlRefusal> {
    let body = members::read(body)?;
    let members = Members::of("", ORDER, &body)?;
    let name = members.required("name", members.text("name")?)?;
    let port = members.count("port")?.map(u16::try_from).transpose().map_err(|_| ControlRefusal {
        error: "`port` is no port".into(),
        hint: "choose 0 for any that is free, or 1 to 65535".into(),
    })?;
    Ok(BranchOrder { name, from: members.text("from")?, port })
}

fn unknown(exchange: &Exchange<'_>, name: &str) -> Answer {
    let error = format!("there is no branch {name}");
    refuse_with(exchange, 404, &error, "GET /__mockorg/branches lists them")
}

fn write_state(writer: &mut JsonWriter, state: &BranchState) {
    writer.begin_object().key("name").string(&state.name).key("path").string(&state.path);
    writer.key("url");
    match state.address {
        Some(address) => writer.string(&format!("http://{address}")),
        None => writer.null(),
    };
    writer.key("from");
    match &state.from {
        Some(from) => writer.string(from),
        None => writer.null(),
    };
    writer.key("now").display(state.now).key("clock").string(state.clock.kind());
    writer.key("kept").bool(state.kept).end_object();
}
