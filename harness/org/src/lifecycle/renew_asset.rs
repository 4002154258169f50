//! What a renewal line does to its asset: a new period, and an entry in the ledger.

use rust_decimal::Decimal;

use super::{
    asset_action::{AssetChange, total_amount},
    assetize::{LineFacts, refuse},
    periods::{Period, after},
    proration::cents,
    selling_model::SellingModelType,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Value, ctx::Ctx};

impl Org {
    /// Renews an asset by an order line.
    ///
    /// The line of a termed asset carries the whole renewed quantity and adds a period right after the last
    /// one. The line of an evergreen asset has quantity 0 and stands for the asset: its periods stay, and
    /// the ledger gets an entry in which nothing changes, so that the order line can be found from the asset.
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
        let last = self.renewable_period(asset)?;
        let (quantity, mrr) = match facts.kind {
            SellingModelType::TermDefined => {
                if last.end.map(after) != Some(facts.start) {
                    let message = "The renewal must start right after the asset's lifecycle end date.";
                    return Err(refuse(ErrorCode::InvalidInput, message));
                }
                self.add_period(ctx, asset, facts)?;
                (
                    facts.quantity.saturating_sub(last.quantity).normalize(),
                    cents(facts.mrr.saturating_sub(last.mrr)),
                )
            }
            SellingModelType::Evergreen | SellingModelType::OneTime => (Decimal::ZERO, Decimal::ZERO),
        };
        let change = AssetChange {
            asset,
            action_type: "Change",
            category: "Renewals",
            quantity,
            mrr,
            amount: facts.amount,
            line: facts.line,
            span: (Some(facts.start), facts.end),
        };
        self.record_change(ctx, &change)?;
        let total = total_amount(self, asset, RecordId::LAST);
        let end: Value =
            if facts.kind == SellingModelType::TermDefined { facts.end.into() } else { last.end.into() };
        self.system_update(
            ctx,
            asset,
            vec![("LifecycleEndDate", end), ("TotalLifecycleAmount", total.into())],
        )
    }

    /// The last period of an asset that can be renewed at all.
    ///
    /// # Errors
    ///
    /// `ENTITY_IS_DELETED` when the asset is gone, `INVALID_INPUT` when it is not life-cycle managed,
    /// `INVALID_STATUS` when it was cancelled.
    pub(super) fn renewable_period(&self, asset: RecordId) -> Result<Period, ApiError> {
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
}
