//! Query plans.

use mockorg_org::{Explanation, QueryNote, QueryPlan};

use crate::json::{JsonWriter, write_double};

/// Writes the ways to answer a query.
pub(crate) fn explanation(w: &mut JsonWriter, explanation: &Explanation) {
    w.begin_object().key("plans").begin_array();
    explanation.plans.iter().for_each(|one| plan(w, one));
    w.end_array().key("sourceQuery").string(&explanation.source_query).end_object();
}

fn plan(w: &mut JsonWriter, plan: &QueryPlan) {
    w.begin_object().key("cardinality").int(plan.cardinality);
    w.key("fields").strings(&plan.fields);
    w.key("leadingOperationType").string(&plan.leading_operation_type);
    w.key("notes").begin_array();
    plan.notes.iter().for_each(|one| note(w, one));
    w.end_array().key("relativeCost").raw(|out| write_double(out, plan.relative_cost));
    w.key("sobjectCardinality").int(plan.sobject_cardinality);
    w.key("sobjectType").string(&plan.sobject_type).end_object();
}

fn note(w: &mut JsonWriter, note: &QueryNote) {
    w.begin_object().key("description").string(&note.description);
    w.key("fields").strings(&note.fields);
    w.key("tableEnumOrId").string(&note.table_enum_or_id).end_object();
}
