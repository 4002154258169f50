//! The asset actions of Revenue Cloud: renew, amend and cancel.

use mockorg_org::{AssetOperation, Call, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// What is wrong with a request is answered in its own form with this status.
const REFUSED: u16 = 400;

/// `POST /connect/revenue-management/assets/actions/renew`.
pub(crate) fn connect_renew(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    answer(exchange, AssetOperation::Renew)
}

/// `POST /connect/revenue-management/assets/actions/amend`.
pub(crate) fn connect_amend(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    answer(exchange, AssetOperation::Amend)
}

/// `POST /connect/revenue-management/assets/actions/cancel`.
pub(crate) fn connect_cancel(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    answer(exchange, AssetOperation::Cancel)
}

fn answer(exchange: &Exchange<'_>, operation: AssetOperation) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    let Reply::AssetAction(reply) = exchange.call(Call::AssetAction { operation, body })? else {
        return Err(unexpected());
    };
    // As for the initiate calls: a job goes on when the answer is sent.
    let accepted = exchange.gateway.options.async_accepted_status;
    let status = if reply.errors.is_empty() { accepted } else { REFUSED };
    let mut writer = exchange.writer();
    encode::asset_action(&mut writer, &reply);
    Ok(Answer::json(status, writer.finish()))
}
