//! Customer Asset Lifecycle Management: generate, change and cancel.

use mockorg_org::{Call, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// The calls create records, for which the Connect resources have this status.
const CREATED: u16 = 201;

/// `POST /asset-management/assets/actions/generate`.
pub(crate) fn generate_asset(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    answer(exchange, Call::GenerateAsset { body })
}

/// `POST /asset-management/assets/<id>/actions/change`.
pub(crate) fn change_asset(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    answer(exchange, Call::ChangeAsset { id: exchange.param("asset").into(), body })
}

/// `POST /asset-management/assets/<id>/actions/cancel`.
pub(crate) fn cancel_asset(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    answer(exchange, Call::CancelAsset { id: exchange.param("asset").into(), body })
}

fn answer(exchange: &Exchange<'_>, call: Call) -> Result<Answer, Failure> {
    let Reply::AssetLifecycle(reply) = exchange.call(call)? else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    encode::asset_lifecycle(&mut writer, &reply);
    Ok(Answer::json(CREATED, writer.finish()))
}
