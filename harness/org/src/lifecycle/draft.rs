//! Draft orders and quotes that change assets: the header, and for each planned line its action, its parts
//! and its place in a bundle. Nothing is activated here.

use rust_decimal::Decimal;

use super::{
    assetize::refuse,
    order_plan::{OrderPlan, PlannedLine},
    price_layers::Slice,
    sales_document::SalesDocument,
};
use crate::{ApiError, ErrorCode, Org, RecordId, Value, ctx::Ctx};

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

/// An order or quote to write.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) document: &'static SalesDocument,
    /// The header's OriginalActionType.
    pub(super) action: &'static str,
    /// The plans for the assets, in their order. All are of one account and one price book.
    pub(super) plans: &'a [&'a OrderPlan],
    /// Values of the header beyond those that follow from the plans; they win over those.
    pub(super) header: Vec<(&'static str, Value)>,
    /// A record of the user that the lines are added to; its header stays as it is.
    pub(super) existing: Option<RecordId>,
}

/// A draft that was written.
#[derive(Clone, Debug)]
pub(super) struct WrittenDraft {
    /// The header.
    pub(super) record: RecordId,
    pub(super) lines: Vec<WrittenLine>,
}

/// A line that was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct WrittenLine {
    pub(super) asset: RecordId,
    pub(super) line: RecordId,
    /// The Type of its action.
    pub(super) action: &'static str,
}

impl Org {
    /// Writes a draft. Errors leave parts of it behind: the caller goes back to a savepoint.
    ///
    /// # Errors
    ///
    /// Those of saving the records, and `NUMBER_OUTSIDE_VALID_RANGE` for credits beyond any amount.
    pub(super) fn write_draft(&mut self, ctx: &Ctx, draft: &Draft<'_>) -> Result<WrittenDraft, ApiError> {
        let record = match draft.existing {
            Some(record) => record,
            None => {
                let values = draft.document.values(self.header_values(ctx, draft));
                self.system_create(ctx, draft.document.header, values)?
            }
        };
        let mut written = Vec::new();
        for plan in draft.plans {
            let mut lines: Vec<WrittenLine> = Vec::with_capacity(plan.lines.len());
            for planned in &plan.lines {
                let line = self.write_line(ctx, draft.document, record, planned)?;
                lines.push(WrittenLine { asset: planned.member.asset, line, action: planned.action });
            }
            self.relate_lines(ctx, draft.document, record, plan, &lines)?;
            written.append(&mut lines);
        }
        Ok(WrittenDraft { record, lines: written })
    }

    /// The header: what the earlier order said, and addresses of the account where it said nothing.
    fn header_values(&self, ctx: &Ctx, draft: &Draft<'_>) -> Vec<(&'static str, Value)> {
        let Some(plan) = draft.plans.first() else { return Vec::new() };
        let start = draft.plans.iter().map(|plan| plan.start).min().unwrap_or(plan.start);
        let mut values: Vec<(&str, Value)> = vec![
            ("AccountId", plan.account.into()),
            ("Pricebook2Id", plan.price_book.into()),
            ("EffectiveDate", start.into()),
            ("Status", Value::text("Draft")),
            ("OriginalActionType", Value::text(draft.action)),
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
        values.extend(draft.header.iter().cloned());
        values
    }

    fn write_line(
        &mut self,
        ctx: &Ctx,
        document: &SalesDocument,
        record: RecordId,
        planned: &PlannedLine,
    ) -> Result<RecordId, ApiError> {
        let action = document.values(vec![
            ("OrderId", record.into()),
            ("Type", Value::text(planned.action)),
            ("Subtype", planned.subtype.map_or(Value::Null, Value::text)),
            ("SourceAssetId", planned.member.asset.into()),
        ]);
        let action = self.system_create(ctx, document.action, action)?;
        let mut values: Vec<(&str, Value)> = planned.values.clone();
        values.extend([("OrderId", record.into()), ("OrderActionId", action.into())]);
        let line = self.system_create(ctx, document.line, document.values(values))?;
        if !planned.slices.is_empty() {
            self.write_slices(ctx, document, line, &planned.slices)?;
        }
        Ok(line)
    }

    /// Shows the parts of a credit. The line's total is their sum, which one price alone need not give.
    pub(super) fn write_slices(
        &mut self,
        ctx: &Ctx,
        document: &SalesDocument,
        line: RecordId,
        slices: &[Slice],
    ) -> Result<(), ApiError> {
        for (number, slice) in (1..).zip(slices) {
            let values = document.values(vec![
                ("OrderItemId", line.into()),
                ("LineNumber", Value::Int(number)),
                ("Quantity", (-slice.quantity).into()),
                ("UnitPrice", slice.unit_price.into()),
                ("NetUnitPrice", slice.unit_price.into()),
                ("TotalLineAmount", slice.amount.into()),
                ("TotalPrice", slice.amount.into()),
                ("EffectiveFrom", slice.start.into()),
                ("EffectiveTo", slice.end.into()),
            ]);
            self.system_create(ctx, document.detail, values)?;
        }
        let total = slices.iter().try_fold(Decimal::ZERO, |sum, slice| sum.checked_add(slice.amount));
        let total = total.ok_or_else(|| {
            refuse(ErrorCode::NumberOutsideValidRange, "The credit of the line is out of range.")
        })?;
        self.system_update(ctx, line, vec![("TotalPrice", total.normalize().into())])
    }

    fn relate_lines(
        &mut self,
        ctx: &Ctx,
        document: &SalesDocument,
        record: RecordId,
        plan: &OrderPlan,
        lines: &[WrittenLine],
    ) -> Result<(), ApiError> {
        let line_of =
            |asset: RecordId| lines.iter().find(|written| written.asset == asset).map(|written| written.line);
        let Some(root) = lines.first().map(|written| written.line) else { return Ok(()) };
        for planned in &plan.lines {
            let member = planned.member;
            let (Some(main), Some(component)) = (member.parent.and_then(line_of), line_of(member.asset))
            else {
                continue;
            };
            let values = self.line_relationship_values(member.relationship, record, (root, main, component));
            self.system_create(ctx, document.relationship, document.values(values))?;
        }
        Ok(())
    }
}
