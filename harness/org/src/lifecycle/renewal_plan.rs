//! What a renewal will write, worked out before anything is written: the business checks of one request
//! item, and the lines of the renewal order with their prices.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    asset_action::latest_source,
    assetize::refuse,
    bundle::Member,
    periods::after,
    proration::{TermUnit, end_of_term},
    selling_model::{SellingModel, SellingModelType},
};
use crate::{ApiError, ErrorCode, Org, RecordId, RecordView, Value, ValueRef, ctx::Ctx};

/// The renewal of one requested asset with its components.
#[derive(Clone, Debug)]
pub(super) struct RenewalPlan {
    pub(super) account: RecordId,
    pub(super) price_book: RecordId,
    /// The order by which the asset was last changed; the renewal order takes addresses and the like from it.
    pub(super) earlier_order: Option<RecordId>,
    /// The first day of the renewal.
    pub(super) start: Date,
    /// The lines, the requested asset first.
    pub(super) lines: Vec<PlannedLine>,
}

/// A line of the renewal order.
#[derive(Clone, Debug)]
pub(super) struct PlannedLine {
    pub(super) member: Member,
    /// The order action's Type.
    pub(super) action: &'static str,
    /// The line's values, but for its order and order action.
    pub(super) values: Vec<(&'static str, Value)>,
    start: Option<Date>,
}

/// What was sold last, and how.
struct LastSale<'a> {
    source: RecordView<'a>,
    line: Option<RecordView<'a>>,
    model: SellingModel,
}

impl Org {
    /// Plans the renewal of one requested asset.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it, for the error log.
    pub(super) fn plan_renewal(&self, ctx: &Ctx, asset: RecordId) -> Result<RenewalPlan, ApiError> {
        self.renewable_period(asset)?;
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
            lines.push(self.plan_line(ctx, asset, member)?);
        }
        if !lines.iter().any(|line| line.action == "Renew") {
            return Err(refuse(ErrorCode::InvalidInput, "The bundle has no asset that can be renewed."));
        }
        // Lines that only stand for their asset begin with the rest of the order.
        let start = lines.iter().filter_map(|line| line.start).min().unwrap_or_else(|| ctx.now.date());
        for line in &mut lines {
            line.values.push(("ServiceDate", line.start.unwrap_or(start).into()));
        }
        let view = self.store.live(asset).ok_or_else(ApiError::not_found)?;
        let account = view.get("AccountId").as_id();
        let account =
            account.ok_or_else(|| refuse(ErrorCode::RequiredFieldMissing, "The asset has no account."))?;
        let entry = root.source.get("PricebookEntryId").as_id().and_then(|id| self.store.live(id));
        let price_book = entry.and_then(|entry| entry.get("Pricebook2Id").as_id()).ok_or_else(no_entry)?;
        let earlier_order = root.line.and_then(|line| line.get("OrderId").as_id());
        Ok(RenewalPlan { account, price_book, earlier_order, start, lines })
    }

    fn last_sale(&self, asset: RecordId) -> Result<LastSale<'_>, ApiError> {
        let source = latest_source(self, asset).and_then(|id| self.store.live(id)).ok_or_else(|| {
            refuse(ErrorCode::InvalidInput, "The asset has no order that a renewal could be priced from.")
        })?;
        let line = source.get("ReferenceEntityItemId").as_id().and_then(|id| self.store.live(id));
        let model = self.selling_model(source.get("ProductSellingModelId").as_id());
        let model =
            model.unwrap_or(SellingModel { kind: SellingModelType::OneTime, term_months: 1, unit_months: 1 });
        Ok(LastSale { source, line, model })
    }

    fn plan_line(&self, ctx: &Ctx, root: RecordId, member: Member) -> Result<PlannedLine, ApiError> {
        let sale = self.last_sale(member.asset)?;
        let last = self.renewable_period(member.asset)?;
        let (unit_price, pricing, entry) = self.renewal_price(member.asset, &sale)?;
        let mut values = carried_over(&sale);
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
            return Ok(PlannedLine { member, action: "No Change", values, start: None });
        }
        values.push(("PricingTransactionType", Value::text(pricing)));
        if sale.model.kind == SellingModelType::Evergreen {
            return Ok(PlannedLine { member, action: "Renew", values, start: None });
        }
        let months = self.renewal_months(root, member.asset)?;
        let end = last
            .end
            .ok_or_else(|| refuse(ErrorCode::InvalidInput, "The asset has no lifecycle end date."))?;
        self.check_renewal_date(ctx, member.asset, end)?;
        let start = after(end).date();
        let last_day = end_of_term(start, months)
            .ok_or_else(|| refuse(ErrorCode::NumberOutsideValidRange, "The renewal term is too long."))?;
        values.push(("EndDate", last_day.into()));
        if months % sale.model.unit_months == 0 {
            values.push(("SubscriptionTerm", Value::Int(months / sale.model.unit_months)));
        }
        Ok(PlannedLine { member, action: "Renew", values, start: Some(start) })
    }

    /// A renewal begins when the asset ends; another date cannot be given.
    fn check_renewal_date(&self, ctx: &Ctx, asset: RecordId, end: crate::Timestamp) -> Result<(), ApiError> {
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
        let entry = self.renewal_entry(sale)?;
        let pricing =
            self.store.live(asset).map_or(ValueRef::Null, |asset| asset.get("RenewalPricingType")).as_text();
        if pricing == Some("ListPrice") {
            let price = entry.get("UnitPrice").as_number().unwrap_or_default();
            return Ok((price, "RenewalStartingFromListPrice", entry.id()));
        }
        // Without a choice of the user, the price stays.
        let price = sale.source.get("NetUnitPrice").as_number();
        let price =
            price.ok_or_else(|| refuse(ErrorCode::InvalidInput, "The asset has no negotiated price."))?;
        Ok((price, "RenewalAtLastNegotiatedPrice", entry.id()))
    }

    /// The active entry of the same price book, product and selling model: the last one, if it still is.
    fn renewal_entry(&self, sale: &LastSale<'_>) -> Result<RecordView<'_>, ApiError> {
        let last = sale.source.get("PricebookEntryId").as_id();
        let last = last.and_then(|id| self.store.live(id)).ok_or_else(no_entry)?;
        let usable =
            |entry: &RecordView<'_>| entry.get("IsActive").is_true() && !entry.get("IsArchived").is_true();
        if usable(&last) {
            return Ok(last);
        }
        let book = last.get("Pricebook2Id").as_id().ok_or_else(no_entry)?;
        let same = ["Product2Id", "ProductSellingModelId", "CurrencyIsoCode"];
        self.children_of("PricebookEntry", "Pricebook2Id", book)
            .into_iter()
            .filter_map(|id| self.store.live(id))
            .find(|entry| usable(entry) && same.iter().all(|name| entry.get(name) == last.get(name)))
            .ok_or_else(no_entry)
    }
}

/// What a renewal line takes over from the asset's last line.
fn carried_over(sale: &LastSale<'_>) -> Vec<(&'static str, Value)> {
    const FROM_SOURCE: [&str; 5] = [
        "LegalEntityId",
        "PeriodBoundary",
        "PeriodBoundaryDay",
        "PeriodBoundaryStartMonth",
        "TaxTreatmentId",
    ];
    const FROM_LINE: [&str; 6] = [
        "BillingFrequency2",
        "BillingTreatmentId",
        "CustomProductName",
        "Description",
        "DoesAutomaticallyRenew",
        "QuantityUnitOfMeasureId",
    ];
    let from_source = FROM_SOURCE.into_iter().map(|name| (name, sale.source.get(name).to_value()));
    let from_line = FROM_LINE.into_iter().filter_map(|name| Some((name, sale.line?.get(name).to_value())));
    from_source.chain(from_line).collect()
}

fn no_entry() -> ApiError {
    refuse(
        ErrorCode::InvalidInput,
        "The price book has no active entry for the asset's product and selling model.",
    )
}
