//! The Tooling API, as far as it is about channels of events.

use mockorg_org::{Call, RecordKey, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// `POST /tooling/sobjects/X`.
pub(crate) fn tooling_create(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let fields = exchange.record_body()?;
    match tooling(exchange, Call::Create { object: object(exchange), fields })? {
        Reply::Created(saved) => {
            let mut writer = exchange.writer();
            encode::tooling_saved(&mut writer, saved.id);
            Ok(Answer::json(201, writer.finish()))
        }
        _ => Err(unexpected()),
    }
}

/// `GET /tooling/sobjects/X`.
pub(crate) fn tooling_describe(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    Err(exchange.not_modelled("describes of the Tooling API").into())
}

/// `GET /tooling/sobjects/X/<id>`.
pub(crate) fn tooling_retrieve(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    // No id looks like this.
    if exchange.param("id") == "describe" {
        return tooling_describe(exchange);
    }
    let call =
        Call::Retrieve { object: object(exchange), key: key(exchange), fields: exchange.list("fields") };
    match tooling(exchange, call)? {
        Reply::Row(row) => {
            let mut writer = exchange.writer();
            encode::tooling_row(&mut writer, &row, exchange.version);
            Ok(Answer::json(200, writer.finish()))
        }
        _ => Err(unexpected()),
    }
}

/// `PATCH /tooling/sobjects/X/<id>`.
pub(crate) fn tooling_update(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let fields = exchange.record_body()?;
    let id = exchange.param("id").into();
    tooling(exchange, Call::Update { object: object(exchange), id, fields })?;
    Ok(Answer::empty(204))
}

/// `DELETE /tooling/sobjects/X/<id>`.
pub(crate) fn tooling_delete(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    tooling(exchange, Call::Delete { object: object(exchange), key: key(exchange) })?;
    Ok(Answer::empty(204))
}

/// `GET /tooling/query?q=`.
pub(crate) fn tooling_query(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let soql: Box<str> = exchange.argument("q").unwrap_or_default().into();
    let call = Call::Query { soql: soql.clone(), all: false, batch_size: None };
    let Reply::Page(page) = tooling(exchange, call)? else { return Err(unexpected()) };
    if page.next.is_some() {
        return Err(exchange.not_modelled("further pages of Tooling API queries").into());
    }
    // The canonical name, as rows have it; without rows what the statement says.
    let entity = page.rows.first().map_or_else(|| queried(&soql), |row| &*row.object);
    let mut writer = exchange.writer();
    encode::tooling_page(&mut writer, &page, entity, exchange.version);
    Ok(Answer::json(200, writer.finish()))
}

fn tooling(exchange: &Exchange<'_>, call: Call) -> Result<Reply, Failure> {
    Ok(exchange.call(Call::Tooling(Box::new(call)))?)
}

fn object(exchange: &Exchange<'_>) -> Box<str> {
    exchange.param("sobject").into()
}

fn key(exchange: &Exchange<'_>) -> RecordKey {
    RecordKey::Id(exchange.param("id").into())
}

/// The object of a statement that the org has understood.
fn queried(soql: &str) -> &str {
    let mut words = soql.split_whitespace();
    words.by_ref().find(|word| word.eq_ignore_ascii_case("FROM"));
    words.next().unwrap_or_default()
}
