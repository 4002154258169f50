//! What a roll-back will write, worked out before anything is written: the lines of the transaction that is
//! taken back, with opposite quantities and amounts.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::{
    ApiError, ErrorCode, Org, RecordId, RecordView, Timestamp, Value,
    ctx::Ctx,
    lifecycle::{
        assetize::refuse,
        bundle::Member,
        order_plan::{OrderPlan, PlannedLine},
        price_layers::Slice,
        selling_model::SellingModelType,
    },
};

impl Org {
    /// Plans to take back the last transaction of these assets. It is taken back as a whole.
    ///
    /// Source: Salesforce Help, Transaction Rollbacks Considerations.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it: `INVALID_STATUS` and `INVALID_INPUT`.
    pub(super) fn plan_roll_back(&self, ctx: &Ctx, assets: &[RecordId]) -> Result<Vec<OrderPlan>, ApiError> {
        let mut plans: Vec<OrderPlan> = Vec::with_capacity(assets.len());
        let mut orders: BTreeSet<RecordId> = BTreeSet::new();
        for asset in assets {
            let order = self.order_to_take_back(ctx, *asset)?;
            orders.insert(order);
            let plan = self.plan_asset_roll_back(ctx, *asset, order)?;
            if plans.first().is_some_and(|first| first.account != plan.account) {
                let message = "All assets of a rollback must belong to the same account.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            if plans.first().is_some_and(|first| first.price_book != plan.price_book) {
                let message = "All assets of a rollback must be of the same price book.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            plans.push(plan);
        }
        let lines = || plans.iter().flat_map(|plan| &plan.lines).filter(|line| line.subtype.is_some());
        let taken: BTreeSet<RecordId> = lines().map(|line| line.member.asset).collect();
        let changed = orders.into_iter().flat_map(|order| self.order_lines(order));
        if changed.filter_map(|line| self.asset_of_line(line)).any(|asset| !taken.contains(&asset)) {
            let message = "A transaction can't be rolled back in part. Specify all assets that it changed.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        Ok(plans)
    }

    fn plan_asset_roll_back(
        &self,
        ctx: &Ctx,
        asset: RecordId,
        order: RecordId,
    ) -> Result<OrderPlan, ApiError> {
        if self.is_component(asset) {
            let message = "The asset is part of a bundle. Specify the root asset to roll it back.";
            return Err(refuse(ErrorCode::InvalidInput, message));
        }
        let bundle = self.bundle(asset);
        let root = self.last_sale(asset)?;
        let mut lines = Vec::with_capacity(bundle.len());
        for member in bundle {
            let sale = self.last_sale(member.asset)?;
            if member.parent.is_some() && !self.was_changed_by(member.asset, order) {
                // It took no part in the transaction.
                if !self.is_cancelled(member.asset) {
                    lines.push(self.untouched_line(member, &sale)?);
                }
                continue;
            }
            let action = self.last_action_to_roll_back(ctx, member.asset)?;
            let is_termed = sale.model.kind == SellingModelType::TermDefined;
            lines.push(self.opposite_line(member, action, is_termed)?);
        }
        self.order_plan(asset, &root, ctx.now.date(), lines)
    }

    /// The order whose transaction is taken back.
    fn order_to_take_back(&self, ctx: &Ctx, asset: RecordId) -> Result<RecordId, ApiError> {
        self.usable_period(asset)?;
        let action = self.last_action_to_roll_back(ctx, asset)?;
        self.order_of(action).ok_or_else(|| {
            refuse(
                ErrorCode::InvalidInput,
                "The last action of the asset has no order that could be rolled back.",
            )
        })
    }

    /// The source of an action that names an order product.
    fn line_source(&self, action: RecordId) -> Option<RecordView<'_>> {
        let sources = self.children_of("AssetActionSource", "AssetActionId", action);
        sources.into_iter().filter_map(|id| self.store.live(id)).find(|source| {
            let line = source.get("ReferenceEntityItemId").as_id();
            line.is_some_and(|line| self.store.live(line).is_some())
        })
    }

    fn order_of(&self, action: RecordId) -> Option<RecordId> {
        let line = self.line_source(action)?.get("ReferenceEntityItemId").as_id()?;
        self.store.live(line)?.get("OrderId").as_id()
    }

    fn was_changed_by(&self, asset: RecordId, order: RecordId) -> bool {
        let actions = self.children_of("AssetAction", "AssetId", asset);
        actions.into_iter().any(|action| self.order_of(action) == Some(order))
    }

    /// The line that takes back what an action's line did.
    fn opposite_line(
        &self,
        member: Member,
        action: RecordId,
        is_termed: bool,
    ) -> Result<PlannedLine, ApiError> {
        let no_line =
            || refuse(ErrorCode::InvalidInput, "The last action of the asset has no order product.");
        let source = self.line_source(action).ok_or_else(no_line)?;
        let line = source.get("ReferenceEntityItemId").as_id().and_then(|id| self.store.live(id));
        let line = line.ok_or_else(no_line)?;
        let number = |name: &str| line.get(name).as_number().unwrap_or_default();
        let start = source.get("StartDate").as_datetime().ok_or_else(no_line)?;
        let (quantity, amount) = (number("Quantity"), number("TotalPrice"));
        let now = self.periods(member.asset).last().map_or(Decimal::ZERO, |period| period.quantity);
        let mut values = self.last_sale(member.asset)?.carried_over();
        values.extend([
            ("PricebookEntryId", line.get("PricebookEntryId").to_value()),
            ("UnitPrice", line.get("UnitPrice").to_value()),
            ("NetUnitPrice", line.get("NetUnitPrice").to_value()),
            ("StartingUnitPriceSource", Value::text("System")),
            ("PricingTransactionType", line.get("PricingTransactionType").to_value()),
            ("Quantity", (-quantity).normalize().into()),
            ("TotalLineAmount", (-number("TotalLineAmount")).normalize().into()),
            ("NetTotalPrice", (-number("NetTotalPrice")).normalize().into()),
            ("StartQuantity", line.get("EndQuantity").to_value()),
            ("EndQuantity", line.get("StartQuantity").to_value()),
        ]);
        if values.iter().any(|(name, value)| *name == "StartQuantity" && value.is_null()) {
            values.extend([("StartQuantity", now.normalize().into()), ("EndQuantity", Value::Null)]);
        }
        if start != Timestamp::start_of(start.date()) {
            values.push(("ServiceDateTime", start.into()));
        }
        if is_termed {
            values.push(("EndDate", line.get("EndDate").to_value()));
        }
        // The parts of the line, turned around; without parts the line itself is the only one.
        let mut slices: Vec<Slice> = self
            .children_of("OrderItemDetail", "OrderItemId", line.id())
            .into_iter()
            .filter_map(|id| self.store.live(id))
            .filter_map(|part| {
                Some(Slice {
                    start: part.get("EffectiveFrom").as_datetime()?,
                    end: part.get("EffectiveTo").as_datetime(),
                    quantity: part.get("Quantity").as_number()?,
                    unit_price: part.get("UnitPrice").as_number()?,
                    amount: (-part.get("TotalPrice").as_number()?).normalize(),
                })
            })
            .collect();
        if slices.is_empty() {
            slices.push(Slice {
                start,
                end: source.get("EndDate").as_datetime(),
                quantity,
                unit_price: number("NetUnitPrice"),
                amount: (-amount).normalize(),
            });
        }
        Ok(PlannedLine {
            member,
            action: "Amend",
            subtype: Some("Rollback"),
            values,
            start: Some(start.date()),
            slices,
        })
    }
}
