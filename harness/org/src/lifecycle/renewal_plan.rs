//! What a renewal will write, worked out before anything is written: the business checks of one request
//! item, and the lines of the renewal order with their prices.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    assetize::refuse,
    bundle::Member,
    change_checks::Change,
    order_plan::{LastSale, NO_CHANGE, OrderPlan, PlannedLine},
    periods::{Period, after, end_of_day},
    price_layers::{Reduction, Slice},
    proration::{TermUnit, end_of_term, terms_between},
    selling_model::{SellingModel, SellingModelType},
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, Value, ValueRef, ctx::Ctx};

/// What a request says about a renewal, beyond the asset. Without a start the renewal begins when the asset
/// ends; without an end it runs for the renewal term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RenewalTerms {
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    /// The contract whose renewal term counts instead of that of the assets.
    pub(super) contract: Option<RecordId>,
}

/// The new term of a renewal that begins while the asset still runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct EarlyTerm {
    pub(super) begins: Timestamp,
    pub(super) last_day: Date,
    pub(super) unit_price: Decimal,
    pub(super) quantity: Decimal,
}

impl Org {
    /// Plans the renewal of one requested asset.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it, for the error log.
    pub(super) fn plan_renewal(
        &self,
        ctx: &Ctx,
        asset: RecordId,
        terms: RenewalTerms,
    ) -> Result<OrderPlan, ApiError> {
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
            lines.push(self.renewal_line(ctx, asset, member, terms)?);
        }
        if !lines.iter().any(|line| line.action == "Renew") {
            return Err(refuse(ErrorCode::InvalidInput, "The bundle has no asset that can be renewed."));
        }
        self.order_plan(asset, &root, terms.start.unwrap_or(ctx.now).date(), lines)
    }

    fn renewal_line(
        &self,
        ctx: &Ctx,
        root: RecordId,
        member: Member,
        terms: RenewalTerms,
    ) -> Result<PlannedLine, ApiError> {
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
        let mut line =
            PlannedLine { member, subtype: None, action: "Renew", values, start: None, slices: Vec::new() };
        if sale.model.kind == SellingModelType::OneTime {
            line.action = NO_CHANGE;
        } else {
            line.values.push(("PricingTransactionType", Value::text(pricing)));
        }
        if sale.model.kind != SellingModelType::TermDefined {
            line.values.extend(renewed(Decimal::ZERO, last.quantity));
            return Ok(line);
        }
        let begins = self.renewal_start(ctx, member.asset, &last, terms.start)?;
        let start = begins.date();
        let last_day = match terms.end {
            Some(end) => end.date(),
            None => end_of_term(start, self.renewal_months(root, member.asset, terms.contract)?)
                .ok_or_else(|| refuse(ErrorCode::NumberOutsideValidRange, "The renewal term is too long."))?,
        };
        if last_day < start {
            let message = "The renewal end date can't be earlier than the renewal start date.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        if begins != Timestamp::start_of(start) {
            line.values.push(("ServiceDateTime", begins.into()));
        }
        line.values.push(("EndDate", last_day.into()));
        let units = terms_between(start, last_day, sale.model.unit_months);
        if let Some(units) = units.and_then(|units| Value::Number(units.count()).as_int()) {
            line.values.push(("SubscriptionTerm", Value::Int(units)));
        }
        line.start = Some(start);
        if last.end.is_some_and(|end| begins <= end) {
            return self.early_renewal(line, &sale.model, begins, (last_day, unit_price));
        }
        line.values.extend(renewed(last.quantity, last.quantity));
        Ok(line)
    }

    /// When a renewal begins: at the wished moment, or else right after the asset's end.
    fn renewal_start(
        &self,
        ctx: &Ctx,
        asset: RecordId,
        last: &Period,
        wished: Option<Timestamp>,
    ) -> Result<Timestamp, ApiError> {
        let end = last
            .end
            .ok_or_else(|| refuse(ErrorCode::InvalidInput, "The asset has no lifecycle end date."))?;
        let start = wished.unwrap_or_else(|| after(end));
        // An early renewal takes the place of those that are still to come.
        if start > end && !self.renewals_to_come(ctx, asset).is_empty() {
            let message = "The asset already has a renewal that starts in the future.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        match wished {
            None if start <= ctx.now.floor_second() => {
                let message = "The asset has expired. A late renewal needs a start date.";
                Err(refuse(ErrorCode::InvalidInput, message))
            }
            Some(start) if start < Timestamp::start_of(ctx.now.date()) => {
                let message = "The renewal start date can't be earlier than today.";
                Err(refuse(ErrorCode::InvalidInput, message))
            }
            _ => Ok(start),
        }
    }

    /// A renewal that begins while the asset still runs. The line's total is what is left of the new term's
    /// price after the credit.
    fn early_renewal(
        &self,
        mut line: PlannedLine,
        model: &SellingModel,
        begins: Timestamp,
        (last_day, unit_price): (Date, Decimal),
    ) -> Result<PlannedLine, ApiError> {
        let asset = line.member.asset;
        let touched = self.touched_periods(Change::Renewal, asset, begins)?;
        let quantity = touched.first().map_or(Decimal::ZERO, |period| period.quantity);
        let slices =
            self.early_slices(asset, model, &EarlyTerm { begins, last_day, unit_price, quantity })?;
        let priced = Reduction { slices, mrr: Vec::new() };
        let total = priced.amount();
        line.values.extend(renewed(quantity, quantity));
        line.values.extend([("TotalLineAmount", total.into()), ("NetTotalPrice", total.into())]);
        line.slices = priced.slices;
        Ok(line)
    }

    /// The parts of the price of a renewal that begins while the asset still runs: the new term, and the
    /// credit for the rest of the old one, whose place it takes.
    ///
    /// Source: Salesforce Help, early renewals. How a line shows the credit is not documented.
    ///
    /// # Errors
    ///
    /// Those of the periods that it touches, and `NUMBER_OUTSIDE_VALID_RANGE`.
    pub(super) fn early_slices(
        &self,
        asset: RecordId,
        model: &SellingModel,
        term: &EarlyTerm,
    ) -> Result<Vec<Slice>, ApiError> {
        let touched = self.touched_periods(Change::Renewal, asset, term.begins)?;
        let credit = self.reduction(asset, model, (&touched, term.begins), None)?;
        let terms = terms_between(term.begins.date(), term.last_day, model.term_months);
        let price = term.unit_price.checked_mul(term.quantity);
        let amount = terms
            .zip(price)
            .and_then(|(terms, price)| terms.cost(price))
            .ok_or_else(|| refuse(ErrorCode::NumberOutsideValidRange, "The renewal term is too long."))?;
        let renewed = Slice {
            start: term.begins,
            end: Some(end_of_day(term.last_day)),
            // What comes is the opposite of what goes.
            quantity: -term.quantity,
            unit_price: term.unit_price,
            amount,
        };
        Ok([renewed].into_iter().chain(credit.slices).collect())
    }

    /// When the renewals of an asset begin that are still to come.
    pub(super) fn renewals_to_come(&self, ctx: &Ctx, asset: RecordId) -> Vec<Timestamp> {
        self.standing_actions(asset)
            .into_iter()
            .filter(|id| {
                self.store
                    .live(*id)
                    .is_some_and(|action| action.get("CategoryEnum").as_text() == Some("Renewals"))
            })
            .flat_map(|action| self.starts_of(action))
            .filter(|start| *start > ctx.now)
            .collect()
    }

    /// How many months an asset is renewed for. A component without a term of its own follows its root, an
    /// asset without one the contract that governs it.
    fn renewal_months(
        &self,
        root: RecordId,
        asset: RecordId,
        contract: Option<RecordId>,
    ) -> Result<i64, ApiError> {
        let term_of = |asset: RecordId| {
            let view = self.store.live(asset)?;
            Some((
                view.get("RenewalTerm").as_number()?,
                TermUnit::parse(view.get("RenewalTermUnit").as_text()?)?,
            ))
        };
        let own = || term_of(asset).or_else(|| term_of(root));
        let (term, unit) =
            match (contract.map_or_else(own, |_| None), contract.or_else(|| self.contract_of(root))) {
                (Some(own), _) => own,
                (None, Some(contract)) => self.contract_term(contract)?,
                (None, None) => {
                    let message =
                        "Specify the renewal term and the renewal term unit of the asset, and try again.";
                    return Err(refuse(ErrorCode::RequiredFieldMissing, message));
                }
            };
        let whole = term > Decimal::ZERO && term.fract().is_zero();
        let months = Value::Number(term).as_int().and_then(|term| term.checked_mul(unit.months()));
        months.filter(|_| whole).ok_or_else(|| {
            refuse(ErrorCode::InvalidInput, "The renewal term must be a whole number greater than 0.")
        })
    }

    /// The unit price of the renewal with its PricingTransactionType, and the entry to sell by.
    pub(super) fn renewal_price(
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

/// A line shows the quantity before and after; a renewal leaves it as it is.
fn renewed(quantity: Decimal, whole: Decimal) -> [(&'static str, Value); 3] {
    [("Quantity", quantity.into()), ("StartQuantity", whole.into()), ("EndQuantity", whole.into())]
}
