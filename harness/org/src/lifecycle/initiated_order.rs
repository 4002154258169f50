//! The initiate jobs: orders created and activated, and the assets behind their lines changed.
//!
//! Assets of one account and price book share one order, so a request for one customer has one order.
//! Every check is made before the first write, so that an asset that cannot be changed leaves nothing
//! behind and does not keep the others.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    draft::{Draft, WrittenDraft, WrittenLine},
    generation::Generation::SubscriptionManagement,
    initiate_operation::{AssetRequest, OperationRow, RequestedChange},
    order::REVENUE_LIFECYCLE,
    order_plan::OrderPlan,
    renewal_plan::RenewalTerms,
    sales_document::ORDER,
};
use crate::{
    ApiError, Org, RecordId, Value,
    ctx::Ctx,
    jobs::{Failure, Job},
    org::event_slots,
};

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
                RequestedChange::Renewal => self.plan_renewal(ctx, *asset, RenewalTerms::default()),
                RequestedChange::Quantity { start, quantity } => {
                    self.plan_amendment(ctx, *asset, (start, quantity), SubscriptionManagement)
                }
                RequestedChange::Cancellation(start) => {
                    self.plan_cancellation(ctx, *asset, start, SubscriptionManagement)
                }
            };
            let struck = self.injected_failure(request.operation().job_type, &[*asset]);
            let plan = struck.map_or(plan, Err).and_then(|plan| plan.claim(&mut claimed));
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
        let action = request.operation().action;
        let plans: Vec<&OrderPlan> = plans.iter().map(|(_, plan)| plan).collect();
        let draft = Draft { document: &ORDER, action, plans: &plans, header: Vec::new(), existing: None };
        let WrittenDraft { record: order, lines } = self.write_draft(ctx, &draft)?;
        self.system_update(ctx, order, vec![("Status", Value::text("Activated"))])?;
        for WrittenLine { asset, line, .. } in lines.into_iter().filter(|line| line.action == action) {
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
