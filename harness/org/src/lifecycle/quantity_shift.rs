//! Units that come to an asset or leave it: what happens to its periods, whatever the reason is.

use rust_decimal::Decimal;

use super::{
    change_checks::Change,
    line_facts::LineFacts,
    periods::{Period, before},
    price_layers::Reduction,
    sales_document::ORDER,
};
use crate::{ApiError, Org, RecordId, Timestamp, Value, ctx::Ctx};

/// What the second half of a split period takes over from the first.
const KEPT: [&str; 12] = [
    "Amount",
    "AssetId",
    "BillingFrequency",
    "BindingInstanceTargetId",
    "CurrencyIsoCode",
    "Discount",
    "DiscountAmount",
    "LegalEntityId",
    "PriceRevisionPolicyId",
    "SegmentIdentifier",
    "SegmentName",
    "UnitPriceUplift",
];

impl Org {
    /// Changes the quantity of an asset from a line's start on: the period around it is split there, and all
    /// later periods change by the same number. Gives by how much the revenue of the last period changed.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when the start lies outside of the asset's life, or a period has too few units.
    pub(super) fn shift_quantity(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
        change: Change,
    ) -> Result<Decimal, ApiError> {
        let touched = self.touched_periods(change, asset, facts.start)?;
        let mrr: Vec<Decimal> = if facts.quantity > Decimal::ZERO {
            vec![facts.mrr; touched.len()]
        } else {
            let reduction =
                self.reduction(asset, &facts.model, (&touched, facts.start), Some(-facts.quantity))?;
            self.explain_credit(ctx, facts, &reduction)?;
            // A zero must not keep the sign.
            reduction.mrr.into_iter().map(|mrr| (-mrr).normalize()).collect()
        };
        for (period, mrr) in touched.iter().zip(&mrr) {
            let changed = vec![
                ("Quantity", period.quantity.saturating_add(facts.quantity).normalize().into()),
                ("Mrr", period.mrr.saturating_add(*mrr).normalize().into()),
            ];
            self.change_period(ctx, period, facts.start, changed)?;
        }
        // Periods can differ in what their newest units cost; the ledger follows the last one.
        Ok(mrr.last().copied().unwrap_or_default())
    }

    /// Changes one period from `start` on.
    ///
    /// # Errors
    ///
    /// Those of saving the records.
    pub(super) fn change_period(
        &mut self,
        ctx: &Ctx,
        period: &Period,
        start: Timestamp,
        changed: Vec<(&str, Value)>,
    ) -> Result<(), ApiError> {
        if period.start >= start {
            return self.system_update(ctx, period.id, changed);
        }
        let mut values = self.copied_period(period.id);
        values.extend([
            ("Quantity", period.quantity.into()),
            ("Mrr", period.mrr.into()),
            ("StartDate", start.into()),
            ("EndDate", period.end.into()),
        ]);
        values.extend(changed);
        self.system_update(ctx, period.id, vec![("EndDate", before(start).into())])?;
        self.system_create(ctx, "AssetStatePeriod", values).map(drop)
    }

    /// What a new period takes over from an earlier one.
    pub(super) fn copied_period(&self, period: RecordId) -> Vec<(&'static str, Value)> {
        let Some(row) = self.store.live(period) else { return Vec::new() };
        KEPT.iter().map(|name| (*name, row.get(name).to_value())).collect()
    }

    /// Shows the parts of a credit on a line that does not show them yet. A client who priced the line in a
    /// way that the parts do not add up to has the last word, and no part explains it.
    ///
    /// # Errors
    ///
    /// Those of saving the records.
    pub(super) fn explain_credit(
        &mut self,
        ctx: &Ctx,
        facts: &LineFacts,
        reduction: &Reduction,
    ) -> Result<(), ApiError> {
        let explained = !self.children_of("OrderItemDetail", "OrderItemId", facts.line).is_empty();
        if explained || reduction.slices.is_empty() || reduction.amount() != facts.amount {
            return Ok(());
        }
        self.write_slices(ctx, &ORDER, facts.line, &reduction.slices)
    }
}
