//! What all three calls write: the entry in the ledger, where it comes from, and the periods from there on.

use super::{
    super::asset_action::total_amount,
    members::Operation,
    periods::Span,
    read::{Part, Request},
};
use crate::{ApiError, AssetLifecycleReply, Org, RecordId, Reply, Value, ctx::Ctx};

impl Org {
    /// Writes what a request says about an asset, and deletes the periods that it replaces.
    ///
    /// # Errors
    ///
    /// `MOCKORG_NOT_MODELLED` when the catalog lacks the objects.
    pub(super) fn enter_lifecycle(
        &mut self,
        ctx: &Ctx,
        (asset, operation): (RecordId, Operation),
        request: Request,
        spans: &[Span],
        replaced: &[RecordId],
    ) -> Result<Reply, ApiError> {
        let Request { periods, action, sources, .. } = request;
        let asset_action = self.enter_action(ctx, (asset, operation), action)?;
        let mut asset_action_sources = Vec::with_capacity(sources.len());
        for Part { mut values } in sources {
            let value = |field| values.iter().find(|(name, _)| *name == field).map(|(_, value)| value);
            let item = value("ReferenceEntityItemId").and_then(Value::as_id).map(|id| id.to_string());
            let external = value("ExternalReference").and_then(Value::as_text).map(str::to_owned);
            let reference: Option<Box<str>> = item.or(external).map(Into::into);
            values.push(("AssetActionId", asset_action.into()));
            asset_action_sources.push((self.system_create(ctx, "AssetActionSource", values)?, reference));
        }
        // The body does not say how the asset is billed: that stays.
        let billing = self.period_billing(asset);
        for id in replaced {
            self.system_delete(ctx, *id)?;
        }
        let mut asset_state_periods = Vec::with_capacity(periods.len());
        for Part { mut values } in periods {
            values.extend([("AssetId", asset.into()), ("BillingFrequency", billing.clone())]);
            asset_state_periods.push(self.system_create(ctx, "AssetStatePeriod", values)?);
        }
        let total = total_amount(self, asset, RecordId::LAST);
        let mut stored: Vec<(&str, Value)> = vec![("TotalLifecycleAmount", total.into())];
        if let Some(last) = spans.last() {
            stored.push(("LifecycleEndDate", last.end.into()));
        }
        self.system_update(ctx, asset, stored)?;
        Ok(Reply::AssetLifecycle(AssetLifecycleReply {
            asset,
            asset_action,
            asset_action_sources,
            asset_state_periods,
        }))
    }

    fn enter_action(
        &mut self,
        ctx: &Ctx,
        (asset, operation): (RecordId, Operation),
        Part { mut values }: Part,
    ) -> Result<RecordId, ApiError> {
        let number = |field| {
            let value = values.iter().find(|(name, _)| *name == field);
            value.and_then(|(_, value)| value.as_number()).unwrap_or_default()
        };
        let category = values.iter().find(|(name, _)| *name == "CategoryEnum");
        let category = category.and_then(|(_, value)| value.as_text()).unwrap_or_default();
        let totals = self.totals_after(
            asset,
            (number("QuantityChange"), number("MrrChange")),
            category,
            number("Amount"),
        );
        values.extend(totals);
        values.extend([("AssetId", asset.into()), ("Type", Value::text(operation.action_type()))]);
        self.system_create(ctx, "AssetAction", values)
    }
}
