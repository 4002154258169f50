//! RETURNING: what a search answers of one object. It is resolved and read as a query over that object.

use std::sync::Arc;

use mockorg_soql::{
    sosl::Returning,
    tree::{Count, Expr, FromItem, Path, Select, SelectItem},
};

use super::{
    conditions,
    errors::{Refusal, Source},
    filter::Filter,
    order,
    pages::Family,
    path::Place,
    plan::{Output, Plan},
    reader::Reader,
    run,
    scope::Scope,
    select_list::{self, SelectList},
    shape::{Member, Shape},
};
use crate::{
    ApiError, ErrorCode, Org, PageSink, RecordView,
    catalog::{ObjectIndex, SObjectDef},
    ctx::Ctx,
};

/// The largest OFFSET of a search.
const MAX_OFFSET: usize = 2000;

/// What a search answers of one object.
#[derive(Clone, Debug)]
pub(crate) struct Returned {
    /// Which records besides the search term, in which order; neither LIMIT nor OFFSET.
    plan: Plan,
    shape: Arc<Shape>,
    /// How many of the found records are left out at the beginning.
    pub(crate) offset: usize,
    /// How many are answered at most, where the object has a LIMIT of its own.
    pub(crate) limit: Option<usize>,
    /// The answered fields by their paths, with their labels.
    pub(crate) labels: Vec<(Box<str>, Arc<str>)>,
}

impl Returned {
    /// The ids of all records, which is what an object without a field list answers.
    pub(crate) fn ids(object: &SObjectDef) -> Self {
        let id = object.system.id.map(|slot| object.at(slot));
        let (columns, members): (Vec<_>, Vec<_>) = id
            .map(|field| (Arc::clone(&field.name), Member::Field(Place::Slot(field.slot))))
            .into_iter()
            .unzip();
        let shape = Arc::new(Shape { columns: columns.into(), members: members.into() });
        Self {
            labels: id.map(|field| (Box::from(&*field.name), Arc::clone(&field.label))).into_iter().collect(),
            ..Self::new(object.index, Filter::All(Vec::new()), shape)
        }
    }

    /// Resolves one object of the RETURNING clause of `sosl`.
    ///
    /// # Errors
    ///
    /// `INVALID_TYPE`, `INVALID_FIELD`, `MALFORMED_SEARCH` and the others of a query over the object.
    pub(crate) fn resolve(org: &Org, ctx: &Ctx, sosl: &str, returning: &Returning) -> Result<Self, ApiError> {
        resolve_object(org, ctx, Source::new(sosl, ctx.version), returning).map_err(as_search)
    }

    fn new(object: ObjectIndex, filter: Filter, shape: Arc<Shape>) -> Self {
        let plan = Plan {
            object,
            output: Output::Rows(Arc::clone(&shape)),
            filter,
            order: Vec::new(),
            offset: 0,
            limit: usize::MAX,
        };
        Self { plan, shape, offset: 0, limit: None, labels: Vec::new() }
    }

    /// The object.
    pub(crate) const fn object(&self) -> ObjectIndex {
        self.plan.object
    }

    /// The records that meet the condition, in order; those behind OFFSET, and no more than `most`.
    pub(crate) fn find<'o>(
        &self,
        org: &'o Org,
        ctx: &'o Ctx,
        mut accept: impl FnMut(RecordView<'o>) -> bool,
        most: usize,
    ) -> Vec<RecordView<'o>> {
        let records = run::matching(Reader { org, ctx, all: false }, &self.plan).into_iter();
        records.filter(|record| accept(*record)).skip(self.offset).take(most).collect()
    }

    /// Sends a record as a row.
    pub(crate) fn send(&self, org: &Org, ctx: &Ctx, record: RecordView<'_>, sink: &mut dyn PageSink) {
        Reader { org, ctx, all: false }.send(record, &self.shape, &Family::NONE, sink);
    }
}

fn resolve_object(
    org: &Org,
    ctx: &Ctx,
    source: Source<'_>,
    returning: &Returning,
) -> Result<Returned, Refusal> {
    let select = as_select(returning);
    let scope = Scope::of_object(org, ctx, (source, false), &select)?;
    if let Some(view) = &returning.list_view {
        return Err(source.not_modelled(view.span.start, "SOSL USING ListView"));
    }
    let mut labels = Vec::new();
    for item in &select.items {
        let SelectItem::Expr { expr, .. } = item else { continue };
        match expr {
            Expr::Call(call) if call.name.is("FIELDS") => return Err(source.unexpected(call.span.start)),
            Expr::Field(path) => {
                let field = scope.field(path)?;
                let label = field
                    .field
                    .def
                    .map_or_else(|| Arc::clone(&field.field.name), |def| Arc::clone(&def.label));
                labels.push((field.canonical().into(), label));
            }
            Expr::Call(_) | Expr::Literal(_) => {}
        }
    }
    let limit = limit(source, returning)?;
    let offset = offset(returning)?;
    let filter = match &select.condition {
        Some(condition) => conditions::resolve(&scope, condition)?,
        None => Filter::All(Vec::new()),
    };
    let order = order::resolve(&scope, &select.order_by)?;
    let returned = if select.items.is_empty() {
        Returned { plan: Plan { filter, ..Returned::ids(scope.root).plan }, ..Returned::ids(scope.root) }
    } else {
        match select_list::resolve(&scope, &select, limit)? {
            SelectList::Rows { shape, .. } => {
                Returned { labels, ..Returned::new(scope.root.index, filter, Arc::new(shape)) }
            }
            SelectList::Count => return Err(source.unexpected(returning.span.start)),
        }
    };
    Ok(Returned { plan: Plan { order, ..returned.plan }, offset, limit, ..returned })
}

/// The query over the object that answers what RETURNING asks for.
fn as_select(returning: &Returning) -> Select {
    let path = Path { names: vec![returning.object.clone()], span: returning.object.span };
    Select {
        items: returning.fields.clone(),
        from: vec![FromItem { path, alias: None }],
        scope: None,
        condition: returning.condition.clone(),
        with: Vec::new(),
        group_by: None,
        having: None,
        order_by: returning.order_by.clone(),
        limit: returning.limit.clone(),
        offset: returning.offset.clone(),
        options: Vec::new(),
        span: returning.span,
    }
}

fn limit(source: Source<'_>, returning: &Returning) -> Result<Option<usize>, Refusal> {
    let number = |count: &Count| {
        usize::try_from(count.value)
            .map_err(|_| source.malformed(count.span.start, "Limit must be a non-negative value"))
    };
    returning.limit.as_ref().map(number).transpose()
}

fn offset(returning: &Returning) -> Result<usize, Refusal> {
    let value = returning.offset.as_ref().map_or(0, |count| count.value);
    match usize::try_from(value) {
        Ok(offset) if offset <= MAX_OFFSET => Ok(offset),
        _ => {
            let text = format!("SOSL offset should be between 0 to {MAX_OFFSET}");
            Err(ApiError::exception(ErrorCode::MalformedSearch, text).into())
        }
    }
}

/// What a query says when it is part of a search.
fn as_search(refusal: Refusal) -> ApiError {
    if let Some(what) = refusal.not_modelled {
        return ApiError::not_modelled(what);
    }
    match refusal.error.code {
        ErrorCode::MalformedQuery => ApiError { code: ErrorCode::MalformedSearch, ..refusal.error },
        _ => refusal.error,
    }
}
