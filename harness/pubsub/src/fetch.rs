//! Requests for events: how many, and from where on.

use mockorg_gateway::Gateway;
use mockorg_org::events::ReplayId;

use crate::{
    proto::{FetchRequest, ReplayPreset},
    refusal::Refusal,
    replay,
};

/// How many events a client can have asked for at a time.
pub(crate) const MOST: u32 = 100;

/// What is left to deliver after a request for more.
pub(crate) fn raised(budget: u32, asked: i32, refusal: Refusal) -> Result<u32, Refusal> {
    let asked = u32::try_from(asked).ok().filter(|asked| *asked > 0).ok_or(refusal)?;
    Ok(budget.saturating_add(asked).min(MOST))
}

/// The position at which the first request of a subscription begins.
pub(crate) fn start(gateway: &Gateway, request: &FetchRequest) -> Result<ReplayId, Refusal> {
    match ReplayPreset::try_from(request.replay_preset) {
        Ok(ReplayPreset::Latest) => Ok(gateway.feed().tail()),
        Ok(ReplayPreset::Earliest) => Ok(gateway.with_org(|org, now| org.events().forgotten(now))),
        Ok(ReplayPreset::Custom) if request.replay_id.is_empty() => Err(Refusal::ReplayMissing),
        Ok(ReplayPreset::Custom) => after(gateway, &request.replay_id),
        Err(_) => Err(Refusal::FetchMalformed),
    }
}

/// The position after an event that is still known.
pub(crate) fn after(gateway: &Gateway, bytes: &[u8]) -> Result<ReplayId, Refusal> {
    let known = |id: &ReplayId| gateway.with_org(|org, now| org.events().can_replay_after(*id, now));
    replay::from_bytes(bytes).filter(known).ok_or(Refusal::ReplayCorrupted)
}
