//! A record where it is stored, together with its object.

use crate::{
    RecordId, ValueRef,
    catalog::{SObjectDef, Slot},
};

use super::{chunk::Chunk, slots::Record};

/// A record together with its object, so that fields can be asked for by name.
#[derive(Clone, Copy, Debug)]
pub struct RecordView<'a> {
    /// The object.
    pub object: &'a SObjectDef,
    source: Source<'a>,
}

/// Where the values lie.
#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    Draft(&'a Record),
    Stored(&'a Chunk, u16),
}

impl<'a> RecordView<'a> {
    /// A record that is not stored, or not yet.
    pub(crate) const fn of(object: &'a SObjectDef, record: &'a Record) -> Self {
        Self { object, source: Source::Draft(record) }
    }

    /// The record at a position of a chunk.
    pub(super) const fn stored(object: &'a SObjectDef, chunk: &'a Chunk, position: u16) -> Self {
        Self { object, source: Source::Stored(chunk, position) }
    }

    /// The value of the field `name`; null when the object has no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> ValueRef<'a> {
        self.at_opt(self.object.slot(name))
    }

    /// The value in `slot`.
    #[must_use]
    pub fn at(&self, slot: Slot) -> ValueRef<'a> {
        match self.source {
            Source::Draft(record) => record.get(slot).as_ref(),
            Source::Stored(chunk, position) => chunk.value(slot, position.into()),
        }
    }

    /// The value in an optional slot; null without one.
    #[must_use]
    pub fn at_opt(&self, slot: Option<Slot>) -> ValueRef<'a> {
        slot.map_or(ValueRef::Null, |slot| self.at(slot))
    }

    /// The record's id.
    #[must_use]
    pub fn id(&self) -> RecordId {
        match self.source {
            Source::Draft(record) => record.id(),
            Source::Stored(chunk, position) => chunk.id_at(position.into()),
        }
    }

    /// Whether the record lies in the Recycle Bin.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.at_opt(self.object.system.is_deleted).is_true()
    }

    /// The record as one of its own, to be changed.
    #[must_use]
    pub(crate) fn to_record(self) -> Record {
        match self.source {
            Source::Draft(record) => record.clone(),
            Source::Stored(chunk, position) => chunk.record(self.object, position.into()),
        }
    }
}
