//! What a renewal will write, worked out before anything is written: the business checks of one request
//! item, and the lines of the renewal order with their prices.

use rust_decimal::Decimal;

use super::{
    assetize::refuse,
    bundle::Member,
    order_plan::{LastSale, NO_CHANGE, OrderPlan, PlannedLine},
    periods::after,
    proration::{TermUnit, end_of_term},
    selling_model::SellingModelType,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, Value, ValueRef, ctx::Ctx};

impl Org {
    /// Plans the renewal of one requested asset.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it, for the error log.
    pub(super) fn plan_renewal(&self, ctx: &Ctx, asset: RecordId) -> Result<OrderPlan, ApiError> {
        self.usable_period(asset)?;
        if self.is_component(asset) {
            let message = "The asset is part of a bundle. Renew the root asset of the bundle.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        let root = self.last_sale(asset)?;
        let members = self.bundle(asset);
        if root.model.kind == SellingModelType::OneTime && members.len() == 1 {
            return Err(refuse(ErrorCode::InvalidInput, "An asset that's sold one time can't be renewed."));
        }
        let mut lines = Vec::with_capacity(members.len());
        for member in members {
            // A component that was cancelled is no longer part of what is renewed.
            if member.parent.is_some() && self.is_cancelled(member.asset) {
                continue;
            }
            lines.push(self.renewal_line(ctx, asset, member)?);
        }
        if !lines.iter().any(|line| line.action == "Renew") {
            return Err(refuse(ErrorCode::InvalidInput, "The bundle has no asset that can be renewed."));
        }
        self.order_plan(asset, &root, ctx.now.date(), lines)
    }

    fn renewal_line(&self, ctx: &Ctx, root: RecordId, member: Member) -> Result<PlannedLine, ApiError> {
        let sale = self.last_sale(member.asset)?;
        let last = self.usable_period(member.asset)?;
        let (unit_price, pricing, entry) = self.renewal_price(member.asset, &sale)?;
        let mut values = sale.carried_over();
        values.extend([
            ("PricebookEntryId", entry.into()),
            ("UnitPrice", unit_price.into()),
            ("NetUnitPrice", unit_price.into()),
            ("StartingUnitPriceSource", Value::text("System")),
        ]);
        let quantity = match sale.model.kind {
            SellingModelType::TermDefined => last.quantity,
            SellingModelType::Evergreen | SellingModelType::OneTime => Decimal::ZERO,
        };
        // A line shows the quantity before and after; a renewal leaves it as it is.
        values.extend([
            ("Quantity", quantity.into()),
            ("StartQuantity", last.quantity.into()),
            ("EndQuantity", last.quantity.into()),
        ]);
        if sale.model.kind == SellingModelType::OneTime {
            return Ok(PlannedLine { member, action: NO_CHANGE, values, start: None, slices: Vec::new() });
        }
        values.push(("PricingTransactionType", Value::text(pricing)));
        if sale.model.kind == SellingModelType::Evergreen {
            return Ok(PlannedLine { member, action: "Renew", values, start: None, slices: Vec::new() });
        }
        let months = self.renewal_months(root, member.asset)?;
        let end = last
            .end
            .ok_or_else(|| refuse(ErrorCode::InvalidInput, "The asset has no lifecycle end date."))?;
        self.check_renewal_date(ctx, member.asset, end)?;
        let begins = after(end);
        let start = begins.date();
        if begins != Timestamp::start_of(start) {
            values.push(("ServiceDateTime", begins.into()));
        }
        let last_day = end_of_term(start, months)
            .ok_or_else(|| refuse(ErrorCode::NumberOutsideValidRange, "The renewal term is too long."))?;
        values.push(("EndDate", last_day.into()));
        if months % sale.model.unit_months == 0 {
            values.push(("SubscriptionTerm", Value::Int(months / sale.model.unit_months)));
        }
        Ok(PlannedLine { member, action: "Renew", values, start: Some(start), slices: Vec::new() })
    }

    /// A renewal begins when the asset ends; another date cannot be given.
    fn check_renewal_date(&self, ctx: &Ctx, asset: RecordId, end: Timestamp) -> Result<(), ApiError> {
        if after(end) <= ctx.now.floor_second() {
            let message = "The asset has expired. A late renewal needs a start date.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        let has_future_renewal = self
            .children_of("AssetAction", "AssetId", asset)
            .into_iter()
            .filter(|id| {
                self.store
                    .live(*id)
                    .is_some_and(|action| action.get("CategoryEnum").as_text() == Some("Renewals"))
            })
            .flat_map(|action| self.children_of("AssetActionSource", "AssetActionId", action))
            .filter_map(|id| self.store.live(id)?.get("StartDate").as_datetime())
            .any(|start| start > ctx.now);
        if has_future_renewal {
            let message = "The asset already has a renewal that starts in the future.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        Ok(())
    }

    /// How many months an asset is renewed for. A component without a term of its own follows its root.
    fn renewal_months(&self, root: RecordId, asset: RecordId) -> Result<i64, ApiError> {
        let term_of = |asset: RecordId| {
            let view = self.store.live(asset)?;
            Some((
                view.get("RenewalTerm").as_number()?,
                TermUnit::parse(view.get("RenewalTermUnit").as_text()?)?,
            ))
        };
        let Some((term, unit)) = term_of(asset).or_else(|| term_of(root)) else {
            let message = "Specify the renewal term and the renewal term unit of the asset, and try again.";
            return Err(refuse(ErrorCode::RequiredFieldMissing, message));
        };
        let whole = term > Decimal::ZERO && term.fract().is_zero();
        let months = Value::Number(term).as_int().and_then(|term| term.checked_mul(unit.months()));
        months.filter(|_| whole).ok_or_else(|| {
            refuse(ErrorCode::InvalidInput, "The renewal term must be a whole number greater than 0.")
        })
    }

    /// The unit price of the renewal with its PricingTransactionType, and the entry to sell by.
    fn renewal_price(
        &self,
        asset: RecordId,
        sale: &LastSale<'_>,
    ) -> Result<(Decimal, &'static str, RecordId), ApiError> {
        let entry = self.sales_entry(sale)?;
        let pricing =
            self.store.live(asset).map_or(ValueRef::Null, |asset| asset.get("RenewalPricingType")).as_text();
        if pricing == Some("ListPrice") {
            let price = entry.get("UnitPrice").as_number().unwrap_or_default();
            return Ok((price, "RenewalStartingFromListPrice", entry.id()));
        }
        // Without a choice of the user, the price stays.
        Ok((sale.price()?, "RenewalAtLastNegotiatedPrice", entry.id()))
    }
}
