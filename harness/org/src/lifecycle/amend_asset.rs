//! What the lines of amendments do to their assets: periods are split or moved, and the ledger gets an entry.

use rust_decimal::Decimal;

use super::{asset_action::AssetChange, assetize::refuse, change_checks::Change, line_facts::LineFacts};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, ctx::Ctx};

/// What a line amends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amendment {
    Quantity,
    Term,
    Price,
    /// Neither of them.
    Fields,
}

impl Org {
    /// Amends an asset by a line. What is amended is what the line says other than the asset: its quantity, its
    /// end, its price, and only fields otherwise.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` and `INVALID_INPUT` when the asset cannot be changed by such a line;
    /// `MOCKORG_NOT_MODELLED` for lines that change several of them at once.
    pub(super) fn amend_asset(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        match self.amendment(asset, facts)? {
            Amendment::Quantity => self.amend_quantity(ctx, asset, facts),
            Amendment::Term => self.amend_term(ctx, asset, facts),
            Amendment::Price => self.amend_price(ctx, asset, facts, None),
            Amendment::Fields => self.amend_only_fields(ctx, asset, facts),
        }
    }

    /// Amends fields of an asset by a line that says so. The price may change with them.
    ///
    /// # Errors
    ///
    /// As for [`Org::amend_asset`]; `INVALID_INPUT` also when the line changes quantity or term.
    pub(super) fn amend_fields(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        match self.amendment(asset, facts)? {
            Amendment::Price => self.amend_price(ctx, asset, facts, Some("FieldAmendment")),
            Amendment::Fields => self.amend_only_fields(ctx, asset, facts),
            Amendment::Quantity | Amendment::Term => {
                let message = "A field amendment changes neither the quantity nor the end of an asset.";
                Err(refuse(ErrorCode::InvalidInput, message))
            }
        }
    }

    fn amendment(&self, asset: RecordId, facts: &LineFacts) -> Result<Amendment, ApiError> {
        let last = self.usable_period(asset)?;
        let term = facts.end.map(Timestamp::date) != last.end.map(Timestamp::date);
        if !facts.quantity.is_zero() {
            return if term {
                Err(ApiError::not_modelled("amendments that change the quantity and move the end at once"))
            } else {
                Ok(Amendment::Quantity)
            };
        }
        // What no order knows has no price that a line could change.
        let sold = self.last_sale(asset).and_then(|sale| sale.price());
        let price = sold.is_ok_and(|price| price != facts.unit_price);
        match (term, price) {
            (true, true) => {
                Err(ApiError::not_modelled("amendments that change the price and move the end at once"))
            }
            (true, false) => Ok(Amendment::Term),
            (false, true) => Ok(Amendment::Price),
            (false, false) if facts.amount.is_zero() => Ok(Amendment::Fields),
            (false, false) => {
                let message =
                    "The order product has an amount, but changes no quantity, price or end of the asset.";
                Err(refuse(ErrorCode::InvalidInput, message))
            }
        }
    }

    fn amend_quantity(&mut self, ctx: &Ctx, asset: RecordId, facts: &LineFacts) -> Result<(), ApiError> {
        let before = self.period_rows(asset);
        let mrr = self.shift_quantity(ctx, asset, facts, Change::Amendment)?;
        let change = AssetChange {
            quantity: facts.quantity,
            mrr,
            span: (Some(facts.start), self.life_end(asset)),
            ..AssetChange::by_line(
                asset,
                facts,
                if facts.quantity > Decimal::ZERO { "Upsells" } else { "Downsells" },
            )
        };
        self.enter_reversible(ctx, &change, before)
    }
}
