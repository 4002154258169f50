//! From a parsed statement to a plan.

use std::sync::Arc;

use mockorg_soql::{
    parse,
    tree::{Count, Name, OptionKind, Select, With},
};

use super::{
    conditions,
    errors::{Refusal, Source},
    filter::{Check, Comparer, Filter, Test},
    grouping,
    operand::Operand,
    order,
    path::{Place, Steps},
    plan::{Output, Plan},
    scan,
    scope::Scope,
    select_list::{self, FIELDS_LIMIT, SelectList},
};
use crate::{ApiError, ErrorCode, Org, Value, ctx::Ctx};

/// The largest OFFSET.
const MAX_OFFSET: i64 = 2000;
/// The largest LIMIT.
const MAX_LIMIT: i64 = 2_147_483_647;

/// What a client must know besides the plan.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    /// `FOR VIEW`: the rows count as viewed.
    pub(super) view: bool,
    /// `FOR REFERENCE`: the rows count as referenced.
    pub(super) reference: bool,
}

/// Parses and resolves a statement. `all` tells whether deleted records count.
pub(super) fn resolve(org: &Org, ctx: &Ctx, soql: &str, all: bool) -> Result<(Plan, Usage), Refusal> {
    let source = Source::new(soql, ctx.version);
    let select = parse(soql).map_err(|error| source.syntax(&error))?;
    let scope = Scope::of_object(org, ctx, (source, all), &select)?;
    check_with(&scope, &select)?;
    let limit = limit(source, select.limit.as_ref())?;
    let grouped = grouping::is_grouped(&select);
    let groups = if grouped { Some(grouping::resolve(&scope, &select)?) } else { None };
    let list = if grouped { None } else { Some(select_list::resolve(&scope, &select, limit)?) };
    let filter = filter(&scope, &select)?;
    let order = if grouped { Vec::new() } else { order::resolve(&scope, &select.order_by)? };
    let offset = offset(source, select.offset.as_ref())?;
    let usage = options(source, &select)?;
    check_required_filter(&scope, &filter)?;
    let output = match (groups, list) {
        (Some(groups), _) => Output::Groups(Box::new(groups)),
        (None, Some(SelectList::Rows { shape, unbounded })) => {
            let few = limit.is_some_and(|limit| limit <= FIELDS_LIMIT)
                || scan::id_bound(&filter, scope.root).is_some_and(|ids| ids <= FIELDS_LIMIT);
            if let Some(at) = unbounded
                && !few
            {
                return Err(source.malformed(at, "The SOQL FIELDS function must have a LIMIT of at most 200"));
            }
            Output::Rows(Arc::new(shape))
        }
        (None, _) => match select.order_by.first() {
            Some(term) => return Err(source.unexpected(term.expr.span().start)),
            None => Output::Count,
        },
    };
    let object = scope.root.index;
    Ok((Plan { object, output, filter, order, offset, limit: limit.unwrap_or(usize::MAX) }, usage))
}

/// Refuses the WITH clauses, none of which a query over the API can have.
pub(super) fn check_with(scope: &Scope<'_>, select: &Select) -> Result<(), Refusal> {
    match select.with.first() {
        // SECURITY_ENFORCED and the modes belong to Apex.
        Some(With::Mode(name)) => Err(scope.source.apex_only(name)),
        Some(With::DataCategory(_, span)) => {
            Err(scope.source.not_modelled(span.start, "SOQL WITH DATA CATEGORY"))
        }
        None => Ok(()),
    }
}

fn filter(scope: &Scope<'_>, select: &Select) -> Result<Filter, Refusal> {
    let mut filters = Vec::new();
    if let Some(name) = &select.scope {
        filters.extend(in_scope(scope, name)?);
    }
    if let Some(condition) = &select.condition {
        filters.push(conditions::resolve(scope, condition)?);
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
            left: Operand::Field(Steps { hops: Box::default(), leaf: Place::Slot(owner) }),
            comparer: Comparer::Typed,
            check: Check::Equal(Value::Id(scope.ctx.user)),
        }))),
        _ => Err(scope.source.not_modelled(name.span.start, "SOQL USING SCOPE")),
    }
}

pub(super) fn limit(source: Source<'_>, count: Option<&Count>) -> Result<Option<usize>, Refusal> {
    let Some(count) = count else { return Ok(None) };
    if count.value > MAX_LIMIT {
        let text = format!("Maximum SOQL limit allowed is {MAX_LIMIT}");
        return Err(ApiError::exception(ErrorCode::NumberOutsideValidRange, text).into());
    }
    number(source, count).map(Some)
}

pub(super) fn offset(source: Source<'_>, count: Option<&Count>) -> Result<usize, Refusal> {
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

fn options(source: Source<'_>, select: &Select) -> Result<Usage, Refusal> {
    let mut usage = Usage::default();
    for option in &select.options {
        let at = option.span.start;
        match option.kind {
            OptionKind::AllRows => return Err(source.malformed(at, "ALL ROWS not allowed in this context")),
            OptionKind::ForView => usage.view = true,
            OptionKind::ForReference => usage.reference = true,
            OptionKind::UpdateTracking => return Err(source.not_modelled(at, "SOQL UPDATE TRACKING")),
            OptionKind::UpdateViewstat => return Err(source.not_modelled(at, "SOQL UPDATE VIEWSTAT")),
            // Locks last for a transaction of Apex; over the API each call is one, so nothing is left to do.
            OptionKind::ForUpdate if select.order_by.is_empty() => {}
            OptionKind::ForUpdate => return Err(source.unexpected(at)),
        }
    }
    Ok(usage)
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
