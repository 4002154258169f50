//! All tables of an org, and the undo log that makes a call all or nothing.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    RecordId, Timestamp,
    catalog::{Catalog, ObjectIndex, SObjectDef, Slot},
};

use super::{
    bin::{Binned, RecycleBin},
    pages::Pages,
    slots::Record,
    table::{Cells, Table},
    view::RecordView,
};

/// Records as they were, by the record that will want them back.
type Kept = Pages<RecordId, Arc<[Record]>>;

/// All records of an org.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    catalog: Arc<Catalog>,
    tables: Vec<Arc<Table>>,
    bin: RecycleBin,
    /// Records as they were, kept for the record that will want them back.
    kept: Kept,
    pub(super) undo: Vec<Undo>,
    pod: [u8; 3],
}

/// What was before a change.
#[derive(Clone, Debug)]
pub(super) enum Undo {
    Created { object: ObjectIndex, id: RecordId },
    Changed { object: ObjectIndex, id: RecordId, before: Cells },
    Erased { object: ObjectIndex, before: Record },
    Bin { id: RecordId, before: Option<Binned> },
    Kept { id: RecordId, before: Option<Arc<[Record]>> },
}

impl Undo {
    /// The object of the record; `None` for what happens besides the change of a record.
    pub(super) const fn object(&self) -> Option<ObjectIndex> {
        match self {
            Self::Created { object, .. } | Self::Changed { object, .. } | Self::Erased { object, .. } => {
                Some(*object)
            }
            Self::Bin { .. } | Self::Kept { .. } => None,
        }
    }

    /// The record, as for [`Undo::object`].
    pub(super) const fn id(&self) -> Option<RecordId> {
        match self {
            Self::Created { id, .. } | Self::Changed { id, .. } => Some(*id),
            Self::Erased { before, .. } => Some(before.id()),
            Self::Bin { .. } | Self::Kept { .. } => None,
        }
    }
}

/// A moment of a transaction that can be returned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Savepoint(usize);

impl Savepoint {
    /// The beginning of the running transaction.
    pub(crate) const START: Self = Self(0);
}

impl Store {
    /// An empty store. `pod` are the characters four to six of every id that it gives out.
    pub(crate) fn new(catalog: Arc<Catalog>, pod: [u8; 3]) -> Self {
        let tables = catalog.objects().iter().map(Table::new).map(Arc::new).collect();
        Self { catalog, tables, bin: RecycleBin::default(), kept: Pages::default(), undo: Vec::new(), pod }
    }

    /// What the store holds, in the order of an image.
    pub(super) fn parts(&self) -> (&Catalog, &[Arc<Table>], &RecycleBin, &Kept, &[Undo]) {
        (&self.catalog, &self.tables, &self.bin, &self.kept, &self.undo)
    }

    /// Puts a record into the Recycle Bin as it was.
    pub(super) fn restore_binned(&mut self, id: RecordId, binned: Binned) {
        self.bin.set(id, Some(binned));
    }

    /// Keeps records for another one as they were.
    pub(super) fn restore_kept(&mut self, id: RecordId, records: Arc<[Record]>) {
        self.kept.insert(id, records);
    }

    /// Goes on with another catalog, in which objects and fields have the places that they had. Every change must
    /// have been committed.
    pub(crate) fn follow(&mut self, catalog: &Arc<Catalog>) {
        let before = std::mem::replace(&mut self.catalog, Arc::clone(catalog));
        for (at, now) in catalog.objects().iter().enumerate() {
            match (self.tables.get_mut(at), before.objects().get(at)) {
                (Some(table), Some(_)) if now.is_gone() => *table = Arc::new(Table::new(now)),
                (Some(table), Some(old)) => Arc::make_mut(table).follow(old, now),
                _ => self.tables.push(Arc::new(Table::new(now))),
            }
        }
    }

    pub(crate) fn table(&self, object: ObjectIndex) -> &Table {
        &self.tables[object.index()]
    }

    pub(crate) fn table_mut(&mut self, object: ObjectIndex) -> &mut Table {
        Arc::make_mut(&mut self.tables[object.index()])
    }

    /// The record with this id, deleted or not.
    pub(crate) fn get(&self, id: RecordId) -> Option<RecordView<'_>> {
        let object = self.catalog.object_of(id)?;
        self.table(object.index).view(object, id)
    }

    /// The record with this id, if it is not deleted.
    pub(crate) fn live(&self, id: RecordId) -> Option<RecordView<'_>> {
        self.get(id).filter(|view| !view.is_deleted())
    }

    /// The record of an object with this id, deleted or not.
    pub(crate) fn view(&self, object: ObjectIndex, id: RecordId) -> Option<RecordView<'_>> {
        self.table(object).view(self.catalog.object(object), id)
    }

    /// A copy of a record, to be changed and put back.
    pub(crate) fn draft(&self, object: ObjectIndex, id: RecordId) -> Option<Record> {
        self.view(object, id).map(RecordView::to_record)
    }

    /// The records of an object that are not deleted, ordered by id.
    pub(crate) fn live_records<'a>(&'a self, object: &'a SObjectDef) -> impl Iterator<Item = RecordView<'a>> {
        self.table(object.index).views(object).filter(|record| !record.is_deleted())
    }

    /// The live records whose reference field names `parent`, ordered by id.
    pub(crate) fn live_children<'a>(
        &'a self,
        object: &'a SObjectDef,
        field: Slot,
        parent: RecordId,
    ) -> impl Iterator<Item = RecordView<'a>> {
        let table = self.table(object.index);
        table
            .children(field, parent)
            .filter_map(move |id| table.view(object, id))
            .filter(|record| !record.is_deleted())
    }

    /// The characters four to six of every id.
    pub(crate) const fn pod(&self) -> [u8; 3] {
        self.pod
    }

    /// A fresh id for a record of `object`. Objects without key prefix have no records of their own.
    pub(crate) fn new_id(&mut self, object: &SObjectDef) -> Option<RecordId> {
        let prefix = object.key_prefix?;
        let pod = self.pod;
        let table = self.table_mut(object.index);
        loop {
            // Ids of an org file may lie ahead of the counter.
            let id = RecordId::compose(prefix, pod, table.next_id());
            if !table.contains(id) {
                return Some(id);
            }
        }
    }

    /// Keeps the counter of ids ahead of one that another org has given.
    pub(crate) fn saw_id(&mut self, object: ObjectIndex, id: RecordId) {
        if let Some(counter) = id.counter_in(self.pod) {
            self.table_mut(object).saw_id(counter);
        }
    }

    /// Puts a record in place and remembers what was there.
    pub(crate) fn put(&mut self, object: ObjectIndex, record: Record) {
        let id = record.id();
        let catalog = Arc::clone(&self.catalog);
        let undo = match self.table_mut(object).put(catalog.object(object), record) {
            None => Undo::Created { object, id },
            Some(before) => Undo::Changed { object, id, before },
        };
        self.undo.push(undo);
    }

    /// Takes a record out for good and remembers what was there.
    pub(crate) fn erase(&mut self, object: ObjectIndex, id: RecordId) {
        let catalog = Arc::clone(&self.catalog);
        if let Some(before) = self.table_mut(object).remove(catalog.object(object), id) {
            self.undo.push(Undo::Erased { object, before });
        }
    }

    /// Notes that `id` lies in the Recycle Bin since `at`, because `root` was deleted.
    pub(crate) fn note_deleted(&mut self, id: RecordId, root: RecordId, at: Timestamp) {
        self.set_binned(id, Some(Binned { root, at }));
    }

    /// Takes the records that went with `root` out of the Recycle Bin, `root` first.
    pub(crate) fn take_from_bin(&mut self, root: RecordId) -> Vec<RecordId> {
        let ids: Vec<RecordId> = std::iter::once(root).chain(self.bin.along_with(root)).collect();
        for id in &ids {
            self.set_binned(*id, None);
        }
        ids
    }

    /// When the oldest record of the Recycle Bin was deleted.
    pub(crate) fn oldest_deletion(&self) -> Option<Timestamp> {
        self.bin.oldest()
    }

    /// The records that lie in the Recycle Bin since this moment or longer, oldest first.
    pub(crate) fn deleted_until(&self, moment: Timestamp) -> Vec<RecordId> {
        self.bin.until(moment).collect()
    }

    /// Lets a record lie in the Recycle Bin as if it had been deleted at `at`.
    pub(crate) fn delay_purge(&mut self, id: RecordId, at: Timestamp) {
        if let Some(binned) = self.bin.get(id) {
            self.set_binned(id, Some(Binned { at, ..binned }));
        }
    }

    /// Takes a record out of the Recycle Bin for good, with what was kept for it.
    pub(crate) fn purge(&mut self, id: RecordId) {
        let catalog = Arc::clone(&self.catalog);
        if let Some(object) = catalog.object_of(id) {
            self.erase(object.index, id);
        }
        if self.kept.get(&id).is_some() {
            self.keep(id, None);
        }
        self.set_binned(id, None);
    }

    fn set_binned(&mut self, id: RecordId, binned: Option<Binned>) {
        let before = self.bin.set(id, binned);
        self.undo.push(Undo::Bin { id, before });
    }

    /// How many records are kept as they were.
    pub(crate) fn kept_records(&self) -> usize {
        self.kept.iter().map(|(_, records)| records.len()).sum()
    }

    /// What was kept for a record, if anything was.
    pub(crate) fn kept(&self, id: RecordId) -> Option<Arc<[Record]>> {
        self.kept.get(&id).cloned()
    }

    /// Keeps records as they are now for the record `id`, apart from all tables; `None` ends that.
    pub(crate) fn keep(&mut self, id: RecordId, records: Option<Vec<Record>>) {
        let before = match records {
            Some(records) => self.kept.insert(id, records.into()),
            None => self.kept.remove(&id),
        };
        self.undo.push(Undo::Kept { id, before });
    }

    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint(self.undo.len())
    }

    /// Returns every record to what it was at the savepoint. Counters go on, as on the platform.
    pub(crate) fn rollback(&mut self, to: Savepoint) {
        let catalog = Arc::clone(&self.catalog);
        while self.undo.len() > to.0 {
            let Some(undo) = self.undo.pop() else { return };
            match undo {
                Undo::Created { object, id } => {
                    self.table_mut(object).withdraw(catalog.object(object), id);
                }
                Undo::Changed { object, id, before } => {
                    self.table_mut(object).put_cells(catalog.object(object), id, before);
                }
                Undo::Erased { object, before } => {
                    self.table_mut(object).put(catalog.object(object), before);
                }
                Undo::Bin { id, before } => {
                    self.bin.set(id, before);
                }
                Undo::Kept { id, before: Some(records) } => {
                    self.kept.insert(id, records);
                }
                Undo::Kept { id, before: None } => {
                    self.kept.remove(&id);
                }
            }
        }
    }

    /// Whether a record was created after a savepoint.
    pub(crate) fn is_created_since(&self, moment: Savepoint, record: RecordId) -> bool {
        let since = self.undo.get(moment.0..).unwrap_or_default();
        since.iter().any(|undo| matches!(undo, Undo::Created { id, .. } if *id == record))
    }

    /// Makes everything since the last commit final.
    pub(crate) fn commit(&mut self) {
        let undo = std::mem::take(&mut self.undo);
        let erased: BTreeSet<ObjectIndex> = undo
            .iter()
            .filter_map(|undo| if let Undo::Erased { object, .. } = undo { Some(*object) } else { None })
            .collect();
        let catalog = Arc::clone(&self.catalog);
        for object in erased {
            self.table_mut(object).tidy(catalog.object(object));
        }
    }
}
