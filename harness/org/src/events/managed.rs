//! Managed subscriptions: how far their subscribers have got. The org keeps the positions, so that they
//! outlive streams.

use super::log::ReplayId;
use crate::{ApiError, ErrorCode, Org, RecordId, Reply, ctx::Ctx};

/// The API name of the object.
const OBJECT: &str = "ManagedEventSubscription";

impl Org {
    /// The position that was last committed to a managed subscription; `None` before the first.
    #[must_use]
    pub fn committed_replay(&self, subscription: RecordId) -> Option<ReplayId> {
        self.committed.get(&subscription).copied()
    }

    /// Keeps the position of a managed subscription: a later stream goes on after it.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` for unknown subscriptions, `INSUFFICIENT_ACCESS` for users who may not subscribe to the
    /// topic, `NUMBER_OUTSIDE_VALID_RANGE` for positions that cannot be resumed from.
    pub(crate) fn commit_replay(
        &mut self,
        ctx: &Ctx,
        subscription: RecordId,
        replay: ReplayId,
    ) -> Result<Reply, ApiError> {
        let record = self.records(OBJECT).find(|record| record.id() == subscription);
        let record = record.ok_or_else(ApiError::not_found)?;
        let topic = record.get("TopicName").as_text().unwrap_or_default();
        if self.channel(ctx, topic).is_err() {
            let message = "The user has no permission to subscribe to the topic.";
            return Err(ApiError::exception(ErrorCode::InsufficientAccess, message));
        }
        if !self.events.can_replay_after(replay, ctx.now) {
            let message = "The replay ID is unknown or outside the retention window.";
            return Err(ApiError::exception(ErrorCode::NumberOutsideValidRange, message));
        }
        // Subscriptions that were deleted leave their positions behind.
        let store = &self.store;
        self.committed.retain(|id, _| store.live(*id).is_some());
        self.committed.insert(subscription, replay);
        Ok(Reply::Done)
    }
}
