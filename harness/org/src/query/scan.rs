//! Which records can match at all: a condition on an indexed field spares the walk over the table.

use super::{
    filter::{Check, Comparer, Filter, Test},
    path::Steps,
    reader::Reader,
    vector::Span,
};
use crate::{
    Org, RecordView, Value, ValueRef,
    catalog::{FieldType, SObjectDef, Slot},
    record::{Bits, RowNo, Table},
};

/// Records of one object, as rows of its chunks.
pub(super) struct Selected<'o> {
    pub(super) object: &'o SObjectDef,
    pub(super) table: &'o Table,
    /// Ascending chunks, none of them empty.
    pub(super) chunks: Vec<(usize, Bits)>,
}

impl<'o> Selected<'o> {
    /// How many records there are.
    pub(super) fn count(&self) -> usize {
        self.chunks.iter().map(|(_, rows)| rows.count()).sum()
    }

    /// The records, ordered by id.
    pub(super) fn records(&self) -> Vec<RecordView<'o>> {
        let mut records = Vec::with_capacity(self.count());
        for (at, rows) in &self.chunks {
            let Some(chunk) = self.table.chunks().get(*at) else { continue };
            records.extend(rows.iter().map(|position| chunk.view(self.object, position)));
        }
        if !self.table.in_id_order() {
            records.sort_unstable_by_key(RecordView::id);
        }
        records
    }
}

/// The records that meet the condition; no more than `enough` are needed, those with the smallest ids.
pub(super) fn select<'o>(
    reader: Reader<'o>,
    object: &'o SObjectDef,
    filter: &Filter,
    enough: usize,
) -> Selected<'o> {
    let table = reader.org.store.table(object.index);
    // An index names candidates; each is still held against the whole condition.
    let candidates = candidates(filter, object, reader.org).map(by_chunk);
    let mut chunks = Vec::new();
    let mut found = 0;
    let mut look = |at: usize, among: Option<Bits>| {
        let Some(chunk) = table.chunks().get(at) else { return true };
        let span = Span { reader, object, chunk };
        let visible = span.visible();
        let rows = span.select(filter, &among.map_or(visible, |among| among.and(&visible)));
        if !rows.is_empty() {
            found += rows.count();
            chunks.push((at, rows));
        }
        found >= enough && table.in_id_order()
    };
    match candidates {
        Some(candidates) => {
            candidates.into_iter().any(|(at, among)| look(at, Some(among)));
        }
        None => {
            (0..table.chunks().len()).any(|at| look(at, None));
        }
    }
    Selected { object, table, chunks }
}

/// How many records meet the condition.
pub(super) fn count(reader: Reader<'_>, object: &SObjectDef, filter: &Filter) -> usize {
    let table = reader.org.store.table(object.index);
    if filter.is_always() {
        return if reader.all { table.len() } else { table.live_len() };
    }
    select(reader, object, filter, usize::MAX).count()
}

/// Rows as sets of their chunks.
fn by_chunk(mut rows: Vec<RowNo>) -> Vec<(usize, Bits)> {
    rows.sort_unstable();
    let mut chunks: Vec<(usize, Bits)> = Vec::new();
    for row in rows {
        match chunks.last_mut() {
            Some((at, bits)) if *at == row.chunk() => bits.set(row.position()),
            _ => {
                let mut bits = Bits::none();
                bits.set(row.position());
                chunks.push((row.chunk(), bits));
            }
        }
    }
    chunks
}

/// How many records can match by what the cheapest index of a leading condition says.
pub(super) fn candidate_count(filter: &Filter, object: &SObjectDef, org: &Org) -> usize {
    let all = org.store.table(object.index).len();
    match filter {
        // The conditions before the first that an index knows are looked at, and no more: a statement with
        // thousands of them must not cost thousands of look-ups.
        Filter::All(filters) => filters
            .iter()
            .map(|filter| candidate_count(filter, object, org))
            .find(|count| *count < all)
            .unwrap_or(all),
        Filter::Test(test) => indexed(test, object, org).map_or(all, |rows| rows.len()),
        Filter::Any(_) | Filter::Not(_) => all,
    }
}

/// The rows of all records that can match; `None` when any record can.
fn candidates(filter: &Filter, object: &SObjectDef, org: &Org) -> Option<Vec<RowNo>> {
    match filter {
        Filter::All(filters) => {
            filters.iter().filter_map(|filter| candidates(filter, object, org)).min_by_key(Vec::len)
        }
        Filter::Any(filters) => {
            let mut all = Vec::new();
            for filter in filters {
                all.extend(candidates(filter, object, org)?);
                // Alternatives may name the same records over and over; the walk looks at each but once.
                if all.len() > org.store.table(object.index).len() {
                    return None;
                }
            }
            Some(all)
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
            let slot = test.steps().and_then(Steps::own_slot)?;
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

/// The rows that pass a test by what an index says; `None` when no index knows the field.
pub(super) fn indexed(test: &Test, object: &SObjectDef, org: &Org) -> Option<Vec<RowNo>> {
    let slot = test.steps().and_then(Steps::own_slot)?;
    let field = object.at(slot);
    let values = wanted(&test.check)?;
    // Indexes know stored values only.
    if org.calculation(object.index, slot).is_some() {
        return None;
    }
    let table = org.store.table(object.index);
    let ids = || values.iter().filter_map(Value::as_id);
    Some(if Some(slot) == object.system.id {
        ids().filter_map(|id| table.row_of(id)).collect()
    } else if field.field_type == FieldType::Reference && table.has_reference_index(slot) {
        ids().flat_map(|parent| table.child_rows(slot, parent)).collect()
    } else if table.has_key_index(slot) && matches!(test.comparer, Comparer::Folded | Comparer::Exact) {
        values
            .iter()
            .flat_map(|value| table.key_rows(slot, ValueRef::from(value), field.case_sensitive))
            .collect()
    } else {
        return None;
    })
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
