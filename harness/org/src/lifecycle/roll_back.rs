//! Roll-back: the last action of an asset is undone by another one, as long as it has not begun to count.
//!
//! The entry in the ledger has the category of what it undoes and the opposite numbers, so that every running
//! total is what it was. Sources: AssetAction.CanRollBack and RolledbackAssetAction in the Object Reference;
//! Salesforce Help on rolling back assets: the last action only, amendments and renewals only, nothing that
//! has begun, no ramps, no roll-back of a roll-back.

use std::collections::BTreeSet;

use super::{
    asset_action::{AssetChange, CATEGORY_TOTALS},
    assetize::refuse,
    line_facts::LineFacts,
};
use crate::{ApiError, ErrorCode, Org, RecordId, RecordView, Timestamp, Value, ctx::Ctx, read::Calculated};

/// The Subtype of roll-backs, on order actions and asset actions alike.
pub(super) const ROLLBACK: &str = "Rollback";

/// Whether an action can be rolled back changes with the clock.
pub(super) const CAN_ROLL_BACK: Calculated =
    Calculated { object: "AssetAction", field: "CanRollBack", compute: can_roll_back };

fn can_roll_back(org: &Org, now: Timestamp, action: RecordView<'_>) -> Value {
    let asset = action.get("AssetId").as_id();
    let is_last = asset.is_some_and(|asset| org.last_action(asset) == Some(action.id()));
    Value::Bool(is_last && asset.is_some_and(|asset| org.reversible_action(now, asset).is_ok()))
}

impl Org {
    /// The last action of an asset, if it can be rolled back.
    ///
    /// # Errors
    ///
    /// `ENTITY_IS_DELETED`, `INVALID_STATUS` and `INVALID_INPUT`, with the rule that forbids it.
    pub(super) fn last_action_to_roll_back(&self, ctx: &Ctx, asset: RecordId) -> Result<RecordId, ApiError> {
        self.reversible_action(ctx.now, asset)
    }

    fn reversible_action(&self, now: Timestamp, asset: RecordId) -> Result<RecordId, ApiError> {
        self.usable_period(asset)?;
        let refused = |message| Err(refuse(ErrorCode::InvalidInput, message));
        let Some(action) = self.last_action(asset).and_then(|id| self.store.live(id)) else {
            return refused("The asset has no action that can be rolled back.");
        };
        let subtype = action.get("Subtype").as_text();
        if subtype == Some(ROLLBACK) {
            return refused("The last action of the asset is a rollback, which can't be rolled back.");
        }
        let amends = matches!(subtype, None | Some("FieldAmendment" | "StartDateAdjustment"));
        if action.get("Type").as_text() != Some("Change") || !amends {
            return refused("Only amendments and renewals can be rolled back.");
        }
        if self.has_ramp(asset) {
            return refused("The actions of a ramped asset can't be rolled back.");
        }
        if self.store.kept(action.id()).is_none() {
            return refused(
                "The last action of the asset wasn't made by an order, and can't be rolled back.",
            );
        }
        if !self.starts_of(action.id()).all(|start| start > now) {
            return refused("The last action of the asset has started, and can't be rolled back anymore.");
        }
        Ok(action.id())
    }

    /// Undoes the last action of an asset by an order line.
    ///
    /// # Errors
    ///
    /// As for [`Org::last_action_to_roll_back`]; `INVALID_INPUT` when the line was drafted for another action.
    pub(super) fn roll_back_asset(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let reversed = self.last_action_to_roll_back(ctx, asset)?;
        let (Some(rows), Some(action)) = (self.store.kept(reversed), self.store.live(reversed)) else {
            return Err(ApiError::not_found());
        };
        // A line that the action drafted has parts, and was written for one action.
        let drafted = !self.children_of("OrderItemDetail", "OrderItemId", facts.line).is_empty();
        let written = self.store.live(facts.line).and_then(|line| line.get("CreatedDate").as_datetime());
        let later = action.get("CreatedDate").as_datetime() > written;
        if drafted && (later || !self.starts_of(reversed).any(|start| start == facts.start)) {
            let message =
                "The asset has changed since this rollback was drafted. Delete the draft, and try again.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        let opposite = |name| (-action.get(name).as_number().unwrap_or_default()).normalize();
        let category = action.get("CategoryEnum").as_text();
        let category = CATEGORY_TOTALS.iter().find(|(name, _)| Some(*name) == category);
        let change = AssetChange {
            subtype: Some(ROLLBACK),
            quantity: opposite("QuantityChange"),
            mrr: opposite("MrrChange"),
            amount: opposite("Amount"),
            reversed: Some(reversed),
            ..AssetChange::by_line(asset, facts, category.map_or("Other", |(name, _)| *name))
        };
        self.restore_periods(ctx, asset, &rows)?;
        self.store.keep(reversed, None);
        self.settle_amount(ctx, facts.line, change.amount)?;
        self.enter_change(ctx, &change).map(drop)
    }

    /// The actions of an asset that still count, oldest first: neither roll-backs nor what they undid.
    pub(super) fn standing_actions(&self, asset: RecordId) -> Vec<RecordId> {
        let mut actions = self.children_of("AssetAction", "AssetId", asset);
        let undone: BTreeSet<RecordId> = actions
            .iter()
            .filter_map(|id| Some((id, self.store.live(*id)?.get("RolledbackAssetAction").as_id()?)))
            .flat_map(|(id, reversed)| [*id, reversed])
            .collect();
        actions.retain(|id| !undone.contains(id));
        actions
    }

    /// When the sources of an action begin.
    pub(super) fn starts_of(&self, action: RecordId) -> impl Iterator<Item = Timestamp> {
        self.children_of("AssetActionSource", "AssetActionId", action)
            .into_iter()
            .filter_map(|id| self.store.live(id)?.get("StartDate").as_datetime())
    }

    fn last_action(&self, asset: RecordId) -> Option<RecordId> {
        self.children_of("AssetAction", "AssetId", asset).last().copied()
    }

    fn has_ramp(&self, asset: RecordId) -> bool {
        self.periods(asset)
            .into_iter()
            .filter_map(|period| self.store.live(period.id))
            .any(|row| !row.get("RampIdentifier").is_null())
    }
}
