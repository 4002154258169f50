//! Queries of PushTopics: a small part of SOQL, held against one record at a time.

use mockorg_soql::{
    parse,
    tree::{Condition, Expr, Operand as Right, Select, SelectItem},
};

use super::{
    filter::Filter,
    operand::Operand,
    path::Place,
    plan::{Output, Plan},
    reader::Reader,
    resolve,
    shape::Member,
};
use crate::{
    ApiError, ErrorCode, Org, RecordView,
    catalog::{ObjectIndex, Slot},
    ctx::Ctx,
};

/// The query of a PushTopic.
#[derive(Clone, Debug)]
pub(crate) struct TopicQuery {
    plan: Plan,
    selected: Box<[Slot]>,
    filtered: Box<[Slot]>,
}

/// The object that the query of a PushTopic is about, if it can be read at all.
pub(crate) fn object_of_topic(soql: &str) -> Option<Box<str>> {
    let select = parse(soql).ok()?;
    let name = select.from.first()?.path.names.first()?;
    Some(name.text.clone())
}

impl TopicQuery {
    /// Reads and checks the query of a PushTopic.
    ///
    /// # Errors
    ///
    /// Those of a query, and `INVALID_FIELD` for what only PushTopics refuse. What mockorg does not model is
    /// `MOCKORG_NOT_MODELLED`.
    pub(crate) fn resolve(org: &Org, ctx: &Ctx, soql: &str) -> Result<Self, ApiError> {
        // A tree that does not parse is refused in the words of queries.
        if let Ok(select) = parse(soql) {
            check(&select)?;
        }
        let (plan, _) = resolve::resolve(org, ctx, soql, true).map_err(|refusal| refusal.error)?;
        let selected = selected(org, &plan)?;
        let id = org.catalog.object(plan.object).system.id;
        if !selected.iter().any(|slot| Some(*slot) == id) {
            return Err(Self::refusal("the Id field is required in the SELECT clause"));
        }
        let mut filtered = Vec::new();
        collect(&plan.filter, &mut filtered)?;
        Ok(Self { plan, selected, filtered: filtered.into() })
    }

    /// The error of a query that PushTopics do not support.
    pub(crate) fn refusal(what: &str) -> ApiError {
        ApiError::dml(ErrorCode::InvalidField, what, ["Query"])
    }

    /// The object.
    pub(crate) const fn object(&self) -> ObjectIndex {
        self.plan.object
    }

    /// The selected fields, in order.
    pub(crate) fn selected(&self) -> impl Iterator<Item = Slot> {
        self.selected.iter().copied()
    }

    /// The fields that the WHERE clause names.
    pub(crate) fn filtered(&self) -> impl Iterator<Item = Slot> {
        self.filtered.iter().copied()
    }

    /// Whether the WHERE clause names the field.
    pub(crate) fn filters_by(&self, slot: Slot) -> bool {
        self.filtered.contains(&slot)
    }

    /// Whether a record meets the WHERE clause, deleted or not.
    pub(crate) fn matches(&self, org: &Org, ctx: &Ctx, record: RecordView<'_>) -> bool {
        let reader = Reader { org, ctx, all: true };
        self.plan.filter.matches(reader.reading(record))
    }
}

/// What queries may have and PushTopics may not, in the platform's own words where they are known.
fn check(select: &Select) -> Result<(), ApiError> {
    let refuse = |what: &str| Err(TopicQuery::refusal(what));
    let aggregate = |item: &SelectItem| matches!(item, SelectItem::Expr { expr: Expr::Call(_), .. });
    if select.group_by.is_some() || select.having.is_some() || select.items.iter().any(aggregate) {
        return refuse("Aggregate queries are not supported");
    }
    if select.limit.is_some() {
        return refuse("'LIMIT' is not allowed");
    }
    if select.offset.is_some() {
        return refuse("'OFFSET' is not allowed");
    }
    if !select.order_by.is_empty() {
        return refuse("'ORDER BY' clause is not allowed");
    }
    if select.from.len() > 1 || select.items.iter().any(has_relationship) {
        return refuse("relationships are not supported");
    }
    if select.scope.is_some() || !select.with.is_empty() || !select.options.is_empty() {
        return refuse("only SELECT, FROM and WHERE clauses are supported");
    }
    select.condition.as_ref().map_or(Ok(()), check_condition)
}

fn has_relationship(item: &SelectItem) -> bool {
    match item {
        SelectItem::Expr { expr: Expr::Field(path), .. } => path.names.len() > 1,
        SelectItem::Expr { .. } => false,
        SelectItem::Subquery(_) | SelectItem::TypeOf(_) => true,
    }
}

fn check_condition(condition: &Condition) -> Result<(), ApiError> {
    match condition {
        Condition::And(conditions) | Condition::Or(conditions) => {
            conditions.iter().try_for_each(check_condition)
        }
        Condition::Not(_) => Err(TopicQuery::refusal("'NOT' is not supported")),
        Condition::Comparison(comparison) => match (&comparison.left, &comparison.right) {
            (_, Right::Subquery(_)) => {
                Err(TopicQuery::refusal("semi/anti join sub-selects are not supported"))
            }
            (Expr::Field(path), _) if path.names.len() > 1 => {
                Err(TopicQuery::refusal("relationships are not supported"))
            }
            _ => Ok(()),
        },
    }
}

/// The slots of the selected fields.
fn selected(org: &Org, plan: &Plan) -> Result<Box<[Slot]>, ApiError> {
    let Output::Rows(shape) = &plan.output else {
        return Err(TopicQuery::refusal("Aggregate queries are not supported"));
    };
    let object = org.catalog.object(plan.object);
    let slot = |member: &Member| match member {
        Member::Field(Place::Slot(slot)) if object.at(*slot).is_compound() => {
            Err(ApiError::not_modelled("compound fields in PushTopic queries"))
        }
        Member::Field(Place::Slot(slot)) => Ok(*slot),
        _ => Err(ApiError::not_modelled("functions in PushTopic queries")),
    };
    shape.members.iter().map(slot).collect()
}

/// Collects the fields that a condition names.
fn collect(filter: &Filter, into: &mut Vec<Slot>) -> Result<(), ApiError> {
    match filter {
        Filter::All(filters) | Filter::Any(filters) => {
            filters.iter().try_for_each(|filter| collect(filter, into))
        }
        Filter::Not(filter) => collect(filter, into),
        Filter::Test(test) => match &test.left {
            Operand::Field(steps) => {
                into.extend(steps.own_slot());
                Ok(())
            }
            _ => Err(ApiError::not_modelled("functions in PushTopic queries")),
        },
    }
}
