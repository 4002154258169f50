//! One record: an id and a value for each field of its object.

use crate::{
    RecordId, Value, ValueRef,
    catalog::{SObjectDef, Slot},
};

/// A record. The value of a field lies in the field's slot.
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
}

/// A record together with its object, so that fields can be asked for by name.
#[derive(Clone, Copy, Debug)]
pub struct RecordView<'a> {
    /// The object.
    pub object: &'a SObjectDef,
    record: &'a Record,
}

impl<'a> RecordView<'a> {
    /// A record that is not stored, or not yet.
    pub(crate) const fn of(object: &'a SObjectDef, record: &'a Record) -> Self {
        Self { object, record }
    }

    /// The value of the field `name`; null when the object has no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> ValueRef<'a> {
        self.at_opt(self.object.slot(name))
    }

    /// The value in `slot`.
    #[must_use]
    pub fn at(&self, slot: Slot) -> ValueRef<'a> {
        self.record.get(slot).as_ref()
    }

    /// The value in an optional slot; null without one.
    #[must_use]
    pub fn at_opt(&self, slot: Option<Slot>) -> ValueRef<'a> {
        slot.map_or(ValueRef::Null, |slot| self.at(slot))
    }

    /// The record's id.
    #[must_use]
    pub fn id(&self) -> RecordId {
        self.record.id()
    }

    /// Whether the record lies in the Recycle Bin.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.at_opt(self.object.system.is_deleted).is_true()
    }

    /// The record as one of its own, to be changed.
    #[must_use]
    pub(crate) fn to_record(self) -> Record {
        self.record.clone()
    }
}
