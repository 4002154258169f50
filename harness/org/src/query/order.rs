//! ORDER BY.

use std::{cmp::Ordering, collections::BTreeMap};

use mockorg_soql::tree::{Expr, OrderTerm};

use super::{
    errors::Refusal,
    path::{Scope, Steps},
    reader::Reader,
    select_list,
};
use crate::{RecordView, Value, catalog::FieldType};

/// One term of ORDER BY.
#[derive(Clone, Debug)]
pub(super) struct OrderKey {
    steps: Steps,
    descending: bool,
    nulls_last: bool,
    /// For a picklist, the place of each value, in lower case; empty for other fields.
    ranks: BTreeMap<Box<str>, usize>,
}

/// The sort key of one record for one term: picklist values by rank, the unknown ones after all others.
type SortKey = (usize, Value);

/// Resolves the terms of ORDER BY.
pub(super) fn resolve(scope: &Scope<'_>, terms: &[OrderTerm]) -> Result<Vec<OrderKey>, Refusal> {
    terms.iter().map(|term| resolve_term(scope, term)).collect()
}

fn resolve_term(scope: &Scope<'_>, term: &OrderTerm) -> Result<OrderKey, Refusal> {
    let path = match &term.expr {
        Expr::Field(path) => path,
        Expr::Call(call) => return Err(select_list::unsupported_call(scope.source, call)),
        Expr::Literal(literal) => return Err(scope.source.unexpected(literal.span.start)),
    };
    let resolved = scope.field(path)?;
    if !resolved.field.sortable {
        return Err(scope.source.not_sortable(path.span.start, &resolved.field.name));
    }
    let values = match resolved.field.field_type {
        FieldType::Picklist => resolved.field.picklist_values,
        _ => &[],
    };
    let mut ranks = BTreeMap::new();
    for (rank, value) in values.iter().enumerate() {
        ranks.entry(value.value.to_lowercase().into()).or_insert(rank);
    }
    Ok(OrderKey {
        descending: term.descending,
        // The platform heeds NULLS LAST for the object's own fields only.
        nulls_last: term.nulls_last == Some(true) && resolved.hops.is_empty(),
        steps: resolved.steps(),
        ranks,
    })
}

/// Sorts records; those that the terms leave equal keep their order.
pub(super) fn sort<'o>(
    reader: Reader<'o>,
    records: Vec<RecordView<'o>>,
    keys: &[OrderKey],
) -> Vec<RecordView<'o>> {
    let mut keyed: Vec<(Vec<SortKey>, RecordView<'o>)> = records
        .into_iter()
        .map(|record| (keys.iter().map(|key| key.sort_key(reader, record)).collect(), record))
        .collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let orders = keys.iter().zip(a.iter().zip(b)).map(|(key, (a, b))| key.order(a, b));
        orders.fold(Ordering::Equal, Ordering::then)
    });
    keyed.into_iter().map(|(_, record)| record).collect()
}

impl OrderKey {
    fn sort_key<'o>(&self, reader: Reader<'o>, record: RecordView<'o>) -> SortKey {
        let value = reader.value(record, &self.steps).into_value();
        let rank = match value.as_text() {
            Some(text) if !self.ranks.is_empty() => {
                self.ranks.get(text.to_lowercase().as_str()).copied().unwrap_or(usize::MAX)
            }
            _ => 0,
        };
        (rank, value)
    }

    fn order(&self, (rank_a, a): &SortKey, (rank_b, b): &SortKey) -> Ordering {
        match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            // Direction does not move nulls.
            (true, false) => {
                if self.nulls_last {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (false, true) => {
                if self.nulls_last {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (false, false) => {
                let order = rank_a.cmp(rank_b).then_with(|| a.sort_order(b));
                if self.descending { order.reverse() } else { order }
            }
        }
    }
}
