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
use crate::{Value, ValueRef, catalog::FieldType};

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
pub(super) struct Ranks(Option<Arc<BTreeMap<Box<str>, usize>>>);

impl Ranks {
    /// The ranks of a field's values.
    pub(super) fn of(field: &FieldFacts<'_>) -> Self {
        if field.field_type != FieldType::Picklist || field.picklist_values.is_empty() {
            return Self(None);
        }
        let mut ranks = BTreeMap::new();
        for (rank, value) in field.picklist_values.iter().enumerate() {
            ranks.entry(value.value.to_lowercase().into()).or_insert(rank);
        }
        Self(Some(Arc::new(ranks)))
    }

    /// The rank of a value; the same for all where there are no ranks.
    pub(super) fn rank(&self, value: ValueRef<'_>) -> usize {
        match (&self.0, value) {
            (Some(ranks), ValueRef::Text(text)) => {
                ranks.get(text.to_lowercase().as_str()).copied().unwrap_or(usize::MAX)
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

/// The sort key of one record or group for one term.
pub(super) type SortKey = (usize, Value);

/// Resolves the terms of an ORDER BY over records.
pub(super) fn resolve(scope: &Scope<'_>, terms: &[OrderTerm]) -> Result<Vec<OrderKey>, Refusal> {
    terms
        .iter()
        .map(|term| {
            let resolved = scope.term(&term.expr, Clause::Order)?;
            if !resolved.facts.sortable {
                return Err(scope.source.not_sortable(term.expr.span().start, &resolved.facts.name));
            }
            Ok(OrderKey::new(term, resolved))
        })
        .collect()
}

/// Sorts records or groups; those that the keys leave equal keep their order.
pub(super) fn sort<'o, S: Source<'o>>(sources: Vec<S>, keys: &[OrderKey]) -> Vec<S> {
    let mut keyed: Vec<(Vec<SortKey>, S)> = sources
        .into_iter()
        .map(|source| (keys.iter().map(|key| key.sort_key(source)).collect(), source))
        .collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let orders = keys.iter().zip(a.iter().zip(b)).map(|(key, (a, b))| key.order(a, b));
        orders.fold(Ordering::Equal, Ordering::then)
    });
    keyed.into_iter().map(|(_, source)| source).collect()
}

impl OrderKey {
    pub(super) fn new(term: &OrderTerm, resolved: Term<'_>) -> Self {
        // The platform heeds NULLS LAST for the object's own fields only.
        let of_parent = resolved.operand.steps().is_some_and(|steps| !steps.hops.is_empty());
        Self {
            descending: term.descending,
            nulls_last: term.nulls_last == Some(true) && !of_parent,
            ranks: Ranks::of(&resolved.facts),
            operand: resolved.operand,
        }
    }

    fn sort_key<'o>(&self, source: impl Source<'o>) -> SortKey {
        let value = self.operand.value(source);
        (self.ranks.rank(value.as_ref()), value.into_value())
    }

    fn order(&self, (rank_a, a): &SortKey, (rank_b, b): &SortKey) -> Ordering {
        // Direction does not move nulls.
        let null_first = if self.nulls_last { Ordering::Greater } else { Ordering::Less };
        match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => null_first,
            (false, true) => null_first.reverse(),
            (false, false) => {
                let order = rank_a.cmp(rank_b).then_with(|| a.sort_order(b));
                if self.descending { order.reverse() } else { order }
            }
        }
    }
}
