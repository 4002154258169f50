//! References: by external id inside a body, and the check that a key names a record.

use crate::{
    ApiError, ErrorCode, FieldInput, Input, Org, RecordId, Value,
    catalog::{FieldDef, FieldType, SObjectDef},
    ctx::Ctx,
};

use super::coerce::{coerce, incorrect_id};

impl Org {
    /// Finds the record behind `"Account": {"MyExt__c": "123"}`.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` when the object, the key or the record does not exist.
    pub(super) fn resolve_reference(
        &self,
        ctx: &Ctx,
        field: &FieldDef,
        members: &[FieldInput],
    ) -> Result<Value, ApiError> {
        let named_type = members.iter().find(|member| &*member.name == "attributes").and_then(|attributes| {
            let Input::Object(attributes) = &attributes.value else { return None };
            attributes.iter().find(|member| &*member.name == "type").and_then(|member| match &member.value {
                Input::Text(name) => Some(&**name),
                _ => None,
            })
        });
        let target = match (named_type, &*field.reference_to) {
            (Some(name), targets) if targets.iter().any(|own| own.eq_ignore_ascii_case(name)) => name,
            (None, [only]) => only,
            _ => {
                let message = format!(
                    "The external foreign key reference does not reference a valid entity: {}",
                    field.relationship_name.as_deref().unwrap_or(&field.name)
                );
                return Err(ApiError::exception(ErrorCode::InvalidField, message));
            }
        };
        let Some(parent) = self.catalog.find(target, ctx.version) else {
            return Err(ApiError::not_modelled(format_args!("the object {target}")));
        };
        let mut keys = members.iter().filter(|member| &*member.name != "attributes");
        let (Some(key), None) = (keys.next(), keys.next()) else {
            let message = format!("Exactly one external id field must name the {} record.", parent.name);
            return Err(ApiError::exception(ErrorCode::InvalidField, message));
        };
        let Some(key_field) = parent.field_in(&key.name, ctx.version) else {
            let message = format!("No such column '{}' on sobject of type {}", key.name, parent.name);
            return Err(ApiError::exception(ErrorCode::InvalidField, message));
        };
        if !key_field.is_key() {
            let message = format!("{} is not an external id field of {}", key_field.name, parent.name);
            return Err(ApiError::exception(ErrorCode::InvalidField, message));
        }
        let value = coerce(key_field, &key.value, key.at)?;
        let mut found = self.records_by_key(parent, key_field, &value)?.into_iter();
        match (found.next(), found.next()) {
            (Some(id), None) => Ok(Value::Id(id)),
            (None, _) => {
                let shown = match &key.value {
                    Input::Text(text) | Input::Number(text) => &**text,
                    _ => "",
                };
                let message = format!(
                    "Foreign key external ID: {} not found for field {} in entity {}",
                    shown.to_lowercase(),
                    key_field.name,
                    parent.name
                );
                Err(ApiError::exception(ErrorCode::InvalidField, message))
            }
            (Some(_), Some(_)) => {
                let message = format!(
                    "More than one record found for field {} in entity {}",
                    key_field.name, parent.name
                );
                Err(ApiError::exception(ErrorCode::InvalidField, message))
            }
        }
    }

    /// The live records whose key field has this value.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the field is no key: neither external id nor id lookup.
    pub(crate) fn records_by_key(
        &self,
        def: &SObjectDef,
        field: &FieldDef,
        value: &Value,
    ) -> Result<Vec<RecordId>, ApiError> {
        let live = |id: &RecordId| self.store.live(*id).is_some();
        if field.field_type == FieldType::Id {
            return Ok(value.as_id().filter(live).into_iter().collect());
        }
        if !field.is_key() {
            return Err(unknown_key(&field.name));
        }
        Ok(self.store.table(def.index).by_key(field.slot, value, field.case_sensitive).filter(live).collect())
    }

    /// Checks that an id is of an object that the field may name; `shown` is the id as the client wrote it.
    ///
    /// # Errors
    ///
    /// `FIELD_INTEGRITY_EXCEPTION` for an id of another object.
    pub(super) fn check_target(&self, field: &FieldDef, id: RecordId, shown: &str) -> Result<(), ApiError> {
        match self.catalog.object_of(id) {
            Some(target) if !field.reference_to.is_empty() && !field.reference_to.contains(&target.name) => {
                Err(incorrect_id(ErrorCode::FieldIntegrityException, field, shown))
            }
            _ => Ok(()),
        }
    }

    /// Checks that a reference names a record that its field may name.
    ///
    /// # Errors
    ///
    /// `FIELD_INTEGRITY_EXCEPTION` for a record of another object, `INVALID_CROSS_REFERENCE_KEY` for no record,
    /// `ENTITY_IS_DELETED` for one in the Recycle Bin.
    pub(super) fn check_reference(&self, field: &FieldDef, id: RecordId) -> Result<(), ApiError> {
        if field.reference_to.is_empty() {
            return Ok(());
        }
        let Some(target) = self.catalog.object_of(id) else {
            let unmodelled = field.reference_to.iter().any(|name| self.catalog.find_any(name).is_none());
            return Err(if unmodelled {
                invalid_key(field)
            } else {
                incorrect_id(ErrorCode::FieldIntegrityException, field, &id.to_string())
            });
        };
        self.check_target(field, id, &id.to_string())?;
        match self.store.view(target.index, id) {
            None if id == RecordId::MASTER_RECORD_TYPE => Ok(()),
            None => Err(invalid_key(field)),
            Some(record) if record.is_deleted() => Err(ApiError::dml(
                ErrorCode::EntityIsDeleted,
                "entity is deleted",
                std::iter::empty::<&str>(),
            )),
            Some(_) => Ok(()),
        }
    }
}

/// `Provided external ID field does not exist or is not accessible: <segment>`.
pub(crate) fn unknown_key(segment: &str) -> ApiError {
    ApiError::resource(
        ErrorCode::NotFound,
        format!("Provided external ID field does not exist or is not accessible: {segment}"),
    )
}

fn invalid_key(field: &FieldDef) -> ApiError {
    ApiError::dml(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id", [&*field.name])
}
