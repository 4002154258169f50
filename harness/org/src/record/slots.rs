//! One record on its own: an id and a value for each field of its object.

use crate::{
    RecordId, Value,
    catalog::{SObjectDef, Slot},
};

/// A record that is being written, apart from its table. The value of a field lies in the field's slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    id: RecordId,
    values: Box<[Value]>,
}

impl Record {
    /// A record with every slot null but the id.
    pub(crate) fn new(object: &SObjectDef, id: RecordId) -> Self {
        let mut values = vec![Value::Null; object.fields.len()].into_boxed_slice();
        if let Some(slot) = object.system.id {
            values[slot.index()] = Value::Id(id);
        }
        Self { id, values }
    }

    /// A record of the values of all its slots.
    pub(super) const fn from_parts(id: RecordId, values: Box<[Value]>) -> Self {
        Self { id, values }
    }

    /// The record's id.
    #[must_use]
    pub const fn id(&self) -> RecordId {
        self.id
    }

    /// The value in `slot`.
    #[must_use]
    pub fn get(&self, slot: Slot) -> &Value {
        self.values.get(slot.index()).unwrap_or(&Value::Null)
    }

    /// The value in an optional slot; null without one.
    #[must_use]
    pub fn get_opt(&self, slot: Option<Slot>) -> &Value {
        slot.map_or(&Value::Null, |slot| self.get(slot))
    }

    /// Puts a value into `slot`.
    pub(crate) fn set(&mut self, slot: Slot, value: Value) {
        if let Some(place) = self.values.get_mut(slot.index()) {
            *place = value;
        }
    }

    /// Puts a value into an optional slot; nothing happens without one.
    pub(crate) fn set_opt(&mut self, slot: Option<Slot>, value: Value) {
        if let Some(slot) = slot {
            self.set(slot, value);
        }
    }

    /// Whether the record lies in the Recycle Bin.
    #[must_use]
    pub fn is_deleted(&self, object: &SObjectDef) -> bool {
        self.get_opt(object.system.is_deleted).is_true()
    }

    /// All values, in slot order.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// All values with their slots.
    pub(super) fn into_cells(self) -> impl Iterator<Item = (Slot, Value)> {
        (0..).map(Slot).zip(self.values)
    }
}
