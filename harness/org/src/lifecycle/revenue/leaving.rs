//! The lines that take units out of a bundle for something else: the source side of transfers, and the out
//! side of swaps, upgrades and downgrades.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::{
    ApiError, ErrorCode, Org, RecordId, Timestamp,
    ctx::Ctx,
    lifecycle::{
        amendment_plan::{LineKind, Quantities, Reach},
        assetize::refuse,
        bundle::Member,
        change_checks::Change,
        order_plan::{LastSale, OrderPlan, PlannedLine},
        selling_model::SellingModelType,
    },
};

/// How units leave an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leaving {
    /// For what, which also gives the words of the refusals.
    pub(super) change: Change,
    /// The Subtype of the lines' actions.
    pub(super) subtype: &'static str,
    /// Whether an asset of which nothing is left ends.
    pub(super) ends_empty: bool,
    /// Whether components that are sold one time go along.
    pub(super) takes_one_time: bool,
}

impl Org {
    /// Plans how `quantity` units of an asset leave it from `start` on, each component in proportion.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it: `ENTITY_IS_DELETED`, `INVALID_STATUS` and `INVALID_INPUT`, and
    /// `MOCKORG_NOT_MODELLED` for ramps.
    pub(super) fn plan_leaving(
        &self,
        ctx: &Ctx,
        asset: RecordId,
        (start, quantity): (Timestamp, Decimal),
        how: &Leaving,
    ) -> Result<OrderPlan, ApiError> {
        self.check_leaving(ctx, asset, start, how)?;
        let (verb, _) = how.change.words();
        if quantity <= Decimal::ZERO || quantity.normalize().scale() > 2 {
            let message =
                format!("The quantity to {verb} must be greater than 0, with two decimal places at most.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        let root = self.last_sale(asset)?;
        let mut changes: BTreeMap<RecordId, Leaver> = BTreeMap::new();
        let mut lines = Vec::new();
        for member in self.bundle(asset) {
            if !self.takes_part(member, start) {
                continue;
            }
            self.usable_period(member.asset)?;
            let sale = self.last_sale(member.asset)?;
            let going = match member.parent {
                None => quantity,
                Some(_) if sale.model.kind == SellingModelType::OneTime && !how.takes_one_time => {
                    Decimal::ZERO
                }
                Some(parent) => match changes.get(&parent) {
                    // A component does not outlive what it is a part of, whatever its scale method.
                    Some(above) if above.everything => self.quantity_at(member.asset, start),
                    Some(above) => -self.scaled(member, parent, -above.going, start)?,
                    None => Decimal::ZERO,
                },
            };
            let (line, everything) = if going.is_zero() {
                (self.untouched_line(member, &sale)?, false)
            } else {
                self.leaving_line(member, &sale, (start, going), how)?
            };
            changes.insert(member.asset, Leaver { going, everything });
            lines.push(line);
        }
        self.order_plan(asset, &root, start.date(), lines)
    }

    /// The rules for the asset itself.
    ///
    /// Source: Salesforce Help, Transfer Assets Between Accounts; Asset Transfer Considerations; Swap, Upgrade, and Downgrade Amendments
    /// Considerations.
    fn check_leaving(
        &self,
        ctx: &Ctx,
        asset: RecordId,
        start: Timestamp,
        how: &Leaving,
    ) -> Result<(), ApiError> {
        let (verb, noun) = how.change.words();
        let last = self.usable_period(asset)?;
        if self.is_component(asset) {
            let message = format!("The asset is part of a bundle. Specify the root asset to {verb} it.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        let is_usage = |member: Member| {
            let product = self.store.live(member.asset).and_then(|row| row.get("Product2Id").as_id());
            product.and_then(|id| self.store.live(id)).is_some_and(|row| !row.get("UsageModelType").is_null())
        };
        if self.bundle(asset).into_iter().any(is_usage) {
            let message = format!("You can't {verb} a usage-based asset.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        if last.end.is_some_and(|end| end < ctx.now) {
            let message = format!("You can't {verb} an expired asset.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        if start < Timestamp::start_of(ctx.now.date()) {
            let message = format!("The {noun} date can't be earlier than today.");
            return Err(refuse(ErrorCode::InvalidInput, &message));
        }
        Ok(())
    }

    /// The line by which units leave one asset, and whether nothing is left of it.
    fn leaving_line(
        &self,
        member: Member,
        sale: &LastSale<'_>,
        (start, going): (Timestamp, Decimal),
        how: &Leaving,
    ) -> Result<(PlannedLine, bool), ApiError> {
        let touched = self.touched_periods(how.change, member.asset, start)?;
        let now = touched.first().map_or(Decimal::ZERO, |period| period.quantity);
        let everything = touched.iter().all(|period| period.quantity == going);
        let kind = if everything && how.ends_empty {
            LineKind { action: "Cancel", pricing: "Cancellation" }
        } else {
            LineKind { action: "Amend", pricing: "AmendmentAtLastNegotiatedPrice" }
        };
        let quantities = Quantities { change: -going, before: now, after: now.saturating_sub(going) };
        let reach = Reach { touched: &touched, start };
        let mut line = self.reduction_line(member, sale, kind, reach, Some(going), quantities)?;
        line.subtype = Some(how.subtype);
        Ok((line, everything))
    }
}

/// What goes of a member of a bundle.
#[derive(Clone, Copy, Debug)]
struct Leaver {
    going: Decimal,
    /// Whether nothing is left of it.
    everything: bool,
}
