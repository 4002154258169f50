//! What a transfer will write, worked out before anything is written: for each asset the lines that take
//! units from it, and the lines that bring them to the other account.

use rust_decimal::Decimal;

use super::leaving::Leaving;
use crate::{
    ApiError, ErrorCode, Org, RecordId, Timestamp, Value,
    ctx::Ctx,
    lifecycle::{
        assetize::refuse,
        change_checks::Change,
        order_plan::{OrderPlan, PlannedLine},
        price_layers::Slice,
        proration::cents,
    },
};

/// How many lines a transaction of a transfer has at most. Source: Salesforce Help, Asset Transfer
/// Considerations.
const MOST_LINES: usize = 50;

/// How units leave for another account. What was delivered once goes along with the rest of its bundle.
const TRANSFER: Leaving =
    Leaving { change: Change::Transfer, subtype: "TransferFrom", ends_empty: false, takes_one_time: true };

/// What moves where.
#[derive(Clone, Debug)]
pub(super) struct TransferRequest {
    /// The assets, each once, with their quantities.
    pub(super) records: Vec<(RecordId, Decimal)>,
    pub(super) target: RecordId,
    pub(super) start: Timestamp,
}

/// The two sides of a transfer.
#[derive(Clone, Debug, Default)]
pub(super) struct TransferPlan {
    pub(super) source: Vec<OrderPlan>,
    pub(super) target: Vec<OrderPlan>,
}

impl Org {
    /// Plans a transfer. It happens as a whole or not at all.
    ///
    /// # Errors
    ///
    /// The first business rule that forbids it: those of units that leave an asset; `INVALID_INPUT` for assets of
    /// several accounts or price books, and for the account that has them already; `LIMIT_EXCEEDED` for too
    /// many lines.
    pub(super) fn plan_transfer(
        &self,
        ctx: &Ctx,
        request: &TransferRequest,
    ) -> Result<TransferPlan, ApiError> {
        let mut plan = TransferPlan::default();
        for (asset, quantity) in &request.records {
            let source = self.plan_leaving(ctx, *asset, (request.start, *quantity), &TRANSFER)?;
            if source.account == request.target {
                let message = "The asset belongs to the target account already.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            let first = plan.source.first().unwrap_or(&source);
            if first.price_book != source.price_book {
                let message = "All assets of a transfer must be of the same price book.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            if first.account != source.account {
                let message = "All assets of a transfer must belong to the same account.";
                return Err(refuse(ErrorCode::InvalidInput, message));
            }
            // The other account's addresses have nothing to do with the earlier order.
            plan.target.push(OrderPlan {
                account: request.target,
                earlier_order: None,
                lines: source.lines.iter().filter_map(arriving).collect(),
                ..source.clone()
            });
            plan.source.push(source);
        }
        let lines: usize = plan.source.iter().map(|plan| plan.lines.len()).sum();
        if lines > MOST_LINES {
            let message = format!("A transfer has {MOST_LINES} line items at most.");
            return Err(refuse(ErrorCode::LimitExceeded, &message));
        }
        Ok(plan)
    }
}

/// The line that brings what another one takes away: as many units, for the same amount. Components that stay
/// have none.
fn arriving(leaving: &PlannedLine) -> Option<PlannedLine> {
    leaving.subtype?;
    let amount = leaving.slices.iter().fold(Decimal::ZERO, |sum, slice| sum.saturating_sub(slice.amount));
    let units = leaving.slices.iter().fold(Decimal::ZERO, |sum, slice| sum.saturating_add(slice.quantity));
    let worth = leaving.slices.iter().fold(Decimal::ZERO, |sum, slice| {
        sum.saturating_add(slice.quantity.saturating_mul(slice.unit_price))
    });
    let price = if units.is_zero() { Decimal::ZERO } else { cents(worth / units) };
    let mut values = leaving.values.clone();
    // The selling of units to another account is none of the kinds of pricing.
    values.retain(|(name, _)| *name != "PricingTransactionType");
    let quantity =
        values.iter().find(|(name, _)| *name == "Quantity").and_then(|(_, value)| value.as_number())?;
    values.extend([
        ("Quantity", (-quantity).normalize().into()),
        ("StartQuantity", Decimal::ZERO.into()),
        ("EndQuantity", (-quantity).normalize().into()),
        ("UnitPrice", price.into()),
        ("NetUnitPrice", price.into()),
        ("TotalLineAmount", amount.normalize().into()),
        ("NetTotalPrice", amount.normalize().into()),
    ]);
    // One part is what the line's own price says; of several the average need not give the sum.
    let slices = match &*leaving.slices {
        [_] => Vec::new(),
        several => several.iter().map(turned).collect(),
    };
    Some(PlannedLine { action: "Add", subtype: Some("TransferTo"), values, slices, ..leaving.clone() })
}

fn turned(slice: &Slice) -> Slice {
    Slice { quantity: -slice.quantity, amount: (-slice.amount).normalize(), ..*slice }
}

/// What ties the two sides together, as the header of either names the other.
pub(super) fn tie(other: RecordId) -> Vec<(&'static str, Value)> {
    vec![
        ("RelatedOrderId", other.into()),
        ("RelatedOrderType", Value::text("TransferOrder")),
        ("RelatedQuoteId", other.into()),
        ("RelatedQuoteType", Value::text("TransferQuote")),
    ]
}
