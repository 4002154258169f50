//! Swaps, upgrades and downgrades of assets.

use mockorg_org::{AssetExchange, Call, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
};

/// The calls create a record, for which the Connect resources have this status.
const CREATED: u16 = 201;

/// `POST /revenue/transaction-management/assets/actions/swap`.
pub(crate) fn swap(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    answer(exchange, AssetExchange::Swap)
}

/// `POST /revenue/transaction-management/assets/actions/upgrade`.
pub(crate) fn upgrade(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    answer(exchange, AssetExchange::Upgrade)
}

/// `POST /revenue/transaction-management/assets/actions/downgrade`.
pub(crate) fn downgrade(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    answer(exchange, AssetExchange::Downgrade)
}

fn answer(request: &Exchange<'_>, exchange: AssetExchange) -> Result<Answer, Failure> {
    let body = request.record_body()?;
    let Reply::SalesTransaction(record) = request.call(Call::ExchangeAssets { exchange, body })? else {
        return Err(unexpected());
    };
    let mut writer = request.writer();
    writer.begin_object().key("salesTransactionId").display(record).end_object();
    Ok(Answer::json(CREATED, writer.finish()))
}
