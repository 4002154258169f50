//! Which records can match at all: a condition on an indexed field spares the walk over the table.

use super::{
    filter::{Check, Comparer, Filter, Test},
    path::Steps,
};
use crate::{
    Org, RecordId, Value,
    catalog::{FieldType, SObjectDef, Slot},
};

/// The ids of all records that can match, ordered and without repetition; `None` when any record can.
pub(super) fn candidates(filter: &Filter, object: &SObjectDef, org: &Org) -> Option<Vec<RecordId>> {
    match filter {
        Filter::All(filters) => {
            filters.iter().filter_map(|filter| candidates(filter, object, org)).min_by_key(Vec::len)
        }
        Filter::Any(filters) => {
            let each: Option<Vec<_>> = filters.iter().map(|filter| candidates(filter, object, org)).collect();
            Some(ordered(each?.concat()))
        }
        Filter::Test(test) => indexed(test, object, org),
        Filter::Not(_) => None,
    }
}

/// How many ids a condition on Id allows at most; `None` when it does not limit them.
pub(super) fn id_bound(filter: &Filter, object: &SObjectDef) -> Option<usize> {
    match filter {
        Filter::All(filters) => filters.iter().filter_map(|filter| id_bound(filter, object)).min(),
        Filter::Test(test) => {
            let slot = test.steps()?.own_slot()?;
            (Some(slot) == object.system.id).then(|| wanted(&test.check).map(<[Value]>::len)).flatten()
        }
        Filter::Any(_) | Filter::Not(_) => None,
    }
}

/// Whether a condition names the values of one of the object's own fields.
pub(super) fn is_bound(filter: &Filter, slots: &[Slot]) -> bool {
    match filter {
        Filter::All(filters) => filters.iter().any(|filter| is_bound(filter, slots)),
        Filter::Test(test) => {
            test.steps().and_then(Steps::own_slot).is_some_and(|slot| slots.contains(&slot))
                && wanted(&test.check).is_some()
        }
        Filter::Any(_) | Filter::Not(_) => false,
    }
}

fn indexed(test: &Test, object: &SObjectDef, org: &Org) -> Option<Vec<RecordId>> {
    let slot = test.steps()?.own_slot()?;
    let field = object.at(slot);
    let values = wanted(&test.check)?;
    // Indexes know stored values only.
    if org.calculation(object.index, slot).is_some() {
        return None;
    }
    let table = org.store.table(object.index);
    let ids = |values: &[Value]| values.iter().filter_map(Value::as_id).collect::<Vec<_>>();
    let found = if Some(slot) == object.system.id {
        ids(values)
    } else if field.field_type == FieldType::Reference && table.has_reference_index(slot) {
        ids(values).into_iter().flat_map(|parent| table.children(slot, parent)).collect()
    } else if table.has_key_index(slot) && matches!(test.comparer, Comparer::Folded | Comparer::Exact) {
        values.iter().flat_map(|value| table.by_key(slot, value, field.case_sensitive)).collect()
    } else {
        return None;
    };
    Some(ordered(found))
}

/// The values of which the field must have one; `None` when null would do, too, as no index knows it.
fn wanted(check: &Check) -> Option<&[Value]> {
    match check {
        Check::Equal(Value::Null) => None,
        Check::Equal(value) => Some(std::slice::from_ref(value)),
        Check::In(members) if !members.with_null => Some(&members.values),
        _ => None,
    }
}

fn ordered(mut ids: Vec<RecordId>) -> Vec<RecordId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}
