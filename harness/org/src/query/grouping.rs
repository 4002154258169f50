//! Resolves queries with GROUP BY or aggregate functions.

use std::{cell::RefCell, collections::BTreeSet, sync::Arc};

use mockorg_soql::tree::{Call, Condition, Expr, GroupKind, Name, OrderTerm, Select, SelectItem};

use super::{
    aggregates::{Aggregate, AggregateKind},
    conditions::{self, Conditions},
    errors::Refusal,
    filter::Filter,
    functions::Function,
    groups::{GroupKey, GroupPlan},
    operand::Operand,
    order::{self, OrderKey, Ranks},
    path::FieldFacts,
    scope::Scope,
    semi_join::{Nesting, SemiJoins},
    shape::ShapeBuilder,
    terms::{Clause, Term},
};
use crate::{ApiError, ErrorCode, catalog::FieldType};

/// How many fields ROLLUP and CUBE take.
const MOST_ROLLED: usize = 3;

/// Whether a query is one over groups: it has GROUP BY, or an aggregate in its field list.
pub(super) fn is_grouped(select: &Select) -> bool {
    let aggregates = select.items.iter().any(|item| match item {
        SelectItem::Expr { expr, .. } => has_aggregate(expr),
        SelectItem::Subquery(_) | SelectItem::TypeOf(_) => false,
    });
    aggregates || select.group_by.is_some()
}

fn has_aggregate(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    // COUNT() alone counts records and groups nothing.
    let is_one =
        matches!(Function::named(&call.name.text), Some(Function::Aggregate(_) | Function::Grouping));
    (is_one && !call.args.is_empty()) || call.args.iter().any(has_aggregate)
}

/// The keys and aggregates of a statement; aggregates come in as clauses name them.
struct Grouping<'s, 'c> {
    scope: &'s Scope<'c>,
    kind: GroupKind,
    keys: Vec<Key<'c>>,
    aggregates: RefCell<Vec<(String, Aggregate)>>,
    /// Whether the statement has a GROUP BY.
    by: bool,
}

struct Key<'c> {
    /// The expression in canonical form: equal text, equal key.
    text: String,
    /// The name of its column.
    name: Arc<str>,
    term: Term<'c>,
}

/// Resolves a query over groups.
pub(super) fn resolve<'c>(scope: &Scope<'c>, select: &'c Select) -> Result<GroupPlan, Refusal> {
    let grouping = Grouping::of(scope, select)?;
    let columns = grouping.columns(select)?;
    let having = match &select.having {
        Some(condition) => Some(grouping.having(condition)?),
        None => None,
    };
    let order = grouping.order(&select.order_by)?;
    if !grouping.by
        && let Some(limit) = &select.limit
    {
        let text = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT";
        return Err(scope.source.malformed(limit.span.start, text));
    }
    if !grouping.by
        && let Some(offset) = &select.offset
    {
        let text = "Non-grouped query that uses overall aggregate functions cannot also use OFFSET";
        return Err(scope.source.malformed(offset.span.start, text));
    }
    let (columns, cells): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    Ok(GroupPlan {
        by: grouping.by,
        kind: grouping.kind,
        keys: grouping.keys.into_iter().map(|key| GroupKey::new(key.term)).collect(),
        aggregates: grouping.aggregates.into_inner().into_iter().map(|(_, aggregate)| aggregate).collect(),
        columns: columns.into(),
        cells: cells.into(),
        having,
        order,
    })
}

impl<'s, 'c> Grouping<'s, 'c> {
    fn of(scope: &'s Scope<'c>, select: &Select) -> Result<Self, Refusal> {
        let mut keys: Vec<Key<'c>> = Vec::new();
        let kind = select.group_by.as_ref().map_or(GroupKind::Plain, |group_by| group_by.kind);
        for expr in select.group_by.iter().flat_map(|group_by| &group_by.exprs) {
            let term = scope.term(expr, Clause::Group)?;
            if !term.facts.groupable {
                let text = format!("field '{}' can not be grouped in a query call", term.facts.name);
                return Err(scope.source.fault(ErrorCode::InvalidField, expr.span().start, &text));
            }
            let text = canonical(scope, expr)?;
            if keys.iter().any(|key| key.text == text) {
                let text = format!("duplicate grouping expression: {}", term.facts.name);
                return Err(scope.source.malformed(expr.span().start, &text));
            }
            keys.push(Key { text, name: Arc::clone(&term.facts.name), term });
        }
        if kind != GroupKind::Plain && keys.len() > MOST_ROLLED {
            let at = select.group_by.as_ref().map_or(0, |group_by| group_by.span.start);
            let text = format!("at most {MOST_ROLLED} fields can be grouped by ROLLUP or CUBE");
            return Err(scope.source.malformed(at, &text));
        }
        Ok(Self { scope, kind, keys, aggregates: RefCell::default(), by: select.group_by.is_some() })
    }

    /// The columns of a row, in SELECT order.
    fn columns(&self, select: &Select) -> Result<Vec<(Arc<str>, Operand)>, Refusal> {
        let source = self.scope.source;
        let mut columns: Vec<(Arc<str>, Operand)> = Vec::with_capacity(select.items.len());
        let mut names = ShapeBuilder::default();
        let mut known = BTreeSet::new();
        for item in &select.items {
            let (expr, alias) = match item {
                SelectItem::Expr { expr, alias } => (expr, alias),
                SelectItem::Subquery(query) => {
                    let text = "Grouped query cannot use child relationships in the SELECT list";
                    return Err(source.malformed(query.span.start, text));
                }
                SelectItem::TypeOf(type_of) => return Err(source.unexpected(type_of.span.start)),
            };
            let term = self.column(expr)?;
            let name = match (alias, expr) {
                (Some(Name { text, .. }), _) => Arc::from(&**text),
                (None, Expr::Field(_)) => Arc::clone(&term.facts.name),
                (None, _) => names.next_name(),
            };
            if !known.insert(name.to_ascii_lowercase()) {
                let text = format!("duplicate alias: {name}");
                return Err(ApiError::exception(ErrorCode::MalformedQuery, text).into());
            }
            columns.push((name, term.operand));
        }
        Ok(columns)
    }

    /// A member of the field list: a key, an aggregate, or a function of one.
    fn column(&self, expr: &Expr) -> Result<Term<'c>, Refusal> {
        if let Expr::Call(call) = expr {
            match Function::named(&call.name.text) {
                Some(Function::ToLabel | Function::Format | Function::ConvertCurrency) => {
                    let [argument] = call.args.as_slice() else { return Err(self.scope.misplaced(call)) };
                    let inner = self.column(argument)?;
                    return self.scope.decorated(call, inner);
                }
                Some(Function::DatePart(_)) => {
                    if let Some(term) = self.of_grouped_date(call)? {
                        return Ok(term);
                    }
                }
                Some(Function::Fields) => return Err(self.scope.misplaced(call)),
                _ => {}
            }
        }
        self.term(expr, |name| format!("Field must be grouped or aggregated: {name}"))
    }

    /// A date function of a date that is itself a key: every record of the group has the same.
    fn of_grouped_date(&self, call: &Call) -> Result<Option<Term<'c>>, Refusal> {
        let [argument @ Expr::Field(path)] = call.args.as_slice() else { return Ok(None) };
        if self.scope.field(path)?.field.field_type != FieldType::Date {
            return Ok(None);
        }
        let text = canonical(self.scope, argument)?;
        let Some(index) = self.keys.iter().position(|key| key.text == text) else { return Ok(None) };
        let mut term = self.scope.date_part(call)?;
        if let Operand::DatePart { of, .. } = &mut term.operand {
            **of = Operand::Group(index);
        }
        Ok(Some(term))
    }

    fn having(&self, condition: &'c Condition) -> Result<Filter, Refusal> {
        let left =
            |expr: &Expr| self.term(expr, |name| format!("Field must be grouped or aggregated: {name}"));
        let semi_joins = SemiJoins::default();
        Conditions { scope: self.scope, clause: Clause::Having, left: &left, semi_joins }
            .resolve(condition, Nesting::Top)
    }

    fn order(&self, terms: &[OrderTerm]) -> Result<Vec<OrderKey>, Refusal> {
        terms
            .iter()
            .map(|term| {
                let resolved = self.term(&term.expr, |name| {
                    format!("Ordered field must be grouped or aggregated: {name}")
                })?;
                if !resolved.facts.sortable {
                    return Err(self.scope.source.not_sortable(term.expr.span().start, &resolved.facts.name));
                }
                let of_parent = match resolved.operand {
                    Operand::Group(index) => {
                        self.keys.get(index).is_some_and(|key| order::is_of_parent(&key.term.operand))
                    }
                    _ => false,
                };
                Ok(OrderKey::new(term, resolved, of_parent))
            })
            .collect()
    }

    /// A key, an aggregate, or GROUPING of a key; `missing` words the refusal of a field that is none.
    fn term(&self, expr: &Expr, missing: impl Fn(&str) -> String) -> Result<Term<'c>, Refusal> {
        match expr {
            Expr::Call(call) => match Function::named(&call.name.text) {
                Some(Function::Aggregate(kind)) => return self.aggregate(call, kind),
                Some(Function::Grouping) => return self.rolled(call),
                _ => {}
            },
            Expr::Literal(literal) => return Err(self.scope.source.unexpected(literal.span.start)),
            Expr::Field(_) => {}
        }
        let term = self.scope.term(expr, Clause::Group)?;
        let text = canonical(self.scope, expr)?;
        match self.keys.iter().position(|key| key.text == text) {
            Some(index) => Ok(Term { operand: Operand::Group(index), ..term }),
            None => Err(self.scope.source.malformed(expr.span().start, &missing(&term.facts.name))),
        }
    }

    fn aggregate(&self, call: &Call, kind: AggregateKind) -> Result<Term<'c>, Refusal> {
        let scope = self.scope;
        if call.args.is_empty() {
            return Err(scope.misplaced(call));
        }
        let (path, field) = scope.only_field(call)?;
        let facts = &field.field;
        if !facts.aggregatable || !kind.takes(facts.field_type) {
            let text = format!("field {} does not support aggregate operator {}", facts.name, kind.name());
            return Err(scope.source.malformed(path.span.start, &text));
        }
        if self.kind == GroupKind::Plain && self.keys.iter().any(|key| key.text == field.canonical()) {
            // Several error reports quote this for COUNT(Id) with GROUP BY Id.
            let text = format!("Grouped field should not be aggregated: {}", facts.name);
            return Err(scope.source.malformed(path.span.start, &text));
        }
        let text = format!("{}({})", kind.name(), field.canonical());
        let mut aggregates = self.aggregates.borrow_mut();
        let known = aggregates.iter().position(|(known, _)| *known == text);
        let index = known.unwrap_or_else(|| {
            let of = Term::of_field(path, &field);
            // Amounts come together in the corporate currency.
            let of = if kind.counts() { of } else { scope.comparable(of) };
            let aggregate = Aggregate {
                kind,
                of: of.operand,
                comparer: conditions::comparer(facts),
                ranks: Ranks::of(facts),
            };
            aggregates.push((text.clone(), aggregate));
            aggregates.len() - 1
        });
        let gives = kind.gives(facts.field_type);
        let mut result = FieldFacts::of_result(text, gives);
        result.scale = kind.scale(facts.scale);
        if gives == facts.field_type {
            result.picklist_values = facts.picklist_values;
        }
        let operand = Operand::Group(self.keys.len() + index);
        Ok(Term { operand, facts: result, at: call.span.start })
    }

    fn rolled(&self, call: &Call) -> Result<Term<'c>, Refusal> {
        let [argument] = call.args.as_slice() else { return Err(self.scope.misplaced(call)) };
        let text = canonical(self.scope, argument)?;
        let index = self.keys.iter().position(|key| key.text == text);
        match index.filter(|_| self.kind != GroupKind::Plain) {
            Some(index) => {
                let name = format!("GROUPING({})", self.keys[index].name);
                let facts = FieldFacts::of_result(name, FieldType::Int);
                Ok(Term { operand: Operand::Rolled(index), facts, at: call.span.start })
            }
            None => Err(self.scope.misplaced(call)),
        }
    }
}

/// An expression in the form in which equal ones have equal text.
fn canonical(scope: &Scope<'_>, expr: &Expr) -> Result<String, Refusal> {
    match expr {
        Expr::Field(path) => scope.field(path).map(|field| field.canonical()),
        Expr::Call(call) => {
            let args = call.args.iter().map(|arg| canonical(scope, arg)).collect::<Result<Vec<_>, _>>()?;
            Ok(format!("{}({})", call.name.text.to_uppercase(), args.join(",")))
        }
        Expr::Literal(literal) => Err(scope.source.unexpected(literal.span.start)),
    }
}
