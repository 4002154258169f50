//! What a change of quantity and a cancellation will write, worked out before anything is written.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    assetize::refuse,
    bundle::Member,
    change_checks::Change,
    order_plan::{LastSale, NO_CHANGE, OrderPlan, PlannedLine},
    periods::Period,
    price_layers::Reduction,
    proration::terms_between,
    selling_model::SellingModelType,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, Value, ValueRef, ctx::Ctx};

/// A quantity has at most two decimals and fewer than eleven digits before them.
const MOST: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0);

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
        start: Timestamp,
        quantity: Decimal,
    ) -> Result<OrderPlan, ApiError> {
        self.check_requested(ctx, Change::Amendment, asset, start)?;
        if quantity.is_zero() {
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
            lines.push(if change.is_zero() {
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
    ) -> Result<OrderPlan, ApiError> {
        self.check_requested(ctx, Change::Cancellation, asset, start)?;
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
    fn takes_part(&self, member: Member, start: Timestamp) -> bool {
        let ended = |period: &Period| period.end.is_some_and(|end| end < start);
        member.parent.is_none()
            || !(self.is_cancelled(member.asset) || self.periods(member.asset).last().is_none_or(ended))
    }

    /// The change of a component whose parent changes: in proportion, unless its quantity is constant.
    fn scaled(
        &self,
        member: Member,
        parent: RecordId,
        change: Decimal,
        start: Timestamp,
    ) -> Result<Decimal, ApiError> {
        let method = member.relationship.and_then(|id| self.store.live(id));
        let method = method.map_or(ValueRef::Null, |row| row.get("RelatedAssetQtyScaleMethod"));
        let quantity_of = |asset: RecordId| {
            let periods = self.periods(asset);
            let at_start = periods.iter().find(|period| period.end.is_none_or(|end| end >= start));
            at_start.map_or(Decimal::ZERO, |period| period.quantity)
        };
        let whole = quantity_of(parent);
        if method.as_text() == Some("Constant") || whole.is_zero() || change.is_zero() {
            return Ok(Decimal::ZERO);
        }
        let scaled = change.saturating_mul(quantity_of(member.asset)) / whole;
        Ok(scaled.normalize())
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
        let span = (touched.as_slice(), start);
        let quantities = (change, now, now.saturating_add(change));
        if change > Decimal::ZERO {
            let pricing = self.increase_price(member.asset, sale)?;
            return self.change_line(member, sale, "Amend", span, quantities, pricing);
        }
        let kind = ("Amend", "AmendmentAtLastNegotiatedPrice");
        self.reduction_line(member, sale, kind, span, Some(-change), quantities)
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
        let quantities = (-last, now, Decimal::ZERO);
        self.reduction_line(member, sale, ("Cancel", "Cancellation"), (&touched, start), None, quantities)
    }

    /// A line that takes units away, and credits what each was sold for. `by` is how many, or all.
    fn reduction_line(
        &self,
        member: Member,
        sale: &LastSale<'_>,
        (action, pricing): (&'static str, &'static str),
        span: (&[Period], Timestamp),
        by: Option<Decimal>,
        quantities: (Decimal, Decimal, Decimal),
    ) -> Result<PlannedLine, ApiError> {
        let reduction = self.reduction(member.asset, &sale.model, span, by)?;
        let price = reduction.slices.first().map_or_else(|| sale.price(), |slice| Ok(slice.unit_price))?;
        let line = self.change_line(member, sale, action, span, quantities, (price, pricing))?;
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

    /// A line that changes its asset until the end of the asset's life. `quantities` are the change, and
    /// the quantity before and after.
    fn change_line(
        &self,
        member: Member,
        sale: &LastSale<'_>,
        action: &'static str,
        (touched, start): (&[Period], Timestamp),
        quantities: (Decimal, Decimal, Decimal),
        (price, pricing): (Decimal, &'static str),
    ) -> Result<PlannedLine, ApiError> {
        let (change, before, after) = quantities;
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
            if let Some(term) = term.and_then(|term| Value::Number(term).as_int()) {
                values.push(("SubscriptionTerm", Value::Int(term)));
            }
        }
        Ok(PlannedLine { member, action, values, start: Some(start.date()), slices: Vec::new() })
    }

    /// The line of a component that stays as it is.
    fn untouched_line(&self, member: Member, sale: &LastSale<'_>) -> Result<PlannedLine, ApiError> {
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
        Ok(PlannedLine { member, action: NO_CHANGE, values, start: None, slices: Vec::new() })
    }
}

/// A line that gives back what the parts of a reduction cost.
fn credited(mut line: PlannedLine, reduction: Reduction) -> PlannedLine {
    let amount = reduction.amount();
    line.values.extend([("TotalLineAmount", amount.into()), ("NetTotalPrice", amount.into())]);
    line.slices = reduction.slices;
    line
}
