//! What a renewal line does to its asset: a new period, and an entry in the ledger.

use rust_decimal::Decimal;

use super::{
    asset_action::{AssetChange, total_amount},
    assetize::{LineFacts, refuse},
    periods::after,
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
        let last = self.usable_period(asset)?;
        let (quantity, mrr) = match facts.model.kind {
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
        let end: Value = if facts.model.kind == SellingModelType::TermDefined {
            facts.end.into()
        } else {
            last.end.into()
        };
        self.system_update(
            ctx,
            asset,
            vec![("LifecycleEndDate", end), ("TotalLifecycleAmount", total.into())],
        )
    }
}
