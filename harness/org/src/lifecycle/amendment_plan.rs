//! What a change of quantity and a cancellation will write, worked out before anything is written.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    assetize::refuse,
    bundle::Member,
    change_checks::Change,
    generation::Generation,
    order_plan::{LastSale, NO_CHANGE, OrderPlan, PlannedLine},
    periods::Period,
    price_layers::Reduction,
    proration::terms_between,
    selling_model::SellingModelType,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, Value, ValueRef, ctx::Ctx};

/// A quantity has at most two decimals and fewer than eleven digits before them.
const MOST: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0);

/// What a line is: the Type of its action, and its PricingTransactionType.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineKind {
    pub(super) action: &'static str,
    pub(super) pricing: &'static str,
}

/// The part of an asset's life that a line changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach<'a> {
    /// The period around the start, and all later ones.
    pub(super) touched: &'a [Period],
    pub(super) start: Timestamp,
}

/// The quantities that a line shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantities {
    pub(super) change: Decimal,
    /// What the asset had at the start of the line.
    pub(super) before: Decimal,
    pub(super) after: Decimal,
}

impl Org {
    /// Plans a change of quantity of one requested asset with the components that scale with it.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it, for the error log.
    pub(super) fn plan_amendment(
        &self,
        ctx: &Ctx,
        asset: RecordId,
        (start, quantity): (Timestamp, Decimal),
        generation: Generation,
    ) -> Result<OrderPlan, ApiError> {
        self.check_requested(ctx, (Change::Amendment, generation), asset, start)?;
        if quantity.is_zero() && !generation.allows_no_change() {
            return Err(refuse(ErrorCode::InvalidInput, "The quantity change can't be 0."));
        }
        let root = self.last_sale(asset)?;
        if root.model.kind == SellingModelType::OneTime {
            return Err(refuse(ErrorCode::InvalidInput, "You can't amend an asset that's sold one time."));
        }
        // By how much each member of the bundle changes, parents before children.
        let mut changes: BTreeMap<RecordId, Decimal> = BTreeMap::from([(asset, quantity)]);
        let mut lines = Vec::new();
        for member in self.bundle(asset) {
            if !self.takes_part(member, start) {
                continue;
            }
            let sale = self.last_sale(member.asset)?;
            if let Some(parent) = member.parent {
                let change = changes.get(&parent).copied().unwrap_or_default();
                let scaled = self.scaled(member, parent, change, start)?;
                changes.insert(
                    member.asset,
                    if sale.model.kind == SellingModelType::OneTime { Decimal::ZERO } else { scaled },
                );
            }
            let change = changes.get(&member.asset).copied().unwrap_or_default();
            lines.push(if change.is_zero() && member.parent.is_some() {
                self.untouched_line(member, &sale)?
            } else {
                self.amendment_line(member, &sale, start, change)?
            });
        }
        self.order_plan(asset, &root, start.date(), lines)
    }

    /// Plans the cancellation of one requested asset with its components.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it, for the error log.
    pub(super) fn plan_cancellation(
        &self,
        ctx: &Ctx,
        asset: RecordId,
        start: Timestamp,
        generation: Generation,
    ) -> Result<OrderPlan, ApiError> {
        self.check_requested(ctx, (Change::Cancellation, generation), asset, start)?;
        let root = self.last_sale(asset)?;
        let mut lines = Vec::new();
        for member in self.bundle(asset) {
            if !self.takes_part(member, start) {
                continue;
            }
            let sale = self.last_sale(member.asset)?;
            // What was delivered once is not taken back.
            lines.push(if sale.model.kind == SellingModelType::OneTime {
                self.untouched_line(member, &sale)?
            } else {
                self.cancellation_line(member, &sale, start)?
            });
        }
        if lines.iter().all(|line| line.action == NO_CHANGE) {
            return Err(refuse(ErrorCode::InvalidInput, "The bundle has no asset that can be canceled."));
        }
        self.order_plan(asset, &root, start.date(), lines)
    }

    /// A component that was cancelled or has ended before is no longer part of what changes.
    pub(super) fn takes_part(&self, member: Member, start: Timestamp) -> bool {
        let ended = |period: &Period| period.end.is_some_and(|end| end < start);
        member.parent.is_none()
            || !(self.is_cancelled(member.asset) || self.periods(member.asset).last().is_none_or(ended))
    }

    /// The change of a component whose parent changes: in proportion, unless its quantity is constant.
    pub(super) fn scaled(
        &self,
        member: Member,
        parent: RecordId,
        change: Decimal,
        start: Timestamp,
    ) -> Result<Decimal, ApiError> {
        let method = member.relationship.and_then(|id| self.store.live(id));
        let method = method.map_or(ValueRef::Null, |row| row.get("RelatedAssetQtyScaleMethod"));
        let whole = self.quantity_at(parent, start);
        if method.as_text() == Some("Constant") || whole.is_zero() || change.is_zero() {
            return Ok(Decimal::ZERO);
        }
        let scaled = change.saturating_mul(self.quantity_at(member.asset, start)) / whole;
        Ok(scaled.normalize())
    }

    /// The quantity of an asset at a moment, or that with which it begins later.
    pub(super) fn quantity_at(&self, asset: RecordId, moment: Timestamp) -> Decimal {
        let periods = self.periods(asset);
        let at = periods.iter().find(|period| period.end.is_none_or(|end| end >= moment));
        at.map_or(Decimal::ZERO, |period| period.quantity)
    }

    fn amendment_line(
        &self,
        member: Member,
        sale: &LastSale<'_>,
        start: Timestamp,
        change: Decimal,
    ) -> Result<PlannedLine, ApiError> {
        let touched = self.touched_periods(Change::Amendment, member.asset, start)?;
        let now = touched.first().map_or(Decimal::ZERO, |period| period.quantity);
        if change.normalize().scale() > 2 || change.abs() >= MOST || now.saturating_add(change).abs() >= MOST
        {
            let message = "A quantity has at most ten digits, and two decimal places.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        let reach = Reach { touched: &touched, start };
        let quantities = Quantities { change, before: now, after: now.saturating_add(change) };
        if change >= Decimal::ZERO {
            let (price, pricing) = self.increase_price(member.asset, sale)?;
            return self.change_line(
                member,
                sale,
                LineKind { action: "Amend", pricing },
                reach,
                quantities,
                price,
            );
        }
        let kind = LineKind { action: "Amend", pricing: "AmendmentAtLastNegotiatedPrice" };
        self.reduction_line(member, sale, kind, reach, Some(-change), quantities)
    }

    fn cancellation_line(
        &self,
        member: Member,
        sale: &LastSale<'_>,
        start: Timestamp,
    ) -> Result<PlannedLine, ApiError> {
        let touched = self.touched_periods(Change::Cancellation, member.asset, start)?;
        let now = touched.first().map_or(Decimal::ZERO, |period| period.quantity);
        let last = touched.last().map_or(Decimal::ZERO, |period| period.quantity);
        let quantities = Quantities { change: -last, before: now, after: Decimal::ZERO };
        let kind = LineKind { action: "Cancel", pricing: "Cancellation" };
        self.reduction_line(member, sale, kind, Reach { touched: &touched, start }, None, quantities)
    }

    /// A line that takes units away, and credits what each was sold for. `by` is how many, or all.
    pub(super) fn reduction_line(
        &self,
        member: Member,
        sale: &LastSale<'_>,
        kind: LineKind,
        reach: Reach<'_>,
        by: Option<Decimal>,
        quantities: Quantities,
    ) -> Result<PlannedLine, ApiError> {
        let reduction = self.reduction(member.asset, &sale.model, (reach.touched, reach.start), by)?;
        let price = reduction.slices.first().map_or_else(|| sale.price(), |slice| Ok(slice.unit_price))?;
        let line = self.change_line(member, sale, kind, reach, quantities, price)?;
        Ok(credited(line, reduction))
    }

    /// What a unit of an increase costs, with its PricingTransactionType.
    fn increase_price(
        &self,
        asset: RecordId,
        sale: &LastSale<'_>,
    ) -> Result<(Decimal, &'static str), ApiError> {
        let pricing = self.store.live(asset);
        let pricing = pricing.map_or(ValueRef::Null, |asset| asset.get("QuantityIncreasePricingType"));
        if pricing.as_text() == Some("ListPrice") {
            let price = self.sales_entry(sale)?.get("UnitPrice").as_number().unwrap_or_default();
            return Ok((price, "AmendmentStartingFromListPrice"));
        }
        // Without a choice of the user, the price stays.
        Ok((sale.price()?, "AmendmentAtLastNegotiatedPrice"))
    }

    /// A line that changes its asset until the end of the asset's life.
    fn change_line(
        &self,
        member: Member,
        sale: &LastSale<'_>,
        LineKind { action, pricing }: LineKind,
        Reach { touched, start }: Reach<'_>,
        Quantities { change, before, after }: Quantities,
        price: Decimal,
    ) -> Result<PlannedLine, ApiError> {
        let mut values = sale.carried_over();
        values.extend([
            ("PricebookEntryId", self.sales_entry(sale)?.id().into()),
            ("UnitPrice", price.into()),
            ("NetUnitPrice", price.into()),
            ("StartingUnitPriceSource", Value::text("System")),
            ("PricingTransactionType", Value::text(pricing)),
            ("Quantity", change.normalize().into()),
            ("StartQuantity", before.normalize().into()),
            ("EndQuantity", after.normalize().into()),
        ]);
        if start != Timestamp::start_of(start.date()) {
            values.push(("ServiceDateTime", start.into()));
        }
        let end = touched.last().and_then(|period| period.end).map(Timestamp::date);
        if let Some(end) = end.filter(|_| sale.model.kind == SellingModelType::TermDefined) {
            values.push(("EndDate", end.into()));
            let term = terms_between(start.date(), end, sale.model.unit_months);
            if let Some(term) = term.and_then(|term| Value::Number(term.count()).as_int()) {
                values.push(("SubscriptionTerm", Value::Int(term)));
            }
        }
        Ok(PlannedLine {
            member,
            subtype: None,
            action,
            values,
            start: Some(start.date()),
            slices: Vec::new(),
        })
    }

    /// The line of a component that stays as it is.
    pub(super) fn untouched_line(
        &self,
        member: Member,
        sale: &LastSale<'_>,
    ) -> Result<PlannedLine, ApiError> {
        let price = sale.price()?;
        let last = self.usable_period(member.asset)?;
        let mut values = sale.carried_over();
        values.extend([
            ("PricebookEntryId", self.sales_entry(sale)?.id().into()),
            ("UnitPrice", price.into()),
            ("NetUnitPrice", price.into()),
            ("StartingUnitPriceSource", Value::text("System")),
            ("Quantity", Decimal::ZERO.into()),
            ("StartQuantity", last.quantity.into()),
            ("EndQuantity", last.quantity.into()),
        ]);
        if sale.model.kind == SellingModelType::TermDefined {
            values.push(("EndDate", last.end.map(Timestamp::date).into()));
        }
        Ok(PlannedLine { member, subtype: None, action: NO_CHANGE, values, start: None, slices: Vec::new() })
    }
}

/// A line that gives back what the parts of a reduction cost.
fn credited(mut line: PlannedLine, reduction: Reduction) -> PlannedLine {
    let amount = reduction.amount();
    line.values.extend([("TotalLineAmount", amount.into()), ("NetTotalPrice", amount.into())]);
    line.slices = reduction.slices;
    line
}
