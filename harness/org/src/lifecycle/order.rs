//! Order: its two statuses, what activation asks for, and what it starts.

use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, RecordView, Value,
    catalog::SObjectDef,
    ctx::Ctx,
    jobs::{Task, Work},
};

use super::order_item::activated_order;

/// The AppUsageType by which the order-to-asset flow finds its orders.
pub(super) const REVENUE_LIFECYCLE: &str = "RevenueLifecycleManagement";

/// Keeps Status and StatusCode together and guards the steps between Draft and Activated.
pub(super) fn before(
    org: &Org,
    ctx: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let (status, code) = (def.slot("Status"), def.slot("StatusCode"));
    if new.get_opt(status).is_null() {
        new.set_opt(status, Value::text("Draft"));
    }
    match old {
        Some(old) if old.get_opt(status) == new.get_opt(status) => {
            // The code alone was written: of the codes, only these two are statuses, too.
            let written = new.get_opt(code).clone();
            if &written != old.get_opt(code) && matches!(written.as_text(), Some("Draft" | "Activated")) {
                new.set_opt(status, written);
            }
        }
        _ => new.set_opt(code, new.get_opt(status).clone()),
    }
    if new.get_opt(def.slot("TotalAmount")).is_null() {
        new.set_opt(def.slot("TotalAmount"), rust_decimal::Decimal::ZERO.into());
    }
    let is_activated = |record: &Record| record.get_opt(status).as_text() == Some("Activated");
    let Some(old) = old else {
        if is_activated(new) {
            return Err(failed_activation(
                "Activate the order after it's created: a new order must be a draft.",
            ));
        }
        return Ok(());
    };
    let order = RecordView::of(def, new);
    let book = def.slot("Pricebook2Id");
    if old.get_opt(book) != new.get_opt(book) && !org.order_lines(order.id()).is_empty() {
        let message = "field integrity exception: Pricebook2Id (the order already has products)";
        return Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["Pricebook2Id"]));
    }
    match (is_activated(old), is_activated(new)) {
        (false, true) => {
            check_activation(org, order)?;
            if new.get_opt(def.slot("ActivatedDate")) == old.get_opt(def.slot("ActivatedDate")) {
                new.set_opt(def.slot("ActivatedDate"), ctx.now.floor_second().into());
            }
            new.set_opt(def.slot("ActivatedById"), ctx.user.into());
        }
        (true, false) => {
            new.set_opt(def.slot("ActivatedDate"), Value::Null);
            new.set_opt(def.slot("ActivatedById"), Value::Null);
        }
        _ => {}
    }
    Ok(())
}

fn check_activation(org: &Org, order: RecordView<'_>) -> Result<(), ApiError> {
    if org.order_lines(order.id()).is_empty() {
        return Err(failed_activation("An order must have at least one product."));
    }
    // Observed on orders with the row; an order without it activates with an empty address.
    const ADDRESS: [&str; 5] =
        ["ShippingStreet", "ShippingCity", "ShippingState", "ShippingPostalCode", "ShippingCountry"];
    if org.is_lifecycle_record(order.id()) && ADDRESS.iter().all(|part| order.get(part).is_null()) {
        return Err(failed_activation(
            "Enter the shipping address associated with the account, and try again.",
        ));
    }
    Ok(())
}

/// Activation starts the order-to-asset flow, which runs once the change is committed. It looks for the
/// AppUsageAssignment row only then, and does nothing without it.
pub(super) fn after(org: &mut Org, ctx: &Ctx, id: RecordId, old: Option<&Record>) -> Result<(), ApiError> {
    let activated = |view: RecordView<'_>| view.get("Status").as_text() == Some("Activated");
    let (Some(order), Some(old)) = (org.store.live(id), old) else { return Ok(()) };
    let before = RecordView::of(order.object, old);
    if activated(order) && !activated(before) && org.is_lifecycle_record(id) {
        org.agenda.plan(ctx.now, Work::OrderActivated(ctx.clone(), id));
    }
    Ok(())
}

/// An activated order has to be set back to Draft before it can be deleted.
pub(super) fn before_delete(_: &Org, _: &Ctx, order: RecordView<'_>) -> Result<(), ApiError> {
    match order.get("Status").as_text() {
        Some("Activated") => Err(activated_order(ErrorCode::DeleteFailed)),
        _ => Ok(()),
    }
}

/// What the lines of an activated order do is settled; only a deletion of its asset may clear the lookup.
pub(super) fn before_action(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let changed = |name| {
        let slot = def.slot(name);
        old.is_none_or(|old| old.get_opt(slot) != new.get_opt(slot))
    };
    let cleared = old.is_some() && new.get_opt(def.slot("SourceAssetId")).is_null();
    let touched = changed("Type") || changed("Subtype") || (changed("SourceAssetId") && !cleared);
    let order = new.get_opt(def.slot("OrderId")).as_id().and_then(|id| org.store.live(id));
    if touched && order.is_some_and(|order| order.get("Status").as_text() == Some("Activated")) {
        return Err(activated_order(ErrorCode::FieldIntegrityException));
    }
    Ok(())
}

/// The name of an AppUsageAssignment is not documented; it shows the usage.
pub(super) fn name_assignment(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    if new.get_opt(def.slot("Name")).is_null() {
        new.set_opt(def.slot("Name"), new.get_opt(def.slot("AppUsageType")).clone());
    }
    Ok(())
}

fn failed_activation(message: &str) -> ApiError {
    ApiError::dml(ErrorCode::FailedActivation, message, std::iter::empty::<&str>())
}

impl Org {
    /// Whether an AppUsageAssignment marks an order or a contract as one of revenue life-cycle management.
    pub(super) fn is_lifecycle_record(&self, record: RecordId) -> bool {
        self.children_of("AppUsageAssignment", "RecordId", record)
            .into_iter()
            .filter_map(|id| self.store.live(id))
            .any(|row| row.get("AppUsageType").as_text() == Some(REVENUE_LIFECYCLE))
    }

    /// The flow behind activation. The activation may have been undone since it was planned.
    ///
    /// # Errors
    ///
    /// As for submitting a job.
    pub(crate) fn order_activated(&mut self, ctx: &Ctx, id: RecordId) -> Result<(), ApiError> {
        let activated =
            self.store.live(id).is_some_and(|order| order.get("Status").as_text() == Some("Activated"));
        if activated && self.is_lifecycle_record(id) {
            self.submit_job(ctx, Task::AssetizeOrder(id))?;
        }
        Ok(())
    }
}
