//! Values that are computed when they are read, because they change with the clock or with other records.

use crate::{
    Org, RecordView, Timestamp, Value, ValueRef,
    catalog::{Catalog, FieldDef, ObjectIndex, Slot},
    ctx::Ctx,
    lifecycle,
};

/// Computed fields by object and slot; most objects have none.
pub(crate) type Calculations = Vec<Vec<Option<&'static Calculated>>>;

/// How one field is computed.
pub(crate) struct Calculated {
    /// The object.
    pub(crate) object: &'static str,
    /// The field.
    pub(crate) field: &'static str,
    /// Computes the value at a time.
    pub(crate) compute: fn(&Org, Timestamp, RecordView<'_>) -> Value,
}

impl std::fmt::Debug for Calculated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.object, self.field)
    }
}

/// The value of a field: one that lies in the record, or one that was worked out.
#[derive(Clone, Debug)]
pub(crate) enum Held<'a> {
    /// It is stored.
    Stored(ValueRef<'a>),
    /// It was computed.
    Computed(Value),
}

impl Held<'_> {
    /// The value, borrowed.
    pub(crate) fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Stored(value) => *value,
            Self::Computed(value) => value.as_ref(),
        }
    }

    /// The value as one of its own.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Stored(value) => value.to_value(),
            Self::Computed(value) => value,
        }
    }
}

impl Org {
    /// The value of a field: stored, or computed at the call's time.
    pub(crate) fn value_of<'a>(&self, ctx: &Ctx, view: RecordView<'a>, field: &FieldDef) -> Held<'a> {
        match self.calculation(view.object.index, field.slot) {
            Some(calculated) => Held::Computed((calculated.compute)(self, ctx.now, view)),
            None => Held::Stored(view.at(field.slot)),
        }
    }

    /// How a field is computed; `None` for stored ones.
    pub(crate) fn calculation(&self, object: ObjectIndex, slot: Slot) -> Option<&'static Calculated> {
        *self.calculations.get(object.index())?.get(slot.index())?
    }

    /// Every computed field by its place in the catalog.
    pub(crate) fn calculations(catalog: &Catalog) -> Calculations {
        let mut calculations = vec![Vec::new(); catalog.objects().len()];
        for calculated in lifecycle::CALCULATED {
            let Some(def) = catalog.find_any(calculated.object) else { continue };
            let Some(slot) = def.slot(calculated.field) else { continue };
            let own = &mut calculations[def.index.index()];
            own.resize(def.fields.len(), None);
            own[slot.index()] = Some(calculated);
        }
        calculations
    }
}
