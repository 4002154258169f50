//! What the org says about its objects to one user in one version.

use std::sync::Arc;

use crate::{
    ApiError, DescribeSObject, ObjectSummary, Org, RecordId, RecordTypeInfo, Reply,
    access::WriteKind,
    catalog::{Kind, SObjectDef, SupportedCall},
    ctx::Ctx,
};

impl Org {
    /// Every object that the user sees, ordered by name.
    pub(crate) fn describe_global(&self, ctx: &Ctx) -> Vec<ObjectSummary> {
        self.catalog
            .in_name_order()
            .filter(|def| {
                def.kind != Kind::EventSubObject
                    && def.versions.contains(ctx.version)
                    && ctx.access.object(def.index).read
            })
            .map(|def| self.summary(ctx, def))
            .collect()
    }

    /// One object's entry and the user's recent records of it.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the user sees no such object.
    pub(crate) fn describe_basic(&self, ctx: &Ctx, object: &str) -> Result<Reply, ApiError> {
        let def = Self::visible_object(&self.catalog, ctx, object)?;
        Ok(Reply::DescribeBasic(self.summary(ctx, def), self.recent_rows(ctx, Some(def)).take(25).collect()))
    }

    /// One object in full.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the user sees no such object.
    pub(crate) fn describe(&self, ctx: &Ctx, object: &str) -> Result<Reply, ApiError> {
        let def = Self::visible_object(&self.catalog, ctx, object)?;
        let fields = def
            .fields
            .iter()
            .filter(|field| {
                field.versions.contains(ctx.version)
                    && !field.described().hidden
                    && ctx.access.can_read_field(def.index, field.slot)
            })
            .map(|field| (field.slot.0, ctx.access.can_edit_field(def.index, field.slot)))
            .collect();
        let child_relationships = def
            .child_relationships
            .iter()
            .enumerate()
            .filter(|(_, link)| {
                let child = self.catalog.object(link.child);
                child.versions.contains(ctx.version)
                    && child.at(link.field).versions.contains(ctx.version)
                    && ctx.access.object(child.index).read
                    && ctx.access.can_read_field(child.index, link.field)
            })
            .map(|(place, _)| place)
            .collect();
        Ok(Reply::Describe(Box::new(DescribeSObject {
            summary: self.summary(ctx, def),
            fields,
            child_relationships,
            record_types: self.record_types(def),
        })))
    }

    fn summary(&self, ctx: &Ctx, def: &SObjectDef) -> ObjectSummary {
        let may = |call, kind| def.supports(call) && self.check_write(ctx, def, kind).is_ok();
        ObjectSummary {
            object: Arc::clone(&def.name),
            createable: may(SupportedCall::Create, WriteKind::Create),
            updateable: may(SupportedCall::Update, WriteKind::Update),
            deletable: may(SupportedCall::Delete, WriteKind::Delete),
            undeletable: may(SupportedCall::Undelete, WriteKind::Delete),
        }
    }

    fn record_types(&self, def: &SObjectDef) -> Vec<RecordTypeInfo> {
        if !def.record_types {
            return Vec::new();
        }
        let mut infos: Vec<RecordTypeInfo> = Vec::new();
        if let Some(record_type) = self.catalog.find_any("RecordType") {
            for view in self.store.live_records(record_type) {
                if view.get("SobjectType").as_text() == Some(&def.name) {
                    let text = |name| Arc::from(view.get(name).as_text().unwrap_or_default());
                    infos.push(RecordTypeInfo {
                        id: view.id(),
                        name: text("Name"),
                        developer_name: text("DeveloperName"),
                        active: view.get("IsActive").is_true(),
                        default: def.record_type_definitions.iter().any(|own| {
                            own.default
                                && own.active
                                && view.get("DeveloperName").as_text() == Some(&own.developer_name)
                        }),
                    });
                }
            }
        }
        let master_is_default = !infos.iter().any(|info| info.default);
        infos.push(RecordTypeInfo {
            id: RecordId::MASTER_RECORD_TYPE,
            name: Arc::from("Master"),
            developer_name: Arc::from("Master"),
            active: true,
            default: master_is_default,
        });
        infos
    }

    /// How many live records each object has; unknown names are dropped, no name means every object.
    pub(crate) fn record_count(&self, ctx: &Ctx, objects: &[Box<str>]) -> Vec<(Arc<str>, u64)> {
        let visible = |def: &&SObjectDef| {
            def.kind == Kind::SObject
                && def.versions.contains(ctx.version)
                && ctx.access.object(def.index).read
        };
        let count = |def: &SObjectDef| (Arc::clone(&def.name), self.store.table(def.index).live_len() as u64);
        if objects.is_empty() {
            let all = self.catalog.in_name_order().filter(visible).map(count);
            return all.filter(|(_, count)| *count > 0).collect();
        }
        objects.iter().filter_map(|name| self.catalog.find_any(name)).filter(visible).map(count).collect()
    }
}
