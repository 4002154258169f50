//! What a transaction has done so far, read out of its undo log.

use std::collections::BTreeMap;

use super::{
    slots::Record,
    store::{Store, Undo},
};
use crate::{
    RecordId, Value,
    catalog::{ObjectIndex, Slot},
};

/// A record that the running transaction has changed.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Its object.
    pub(crate) object: ObjectIndex,
    /// Its id.
    pub(crate) id: RecordId,
    /// Its place among all records that the transaction has changed, from 1, by the first change of each.
    pub(crate) place: u32,
    /// The record before the transaction; `None` for a new one.
    pub(crate) before: Option<Record>,
}

/// What is gathered of one record.
struct Trace {
    object: ObjectIndex,
    place: u32,
    origin: Origin,
    /// The first value before a change, by slot.
    cells: BTreeMap<Slot, Value>,
}

/// Where the record before the transaction is to be found.
enum Origin {
    /// There was none.
    Created,
    /// In the table, apart from the traced cells.
    Stored,
    /// It was erased, and looked like this then.
    Erased(Record),
}

impl Store {
    /// The objects whose records the running transaction has touched, once for each time.
    pub(crate) fn touched(&self) -> impl Iterator<Item = ObjectIndex> {
        self.undo.iter().filter_map(Undo::object)
    }

    /// The records of watched objects that the running transaction has changed, in the order of their first
    /// changes.
    pub(crate) fn changes(&self, watched: impl Fn(ObjectIndex) -> bool) -> Vec<Change> {
        let mut traces: BTreeMap<RecordId, Trace> = BTreeMap::new();
        let mut place = 0;
        for undo in &self.undo {
            let (Some(object), Some(id)) = (undo.object(), undo.id()) else { continue };
            let trace = traces.entry(id).or_insert_with(|| {
                place += 1;
                let origin =
                    if matches!(undo, Undo::Created { .. }) { Origin::Created } else { Origin::Stored };
                Trace { object, place, origin, cells: BTreeMap::new() }
            });
            if !watched(object) || !matches!(trace.origin, Origin::Stored) {
                continue;
            }
            match undo {
                Undo::Changed { before, .. } => {
                    for (slot, value) in before {
                        trace.cells.entry(*slot).or_insert_with(|| value.clone());
                    }
                }
                Undo::Erased { before, .. } => trace.origin = Origin::Erased(before.clone()),
                Undo::Created { .. } | Undo::Bin { .. } | Undo::Kept { .. } => {}
            }
        }
        let mut changes: Vec<Change> = traces
            .into_iter()
            .filter(|(_, trace)| watched(trace.object))
            .filter_map(|(id, trace)| self.change(id, trace))
            .collect();
        changes.sort_unstable_by_key(|change| change.place);
        changes
    }

    fn change(&self, id: RecordId, trace: Trace) -> Option<Change> {
        let Trace { object, place, origin, cells } = trace;
        let base = match origin {
            Origin::Created => return Some(Change { object, id, place, before: None }),
            Origin::Stored => self.draft(object, id)?,
            Origin::Erased(record) => record,
        };
        let mut before = base;
        for (slot, value) in cells {
            before.set(slot, value);
        }
        Some(Change { object, id, place, before: Some(before) })
    }
}
