//! describeGlobal, an object's entry, and describe.

use mockorg_org::{Call, Reply};

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
    encode::describe(&mut writer, &describe, &exchange.catalog(), exchange.version, &exchange.base_url())?;
    Ok(validated(exchange, writer.finish()))
}

/// The answer, or 304 to a client that has the same one already.
fn validated(exchange: &Exchange<'_>, body: Vec<u8>) -> Answer {
    // Definitions do not change while an org lives, so they are as old as the org.
    let validators = Validators { tag: Some(describe_tag(&body)), changed: Some(exchange.gateway.started()) };
    let answer = match validators.of_read(exchange.headers()) {
        Some(status) => Answer::empty(status),
        None => Answer::json(200, body),
    };
    validators.mark(answer, true)
}
