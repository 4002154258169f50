//! What an order line says about its asset.

use rust_decimal::Decimal;

use super::{assetize::refuse, order_item::start_of, periods::end_of_day, selling_model::SellingModel};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, Value, ctx::Ctx};

/// What an order line says about the asset it leads to.
#[derive(Clone, Debug)]
pub(super) struct LineFacts {
    pub(super) line: RecordId,
    pub(super) order: RecordId,
    pub(super) quantity: Decimal,
    /// The price of a unit for one pricing term.
    pub(super) unit_price: Decimal,
    /// The monthly recurring revenue.
    pub(super) mrr: Decimal,
    /// The price of the whole line. A line of quantity 0 has none of its own: it is what the client gave.
    pub(super) amount: Decimal,
    pub(super) start: Timestamp,
    /// The last second; `None` without an end.
    pub(super) end: Option<Timestamp>,
    /// How the product is sold; without a model it is sold once.
    pub(super) model: SellingModel,
    /// Values that a state period takes from the line.
    pub(super) period_values: Vec<(&'static str, Value)>,
}

impl Org {
    /// Reads what a line says about its asset.
    ///
    /// # Errors
    ///
    /// `REQUIRED_FIELD_MISSING` when the line has no start.
    pub(super) fn line_facts(&self, id: RecordId) -> Result<LineFacts, ApiError> {
        let order_id = self.store.live(id).and_then(|line| line.get("OrderId").as_id());
        let (Some(line), Some(order)) = (self.store.live(id), order_id.and_then(|id| self.store.live(id)))
        else {
            return Err(ApiError::not_found());
        };
        let Some(start) = start_of(line, order) else {
            return Err(refuse(ErrorCode::RequiredFieldMissing, "The order product has no start date."));
        };
        let model =
            self.selling_model(line.get("ProductSellingModelId").as_id()).unwrap_or(SellingModel::ONCE);
        let time = line.get("ServiceDateTime").as_datetime().filter(|time| time.date() == start);
        let number = |name| line.get(name).as_number().unwrap_or_default();
        let (quantity, total) = (number("Quantity"), number("TotalPrice"));
        let unit_price = number("NetUnitPrice");
        Ok(LineFacts {
            line: id,
            order: order.id(),
            quantity,
            unit_price,
            mrr: model.mrr(unit_price, quantity),
            amount: if quantity.is_zero() && total.is_zero() { number("NetTotalPrice") } else { total },
            start: time.map_or_else(|| Timestamp::start_of(start), Timestamp::floor_second),
            end: line.get("EndDate").as_date().map(end_of_day),
            model,
            period_values: [
                ("BillingFrequency", "BillingFrequency2"),
                ("Discount", "Discount"),
                ("DiscountAmount", "DiscountAmount"),
                ("LegalEntityId", "LegalEntityId"),
                ("PriceRevisionPolicyId", "PriceRevisionPolicyId"),
                ("UnitPriceUplift", "UnitPriceUplift"),
            ]
            .into_iter()
            .map(|(field, from)| (field, line.get(from).to_value()))
            .collect(),
        })
    }

    /// Gives a line the amount that its asset was found to change by.
    pub(super) fn settle_amount(
        &mut self,
        ctx: &Ctx,
        line: RecordId,
        amount: Decimal,
    ) -> Result<(), ApiError> {
        if self.store.live(line).and_then(|line| line.get("TotalPrice").as_number()) == Some(amount) {
            return Ok(());
        }
        self.system_update(ctx, line, vec![("TotalPrice", amount.into())])
    }
}
