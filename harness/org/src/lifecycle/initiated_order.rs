//! The initiate jobs: orders created and activated, and the assets behind their lines changed.
//!
//! Assets of one account and price book share one order, so a request for one customer has one order.
//! Every check is made before the first write, so that an asset that cannot be changed leaves nothing
//! behind and does not keep the others.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rust_decimal::Decimal;

use super::{
    assetize::refuse,
    initiate_operation::{AssetRequest, OperationRow, RequestedChange},
    order::REVENUE_LIFECYCLE,
    order_plan::{OrderPlan, PlannedLine},
    price_layers::Slice,
};
use crate::{
    ApiError, ErrorCode, Org, RecordId, Value,
    ctx::Ctx,
    jobs::{Failure, Job},
    org::event_slots,
};

/// What the header takes over from the earlier order.
const COPIED: [&str; 8] = [
    "BillToContactId",
    "CurrencyIsoCode",
    "LegalEntityId",
    "PaymentTermId",
    "SalesChannelId",
    "SalesTransactionTypeId",
    "ShipToContactId",
    "TransactionType",
];

/// The addresses of the header, each taken over as a whole.
const ADDRESSES: [[&str; 7]; 2] = [
    [
        "BillingStreet",
        "BillingCity",
        "BillingState",
        "BillingPostalCode",
        "BillingCountry",
        "BillingStateCode",
        "BillingCountryCode",
    ],
    [
        "ShippingStreet",
        "ShippingCity",
        "ShippingState",
        "ShippingPostalCode",
        "ShippingCountry",
        "ShippingStateCode",
        "ShippingCountryCode",
    ],
];

/// What became of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct InitiatedOutcome {
    /// The orders.
    pub(crate) orders: Vec<RecordId>,
    /// The assets that were not changed.
    pub(crate) failures: Vec<Failure>,
}

impl Org {
    /// Renews, amends or cancels the assets of a request, each alone.
    pub(crate) fn change_assets(&mut self, ctx: &Ctx, request: &AssetRequest) -> InitiatedOutcome {
        let mut outcome = InitiatedOutcome::default();
        let mut groups: BTreeMap<(RecordId, RecordId), Vec<(RecordId, OrderPlan)>> = BTreeMap::new();
        let mut claimed: BTreeSet<RecordId> = BTreeSet::new();
        for asset in &request.assets {
            let plan = match request.change {
                RequestedChange::Renewal => self.plan_renewal(ctx, *asset),
                RequestedChange::Quantity { start, quantity } => {
                    self.plan_amendment(ctx, *asset, start, quantity)
                }
                RequestedChange::Cancellation(start) => self.plan_cancellation(ctx, *asset, start),
            };
            let plan = plan.and_then(|plan| plan.claim(&mut claimed));
            match plan {
                Ok(plan) => groups.entry((plan.account, plan.price_book)).or_default().push((*asset, plan)),
                Err(error) => outcome.failures.push(Failure { primary: *asset, related: None, error }),
            }
        }
        for plans in groups.into_values() {
            self.write_group(ctx, request, plans, &mut outcome);
        }
        outcome
    }

    /// Writes the order of assets that share one. When that fails, the assets that fail even alone are left
    /// out of it, so that they do not keep the others.
    fn write_group(
        &mut self,
        ctx: &Ctx,
        request: &AssetRequest,
        plans: Vec<(RecordId, OrderPlan)>,
        outcome: &mut InitiatedOutcome,
    ) {
        let count = plans.len();
        let mut written = self.try_order(ctx, request, &plans);
        let mut together = plans;
        if written.is_err() && count > 1 {
            let mut others = Vec::with_capacity(count);
            for plan in together {
                let savepoint = self.store.savepoint();
                match self.write_order(ctx, request, std::slice::from_ref(&plan)) {
                    Ok(_) => others.push(plan),
                    Err(error) => {
                        outcome.failures.push(Failure { primary: plan.0, related: None, error });
                    }
                }
                self.store.rollback(savepoint);
            }
            together = others;
            if together.is_empty() {
                return;
            }
            // Where none fails alone, the fault lies in what they share.
            if together.len() < count {
                written = self.try_order(ctx, request, &together);
            }
        }
        match written {
            Ok(order) => outcome.orders.push(order),
            Err(error) => outcome.failures.extend(together.iter().map(|(asset, _)| Failure {
                primary: *asset,
                related: None,
                error: error.clone(),
            })),
        }
    }

    /// Writes an order, or nothing at all.
    fn try_order(
        &mut self,
        ctx: &Ctx,
        request: &AssetRequest,
        plans: &[(RecordId, OrderPlan)],
    ) -> Result<RecordId, ApiError> {
        let savepoint = self.store.savepoint();
        let written = self.write_order(ctx, request, plans);
        if written.is_err() {
            self.store.rollback(savepoint);
        }
        written
    }

    fn write_order(
        &mut self,
        ctx: &Ctx,
        request: &AssetRequest,
        plans: &[(RecordId, OrderPlan)],
    ) -> Result<RecordId, ApiError> {
        let operation = request.operation();
        let order = self.system_create(ctx, "Order", self.order_values(ctx, operation, plans))?;
        let mut changed: Vec<(RecordId, RecordId)> = Vec::new();
        for (_, plan) in plans {
            let mut lines: Vec<(RecordId, RecordId)> = Vec::with_capacity(plan.lines.len());
            for planned in &plan.lines {
                let line = self.write_line(ctx, order, planned)?;
                lines.push((planned.member.asset, line));
                if planned.action == operation.action {
                    changed.push((planned.member.asset, line));
                }
            }
            self.relate_lines(ctx, order, plan, &lines)?;
        }
        self.system_update(ctx, order, vec![("Status", Value::text("Activated"))])?;
        for (asset, line) in changed {
            let facts = self.line_facts(line)?;
            match request.change {
                RequestedChange::Renewal => self.renew_asset(ctx, asset, &facts)?,
                RequestedChange::Quantity { .. } => self.amend_asset(ctx, asset, &facts)?,
                RequestedChange::Cancellation(_) => self.cancel_asset(ctx, asset, &facts)?,
            }
        }
        // The row comes after the activation, which would otherwise start the order-to-asset flow: this job
        // has already written the assets.
        self.system_create(
            ctx,
            "AppUsageAssignment",
            vec![("AppUsageType", Value::text(REVENUE_LIFECYCLE)), ("RecordId", order.into())],
        )?;
        Ok(order)
    }

    /// The header of the order: what the earlier order said, and addresses of the account where it
    /// said nothing.
    fn order_values(
        &self,
        ctx: &Ctx,
        operation: &OperationRow,
        plans: &[(RecordId, OrderPlan)],
    ) -> Vec<(&'static str, Value)> {
        let Some((_, plan)) = plans.first() else { return Vec::new() };
        let start = plans.iter().map(|(_, plan)| plan.start).min().unwrap_or(plan.start);
        let mut values: Vec<(&str, Value)> = vec![
            ("AccountId", plan.account.into()),
            ("Pricebook2Id", plan.price_book.into()),
            ("EffectiveDate", start.into()),
            ("Status", Value::text("Draft")),
            ("OriginalActionType", Value::text(operation.action)),
            ("CalculationStatus", Value::text("CompletedWithPricing")),
            ("LastPricedDate", ctx.now.floor_second().into()),
        ];
        let earlier = plan.earlier_order.and_then(|id| self.store.live(id));
        let account = self.store.live(plan.account);
        values.extend(COPIED.iter().filter_map(|name| Some((*name, earlier?.get(name).to_value()))));
        for address in ADDRESSES {
            let known = |part: &str| earlier.is_some_and(|order| !order.get(part).is_null());
            let from = if address.iter().any(|part| known(part)) { earlier } else { account };
            values.extend(address.into_iter().filter_map(|part| Some((part, from?.get(part).to_value()))));
        }
        values
    }

    fn write_line(
        &mut self,
        ctx: &Ctx,
        order: RecordId,
        planned: &PlannedLine,
    ) -> Result<RecordId, ApiError> {
        let action = self.system_create(
            ctx,
            "OrderAction",
            vec![
                ("OrderId", order.into()),
                ("Type", Value::text(planned.action)),
                ("SourceAssetId", planned.member.asset.into()),
            ],
        )?;
        let mut values: Vec<(&str, Value)> = planned.values.clone();
        values.extend([("OrderId", order.into()), ("OrderActionId", action.into())]);
        let line = self.system_create(ctx, "OrderItem", values)?;
        if !planned.slices.is_empty() {
            self.write_slices(ctx, line, &planned.slices)?;
        }
        Ok(line)
    }

    /// Shows the parts of a credit. The line's total is their sum, which one price alone need not give.
    fn write_slices(&mut self, ctx: &Ctx, line: RecordId, slices: &[Slice]) -> Result<(), ApiError> {
        for (number, slice) in (1..).zip(slices) {
            let values = vec![
                ("OrderItemId", line.into()),
                ("LineNumber", Value::Int(number)),
                ("Quantity", (-slice.quantity).into()),
                ("UnitPrice", slice.unit_price.into()),
                ("NetUnitPrice", slice.unit_price.into()),
                ("TotalLineAmount", slice.amount.into()),
                ("TotalPrice", slice.amount.into()),
                ("EffectiveFrom", slice.start.into()),
                ("EffectiveTo", slice.end.into()),
            ];
            self.system_create(ctx, "OrderItemDetail", values)?;
        }
        let total = slices.iter().try_fold(Decimal::ZERO, |sum, slice| sum.checked_add(slice.amount));
        let total = total.ok_or_else(|| {
            refuse(ErrorCode::NumberOutsideValidRange, "The credit of the order product is out of range.")
        })?;
        self.system_update(ctx, line, vec![("TotalPrice", total.normalize().into())])
    }

    fn relate_lines(
        &mut self,
        ctx: &Ctx,
        order: RecordId,
        plan: &OrderPlan,
        lines: &[(RecordId, RecordId)],
    ) -> Result<(), ApiError> {
        let line_of = |asset: RecordId| lines.iter().find(|(own, _)| *own == asset).map(|(_, line)| *line);
        let Some((_, root)) = lines.first() else { return Ok(()) };
        for planned in &plan.lines {
            let member = planned.member;
            let (Some(main), Some(component)) = (member.parent.and_then(line_of), line_of(member.asset))
            else {
                continue;
            };
            let values = self.line_relationship_values(member.relationship, order, (*root, main, component));
            self.system_create(ctx, "OrderItemRelationship", values)?;
        }
        Ok(())
    }

    /// Publishes the end of a request. Without any order the event names none.
    pub(crate) fn publish_initiated(
        &mut self,
        ctx: &Ctx,
        job: &Job,
        operation: &OperationRow,
        outcome: &InitiatedOutcome,
    ) {
        let order = outcome.orders.first().map(RecordId::to_string).unwrap_or_default();
        let mut values = vec![
            ("RequestIdentifier", Value::text(&*job.request_identifier)),
            (operation.record_field, Value::text(order)),
            ("HasErrors", Value::Bool(!outcome.failures.is_empty())),
        ];
        let catalog = Arc::clone(&self.catalog);
        let (list, entry) = operation.errors;
        if let Some(def) = catalog.find_any(entry).filter(|_| job.events_carry_errors()) {
            let entries: Vec<Box<[Value]>> = outcome
                .failures
                .iter()
                .map(|failure| {
                    let message = failure.error.message.as_deref().unwrap_or_default();
                    event_slots(
                        def,
                        vec![
                            ("ErrorCode", Value::text(failure.error.code.as_str())),
                            ("ErrorMessage", Value::text(message)),
                        ],
                    )
                })
                .collect();
            values.push((list, Value::Nested(entries.into())));
        }
        self.publish(ctx, operation.event, values);
    }
}
