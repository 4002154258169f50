//! The records of one object in chunks of rows, with the indexes that lookups need.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    RecordId, Value, ValueRef,
    catalog::{FieldDef, SObjectDef, Slot},
};

use super::{
    bits::CHUNK_ROWS,
    chunk::{Chunk, RowNo},
    index::{Index, IndexKind, same_key},
    pages::Pages,
    slots::Record,
    view::RecordView,
};

/// Values with their slots.
pub(crate) type Cells = Box<[(Slot, Value)]>;

/// The records of one object. A clone shares the chunks and pages that neither side writes to.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(super) chunks: Vec<Arc<Chunk>>,
    /// The first id of each chunk.
    pub(super) firsts: Vec<RecordId>,
    /// Rows by id; absent as long as ascending rows have ascending ids, as they have unless an org file
    /// brings ids of its own.
    pub(super) by_id: Option<Pages<RecordId, RowNo>>,
    /// How many records there are, and how many of them do not lie in the Recycle Bin.
    pub(super) len: usize,
    pub(super) live: usize,
    /// How many records were ever created: the counter of ids.
    pub(super) created: u64,
    /// The last number of each auto number field.
    pub(super) auto_numbers: BTreeMap<Slot, u64>,
    /// By slot.
    pub(super) indexes: Box<[Option<Arc<Index>>]>,
}

impl Table {
    /// A table with empty indexes for the object's key, name and reference fields.
    pub(crate) fn new(object: &SObjectDef) -> Self {
        Self {
            chunks: Vec::new(),
            firsts: Vec::new(),
            by_id: None,
            len: 0,
            live: 0,
            created: 0,
            auto_numbers: BTreeMap::new(),
            indexes: object.fields.iter().map(|field| Index::new(object, field).map(Arc::new)).collect(),
        }
    }

    /// Goes on with another definition, in which the fields have the places that they had: room for the fields that
    /// are new, no values of those that are gone, and indexes as the fields deserve them now.
    pub(super) fn follow(&mut self, before: &SObjectDef, now: &SObjectDef) {
        let kinds = |object: &SObjectDef, field: &FieldDef| {
            if field.is_gone() { None } else { Index::new(object, field).map(|index| index.kind) }
        };
        for chunk in &mut self.chunks {
            let chunk = Arc::make_mut(chunk);
            chunk.widen(now.fields.len());
            let gone = |field: &&FieldDef| field.is_gone() && !before.at(field.slot).is_gone();
            let lost = now.fields.iter().take(before.fields.len()).filter(gone);
            lost.for_each(|field| chunk.forget(field.slot));
        }
        let mut indexes = Vec::with_capacity(now.fields.len());
        for (at, field) in now.fields.iter().enumerate() {
            let old = before.fields.get(at).and_then(|old| kinds(before, old));
            let wanted = kinds(now, field);
            indexes.push(match self.indexes.get_mut(at) {
                Some(own) if old == wanted => own.take(),
                _ => wanted.and_then(|_| self.index_of(now, field)),
            });
        }
        self.indexes = indexes.into();
    }

    /// The index of a field over all rows.
    pub(super) fn index_of(&self, object: &SObjectDef, field: &FieldDef) -> Option<Arc<Index>> {
        let mut index = Index::new(object, field)?;
        index.fill(self.rows().map(|row| (self.value(field.slot, row), row)));
        Some(Arc::new(index))
    }

    /// Whether a field has a value in any record.
    pub(crate) fn has_values(&self, slot: Slot) -> bool {
        self.rows().any(|row| !self.value(slot, row).is_null())
    }

    /// How many records there are, those in the Recycle Bin included.
    #[must_use]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// How many records there are outside the Recycle Bin.
    #[must_use]
    pub(crate) const fn live_len(&self) -> usize {
        self.live
    }

    /// The rows in chunks.
    #[must_use]
    pub(crate) fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }

    /// Whether ascending rows have ascending ids.
    #[must_use]
    pub(crate) const fn in_id_order(&self) -> bool {
        self.by_id.is_none()
    }

    /// The row of the record with this id.
    #[must_use]
    pub(crate) fn row_of(&self, id: RecordId) -> Option<RowNo> {
        match &self.by_id {
            Some(rows) => rows.get(&id).copied(),
            None => self.place_of(id).filter(|row| self.is_present(*row)),
        }
    }

    /// Whether there is a record with this id.
    #[must_use]
    pub(crate) fn contains(&self, id: RecordId) -> bool {
        self.row_of(id).is_some()
    }

    /// The record in a row.
    ///
    /// # Panics
    ///
    /// When the row is none of this table's.
    #[must_use]
    pub(crate) fn view_at<'a>(&'a self, object: &'a SObjectDef, row: RowNo) -> RecordView<'a> {
        self.chunks[row.chunk()].view(object, row.position())
    }

    /// The record with this id.
    #[must_use]
    pub(crate) fn view<'a>(&'a self, object: &'a SObjectDef, id: RecordId) -> Option<RecordView<'a>> {
        self.row_of(id).map(|row| self.view_at(object, row))
    }

    /// All records, ordered by id.
    pub(crate) fn views<'a>(&'a self, object: &'a SObjectDef) -> impl Iterator<Item = RecordView<'a>> {
        self.rows().map(move |row| self.view_at(object, row))
    }

    /// The rows of all records, ordered by id.
    pub(crate) fn rows(&self) -> impl Iterator<Item = RowNo> {
        let in_order = self.in_id_order().then(|| {
            let chunks = self.chunks.iter().enumerate();
            chunks
                .flat_map(|(at, chunk)| chunk.present().iter().map(move |position| RowNo::new(at, position)))
        });
        let by_id = self.by_id.iter().flat_map(|rows| rows.values().copied());
        in_order.into_iter().flatten().chain(by_id)
    }

    /// The next number of the id counter.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.created += 1;
        self.created
    }

    /// Keeps the counter of ids ahead of a number that was given elsewhere.
    pub(super) fn saw_id(&mut self, counter: u64) {
        self.created = self.created.max(counter);
    }

    /// The next number of an auto number field.
    pub(crate) fn next_auto_number(&mut self, slot: Slot) -> u64 {
        let number = self.auto_numbers.entry(slot).or_default();
        *number += 1;
        *number
    }

    /// Keeps the auto number counter ahead of a number that was loaded.
    pub(crate) fn saw_auto_number(&mut self, slot: Slot, number: u64) {
        let own = self.auto_numbers.entry(slot).or_default();
        *own = (*own).max(number);
    }

    /// Whether `slot` has an index of keys.
    #[must_use]
    pub(crate) fn has_key_index(&self, slot: Slot) -> bool {
        self.index(slot).is_some_and(|index| index.kind == IndexKind::Key)
    }

    /// Whether `slot` has an index of any kind.
    #[must_use]
    pub(crate) fn has_index(&self, slot: Slot) -> bool {
        self.index(slot).is_some()
    }

    /// Whether `slot` has an index of references.
    #[must_use]
    pub(crate) fn has_reference_index(&self, slot: Slot) -> bool {
        self.index(slot).is_some_and(|index| index.kind == IndexKind::Reference)
    }

    /// The rows whose indexed field has this value, ordered by id; none when the field has no index.
    pub(crate) fn key_rows<'a>(
        &'a self,
        slot: Slot,
        value: ValueRef<'a>,
        case_sensitive: bool,
    ) -> impl Iterator<Item = RowNo> {
        let found = self
            .index(slot)
            .into_iter()
            .flat_map(move |index| index.candidates(value))
            .filter(move |row| same_key(self.value(slot, *row), value, case_sensitive));
        let (in_order, mut sorted) =
            if self.in_id_order() { (Some(found), Vec::new()) } else { (None, found.collect()) };
        sorted.sort_unstable_by_key(|row| self.id_at(*row));
        in_order.into_iter().flatten().chain(sorted)
    }

    /// The rows whose reference field names `parent`, ordered by id; none when the field has no index.
    pub(crate) fn child_rows(&self, slot: Slot, parent: RecordId) -> impl Iterator<Item = RowNo> {
        self.key_rows(slot, ValueRef::Id(parent), true)
    }

    /// The records whose indexed field has this value, ordered by id.
    pub(crate) fn by_key<'a>(
        &'a self,
        slot: Slot,
        value: &'a Value,
        case_sensitive: bool,
    ) -> impl Iterator<Item = RecordId> {
        self.key_rows(slot, value.as_ref(), case_sensitive).map(|row| self.id_at(row))
    }

    /// The records whose reference field names `parent`, ordered by id.
    pub(crate) fn children(&self, slot: Slot, parent: RecordId) -> impl Iterator<Item = RecordId> {
        self.child_rows(slot, parent).map(|row| self.id_at(row))
    }

    /// Puts a record in place. Gives what was there in the slots that change; `None` for a new record.
    pub(super) fn put(&mut self, object: &SObjectDef, record: Record) -> Option<Cells> {
        let id = record.id();
        if let Some(row) = self.row_of(id) {
            let mut before = Vec::new();
            self.change(object, row, record.into_cells(), |slot, old| before.push((slot, old)));
            return Some(before.into());
        }
        let row = self.add_row(object, id);
        self.len += 1;
        self.live += usize::from(!record.is_deleted(object));
        let chunk = Arc::make_mut(&mut self.chunks[row.chunk()]);
        for (slot, value) in record.into_cells() {
            if value.is_null() || chunk.is_id(slot) {
                continue;
            }
            if let Some(Some(index)) = self.indexes.get_mut(slot.index()) {
                Arc::make_mut(index).insert(value.as_ref(), row);
            }
            chunk.set(object, slot, row.position(), value);
        }
        None
    }

    /// Puts single values of a record in place.
    pub(super) fn put_cells(&mut self, object: &SObjectDef, id: RecordId, cells: Cells) {
        if let Some(row) = self.row_of(id) {
            self.change(object, row, cells, |_, _| ());
        }
    }

    /// Takes a record out entirely. Its row is kept for its return until the table is [tidied](Self::tidy).
    pub(super) fn remove(&mut self, object: &SObjectDef, id: RecordId) -> Option<Record> {
        let row = self.row_of(id)?;
        let chunk = Arc::make_mut(&mut self.chunks[row.chunk()]);
        let record = chunk.record(object, row.position());
        chunk.remove(row.position());
        for (index, value) in self.indexes.iter_mut().zip(record.values()) {
            if let Some(index) = index.as_mut().filter(|_| !value.is_null()) {
                Arc::make_mut(index).remove(value.as_ref(), row);
            }
        }
        self.len -= 1;
        self.live -= usize::from(!record.is_deleted(object));
        if let Some(rows) = &mut self.by_id {
            rows.remove(&id);
        }
        Some(record)
    }

    /// Takes a record out as if it had never been put in place.
    pub(super) fn withdraw(&mut self, object: &SObjectDef, id: RecordId) {
        let row = self.row_of(id);
        self.remove(object, id);
        if row.is_some_and(|row| row.0 as usize + 1 == self.row_count()) {
            self.pop_row();
        }
    }

    /// Gives up the rows that removed records have left: those at the end, and all of them once they are
    /// more than the records.
    pub(super) fn tidy(&mut self, object: &SObjectDef) {
        while self.chunks.last().is_some_and(|chunk| !chunk.present().get(chunk.len() - 1)) {
            self.pop_row();
        }
        let rows = self.row_count();
        if rows > CHUNK_ROWS && self.len * 2 < rows {
            let mut fresh = Self::new(object);
            for view in self.views(object) {
                fresh.put(object, view.to_record());
            }
            fresh.created = self.created;
            fresh.auto_numbers = std::mem::take(&mut self.auto_numbers);
            *self = fresh;
        }
    }

    /// Takes the last row away, whose record is gone.
    fn pop_row(&mut self) {
        if let Some(chunk) = self.chunks.last_mut() {
            Arc::make_mut(chunk).pop();
        }
        if self.chunks.last().is_some_and(|chunk| chunk.len() == 0) {
            self.chunks.pop();
            self.firsts.pop();
        }
        if self.chunks.is_empty() {
            self.by_id = None;
        }
    }

    /// How many rows there are, those included whose record is gone.
    fn row_count(&self) -> usize {
        let full = self.chunks.len().saturating_sub(1) * CHUNK_ROWS;
        full + self.chunks.last().map_or(0, |chunk| chunk.len())
    }

    /// Puts values in place, keeps indexes and counters, and tells what was there where it changed.
    fn change(
        &mut self,
        object: &SObjectDef,
        row: RowNo,
        cells: impl IntoIterator<Item = (Slot, Value)>,
        mut changed: impl FnMut(Slot, Value),
    ) {
        let chunk = Arc::make_mut(&mut self.chunks[row.chunk()]);
        let position = row.position();
        for (slot, value) in cells {
            let same = match chunk.column(slot) {
                Some(column) => identical(column.value(position), value.as_ref()),
                None => value.is_null(),
            };
            if same || chunk.is_id(slot) {
                continue;
            }
            let old = chunk.owned(slot, position);
            if let Some(Some(index)) = self.indexes.get_mut(slot.index()) {
                let index = Arc::make_mut(index);
                index.remove(old.as_ref(), row);
                index.insert(value.as_ref(), row);
            }
            if object.system.is_deleted == Some(slot) {
                self.live = self.live + usize::from(old.is_true()) - usize::from(value.is_true());
            }
            chunk.set(object, slot, position, value);
            changed(slot, old);
        }
    }

    /// A row for a new record.
    fn add_row(&mut self, object: &SObjectDef, id: RecordId) -> RowNo {
        if self.in_id_order() {
            if let Some(row) = self.place_of(id) {
                // A record that was here before returns.
                Arc::make_mut(&mut self.chunks[row.chunk()]).revive(row.position(), id);
                return row;
            }
            let last = self.chunks.last().and_then(|chunk| chunk.ids().last());
            if last.is_some_and(|last| id < *last) {
                self.by_id = Some(self.rows().map(|row| (self.id_at(row), row)).collect());
            }
        }
        let room = self.chunks.last_mut().filter(|chunk| chunk.len() < CHUNK_ROWS);
        let position = if let Some(chunk) = room {
            Arc::make_mut(chunk).push(id)
        } else {
            if let Some(full) = self.chunks.last_mut() {
                Arc::make_mut(full).shrink();
            }
            let mut chunk = Chunk::new(object);
            let position = chunk.push(id);
            self.chunks.push(Arc::new(chunk));
            self.firsts.push(id);
            position
        };
        let row = RowNo::new(self.chunks.len() - 1, position);
        if let Some(rows) = &mut self.by_id {
            rows.insert(id, row);
        }
        row
    }

    /// The row with this id, whether its record is still there or not; only for rows in the order of ids.
    fn place_of(&self, id: RecordId) -> Option<RowNo> {
        // Most ids that are no record's are about to be one's.
        if id > *self.chunks.last()?.ids().last()? {
            return None;
        }
        let chunk = self.firsts.partition_point(|first| *first <= id).checked_sub(1)?;
        let position = self.chunks.get(chunk)?.ids().binary_search(&id).ok()?;
        Some(RowNo::new(chunk, position))
    }

    fn is_present(&self, row: RowNo) -> bool {
        self.chunks.get(row.chunk()).is_some_and(|chunk| chunk.present().get(row.position()))
    }

    fn index(&self, slot: Slot) -> Option<&Index> {
        self.indexes.get(slot.index())?.as_deref()
    }

    pub(super) fn value(&self, slot: Slot, row: RowNo) -> ValueRef<'_> {
        self.chunks.get(row.chunk()).map_or(ValueRef::Null, |chunk| chunk.value(slot, row.position()))
    }

    pub(super) fn id_at(&self, row: RowNo) -> RecordId {
        self.chunks.get(row.chunk()).map_or(RecordId::NULL, |chunk| chunk.id_at(row.position()))
    }
}

/// Whether two values are the same in every respect: equal numbers can differ in their decimal places.
fn identical(one: ValueRef<'_>, other: ValueRef<'_>) -> bool {
    match (one, other) {
        (ValueRef::Number(one), ValueRef::Number(other)) => one.serialize() == other.serialize(),
        _ => one == other,
    }
}
