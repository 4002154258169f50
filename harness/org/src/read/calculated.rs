//! Values that are computed when they are read, because they change with the clock or with other records.

use std::sync::Arc;

use crate::{
    Org, RecordView, Timestamp, Value, ValueRef,
    catalog::{Catalog, FieldDef, FormulaField, ObjectIndex, Slot},
    ctx::Ctx,
    lifecycle,
};

/// Computed fields by object and slot; most objects have none.
pub(crate) type Calculations = Vec<Vec<Option<Calculation>>>;

/// How a field is computed: by a row of this org's code, or by a formula of its definition.
#[derive(Clone, Debug)]
pub(crate) enum Calculation {
    /// By code.
    Coded(&'static Calculated),
    /// By a formula.
    Formula(Arc<FormulaField>),
}

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
            Some(Calculation::Coded(row)) => Held::Computed((row.compute)(self, ctx.now, view)),
            Some(Calculation::Formula(field)) => Held::Computed(field.read(self, ctx, view)),
            None => Held::Stored(view.at(field.slot)),
        }
    }

    /// How a field is computed; `None` for stored ones.
    pub(crate) fn calculation(&self, object: ObjectIndex, slot: Slot) -> Option<&Calculation> {
        self.calculations.get(object.index())?.get(slot.index())?.as_ref()
    }

    /// Every computed field by its place in the catalog.
    pub(crate) fn calculations(catalog: &Catalog) -> Calculations {
        let mut calculations = vec![Vec::new(); catalog.objects().len()];
        for calculated in lifecycle::CALCULATED {
            let Some(def) = catalog.find_any(calculated.object) else { continue };
            let Some(slot) = def.slot(calculated.field) else { continue };
            let own = &mut calculations[def.index.index()];
            own.resize(def.fields.len(), None);
            own[slot.index()] = Some(Calculation::Coded(calculated));
        }
        for def in catalog.objects() {
            let Some(logic) = &def.logic else { continue };
            let own = &mut calculations[def.index.index()];
            for (slot, field) in &logic.formulas {
                own.resize(def.fields.len(), None);
                own[slot.index()] = Some(Calculation::Formula(Arc::clone(field)));
            }
        }
        calculations
    }
}
