//! Reads records along paths.

use super::path::{Place, Steps};
use crate::{
    Cell, Org, RecordId, RecordView, Row, Value, ValueRef,
    catalog::{SObjectDef, Slot},
    ctx::Ctx,
    query::shape::{Member, Shape},
    read::Held,
};

/// Reads on behalf of one user at one time.
#[derive(Clone, Copy)]
pub(super) struct Reader<'o> {
    pub(super) org: &'o Org,
    pub(super) ctx: &'o Ctx,
    /// Whether deleted records count.
    pub(super) all: bool,
}

impl<'o> Reader<'o> {
    /// The value at the end of a path; null when a parent on the way is missing.
    pub(super) fn value(self, record: RecordView<'o>, steps: &Steps) -> Held<'o> {
        let mut record = record;
        for place in &*steps.hops {
            match self.parent(record, place) {
                Some(parent) => record = parent,
                None => return Held::Stored(ValueRef::Null),
            }
        }
        match &steps.leaf {
            Place::ObjectName => Held::Stored(ValueRef::Text(&record.object.name)),
            place => {
                slot_in(record, place).map_or(Held::Stored(ValueRef::Null), |slot| self.own(record, slot))
            }
        }
    }

    /// The row of a record.
    pub(super) fn row(self, record: RecordView<'o>, shape: &Shape) -> Row {
        let cells = shape.members.iter().map(|member| self.cell(record, member)).collect();
        Row {
            object: record.object.name.clone(),
            id: Some(record.id()),
            columns: shape.columns.clone(),
            cells,
        }
    }

    fn cell(self, record: RecordView<'o>, member: &Member) -> Cell {
        match member {
            Member::Field(Place::ObjectName) => Cell::Value(Value::Text(record.object.name.clone())),
            Member::Field(place) => match slot_in(record, place) {
                Some(slot) => self.org.cell_of(self.ctx, record, record.object.at(slot)),
                None => Cell::Value(Value::Null),
            },
            Member::Parent(place, shape) => match self.parent(record, place) {
                Some(parent) => Cell::Row(Box::new(self.row(parent, shape))),
                None => Cell::Value(Value::Null),
            },
        }
    }

    fn own(self, record: RecordView<'o>, slot: Slot) -> Held<'o> {
        self.org.value_of(self.ctx, record, record.object.at(slot))
    }

    /// The parent that a reference field names. A deleted parent is none, unless deleted records count.
    fn parent(self, record: RecordView<'o>, place: &Place) -> Option<RecordView<'o>> {
        let id = self.own(record, slot_in(record, place)?).as_ref().as_id()?;
        let parent = if self.all { self.org.store.get(id) } else { self.org.store.live(id) };
        // A polymorphic reference may lead to an object that the user cannot read.
        parent.filter(|parent| self.ctx.access.object(parent.object.index).read)
    }

    /// The record with this id, if it counts.
    pub(super) fn record(self, object: &'o SObjectDef, id: RecordId) -> Option<RecordView<'o>> {
        self.org.store.table(object.index).view(object, id).and_then(|record| self.visible(record))
    }

    /// The record, if it counts: deleted ones do for `queryAll` only.
    pub(super) fn visible(self, record: RecordView<'o>) -> Option<RecordView<'o>> {
        (self.all || !record.is_deleted()).then_some(record)
    }
}

fn slot_in(record: RecordView<'_>, place: &Place) -> Option<Slot> {
    match place {
        Place::Slot(slot) => Some(*slot),
        Place::ByObject(slots) => {
            slots.iter().find(|(object, _)| *object == record.object.index).map(|(_, slot)| *slot)
        }
        Place::ObjectName => None,
    }
}
