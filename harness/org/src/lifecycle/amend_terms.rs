//! Amendments that leave the quantity: a new end, a new price, other fields, another start.

use rust_decimal::Decimal;

use super::{
    asset_action::AssetChange,
    assetize::refuse,
    change_checks::{Change, DAY},
    line_facts::LineFacts,
    periods::{Period, after},
    price_layers::value_of,
    selling_model::SellingModelType,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, Value, ctx::Ctx};

impl Org {
    /// Moves the end of an asset: time that is added is sold at the price of the units, time that goes is
    /// credited.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` for assets that were not sold for a term, for products that are billed by usage, and
    /// for ends before the last period.
    pub(super) fn amend_term(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let last = self.usable_period(asset)?;
        let ends = last.end.zip(facts.end).filter(|_| facts.model.kind == SellingModelType::TermDefined);
        let Some((old, new)) = ends else {
            let message = "Only the end of an asset that's sold for a term can be moved.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        };
        let product = self.store.live(asset).and_then(|view| view.get("Product2Id").as_id());
        let product = product.and_then(|id| self.store.live(id));
        if product.is_some_and(|product| !product.get("UsageModelType").is_null()) {
            let message = "The end of an asset of a usage-based product can't be moved.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        self.touched_periods(Change::Amendment, asset, facts.start)?;
        if after(new).millis() - last.start.millis() < DAY {
            let message = "The new end date must lie in the last asset state period.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        let longer = new > old;
        let amount = if facts.amount.is_zero() {
            let (start, end) = if longer { (after(old), new) } else { (after(new), old) };
            let span = Period { start, end: Some(end), ..last };
            let credit = self.reduction(asset, &facts.model, (&[span], start), None)?.amount();
            if longer { (-credit).normalize() } else { credit }
        } else {
            facts.amount
        };
        let before = self.period_rows(asset);
        self.system_update(ctx, last.id, vec![("EndDate", new.into())])?;
        let change = AssetChange {
            quantity: Decimal::ZERO,
            mrr: Decimal::ZERO,
            amount,
            ..AssetChange::by_line(
                asset,
                facts,
                by_sign([amount, if longer { Decimal::ONE } else { -Decimal::ONE }]),
            )
        };
        self.settle_amount(ctx, facts.line, amount)?;
        self.enter_reversible(ctx, &change, before)
    }

    /// Gives all units of an asset the price of a line, from the line's start on.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when the start lies outside of the asset's life.
    pub(super) fn amend_price(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
        subtype: Option<&'static str>,
    ) -> Result<(), ApiError> {
        let touched = self.touched_periods(Change::Amendment, asset, facts.start)?;
        let sold = self.last_sale(asset)?.price()?;
        let credit = self.reduction(asset, &facts.model, (&touched, facts.start), None)?.amount();
        let amount = if facts.amount.is_zero() {
            value_of(&facts.model, (&touched, facts.start), facts.unit_price)?.saturating_add(credit)
        } else {
            facts.amount
        };
        let amount = amount.normalize();
        let before = self.period_rows(asset);
        let mut mrr = Decimal::ZERO;
        for period in &touched {
            let new = facts.model.mrr(facts.unit_price, period.quantity);
            mrr = new.saturating_sub(period.mrr).normalize();
            let mut changed = given_values(facts);
            changed.push(("Mrr", new.into()));
            self.change_period(ctx, period, facts.start, changed)?;
        }
        let change = AssetChange {
            subtype,
            quantity: Decimal::ZERO,
            mrr,
            amount,
            span: (Some(facts.start), self.life_end(asset)),
            ..AssetChange::by_line(asset, facts, by_sign([amount, facts.unit_price.saturating_sub(sold)]))
        };
        self.settle_amount(ctx, facts.line, amount)?;
        self.enter_reversible(ctx, &change, before)
    }

    /// Gives the periods from a line's start on the fields that the line has. Nothing that counts changes.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when the start lies outside of the asset's life.
    pub(super) fn amend_only_fields(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let touched = self.touched_periods(Change::Amendment, asset, facts.start)?;
        let before = self.period_rows(asset);
        for period in &touched {
            // An org was seen to leave the new period without end; the asset's end is not lost here.
            self.change_period(ctx, period, facts.start, given_values(facts))?;
        }
        let change = AssetChange {
            subtype: Some("FieldAmendment"),
            quantity: Decimal::ZERO,
            mrr: Decimal::ZERO,
            amount: Decimal::ZERO,
            span: (Some(facts.start), self.life_end(asset)),
            ..AssetChange::by_line(asset, facts, self.settings.field_amendment_category.as_str())
        };
        self.enter_reversible(ctx, &change, before)
    }

    /// Moves the start of an asset that has not begun: its first period is made again. The only period of an
    /// asset moves as a whole, to the end that the line has.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when the asset has begun, or would begin in the past, or less than a day is left.
    pub(super) fn move_start(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let last = self.usable_period(asset)?;
        let periods = self.periods(asset);
        let refused = |message| Err(refuse(ErrorCode::InvalidInput, message));
        let Some(first) = periods.first().filter(|first| first.start > ctx.now) else {
            return refused("The start date of an asset that has begun can't be adjusted.");
        };
        if facts.start < Timestamp::start_of(ctx.now.date()) {
            return refused("The start date of an asset can't be moved to the past.");
        }
        let end = match facts.model.kind {
            SellingModelType::TermDefined if periods.len() == 1 => facts.end,
            SellingModelType::TermDefined
                if facts.end.map(Timestamp::date) != last.end.map(Timestamp::date) =>
            {
                return refused("The end of an asset with several state periods can't move with its start.");
            }
            SellingModelType::TermDefined | SellingModelType::Evergreen | SellingModelType::OneTime => {
                first.end
            }
        };
        if end.is_some_and(|end| after(end).millis() - facts.start.millis() < DAY) {
            return refused("The start date leaves an asset state period of less than 24 hours.");
        }
        let mut values = self.copied_period(first.id);
        values.extend([
            ("Quantity", first.quantity.into()),
            ("Mrr", first.mrr.into()),
            ("StartDate", facts.start.into()),
            ("EndDate", end.into()),
        ]);
        let before = self.period_rows(asset);
        self.system_delete(ctx, first.id)?;
        self.system_create(ctx, "AssetStatePeriod", values)?;
        let change = AssetChange {
            subtype: Some("StartDateAdjustment"),
            quantity: Decimal::ZERO,
            mrr: Decimal::ZERO,
            amount: Decimal::ZERO,
            span: (Some(facts.start), self.life_end(asset)),
            ..AssetChange::by_line(asset, facts, "Terms And Conditions Changes")
        };
        self.settle_amount(ctx, facts.line, Decimal::ZERO)?;
        self.enter_reversible(ctx, &change, before)
    }
}

/// The category of a change that leaves the quantity, by the first number that has a sign.
fn by_sign<const N: usize>(numbers: [Decimal; N]) -> &'static str {
    let lower = numbers.into_iter().find(|number| !number.is_zero()).is_some_and(|n| n < Decimal::ZERO);
    if lower { "Downsells" } else { "Upsells" }
}

/// The fields that a line has a value for.
fn given_values(facts: &LineFacts) -> Vec<(&'static str, Value)> {
    facts.period_values.iter().filter(|(_, value)| !value.is_null()).cloned().collect()
}
