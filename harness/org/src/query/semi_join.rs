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
use crate::{ApiError, ErrorCode, Value, catalog::FieldType};

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
    let source = scope.source;
    let malformed = |text: &str| Err(source.malformed(inner.span.start, text));
    if !matches!(comparison.operator, Operator::In | Operator::NotIn) {
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
    if count.get() > MOST {
        let text = format!("Maximum {MOST} semi join sub-selects are allowed");
        return Err(source.fault(ErrorCode::ExceededMaxSemijoinSubselects, inner.span.start, &text));
    }
    let is_key = matches!(left.facts.field_type, FieldType::Id | FieldType::Reference);
    let own = left.operand.steps().is_some_and(|steps| steps.own_slot().is_some());
    if !is_key || !own {
        let text = format!(
            "The left operand field in the where expression for outer query should be an id field, cannot use: '{}'",
            left.facts.name
        );
        return Err(source.malformed(left.at, &text));
    }
    check_clauses(scope, inner)?;
    let inner_scope = Scope::of_object(scope.org, scope.ctx, (source, scope.all), inner)?;
    if NEVER_INSIDE.contains(&&*inner_scope.root.name) {
        // Reported with the point at the object: `            FROM Task`, Column:18.
        let at = inner.from.first().map_or(inner.span.start, |item| item.path.span.start);
        let text = format!("Entity '{}' is not supported for semi join inner selects", inner_scope.root.name);
        return Err(source.malformed(at, &text));
    }
    if inner_scope.root.index == scope.root.index {
        return malformed("The inner and outer selects should not be on the same object type");
    }
    let field = selected(&inner_scope, inner)?;
    check_same_target(scope, (left, inner_scope.root.index), &field, left.at)?;
    let filter = match &inner.condition {
        None => Filter::All(Vec::new()),
        Some(condition) => {
            let left = |expr: &Expr| inner_scope.term(expr, Clause::Where);
            let semi_joins = SemiJoins { inside: true, ..SemiJoins::default() };
            Conditions { scope: &inner_scope, clause: Clause::Where, left: &left, semi_joins }
                .resolve(condition, Nesting::Top)?
        }
    };
    let plan = Plan {
        object: inner_scope.root.index,
        output: Output::Count,
        filter,
        order: Vec::new(),
        offset: 0,
        limit: usize::MAX,
    };
    let reader = Reader { org: scope.org, ctx: scope.ctx, all: scope.all };
    let steps = field.steps();
    let values: Vec<Value> = run::matching(reader, &plan)
        .into_iter()
        .filter_map(|record| reader.value(record, &steps).as_ref().as_id().map(Value::Id))
        .collect();
    let members = Members::new(values, Comparer::Typed);
    let filter = Filter::Test(Test {
        left: left.operand.clone(),
        comparer: Comparer::Typed,
        check: Check::In(members),
    });
    Ok(if comparison.operator == Operator::NotIn { filter.negated() } else { filter })
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
    (left, inner_object): (&Term<'_>, crate::catalog::ObjectIndex),
    field: &FieldPath<'_>,
    at: usize,
) -> Result<(), Refusal> {
    let targets = |field_type: FieldType,
                   def: Option<&crate::catalog::FieldDef>,
                   own: crate::catalog::ObjectIndex| {
        match (field_type, def) {
            (FieldType::Reference, Some(def)) => {
                def.reference_to.iter().filter_map(|name| Some(scope.catalog.find_any(name)?.index)).collect()
            }
            _ => vec![own],
        }
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
    Err(ApiError::exception(
        ErrorCode::MalformedQuery,
        mockorg_soql::caret_block(scope.source.text(), at, &text),
    )
    .into())
}
