//! Which assets can be changed, and from when: the checks that amendments and cancellations share.

use super::{
    assetize::refuse,
    generation::Generation,
    periods::{Period, after},
    selling_model::SellingModelType,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, ctx::Ctx};

/// A day in milliseconds: the shortest that a period may be.
pub(super) const DAY: i64 = 86_400_000;

/// What is about to happen to an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Its quantity changes.
    Amendment,
    /// It ends.
    Cancellation,
    /// It goes on for another term.
    Renewal,
    /// Units go to another account.
    Transfer,
    /// Units make room for another product.
    Swap,
    /// Units make room for a better product.
    Upgrade,
    /// Units make room for a lesser product.
    Downgrade,
}

impl Change {
    /// The verb and the noun of the platform's texts.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Amendment => ("amend", "amendment"),
            Self::Cancellation => ("cancel", "cancellation"),
            Self::Renewal => ("renew", "renewal"),
            Self::Transfer => ("transfer", "transfer"),
            Self::Swap => ("swap", "swap"),
            Self::Upgrade => ("upgrade", "upgrade"),
            Self::Downgrade => ("downgrade", "downgrade"),
        }
    }
}

impl Org {
    /// The last period of an asset that can be changed at all.
    ///
    /// # Errors
    ///
    /// `ENTITY_IS_DELETED` when the asset is gone, `INVALID_INPUT` when it is not life-cycle managed,
    /// `INVALID_STATUS` when it was cancelled, or is on its way to another account.
    pub(super) fn usable_period(&self, asset: RecordId) -> Result<Period, ApiError> {
        let last = self.living_period(asset)?;
        if self.has_pending_transfer(asset) {
            let message = "The asset is being transferred. Activate both orders of the transfer and create their assets, \
                           or delete them, and try again.";
            return Err(refuse(ErrorCode::InvalidStatus, message));
        }
        Ok(last)
    }

    /// The last period of an asset that was not cancelled.
    ///
    /// # Errors
    ///
    /// As for [`Org::usable_period`], whatever becomes of its transfers.
    pub(super) fn living_period(&self, asset: RecordId) -> Result<Period, ApiError> {
        let Some(view) = self.store.live(asset) else {
            return Err(refuse(ErrorCode::EntityIsDeleted, "entity is deleted"));
        };
        if !view.get("HasLifecycleManagement").is_true() {
            return Err(refuse(ErrorCode::InvalidInput, "The asset isn't lifecycle-managed."));
        }
        if self.is_cancelled(asset) {
            return Err(refuse(
                ErrorCode::InvalidStatus,
                "The asset was canceled and can't be changed anymore.",
            ));
        }
        self.periods(asset)
            .last()
            .copied()
            .ok_or_else(|| refuse(ErrorCode::InvalidInput, "The asset has no asset state period."))
    }

    /// Whether the ledger of the asset has a cancellation.
    pub(super) fn is_cancelled(&self, asset: RecordId) -> bool {
        self.children_of("AssetAction", "AssetId", asset)
            .into_iter()
            .filter_map(|id| self.store.live(id))
            .any(|action| action.get("Type").as_text() == Some("Cancel"))
    }

    /// Checks that a request may change an asset from `start` on.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it, for the error log.
    pub(super) fn check_requested(
        &self,
        ctx: &Ctx,
        (change, generation): (Change, Generation),
        asset: RecordId,
        start: Timestamp,
    ) -> Result<(), ApiError> {
        let (verb, noun) = change.words();
        self.usable_period(asset)?;
        if self.is_component(asset) {
            let message = format!("The asset is part of a bundle. Specify the root asset to {verb} it.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        if start < Timestamp::start_of(ctx.now.date()) {
            let message = format!("The {noun} date can't be earlier than today.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        let members = self.bundle(asset);
        if members.len() == 1 && self.last_sale(asset)?.model.kind == SellingModelType::OneTime {
            let message = format!("You can't {verb} an asset that's sold one time.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        if !self.allows_before_upcoming(ctx, generation)
            && members.iter().any(|member| self.has_upcoming_change(ctx, member.asset, start))
        {
            let message = format!(
                "We couldn't {verb} the asset because the {noun} date provided is earlier than the start date of an \
                 upcoming amendment or renewal."
            );
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        self.touched_periods(change, asset, start).map(drop)
    }

    /// Whether a change of the asset begins in the future and after `start`. The API without orders may enter
    /// changes without sources: those are seen by the periods that begin with them.
    fn has_upcoming_change(&self, ctx: &Ctx, asset: RecordId, start: Timestamp) -> bool {
        let changes = self.standing_actions(asset).into_iter().filter(|id| {
            self.store.live(*id).is_some_and(|action| action.get("Type").as_text() == Some("Change"))
        });
        changes
            .flat_map(|action| self.starts_of(action))
            .chain(self.periods(asset).into_iter().skip(1).map(|period| period.start))
            .any(|upcoming| upcoming > ctx.now && upcoming > start)
    }

    /// The periods that a change from `start` on touches: the one around `start`, and all later ones.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when `start` lies outside of the asset's life or leaves less than a day of a period;
    /// `MOCKORG_NOT_MODELLED` for segments of a ramp.
    pub(super) fn touched_periods(
        &self,
        change: Change,
        asset: RecordId,
        start: Timestamp,
    ) -> Result<Vec<Period>, ApiError> {
        let (_, noun) = change.words();
        let mut periods = self.periods(asset);
        let outside = periods.first().is_none_or(|first| start < first.start);
        periods.retain(|period| period.end.is_none_or(|end| end >= start));
        let Some(first) = periods.first().filter(|_| !outside) else {
            let message = format!("The {noun} date is outside of the asset's lifecycle.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        };
        if periods
            .iter()
            .any(|period| self.store.live(period.id).is_some_and(|row| !row.get("RampIdentifier").is_null()))
        {
            return Err(ApiError::not_modelled("changes of ramped assets"));
        }
        let left = start.millis() - first.start.millis();
        let right = first.end.map(|end| after(end).millis() - start.millis());
        let too_short = (left > 0 && left < DAY)
            || (!matches!(change, Change::Cancellation | Change::Renewal)
                && right.is_some_and(|right| right < DAY));
        if too_short {
            let message = format!("The {noun} date leaves an asset state period of less than 24 hours.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        Ok(periods)
    }
}
