//! What automations do: create a record, change one, publish an event.

use std::sync::Arc;

use super::template::Template;
use crate::{
    ApiError, ErrorCode, Input, Org, Position, RecordId, RecordView, Value,
    catalog::{ObjectIndex, SObjectDef, Slot},
    ctx::Ctx,
    write::{check_required, coerce},
};

/// One thing that an automation does.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Action {
    /// Creates a record.
    Create(ObjectIndex, Values),
    /// Changes the record with this id.
    Update(ObjectIndex, Template, Values),
    /// Publishes an event.
    Publish(ObjectIndex, Values),
}

impl Action {
    /// The object of which it writes records.
    pub(crate) const fn object(&self) -> ObjectIndex {
        match self {
            Self::Create(object, _) | Self::Update(object, ..) | Self::Publish(object, _) => *object,
        }
    }
}

/// The fields that are filled in.
pub(crate) type Values = Box<[(Slot, Template)]>;

impl Org {
    /// Performs an action for one event or record. Nobody's permissions are asked for, as triggers run for the system.
    ///
    /// # Errors
    ///
    /// Those of a create, of an update, and of publishing.
    pub(super) fn perform_action(
        &mut self,
        ctx: &Ctx,
        action: &Action,
        source: RecordView<'_>,
    ) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        match action {
            Action::Create(object, values) => {
                let def = catalog.object(*object);
                let values = self.fill(ctx, def, values, source)?;
                require(ctx, def, &values)?;
                self.insert(ctx, def, &values).map(drop)
            }
            Action::Update(object, id, values) => {
                let def = catalog.object(*object);
                let id = self.record_to_update(ctx, def, id, source)?;
                let values = self.fill(ctx, def, values, source)?;
                self.change(ctx, def, id, &values)
            }
            Action::Publish(object, values) => {
                let def = catalog.object(*object);
                let values = self.fill(ctx, def, values, source)?;
                require(ctx, def, &values)?;
                self.publish_values(ctx, def, values).map(drop)
            }
        }
    }

    fn fill(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        values: &[(Slot, Template)],
        source: RecordView<'_>,
    ) -> Result<Vec<(Slot, Value)>, ApiError> {
        let mut filled = Vec::with_capacity(values.len());
        for (slot, template) in values {
            let input = self.fill_one(ctx, template, source)?;
            filled.push((*slot, coerce(def.at(*slot), &input, Position::default())?));
        }
        self.check_values(ctx.version, def, &filled)?;
        Ok(filled)
    }

    fn fill_one(&self, ctx: &Ctx, template: &Template, source: RecordView<'_>) -> Result<Input, ApiError> {
        template.fill(self, ctx, source).map_err(|why| ApiError::exception(ErrorCode::InvalidInput, why))
    }

    fn record_to_update(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: &Template,
        source: RecordView<'_>,
    ) -> Result<RecordId, ApiError> {
        let none = std::iter::empty::<&str>;
        let text = match self.fill_one(ctx, id, source)? {
            Input::Text(text) => text,
            _ => {
                let message = "Id not specified in an update call";
                return Err(ApiError::dml(ErrorCode::InvalidInput, message, none()));
            }
        };
        let id: RecordId = text
            .parse()
            .map_err(|_| ApiError::dml(ErrorCode::MalformedId, format!("malformed id {text}"), none()))?;
        match self.store.view(def.index, id) {
            Some(record) if !record.is_deleted() => Ok(id),
            Some(_) => Err(ApiError::dml(ErrorCode::EntityIsDeleted, "entity is deleted", none())),
            None => {
                let message = "invalid cross reference id";
                Err(ApiError::dml(ErrorCode::InvalidCrossReferenceKey, message, none()))
            }
        }
    }
}

fn require(ctx: &Ctx, def: &SObjectDef, values: &[(Slot, Value)]) -> Result<(), ApiError> {
    let given = |slot| values.iter().any(|(own, value)| *own == slot && !value.is_null());
    check_required(def, ctx.version, |slot| !given(slot))
}
