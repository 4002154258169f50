//! Faults over HTTP: listed, added, ended, and the catalogue of those that have names.

use mockorg_org::ControlRefusal;

use super::{
    fault_plan::read_plan,
    fault_state::write_state,
    members,
    refuse::{refuse, refuse_with},
};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
};

/// `GET /__mockorg/faults`.
pub(crate) fn list_faults(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    writer.begin_object().key("faults").begin_array();
    for state in &exchange.gateway.fault_states() {
        write_state(&mut writer, state);
    }
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /__mockorg/faults/{name}`.
pub(crate) fn read_fault(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name");
    let states = exchange.gateway.fault_states();
    Ok(match states.iter().find(|state| *state.plan.name == *name) {
        Some(state) => {
            let mut writer = exchange.writer();
            write_state(&mut writer, state);
            Answer::json(200, writer.finish())
        }
        None => missing(exchange, &name),
    })
}

/// `GET /__mockorg/faults/catalogue`.
pub(crate) fn fault_catalogue(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(Answer::json(200, exchange.gateway.faults().catalogue.text().as_bytes().to_vec()))
}

/// `POST /__mockorg/faults`.
pub(crate) fn add_fault(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let gateway = exchange.gateway;
    let plan = members::read(&body).and_then(|body| read_plan(&body, |name| gateway.named_fault(name)));
    Ok(match plan.and_then(|plan| gateway.add_fault(plan)) {
        Ok(state) => {
            let mut writer = exchange.writer();
            write_state(&mut writer, &state);
            Answer::json(201, writer.finish())
        }
        Err(ControlRefusal { error, hint }) => refuse(exchange, &error, &hint),
    })
}

/// `DELETE /__mockorg/faults`.
pub(crate) fn end_faults(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(ended(exchange, exchange.gateway.end_faults(None)))
}

/// `DELETE /__mockorg/faults/{name}`.
pub(crate) fn end_fault(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name");
    Ok(match exchange.gateway.end_faults(Some(&name)) {
        0 => missing(exchange, &name),
        count => ended(exchange, count),
    })
}

fn ended(exchange: &Exchange<'_>, count: usize) -> Answer {
    let mut writer = exchange.writer();
    writer.begin_object().key("ended").int(count as i128).end_object();
    Answer::json(200, writer.finish())
}

fn missing(exchange: &Exchange<'_>, name: &str) -> Answer {
    refuse_with(exchange, 400, &format!("there is no fault {name}"), "GET /__mockorg/faults lists them")
}
