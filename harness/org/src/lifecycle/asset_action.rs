//! AssetAction and AssetActionSource: the ledger of an asset's changes and where each comes from.

use rust_decimal::Decimal;

use super::{line_facts::LineFacts, proration::cents};
use crate::{ApiError, Org, RecordId, RecordView, Timestamp, Value, ctx::Ctx, read::Calculated};

/// The categories with the fields that sum up their amounts.
pub(super) const CATEGORY_TOTALS: [(&str, &str); 12] = [
    ("Cancellations", "TotalCancellationsAmount"),
    ("Cross-Sells", "TotalCrossSellsAmount"),
    ("Downgrades", "TotalDowngradesAmount"),
    ("Downsells", "TotalDownsellsAmount"),
    ("Initial Sale", "TotalInitialSaleAmount"),
    ("Other", "TotalOtherAmount"),
    ("Renewals", "TotalRenewalsAmount"),
    ("Swaps", "TotalSwapsAmount"),
    ("Terms And Conditions Changes", "TotalTermsAndConditionsAmount"),
    ("Transfers", "TotalTransfersAmount"),
    ("Upgrades", "TotalUpgradesAmount"),
    ("Upsells", "TotalUpsellsAmount"),
];

/// Fields that a source takes from its order line under the same name.
const FROM_LINE: [&str; 15] = [
    "Discount",
    "DiscountAmount",
    "LegalEntityId",
    "ListPrice",
    "NetUnitPrice",
    "PeriodBoundary",
    "PeriodBoundaryDay",
    "PeriodBoundaryStartMonth",
    "PricebookEntryId",
    "PricingTermCount",
    "ProductSellingModelId",
    "ProrationPolicyId",
    "SegmentIdentifier",
    "TaxTreatmentId",
    "UnitPrice",
];

/// A change of an asset, before it is entered into the ledger.
#[derive(Clone, Copy, Debug)]
pub(super) struct AssetChange {
    pub(super) asset: RecordId,
    /// The value of Type.
    pub(super) action_type: &'static str,
    /// The value of CategoryEnum.
    pub(super) category: &'static str,
    pub(super) subtype: Option<&'static str>,
    pub(super) quantity: Decimal,
    pub(super) mrr: Decimal,
    pub(super) amount: Decimal,
    /// The order line behind the change.
    pub(super) line: RecordId,
    /// The time that the line covers.
    pub(super) span: (Option<Timestamp>, Option<Timestamp>),
    /// The action that the change undoes.
    pub(super) reversed: Option<RecordId>,
}

impl AssetChange {
    /// What a line does to an asset that is there already, as far as the line alone says it.
    pub(super) const fn by_line(asset: RecordId, facts: &LineFacts, category: &'static str) -> Self {
        Self {
            asset,
            action_type: "Change",
            category,
            subtype: None,
            quantity: facts.quantity,
            mrr: facts.mrr,
            amount: facts.amount,
            line: facts.line,
            span: (Some(facts.start), facts.end),
            reversed: None,
        }
    }
}

impl Org {
    /// Enters a change into the ledger, and stores what follows from it on the asset.
    ///
    /// # Errors
    ///
    /// As for [`Org::record_change`].
    pub(super) fn enter_change(&mut self, ctx: &Ctx, change: &AssetChange) -> Result<RecordId, ApiError> {
        let action = self.record_change(ctx, change)?;
        let stored: Vec<(&str, Value)> = vec![
            ("TotalLifecycleAmount", total_amount(self, change.asset, RecordId::LAST).into()),
            ("LifecycleStartDate", self.periods(change.asset).first().map(|period| period.start).into()),
            ("LifecycleEndDate", self.life_end(change.asset).into()),
        ];
        self.system_update(ctx, change.asset, stored)?;
        Ok(action)
    }

    /// Enters a change into the ledger: one action with its running totals, and one source.
    ///
    /// # Errors
    ///
    /// `MOCKORG_NOT_MODELLED` when the catalog lacks the objects.
    pub(super) fn record_change(&mut self, ctx: &Ctx, change: &AssetChange) -> Result<RecordId, ApiError> {
        let now = ctx.now.floor_second();
        let mut totals = self.totals(change.asset);
        totals.add(change.quantity, change.mrr, change.category, change.amount);
        let mut values: Vec<(&str, Value)> = vec![
            ("AssetId", change.asset.into()),
            ("Type", Value::text(change.action_type)),
            ("CategoryEnum", Value::text(change.category)),
            ("Subtype", change.subtype.map_or(Value::Null, Value::text)),
            ("RolledbackAssetAction", change.reversed.into()),
            ("ActionDate", now.into()),
            ("QuantityChange", change.quantity.into()),
            ("MrrChange", change.mrr.into()),
            ("Amount", change.amount.into()),
            ("TotalQuantity", totals.quantity.into()),
            ("TotalMrr", totals.mrr.into()),
        ];
        values.extend(
            CATEGORY_TOTALS.iter().zip(totals.by_category).map(|((_, field), sum)| (*field, sum.into())),
        );
        let action = self.system_create(ctx, "AssetAction", values)?;
        if let Some(line) = self.store.live(change.line) {
            let source = source_values(action, line, change, now);
            self.system_create(ctx, "AssetActionSource", source)?;
        }
        Ok(action)
    }

    /// The running totals of an asset after one more action, as values of the action's fields: `changes` are
    /// those of quantity and MRR.
    pub(super) fn totals_after(
        &self,
        asset: RecordId,
        changes: (Decimal, Decimal),
        category: &str,
        amount: Decimal,
    ) -> Vec<(&'static str, Value)> {
        let mut totals = self.totals(asset);
        totals.add(changes.0, changes.1, category, amount);
        let by_category = CATEGORY_TOTALS.iter().zip(totals.by_category);
        let own = [("TotalQuantity", totals.quantity.into()), ("TotalMrr", totals.mrr.into())];
        own.into_iter().chain(by_category.map(|((_, field), sum)| (*field, sum.into()))).collect()
    }

    /// The totals of an asset's actions so far.
    fn totals(&self, asset: RecordId) -> Totals {
        let mut totals = Totals::default();
        for action in
            self.children_of("AssetAction", "AssetId", asset).into_iter().filter_map(|id| self.store.live(id))
        {
            let number = |name| action.get(name).as_number().unwrap_or_default();
            let category = action.get("CategoryEnum").as_text().unwrap_or_default();
            totals.add(number("QuantityChange"), number("MrrChange"), category, number("Amount"));
        }
        totals
    }
}

/// The running totals of an asset.
#[derive(Default)]
struct Totals {
    quantity: Decimal,
    mrr: Decimal,
    by_category: [Decimal; CATEGORY_TOTALS.len()],
}

impl Totals {
    fn add(&mut self, quantity: Decimal, mrr: Decimal, category: &str, amount: Decimal) {
        self.quantity = self.quantity.saturating_add(quantity).normalize();
        self.mrr = self.mrr.saturating_add(mrr).normalize();
        if let Some(at) = CATEGORY_TOTALS.iter().position(|(name, _)| *name == category) {
            self.by_category[at] = self.by_category[at].saturating_add(amount).normalize();
        }
    }
}

fn source_values<'a>(
    action: RecordId,
    line: RecordView<'_>,
    change: &AssetChange,
    now: Timestamp,
) -> Vec<(&'a str, Value)> {
    let number = |name| line.get(name).as_number().unwrap_or_default();
    // The product amount is what the units cost before adjustments; discounts are the adjustment.
    let product_amount = number("TotalLineAmount");
    let adjustment = cents(number("TotalPrice").saturating_sub(product_amount));
    let mut values: Vec<(&str, Value)> =
        FROM_LINE.iter().map(|name| (*name, line.get(name).to_value())).collect();
    values.extend([
        ("AssetActionId", action.into()),
        ("ReferenceEntityItemId", change.line.into()),
        ("BillingReference", Value::text(change.line.to_string())),
        ("TransactionDate", now.into()),
        ("StartDate", change.span.0.into()),
        ("EndDate", change.span.1.into()),
        ("EffectiveGrantDate", line.get("EffectiveGrantDate").as_datetime().into()),
        ("OriginalLineNumber", line.get("LineNumber").to_value()),
        ("Quantity", line.get("Quantity").to_value()),
        ("ProductAmount", product_amount.into()),
        ("AdjustmentAmount", adjustment.into()),
        // What a tax will really be is known to billing only, so ActualTax stays empty.
        ("EstimatedTax", number("TotalTaxAmount").into()),
        ("TotalLineAmount", product_amount.into()),
        ("TotalPrice", line.get("TotalPrice").to_value()),
    ]);
    values
}

/// The sum of the amounts of an asset's actions up to and including `last`.
pub(super) fn total_amount(org: &Org, asset: RecordId, last: RecordId) -> Decimal {
    org.children_of("AssetAction", "AssetId", asset)
        .into_iter()
        .filter(|id| *id <= last)
        .filter_map(|id| org.store.live(id)?.get("Amount").as_number())
        .fold(Decimal::ZERO, |sum, amount| sum.saturating_add(amount))
        .normalize()
}

/// The roll-ups of an action over its sources, and the sum of amounts so far.
pub(super) const LEDGER: [Calculated; 7] = [
    rollup("ProductAmountChange", |org, _, action| sum(org, action, &["ProductAmount"])),
    rollup("AdjustmentAmountChange", |org, _, action| sum(org, action, &["AdjustmentAmount"])),
    rollup("EstimatedTaxChange", |org, _, action| sum(org, action, &["EstimatedTax"])),
    rollup("ActualTaxChange", |org, _, action| sum(org, action, &["ActualTax"])),
    rollup("SubtotalChange", |org, _, action| sum(org, action, &["ProductAmount", "AdjustmentAmount"])),
    rollup("TotalAmount", |org, _, action| match action.get("AssetId").as_id() {
        Some(asset) => total_amount(org, asset, action.id()).into(),
        None => Value::Null,
    }),
    Calculated {
        object: "AssetActionSource",
        field: "Subtotal",
        compute: |_, _, source| subtotal(source, &["ProductAmount", "AdjustmentAmount"]).into(),
    },
];

const fn rollup(field: &'static str, compute: fn(&Org, Timestamp, RecordView<'_>) -> Value) -> Calculated {
    Calculated { object: "AssetAction", field, compute }
}

fn sum(org: &Org, action: RecordView<'_>, fields: &[&str]) -> Value {
    let sources = org.children_of("AssetActionSource", "AssetActionId", action.id());
    let amounts =
        sources.into_iter().filter_map(|id| org.store.live(id)).map(|source| subtotal(source, fields));
    amounts.fold(Decimal::ZERO, |sum, amount| sum.saturating_add(amount)).normalize().into()
}

fn subtotal(source: RecordView<'_>, fields: &[&str]) -> Decimal {
    let amounts = fields.iter().filter_map(|field| source.get(field).as_number());
    amounts.fold(Decimal::ZERO, |sum, amount| sum.saturating_add(amount)).normalize()
}

/// The asset action that a line has led to, if it has led to one.
pub(super) fn action_of_line(org: &Org, line: RecordId) -> Option<RecordId> {
    let sources = org.children_of("AssetActionSource", "ReferenceEntityItemId", line);
    sources.into_iter().find_map(|id| org.store.live(id)?.get("AssetActionId").as_id())
}

/// The newest source of an asset that knows what was sold, and at which price.
pub(super) fn latest_source(org: &Org, asset: RecordId) -> Option<RecordId> {
    org.standing_actions(asset)
        .into_iter()
        .rev()
        .flat_map(|action| org.children_of("AssetActionSource", "AssetActionId", action).into_iter().rev())
        .find(|id| org.store.live(*id).is_some_and(|source| !source.get("PricebookEntryId").is_null()))
}
