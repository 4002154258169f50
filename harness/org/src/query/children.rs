//! Child subqueries: `(SELECT LastName FROM Contacts)`.

use std::sync::Arc;

use mockorg_soql::tree::{Name, Select};

use super::{
    conditions,
    errors::Refusal,
    filter::Filter,
    grouping, limits, order,
    plan::{ChildPlan, Output, Plan},
    resolve,
    scope::Scope,
    scopes,
    select_list::{self, FIELDS_LIMIT, SelectList},
    shape::Shape,
};
use crate::{
    ApiVersion,
    catalog::{Kind, SObjectDef, Slot, SupportedCall},
};

/// The version from which on subqueries may lie in subqueries.
const NESTED_SINCE: u8 = 58;
/// How many subqueries may lie in each other from then on; the statement itself is a fifth level.
const DEEPEST: usize = 4;

/// Resolves a child subquery of a record of the scope's object; gives its column's name, too.
pub(super) fn resolve<'c>(
    scope: &Scope<'c>,
    select: &'c Select,
    root_limit: Option<usize>,
) -> Result<(Arc<str>, ChildPlan), Refusal> {
    let source = scope.source;
    let allowed = if scope.ctx.version.number() < NESTED_SINCE { 1 } else { DEEPEST };
    if scope.depth >= allowed {
        return Err(source.malformed(select.span.start, "subqueries are nested too deep"));
    }
    let (name, object, key) = relationship(scope, select)?;
    let child_scope = scope.of_children(object, select)?;
    scopes::check_with(&child_scope, select)?;
    limits::check_order(source, &select.order_by)?;
    let limit = resolve::limit(source, select.limit.as_ref())?;
    let shape = shape(&child_scope, select, limit)?;
    if let Some(offset) = &select.offset
        && root_limit != Some(1)
    {
        return Err(source
            .malformed(offset.span.start, "OFFSET in a subquery needs a LIMIT of 1 in its parent query"));
    }
    let scope_or_option =
        select.options.first().map(|option| option.span).or(select.scope.as_ref().map(|name| name.span));
    if let Some(misplaced) = scope_or_option {
        return Err(source.unexpected(misplaced.start));
    }
    let filter = match &select.condition {
        Some(condition) => conditions::resolve(&child_scope, condition)?,
        None => Filter::All(Vec::new()),
    };
    let plan = Plan {
        object: object.index,
        output: Output::Rows(Arc::new(shape)),
        filter,
        order: order::resolve(&child_scope, &select.order_by)?,
        offset: resolve::offset(source, select.offset.as_ref())?,
        limit: limit.unwrap_or(usize::MAX),
    };
    Ok((name, ChildPlan { key, plan }))
}

/// The form of the children's rows; groups and counts are for the statement itself.
fn shape<'c>(scope: &Scope<'c>, select: &'c Select, limit: Option<usize>) -> Result<Shape, Refusal> {
    if let Some(group_by) = &select.group_by {
        return Err(only_root(scope, group_by.span.start));
    }
    if grouping::is_grouped(select) {
        return Err(only_root(scope, select.span.start));
    }
    match select_list::resolve(scope, select, limit)? {
        SelectList::Rows { unbounded: Some(at), .. } if limit.is_none_or(|limit| limit > FIELDS_LIMIT) => {
            Err(scope.source.malformed(at, "The SOQL FIELDS function must have a LIMIT of at most 200"))
        }
        SelectList::Rows { shape, .. } => Ok(shape),
        SelectList::Count => Err(only_root(scope, select.span.start)),
    }
}

fn only_root(scope: &Scope<'_>, at: usize) -> Refusal {
    scope.source.malformed(at, "Only root queries support aggregate expressions")
}

/// The child relationship that FROM names; the parent may stand before it: `Account.Contacts`.
fn relationship<'c>(scope: &Scope<'c>, select: &Select) -> Result<(Arc<str>, &'c SObjectDef, Slot), Refusal> {
    let Some(item) = select.from.first() else { return Err(scope.source.unexpected(select.span.end)) };
    let at = item.path.span.start;
    let name = match item.path.names.as_slice() {
        [name] => name,
        [parent, name]
            if parent.is(&scope.root.name) || scope.alias.is_some_and(|own| own.is(&parent.text)) =>
        {
            name
        }
        names => {
            let name = names.last().map_or("", |name| &*name.text);
            return Err(scope.source.unknown_from_relationship(at, name));
        }
    };
    found(scope, name, scope.ctx.version)
        .ok_or_else(|| scope.source.unknown_from_relationship(at, &name.text))
}

/// The relationship with this name, when the user can see the children and the field that ties them.
fn found<'c>(
    scope: &Scope<'c>,
    name: &Name,
    version: ApiVersion,
) -> Option<(Arc<str>, &'c SObjectDef, Slot)> {
    let link = scope.root.child_relationship(&name.text)?;
    let object = scope.catalog.object(link.child);
    let visible = object.versions.contains(version)
        && object.kind == Kind::SObject
        && object.supports(SupportedCall::Query)
        && scope.ctx.access.object(object.index).read
        && scope.sees(object, object.at(link.field));
    visible.then(|| Some((link.name.clone()?, object, link.field))).flatten()
}
