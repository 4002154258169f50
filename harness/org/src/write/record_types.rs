//! Record types: the records that definitions ask for, and the check of the ids that clients give.

use std::sync::Arc;

use crate::{
    ApiError, ErrorCode, Org, RecordId, RecordView, Value,
    catalog::{RecordTypeDefinition, SObjectDef},
    ctx::Ctx,
};

impl Org {
    /// Gives every record type of the definitions its `RecordType` record, or brings that up to date.
    ///
    /// # Errors
    ///
    /// What the platform answers to saving the records.
    pub(crate) fn settle_record_types(&mut self, ctx: &Ctx) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let Some(kind) = catalog.find_any("RecordType") else { return Ok(()) };
        for def in catalog.objects() {
            for own in &def.record_type_definitions {
                let known = self.record_type_record(def, &own.developer_name);
                let Some(record) = known else {
                    let mut values = values(own);
                    values.push(("DeveloperName", Value::text(&own.developer_name)));
                    values.push(("SobjectType", Value::text(&def.name)));
                    self.system_create(ctx, &kind.name, values)?;
                    continue;
                };
                let id = record.id();
                if values(own).into_iter().any(|(name, value)| record.get(name) != value.as_ref()) {
                    self.system_update(ctx, id, values(own))?;
                }
            }
        }
        Ok(())
    }

    /// The record of a record type.
    pub(crate) fn record_type_record(&self, def: &SObjectDef, name: &str) -> Option<RecordView<'_>> {
        let kind = self.catalog.find_any("RecordType")?;
        self.store.live_records(kind).find(|record| {
            record.get("SobjectType").as_text() == Some(&def.name)
                && record.get("DeveloperName").as_text() == Some(name)
        })
    }

    /// Checks that an id is that of an active record type of the object.
    ///
    /// # Errors
    ///
    /// `INVALID_CROSS_REFERENCE_KEY`.
    pub(super) fn check_record_type(&self, def: &SObjectDef, id: RecordId) -> Result<(), ApiError> {
        if id == RecordId::MASTER_RECORD_TYPE {
            return Ok(());
        }
        let suits = self.store.live(id).is_some_and(|record| {
            &*record.object.name == "RecordType"
                && record.get("SobjectType").as_text() == Some(&def.name)
                && record.get("IsActive").is_true()
        });
        if suits {
            return Ok(());
        }
        let message = format!("Record Type ID: this ID value isn't valid for the user: {id}");
        Err(ApiError::dml(ErrorCode::InvalidCrossReferenceKey, message, ["RecordTypeId"]))
    }
}

fn values(own: &RecordTypeDefinition) -> Vec<(&'static str, Value)> {
    vec![
        ("Name", Value::text(&own.label)),
        ("IsActive", Value::Bool(own.active)),
        ("Description", own.description.as_ref().map_or(Value::Null, Value::text)),
    ]
}
