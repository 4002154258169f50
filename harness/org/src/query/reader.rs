//! Reads records along paths, and sends them to where rows go.

use super::{
    operand::{Operand, Source},
    path::{Place, Steps},
    shape::{Branches, Member, Shape},
};
use crate::{
    Org, PageSink, RecordId, RecordView, ValueRef,
    catalog::{FieldDef, FieldType, SObjectDef, Slot},
    ctx::Ctx,
    query::pages::Family,
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

/// A record and who reads it.
#[derive(Clone, Copy)]
pub(super) struct Reading<'o> {
    pub(super) reader: Reader<'o>,
    pub(super) record: RecordView<'o>,
}

impl<'o> Source<'o> for Reading<'o> {
    fn field(self, steps: &Steps) -> Held<'o> {
        self.reader.value(self.record, steps)
    }

    fn group(self, _: usize) -> ValueRef<'o> {
        // Statements over records name no groups.
        ValueRef::Null
    }

    fn rolled(self, _: usize) -> bool {
        false
    }
}

impl<'o> Reader<'o> {
    /// A record as a source of operands.
    pub(super) const fn reading(self, record: RecordView<'o>) -> Reading<'o> {
        Reading { reader: self, record }
    }

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

    /// Sends a record as a row; `family` are the children that belong into it.
    pub(super) fn send(
        self,
        record: RecordView<'o>,
        shape: &Shape,
        family: &Family<'o>,
        sink: &mut dyn PageSink,
    ) {
        sink.begin_row(&record.object.name, Some(record.id()), &shape.columns);
        let mut children = family.lists.iter();
        for member in &shape.members {
            match member {
                Member::Field(Place::ObjectName) => sink.value(ValueRef::Text(&record.object.name)),
                Member::Field(place) => match slot_in(record, place) {
                    Some(slot) => self.send_field(record, record.object.at(slot), sink),
                    None => sink.value(ValueRef::Null),
                },
                Member::Computed(operand) => self.send_computed(record, operand, sink),
                Member::Parent(place, shape) => match self.parent(record, place) {
                    Some(parent) => self.send(parent, shape, &Family::NONE, sink),
                    None => sink.value(ValueRef::Null),
                },
                Member::TypeOf(place, branches) => self.send_branch(record, place, branches, sink),
                Member::Children(plan) => match children.next() {
                    Some(list) => self.send_children(list, plan, sink),
                    None => sink.value(ValueRef::Null),
                },
            }
        }
        sink.end_row();
    }

    fn send_computed(self, record: RecordView<'o>, operand: &Operand, sink: &mut dyn PageSink) {
        sink.value(operand.value(self.reading(record)).as_ref());
    }

    fn send_field(self, record: RecordView<'o>, field: &FieldDef, sink: &mut dyn PageSink) {
        match field.field_type {
            FieldType::Address | FieldType::Location => {
                let mut parts = field.compound_parts.iter().map(|(name, slot)| (name, record.at(*slot)));
                if field.compound_parts.iter().all(|(_, slot)| record.at(*slot).is_null()) {
                    sink.value(ValueRef::Null);
                } else {
                    sink.compound(&mut parts);
                }
            }
            FieldType::ComplexValue => {
                let members = self.org.metadata_of(record);
                sink.compound(&mut members.iter().map(|(name, value)| (name, value.as_ref())));
            }
            FieldType::Base64 if !record.at(field.slot).is_null() => sink.blob_link(),
            FieldType::EncryptedString => match record.at(field.slot) {
                ValueRef::Text(text) => sink.value(ValueRef::Text(&"*".repeat(text.chars().count()))),
                other => sink.value(other),
            },
            _ => sink.value(self.own(record, field.slot).as_ref()),
        }
    }

    fn send_branch(
        self,
        record: RecordView<'o>,
        place: &Place,
        branches: &Branches,
        sink: &mut dyn PageSink,
    ) {
        let Some(parent) = self.parent(record, place) else {
            sink.value(ValueRef::Null);
            return;
        };
        let own = branches.whens.iter().find(|(object, _)| *object == parent.object.index);
        let shape = own.map_or(&branches.otherwise, |(_, shape)| shape);
        self.send(parent, shape, &Family::NONE, sink);
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
