//! Groups of records: which there are, and in which order they come.

use std::{cmp::Ordering, sync::Arc};

use mockorg_soql::tree::GroupKind;

use super::{
    aggregates::{Accumulator, Aggregate},
    conditions,
    filter::{Comparer, Filter},
    forming::Forming,
    operand::{Operand, Source},
    order::{self, OrderKey, Ranks},
    path::Steps,
    reader::Reader,
    scan::Selected,
    terms::Term,
    vector::Span,
};
use crate::{Value, ValueRef, read::Held};

/// What a statement over groups answers.
#[derive(Clone, Debug)]
pub(super) struct GroupPlan {
    /// Whether there is a GROUP BY; without one, all records are one group, even when there are none.
    pub(super) by: bool,
    /// Plain, ROLLUP or CUBE.
    pub(super) kind: GroupKind,
    /// What is grouped by.
    pub(super) keys: Vec<GroupKey>,
    /// The aggregates of all clauses.
    pub(super) aggregates: Vec<Aggregate>,
    /// The names of the columns.
    pub(super) columns: Arc<[Arc<str>]>,
    /// Where the cells come from.
    pub(super) cells: Box<[Operand]>,
    /// Which groups.
    pub(super) having: Option<Filter>,
    /// In which order; groups that it leaves equal stay ordered by their keys.
    pub(super) order: Vec<OrderKey>,
}

/// A key of groups.
#[derive(Clone, Debug)]
pub(super) struct GroupKey {
    /// What it is.
    pub(super) of: Operand,
    /// How values compare.
    pub(super) comparer: Comparer,
    ranks: Ranks,
}

impl GroupKey {
    pub(super) fn new(term: Term<'_>) -> Self {
        Self { comparer: conditions::comparer(&term.facts), ranks: Ranks::of(&term.facts), of: term.operand }
    }
}

/// One group.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The keys and, behind them, the aggregates. Keys that are rolled up are null.
    pub(super) values: Vec<Value>,
    /// One bit for each key that a subtotal rolls up.
    pub(super) rolled: u32,
}

impl<'o> Source<'o> for &'o Group {
    fn field(self, _: &Steps) -> Held<'o> {
        // Statements over groups name keys and aggregates only.
        Held::Stored(ValueRef::Null)
    }

    fn group(self, index: usize) -> ValueRef<'o> {
        self.values.get(index).map_or(ValueRef::Null, Value::as_ref)
    }

    fn rolled(self, index: usize) -> bool {
        is_rolled(self.rolled, index)
    }
}

/// Whether a mask rolls up the key at `index`. Only ROLLUP and CUBE roll keys up, and they take few; plain
/// groups may have more keys than a mask has bits.
pub(super) fn is_rolled(mask: u32, index: usize) -> bool {
    u32::try_from(index).ok().and_then(|index| mask.checked_shr(index)).is_some_and(|rest| rest & 1 == 1)
}

impl GroupPlan {
    /// The groups of the selected records, filtered and ordered.
    pub(super) fn form<'o>(&self, reader: Reader<'o>, selected: &Selected<'o>) -> Vec<Group> {
        let mut forming = Forming::new(self);
        for (at, rows) in &selected.chunks {
            if let Some(chunk) = selected.table.chunks().get(*at) {
                forming.add(Span { reader, object: selected.object, chunk }, rows);
            }
        }
        if !self.by {
            // Without GROUP BY there is one group, even of no records.
            forming.group(&[0]);
        }
        let mut groups = forming.finish();
        groups.retain(|group| self.having.as_ref().is_none_or(|having| having.matches(group)));
        self.sorted(groups)
    }

    /// Which keys are rolled up, for each kind of row: none of them, and for ROLLUP and CUBE the subtotals.
    pub(super) fn masks(&self) -> Vec<u32> {
        let count = self.keys.len();
        match self.kind {
            GroupKind::Plain => vec![0],
            // The last keys first: (a, b), (a), ().
            GroupKind::Rollup => {
                (0..=count).map(|rolled| ((1_u32 << rolled) - 1) << (count - rolled)).collect()
            }
            GroupKind::Cube => (0..1_u32 << count).collect(),
        }
    }

    /// The aggregates of a group without records.
    pub(super) fn accumulators(&self) -> Vec<Accumulator> {
        self.aggregates.iter().map(|aggregate| Accumulator::new(aggregate.kind)).collect()
    }

    fn sorted(&self, mut groups: Vec<Group>) -> Vec<Group> {
        groups.sort_by(|a, b| self.natural_order(a, b));
        if self.order.is_empty() {
            return groups;
        }
        order::first(groups.iter(), &self.order, groups.len()).into_iter().cloned().collect()
    }

    /// By the keys one after the other; what is rolled up comes behind what it sums up.
    fn natural_order(&self, a: &Group, b: &Group) -> Ordering {
        self.keys.iter().enumerate().fold(Ordering::Equal, |order, (index, key)| {
            order
                .then_with(|| a.rolled(index).cmp(&b.rolled(index)))
                .then_with(|| key.ranks.order(a.group(index), b.group(index)))
        })
    }
}
