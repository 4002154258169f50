//! Pages: which rows fit, with their children, and what waits behind a locator.

use std::sync::Arc;

use super::{
    plan::{ChildPlan, Output},
    reader::Reader,
    run,
    shape::{Member, Shape},
};
use crate::{PageSink, RecordId, RecordView, catalog::ObjectIndex};

/// The children of one record, a list for each child subquery of its shape.
#[derive(Clone, Debug)]
pub(super) struct Family<'o> {
    pub(super) lists: Vec<ChildList<'o>>,
}

/// The children of one record under one relationship.
#[derive(Clone, Debug)]
pub(super) struct ChildList<'o> {
    total: usize,
    rows: Vec<(RecordView<'o>, Family<'o>)>,
    /// What did not fit on the page.
    rest: Option<Rest>,
    /// The locator and offset of the page behind this one.
    next: Option<Box<str>>,
}

/// Records that wait for their page.
#[derive(Clone, Debug)]
pub(super) struct Rest {
    pub(super) object: ObjectIndex,
    pub(super) shape: Arc<Shape>,
    /// All records, those of earlier pages included.
    pub(super) records: Arc<[RecordId]>,
    /// How many of them earlier pages hold.
    pub(super) sent: usize,
}

impl Family<'_> {
    /// A family without children.
    pub(super) const NONE: Self = Self { lists: Vec::new() };

    /// Hands each list that does not fit to `open`, which gives the locator of its next page.
    pub(super) fn open(&mut self, open: &mut dyn FnMut(Rest) -> Box<str>) {
        for list in &mut self.lists {
            list.next = list.rest.take().map(&mut *open);
            list.rows.iter_mut().for_each(|(_, family)| family.open(open));
        }
    }
}

/// The records of a page with their children, and how many of `records` it covers. A record that is gone
/// has no row but keeps its place; children count as rows. The page ends when it is full, but holds one
/// record at least.
pub(super) fn fill<'o>(
    reader: Reader<'o>,
    records: impl Iterator<Item = Option<RecordView<'o>>>,
    shape: &Shape,
    size: usize,
) -> (Vec<(RecordView<'o>, Family<'o>)>, usize) {
    let mut page = Vec::new();
    let mut rows = 0;
    let mut covered = 0;
    let mut records = records;
    while rows < size
        && let Some(record) = records.next()
    {
        covered += 1;
        rows += 1;
        if let Some(record) = record {
            let (family, children) = family(reader, record, shape, size);
            rows += children;
            page.push((record, family));
        }
    }
    (page, covered)
}

/// A record's children, and how many rows they are.
fn family<'o>(reader: Reader<'o>, record: RecordView<'o>, shape: &Shape, size: usize) -> (Family<'o>, usize) {
    let mut lists = Vec::new();
    let mut count = 0;
    for member in &shape.members {
        let Member::Children(plan) = member else { continue };
        let (list, rows) = children(reader, record, plan, size);
        count += rows;
        lists.push(list);
    }
    (Family { lists }, count)
}

fn children<'o>(
    reader: Reader<'o>,
    parent: RecordView<'o>,
    child: &ChildPlan,
    size: usize,
) -> (ChildList<'o>, usize) {
    let records = run::children(reader, child, parent.id());
    let Output::Rows(shape) = &child.plan.output else {
        return (ChildList { total: records.len(), rows: Vec::new(), rest: None, next: None }, 0);
    };
    let mut count = 0;
    let rows: Vec<_> = records
        .iter()
        .take(size)
        .map(|record| {
            let (family, own) = family(reader, *record, shape, size);
            count += 1 + own;
            (*record, family)
        })
        .collect();
    let rest = (records.len() > rows.len()).then(|| Rest {
        object: child.plan.object,
        shape: Arc::clone(shape),
        records: records.iter().map(RecordView::id).collect(),
        sent: rows.len(),
    });
    (ChildList { total: records.len(), rows, rest, next: None }, count)
}

impl<'o> Reader<'o> {
    /// Sends children as a page of their own; none at all are null.
    pub(super) fn send_children(self, list: &ChildList<'o>, child: &ChildPlan, sink: &mut dyn PageSink) {
        let Output::Rows(shape) = &child.plan.output else { return };
        if list.total == 0 {
            sink.value(crate::ValueRef::Null);
            return;
        }
        self.send_page((list.total, list.next.as_deref()), &list.rows, shape, sink);
    }

    /// Sends a page: how many rows there are in all, where the next page begins, and the rows of this one.
    pub(super) fn send_page(
        self,
        (total, next): (usize, Option<&str>),
        rows: &[(RecordView<'o>, Family<'o>)],
        shape: &Shape,
        sink: &mut dyn PageSink,
    ) {
        sink.begin_page(total as u64, next);
        for (record, family) in rows {
            self.send(*record, shape, family, sink);
        }
        sink.end_page();
    }
}
