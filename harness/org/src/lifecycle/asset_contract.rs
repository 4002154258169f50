//! AssetContractRelationship: which contract governs an asset, and since when.

use super::{asset_action::action_of_line, order_to_asset::OrderLine, periods::end_of_day};
use crate::{ApiError, Org, RecordId, Timestamp, Value, ctx::Ctx};

impl Org {
    /// Ties an asset to the contract of the order that made it. The tie covers the life of the asset, but no
    /// more than that of the contract.
    ///
    /// Assets are tied when they are made and when they are renewed, once to each contract, and only to
    /// contracts that an AppUsageAssignment marks as those of revenue life-cycle management. Source: Salesforce
    /// Help, Create Asset Contract Relationships, Asset Lifecycle Considerations.
    ///
    /// # Errors
    ///
    /// Those of creating the relationship.
    pub(super) fn tie_to_contract(
        &mut self,
        ctx: &Ctx,
        line: OrderLine,
        asset: RecordId,
    ) -> Result<(), ApiError> {
        let contract = self.store.live(line.order).and_then(|order| order.get("ContractId").as_id());
        let Some(contract) = contract.filter(|contract| self.is_lifecycle_record(*contract)) else {
            return Ok(());
        };
        let covers =
            action_of_line(self, line.line).and_then(|id| self.store.live(id)).is_some_and(|action| {
                let text = |field| action.get(field).as_text();
                text("Type") == Some("Generate") || text("CategoryEnum") == Some("Renewals")
            });
        let known = self.catalog.find_any("AssetContractRelationship").is_some();
        if !known || !covers || self.relationships_of(asset).any(|(tied, _)| tied == contract) {
            return Ok(());
        }
        let periods = self.periods(asset);
        let Some(first) = periods.first() else { return Ok(()) };
        let (start, end) = (first.start, periods.last().and_then(|period| period.end));
        let last_day = self.store.live(contract).and_then(|contract| contract.get("EndDate").as_date());
        // A contract that is over governs nothing.
        if last_day.is_some_and(|day| end_of_day(day) < start) {
            return Ok(());
        }
        let values: Vec<(&str, Value)> = vec![
            ("AssetId", asset.into()),
            ("ContractId", contract.into()),
            ("StartDate", start.into()),
            ("EndDate", end.into_iter().chain(last_day.map(end_of_day)).min().into()),
        ];
        self.system_create(ctx, "AssetContractRelationship", values).map(drop)
    }

    /// The contract that governs an asset: that of the relationship which starts last.
    pub(super) fn contract_of(&self, asset: RecordId) -> Option<RecordId> {
        self.relationships_of(asset).max_by_key(|(_, start)| *start).map(|(contract, _)| contract)
    }

    /// The contracts that an asset is tied to, each with the start of the tie.
    fn relationships_of(&self, asset: RecordId) -> impl Iterator<Item = (RecordId, Option<Timestamp>)> {
        let rows = self.children_of("AssetContractRelationship", "AssetId", asset);
        rows.into_iter().filter_map(|id| {
            let row = self.store.live(id)?;
            let contract = row.get("ContractId").as_id()?;
            self.store.live(contract)?;
            Some((contract, row.get("StartDate").as_datetime()))
        })
    }
}
