//! What was deleted, changed and used lately.

use mockorg_org::{ApiError, Call, ErrorCode, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// `GET /sobjects/X/deleted?start=&end=`.
pub(crate) fn deleted(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let object = exchange.param("sobject").into();
    let reply = exchange.call(Call::Deleted { object, window: window(exchange) })?;
    let Reply::Deleted { records, earliest_date_available, latest_date_covered } = reply else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::deleted(&mut writer, &records, earliest_date_available, latest_date_covered);
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /sobjects/X/updated?start=&end=`.
pub(crate) fn updated(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let object = exchange.param("sobject").into();
    let reply = exchange.call(Call::Updated { object, window: window(exchange) })?;
    let Reply::Updated { ids, latest_date_covered } = reply else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    encode::updated(&mut writer, &ids, latest_date_covered);
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /recent?limit=`.
pub(crate) fn recent(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let limit = match exchange.argument("limit").as_deref().map(str::parse) {
        None => None,
        Some(Ok(limit)) => Some(limit),
        Some(Err(_)) => {
            let message = "limit must be a whole number";
            return Err(ApiError::exception(ErrorCode::IllegalQueryParameterValue, message).into());
        }
    };
    let Reply::Recent(rows) = exchange.call(Call::Recent { limit })? else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    encode::recent(&mut writer, &rows, exchange.version);
    Ok(Answer::json(200, writer.finish()))
}

fn window(exchange: &Exchange<'_>) -> (Box<str>, Box<str>) {
    // Some clients leave the plus sign of an offset as it is, which form encoding reads as a blank; no instant
    // has a blank of its own.
    let end = |name: &str| exchange.argument(name).unwrap_or_default().replace(' ', "+").into();
    (end("start"), end("end"))
}
