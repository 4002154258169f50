//! Transfers: units of an asset leave it for an asset of another account. Two orders carry one: that of the
//! source account takes the units away and comes first, that of the target account makes the new asset.
//!
//! What leaves is kept, period by period, until the other order takes it.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{asset_action::AssetChange, assetize::refuse, change_checks::Change, line_facts::LineFacts};
use crate::{ApiError, ErrorCode, Org, Record, RecordId, ctx::Ctx};

/// What the asset of the target account takes over from that of the source account.
const TAKEN_OVER: [&str; 6] = [
    "DoesAutomaticallyRenew",
    "PricingSource",
    "QuantityIncreasePricingType",
    "RenewalPricingType",
    "RenewalTerm",
    "RenewalTermUnit",
];

impl Org {
    /// Whether an order, be it a draft, still has to move units of the asset to or from another account.
    pub(super) fn has_pending_transfer(&self, asset: RecordId) -> bool {
        let moves = |subtype: Option<&str>| matches!(subtype, Some("TransferFrom" | "TransferTo"));
        self.children_of("OrderAction", "SourceAssetId", asset)
            .into_iter()
            .filter(|id| self.store.live(*id).is_some_and(|action| moves(action.get("Subtype").as_text())))
            .flat_map(|action| self.children_of("OrderItem", "OrderActionId", action))
            .any(|line| self.asset_of_line(line).is_none())
    }

    /// Takes units away that another account gets. As with a decrease, but even when nothing is left the asset
    /// lives on.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` and `INVALID_INPUT` when the asset cannot give so many units: when it has expired, was
    /// cancelled, is of another account than the order, or has fewer in one of its periods.
    pub(super) fn hand_over_asset(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let last = self.living_period(asset)?;
        self.check_not_expired(ctx, asset)?;
        self.check_same_end(&last, facts)?;
        let account = |id| self.store.live(id).map(|row| row.get("AccountId").to_value());
        if account(asset) != account(facts.order) {
            let message = "The order that an asset is transferred from must be of the asset's account.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        let whole = self.touched_periods(Change::Transfer, asset, facts.start)?;
        let mrr = self.shift_quantity(ctx, asset, facts, Change::Transfer)?;
        let change = AssetChange {
            subtype: Some("TransferFrom"),
            mrr,
            span: (Some(facts.start), last.end),
            ..AssetChange::by_line(asset, facts, "Transfers")
        };
        let mut parts: Vec<Record> = Vec::with_capacity(whole.len());
        let rest = self.touched_periods(Change::Transfer, asset, facts.start)?;
        for (whole, rest) in whole.iter().zip(&rest) {
            let Some(view) = self.store.live(rest.id) else { continue };
            let mut part = view.to_record();
            part.set_opt(view.object.slot("Quantity"), (-facts.quantity).normalize().into());
            part.set_opt(view.object.slot("Mrr"), whole.mrr.saturating_sub(rest.mrr).normalize().into());
            parts.push(part);
        }
        let action = self.enter_change(ctx, &change)?;
        self.store.keep(action, Some(parts));
        Ok(())
    }

    /// Makes the asset of the target account, with the periods of what left the source.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` when the source has not yet given these units; `INVALID_INPUT` when both are of one
    /// account.
    pub(super) fn receive_asset(
        &mut self,
        ctx: &Ctx,
        source: RecordId,
        facts: &LineFacts,
    ) -> Result<RecordId, ApiError> {
        let account = |id| self.store.live(id).map(|row| row.get("AccountId").to_value());
        if account(source) == account(facts.order) {
            let message = "An asset can't be transferred to its own account.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        let Some((action, parts)) = self.handed_over(source, facts) else {
            let message = "The source asset hasn't given up this quantity from this date on. Activate the order of \
                           the source account and create its assets first.";
            return Err(refuse(ErrorCode::InvalidStatus, message));
        };
        let mut values = self.asset_values(facts);
        if let Some(source) = self.store.live(source) {
            values.retain(|(name, _)| !TAKEN_OVER.contains(name));
            values.extend(TAKEN_OVER.iter().map(|name| (*name, source.get(name).to_value())));
        }
        let asset = self.system_create(ctx, "Asset", values)?;
        for part in parts.iter() {
            self.copy_period(ctx, part, asset)?;
        }
        let mrr = self.periods(asset).last().map_or(Decimal::ZERO, |period| period.mrr);
        let change = AssetChange {
            action_type: "Generate",
            subtype: Some("TransferTo"),
            mrr,
            span: (Some(facts.start), self.life_end(asset)),
            ..AssetChange::by_line(asset, facts, "Transfers")
        };
        self.enter_change(ctx, &change)?;
        self.store.keep(action, None);
        Ok(asset)
    }

    /// The action by which an asset gave what a line of the other account takes, with the parts of periods. What
    /// was taken is no longer kept.
    fn handed_over(&self, source: RecordId, facts: &LineFacts) -> Option<(RecordId, Arc<[Record]>)> {
        self.children_of("AssetAction", "AssetId", source).into_iter().find_map(|id| {
            let action = self.store.live(id)?;
            let given = action.get("Subtype").as_text() == Some("TransferFrom")
                && action.get("QuantityChange").as_number() == Some(-facts.quantity)
                && self.starts_of(id).any(|start| start == facts.start);
            Some((id, self.store.kept(id).filter(|_| given)?))
        })
    }
}
