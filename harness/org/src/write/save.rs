//! Create, update and upsert as clients call them.

use std::sync::Arc;

use crate::{
    ApiError, ApiVersion, ErrorCode, FieldInput, Input, Org, RecordId, Reply, Saved, Value,
    access::WriteKind,
    catalog::{FieldType, Kind, SObjectDef, Slot},
    ctx::Ctx,
};

use super::{
    coerce::coerce,
    references::unknown_key,
    validate::{check_required, check_value},
};

/// What a body may hold.
#[derive(Clone, Copy)]
struct Body<'a> {
    kind: WriteKind,
    /// The key field of an upsert, which the body must not repeat.
    key: Option<&'a str>,
}

impl Org {
    /// Creates a record.
    ///
    /// # Errors
    ///
    /// The errors of platform DML, in the platform's order of checks.
    pub(crate) fn create(
        &mut self,
        ctx: &Ctx,
        object: &str,
        fields: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = Self::visible_object(&catalog, ctx, object)?;
        if def.kind == Kind::PlatformEvent {
            return self.enqueue_event(ctx, def, fields);
        }
        let id = self.create_record(ctx, def, fields, None, Vec::new())?;
        Ok(Reply::Created(Saved { object: Arc::clone(&def.name), id }))
    }

    /// Changes a record.
    ///
    /// # Errors
    ///
    /// As for create, and `NOT_FOUND` or `ENTITY_IS_DELETED` for the record itself.
    pub(crate) fn update(
        &mut self,
        ctx: &Ctx,
        object: &str,
        id: &str,
        fields: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = Self::visible_object(&catalog, ctx, object)?;
        // There are no records of events that could be found or missed.
        if def.kind == Kind::PlatformEvent {
            self.check_write(ctx, def, WriteKind::Update)?;
        }
        let id = id.parse::<RecordId>().map_err(|_| unknown_key(id))?;
        self.update_record(ctx, def, id, fields, None)?;
        Ok(Reply::Done)
    }

    /// Creates the record with this external id, or changes it.
    ///
    /// # Errors
    ///
    /// As for create and update; `NOT_FOUND` when the field is no key, or when `update_only` finds nothing.
    pub(crate) fn upsert(
        &mut self,
        ctx: &Ctx,
        object: &str,
        (field, value): (&str, &str),
        fields: &[FieldInput],
        update_only: bool,
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = Self::visible_object(&catalog, ctx, object)?;
        let key = def
            .field_in(field, ctx.version)
            .filter(|field| field.external_id || field.id_lookup)
            .ok_or_else(|| unknown_key(field))?;
        let typed = coerce(key, &Input::Text(value.into()), crate::Position::default())?;
        let found = self.records_by_key(def, key, &typed)?;
        let saved = |id| Saved { object: Arc::clone(&def.name), id };
        match *found {
            [] if update_only || key.field_type == FieldType::Id => Err(ApiError::not_found().on_row()),
            [] => {
                let id = self.create_record(ctx, def, fields, Some(&key.name), vec![(key.slot, typed)])?;
                Ok(Reply::Upserted { saved: saved(id), created: true })
            }
            [id] => {
                self.update_record(ctx, def, id, fields, Some(&key.name))?;
                Ok(Reply::Upserted { saved: saved(id), created: false })
            }
            _ => Ok(Reply::MultipleChoices(Arc::clone(&def.name), found)),
        }
    }

    /// Reads and checks the values of what a client creates.
    ///
    /// # Errors
    ///
    /// Those of a create that come before anything is stored.
    pub(crate) fn new_values(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        fields: &[FieldInput],
    ) -> Result<Vec<(Slot, Value)>, ApiError> {
        self.values_beside(ctx, def, fields, None, Vec::new())
    }

    /// As [`Org::new_values`], beside values that are decided already: those of the key of an upsert.
    fn values_beside(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        fields: &[FieldInput],
        key: Option<&str>,
        mut values: Vec<(Slot, Value)>,
    ) -> Result<Vec<(Slot, Value)>, ApiError> {
        self.check_write(ctx, def, WriteKind::Create)?;
        values.extend(self.read_body(ctx, def, fields, Body { kind: WriteKind::Create, key })?);
        let given = |slot| values.iter().any(|(own, value)| *own == slot && !value.is_null());
        check_required(def, ctx.version, |slot| !given(slot))?;
        self.check_values(ctx.version, def, &values)?;
        Ok(values)
    }

    pub(crate) fn create_record(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        fields: &[FieldInput],
        key: Option<&str>,
        values: Vec<(Slot, Value)>,
    ) -> Result<RecordId, ApiError> {
        let values = self.values_beside(ctx, def, fields, key, values)?;
        self.strike_record(ctx, def, None, "Create")?;
        let id = self.insert(ctx, def, &values)?;
        self.touch(ctx.user, id);
        Ok(id)
    }

    /// Changes a record that a client names by its id.
    ///
    /// # Errors
    ///
    /// As for [`Org::update`].
    pub(crate) fn update_record(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: RecordId,
        fields: &[FieldInput],
        key: Option<&str>,
    ) -> Result<(), ApiError> {
        match self.store.view(def.index, id) {
            None => return Err(ApiError::not_found().on_row()),
            Some(record) if record.is_deleted() => {
                let none = std::iter::empty::<&str>();
                return Err(ApiError::dml(ErrorCode::EntityIsDeleted, "entity is deleted", none).on_row());
            }
            Some(_) => {}
        }
        self.check_write(ctx, def, WriteKind::Update)?;
        let values = self.read_body(ctx, def, fields, Body { kind: WriteKind::Update, key })?;
        let cleared = |slot| values.iter().any(|(own, value)| *own == slot && value.is_null());
        check_required(def, ctx.version, cleared)?;
        self.check_values(ctx.version, def, &values)?;
        self.strike_record(ctx, def, Some(id), "Update")?;
        self.change(ctx, def, id, &values)?;
        self.touch(ctx.user, id);
        Ok(())
    }

    /// Reads a body into typed values: unknown fields first, then fields that may not be written, then values.
    fn read_body(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        fields: &[FieldInput],
        body: Body<'_>,
    ) -> Result<Vec<(Slot, Value)>, ApiError> {
        let mut values: Vec<(Slot, Value)> = Vec::with_capacity(fields.len());
        let mut unwritable: Vec<&str> = Vec::new();
        for input in fields {
            if &*input.name == "attributes" {
                continue;
            }
            let relationship = || match &input.value {
                Input::Object(members) => {
                    def.parent_relationship(&input.name, ctx.version).map(|field| (field, members))
                }
                _ => None,
            };
            let (field, value) = if let Some(field) = def.field_in(&input.name, ctx.version) {
                let repeated = field.field_type == FieldType::Id
                    || body.key.is_some_and(|key| key.eq_ignore_ascii_case(&field.name));
                if repeated {
                    let message =
                        format!("The {} field should not be specified in the sobject data.", field.name);
                    return Err(ApiError::exception(ErrorCode::InvalidField, message));
                }
                let value = coerce(field, &input.value, input.at)?;
                if let (Value::Id(id), Input::Text(text)) = (&value, &input.value) {
                    self.check_target(field, *id, text)?;
                }
                (field, value)
            } else if let Some((field, members)) = relationship() {
                (field, self.resolve_reference(ctx, field, members)?)
            } else {
                let message = format!("No such column '{}' on sobject of type {}", input.name, def.name);
                return Err(ApiError::exception(ErrorCode::InvalidField, message));
            };
            let writable = match body.kind {
                WriteKind::Create => field.createable,
                WriteKind::Update | WriteKind::Delete => field.updateable,
            };
            if !writable || !ctx.access.can_edit_field(def.index, field.slot) {
                unwritable.push(&field.name);
            }
            match values.iter_mut().find(|(slot, _)| *slot == field.slot) {
                Some(place) => place.1 = value,
                None => values.push((field.slot, value)),
            }
        }
        if unwritable.is_empty() {
            return Ok(values);
        }
        let message = format!(
            "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.",
            unwritable.join(", ")
        );
        Err(ApiError::dml(ErrorCode::InvalidFieldForInsertUpdate, message, unwritable))
    }

    /// Checks typed values: lengths, picklists, addresses, then the records that references name.
    ///
    /// # Errors
    ///
    /// Those of [`check_value`] and of [`Org::check_reference`].
    pub(crate) fn check_values(
        &self,
        version: ApiVersion,
        def: &SObjectDef,
        values: &[(Slot, Value)],
    ) -> Result<(), ApiError> {
        for (slot, value) in values {
            check_value(def.at(*slot), value, version)?;
        }
        for (slot, value) in values {
            match value {
                Value::Id(id) if Some(*slot) == def.system.record_type_id => {
                    self.check_record_type(def, *id)?
                }
                Value::Id(id) => self.check_reference(def.at(*slot), *id)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Remembers that the user worked with the record.
    pub(crate) fn touch(&mut self, user: RecordId, id: RecordId) {
        const KEPT: usize = 200;
        if self.recents.last() == Some(&(user, id)) {
            return;
        }
        self.recents.retain(|entry| *entry != (user, id));
        if self.recents.len() >= KEPT {
            self.recents.remove(0);
        }
        self.recents.push((user, id));
    }
}
