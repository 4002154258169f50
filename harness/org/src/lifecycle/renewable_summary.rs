//! `getRenewableAssetsSummary`: what the assets of an order would cost when they are renewed.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{
    order_to_asset_actions::{given, refused},
    selling_model::SellingModelType,
};
use crate::{
    ActionOutcome, ActionValue, ActionValues, ApiError, FieldInput, Org, RecordId, Value, ValueRef, ctx::Ctx,
};

/// What the summary calls the categories of asset actions; all others keep their names.
///
/// Source: Revenue Management guide, page RenewalOpptyDetail Class.
const LAST_ACTIONS: [(&str, &str); 4] = [
    ("Upsells", "Upsell"),
    ("Downsells", "Downsell"),
    ("Renewals", "Renewal"),
    ("Cancellations", "Cancellation"),
];

/// What the summary calls the subtypes; the page knows this one only.
const LAST_SUBTYPES: [(&str, &str); 1] = [("StartDateAdjustment", "Start Date Adjustment")];

/// Answers with one entry for each asset that a line of the order has led to and that has a term. Nothing is
/// written.
///
/// Source: Revenue Management guide, page Get Renewable Assets Summary Action.
pub(super) fn get_renewable_assets_summary(org: &mut Org, ctx: &Ctx, input: &[FieldInput]) -> ActionOutcome {
    let order = given(input, "orderId").and_then(|id| org.named(ctx, "Order", id)).map(|order| order.id());
    let Some(order) = order else {
        return refused("Specify a valid order ID for orderId, and try again.");
    };
    let summary = org.renewable_assets(order).map_err(|error| vec![error])?;
    Ok(vec![("renewableAssetsSummary".into(), ActionValue::List(summary))])
}

impl Org {
    fn renewable_assets(&self, order: RecordId) -> Result<Vec<ActionValues>, ApiError> {
        let mut seen: BTreeSet<RecordId> = BTreeSet::new();
        let mut summary = Vec::new();
        for line in self.order_lines(order) {
            let Some(asset) = self.asset_of_line(line).filter(|asset| seen.insert(*asset)) else { continue };
            summary.extend(self.renewable_asset(asset, line)?);
        }
        Ok(summary)
    }

    /// The entry of one asset; `None` for those without a term, which cannot be renewed. One that was
    /// cancelled has an entry without a price.
    ///
    /// # Errors
    ///
    /// Those of pricing the renewal.
    fn renewable_asset(&self, asset: RecordId, line: RecordId) -> Result<Option<ActionValues>, ApiError> {
        let (Some(view), Some(line)) = (self.store.live(asset), self.store.live(line)) else {
            return Ok(None);
        };
        let sale = self.last_sale(asset)?;
        if sale.model.kind != SellingModelType::TermDefined {
            return Ok(None);
        }
        let periods = self.periods(asset);
        let last_action = self.children_of("AssetAction", "AssetId", asset).into_iter().next_back();
        let last_action = last_action.and_then(|id| self.store.live(id));
        let of_action = |field, names: &[(&str, &str)]| {
            let value = last_action.map_or(ValueRef::Null, |action| action.get(field)).to_value();
            let named = names.iter().find(|(name, _)| Some(*name) == value.as_text());
            named.map_or(value.clone(), |(_, name)| Value::text(*name))
        };
        let mut entry = sale.source.get("PricebookEntryId").as_id();
        let mut details = Vec::new();
        if !self.is_cancelled(asset) {
            let (price, _, current) = self.renewal_price(asset, &sale)?;
            entry = Some(current);
            let quantity = periods.last().map_or(Decimal::ZERO, |period| period.quantity);
            details.push(vec![
                ("quantity".into(), whole_if_it_is(quantity).into()),
                ("netUnitPrice".into(), whole_if_it_is(price).into()),
            ]);
        }
        let book = entry.and_then(|entry| self.store.live(entry)?.get("Pricebook2Id").as_id());
        let quote_line = line.get("QuoteLineItemId").as_id().and_then(|id| self.store.live(id));
        let opportunity_product = quote_line.and_then(|line| line.get("OpportunityLineItemId").as_id());
        let total = sale.source.get("TotalLineAmount").as_number();
        // The order is that of the example.
        let entry: [(&str, ActionValue); 14] = [
            ("totalLineAmount", total.map_or(Value::Null, whole_if_it_is).into()),
            ("startDate", periods.first().map(|period| period.start.date()).into()),
            ("rootAssetOpportunity", Value::Null.into()),
            ("renewalPriceDetails", ActionValue::List(details)),
            ("productId", view.get("Product2Id").to_value().into()),
            ("priceBookId", book.into()),
            ("priceBookEntryId", entry.into()),
            ("orderItem", line.id().into()),
            ("opportunityProductId", opportunity_product.into()),
            ("lastAssetActionSubtype", of_action("Subtype", &LAST_SUBTYPES).into()),
            ("lastAssetAction", of_action("CategoryEnum", &LAST_ACTIONS).into()),
            ("endDate", periods.last().and_then(|period| period.end).map(|end| end.date()).into()),
            ("assetId", asset.into()),
            ("account", view.get("AccountId").to_value().into()),
        ];
        Ok(Some(entry.into_iter().map(|(name, value)| (name.into(), value)).collect()))
    }
}

/// A number as the example writes it: without a fraction that is zero.
fn whole_if_it_is(number: Decimal) -> Value {
    let value = Value::Number(number.normalize());
    if number.fract().is_zero() { value.as_int().map_or(value, Value::Int) } else { value }
}
