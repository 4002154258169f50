//! Values that are computed when they are read, because they change with the clock or with other records.

use std::borrow::Cow;

use crate::{
    Org, RecordView, Timestamp, Value,
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

impl Org {
    /// The value of a field: stored, or computed at the call's time.
    pub(crate) fn value_of<'a>(&self, ctx: &Ctx, view: RecordView<'a>, field: &FieldDef) -> Cow<'a, Value> {
        match self.calculation(view.object.index, field.slot) {
            Some(calculated) => Cow::Owned((calculated.compute)(self, ctx.now, view)),
            None => Cow::Borrowed(view.record.get(field.slot)),
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
