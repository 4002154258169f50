//! The lines that make assets: new sales, and what comes in an exchange.

use rust_decimal::Decimal;

use super::{
    asset_action::AssetChange, assetize::refuse, line_facts::LineFacts, selling_model::SellingModelType,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Value, ValueRef, ctx::Ctx};

/// Why an asset comes to be, in the words of its first action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The value of CategoryEnum.
    pub(super) category: &'static str,
    pub(super) subtype: Option<&'static str>,
}

impl Origin {
    /// A product that the account did not have.
    pub(super) const SALE: Self = Self { category: "Initial Sale", subtype: None };
}

impl Org {
    /// Writes the asset of a line with its first period and its first entry in the ledger.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when the line sells less than nothing, and those of creating the records.
    pub(super) fn generate_asset(
        &mut self,
        ctx: &Ctx,
        facts: &LineFacts,
        origin: Origin,
    ) -> Result<RecordId, ApiError> {
        if facts.quantity < Decimal::ZERO {
            return Err(refuse(ErrorCode::InvalidInput, "The quantity of a new asset can't be less than 0."));
        }
        let asset = self.system_create(ctx, "Asset", self.asset_values(facts))?;
        self.add_period(ctx, asset, facts)?;
        let change = AssetChange {
            asset,
            action_type: "Generate",
            category: origin.category,
            subtype: origin.subtype,
            quantity: facts.quantity,
            mrr: facts.mrr,
            amount: facts.amount,
            line: facts.line,
            span: (Some(facts.start), facts.end),
            reversed: None,
        };
        self.record_change(ctx, &change)?;
        Ok(asset)
    }

    /// The values of a line's new asset.
    pub(super) fn asset_values(&self, facts: &LineFacts) -> Vec<(&'static str, Value)> {
        let (Some(line), Some(order)) = (self.store.live(facts.line), self.store.live(facts.order)) else {
            return Vec::new();
        };
        let product = line.get("Product2Id").as_id().and_then(|id| self.store.live(id));
        let name = match line.get("CustomProductName") {
            ValueRef::Null => product.map_or(Value::Null, |product| product.get("Name").to_value()),
            custom => custom.to_value(),
        };
        let (term, unit) = self.renewal_term(facts);
        vec![
            ("Name", name),
            ("AccountId", order.get("AccountId").to_value()),
            ("Product2Id", line.get("Product2Id").to_value()),
            ("CurrencyIsoCode", order.get("CurrencyIsoCode").to_value()),
            ("HasLifecycleManagement", Value::Bool(true)),
            ("PurchaseDate", order.get("EffectiveDate").to_value()),
            ("DoesAutomaticallyRenew", Value::Bool(line.get("DoesAutomaticallyRenew").is_true())),
            ("RenewalTerm", term),
            ("RenewalTermUnit", unit),
            // Stored so that in-process readers see them; clients are answered from the periods.
            ("LifecycleStartDate", facts.start.into()),
            ("LifecycleEndDate", facts.end.into()),
            ("TotalLifecycleAmount", facts.amount.into()),
        ]
    }

    /// The renewal term of a new asset: that of the line's pricing fields, unless a contract governs it.
    fn renewal_term(&self, facts: &LineFacts) -> (Value, Value) {
        let none = (Value::Null, Value::Null);
        let (Some(line), Some(order)) = (self.store.live(facts.line), self.store.live(facts.order)) else {
            return none;
        };
        if !order.get("ContractId").is_null() || facts.model.kind != SellingModelType::TermDefined {
            return none;
        }
        let Some(model) = line.get("ProductSellingModelId").as_id().and_then(|id| self.store.live(id)) else {
            return none;
        };
        let unit = model.get("PricingTermUnit").to_value();
        let terms = line.get("PricingTermCount").as_number().unwrap_or_default();
        let per_term = model.get("PricingTerm").as_number().unwrap_or(Decimal::ONE);
        let count = terms.saturating_mul(per_term).normalize();
        // A part of a unit cannot be renewed.
        if unit.is_null() || count <= Decimal::ZERO || !count.fract().is_zero() {
            none
        } else {
            (count.into(), unit)
        }
    }

    /// Adds the time slice that a line pays for.
    pub(super) fn add_period(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        facts: &LineFacts,
    ) -> Result<(), ApiError> {
        let mut values = facts.period_values.clone();
        values.extend([
            ("AssetId", asset.into()),
            ("StartDate", facts.start.into()),
            ("EndDate", facts.end.into()),
            ("Quantity", facts.quantity.into()),
            ("Mrr", facts.mrr.into()),
            // Neither set nor used by the platform, but not nillable either.
            ("Amount", Decimal::ZERO.into()),
        ]);
        self.system_create(ctx, "AssetStatePeriod", values).map(drop)
    }
}
