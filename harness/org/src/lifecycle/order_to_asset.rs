//! Order to asset: which lines a request turns into assets, and what becomes of each.

use super::line_action::LineAction;
use crate::{
    ApiError, Org, RecordId,
    ctx::Ctx,
    jobs::{ASSETIZATION, Failure},
};

/// A line with its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct OrderLine {
    pub(crate) order: RecordId,
    pub(crate) line: RecordId,
}

/// The outcome of one order line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AssetDetail {
    pub(crate) line: OrderLine,
    /// The asset, or why there is none.
    pub(crate) outcome: Result<RecordId, ApiError>,
}

impl AssetDetail {
    /// The failure of the line, for the error log.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let error = self.outcome.as_ref().err()?.clone();
        Some(Failure { primary: self.line.order, related: Some(self.line.line), error })
    }
}

impl Org {
    /// The lines of an order that lead to assets.
    pub(crate) fn lines_to_assetize(&self, order: RecordId) -> Vec<OrderLine> {
        let lines: Vec<OrderLine> =
            self.order_lines(order).into_iter().map(|line| OrderLine { order, line }).collect();
        self.without_untouched(&lines)
    }

    /// Lines without those that lead to no asset: the ones of products that are not assetizable, and mere
    /// mentions of an asset.
    pub(crate) fn without_untouched(&self, lines: &[OrderLine]) -> Vec<OrderLine> {
        lines.iter().copied().filter(|line| !self.is_untouched(line.line)).collect()
    }

    /// Whether order to asset passes over the line. One that is gone is not passed over: it fails.
    fn is_untouched(&self, id: RecordId) -> bool {
        let Some(line) = self.store.live(id) else { return false };
        let product = line.get("Product2Id").as_id().and_then(|id| self.store.live(id));
        let assetizable = product.is_some_and(|product| {
            // An org may lack the field; then nothing says that the product is not assetizable.
            product.object.slot("IsAssetizable").is_none() || product.get("IsAssetizable").is_true()
        });
        !assetizable || matches!(self.line_action(id), Ok(LineAction::NoChange))
    }

    /// Turns lines into assets, each line alone.
    pub(crate) fn assetize_lines(&mut self, ctx: &Ctx, lines: &[OrderLine]) -> Vec<AssetDetail> {
        let mut details = Vec::with_capacity(lines.len());
        for &line in lines {
            let savepoint = self.store.savepoint();
            let struck = self.injected_failure(ASSETIZATION, &[line.line, line.order]);
            let outcome = struck
                .map_or_else(|| self.assetize_line(ctx, line.order, line.line), Err)
                .and_then(|asset| self.tie_to_contract(ctx, line, asset).map(|()| asset));
            if outcome.is_err() {
                self.store.rollback(savepoint);
            }
            details.push(AssetDetail { line, outcome });
        }
        self.relate_assets(ctx, &mut details);
        details
    }

    /// Ties the new assets of a bundle together as their lines are tied. The lines of a bundle need not be
    /// turned into assets by the same request: whichever end comes later ties the two.
    fn relate_assets(&mut self, ctx: &Ctx, details: &mut [AssetDetail]) {
        for detail in details {
            if detail.outcome.is_err() {
                continue;
            }
            let own = self.line_relationship(detail.line.line);
            let below = self.children_of("OrderItemRelationship", "MainOrderItemId", detail.line.line);
            for relationship in own.into_iter().chain(below) {
                if let Err(error) = self.relate_assets_of(ctx, relationship) {
                    detail.outcome = Err(error);
                }
            }
        }
    }

    /// Ties the two assets of related lines, unless one of them is still to come.
    fn relate_assets_of(&mut self, ctx: &Ctx, relationship: RecordId) -> Result<(), ApiError> {
        let Some(row) = self.store.live(relationship) else { return Ok(()) };
        let asset_of = |field| row.get(field).as_id().and_then(|line| self.asset_of_line(line));
        let (main, component) = (asset_of("MainOrderItemId"), asset_of("AssociatedOrderItemId"));
        let (Some(main), Some(component)) = (main, component) else { return Ok(()) };
        if main == component || self.is_component(component) {
            return Ok(());
        }
        let values = self.asset_relationship_values(relationship, main, component);
        self.system_create(ctx, "AssetRelationship", values).map(drop)
    }
}
