//! What the line of a cancellation does to its asset: the rest of its life goes.

use rust_decimal::Decimal;

use super::{
    asset_action::AssetChange, assetize::refuse, change_checks::Change, line_facts::LineFacts,
    periods::before,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, ctx::Ctx};

impl Org {
    /// Cancels an asset by a line: its period ends just before the line's start, and later ones go.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` and `INVALID_INPUT` when the asset cannot be cancelled by such a line.
    pub(super) fn cancel_asset(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let last = self.usable_period(asset)?;
        if facts.quantity.saturating_add(last.quantity) != Decimal::ZERO {
            let message = "A cancellation takes back the whole quantity of the asset.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        self.end_asset(ctx, asset, facts, Change::Cancellation)?;
        let change = AssetChange {
            action_type: "Cancel",
            mrr: (-last.mrr).normalize(),
            span: (Some(facts.start), last.end),
            ..AssetChange::by_line(asset, facts, "Cancellations")
        };
        self.enter_change(ctx, &change).map(drop)
    }

    /// Ends the periods of an asset just before a line's start.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when the start lies outside of the asset's life.
    pub(super) fn end_asset(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
        change: Change,
    ) -> Result<(), ApiError> {
        let touched = self.touched_periods(change, asset, facts.start)?;
        // Periods of less than nothing, which the API without orders can make, have no credit to explain.
        if let Ok(reduction) = self.reduction(asset, &facts.model, (&touched, facts.start), None) {
            self.explain_credit(ctx, facts, &reduction)?;
        }
        self.cut_periods(ctx, asset, facts.start)
    }

    /// Ends the period around `start` just before it, and deletes all later ones.
    ///
    /// # Errors
    ///
    /// Those of saving the records.
    pub(super) fn cut_periods(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        start: Timestamp,
    ) -> Result<(), ApiError> {
        for period in self.periods(asset) {
            if period.start >= start {
                self.system_delete(ctx, period.id)?;
            } else if period.end.is_none_or(|end| end >= start) {
                self.system_update(ctx, period.id, vec![("EndDate", before(start).into())])?;
            }
        }
        Ok(())
    }
}
