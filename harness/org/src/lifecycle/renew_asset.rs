//! What a renewal line does to its asset: a new period, and an entry in the ledger.

use rust_decimal::Decimal;

use super::{
    asset_action::AssetChange,
    assetize::refuse,
    change_checks::{Change, DAY},
    line_facts::LineFacts,
    periods::{Period, after, before},
    price_layers::Reduction,
    proration::cents,
    sales_document::ORDER,
    selling_model::SellingModelType,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, ctx::Ctx};

impl Org {
    /// Renews an asset by an order line.
    ///
    /// The line of a termed asset carries the whole renewed quantity. The period it adds begins right after the
    /// last one. An early renewal begins before that, and takes the place of everything from there on: what
    /// was paid for and is not used is credited in the line's own price. A late one leaves a gap, which a
    /// period of quantity 0 fills.
    ///
    /// The line of an evergreen asset has quantity 0 and stands for the asset: its periods stay, and the
    /// ledger gets an entry in which nothing changes, so that the order line can be found from the asset.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` and `INVALID_INPUT` when the asset cannot be renewed by such a line.
    pub(super) fn renew_asset(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let last = self.usable_period(asset)?;
        let before = self.period_rows(asset);
        let mut amount = facts.amount;
        let (quantity, mrr) = match facts.model.kind {
            SellingModelType::TermDefined => {
                if facts.quantity < Decimal::ZERO {
                    let message = "The quantity of a renewal can't be less than 0.";
                    return Err(refuse(ErrorCode::InvalidInput, message));
                }
                amount = self.renewal_amount(ctx, asset, &last, facts)?;
                self.make_room(ctx, asset, &last, facts.start)?;
                self.add_period(ctx, asset, facts)?;
                (
                    facts.quantity.saturating_sub(last.quantity).normalize(),
                    cents(facts.mrr.saturating_sub(last.mrr)),
                )
            }
            SellingModelType::Evergreen | SellingModelType::OneTime => (Decimal::ZERO, Decimal::ZERO),
        };
        let change = AssetChange { quantity, mrr, amount, ..AssetChange::by_line(asset, facts, "Renewals") };
        self.enter_reversible(ctx, &change, before)
    }

    /// What the line of a termed asset costs. The credit of an early renewal that an action drafted is for
    /// what the asset has now: it may have changed since. Other lines bring their price along.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when a renewal of the same time is there already, and no credit makes up for it.
    fn renewal_amount(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        last: &Period,
        facts: &LineFacts,
    ) -> Result<Decimal, ApiError> {
        if self.children_of("OrderItemDetail", "OrderItemId", facts.line).is_empty() {
            let overlaps = last.end.is_some_and(|end| facts.start <= end);
            if overlaps && self.renewals_to_come(ctx, asset).into_iter().any(|start| start <= facts.start) {
                let message = "The asset already has a renewal that starts in the future.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            return Ok(facts.amount);
        }
        let slices = self.credit_of_draft(&ORDER, facts.line, true)?.unwrap_or_default();
        if slices.is_empty() {
            return Ok(facts.amount);
        }
        let amount = Reduction { slices, mrr: Vec::new() }.amount();
        self.settle_amount(ctx, facts.line, amount)?;
        Ok(amount)
    }

    /// Lets the life of an asset end just before a renewal begins.
    fn make_room(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        last: &Period,
        start: Timestamp,
    ) -> Result<(), ApiError> {
        let refused = |message| Err(refuse(ErrorCode::InvalidInput, message));
        let Some(end) = last.end else { return refused("The asset has no lifecycle end date.") };
        let gap = start.millis() - after(end).millis();
        if gap == 0 {
            return Ok(());
        }
        if gap < 0 {
            self.touched_periods(Change::Renewal, asset, start)?;
            return self.cut_periods(ctx, asset, start);
        }
        if gap < DAY {
            return refused("The renewal date leaves an asset state period of less than 24 hours.");
        }
        let mut values = self.copied_period(last.id);
        values.extend([
            ("Quantity", Decimal::ZERO.into()),
            ("Mrr", Decimal::ZERO.into()),
            ("StartDate", after(end).into()),
            ("EndDate", before(start).into()),
        ]);
        self.system_create(ctx, "AssetStatePeriod", values).map(drop)
    }
}
