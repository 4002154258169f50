//! The Tooling API: describes, queries over the org's own metadata, and the records of event channels.

use mockorg_org::{Call, QueryPage, RecordKey, Reply, catalog::Catalog, metadata_catalog};

use super::{
    query::{batch_size, wants_columns, written_columns},
    unexpected, validated,
};
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

/// `GET /tooling`.
pub(crate) fn tooling_resources(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let mut w = exchange.writer();
    w.begin_object();
    for name in ["query", "queryAll", "sobjects"] {
        w.key(name);
        encode::write_address(&mut w, exchange.version, &["/tooling/", name]);
    }
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /tooling/sobjects`.
pub(crate) fn tooling_describe_global(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let Reply::DescribeGlobal(objects) = tooling(exchange, Call::DescribeGlobal)? else {
        return Err(unexpected());
    };
    let own = exchange.catalog();
    let objects: Vec<_> = objects
        .into_iter()
        .map(|summary| {
            let catalog = defining(&own, &summary.object);
            (summary, catalog)
        })
        .collect();
    let mut writer = exchange.writer();
    encode::tooling_describe_global(&mut writer, &objects, exchange.version)?;
    Ok(validated(exchange, writer.finish()))
}

/// `GET /tooling/sobjects/X`.
pub(crate) fn tooling_describe_basic(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let reply = tooling(exchange, Call::DescribeBasic { object: object(exchange) })?;
    let Reply::DescribeBasic(summary, recent) = reply else { return Err(unexpected()) };
    let own = exchange.catalog();
    let catalog = defining(&own, &summary.object);
    let mut writer = exchange.writer();
    encode::tooling_describe_basic(&mut writer, &summary, &recent, catalog, exchange.version)?;
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /tooling/sobjects/X/describe`.
pub(crate) fn tooling_describe(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let reply = tooling(exchange, Call::Describe { object: object(exchange) })?;
    let Reply::Describe(describe) = reply else { return Err(unexpected()) };
    let own = exchange.catalog();
    let catalog = defining(&own, &describe.summary.object);
    let mut writer = exchange.writer();
    let base_url = exchange.base_url();
    encode::tooling_describe(&mut writer, &describe, catalog, exchange.version, &base_url)?;
    Ok(validated(exchange, writer.finish()))
}

/// `GET /tooling/sobjects/X/<id>`.
pub(crate) fn tooling_retrieve(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
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
    run_query(exchange, false)
}

/// `GET /tooling/queryAll?q=`.
pub(crate) fn tooling_query_all(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    run_query(exchange, true)
}

fn run_query(exchange: &Exchange<'_>, all: bool) -> Result<Answer, Failure> {
    if exchange.argument("explain").is_some() {
        return Err(exchange.not_modelled("query plans of the Tooling API").into());
    }
    let soql: Box<str> = exchange.argument("q").unwrap_or_default().into();
    if wants_columns(exchange) {
        return match tooling(exchange, Call::QueryColumns { soql, all })? {
            Reply::Columns(columns) => Ok(written_columns(exchange, &columns)),
            _ => Err(unexpected()),
        };
    }
    let call = Call::Query { soql: soql.clone(), all, batch_size: batch_size(exchange) };
    let Reply::Page(page) = tooling(exchange, call)? else { return Err(unexpected()) };
    Ok(written(exchange, &page, queried(&soql)))
}

/// `GET /tooling/query/<locator>`.
pub(crate) fn tooling_query_more(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let locator = exchange.param("locator").into();
    let call = Call::QueryMore { locator, batch_size: batch_size(exchange) };
    let Reply::Page(page) = tooling(exchange, call)? else { return Err(unexpected()) };
    Ok(written(exchange, &page, ""))
}

fn written(exchange: &Exchange<'_>, page: &QueryPage, queried: &str) -> Answer {
    // The canonical name, as rows have it; without rows what the statement says.
    let canonical = |name: &str| {
        let known = metadata_catalog().find_any(name).map(|object| object.name.to_string());
        known.unwrap_or_else(|| name.to_owned())
    };
    let entity = page.rows.first().map_or_else(|| canonical(queried), |row| row.object.to_string());
    let mut writer = exchange.writer();
    encode::tooling_page(&mut writer, page, &entity, exchange.version);
    Answer::json(200, writer.finish())
}

/// The catalog that defines an object of the Tooling API.
fn defining<'c>(own: &'c Catalog, name: &str) -> &'c Catalog {
    match metadata_catalog().find_any(name) {
        // Users, profiles and the like are the org's own.
        Some(_) if name != "User" => metadata_catalog(),
        _ => own,
    }
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
