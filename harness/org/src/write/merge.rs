//! Merge: two or three records of a kind become one.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    ApiError, ErrorCode, FieldInput, Org, RecordId, Reply, Value,
    access::WriteKind,
    catalog::{SObjectDef, SupportedCall},
    ctx::Ctx,
};

/// How many records a master can take in at once.
const MOST_MERGED: usize = 2;

/// A merge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeRequest {
    /// The object.
    pub object: Box<str>,
    /// The record that stays, by id.
    pub master: Box<str>,
    /// Values that it gets on the way.
    pub fields: Vec<FieldInput>,
    /// The one or two records that are merged into it, by id.
    pub merged: Vec<Box<str>>,
}

/// What a merge has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The record that stays.
    pub id: RecordId,
    /// The records that went to the Recycle Bin.
    pub merged: Vec<RecordId>,
    /// The records that now belong to the master.
    pub updated_related: Vec<RecordId>,
}

impl Org {
    /// Merges records into a master: what belonged to them belongs to it, and they go to the Recycle Bin, where
    /// they name it as `MasterRecordId`.
    ///
    /// # Errors
    ///
    /// `INVALID_TYPE` and `CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY` for the object, `MALFORMED_ID`,
    /// `INVALID_CROSS_REFERENCE_KEY` and `ENTITY_IS_DELETED` for the records, `EXCEEDED_ID_LIMIT`, and those of an
    /// update of the master.
    pub(crate) fn merge(&mut self, ctx: &Ctx, request: &MergeRequest) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = Self::visible_object(&catalog, ctx, &request.object)?;
        if !def.supports(SupportedCall::Merge) {
            let message = format!("entity type cannot be merged: {}", def.label);
            return Err(refusal(ErrorCode::CannotInsertUpdateActivateEntity, &message));
        }
        if !(1..=MOST_MERGED).contains(&request.merged.len()) {
            let message =
                format!("between one and {MOST_MERGED} records can be merged into the master record");
            return Err(refusal(ErrorCode::ExceededIdLimit, &message));
        }
        let master = self.record_to_merge(def, &request.master)?;
        let mut merged = Vec::with_capacity(request.merged.len());
        for id in &request.merged {
            let id = self.record_to_merge(def, id)?;
            if id == master || merged.contains(&id) {
                return Err(refusal(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id"));
            }
            merged.push(id);
        }
        self.check_write(ctx, def, WriteKind::Update)?;
        self.check_write(ctx, def, WriteKind::Delete)?;
        self.strike_record(ctx, def, Some(master), "Merge")?;
        let mut updated_related = Vec::new();
        for id in &merged {
            self.move_related(ctx, def, (*id, master), &merged, &mut updated_related)?;
        }
        for id in &merged {
            if let Some(slot) = def.slot("MasterRecordId") {
                self.change(ctx, def, *id, &[(slot, Value::Id(master))])?;
            }
            self.retire(ctx, *id)?;
        }
        // Last, so that it may take unique values over from the others.
        if request.fields.is_empty() {
            self.change(ctx, def, master, &[])?;
        } else {
            self.update_record(ctx, def, master, &request.fields, None)?;
        }
        self.touch(ctx.user, master);
        Ok(Reply::Merged(Merge { id: master, merged, updated_related }))
    }

    /// The live record of this id and object.
    fn record_to_merge(&self, def: &SObjectDef, id: &str) -> Result<RecordId, ApiError> {
        let parsed = id
            .parse::<RecordId>()
            .map_err(|_| refusal(ErrorCode::MalformedId, &format!("malformed id {id}")))?;
        match self.store.view(def.index, parsed) {
            None => Err(refusal(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id")),
            Some(record) if record.is_deleted() => {
                Err(refusal(ErrorCode::EntityIsDeleted, "entity is deleted"))
            }
            Some(record) => Ok(record.id()),
        }
    }

    /// Gives what belongs to one record to another.
    fn move_related(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        (from, to): (RecordId, RecordId),
        leaving: &[RecordId],
        moved: &mut Vec<RecordId>,
    ) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        for link in &def.child_relationships {
            let child_def = catalog.object(link.child);
            if child_def.at(link.field).name.eq_ignore_ascii_case("MasterRecordId") {
                continue;
            }
            let children: Vec<RecordId> =
                self.store.live_children(child_def, link.field, from).map(|child| child.id()).collect();
            for child in children {
                if leaving.contains(&child) {
                    continue;
                }
                // A record cannot be its own parent.
                let parent = if child == to { Value::Null } else { Value::Id(to) };
                self.change(ctx, child_def, child, &[(link.field, parent)])?;
                if !moved.contains(&child) {
                    moved.push(child);
                }
            }
        }
        Ok(())
    }
}

fn refusal(code: ErrorCode, message: &str) -> ApiError {
    ApiError::dml(code, message, std::iter::empty::<&str>())
}
