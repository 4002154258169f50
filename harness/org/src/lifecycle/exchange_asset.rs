//! Swaps, upgrades and downgrades on the side of the asset that goes.

use rust_decimal::Decimal;

use super::{asset_action::AssetChange, assetize::refuse, line_action::Exchange, line_facts::LineFacts};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, ctx::Ctx};

impl Org {
    /// Takes units of an asset back, for others that come with lines of their own. When none is left from the
    /// line's start on, the asset ends as if it was cancelled, but in the category of the exchange.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` and `INVALID_INPUT` when the asset cannot be exchanged by such a line: when it has
    /// expired, was cancelled, or has too few units.
    pub(super) fn exchange_asset(
        &mut self,
        ctx: &Ctx,
        (asset, exchange): (RecordId, Exchange),
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let last = self.usable_period(asset)?;
        self.check_not_expired(ctx, asset)?;
        self.check_same_end(&last, facts)?;
        let touched = self.touched_periods(exchange.change(), asset, facts.start)?;
        let nothing_left =
            touched.iter().all(|period| period.quantity.saturating_add(facts.quantity) == Decimal::ZERO);
        let change = AssetChange {
            subtype: Some(exchange.out_subtype()),
            span: (Some(facts.start), last.end),
            ..AssetChange::by_line(asset, facts, exchange.category())
        };
        let change = if nothing_left {
            self.end_asset(ctx, asset, facts, exchange.change())?;
            AssetChange { action_type: "Cancel", mrr: (-last.mrr).normalize(), ..change }
        } else {
            AssetChange { mrr: self.shift_quantity(ctx, asset, facts, exchange.change())?, ..change }
        };
        self.enter_change(ctx, &change).map(drop)
    }

    /// What has ended can be renewed, but not moved or exchanged.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` for assets that have expired.
    pub(super) fn check_not_expired(&self, ctx: &Ctx, asset: RecordId) -> Result<(), ApiError> {
        match self.life_end(asset) {
            Some(end) if end < ctx.now.floor_second() => {
                Err(refuse(ErrorCode::InvalidInput, "The asset has expired."))
            }
            _ => Ok(()),
        }
    }

    /// A line that takes units away does so until the end of the asset's life.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` for lines that end on another day.
    pub(super) fn check_same_end(
        &self,
        last: &super::periods::Period,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        if facts.end.map(Timestamp::date) == last.end.map(Timestamp::date) {
            return Ok(());
        }
        let message = "The order product must end when the asset's lifecycle ends.";
        Err(refuse(ErrorCode::InvalidInput, message))
    }
}
