//! Following relationships from a record: parents upwards, children at the end.

use std::sync::Arc;

use crate::{
    ApiError, FieldInput, Org, QueryPage, RecordId, Reply,
    catalog::{Catalog, ChildRelationship, SObjectDef},
    ctx::Ctx,
    write::unknown_key,
};

/// Where a path of relationships ends.
enum End<'c> {
    /// At a record.
    Record(&'c SObjectDef, RecordId),
    /// At the children of a record.
    Children(RecordId, &'c ChildRelationship),
}

impl Org {
    /// Reads what lies at the end of a path of relationships: a record, or a page of children.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the record, a relationship or a parent does not exist.
    pub(crate) fn retrieve_related(
        &mut self,
        ctx: &Ctx,
        object: &str,
        id: &str,
        path: &[Box<str>],
        fields: Option<&[Box<str>]>,
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        match self.follow(ctx, &catalog, object, id, path)? {
            End::Record(def, id) => Ok(Reply::Row(Box::new(self.row_by_id(ctx, def, id, fields)?))),
            End::Children(parent, link) => {
                let child_def = catalog.object(link.child);
                let shape = self.shape(ctx, child_def, fields)?;
                let rows: Vec<_> = self
                    .store
                    .live_children(child_def, link.field, parent)
                    .map(|view| self.row_of(ctx, view, &shape))
                    .collect();
                Ok(Reply::Page(Box::new(QueryPage { total_size: rows.len() as u64, next: None, rows })))
            }
        }
    }

    /// Changes the record at the end of a path of parent relationships.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` as for reading; then as for update.
    pub(crate) fn update_related(
        &mut self,
        ctx: &Ctx,
        object: &str,
        id: &str,
        path: &[Box<str>],
        fields: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let (def, id) = self.parent_at(ctx, &catalog, object, id, path)?;
        self.update_record(ctx, def, id, fields, None)?;
        Ok(Reply::Done)
    }

    /// Deletes the record at the end of a path of parent relationships.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` as for reading; then as for delete.
    pub(crate) fn delete_related(
        &mut self,
        ctx: &Ctx,
        object: &str,
        id: &str,
        path: &[Box<str>],
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let (def, id) = self.parent_at(ctx, &catalog, object, id, path)?;
        self.delete_record(ctx, def, id)?;
        Ok(Reply::Done)
    }

    fn parent_at<'c>(
        &self,
        ctx: &Ctx,
        catalog: &'c Catalog,
        object: &str,
        id: &str,
        path: &[Box<str>],
    ) -> Result<(&'c SObjectDef, RecordId), ApiError> {
        match self.follow(ctx, catalog, object, id, path)? {
            End::Record(def, id) => Ok((def, id)),
            End::Children(..) => Err(ApiError::not_found()),
        }
    }

    fn follow<'c>(
        &self,
        ctx: &Ctx,
        catalog: &'c Catalog,
        object: &str,
        id: &str,
        path: &[Box<str>],
    ) -> Result<End<'c>, ApiError> {
        const LEVELS: usize = 5;
        if path.len() > LEVELS {
            return Err(ApiError::not_found());
        }
        let def = Self::visible_object(catalog, ctx, object)?;
        let id = id.parse::<RecordId>().map_err(|_| unknown_key(id))?;
        let mut view = self
            .store
            .live(id)
            .filter(|view| view.object.index == def.index)
            .ok_or_else(ApiError::not_found)?;
        for (at, name) in path.iter().enumerate() {
            if let Some(field) = view.object.parent_relationship(name, ctx.version)
                && ctx.access.can_read_field(view.object.index, field.slot)
            {
                view = view
                    .at(field.slot)
                    .as_id()
                    .and_then(|parent| self.store.live(parent))
                    .filter(|parent| ctx.access.object(parent.object.index).read)
                    .ok_or_else(ApiError::not_found)?;
            } else if let Some(link) = catalog.object(view.object.index).child_relationship(name)
                && at + 1 == path.len()
                && self.child_is_visible(ctx, catalog, link)
            {
                return Ok(End::Children(view.id(), link));
            } else {
                return Err(ApiError::not_found());
            }
        }
        Ok(End::Record(catalog.object(view.object.index), view.id()))
    }

    /// Whether the user sees the children of a relationship in this version.
    pub(crate) fn child_is_visible(&self, ctx: &Ctx, catalog: &Catalog, link: &ChildRelationship) -> bool {
        let child = catalog.object(link.child);
        child.versions.contains(ctx.version)
            && child.at(link.field).versions.contains(ctx.version)
            && ctx.access.object(link.child).read
    }
}
