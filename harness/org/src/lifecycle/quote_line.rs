//! QuoteLineItem and Quote: what a line takes from its price book entry, and the totals of the quote. Lines of
//! quotes and of orders follow the same rules.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{order_item, proration::cents, sales_document::QUOTE};
use crate::{ApiError, Org, Record, RecordId, RecordView, Value, catalog::SObjectDef, ctx::Ctx};

/// What a line shows of its selling model.
const FROM_MODEL: [(&str, &str); 4] = [
    ("PricingTerm", "PricingTerm"),
    ("PricingTermUnit", "PricingTermUnit"),
    ("SellingModelType", "SellingModelType"),
    ("SubscriptionTermUnit", "PricingTermUnit"),
];

/// Completes and checks a line before it is stored.
///
/// # Errors
///
/// Those of order products.
pub(super) fn before(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let quote = new.get_opt(def.slot("QuoteId")).as_id().and_then(|id| org.store.live(id));
    let Some(quote) = quote else { return Ok(()) };
    if old.is_none() && new.get_opt(def.slot("CurrencyIsoCode")).is_null() {
        new.set_opt(def.slot("CurrencyIsoCode"), quote.get("CurrencyIsoCode").to_value());
    }
    order_item::complete(org, &QUOTE, def, quote, old, new)?;
    let model = new.get_opt(def.slot("ProductSellingModelId")).as_id().and_then(|id| org.store.live(id));
    if let Some(model) = model.filter(|_| old.is_none()) {
        for (field, from) in FROM_MODEL {
            new.set_opt(def.slot(field), model.get(from).to_value());
        }
    }
    // A quote's subtotal is what its lines cost before discounts.
    new.set_opt(def.slot("Subtotal"), new.get_opt(def.slot("TotalLineAmount")).clone());
    Ok(())
}

/// A quote's AccountId is that of its opportunity, or else its own; its grand total follows its total.
///
/// # Errors
///
/// None.
pub(super) fn before_quote(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let opportunity = new.get_opt(def.slot("OpportunityId")).as_id().and_then(|id| org.store.live(id));
    let account = match opportunity {
        Some(opportunity) => opportunity.get("AccountId").to_value(),
        None => new.get_opt(def.slot("QuoteAccountId")).clone(),
    };
    new.set_opt(def.slot("AccountId"), account);
    let number = |name: &str| new.get_opt(def.slot(name)).as_number().unwrap_or_default();
    let sum =
        |parts: &[Decimal]| cents(parts.iter().fold(Decimal::ZERO, |sum, part| sum.saturating_add(*part)));
    let (subtotal, total) = (number("Subtotal"), number("TotalPrice"));
    let discount = match subtotal.is_zero() {
        true => Decimal::ZERO,
        false => cents(subtotal.saturating_sub(total).saturating_mul(Decimal::ONE_HUNDRED) / subtotal),
    };
    let totals = [
        ("Subtotal", subtotal),
        ("TotalPrice", total),
        ("Discount", discount),
        ("GrandTotal", sum(&[total, number("Tax"), number("ShippingHandling")])),
        ("TotalPriceWithTax", sum(&[total, number("TotalTaxAmount")])),
    ];
    for (name, amount) in totals {
        new.set_opt(def.slot(name), amount.into());
    }
    if new.get_opt(def.slot("LineItemCount")).is_null() {
        new.set_opt(def.slot("LineItemCount"), Value::Int(0));
    }
    Ok(())
}

/// The quote's totals follow its lines.
///
/// # Errors
///
/// Those of saving the quote.
pub(super) fn after(org: &mut Org, ctx: &Ctx, id: RecordId, _: Option<&Record>) -> Result<(), ApiError> {
    match org.store.live(id).and_then(|line| line.get("QuoteId").as_id()) {
        Some(quote) => org.total_quote(ctx, quote),
        None => Ok(()),
    }
}

/// A line that went or came back changes its quote's totals.
///
/// # Errors
///
/// Those of saving the quote.
pub(super) fn after_delete(org: &mut Org, ctx: &Ctx, line: &Record) -> Result<(), ApiError> {
    let quote =
        org.catalog.find_any("QuoteLineItem").and_then(|def| line.get_opt(def.slot("QuoteId")).as_id());
    match quote.filter(|quote| org.store.live(*quote).is_some()) {
        Some(quote) => org.total_quote(ctx, quote),
        None => Ok(()),
    }
}

impl Org {
    fn total_quote(&mut self, ctx: &Ctx, quote: RecordId) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any("QuoteLineItem") else { return Ok(()) };
        let Some(slot) = def.slot("QuoteId") else { return Ok(()) };
        let lines: Vec<RecordView<'_>> = self.store.live_children(def, slot, quote).collect();
        let sum = |field: &str| {
            let amounts = lines.iter().filter_map(|line| line.get(field).as_number());
            cents(amounts.fold(Decimal::ZERO, |sum, amount| sum.saturating_add(amount)))
        };
        let (subtotal, total) = (sum("Subtotal"), sum("TotalPrice"));
        let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let values: Vec<(&str, Value)> = vec![
            ("Subtotal", subtotal.into()),
            ("TotalPrice", total.into()),
            ("LineItemCount", Value::Int(count)),
        ];
        self.system_update(ctx, quote, values)
    }
}
