//! Delete and undelete: the Recycle Bin, cascades, and the lookups that are cleared.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, RecordKey, RecordView, Reply, Value,
    access::WriteKind,
    catalog::{Catalog, Kind, SObjectDef, Slot, SupportedCall},
    ctx::Ctx,
};

use super::{coerce::coerce, references::unknown_key};

/// What a deletion does: which records go, in order, and which lookups are cleared.
#[derive(Default)]
struct Deletion {
    seen: BTreeSet<RecordId>,
    records: Vec<RecordId>,
    cleared: Vec<(RecordId, Slot)>,
}

impl Org {
    /// Moves a record to the Recycle Bin, and with it what cascades.
    ///
    /// # Errors
    ///
    /// `ENTITY_IS_DELETED` and `INVALID_CROSS_REFERENCE_KEY` for the record itself, `DELETE_FAILED` when others
    /// forbid it, and what the rules of the objects answer.
    pub(crate) fn delete(&mut self, ctx: &Ctx, object: &str, key: &RecordKey) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = Self::visible_object(&catalog, ctx, object)?;
        // There are no records of events that could be found or missed.
        if def.kind == Kind::PlatformEvent {
            self.check_write(ctx, def, WriteKind::Delete)?;
        }
        let id = match key {
            RecordKey::Id(id) => id.parse::<RecordId>().map_err(|_| unknown_key(id))?,
            RecordKey::External(field, value) => {
                let field = def
                    .field_in(field, ctx.version)
                    .filter(|field| field.external_id || field.id_lookup)
                    .ok_or_else(|| unknown_key(field))?;
                let typed = coerce(field, &crate::Input::Text(value.clone()), crate::Position::default())?;
                let found = self.records_by_key(def, field, &typed)?;
                match *found {
                    [] => return Err(ApiError::not_found()),
                    [id] => id,
                    _ => return Ok(Reply::MultipleChoices(Arc::clone(&def.name), found)),
                }
            }
        };
        self.delete_record(ctx, def, id)?;
        Ok(Reply::Done)
    }

    /// Deletes the record with this id on behalf of a client.
    ///
    /// # Errors
    ///
    /// As for [`Org::delete`].
    pub(crate) fn delete_record(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: RecordId,
    ) -> Result<(), ApiError> {
        let none = std::iter::empty::<&str>;
        match self.store.view(def.index, id) {
            None if self.catalog.object_of(id).is_some_and(|own| own.index == def.index) => {
                let message = "invalid cross reference id";
                return Err(ApiError::dml(ErrorCode::InvalidCrossReferenceKey, message, none()).on_row());
            }
            None => return Err(ApiError::not_found()),
            Some(record) if record.is_deleted() => {
                return Err(ApiError::dml(ErrorCode::EntityIsDeleted, "entity is deleted", none()).on_row());
            }
            Some(_) => {}
        }
        self.check_write(ctx, def, WriteKind::Delete)?;
        self.strike_record(ctx, def, Some(id), "Delete")?;
        self.remove(ctx, def, id)
    }

    /// Deletes a record on behalf of the platform itself: no permissions, no deletable flags. What cascades goes
    /// with it, and rules apply as ever.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when there is no such record, `DELETE_FAILED` when others forbid it.
    pub(crate) fn system_delete(&mut self, ctx: &Ctx, id: RecordId) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = catalog.object_of(id).filter(|_| self.store.live(id).is_some());
        self.remove(ctx, def.ok_or_else(ApiError::not_found)?, id)
    }

    /// Moves a record that nothing depends on to the Recycle Bin on behalf of the platform itself. Lookups that name
    /// it go on to do so.
    ///
    /// # Errors
    ///
    /// What the rules of its object answer.
    pub(crate) fn retire(&mut self, ctx: &Ctx, id: RecordId) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        match self.store.live(id) {
            Some(_) => {
                self.bin(ctx, &catalog, id, id)?;
                self.roll_up_removed(ctx, &catalog, id)
            }
            None => Ok(()),
        }
    }

    fn remove(&mut self, ctx: &Ctx, def: &SObjectDef, id: RecordId) -> Result<(), ApiError> {
        let mut deletion = Deletion::default();
        let catalog = Arc::clone(&self.catalog);
        self.plan_deletion(ctx, &catalog, def, id, &mut deletion)?;
        for (child, slot) in deletion.cleared {
            if let Some(child_def) = catalog.object_of(child)
                && !deletion.seen.contains(&child)
            {
                self.clear_lookup(ctx, child_def, child, slot)?;
            }
        }
        for gone in &deletion.records {
            self.bin(ctx, &catalog, *gone, id)?;
        }
        // Parents that went with their records keep what they told of them.
        for gone in deletion.records {
            self.roll_up_removed(ctx, &catalog, gone)?;
        }
        Ok(())
    }

    /// Collects what goes with `id`; children before their parents.
    fn plan_deletion(
        &self,
        ctx: &Ctx,
        catalog: &Catalog,
        def: &SObjectDef,
        id: RecordId,
        deletion: &mut Deletion,
    ) -> Result<(), ApiError> {
        if !deletion.seen.insert(id) {
            return Ok(());
        }
        if let Some(view) = self.store.live(id) {
            for before_delete in self.rules.of(def).iter().filter_map(|rule| rule.before_delete) {
                before_delete(self, ctx, view)?;
            }
        }
        let mut blocking: Vec<(&SObjectDef, String)> = Vec::new();
        for link in &def.child_relationships {
            let child_def = catalog.object(link.child);
            for child in self.store.live_children(child_def, link.field, id) {
                if link.cascade_delete {
                    self.plan_deletion(ctx, catalog, child_def, child.id(), deletion)?;
                } else if link.restricted_delete {
                    blocking.push((child_def, name_of(child)));
                } else {
                    deletion.cleared.push((child.id(), link.field));
                }
            }
        }
        if let Some((kind, _)) = blocking.first() {
            let name = self.store.view(def.index, id).map(name_of).unwrap_or_default();
            // One refusal names the records of one object, each once.
            let mut names: Vec<&str> = Vec::new();
            for (other, name) in &blocking {
                if other.index == kind.index && !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            let message = format!(
                "Your attempt to delete {name} could not be completed because it is associated with the following {}.: {}",
                kind.label_plural.to_lowercase(),
                names.join(", ")
            );
            return Err(ApiError::dml(ErrorCode::DeleteFailed, message, std::iter::empty::<&str>()));
        }
        deletion.records.push(id);
        Ok(())
    }

    fn bin(&mut self, ctx: &Ctx, catalog: &Catalog, id: RecordId, root: RecordId) -> Result<(), ApiError> {
        let Some(def) = catalog.object_of(id) else { return Ok(()) };
        let Some(old) = self.store.draft(def.index, id) else { return Ok(()) };
        if def.system.is_deleted.is_none() {
            self.store.erase(def.index, id);
        } else {
            self.set_deleted(ctx, def, &old, true);
            self.store.note_deleted(id, root, ctx.now.floor_second());
        }
        self.after_delete(ctx, def, &old)
    }

    /// Takes a record that was moved to the Recycle Bin out of the summaries of its parents.
    fn roll_up_removed(&mut self, ctx: &Ctx, catalog: &Catalog, id: RecordId) -> Result<(), ApiError> {
        let Some(def) = catalog.object_of(id) else { return Ok(()) };
        let Some(logic) = def.logic.as_deref().filter(|logic| !logic.feeds.is_empty()) else { return Ok(()) };
        let Some(gone) = self.store.draft(def.index, id) else { return Ok(()) };
        let mut live = gone.clone();
        live.set_opt(def.system.is_deleted, Value::Bool(false));
        self.roll_up(ctx, def, logic, Some(&live), Some(&gone))
    }

    fn set_deleted(&mut self, ctx: &Ctx, def: &SObjectDef, old: &Record, deleted: bool) {
        let mut record = old.clone();
        let now = Value::DateTime(ctx.now.floor_second());
        record.set_opt(def.system.is_deleted, Value::Bool(deleted));
        record.set_opt(def.system.last_modified_date, now.clone());
        record.set_opt(def.system.system_modstamp, now);
        record.set_opt(def.system.last_modified_by_id, Value::Id(ctx.user));
        self.store.put(def.index, record);
    }

    fn after_delete(&mut self, ctx: &Ctx, def: &SObjectDef, record: &Record) -> Result<(), ApiError> {
        for after_delete in self.rules.of(def).iter().filter_map(|rule| rule.after_delete) {
            after_delete(self, ctx, record)?;
        }
        Ok(())
    }

    /// Brings records back, each alone: one that cannot come back does not keep the others.
    pub(crate) fn undelete(&mut self, ctx: &Ctx, ids: &[Box<str>]) -> Reply {
        let mut outcomes = Vec::with_capacity(ids.len());
        for id in ids {
            let savepoint = self.store.savepoint();
            let outcome = self.undelete_record(ctx, id);
            if outcome.is_err() {
                self.store.rollback(savepoint);
            }
            outcomes.push(outcome);
        }
        Reply::Undeleted(outcomes)
    }

    fn undelete_record(&mut self, ctx: &Ctx, id: &str) -> Result<RecordId, ApiError> {
        let none = std::iter::empty::<&str>;
        let invalid =
            || ApiError::dml(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id", none());
        let catalog = Arc::clone(&self.catalog);
        let parsed = id
            .parse::<RecordId>()
            .map_err(|_| ApiError::dml(ErrorCode::MalformedId, format!("malformed id {id}"), none()))?;
        let def =
            catalog.object_of(parsed).filter(|def| ctx.access.object(def.index).read).ok_or_else(invalid)?;
        if !def.supports(SupportedCall::Undelete) {
            let message = format!("entity type cannot be undeleted: {}", def.label);
            return Err(ApiError::dml(ErrorCode::CannotInsertUpdateActivateEntity, message, none()));
        }
        if !self.store.view(def.index, parsed).is_some_and(|record| record.is_deleted()) {
            return Err(invalid());
        }
        self.strike_record(ctx, def, Some(parsed), "Undelete")?;
        self.system_undelete(ctx, parsed)?;
        Ok(parsed)
    }

    /// Brings a record back from the Recycle Bin on behalf of the platform itself, and with it what went with
    /// it.
    ///
    /// # Errors
    ///
    /// `DUPLICATE_VALUE`, and what the rules of the objects answer.
    pub(crate) fn system_undelete(&mut self, ctx: &Ctx, root: RecordId) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let mut summed = Vec::new();
        for id in self.store.take_from_bin(root) {
            let Some(def) = catalog.object_of(id) else { continue };
            let Some(old) = self.store.draft(def.index, id) else { continue };
            self.check_unique(def, &old)?;
            self.set_deleted(ctx, def, &old, false);
            self.after_delete(ctx, def, &old)?;
            if let Some(logic) = def.logic.as_deref().filter(|logic| !logic.feeds.is_empty()) {
                summed.push((def, logic, old));
            }
        }
        for (def, logic, back) in summed {
            self.roll_up_anew(ctx, def, logic, &back)?;
        }
        Ok(())
    }
}

fn name_of(record: RecordView<'_>) -> String {
    record.at_opt(record.object.system.name).as_text().map_or_else(|| record.id().to_string(), str::to_owned)
}
