//! `query?explain=`: which ways there are to find the records, and what each would cost.

use std::{collections::BTreeSet, sync::Arc};

use rust_decimal::Decimal;

use super::{
    filter::{Filter, Test},
    path::Steps,
    reader::Reader,
    resolve, scan,
};
use crate::{
    ApiError, Explanation, Org, QueryNote, QueryPlan, Reply,
    catalog::{FieldDef, FieldType, SObjectDef},
    ctx::Ctx,
};

/// What share of the records an index may find to be worth its while: a standard index, a custom one.
const SELECTIVE: (Decimal, Decimal) =
    (Decimal::from_parts(3, 0, 0, false, 1), Decimal::from_parts(1, 0, 0, false, 1));
/// Why a condition does not lead.
const UNINDEXED: &str = "Not considering filter for optimization because unindexed";

impl Org {
    /// Explains a query without running it.
    ///
    /// # Errors
    ///
    /// As for [`Org::query`].
    pub(crate) fn explain(&mut self, ctx: &Ctx, soql: &str) -> Result<Reply, ApiError> {
        let (plan, _) = resolve::resolve(self, ctx, soql, false).map_err(|refusal| self.refused(refusal))?;
        let reader = Reader { org: self, ctx, all: false };
        let object = self.catalog.object(plan.object);
        let plans = plans(reader, object, &plan.filter);
        Ok(Reply::Explained(Explanation { plans, source_query: soql.into() }))
    }
}

/// Every way to find the records, the cheapest first.
fn plans(reader: Reader<'_>, object: &SObjectDef, filter: &Filter) -> Vec<QueryPlan> {
    let total = reader.org.store.table(object.index).live_len();
    let mut tests = Vec::new();
    leading(filter, &mut tests);
    let mut plans = Vec::new();
    let mut unindexed = BTreeSet::new();
    for test in tests {
        let Some(field) = test.steps().and_then(Steps::own_slot).map(|slot| object.at(slot)) else {
            continue;
        };
        match scan::indexed(test, object, reader.org) {
            Some(rows) => plans.push(by_index(object, field, (rows.len(), total))),
            None => {
                unindexed.insert(Arc::clone(&field.name));
            }
        }
    }
    if let Some(deleted) = object.system.is_deleted {
        unindexed.insert(Arc::clone(&object.at(deleted).name));
    }
    plans.push(QueryPlan {
        cardinality: scan::count(reader, object, filter) as u64,
        fields: Vec::new(),
        leading_operation_type: "TableScan".into(),
        notes: Vec::new(),
        relative_cost: Decimal::ONE + Decimal::from(u8::from(total > 0)),
        sobject_cardinality: total as u64,
        sobject_type: Arc::clone(&object.name),
    });
    let note = |field: Arc<str>| QueryNote {
        description: UNINDEXED.into(),
        fields: vec![field],
        table_enum_or_id: Arc::clone(&object.name),
    };
    let notes: Vec<QueryNote> = unindexed.into_iter().map(note).collect();
    for plan in &mut plans {
        plan.notes.clone_from(&notes);
    }
    plans.sort_by_key(|plan| plan.relative_cost);
    plans
}

/// The way over the index of a field, which finds `rows` of all records.
fn by_index(object: &SObjectDef, field: &FieldDef, (rows, total): (usize, usize)) -> QueryPlan {
    let share = if field.custom { SELECTIVE.1 } else { SELECTIVE.0 };
    let threshold = (Decimal::from(total) * share).max(Decimal::ONE);
    let is_id = field.field_type == FieldType::Id;
    QueryPlan {
        cardinality: rows as u64,
        fields: if is_id { Vec::new() } else { vec![Arc::clone(&field.name)] },
        leading_operation_type: "Index".into(),
        notes: Vec::new(),
        relative_cost: (Decimal::from(rows) / threshold).round_dp(4),
        sobject_cardinality: total as u64,
        sobject_type: Arc::clone(&object.name),
    }
}

/// The conditions that all must hold, any of which could lead.
fn leading<'f>(filter: &'f Filter, tests: &mut Vec<&'f Test>) {
    match filter {
        Filter::All(filters) => filters.iter().for_each(|filter| leading(filter, tests)),
        Filter::Test(test) => tests.push(test),
        Filter::Any(_) | Filter::Not(_) => {}
    }
}
