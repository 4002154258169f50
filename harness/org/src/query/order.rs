//! ORDER BY.

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use mockorg_soql::tree::OrderTerm;

use super::{
    errors::Refusal,
    operand::{Operand, Source},
    path::FieldFacts,
    scope::Scope,
    terms::{Clause, Term},
};
use crate::{ValueRef, catalog::FieldType, read::Held};

/// One term of ORDER BY.
#[derive(Clone, Debug)]
pub(super) struct OrderKey {
    pub(super) operand: Operand,
    pub(super) descending: bool,
    pub(super) nulls_last: bool,
    pub(super) ranks: Ranks,
}

/// The places of a picklist's values in their defined order; values that are not defined come last.
/// Empty for fields that are no picklists.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranks(Option<Arc<RankTable>>);

#[derive(Debug, Default)]
struct RankTable {
    /// By the value as it is defined.
    exact: BTreeMap<Box<str>, usize>,
    /// By the value in lower case.
    folded: BTreeMap<Box<str>, usize>,
}

impl Ranks {
    /// The ranks of a field's values.
    pub(super) fn of(field: &FieldFacts<'_>) -> Self {
        if field.field_type != FieldType::Picklist || field.picklist_values.is_empty() {
            return Self(None);
        }
        let mut ranks = RankTable::default();
        for (rank, value) in field.picklist_values.iter().enumerate() {
            ranks.exact.entry((&*value.value).into()).or_insert(rank);
            ranks.folded.entry(value.value.to_lowercase().into()).or_insert(rank);
        }
        Self(Some(Arc::new(ranks)))
    }

    /// The rank of a value; the same for all where there are no ranks.
    pub(super) fn rank(&self, value: ValueRef<'_>) -> usize {
        match (&self.0, value) {
            (Some(ranks), ValueRef::Text(text)) => {
                let found = ranks.exact.get(text);
                let found = found.or_else(|| ranks.folded.get(text.to_lowercase().as_str()));
                found.copied().unwrap_or(usize::MAX)
            }
            _ => 0,
        }
    }

    /// The order of two values, nulls first.
    pub(super) fn order(&self, a: ValueRef<'_>, b: ValueRef<'_>) -> Ordering {
        let by_rank = if self.0.is_some() && !a.is_null() && !b.is_null() {
            self.rank(a).cmp(&self.rank(b))
        } else {
            Ordering::Equal
        };
        by_rank.then_with(|| a.sort_order(b))
    }
}

/// Resolves the terms of an ORDER BY over records.
pub(super) fn resolve(scope: &Scope<'_>, terms: &[OrderTerm]) -> Result<Vec<OrderKey>, Refusal> {
    terms
        .iter()
        .map(|term| {
            let resolved = scope.term(&term.expr, Clause::Order)?;
            if !resolved.facts.sortable {
                return Err(scope.source.not_sortable(term.expr.span().start, &resolved.facts.name));
            }
            let of_parent = is_of_parent(&resolved.operand);
            Ok(OrderKey::new(term, resolved, of_parent))
        })
        .collect()
}

/// Whether the operand is a parent's field.
pub(super) fn is_of_parent(operand: &Operand) -> bool {
    operand.steps().is_some_and(|steps| !steps.hops.is_empty())
}

/// The first `keep` records or groups in the order of the keys; those that the keys leave equal keep their
/// order. What cannot be among the first is dropped on the way.
pub(super) fn first<'o, S: Source<'o>>(
    sources: impl Iterator<Item = S>,
    keys: &[OrderKey],
    keep: usize,
) -> Vec<S> {
    let mut sorter = Sorter { keys, keep, rows: Vec::new(), values: Vec::new(), worst: None };
    for source in sources {
        sorter.add(source);
    }
    sorter.finish()
}

/// A sort that remembers no more than twice what it is to keep.
struct Sorter<'k, 'o, S> {
    keys: &'k [OrderKey],
    keep: usize,
    rows: Vec<S>,
    /// The sort keys of the rows, end to end.
    values: Vec<SortKey<'o>>,
    /// The sort keys of the last row that would be kept so far.
    worst: Option<Vec<SortKey<'o>>>,
}

/// What one term sorts a row by: the rank of a picklist's value, then the value.
#[derive(Clone)]
struct SortKey<'o> {
    rank: usize,
    value: Held<'o>,
}

impl<'o, S: Source<'o>> Sorter<'_, 'o, S> {
    fn add(&mut self, source: S) {
        if let Some(worst) = &self.worst {
            // A row that comes later loses against one that is equal.
            let later = self.keys.iter().zip(worst).fold(Ordering::Equal, |order, (key, worst)| {
                order.then_with(|| key.order(&key.sort_key(source), worst))
            });
            if later != Ordering::Less {
                return;
            }
        }
        self.values.extend(self.keys.iter().map(|key| key.sort_key(source)));
        self.rows.push(source);
        if self.rows.len() >= self.keep.saturating_mul(2).max(64) && self.rows.len() > self.keep {
            self.prune();
        }
    }

    /// Sorts what is there and drops what is behind the end.
    fn prune(&mut self) {
        let order = self.sorted();
        let values: Vec<SortKey<'o>> =
            order.iter().flat_map(|index| self.keys_of(*index).iter().cloned()).collect();
        self.rows = self.rows_at(&order);
        let last = values.len().saturating_sub(self.keys.len());
        self.worst = (self.rows.len() == self.keep).then(|| values.get(last..).unwrap_or_default().to_vec());
        self.values = values;
    }

    fn finish(self) -> Vec<S> {
        self.rows_at(&self.sorted())
    }

    /// The places of the rows that are kept, in order.
    fn sorted(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|a, b| {
            let pairs = self.keys.iter().zip(self.keys_of(*a).iter().zip(self.keys_of(*b)));
            pairs.fold(Ordering::Equal, |order, (key, (a, b))| order.then_with(|| key.order(a, b)))
        });
        order.truncate(self.keep);
        order
    }

    fn keys_of(&self, row: usize) -> &[SortKey<'o>] {
        let width = self.keys.len();
        self.values.get(row * width..(row + 1) * width).unwrap_or_default()
    }

    fn rows_at(&self, places: &[usize]) -> Vec<S> {
        places.iter().filter_map(|place| self.rows.get(*place).copied()).collect()
    }
}

impl OrderKey {
    pub(super) fn new(term: &OrderTerm, resolved: Term<'_>, of_parent: bool) -> Self {
        Self {
            descending: term.descending,
            // The platform heeds NULLS LAST for the object's own fields only.
            nulls_last: term.nulls_last == Some(true) && !of_parent,
            ranks: Ranks::of(&resolved.facts),
            operand: resolved.operand,
        }
    }

    fn sort_key<'o>(&self, source: impl Source<'o>) -> SortKey<'o> {
        let value = self.operand.value(source);
        SortKey { rank: self.ranks.rank(value.as_ref()), value }
    }

    fn order(&self, a: &SortKey<'_>, b: &SortKey<'_>) -> Ordering {
        // Direction does not move nulls.
        let null_first = if self.nulls_last { Ordering::Greater } else { Ordering::Less };
        let (left, right) = (a.value.as_ref(), b.value.as_ref());
        match (left.is_null(), right.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => null_first,
            (false, true) => null_first.reverse(),
            (false, false) => {
                let order = a.rank.cmp(&b.rank).then_with(|| left.sort_order(right));
                if self.descending { order.reverse() } else { order }
            }
        }
    }
}
