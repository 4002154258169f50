//! `query` and `queryAll`.

use mockorg_org::{Call, QueryColumns, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// `GET /query?q=`.
pub(crate) fn query(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    run(exchange, false)
}

/// `GET /queryAll?q=`.
pub(crate) fn query_all(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    run(exchange, true)
}

/// `GET /query/<locator>`.
pub(crate) fn query_more(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let locator = exchange.param("locator").into();
    page(exchange, Call::QueryMore { locator, batch_size: batch_size(exchange) })
}

fn run(exchange: &Exchange<'_>, all: bool) -> Result<Answer, Failure> {
    if let Some(explained) = exchange.argument("explain") {
        return explain(exchange, &explained);
    }
    let soql = exchange.argument("q").unwrap_or_default().into();
    if wants_columns(exchange) {
        return match exchange.call(Call::QueryColumns { soql, all })? {
            Reply::Columns(columns) => Ok(written_columns(exchange, &columns)),
            _ => Err(unexpected()),
        };
    }
    page(exchange, Call::Query { soql, all, batch_size: batch_size(exchange) })
}

/// Whether a query asks for its columns instead of its rows: `columns=true`.
pub(super) fn wants_columns(exchange: &Exchange<'_>) -> bool {
    exchange.argument("columns").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The answer with the columns of a query.
pub(super) fn written_columns(exchange: &Exchange<'_>, columns: &QueryColumns) -> Answer {
    let mut writer = exchange.writer();
    encode::query_columns(&mut writer, columns);
    Answer::json(200, writer.finish())
}

/// `GET /query?explain=`.
fn explain(exchange: &Exchange<'_>, soql: &str) -> Result<Answer, Failure> {
    // Reports and list views are explained by their ids.
    if soql.len() <= 18 && soql.bytes().all(|c| c.is_ascii_alphanumeric()) && soql.len() >= 15 {
        return Err(exchange.not_modelled("query plans of reports and list views").into());
    }
    let Reply::Explained(explanation) = exchange.call(Call::Explain { soql: soql.into() })? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::explanation(&mut writer, &explanation);
    Ok(Answer::json(200, writer.finish()))
}

fn page(exchange: &Exchange<'_>, call: Call) -> Result<Answer, Failure> {
    // Rows go into the answer as they are read; nothing is written before the call can fail no more.
    let mut writer = exchange.writer();
    match exchange.call_into(call, &mut encode::RowWriter::new(&mut writer, exchange.version))? {
        Reply::Sent => Ok(Answer::json(200, writer.finish())),
        _ => Err(unexpected()),
    }
}

/// The page size that `Sforce-Query-Options` asks for, brought into the range that the platform serves.
pub(super) fn batch_size(exchange: &Exchange<'_>) -> Option<u32> {
    batch_size_of(exchange.header("sforce-query-options")?)
}

fn batch_size_of(options: &str) -> Option<u32> {
    options.split([',', ';']).find_map(|option| {
        let (name, value) = option.split_once('=')?;
        let size: u32 =
            name.trim().eq_ignore_ascii_case("batchSize").then(|| value.trim().parse().ok()).flatten()?;
        Some(size.clamp(200, 2000))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batch_sizes_are_brought_into_range() {
        for (options, size) in [
            ("batchSize=500", Some(500)),
            ("batchsize=10", Some(200)),
            ("x=1; batchSize=9999", Some(2000)),
            ("batchSize=x", None),
            ("", None),
        ] {
            assert_eq!(batch_size_of(options), size, "{options}");
        }
    }
}
