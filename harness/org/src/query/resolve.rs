//! From a parsed statement to a plan.

use std::sync::Arc;

use mockorg_soql::{
    parse,
    tree::{Count, FromItem, Name, OptionKind, Select, With},
};

use super::{
    calendar::Calendar,
    conditions,
    errors::{Refusal, Source},
    filter::{Check, Comparer, Filter, Test},
    order,
    path::{Place, Scope, Steps},
    plan::{Output, Plan},
    scan,
    select_list::{self, FIELDS_LIMIT, SelectList},
};
use crate::{
    ApiError, ErrorCode, Org, Value,
    catalog::{Kind, SObjectDef, SupportedCall},
    ctx::Ctx,
};

/// The largest OFFSET.
const MAX_OFFSET: i64 = 2000;
/// The largest LIMIT.
const MAX_LIMIT: i64 = 2_147_483_647;

/// Parses and resolves a statement.
pub(super) fn resolve(org: &Org, ctx: &Ctx, soql: &str) -> Result<Plan, Refusal> {
    let source = Source::new(soql, ctx.version);
    let select = parse(soql).map_err(|error| source.syntax(&error))?;
    let scope = scope(org, ctx, source, &select)?;
    refuse_clauses(source, &select)?;
    let list = select_list::resolve(&scope, &select)?;
    let filter = filter(org, &scope, &select)?;
    let order = order::resolve(&scope, &select.order_by)?;
    let offset = offset(source, select.offset.as_ref())?;
    let limit = limit(source, select.limit.as_ref())?;
    check_options(source, &select)?;
    check_required_filter(&scope, &filter)?;
    let output = match list {
        SelectList::Count => match select.order_by.first() {
            Some(term) => return Err(source.unexpected(term.expr.span().start)),
            None => Output::Count,
        },
        SelectList::Rows { shape, unbounded } => {
            let few = limit.is_some_and(|limit| limit <= FIELDS_LIMIT)
                || scan::id_bound(&filter, scope.root).is_some_and(|ids| ids <= FIELDS_LIMIT);
            if let Some(at) = unbounded
                && !few
            {
                return Err(source.malformed(at, "The SOQL FIELDS function must have a LIMIT of at most 200"));
            }
            Output::Rows(Arc::new(shape))
        }
    };
    let object = scope.root.index;
    Ok(Plan { object, output, filter, order, offset, limit: limit.unwrap_or(usize::MAX) })
}

/// Resolves the FROM clause.
fn scope<'c>(
    org: &'c Org,
    ctx: &'c Ctx,
    source: Source<'c>,
    select: &'c Select,
) -> Result<Scope<'c>, Refusal> {
    let Some((first, rest)) = select.from.split_first() else {
        return Err(source.unexpected(select.span.end));
    };
    let root = root(org, ctx, source, first)?;
    let mut scope =
        Scope { catalog: &org.catalog, ctx, source, root, alias: first.alias.as_ref(), parents: Vec::new() };
    for item in rest {
        let relationships = scope.relationship_alias(&item.path)?;
        if let Some(alias) = item.alias.as_ref().or(item.path.names.last()) {
            scope.parents.push((alias, relationships));
        }
    }
    Ok(scope)
}

fn root<'c>(org: &'c Org, ctx: &Ctx, source: Source<'_>, item: &FromItem) -> Result<&'c SObjectDef, Refusal> {
    let name = item.path.names.iter().map(|name| &*name.text).collect::<Vec<_>>().join(".");
    org.catalog
        .find(&name, ctx.version)
        .filter(|object| object.kind == Kind::SObject && object.supports(SupportedCall::Query))
        .filter(|object| ctx.access.object(object.index).read)
        .ok_or_else(|| source.unknown_object(item.path.span.start, &name))
}

/// Refuses the clauses that are not modelled, before anything of the statement is looked at closely.
fn refuse_clauses(source: Source<'_>, select: &Select) -> Result<(), Refusal> {
    if let Some(group_by) = &select.group_by {
        return Err(source.not_modelled(group_by.span.start, "SOQL GROUP BY"));
    }
    match select.with.first() {
        // SECURITY_ENFORCED and the modes belong to Apex.
        Some(With::Mode(name)) => Err(source.unexpected(name.span.start)),
        Some(With::DataCategory(_, span)) => Err(source.not_modelled(span.start, "SOQL WITH DATA CATEGORY")),
        None => Ok(()),
    }
}

fn filter(org: &Org, scope: &Scope<'_>, select: &Select) -> Result<Filter, Refusal> {
    let mut filters = Vec::new();
    if let Some(name) = &select.scope {
        filters.extend(in_scope(scope, name)?);
    }
    if let Some(condition) = &select.condition {
        // Most statements compare no dates and so need no calendar.
        filters.push(conditions::resolve(scope, &|| Calendar::of(org, scope.ctx), condition)?);
    }
    Ok(Filter::All(filters))
}

/// What USING SCOPE adds to the condition.
fn in_scope(scope: &Scope<'_>, name: &Name) -> Result<Option<Filter>, Refusal> {
    if name.is("everything") {
        return Ok(None);
    }
    match scope.root.system.owner_id {
        Some(owner) if name.is("mine") => Ok(Some(Filter::Test(Test {
            steps: Steps { hops: Box::default(), leaf: Place::Slot(owner) },
            comparer: Comparer::Typed,
            check: Check::Equal(Value::Id(scope.ctx.user)),
        }))),
        _ => Err(scope.source.not_modelled(name.span.start, "SOQL USING SCOPE")),
    }
}

fn limit(source: Source<'_>, count: Option<&Count>) -> Result<Option<usize>, Refusal> {
    let Some(count) = count else { return Ok(None) };
    if count.value > MAX_LIMIT {
        let text = format!("Maximum SOQL limit allowed is {MAX_LIMIT}");
        return Err(ApiError::exception(ErrorCode::NumberOutsideValidRange, text).into());
    }
    number(source, count).map(Some)
}

fn offset(source: Source<'_>, count: Option<&Count>) -> Result<usize, Refusal> {
    let Some(count) = count else { return Ok(0) };
    if count.value > MAX_OFFSET {
        let text = format!("Maximum SOQL offset allowed is {MAX_OFFSET}");
        return Err(ApiError::exception(ErrorCode::NumberOutsideValidRange, text).into());
    }
    number(source, count)
}

/// Negative numbers are refused where they stand.
fn number(source: Source<'_>, count: &Count) -> Result<usize, Refusal> {
    usize::try_from(count.value).map_err(|_| source.unexpected(count.span.start))
}

fn check_options(source: Source<'_>, select: &Select) -> Result<(), Refusal> {
    for option in &select.options {
        let at = option.span.start;
        match option.kind {
            OptionKind::AllRows => return Err(source.malformed(at, "ALL ROWS not allowed in this context")),
            OptionKind::ForView => return Err(source.not_modelled(at, "SOQL FOR VIEW")),
            OptionKind::ForReference => return Err(source.not_modelled(at, "SOQL FOR REFERENCE")),
            OptionKind::UpdateTracking => return Err(source.not_modelled(at, "SOQL UPDATE TRACKING")),
            OptionKind::UpdateViewstat => return Err(source.not_modelled(at, "SOQL UPDATE VIEWSTAT")),
            // Locks last for a transaction of Apex; over the API each call is one, so nothing is left to do.
            OptionKind::ForUpdate if select.order_by.is_empty() => {}
            OptionKind::ForUpdate => return Err(source.unexpected(at)),
        }
    }
    Ok(())
}

/// Some objects are only found by what they belong to.
fn check_required_filter(scope: &Scope<'_>, filter: &Filter) -> Result<(), Refusal> {
    if &*scope.root.name != "ContentDocumentLink" {
        return Ok(());
    }
    let slots: Vec<_> = ["Id", "ContentDocumentId", "LinkedEntityId"]
        .into_iter()
        .filter_map(|name| scope.root.slot(name))
        .collect();
    if scan::is_bound(filter, &slots) {
        return Ok(());
    }
    let text = "Implementation restriction: ContentDocumentLink requires a filter by a single Id on \
                ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.";
    Err(ApiError::exception(ErrorCode::MalformedQuery, text).into())
}
