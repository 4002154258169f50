//! Draft lines that a user changes: a credit belongs to one quantity, start and end, and is worked out anew.

use rust_decimal::Decimal;

use crate::{
    ApiError, Org, Record, RecordId, Timestamp,
    ctx::Ctx,
    lifecycle::{
        change_checks::Change,
        price_layers::{Reduction, Slice},
        renewal_plan::EarlyTerm,
        sales_document::{ORDER, QUOTE, SalesDocument},
        selling_model::SellingModel,
    },
};

/// What a credit depends on, named as on order products.
const BEARING: [&str; 5] = ["EndDate", "NetUnitPrice", "Quantity", "ServiceDate", "ServiceDateTime"];

/// After an order product was saved.
pub(in crate::lifecycle) fn after_order_item(
    org: &mut Org,
    ctx: &Ctx,
    id: RecordId,
    old: Option<&Record>,
) -> Result<(), ApiError> {
    reprice(org, ctx, &ORDER, (id, old))
}

/// After a quote line item was saved.
pub(in crate::lifecycle) fn after_quote_line(
    org: &mut Org,
    ctx: &Ctx,
    id: RecordId,
    old: Option<&Record>,
) -> Result<(), ApiError> {
    reprice(org, ctx, &QUOTE, (id, old))
}

fn reprice(
    org: &mut Org,
    ctx: &Ctx,
    document: &'static SalesDocument,
    (id, old): (RecordId, Option<&Record>),
) -> Result<(), ApiError> {
    let (Some(line), Some(old)) = (org.store.live(id), old) else { return Ok(()) };
    let changed = BEARING.iter().any(|name| {
        let slot = line.object.slot(document.name(name));
        line.at_opt(slot) != *old.get_opt(slot)
    });
    // What has led to an asset is settled, even when its order is a draft again.
    if !changed || org.asset_of_line(id).is_some() {
        return Ok(());
    }
    let details = org.children_of(document.detail, document.name("OrderItemId"), id);
    let Some(slices) = org.credit_of_draft(document, id, !details.is_empty())? else { return Ok(()) };
    for detail in details {
        org.system_delete(ctx, detail)?;
    }
    if slices.is_empty() {
        return Ok(());
    }
    let total = Reduction { slices, mrr: Vec::new() };
    let amount = total.amount();
    org.system_update(ctx, id, vec![("TotalLineAmount", amount.into()), ("NetTotalPrice", amount.into())])?;
    org.write_slices(ctx, document, id, &total.slices)
}

impl Org {
    /// The parts of a draft line's price, when it needs any; `None` for lines that have nothing to do with
    /// credits. `explained` tells whether the line has parts so far.
    ///
    /// # Errors
    ///
    /// Those of the periods that the line touches.
    pub(in crate::lifecycle) fn credit_of_draft(
        &self,
        document: &SalesDocument,
        id: RecordId,
        explained: bool,
    ) -> Result<Option<Vec<Slice>>, ApiError> {
        let Some(line) = self.store.live(id) else { return Ok(None) };
        let action = line.get(document.name("OrderActionId")).as_id().and_then(|id| self.store.live(id));
        let Some(action) = action else { return Ok(None) };
        let asset = action.get("SourceAssetId").as_id().filter(|asset| self.store.live(*asset).is_some());
        let day = line.get(document.name("ServiceDate")).as_date();
        let (Some(asset), Some(day)) = (asset, day) else { return Ok(None) };
        let time = line.get(document.name("ServiceDateTime")).as_datetime().filter(|time| time.date() == day);
        let start = time.unwrap_or_else(|| Timestamp::start_of(day));
        let model = self.selling_model(line.get("ProductSellingModelId").as_id());
        let model = model.unwrap_or(SellingModel::ONCE);
        let quantity = line.get("Quantity").as_number().unwrap_or_default();
        match action.get("Type").as_text() {
            Some("Amend") if quantity < Decimal::ZERO => {
                let touched = self.touched_periods(Change::Amendment, asset, start)?;
                let reduction = self.reduction(asset, &model, (&touched, start), Some(-quantity))?;
                Ok(Some(reduction.slices))
            }
            Some("Cancel") if explained => {
                let touched = self.touched_periods(Change::Cancellation, asset, start)?;
                Ok(Some(self.reduction(asset, &model, (&touched, start), None)?.slices))
            }
            Some("Renew") if explained => {
                let Some(last_day) = line.get("EndDate").as_date() else { return Ok(None) };
                let ended = self.usable_period(asset)?.end.is_none_or(|end| end < start);
                if ended {
                    return Ok(Some(Vec::new()));
                }
                let unit_price = line.get("NetUnitPrice").as_number().unwrap_or_default();
                let term = EarlyTerm { begins: start, last_day, unit_price, quantity };
                self.early_slices(asset, &model, &term).map(Some)
            }
            _ if explained => Ok(Some(Vec::new())),
            _ => Ok(None),
        }
    }
}
