//! Order to asset: a line of an activated order becomes an asset, or changes the one it names.

use rust_decimal::Decimal;

use super::{
    asset_action::{AssetChange, action_of_line},
    order_item::start_of,
    periods::end_of_day,
    selling_model::{SellingModel, SellingModelType},
};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, Value, ValueRef, ctx::Ctx};

/// What an order line says about the asset it leads to.
#[derive(Clone, Debug)]
pub(super) struct LineFacts {
    pub(super) line: RecordId,
    pub(super) order: RecordId,
    pub(super) quantity: Decimal,
    /// The monthly recurring revenue.
    pub(super) mrr: Decimal,
    /// The price of the whole line.
    pub(super) amount: Decimal,
    pub(super) start: Timestamp,
    /// The last second; `None` without an end.
    pub(super) end: Option<Timestamp>,
    /// How the product is sold; without a model it is sold once.
    pub(super) model: SellingModel,
    /// Values that a state period takes from the line.
    pub(super) period_values: Vec<(&'static str, Value)>,
}

/// What an order line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineAction {
    Add,
    Renew(RecordId),
    Amend(RecordId),
    Cancel(RecordId),
    /// The line only shows an asset; nothing happens to it.
    NoChange,
}

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
        self.check_source_asset(line, action)?;
        let facts = self.line_facts(line)?;
        match action {
            LineAction::Add => self.generate_asset(ctx, &facts),
            LineAction::Renew(asset) => self.renew_asset(ctx, asset, &facts).map(|()| asset),
            LineAction::Amend(asset) => self.amend_asset(ctx, asset, &facts).map(|()| asset),
            LineAction::Cancel(asset) => self.cancel_asset(ctx, asset, &facts).map(|()| asset),
            LineAction::NoChange => Err(ApiError::not_modelled("assets from untouched lines")),
        }
    }

    /// A user who may run the action can still lack access to assets.
    fn check_asset_access(&self, ctx: &Ctx, action: LineAction) -> Result<(), ApiError> {
        let Some(def) = self.catalog.find_any("Asset") else {
            return Err(ApiError::not_modelled("orgs without Asset"));
        };
        let access = ctx.access.object(def.index);
        match action {
            LineAction::Add if !access.create => {
                Err(refuse(ErrorCode::InsufficientAccess, "User doesn’t have Create Access to asset."))
            }
            LineAction::Renew(_) | LineAction::Amend(_) | LineAction::Cancel(_) if !access.edit => {
                Err(refuse(ErrorCode::InsufficientAccess, "User doesn’t have Edit Access to asset."))
            }
            LineAction::Add
            | LineAction::Renew(_)
            | LineAction::Amend(_)
            | LineAction::Cancel(_)
            | LineAction::NoChange => Ok(()),
        }
    }

    /// A line changes assets of its own product only. (Whether the platform compares them is not documented.)
    fn check_source_asset(&self, line: RecordId, action: LineAction) -> Result<(), ApiError> {
        let (LineAction::Renew(asset) | LineAction::Amend(asset) | LineAction::Cancel(asset)) = action else {
            return Ok(());
        };
        // An asset that is gone is refused where it is to be changed.
        let product = |id| self.store.live(id).map(|row| row.get("Product2Id").as_id());
        if product(asset).is_some_and(|sold| product(line) != Some(sold)) {
            let message = "The source asset is of another product than the order product.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        Ok(())
    }

    /// The asset that the line has already led to.
    pub(super) fn asset_of_line(&self, line: RecordId) -> Option<RecordId> {
        let action = action_of_line(self, line)?;
        self.store.live(action)?.get("AssetId").as_id()
    }

    /// A line without an order action is a new sale.
    pub(super) fn line_action(&self, line: RecordId) -> Result<LineAction, ApiError> {
        let action = self.store.live(line).and_then(|line| line.get("OrderActionId").as_id());
        let Some(action) = action.and_then(|id| self.store.live(id)) else { return Ok(LineAction::Add) };
        let source = || {
            let missing =
                || refuse(ErrorCode::RequiredFieldMissing, "The order action names no source asset.");
            action.get("SourceAssetId").as_id().ok_or_else(missing)
        };
        match action.get("Type").as_text() {
            None | Some("Add") => Ok(LineAction::Add),
            Some("No Change") => Ok(LineAction::NoChange),
            Some("Renew") => source().map(LineAction::Renew),
            Some("Amend") => source().map(LineAction::Amend),
            Some("Cancel") => source().map(LineAction::Cancel),
            Some(other) => Err(ApiError::not_modelled(format_args!("order lines with the action {other}"))),
        }
    }

    /// Reads what a line says about its asset.
    ///
    /// # Errors
    ///
    /// `REQUIRED_FIELD_MISSING` when the line has no start.
    pub(super) fn line_facts(&self, id: RecordId) -> Result<LineFacts, ApiError> {
        let order_id = self.store.live(id).and_then(|line| line.get("OrderId").as_id());
        let (Some(line), Some(order)) = (self.store.live(id), order_id.and_then(|id| self.store.live(id)))
        else {
            return Err(ApiError::not_found());
        };
        let Some(start) = start_of(line, order) else {
            return Err(refuse(ErrorCode::RequiredFieldMissing, "The order product has no start date."));
        };
        let model =
            self.selling_model(line.get("ProductSellingModelId").as_id()).unwrap_or(SellingModel::ONCE);
        let time = line.get("ServiceDateTime").as_datetime().filter(|time| time.date() == start);
        let number = |name| line.get(name).as_number().unwrap_or_default();
        let quantity = number("Quantity");
        Ok(LineFacts {
            line: id,
            order: order.id(),
            quantity,
            mrr: model.mrr(number("NetUnitPrice"), quantity),
            amount: number("TotalPrice"),
            start: time.map_or_else(|| Timestamp::start_of(start), Timestamp::floor_second),
            end: line.get("EndDate").as_date().map(end_of_day),
            model,
            period_values: [
                ("BillingFrequency", "BillingFrequency2"),
                ("Discount", "Discount"),
                ("DiscountAmount", "DiscountAmount"),
                ("LegalEntityId", "LegalEntityId"),
                ("PriceRevisionPolicyId", "PriceRevisionPolicyId"),
                ("RampIdentifier", "RampIdentifier"),
                ("SegmentIdentifier", "SegmentIdentifier"),
                ("SegmentName", "SegmentName"),
                ("UnitPriceUplift", "UnitPriceUplift"),
            ]
            .into_iter()
            .map(|(field, from)| (field, line.get(from).to_value()))
            .collect(),
        })
    }

    /// Writes the asset of a new sale with its first period and its first entry in the ledger.
    fn generate_asset(&mut self, ctx: &Ctx, facts: &LineFacts) -> Result<RecordId, ApiError> {
        let asset = self.system_create(ctx, "Asset", self.asset_values(facts))?;
        self.add_period(ctx, asset, facts)?;
        let change = AssetChange {
            asset,
            action_type: "Generate",
            category: "Initial Sale",
            quantity: facts.quantity,
            mrr: facts.mrr,
            amount: facts.amount,
            line: facts.line,
            span: (Some(facts.start), facts.end),
        };
        self.record_change(ctx, &change)?;
        Ok(asset)
    }

    fn asset_values(&self, facts: &LineFacts) -> Vec<(&'static str, Value)> {
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

/// An error of one line or one asset.
pub(super) fn refuse(code: ErrorCode, message: &str) -> ApiError {
    ApiError::dml(code, message, std::iter::empty::<&str>())
}
