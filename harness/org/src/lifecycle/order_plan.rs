//! What an initiated order will hold, worked out before anything is written: its header, its lines, and
//! the last sale from which they are priced.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    asset_action::latest_source, assetize::refuse, bundle::Member, price_layers::Slice,
    selling_model::SellingModel,
};
use crate::{ApiError, ErrorCode, Org, RecordId, RecordView, Value, ValueRef};

/// The lines for one requested asset with its components, and what the order's header needs to know.
#[derive(Clone, Debug)]
pub(super) struct OrderPlan {
    pub(super) account: RecordId,
    pub(super) price_book: RecordId,
    /// The order by which the asset was last changed; the new order takes addresses and the like from it.
    pub(super) earlier_order: Option<RecordId>,
    /// The first day of the change.
    pub(super) start: Date,
    /// The lines, the requested asset first.
    pub(super) lines: Vec<PlannedLine>,
}

impl OrderPlan {
    /// Takes the assets that the plan changes. Each can be changed once per request: the plans for two roots
    /// that share a component were both made for what it is now.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when another plan has taken one of them.
    pub(super) fn claim(self, claimed: &mut BTreeSet<RecordId>) -> Result<Self, ApiError> {
        let changed =
            || self.lines.iter().filter(|line| line.action != NO_CHANGE).map(|line| line.member.asset);
        if changed().any(|asset| claimed.contains(&asset)) {
            let message = "A component of the asset is also part of another asset of the request.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        claimed.extend(changed());
        Ok(self)
    }
}

/// A line of an initiated order.
#[derive(Clone, Debug)]
pub(super) struct PlannedLine {
    pub(super) member: Member,
    /// The order action's Type.
    pub(super) action: &'static str,
    /// The order action's Subtype.
    pub(super) subtype: Option<&'static str>,
    /// The line's values, but for its order and order action.
    pub(super) values: Vec<(&'static str, Value)>,
    /// The first day; `None` when the line only stands for its asset and begins with the rest of the order.
    pub(super) start: Option<Date>,
    /// The parts of a credit, newest purchase first.
    pub(super) slices: Vec<Slice>,
}

/// The Type of order actions whose lines only show an asset.
pub(super) const NO_CHANGE: &str = "No Change";

/// What was sold last, and how.
pub(super) struct LastSale<'a> {
    pub(super) source: RecordView<'a>,
    /// The line, unless its order was deleted.
    pub(super) line: Option<RecordView<'a>>,
    pub(super) model: SellingModel,
    /// How the last period of the asset is billed.
    period_billing: Value,
}

impl Org {
    /// Puts together the plan of an order from its lines.
    ///
    /// # Errors
    ///
    /// `REQUIRED_FIELD_MISSING` for assets of no account, `INVALID_INPUT` for those of no price book.
    pub(super) fn order_plan(
        &self,
        asset: RecordId,
        sale: &LastSale<'_>,
        otherwise: Date,
        mut lines: Vec<PlannedLine>,
    ) -> Result<OrderPlan, ApiError> {
        let start = lines.iter().filter_map(|line| line.start).min().unwrap_or(otherwise);
        for line in &mut lines {
            line.values.push(("ServiceDate", line.start.unwrap_or(start).into()));
        }
        let view = self.store.live(asset).ok_or_else(ApiError::not_found)?;
        let account = view.get("AccountId").as_id();
        let account =
            account.ok_or_else(|| refuse(ErrorCode::RequiredFieldMissing, "The asset has no account."))?;
        let entry = sale.source.get("PricebookEntryId").as_id().and_then(|id| self.store.live(id));
        let price_book = entry.and_then(|entry| entry.get("Pricebook2Id").as_id()).ok_or_else(no_entry)?;
        let earlier_order = sale.line.and_then(|line| line.get("OrderId").as_id());
        Ok(OrderPlan { account, price_book, earlier_order, start, lines })
    }

    /// What was sold last of an asset.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` for assets that no order knows.
    pub(super) fn last_sale(&self, asset: RecordId) -> Result<LastSale<'_>, ApiError> {
        let source = latest_source(self, asset).and_then(|id| self.store.live(id)).ok_or_else(|| {
            refuse(ErrorCode::InvalidInput, "The asset has no order that a new order could be priced from.")
        })?;
        let line = source.get("ReferenceEntityItemId").as_id().and_then(|id| self.store.live(id));
        let model = self.selling_model(source.get("ProductSellingModelId").as_id());
        Ok(LastSale {
            source,
            line,
            model: model.unwrap_or(SellingModel::ONCE),
            period_billing: self.period_billing(asset),
        })
    }

    /// The active entry of the same price book, product and selling model: the last one, if it still is.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when there is none.
    pub(super) fn sales_entry(&self, sale: &LastSale<'_>) -> Result<RecordView<'_>, ApiError> {
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

impl LastSale<'_> {
    /// What a unit cost when it was last sold.
    ///
    /// # Errors
    ///
    /// `INVALID_INPUT` when nothing tells.
    pub(super) fn price(&self) -> Result<Decimal, ApiError> {
        let price = self.source.get("NetUnitPrice").as_number();
        price.ok_or_else(|| refuse(ErrorCode::InvalidInput, "The asset has no negotiated price."))
    }

    /// What a new line takes over from the asset's last one.
    pub(super) fn carried_over(&self) -> Vec<(&'static str, Value)> {
        const FROM_SOURCE: [&str; 5] = [
            "LegalEntityId",
            "PeriodBoundary",
            "PeriodBoundaryDay",
            "PeriodBoundaryStartMonth",
            "TaxTreatmentId",
        ];
        const FROM_LINE: [&str; 5] = [
            "BillingTreatmentId",
            "CustomProductName",
            "Description",
            "DoesAutomaticallyRenew",
            "QuantityUnitOfMeasureId",
        ];
        let from_source = FROM_SOURCE.into_iter().map(|name| (name, self.source.get(name).to_value()));
        let from_line =
            FROM_LINE.into_iter().filter_map(|name| Some((name, self.line?.get(name).to_value())));
        // The asset outlives its order, and lines of terms cannot do without a billing frequency.
        let billing = self.line.map(|line| line.get("BillingFrequency2")).filter(|own| !own.is_null());
        let billing = billing.map_or_else(|| self.period_billing.clone(), ValueRef::to_value);
        from_source.chain(from_line).chain([("BillingFrequency2", billing)]).collect()
    }
}

fn no_entry() -> ApiError {
    refuse(
        ErrorCode::InvalidInput,
        "The price book has no active entry for the asset's product and selling model.",
    )
}
