//! The periods of an asset as they were before its last change, so that the change can be rolled back.
//!
//! The rows themselves tell too little: a change writes over some of them. So every change that can be rolled
//! back keeps what was there, beside the tables and apart from what clients see. Of an asset only the
//! last action can be rolled back, so only its rows are kept.

use std::sync::Arc;

use super::asset_action::AssetChange;
use crate::{
    ApiError, Org, Record, RecordId, Value,
    catalog::{FieldDef, SObjectDef, Slot},
    ctx::Ctx,
};

impl Org {
    /// The rows of an asset's periods.
    pub(super) fn period_rows(&self, asset: RecordId) -> Vec<Record> {
        let rows = self.children_of("AssetStatePeriod", "AssetId", asset);
        rows.into_iter().filter_map(|id| Some(self.store.live(id)?.to_record())).collect()
    }

    /// Enters a change that can be rolled back into the ledger. `before` are the rows of the asset's periods as
    /// they were before it.
    ///
    /// # Errors
    ///
    /// As for entering a change.
    pub(super) fn enter_reversible(
        &mut self,
        ctx: &Ctx,
        change: &AssetChange,
        before: Vec<Record>,
    ) -> Result<(), ApiError> {
        let earlier = self.children_of("AssetAction", "AssetId", change.asset);
        let action = self.enter_change(ctx, change)?;
        for earlier in earlier {
            // What is on its way to another account is kept until it arrives.
            let row = self.store.live(earlier);
            let given = row.is_some_and(|row| row.get("Subtype").as_text() == Some("TransferFrom"));
            if !given && self.store.kept(earlier).is_some() {
                self.store.keep(earlier, None);
            }
        }
        self.store.keep(action, Some(before));
        Ok(())
    }

    /// Puts the periods of an asset back to what they were: rows that came go, rows that went come back, and
    /// rows that changed get their values back. Each keeps its id.
    ///
    /// # Errors
    ///
    /// Those of saving the records.
    pub(super) fn restore_periods(
        &mut self,
        ctx: &Ctx,
        asset: RecordId,
        rows: &[Record],
    ) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any("AssetStatePeriod") else { return Ok(()) };
        for id in self.children_of("AssetStatePeriod", "AssetId", asset) {
            if !rows.iter().any(|row| row.id() == id) {
                self.system_delete(ctx, id)?;
            }
        }
        for row in rows {
            let id = row.id();
            let values = own_values(def, row);
            match self.store.draft(def.index, id) {
                None => {
                    self.insert_with_id(ctx, def, id, &values)?;
                    continue;
                }
                Some(now) if now.is_deleted(def) => self.system_undelete(ctx, id)?,
                Some(_) => {}
            }
            let same = |now: &Record| values.iter().all(|(slot, value)| now.get(*slot) == value);
            if !self.store.draft(def.index, id).is_some_and(|now| same(&now)) {
                self.change(ctx, def, id, &values)?;
            }
        }
        Ok(())
    }

    /// Gives an asset a period like one of another asset.
    ///
    /// # Errors
    ///
    /// Those of creating the record.
    pub(super) fn copy_period(&mut self, ctx: &Ctx, row: &Record, asset: RecordId) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any("AssetStatePeriod") else { return Ok(()) };
        let mut values = own_values(def, row);
        if let Some(slot) = def.slot("AssetId") {
            values.retain(|(own, _)| *own != slot);
            values.push((slot, asset.into()));
        }
        self.insert(ctx, def, &values).map(drop)
    }
}

/// The values of a record but for those that the platform gives every record.
fn own_values(def: &SObjectDef, row: &Record) -> Vec<(Slot, Value)> {
    let system = &def.system;
    let given = [
        system.id,
        system.is_deleted,
        system.created_date,
        system.created_by_id,
        system.last_modified_date,
        system.last_modified_by_id,
        system.system_modstamp,
    ];
    let own = |field: &&FieldDef| !field.auto_number && !given.contains(&Some(field.slot));
    def.fields.iter().filter(own).map(|field| (field.slot, row.get(field.slot).clone())).collect()
}
