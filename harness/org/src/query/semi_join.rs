//! Semi joins and anti joins: `Id IN (SELECT AccountId FROM Contact)`.

use std::cell::Cell;

use mockorg_soql::tree::{Comparison, Expr, GroupBy, Operator, Select, SelectItem};

use super::{
    conditions::Conditions,
    errors::Refusal,
    filter::{Check, Comparer, Filter, Members, Test},
    path::FieldPath,
    plan::{Output, Plan},
    reader::Reader,
    run,
    scope::Scope,
    terms::{Clause, Term},
};
use crate::{
    ErrorCode, Value,
    catalog::{FieldDef, FieldType, ObjectIndex},
};

/// How many semi joins a statement may have.
const MOST: usize = 2;

/// Objects that cannot be asked inside a semi join.
const NEVER_INSIDE: [&str; 6] = ["ActivityHistory", "Attachment", "Event", "Note", "OpenActivity", "Task"];

/// The semi joins of one statement.
#[derive(Clone, Debug, Default)]
pub(super) struct SemiJoins {
    count: Cell<usize>,
    /// Whether the condition is itself that of a semi join.
    pub(super) inside: bool,
}

/// How a comparison lies in its condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nesting {
    /// It is the whole of it.
    Top,
    /// It must hold among others.
    And,
    /// It is one of the condition's alternatives.
    Or,
    /// It is one of several alternatives of which one must hold among others.
    InnerOr,
}

impl Nesting {
    /// The nesting of what an AND connects.
    pub(super) const fn under_and(self) -> Self {
        match self {
            Self::Top => Self::And,
            other => other,
        }
    }

    /// The nesting of what an OR connects.
    pub(super) const fn under_or(self) -> Self {
        match self {
            Self::Top => Self::Or,
            Self::And => Self::InnerOr,
            other => other,
        }
    }
}

/// Resolves `left IN (SELECT …)`: the inner query is answered at once, and its values become a list.
pub(super) fn resolve<'c>(
    outer: &Conditions<'_, 'c>,
    (comparison, inner): (&'c Comparison, &'c Select),
    left: &Term<'c>,
    nesting: Nesting,
) -> Result<Filter, Refusal> {
    let scope = outer.scope;
    check_place(outer, (comparison.operator, inner), nesting)?;
    check_left(scope, left)?;
    check_clauses(scope, inner)?;
    let inner_scope = Scope::of_object(scope.org, scope.ctx, (scope.source, scope.all), inner)?;
    check_object(scope, &inner_scope, inner)?;
    let field = selected(&inner_scope, inner)?;
    check_same_target(scope, (left, inner_scope.root.index), &field, left.at)?;
    let members = Members::new(values(&inner_scope, inner, &field)?, Comparer::Typed);
    let filter = Filter::Test(Test {
        left: left.operand.clone(),
        comparer: Comparer::Typed,
        check: Check::In(members),
    });
    Ok(if comparison.operator == Operator::NotIn { filter.negated() } else { filter })
}

/// Whether a semi join may stand where it stands, and whether the statement may have one more.
fn check_place(
    outer: &Conditions<'_, '_>,
    (operator, inner): (Operator, &Select),
    nesting: Nesting,
) -> Result<(), Refusal> {
    let source = outer.scope.source;
    let malformed = |text: &str| Err(source.malformed(inner.span.start, text));
    if !matches!(operator, Operator::In | Operator::NotIn) {
        return Err(source.unexpected(inner.span.start));
    }
    if outer.clause == Clause::Having {
        return malformed("Semi join sub-selects are not allowed in the HAVING clause");
    }
    if outer.semi_joins.inside {
        // Three recent reports from real orgs quote this; an older document has other words.
        return malformed("Nesting of semi join sub-selects is not supported");
    }
    // Error reports quote both texts; the second goes with alternatives in parentheses.
    match nesting {
        Nesting::Top | Nesting::And => {}
        Nesting::Or => return malformed("Semi join sub-selects are not allowed with the 'OR' operator"),
        Nesting::InnerOr => {
            return malformed(
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested \
                 WHERE expressions",
            );
        }
    }
    let count = &outer.semi_joins.count;
    count.set(count.get() + 1);
    if count.get() <= MOST {
        return Ok(());
    }
    let text = format!("Maximum {MOST} semi join sub-selects are allowed");
    Err(source.fault(ErrorCode::ExceededMaxSemijoinSubselects, inner.span.start, &text))
}

/// The left side must be a key of the object itself.
fn check_left(scope: &Scope<'_>, left: &Term<'_>) -> Result<(), Refusal> {
    let is_key = matches!(left.facts.field_type, FieldType::Id | FieldType::Reference);
    let is_own = left.operand.steps().is_some_and(|steps| steps.own_slot().is_some());
    if is_key && is_own {
        return Ok(());
    }
    let text = format!(
        "The left operand field in the where expression for outer query should be an id field, cannot use: '{}'",
        left.facts.name
    );
    Err(scope.source.malformed(left.at, &text))
}

/// Some objects cannot be asked in a semi join, nor can the outer query's own.
fn check_object(outer: &Scope<'_>, inner_scope: &Scope<'_>, inner: &Select) -> Result<(), Refusal> {
    if NEVER_INSIDE.contains(&&*inner_scope.root.name) {
        // Reported with the point at the object: `            FROM Task`, Column:18.
        let at = inner.from.first().map_or(inner.span.start, |item| item.path.span.start);
        let text = format!("Entity '{}' is not supported for semi join inner selects", inner_scope.root.name);
        return Err(outer.source.malformed(at, &text));
    }
    if inner_scope.root.index == outer.root.index {
        let text = "The inner and outer selects should not be on the same object type";
        return Err(outer.source.malformed(inner.span.start, text));
    }
    Ok(())
}

/// What the inner query answers; nulls are no answer.
fn values<'c>(scope: &Scope<'c>, inner: &'c Select, field: &FieldPath<'c>) -> Result<Vec<Value>, Refusal> {
    let filter = match &inner.condition {
        None => Filter::All(Vec::new()),
        Some(condition) => {
            let left = |expr: &Expr| scope.term(expr, Clause::Where);
            let semi_joins = SemiJoins { inside: true, ..SemiJoins::default() };
            Conditions { scope, clause: Clause::Where, left: &left, semi_joins }
                .resolve(condition, Nesting::Top)?
        }
    };
    let plan = Plan {
        object: scope.root.index,
        output: Output::Count,
        filter,
        order: Vec::new(),
        offset: 0,
        limit: usize::MAX,
    };
    let reader = Reader { org: scope.org, ctx: scope.ctx, all: scope.all };
    let steps = field.steps();
    let records = run::matching(reader, &plan).into_iter();
    Ok(records.filter_map(|record| reader.value(record, &steps).as_ref().as_id().map(Value::Id)).collect())
}

/// Clauses that an inner select cannot have.
fn check_clauses(scope: &Scope<'_>, inner: &Select) -> Result<(), Refusal> {
    let order = inner.order_by.first().map(|term| term.expr.span().start);
    let limit = inner.limit.as_ref().or(inner.offset.as_ref()).map(|count| count.span.start);
    let group = inner.group_by.as_ref().map(|GroupBy { span, .. }| span.start);
    let option = inner.options.first().map(|option| option.span.start);
    let with = (!inner.with.is_empty()).then_some(inner.span.start);
    match order.or(limit).or(group).or(option).or(with) {
        Some(at) => Err(scope.source.unexpected(at)),
        None => Ok(()),
    }
}

/// The one field that the inner select gives.
fn selected<'c>(scope: &Scope<'c>, inner: &Select) -> Result<FieldPath<'c>, Refusal> {
    let [SelectItem::Expr { expr: Expr::Field(path), alias: None }] = inner.items.as_slice() else {
        let at = inner.items.get(1).or(inner.items.first()).map_or(inner.span.start, |item| match item {
            SelectItem::Expr { expr, .. } => expr.span().start,
            SelectItem::Subquery(query) => query.span.start,
            SelectItem::TypeOf(type_of) => type_of.span.start,
        });
        return Err(scope.source.unexpected(at));
    };
    let field = scope.field(path)?;
    if !field.hops.is_empty() || !matches!(field.field.field_type, FieldType::Id | FieldType::Reference) {
        let text = format!(
            "The inner select field '{}' cannot have more than one level of relationships and must be an id field",
            field.canonical()
        );
        return Err(scope.source.malformed(path.span.start, &text));
    }
    Ok(field)
}

/// Both sides must name records of one object.
fn check_same_target(
    scope: &Scope<'_>,
    (left, inner_object): (&Term<'_>, ObjectIndex),
    field: &FieldPath<'_>,
    at: usize,
) -> Result<(), Refusal> {
    let targets = |field_type: FieldType, def: Option<&FieldDef>, own: ObjectIndex| match (field_type, def) {
        (FieldType::Reference, Some(def)) => {
            def.reference_to.iter().filter_map(|name| Some(scope.catalog.find_any(name)?.index)).collect()
        }
        _ => vec![own],
    };
    let outer = targets(left.facts.field_type, left.facts.def, scope.root.index);
    let inner = targets(field.field.field_type, field.field.def, inner_object);
    if outer.iter().any(|object| inner.contains(object)) {
        return Ok(());
    }
    let text = format!(
        "The selected field '{}' in the subquery and the left operand field in the where expression in the outer query '{}' should point to the same object type",
        field.field.name, left.facts.name
    );
    Err(scope.source.malformed(at, &text))
}
