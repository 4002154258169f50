//! describeGlobal, an object's entry, and describe.

use mockorg_org::{Call, Reply, metadata_catalog};

use super::{
    condition::{Validators, describe_tag},
    unexpected,
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// `GET /sobjects`.
pub(crate) fn describe_global(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let Reply::DescribeGlobal(objects) = exchange.call(Call::DescribeGlobal)? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::describe_global(&mut writer, &objects, &exchange.catalog(), exchange.version)?;
    Ok(validated(exchange, writer.finish()))
}

/// `GET /sobjects/X`.
pub(crate) fn describe_basic(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let object = exchange.param("sobject").into();
    let Reply::DescribeBasic(summary, recent) = exchange.call(Call::DescribeBasic { object })? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::describe_basic(&mut writer, &summary, &recent, &exchange.catalog(), exchange.version)?;
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /sobjects/X/describe`.
pub(crate) fn describe(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let object = exchange.param("sobject").into();
    let Reply::Describe(describe) = exchange.call(Call::Describe { object })? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    let own = exchange.catalog();
    // A few objects have no records: their rows are made from the catalog.
    let is_own = own.find_any(&describe.summary.object).is_some();
    let catalog = if is_own { &own } else { metadata_catalog() };
    encode::describe(&mut writer, &describe, catalog, exchange.version, &exchange.base_url())?;
    Ok(validated(exchange, writer.finish()))
}

/// The answer, or 304 to a client that has the same one already.
pub(crate) fn validated(exchange: &Exchange<'_>, body: Vec<u8>) -> Answer {
    // Definitions are as old as the org, or as the last deployment that changed them.
    let changed = exchange.look(mockorg_org::Org::definitions_changed);
    let changed = Some(changed.unwrap_or_else(|| exchange.gateway.started()));
    let validators = Validators { tag: Some(describe_tag(&body)), changed };
    let answer = match validators.of_read(exchange.headers()) {
        Some(status) => Answer::empty(status),
        None => Answer::json(200, body),
    };
    validators.mark(answer, true)
}
