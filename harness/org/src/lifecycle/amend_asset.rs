//! What the lines of amendments and cancellations do to their assets: periods are split, moved or removed,
//! and the ledger gets an entry.

use rust_decimal::Decimal;

use super::{
    asset_action::{AssetChange, total_amount},
    assetize::{LineFacts, refuse},
    change_checks::Change,
    periods::{Period, before},
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, Value, ctx::Ctx};

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
    /// Changes the quantity of an asset from a line's start on: the period around it is split there, and
    /// all later periods change by the same number.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` and `INVALID_INPUT` when the asset cannot be changed by such a line;
    /// `MOCKORG_NOT_MODELLED` for lines that change something else than the quantity.
    pub(super) fn amend_asset(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let last = self.usable_period(asset)?;
        if facts.quantity.is_zero() {
            return Err(ApiError::not_modelled("amendments that leave the quantity as it is"));
        }
        if facts.end.map(Timestamp::date) != last.end.map(Timestamp::date) {
            return Err(ApiError::not_modelled("amendments that move the end of an asset"));
        }
        let touched = self.touched_periods(Change::Amendment, asset, facts.start)?;
        let is_increase = facts.quantity > Decimal::ZERO;
        let mrr: Vec<Decimal> = if is_increase {
            vec![facts.mrr; touched.len()]
        } else {
            let reduction =
                self.reduction(asset, &facts.model, (&touched, facts.start), Some(-facts.quantity))?;
            // A zero must not keep the sign.
            reduction.mrr.into_iter().map(|mrr| (-mrr).normalize()).collect()
        };
        for (period, mrr) in touched.iter().zip(&mrr) {
            self.change_period(ctx, period, facts, *mrr)?;
        }
        let change = AssetChange {
            asset,
            action_type: "Change",
            category: if is_increase { "Upsells" } else { "Downsells" },
            quantity: facts.quantity,
            // Periods can differ in what their newest units cost; the ledger follows the last one.
            mrr: mrr.last().copied().unwrap_or_default(),
            amount: facts.amount,
            line: facts.line,
            span: (Some(facts.start), last.end),
        };
        self.record_change(ctx, &change)?;
        let total = total_amount(self, asset, RecordId::LAST);
        self.system_update(ctx, asset, vec![("TotalLifecycleAmount", total.into())])
    }

    /// Changes one period from the line's start on.
    fn change_period(
        &mut self,
        ctx: &Ctx,
        period: &Period,
        facts: &LineFacts,
        mrr: Decimal,
    ) -> Result<(), ApiError> {
        let changed: [(&str, Value); 2] = [
            ("Quantity", period.quantity.saturating_add(facts.quantity).normalize().into()),
            ("Mrr", period.mrr.saturating_add(mrr).normalize().into()),
        ];
        if period.start >= facts.start {
            return self.system_update(ctx, period.id, changed.to_vec());
        }
        let row = self.store.live(period.id).ok_or_else(ApiError::not_found)?;
        let mut values: Vec<(&str, Value)> =
            KEPT.iter().map(|name| (*name, row.get(name).to_value())).collect();
        values.extend([("StartDate", facts.start.into()), ("EndDate", period.end.into())]);
        values.extend(changed);
        self.system_update(ctx, period.id, vec![("EndDate", before(facts.start).into())])?;
        self.system_create(ctx, "AssetStatePeriod", values).map(drop)
    }

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
        let touched = self.touched_periods(Change::Cancellation, asset, facts.start)?;
        let mut end: Option<Timestamp> = None;
        for period in &touched {
            if period.start < facts.start {
                end = Some(before(facts.start));
                self.system_update(ctx, period.id, vec![("EndDate", end.into())])?;
            } else {
                self.system_delete(ctx, period.id)?;
            }
        }
        let change = AssetChange {
            asset,
            action_type: "Cancel",
            category: "Cancellations",
            quantity: facts.quantity,
            mrr: (-last.mrr).normalize(),
            amount: facts.amount,
            line: facts.line,
            span: (Some(facts.start), last.end),
        };
        self.record_change(ctx, &change)?;
        let total = total_amount(self, asset, RecordId::LAST);
        let end = end.or_else(|| self.periods(asset).last().and_then(|period| period.end));
        self.system_update(
            ctx,
            asset,
            vec![("LifecycleEndDate", end.into()), ("TotalLifecycleAmount", total.into())],
        )
    }
}
