//! From a parsed statement to a plan.

use std::sync::Arc;

use mockorg_soql::{
    parse,
    tree::{Count, OptionKind, Select},
};

use super::{
    conditions,
    errors::{Refusal, Source},
    filter::Filter,
    grouping, limits, order,
    plan::{Output, Plan},
    scan,
    scope::Scope,
    scopes,
    select_list::{self, FIELDS_LIMIT, SelectList},
};
use crate::{ApiError, ErrorCode, Org, ctx::Ctx};

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
    scopes::check_with(&scope, &select)?;
    limits::check_order(source, &select.order_by)?;
    let limit = limit(source, select.limit.as_ref())?;
    let grouped = grouping::is_grouped(&select);
    let groups = if grouped { Some(grouping::resolve(&scope, &select)?) } else { None };
    let list = if grouped { None } else { Some(select_list::resolve(&scope, &select, limit)?) };
    let filter = filter(&scope, &select)?;
    limits::check_steps(&scope, &filter)?;
    let order = if grouped { Vec::new() } else { order::resolve(&scope, &select.order_by)? };
    let offset = offset(source, select.offset.as_ref())?;
    let usage = options(&scope, &select)?;
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

fn filter(scope: &Scope<'_>, select: &Select) -> Result<Filter, Refusal> {
    let mut filters = Vec::new();
    if let Some(name) = &select.scope {
        filters.extend(scopes::filter(scope, name)?);
    }
    if let Some(condition) = &select.condition {
        filters.push(conditions::resolve(scope, condition)?);
    }
    Ok(Filter::All(filters))
}

pub(super) fn limit(source: Source<'_>, count: Option<&Count>) -> Result<Option<usize>, Refusal> {
    let Some(count) = count else { return Ok(None) };
    if count.value > MAX_LIMIT {
        let text = format!("Maximum SOQL limit allowed is {MAX_LIMIT}");
        return Err(ApiError::exception(ErrorCode::NumberOutsideValidRange, text).into());
    }
    // Tools that were held against real orgs quote the words of negative numbers.
    number(source, count, "Limit must be a non-negative value").map(Some)
}

pub(super) fn offset(source: Source<'_>, count: Option<&Count>) -> Result<usize, Refusal> {
    let Some(count) = count else { return Ok(0) };
    if count.value > MAX_OFFSET {
        let text = format!("Maximum SOQL offset allowed is {MAX_OFFSET}");
        return Err(ApiError::exception(ErrorCode::NumberOutsideValidRange, text).into());
    }
    number(source, count, "SOQL offset must be a non-negative value")
}

/// Negative numbers are refused where they stand.
fn number(source: Source<'_>, count: &Count, negative: &str) -> Result<usize, Refusal> {
    usize::try_from(count.value).map_err(|_| source.malformed(count.span.start, negative))
}

fn options(scope: &Scope<'_>, select: &Select) -> Result<Usage, Refusal> {
    let source = scope.source;
    let mut usage = Usage::default();
    for option in &select.options {
        let at = option.span.start;
        match option.kind {
            OptionKind::AllRows => return Err(source.malformed(at, "ALL ROWS not allowed in this context")),
            OptionKind::ForView => usage.view = true,
            OptionKind::ForReference => usage.reference = true,
            OptionKind::UpdateTracking => {
                return Err(scopes::no_article(scope, at, "UPDATE TRACKING"));
            }
            OptionKind::UpdateViewstat => {
                return Err(scopes::no_article(scope, at, "UPDATE VIEWSTAT"));
            }
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
