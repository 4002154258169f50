//! Trees without their spans, for comparing trees of differently written statements.

use mockorg_soql::tree::{
    Condition, Count, Expr, GroupBy, Literal, Name, Operand, OrderTerm, Path, Select, SelectItem, Span, With,
};

/// Sets every span of the query to nothing.
pub(crate) fn erase(select: &mut Select) {
    select.span = Span::default();
    select.items.iter_mut().for_each(item);
    for from in &mut select.from {
        path(&mut from.path);
        from.alias.iter_mut().for_each(name);
    }
    select.scope.iter_mut().for_each(name);
    select.condition.iter_mut().for_each(condition);
    select.with.iter_mut().for_each(with);
    if let Some(GroupBy { exprs, span, .. }) = &mut select.group_by {
        exprs.iter_mut().for_each(expr);
        *span = Span::default();
    }
    select.having.iter_mut().for_each(condition);
    select.order_by.iter_mut().for_each(|OrderTerm { expr: term, .. }| expr(term));
    for Count { span, .. } in [&mut select.limit, &mut select.offset].into_iter().flatten() {
        *span = Span::default();
    }
    select.options.iter_mut().for_each(|option| option.span = Span::default());
}

pub(crate) fn item(item: &mut SelectItem) {
    match item {
        SelectItem::Expr { expr: selected, alias } => {
            expr(selected);
            alias.iter_mut().for_each(name);
        }
        SelectItem::Subquery(select) => erase(select),
        SelectItem::TypeOf(type_of) => {
            type_of.span = Span::default();
            path(&mut type_of.path);
            for (object, fields) in &mut type_of.whens {
                name(object);
                fields.iter_mut().for_each(path);
            }
            type_of.otherwise.iter_mut().for_each(path);
        }
    }
}

pub(crate) fn name(name: &mut Name) {
    name.span = Span::default();
}

fn path(path: &mut Path) {
    path.span = Span::default();
    path.names.iter_mut().for_each(name);
}

fn literal(literal: &mut Literal) {
    literal.span = Span::default();
}

pub(crate) fn expr(erased: &mut Expr) {
    match erased {
        Expr::Field(field) => path(field),
        Expr::Literal(value) => literal(value),
        Expr::Call(call) => {
            call.span = Span::default();
            name(&mut call.name);
            call.args.iter_mut().for_each(expr);
        }
    }
}

pub(crate) fn condition(erased: &mut Condition) {
    match erased {
        Condition::And(members) | Condition::Or(members) => members.iter_mut().for_each(condition),
        Condition::Not(negated) => condition(negated),
        Condition::Comparison(comparison) => {
            comparison.span = Span::default();
            comparison.operator_span = Span::default();
            expr(&mut comparison.left);
            match &mut comparison.right {
                Operand::Literal(value) => literal(value),
                Operand::List(values, span) => {
                    *span = Span::default();
                    values.iter_mut().for_each(literal);
                }
                Operand::Subquery(select) => erase(select),
            }
        }
    }
}

fn with(with: &mut With) {
    match with {
        With::Mode(mode) => name(mode),
        With::DataCategory(filters, span) => {
            *span = Span::default();
            for filter in filters {
                name(&mut filter.group);
                name(&mut filter.selector);
                filter.categories.iter_mut().for_each(name);
            }
        }
    }
}
