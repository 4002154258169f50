//! Groups records and forms their aggregates.

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use mockorg_soql::tree::GroupKind;

use super::{
    aggregates::{Accumulator, Aggregate, Distinct},
    conditions,
    filter::{Comparer, Filter},
    operand::{Operand, Source},
    order::{self, OrderKey, Ranks},
    path::Steps,
    terms::Term,
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
    of: Operand,
    comparer: Comparer,
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
    /// The keys and, behind them, the aggregates.
    values: Vec<Value>,
    /// One bit for each key that a subtotal rolls up.
    rolled: u32,
    keys: usize,
}

impl<'o> Source<'o> for &'o Group {
    fn field(self, _: &Steps) -> Held<'o> {
        // Statements over groups name keys and aggregates only.
        Held::Stored(ValueRef::Null)
    }

    fn group(self, index: usize) -> ValueRef<'o> {
        if index < self.keys && self.rolled(index) {
            return ValueRef::Null;
        }
        self.values.get(index).map_or(ValueRef::Null, Value::as_ref)
    }

    fn rolled(self, index: usize) -> bool {
        self.rolled >> index & 1 == 1
    }
}

/// A group that is being formed: its keys as first seen, and its aggregates so far.
struct Forming {
    keys: Vec<Value>,
    aggregates: Vec<Accumulator>,
}

impl GroupPlan {
    /// The groups of the records, filtered and ordered.
    pub(super) fn form<'o, S: Source<'o>>(&self, records: impl Iterator<Item = S>) -> Vec<Group> {
        let masks = self.masks();
        let mut forming: BTreeMap<(u32, Vec<Distinct>), Forming> = BTreeMap::new();
        for record in records {
            let values: Vec<Held<'o>> = self.keys.iter().map(|key| key.of.value(record)).collect();
            for mask in &masks {
                let is_kept = |index: usize| mask >> index & 1 == 0;
                let folded = values.iter().zip(&self.keys).enumerate().map(|(index, (value, key))| {
                    let value = if is_kept(index) { value.as_ref() } else { ValueRef::Null };
                    Distinct::of(key.comparer, value)
                });
                let group = forming.entry((*mask, folded.collect())).or_insert_with(|| Forming {
                    keys: values.iter().map(|value| value.as_ref().to_value()).collect(),
                    aggregates: self.accumulators(),
                });
                for (aggregate, accumulator) in self.aggregates.iter().zip(&mut group.aggregates) {
                    accumulator.add(aggregate, aggregate.of.value(record).as_ref());
                }
            }
        }
        if !self.by && forming.is_empty() {
            let all = Forming { keys: Vec::new(), aggregates: self.accumulators() };
            forming.insert((0, Vec::new()), all);
        }
        let groups = forming.into_iter().map(|((rolled, _), group)| self.finish(rolled, group));
        let groups: Vec<Group> =
            groups.filter(|group| self.having.as_ref().is_none_or(|having| having.matches(group))).collect();
        self.sorted(groups)
    }

    /// Which keys are rolled up, for each kind of row: none of them, and for ROLLUP and CUBE the subtotals.
    fn masks(&self) -> Vec<u32> {
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

    fn accumulators(&self) -> Vec<Accumulator> {
        self.aggregates.iter().map(|aggregate| Accumulator::new(aggregate.kind)).collect()
    }

    fn finish(&self, rolled: u32, forming: Forming) -> Group {
        let keys = forming.keys.len();
        let mut values = forming.keys;
        let aggregates = self.aggregates.iter().zip(forming.aggregates);
        values.extend(aggregates.map(|(aggregate, accumulator)| accumulator.finish(aggregate.kind)));
        Group { values, rolled, keys }
    }

    fn sorted(&self, mut groups: Vec<Group>) -> Vec<Group> {
        groups.sort_by(|a, b| self.natural_order(a, b));
        if self.order.is_empty() {
            return groups;
        }
        order::sort(groups.iter().collect(), &self.order).into_iter().cloned().collect()
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
