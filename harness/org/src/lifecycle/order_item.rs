//! OrderItem: what a line takes from its price book entry, the rules of its selling model, and its amounts.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    proration::{Terms, cents, end_of_term, terms_between},
    sales_document::{ORDER, SalesDocument},
    selling_model::{SellingModel, SellingModelType},
};
use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, RecordView, Value, ValueRef, catalog::SObjectDef, ctx::Ctx,
};

/// What bears on dates and amounts. It may not change while the order is activated: assets were made from it.
const FROZEN: [&str; 16] = [
    "BillingFrequency2",
    "Discount",
    "DiscountAmount",
    "EndDate",
    "NetTotalPrice",
    "NetUnitPrice",
    "OrderActionId",
    "PeriodBoundary",
    "PeriodBoundaryDay",
    "PeriodBoundaryStartMonth",
    "PricingTermCount",
    "Quantity",
    "ServiceDate",
    "SubscriptionTerm",
    "TotalLineAmount",
    "UnitPrice",
];

/// Completes and checks a line before it is stored.
pub(super) fn before(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let Some(order) = new.get_opt(def.slot("OrderId")).as_id().and_then(|id| org.store.live(id)) else {
        return Ok(());
    };
    let changed = |new: &Record, name: &str| {
        let slot = def.slot(name);
        old.is_none_or(|old| old.get_opt(slot) != new.get_opt(slot))
    };
    if order.get("Status").as_text() == Some("Activated") && FROZEN.iter().any(|name| changed(new, name)) {
        return Err(activated_order(ErrorCode::FieldIntegrityException));
    }
    complete(org, &ORDER, def, order, old, new)
}

/// Fills in what a line takes from its price book entry, its term, and its amounts.
///
/// # Errors
///
/// `FIELD_INTEGRITY_EXCEPTION`, `INVALID_INPUT`, `END_DATE_MISSING` and `NUMBER_OUTSIDE_VALID_RANGE` for lines
/// that break the rules of their entry or their selling model.
pub(super) fn complete(
    org: &Org,
    document: &SalesDocument,
    def: &SObjectDef,
    header: RecordView<'_>,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let changed = |new: &Record, name: &'static str| {
        let slot = def.slot(document.name(name));
        old.is_none_or(|old| old.get_opt(slot) != new.get_opt(slot))
    };
    if old.is_none() {
        take_from_entry(org, document, def, header, new)?;
    } else if !FROZEN.iter().any(|name| changed(new, name)) {
        // Nothing that bears on dates or amounts: what the client once gave stays as it is.
        return Ok(());
    }
    let line = RecordView::of(def, new);
    let model = org.selling_model(line.get("ProductSellingModelId").as_id());
    let start = line.get(document.name("ServiceDate")).as_date();
    let start = start.or_else(|| header.get(document.name("EffectiveDate")).as_date());
    let end_known = line.get("EndDate").as_date();
    check_model(document, line, model)?;
    let mut terms = line.get("PricingTermCount").as_number().map_or(Terms::ONE, Terms::of);
    if let Some(model) = model.filter(|model| model.kind == SellingModelType::TermDefined) {
        // Where end date and term disagree, the end date wins; a new term moves an end date left alone.
        let moved = |name| old.is_some() && changed(new, name) && !new.get_opt(def.slot(name)).is_null();
        let by_term = end_known.is_none()
            || (!changed(new, "EndDate") && (moved("SubscriptionTerm") || moved("PricingTermCount")));
        let end =
            if by_term { end_by_term(line, model, start, moved("PricingTermCount"))? } else { end_known };
        let (Some(start), Some(end)) = (start, end) else { return Err(end_date_missing(document)) };
        if end < start {
            let noun = document.line_noun;
            let message = format!(
                "The end date of {} {noun} can't be earlier than its start date.",
                document.line_article
            );
            return Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["EndDate"]));
        }
        terms = terms_between(start, end, model.term_months).ok_or_else(|| out_of_range("EndDate"))?;
        new.set_opt(def.slot("EndDate"), end.into());
        new.set_opt(def.slot("PricingTermCount"), terms.count().into());
    } else if model.is_some() {
        terms = Terms::ONE;
    }
    price(def, old, new, terms)
}

/// Product, selling model, list price and price follow from the price book entry.
fn take_from_entry(
    org: &Org,
    document: &SalesDocument,
    def: &SObjectDef,
    header: RecordView<'_>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let line = RecordView::of(def, new);
    let Some(entry) = line.get("PricebookEntryId").as_id().and_then(|id| org.store.live(id)) else {
        return Ok(());
    };
    let refuse = |why: &str| {
        let message = format!("field integrity exception: PricebookEntryId ({why})");
        Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["PricebookEntryId"]))
    };
    if entry.get("IsArchived").is_true() {
        return refuse("pricebook entry has been archived");
    }
    if !entry.get("IsActive").is_true() {
        return refuse("pricebook entry is inactive");
    }
    if entry.get("Pricebook2Id") != header.get("Pricebook2Id") {
        return refuse(&format!(
            "pricebook entry is in a different pricebook than the one assigned to the {}",
            document.header_noun
        ));
    }
    let list_price = match line.get("ListPrice") {
        ValueRef::Null => entry.get("UnitPrice").to_value(),
        given => given.to_value(),
    };
    let unit_price = match line.get("UnitPrice") {
        ValueRef::Null => list_price.clone(),
        given => given.to_value(),
    };
    let product = entry.get("Product2Id").to_value();
    let model = entry.get("ProductSellingModelId").to_value();
    let policy = org.proration_policy(product.as_id(), model.as_id());
    let is_new_sale = line.get("PricingTransactionType").is_null()
        && line
            .get("OrderActionId")
            .as_id()
            .and_then(|id| org.store.live(id))
            .is_some_and(|action| action.get("Type").as_text() == Some("Add"));
    new.set_opt(def.slot("Product2Id"), product);
    new.set_opt(def.slot("ProductSellingModelId"), model);
    new.set_opt(def.slot("ProrationPolicyId"), policy.into());
    new.set_opt(def.slot("ListPrice"), list_price);
    new.set_opt(def.slot("UnitPrice"), unit_price);
    if is_new_sale {
        new.set_opt(def.slot("PricingTransactionType"), Value::text("NewSale"));
    }
    Ok(())
}

/// Which dates and boundaries a selling model allows.
fn check_model(
    document: &SalesDocument,
    line: RecordView<'_>,
    model: Option<SellingModel>,
) -> Result<(), ApiError> {
    let Some(model) = model else { return Ok(()) };
    let noun = document.line_noun;
    let refuse = |message: String, field: &str| Err(ApiError::dml(ErrorCode::InvalidInput, message, [field]));
    let has_end = !line.get("EndDate").is_null();
    match model.kind {
        SellingModelType::OneTime if has_end => {
            return refuse(format!("You can't specify EndDate for one-time {noun}s"), "EndDate");
        }
        SellingModelType::Evergreen if has_end => {
            return refuse(format!("You can't specify EndDate for evergreen {noun}s"), "EndDate");
        }
        SellingModelType::Evergreen if line.get("PeriodBoundary").as_text() != Some("Anniversary") => {
            let message = format!("Evergreen {noun}s must have an Anniversary period boundary.");
            return refuse(message, "PeriodBoundary");
        }
        SellingModelType::OneTime | SellingModelType::Evergreen | SellingModelType::TermDefined => {}
    }
    if model.kind != SellingModelType::OneTime
        && !line.get("ProrationPolicyId").is_null()
        && line.get(document.name("BillingFrequency2")).is_null()
    {
        let message = "When the SellingModelType is Evergreen or Term-Defined, BillingFrequency can't be null: \
                       Billing Frequency";
        let field = document.name("BillingFrequency2");
        return Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, [field]));
    }
    Ok(())
}

/// The end of a line that says how long it runs, but not until when.
fn end_by_term(
    line: RecordView<'_>,
    model: SellingModel,
    start: Option<Date>,
    count_wins: bool,
) -> Result<Option<Date>, ApiError> {
    let Some(start) = start else { return Ok(None) };
    let subscription =
        line.get("SubscriptionTerm").as_number().map(|term| (term, model.unit_months, "SubscriptionTerm"));
    let pricing =
        line.get("PricingTermCount").as_number().map(|term| (term, model.term_months, "PricingTermCount"));
    let given = if count_wins { pricing.or(subscription) } else { subscription.or(pricing) };
    let Some((term, months, field)) = given else { return Ok(None) };
    if term <= Decimal::ZERO || !term.fract().is_zero() {
        // A part of a month has no last day.
        return Err(ApiError::dml(
            ErrorCode::InvalidInput,
            "The term must be a whole number greater than 0.",
            [field],
        ));
    }
    let months = Value::Number(term).as_int().and_then(|term| term.checked_mul(months));
    months.and_then(|months| end_of_term(start, months)).map(Some).ok_or_else(|| out_of_range(field))
}

/// Fills in the amounts. An amount that the client gives with this very write is the client's word.
fn price(def: &SObjectDef, old: Option<&Record>, new: &mut Record, terms: Terms) -> Result<(), ApiError> {
    let number = |record: &Record, name: &str| record.get_opt(def.slot(name)).as_number();
    let changed = |new: &Record, name: &str| {
        let slot = def.slot(name);
        old.is_some_and(|old| old.get_opt(slot) != new.get_opt(slot))
    };
    let given = |new: &Record, name: &str| {
        !new.get_opt(def.slot(name)).is_null() && (old.is_none() || changed(new, name))
    };
    let quantity = number(new, "Quantity").unwrap_or_default();
    let unit_price = number(new, "UnitPrice").unwrap_or_default();
    let discounted = changed(new, "UnitPrice") || changed(new, "Discount") || changed(new, "DiscountAmount");
    if number(new, "NetUnitPrice").is_none() || (discounted && !given(new, "NetUnitPrice")) {
        let net = match (number(new, "Discount"), number(new, "DiscountAmount")) {
            (Some(percent), _) => {
                unit_price.saturating_sub(unit_price.saturating_mul(percent) / Decimal::ONE_HUNDRED)
            }
            (None, Some(amount)) => unit_price.saturating_sub(amount),
            (None, None) => unit_price,
        };
        new.set_opt(def.slot("NetUnitPrice"), net.normalize().into());
    }
    let net_unit_price = number(new, "NetUnitPrice").unwrap_or(unit_price);
    let amount = |price: Decimal| {
        price
            .checked_mul(quantity)
            .and_then(|amount| terms.cost(amount))
            .ok_or_else(|| out_of_range("Quantity"))
    };
    new.set_opt(def.slot("TotalPrice"), amount(net_unit_price)?.into());
    let list_price = number(new, "ListPrice").unwrap_or_default();
    for (name, price) in
        [("TotalLineAmount", unit_price), ("NetTotalPrice", net_unit_price), ("ListPriceTotal", list_price)]
    {
        if !given(new, name) {
            new.set_opt(def.slot(name), amount(price)?.into());
        }
    }
    // Adjustment and tax amounts are never empty; nothing here adjusts or taxes a line.
    for field in def.fields.iter().filter(|field| !field.nillable && !field.createable) {
        let is_amount = field.name.ends_with("Amount") || field.name.ends_with("AmtWithTax");
        if is_amount && new.get(field.slot).is_null() {
            new.set(field.slot, Decimal::ZERO.into());
        }
    }
    Ok(())
}

/// The order's total follows its lines.
pub(super) fn after(org: &mut Org, ctx: &Ctx, id: RecordId, old: Option<&Record>) -> Result<(), ApiError> {
    let Some(line) = org.store.live(id) else { return Ok(()) };
    let total = line.object.slot("TotalPrice");
    if old.is_some_and(|old| line.at_opt(total) == *old.get_opt(total)) {
        return Ok(());
    }
    let Some(order) = line.get("OrderId").as_id() else { return Ok(()) };
    // By the difference: adding up every line again would make long orders slow to write.
    let of = |price: Option<Decimal>| price.unwrap_or_default();
    let before = of(old.and_then(|old| old.get_opt(total).as_number()));
    let change = of(line.at_opt(total).as_number()).saturating_sub(before);
    let sum = org.store.live(order).and_then(|order| order.get("TotalAmount").as_number());
    org.system_update(ctx, order, vec![("TotalAmount", cents(of(sum).saturating_add(change)).into())])
}

/// Lines of an activated order stay, and so do its order actions.
pub(super) fn before_delete(org: &Org, _: &Ctx, line: RecordView<'_>) -> Result<(), ApiError> {
    let order = line.get("OrderId").as_id().and_then(|id| org.store.live(id));
    if order.is_some_and(|order| order.get("Status").as_text() == Some("Activated")) {
        return Err(activated_order(ErrorCode::DeleteFailed));
    }
    Ok(())
}

/// A line that went or came back changes its order's total.
pub(super) fn after_delete(org: &mut Org, ctx: &Ctx, line: &Record) -> Result<(), ApiError> {
    let order = org.catalog.find_any("OrderItem").and_then(|def| line.get_opt(def.slot("OrderId")).as_id());
    match order.filter(|order| org.store.live(*order).is_some()) {
        Some(order) => org.total_order(ctx, order),
        None => Ok(()),
    }
}

/// The first day of a line: its own, or else that of its order.
pub(super) fn start_of(line: RecordView<'_>, order: RecordView<'_>) -> Option<Date> {
    line.get("ServiceDate").as_date().or_else(|| order.get("EffectiveDate").as_date())
}

/// The platform's words for a change that an activated order forbids.
pub(super) fn activated_order(code: ErrorCode) -> ApiError {
    ApiError::dml(code, "unable to modify activated or superseded order", std::iter::empty::<&str>())
}

fn end_date_missing(document: &SalesDocument) -> ApiError {
    let noun = document.line_noun;
    let message = format!("Specify an end date or a subscription term for the term-defined {noun}.");
    ApiError::dml(ErrorCode::EndDateMissing, message, ["EndDate"])
}

fn out_of_range(field: &str) -> ApiError {
    ApiError::dml(ErrorCode::NumberOutsideValidRange, "Value outside of valid range", [field])
}

impl Org {
    /// The live lines of an order, ordered by id.
    pub(super) fn order_lines(&self, order: RecordId) -> Vec<RecordId> {
        self.children_of("OrderItem", "OrderId", order)
    }

    /// The live records of `object` whose reference `field` names `parent`, ordered by id.
    pub(super) fn children_of(&self, object: &str, field: &str, parent: RecordId) -> Vec<RecordId> {
        let Some(def) = self.catalog.find_any(object) else { return Vec::new() };
        let Some(slot) = def.slot(field) else { return Vec::new() };
        self.store.live_children(def, slot, parent).map(|view| view.id()).collect()
    }

    fn total_order(&mut self, ctx: &Ctx, order: RecordId) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any("OrderItem") else { return Ok(()) };
        let Some(slot) = def.slot("OrderId") else { return Ok(()) };
        let prices =
            self.store.live_children(def, slot, order).filter_map(|line| line.get("TotalPrice").as_number());
        let total = prices.fold(Decimal::ZERO, |sum, price| sum.saturating_add(price));
        self.system_update(ctx, order, vec![("TotalAmount", cents(total).into())])
    }

    /// The policy that the option of product and selling model names.
    fn proration_policy(&self, product: Option<RecordId>, model: Option<RecordId>) -> Option<RecordId> {
        let options = self.children_of("ProductSellingModelOption", "Product2Id", product?);
        let option = options
            .into_iter()
            .filter_map(|id| self.store.live(id))
            .find(|option| option.get("ProductSellingModelId").as_id() == model)?;
        option.get("ProrationPolicyId").as_id()
    }
}
