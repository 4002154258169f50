//! The two generations of asset operations, which differ in what they allow.

use crate::{Org, ctx::Ctx};

/// Whose rules a request is checked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generation {
    /// The initiate calls.
    SubscriptionManagement,
    /// The actions and Connect resources.
    RevenueCloud,
}

impl Generation {
    /// Whether an amendment may leave the quantity as it is, so that the user changes its line in the draft.
    ///
    /// Neither generation documents it.
    pub(super) fn allows_no_change(self) -> bool {
        self == Self::RevenueCloud
    }
}

impl Org {
    /// Whether a change may begin before another one that is still to come.
    ///
    /// Source: Salesforce Help 005385209 forbids it; Help of Revenue Cloud, future-dated changes, allows it
    /// in newer releases. Which one is the first is not documented.
    pub(super) fn allows_before_upcoming(&self, ctx: &Ctx, generation: Generation) -> bool {
        generation == Generation::RevenueCloud && ctx.version >= self.settings.future_dated_changes_since
    }
}
