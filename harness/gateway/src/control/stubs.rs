//! Stubs over HTTP: listed, added, ended.

use mockorg_org::{ControlRefusal, Stub};

use super::refuse::refuse;
use crate::{
    StubLife,
    answer::Answer,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

/// `GET /__mockorg/stubs`.
pub(crate) fn list_stubs(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    writer.begin_object().key("stubs").begin_array();
    for state in exchange.gateway.stub_states() {
        write_state(&mut writer, &state.stub, state.answered);
    }
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/stubs`.
pub(crate) fn add_stub(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let read = Stub::parse(&String::from_utf8_lossy(&body)).map_err(|error| ControlRefusal {
        error: error.to_string().into(),
        hint: r#"send one such as {"name":"a","request":{"path":"/services/apexrest/a"}}"#.into(),
    });
    let added = read.and_then(|stub| {
        exchange.gateway.add_stub(stub.clone(), StubLife::UntilReset)?;
        Ok(stub)
    });
    Ok(match added {
        Ok(stub) => {
            let mut writer = exchange.writer();
            write_state(&mut writer, &stub, 0);
            Answer::json(201, writer.finish())
        }
        Err(ControlRefusal { error, hint }) => refuse(exchange, &error, &hint),
    })
}

/// `DELETE /__mockorg/stubs`.
pub(crate) fn end_stubs(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Ok(ended(exchange, exchange.gateway.end_stubs(None)))
}

/// `DELETE /__mockorg/stubs/{name}`.
pub(crate) fn end_stub(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name");
    Ok(match exchange.gateway.end_stubs(Some(&name)) {
        0 => refuse(exchange, &format!("there is no stub {name}"), "GET /__mockorg/stubs lists them"),
        count => ended(exchange, count),
    })
}

fn ended(exchange: &Exchange<'_>, count: usize) -> Answer {
    let mut writer = exchange.writer();
    writer.begin_object().key("ended").int(count as i128).end_object();
    Answer::json(200, writer.finish())
}

fn write_state(writer: &mut JsonWriter, stub: &Stub, answered: u32) {
    let Stub { name, request, times, priority, .. } = stub;
    writer.begin_object().key("name").string(name);
    writer.key("method").optional(request.method.as_deref()).key("path").string(&request.path);
    writer.key("priority").int(*priority).key("times");
    match times {
        Some(times) => writer.int(*times),
        None => writer.null(),
    };
    writer.key("answered").int(answered).end_object();
}
