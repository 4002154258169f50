//! Records as rows of an answer.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    ApiError, ApiVersion, Cell, ErrorCode, Org, RecordId, RecordView, Row, Value, ValueRef,
    access::UserAccess,
    catalog::{FieldDef, FieldType, ObjectIndex, SObjectDef, Slot},
    ctx::Ctx,
};

impl Org {
    /// A field of a record as a cell.
    pub(crate) fn cell_of(&self, ctx: &Ctx, view: RecordView<'_>, field: &FieldDef) -> Cell {
        match field.field_type {
            FieldType::Address | FieldType::Location => compound(view, field),
            FieldType::ComplexValue => Cell::Compound(self.metadata_of(view)),
            FieldType::Base64 => {
                if view.at(field.slot).is_null() {
                    Cell::Value(Value::Null)
                } else {
                    Cell::BlobLink
                }
            }
            FieldType::EncryptedString => match view.at(field.slot) {
                ValueRef::Text(text) => Cell::Value(Value::text("*".repeat(text.chars().count()))),
                other => Cell::Value(other.to_value()),
            },
            _ => Cell::Value(self.value_of(ctx, view, field).into_value()),
        }
    }

    /// The shape of whole rows of an object, kept until the user's permissions change.
    pub(crate) fn whole_shape(&mut self, ctx: &Ctx, def: &SObjectDef) -> Arc<RowShape> {
        let key = (def.index, ctx.version, ctx.user);
        if let Some((access, shape)) = self.shapes.get(&key)
            && Arc::ptr_eq(access, &ctx.access)
        {
            return Arc::clone(shape);
        }
        let shape = Arc::new(RowShape::whole(ctx, def));
        self.shapes.insert(key, (Arc::clone(&ctx.access), Arc::clone(&shape)));
        shape
    }

    /// A record as a row of this shape.
    pub(crate) fn row_of(&self, ctx: &Ctx, view: RecordView<'_>, shape: &RowShape) -> Row {
        Row {
            object: Arc::clone(&view.object.name),
            id: Some(view.id()),
            columns: Arc::clone(&shape.columns),
            cells: shape.slots.iter().map(|slot| self.cell_of(ctx, view, view.object.at(*slot))).collect(),
        }
    }
}

/// Which fields a row shows, and under which names.
#[derive(Clone, Debug)]
pub(crate) struct RowShape {
    slots: Box<[Slot]>,
    columns: Arc<[Arc<str>]>,
}

/// Shapes of whole rows with the permissions for which they were worked out.
pub(crate) type Shapes = BTreeMap<(ObjectIndex, ApiVersion, RecordId), (Arc<UserAccess>, Arc<RowShape>)>;

impl RowShape {
    /// These slots of an object.
    pub(super) fn of(def: &SObjectDef, slots: impl IntoIterator<Item = Slot>) -> Self {
        let slots: Box<[Slot]> = slots.into_iter().collect();
        let columns = slots.iter().map(|slot| Arc::clone(&def.at(*slot).name)).collect();
        Self { slots, columns }
    }

    /// Every readable field, in describe order.
    fn whole(ctx: &Ctx, def: &SObjectDef) -> Self {
        Self::of(def, def.fields.iter().filter(|field| is_readable(ctx, def, field)).map(|field| field.slot))
    }

    /// The named fields in the wished order, with the id behind them.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` for a field that does not exist, or not for this user.
    pub(super) fn named(ctx: &Ctx, def: &SObjectDef, names: &[Box<str>]) -> Result<Self, ApiError> {
        let mut slots: Vec<Slot> = Vec::with_capacity(names.len() + 1);
        for name in names {
            let field = def.field(name).filter(|field| is_readable(ctx, def, field)).ok_or_else(|| {
                let message = format!("No such column '{name}' on sobject of type {}", def.name);
                ApiError::exception(ErrorCode::InvalidField, message)
            })?;
            if !slots.contains(&field.slot) {
                slots.push(field.slot);
            }
        }
        slots.extend(def.system.id.filter(|id| !slots.contains(id)));
        Ok(Self::of(def, slots))
    }
}

fn is_readable(ctx: &Ctx, def: &SObjectDef, field: &FieldDef) -> bool {
    field.versions.contains(ctx.version) && ctx.access.can_read_field(def.index, field.slot)
}

/// The parts of a compound field; null when all are empty.
fn compound(view: RecordView<'_>, field: &FieldDef) -> Cell {
    if field.compound_parts.iter().all(|(_, slot)| view.at(*slot).is_null()) {
        return Cell::Value(Value::Null);
    }
    let part = |(name, slot): &(Arc<str>, Slot)| (Arc::clone(name), view.at(*slot).to_value());
    Cell::Compound(field.compound_parts.iter().map(part).collect())
}
