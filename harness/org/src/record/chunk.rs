//! Rows of a table, a thousand at a time, column by column.

use std::sync::Arc;

use crate::{
    RecordId, Value, ValueRef,
    catalog::{SObjectDef, Slot},
};

use super::{
    bits::{Bits, CHUNK_ROWS},
    column::{Column, Data},
    slots::Record,
    view::RecordView,
};

/// The place of a record in its table. It holds until the table is next written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowNo(pub(super) u32);

impl RowNo {
    /// The row at a position of a chunk.
    #[must_use]
    pub(crate) const fn new(chunk: usize, position: usize) -> Self {
        // Memory ends long before there are 2^32 rows.
        Self((chunk * CHUNK_ROWS + position) as u32)
    }

    /// Which chunk the row lies in.
    #[must_use]
    pub(crate) const fn chunk(self) -> usize {
        self.0 as usize / CHUNK_ROWS
    }

    /// Where the row lies in its chunk.
    #[must_use]
    pub(crate) const fn position(self) -> usize {
        self.0 as usize % CHUNK_ROWS
    }
}

/// Up to [`CHUNK_ROWS`] rows. Clones share their columns until one of them is written to.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    len: usize,
    present: Bits,
    /// The column of the ids, which outlive their records so that rows can be searched by id.
    ids: Slot,
    /// By slot; absent as long as the field was null in every row.
    columns: Box<[Option<Arc<Column>>]>,
}

impl Chunk {
    pub(super) fn new(object: &SObjectDef) -> Self {
        // An object without a field for it gets a column of ids behind its fields.
        let ids = object.system.id.unwrap_or(Slot(object.fields.len() as u16));
        let mut columns = vec![None; object.fields.len().max(ids.index() + 1)].into_boxed_slice();
        columns[ids.index()] = Some(Arc::new(Column::of(Data::Id(Vec::new()))));
        Self { len: 0, present: Bits::none(), ids, columns }
    }

    /// A chunk with these rows and no values; those that are not `present` have lost their records.
    pub(super) fn restored(object: &SObjectDef, ids: &[RecordId], present: &Bits) -> Self {
        let mut chunk = Self::new(object);
        for (position, id) in ids.iter().enumerate() {
            chunk.push(*id);
            if !present.get(position) {
                chunk.remove(position);
            }
        }
        chunk
    }

    /// Puts a column in place.
    pub(super) fn put_column(&mut self, slot: Slot, column: Column) {
        if let Some(place) = self.columns.get_mut(slot.index()) {
            *place = Some(Arc::new(column));
        }
    }

    /// Makes room for so many fields.
    pub(super) fn widen(&mut self, fields: usize) {
        if fields > self.columns.len() {
            let mut columns = std::mem::take(&mut self.columns).into_vec();
            columns.resize(fields, None);
            self.columns = columns.into();
        }
    }

    /// Forgets every value of a field.
    pub(super) fn forget(&mut self, slot: Slot) {
        if let Some(column) = self.columns.get_mut(slot.index()).filter(|_| slot != self.ids) {
            *column = None;
        }
    }

    /// How many rows there are, those included whose record is gone.
    #[must_use]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// The rows that hold a record, in the Recycle Bin or not.
    #[must_use]
    pub(crate) const fn present(&self) -> &Bits {
        &self.present
    }

    /// The column of a field; `None` when the field was null in every row that ever was.
    #[must_use]
    pub(crate) fn column(&self, slot: Slot) -> Option<&Column> {
        self.columns.get(slot.index())?.as_deref()
    }

    /// The value of a field at a position.
    #[must_use]
    pub(crate) fn value(&self, slot: Slot, position: usize) -> ValueRef<'_> {
        self.column(slot).map_or(ValueRef::Null, |column| column.value(position))
    }

    /// The id of the row at a position.
    #[must_use]
    pub(crate) fn id_at(&self, position: usize) -> RecordId {
        self.ids().get(position).copied().unwrap_or(RecordId::NULL)
    }

    /// The record at a position.
    #[must_use]
    pub(crate) const fn view<'a>(&'a self, object: &'a SObjectDef, position: usize) -> RecordView<'a> {
        RecordView::stored(object, self, position as u16)
    }

    /// The ids of all rows, those included whose record is gone.
    pub(super) fn ids(&self) -> &[RecordId] {
        match self.column(self.ids).map(Column::data) {
            Some(Data::Id(ids)) => ids.get(..self.len).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether the value of a slot is the row's id.
    pub(super) fn is_id(&self, slot: Slot) -> bool {
        slot == self.ids
    }

    /// The record at a position as one of its own.
    pub(super) fn record(&self, object: &SObjectDef, position: usize) -> Record {
        let columns = self.columns.iter().take(object.fields.len());
        let values = columns.map(|column| owned(column.as_deref(), position)).collect();
        Record::from_parts(self.id_at(position), values)
    }

    /// The value of a field at a position as one of its own.
    pub(super) fn owned(&self, slot: Slot, position: usize) -> Value {
        owned(self.column(slot), position)
    }

    /// Adds a row with nothing but an id and tells its position.
    pub(super) fn push(&mut self, id: RecordId) -> usize {
        self.len += 1;
        self.revive(self.len - 1, id);
        self.len - 1
    }

    /// Gives a row whose record is gone one again.
    pub(super) fn revive(&mut self, position: usize, id: RecordId) {
        self.present.set(position);
        if let Some(ids) = &mut self.columns[self.ids.index()] {
            Arc::make_mut(ids).set(position, Value::Id(id));
        }
    }

    /// Puts a value in place.
    pub(super) fn set(&mut self, object: &SObjectDef, slot: Slot, position: usize, value: Value) {
        let Some(place) = self.columns.get_mut(slot.index()) else { return };
        match place {
            Some(column) => Arc::make_mut(column).set(position, value),
            None if value.is_null() => {}
            None => {
                let mut column = Column::new(object.at(slot));
                column.set(position, value);
                *place = Some(Arc::new(column));
            }
        }
    }

    /// Takes the record at a position out; its row stays, under its id.
    pub(super) fn remove(&mut self, position: usize) {
        self.present.unset(position);
        for column in self.columns.iter_mut().flatten().filter(|column| column.valid().get(position)) {
            Arc::make_mut(column).clear(position);
        }
    }

    /// Takes the last row away, whose record is gone.
    pub(super) const fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
    }

    /// Gives back memory that is held for growth.
    pub(super) fn shrink(&mut self) {
        for column in self.columns.iter_mut().flatten() {
            Arc::make_mut(column).shrink();
        }
    }
}

fn owned(column: Option<&Column>, position: usize) -> Value {
    column.map_or(Value::Null, |column| column.owned(position))
}
