//! Reading one record, one blob, and the list of recently used records.

use std::sync::Arc;

use crate::{
    ApiError, Input, Org, Position, RecordId, RecordKey, Reply, Row, ValueRef,
    catalog::{FieldType, SObjectDef, SupportedCall},
    ctx::Ctx,
    write::{coerce, unknown_key},
};

use super::row::RowShape;

impl Org {
    /// Reads a record by id or external id.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the object, the key field or the record does not exist; `INVALID_FIELD` for unknown fields.
    pub(crate) fn retrieve(
        &mut self,
        ctx: &Ctx,
        object: &str,
        key: &RecordKey,
        fields: Option<&[Box<str>]>,
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = Self::visible_object(&catalog, ctx, object)?;
        if !def.supports(SupportedCall::Retrieve) {
            return Err(ApiError::not_found());
        }
        let id = match key {
            RecordKey::Id(text) => {
                let id = text.parse::<RecordId>().map_err(|_| unknown_key(text))?;
                self.store.view(def.index, id).filter(|record| !record.is_deleted()).map(|record| record.id())
            }
            RecordKey::External(field, value) => {
                let key = def
                    .field_in(field, ctx.version)
                    .filter(|field| field.external_id || field.id_lookup)
                    .ok_or_else(|| unknown_key(field))?;
                let typed = coerce(key, &Input::Text(value.clone()), Position::default())?;
                let found = self.records_by_key(def, key, &typed)?;
                if found.len() > 1 {
                    return Ok(Reply::MultipleChoices(Arc::clone(&def.name), found));
                }
                found.first().copied()
            }
        };
        let id = id.ok_or_else(|| ApiError::not_found().on_row())?;
        self.row_by_id(ctx, def, id, fields).map(|row| Reply::Row(Box::new(row)))
    }

    /// The shape of a row with the named fields, or of a whole one.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` for unknown fields.
    pub(super) fn shape(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        fields: Option<&[Box<str>]>,
    ) -> Result<Arc<RowShape>, ApiError> {
        match fields {
            None => Ok(self.whole_shape(ctx, def)),
            Some(names) => RowShape::named(ctx, def, names).map(Arc::new),
        }
    }

    /// A live record as a row.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when it is not there, `INVALID_FIELD` for unknown fields.
    pub(super) fn row_by_id(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: RecordId,
        fields: Option<&[Box<str>]>,
    ) -> Result<Row, ApiError> {
        let shape = self.shape(ctx, def, fields)?;
        let view = self
            .store
            .live(id)
            .filter(|view| view.object.index == def.index)
            .ok_or_else(|| ApiError::not_found().on_row())?;
        Ok(self.row_of(ctx, view, &shape))
    }

    /// Reads a blob.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the record or its blob does not exist.
    pub(crate) fn retrieve_blob(
        &self,
        ctx: &Ctx,
        object: &str,
        id: &str,
        field: &str,
    ) -> Result<Reply, ApiError> {
        let def = Self::visible_object(&self.catalog, ctx, object)?;
        let field = def
            .field_in(field, ctx.version)
            .filter(|field| {
                field.field_type == FieldType::Base64 && ctx.access.can_read_field(def.index, field.slot)
            })
            .ok_or_else(ApiError::not_found)?;
        let id = id.parse::<RecordId>().map_err(|_| unknown_key(id))?;
        let view = self
            .store
            .live(id)
            .filter(|view| view.object.index == def.index)
            .ok_or_else(ApiError::not_found)?;
        let ValueRef::Blob(content) = view.at(field.slot) else { return Err(ApiError::not_found()) };
        let content_type = match view.get("ContentType") {
            ValueRef::Text(content_type) => Some(content_type.into()),
            _ => None,
        };
        Ok(Reply::Blob { content: Arc::clone(content), content_type })
    }

    /// The user's recently used records, newest first.
    pub(crate) fn recent(&self, ctx: &Ctx, limit: Option<u32>) -> Reply {
        let limit = limit.map_or(200, |limit| limit.min(200)) as usize;
        let rows = self.recent_rows(ctx, None).take(limit).collect();
        Reply::Recent(rows)
    }

    /// Recently used records as rows of Id and name, of one object or of all.
    pub(crate) fn recent_rows<'a>(
        &'a self,
        ctx: &'a Ctx,
        only: Option<&'a SObjectDef>,
    ) -> impl Iterator<Item = Row> + 'a {
        self.recents
            .iter()
            .rev()
            .filter(|(user, _)| *user == ctx.user)
            .filter_map(|(_, id)| self.store.live(*id))
            .filter(move |view| {
                only.is_none_or(|only| only.index == view.object.index)
                    && view.object.versions.contains(ctx.version)
                    && ctx.access.object(view.object.index).read
            })
            .map(|view| {
                let slots = [view.object.system.id, view.object.system.name];
                self.row_of(ctx, view, &RowShape::of(view.object, slots.into_iter().flatten()))
            })
    }
}
