//! Searches by parameters: put together as SOSL, and run as that.

use std::fmt::Write;

use mockorg_soql::sosl::{Search, SearchGroup, parse_search, parse_term};

use super::run::{malformed, refused};
use crate::{ApiError, Org, Reply, SearchRequest, SearchedObject, ctx::Ctx};

/// The groups of fields by the names that parameters give them.
const GROUPS: [(&str, SearchGroup); 5] = [
    ("ALL", SearchGroup::All),
    ("NAME", SearchGroup::Name),
    ("EMAIL", SearchGroup::Email),
    ("PHONE", SearchGroup::Phone),
    ("SIDEBAR", SearchGroup::Sidebar),
];

impl Org {
    /// Runs a search that is given by parameters.
    ///
    /// # Errors
    ///
    /// As for [`Org::search`]; places in messages are those of the SOSL that the parameters stand for.
    pub(crate) fn parameterized_search(&self, ctx: &Ctx, request: &SearchRequest) -> Result<Reply, ApiError> {
        // The term alone first: braces in it must not end it.
        parse_term(&request.q).map_err(|error| refused(&error, &request.q, ctx.version))?;
        let sosl = sosl(request)?;
        let search = parse_search(&sosl).map_err(|error| refused(&error, &sosl, ctx.version))?;
        if !is_same(&search, request) {
            return Err(malformed("a parameter of the search holds more than its own part of a search"));
        }
        self.run_search(ctx, &sosl, &search)
    }
}

/// The SOSL that the parameters stand for.
fn sosl(request: &SearchRequest) -> Result<String, ApiError> {
    let mut sosl = format!("FIND {{{}}}", request.q);
    if let Some(group) = &request.group {
        let (name, _) = GROUPS
            .iter()
            .find(|(name, _)| group.eq_ignore_ascii_case(name))
            .ok_or_else(|| malformed(&format!("Malformed search token: {group}")))?;
        append(&mut sosl, format_args!(" IN {name} FIELDS"));
    }
    if request.objects.is_empty() && (!request.fields.is_empty() || request.default_limit.is_some()) {
        return Err(malformed("fields and defaultLimit need at least one sobject"));
    }
    for (index, object) in request.objects.iter().enumerate() {
        let before = if index == 0 { " RETURNING " } else { ", " };
        append(&mut sosl, format_args!("{before}{}({}", object.name, fields(request, object).join(", ")));
        if let Some(condition) = &object.condition {
            append(&mut sosl, format_args!(" WHERE {condition}"));
        }
        if let Some(order) = &object.order_by {
            append(&mut sosl, format_args!(" ORDER BY {order}"));
        }
        if let Some(limit) = object.limit.or(request.default_limit) {
            append(&mut sosl, format_args!(" LIMIT {limit}"));
        }
        if let Some(offset) = request.offset {
            append(&mut sosl, format_args!(" OFFSET {offset}"));
        }
        sosl.push(')');
    }
    if request.objects.is_empty() && request.offset.is_some() {
        return Err(malformed("OFFSET can be used only when searching a single object"));
    }
    if let Some(metadata) = &request.metadata {
        let quoted = metadata.replace('\\', "\\\\").replace('\'', "\\'");
        append(&mut sosl, format_args!(" WITH METADATA = '{quoted}'"));
    }
    if let Some(limit) = request.overall_limit {
        append(&mut sosl, format_args!(" LIMIT {limit}"));
    }
    Ok(sosl)
}

fn append(sosl: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = sosl.write_fmt(text);
}

/// The fields that are answered of an object.
fn fields<'r>(request: &'r SearchRequest, object: &'r SearchedObject) -> Vec<&'r str> {
    let own = if object.fields.is_empty() { &request.fields } else { &object.fields };
    if own.is_empty() { vec!["Id"] } else { own.iter().map(|field| &**field).collect() }
}

/// Whether the search is what the parameters say, and no parameter brought a clause of its own.
fn is_same(search: &Search, request: &SearchRequest) -> bool {
    let objects = search.returning.iter().zip(&request.objects);
    search.returning.len() == request.objects.len()
        && search.updates.is_empty()
        && search.with.len() == usize::from(request.metadata.is_some())
        && search.limit.as_ref().map(|limit| limit.value) == request.overall_limit
        && search.group.is_some() == request.group.is_some()
        && objects.into_iter().all(|(returning, object)| {
            returning.object.is(&object.name)
                && returning.fields.len() == fields(request, object).len()
                && returning.list_view.is_none()
                && returning.condition.is_some() == object.condition.is_some()
                && returning.order_by.is_empty() == object.order_by.is_none()
                && returning.limit.as_ref().map(|limit| limit.value) == object.limit.or(request.default_limit)
                && returning.offset.as_ref().map(|offset| offset.value) == request.offset
        })
}
