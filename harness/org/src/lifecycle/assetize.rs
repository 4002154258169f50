//! Order to asset: a line of an activated order becomes an asset, or changes the one it names.

use super::{generate_asset::Origin, line_action::LineAction};
use crate::{ApiError, ErrorCode, Org, RecordId, ctx::Ctx};

impl Org {
    /// Turns one line of an order into an asset, or changes the one that it names.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` when the order is not activated; those of the line and its action else.
    pub(super) fn assetize_line(
        &mut self,
        ctx: &Ctx,
        order: RecordId,
        line: RecordId,
    ) -> Result<RecordId, ApiError> {
        let activated =
            self.store.live(order).is_some_and(|row| row.get("Status").as_text() == Some("Activated"));
        if !activated {
            return Err(refuse(
                ErrorCode::InvalidStatus,
                "The order isn't activated. Activate it, and try again.",
            ));
        }
        let action = self.line_action(line)?;
        self.check_asset_access(ctx, action)?;
        if let Some(asset) = self.asset_of_line(line) {
            return Ok(asset);
        }
        self.refuse_ramp(line)?;
        self.check_source_asset(line, action)?;
        let facts = self.line_facts(line)?;
        match action {
            LineAction::Add => self.generate_asset(ctx, &facts, Origin::SALE),
            LineAction::ExchangeIn(exchange) => {
                let origin = Origin { category: exchange.category(), subtype: Some(exchange.in_subtype()) };
                self.generate_asset(ctx, &facts, origin)
            }
            LineAction::TransferTo(source) => self.receive_asset(ctx, source, &facts),
            LineAction::Renew(asset) => self.renew_asset(ctx, asset, &facts).map(|()| asset),
            LineAction::Amend(asset) => self.amend_asset(ctx, asset, &facts).map(|()| asset),
            LineAction::AmendFields(asset) => self.amend_fields(ctx, asset, &facts).map(|()| asset),
            LineAction::MoveStart(asset) => self.move_start(ctx, asset, &facts).map(|()| asset),
            LineAction::Cancel(asset) => self.cancel_asset(ctx, asset, &facts).map(|()| asset),
            LineAction::RollBack(asset) => self.roll_back_asset(ctx, asset, &facts).map(|()| asset),
            LineAction::TransferFrom(asset) => self.hand_over_asset(ctx, asset, &facts).map(|()| asset),
            LineAction::ExchangeOut(exchange, asset) => {
                self.exchange_asset(ctx, (asset, exchange), &facts).map(|()| asset)
            }
            LineAction::NoChange => Err(ApiError::not_modelled("assets from untouched lines")),
        }
    }

    /// A user who may run the action can still lack access to assets.
    fn check_asset_access(&self, ctx: &Ctx, action: LineAction) -> Result<(), ApiError> {
        let Some(def) = self.catalog.find_any("Asset") else {
            return Err(ApiError::not_modelled("orgs without Asset"));
        };
        let access = ctx.access.object(def.index);
        if action.makes_asset() && !access.create {
            return Err(refuse(ErrorCode::InsufficientAccess, "User doesn’t have Create Access to asset."));
        }
        let changes = !action.makes_asset() && action != LineAction::NoChange;
        if changes && !access.edit {
            return Err(refuse(ErrorCode::InsufficientAccess, "User doesn’t have Edit Access to asset."));
        }
        Ok(())
    }

    /// Segments of a ramp change and end together, which is not modelled.
    fn refuse_ramp(&self, line: RecordId) -> Result<(), ApiError> {
        let is_segment = self.store.live(line).is_some_and(|line| {
            ["RampIdentifier", "SegmentIdentifier"].iter().any(|name| !line.get(name).is_null())
        });
        if is_segment { Err(ApiError::not_modelled("order lines of ramps")) } else { Ok(()) }
    }

    /// A line changes assets of its own product only. (Whether the platform compares them is not documented.)
    fn check_source_asset(&self, line: RecordId, action: LineAction) -> Result<(), ApiError> {
        let Some(asset) = action.source() else { return Ok(()) };
        // An asset that is gone is refused where it is to be changed.
        let product = |id| self.store.live(id).map(|row| row.get("Product2Id").as_id());
        if product(asset).is_some_and(|sold| product(line) != Some(sold)) {
            let message = "The source asset is of another product than the order product.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        Ok(())
    }

    /// The asset that the line has already led to. A source of the API without orders may name any line: one of
    /// another product did not lead to the asset.
    pub(super) fn asset_of_line(&self, line: RecordId) -> Option<RecordId> {
        let product = self.store.live(line)?.get("Product2Id").as_id();
        let sources = self.children_of("AssetActionSource", "ReferenceEntityItemId", line);
        sources.into_iter().filter_map(|id| self.store.live(id)).find_map(|source| {
            let action = self.store.live(source.get("AssetActionId").as_id()?)?;
            let asset = self.store.live(action.get("AssetId").as_id()?)?;
            // Only order to asset fills in the reference for billing.
            let by_order = !source.get("BillingReference").is_null();
            (by_order || asset.get("Product2Id").as_id() == product).then_some(asset.id())
        })
    }
}

/// An error of one line or one asset.
pub(super) fn refuse(code: ErrorCode, message: &str) -> ApiError {
    ApiError::dml(code, message, std::iter::empty::<&str>())
}
