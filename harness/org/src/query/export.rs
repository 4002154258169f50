//! Statements whose rows are exported as CSV: what the Bulk APIs take, and how their rows become columns.

use std::{mem, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use mockorg_soql::{
    parse,
    tree::{Expr, Select, SelectItem},
};

use super::{
    pages::{self, Family},
    plan::{Output, Plan},
    reader::Reader,
    resolve, run,
    shape::{Member, Shape},
};
use crate::{
    ApiError, ApiVersion, ErrorCode, Org, PageSink, QueryPage, RecordId, RecordView, ValueRef,
    bulk::{Dialect, push_quoted},
    catalog::{Catalog, FieldDef, FieldType, SObjectDef, SupportedCall},
    ctx::Ctx,
    sink::PageTree,
    write_double,
};

/// From this version on columns stand in the order of the SELECT list; before, in that of the alphabet.
const ORDERED_SINCE: u8 = 50;

/// A statement that can be exported.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    plan: Plan,
    shape: Arc<Shape>,
    all: bool,
    layout: Arc<Layout>,
}

/// Where the cells of a row go.
#[derive(Debug)]
struct Layout {
    nodes: Vec<Node>,
    /// The names of the columns in their order, each with the place of its cell among those of the shape.
    columns: Vec<(Box<str>, usize)>,
}

/// A column of a shape: a cell, or the cells of a parent.
#[derive(Debug)]
enum Node {
    Cell(usize),
    Parent(Vec<Self>),
}

impl Org {
    /// Reads a statement of a Bulk API.
    ///
    /// # Errors
    ///
    /// Those of queries, `INVALIDENTITY` for objects that cannot be queried, and `API_ERROR` for what cannot be
    /// written as plain columns.
    pub(crate) fn plan_export(&mut self, ctx: &Ctx, soql: &str, all: bool) -> Result<Export, ApiError> {
        let tree = parse(soql).ok();
        if let Some(tree) = &tree {
            check_form(tree)?;
        }
        let (plan, _) = resolve::resolve(self, ctx, soql, all).map_err(|refusal| self.refused(refusal))?;
        let catalog = Arc::clone(&self.catalog);
        let object = catalog.object(plan.object);
        if !object.supports(SupportedCall::Query) {
            let message = format!("entity type {} does not support query", object.name);
            return Err(ApiError::exception(ErrorCode::InvalidTypeForOperation, message));
        }
        let (Output::Rows(shape), Some(tree)) = (&plan.output, tree) else { return Err(aggregates()) };
        let shape = Arc::clone(shape);
        let (mut nodes, mut names) = (Vec::new(), Vec::new());
        lay_out(&shape, "", &mut nodes, &mut names);
        for name in &names {
            check_column(&catalog, ctx.version, object, name)?;
        }
        let columns = order(&tree, object, names, ctx.version);
        Ok(Export { layout: Arc::new(Layout { nodes, columns }), shape, plan, all })
    }

    /// The object whose records a statement reads.
    pub(crate) fn exported_object(&self, export: &Export) -> Box<str> {
        (*self.catalog.object(export.plan.object).name).into()
    }

    /// The records that a statement finds now, in its order.
    pub(crate) fn export_ids(&self, ctx: &Ctx, export: &Export) -> Arc<[RecordId]> {
        let reader = Reader { org: self, ctx, all: export.all };
        run::matching(reader, &export.plan).iter().map(RecordView::id).collect()
    }

    /// Writes records as lines; those that are gone have none. Tells how many lines there are.
    pub(crate) fn export_lines(
        &self,
        ctx: &Ctx,
        export: &Export,
        ids: &[RecordId],
        (dialect, out): (Dialect, &mut Vec<u8>),
    ) -> u64 {
        let reader = Reader { org: self, ctx, all: export.all };
        let object = self.catalog.object(export.plan.object);
        let mut lines = Lines::new(&export.layout, dialect, mem::take(out));
        for record in ids.iter().filter_map(|id| reader.record(object, *id)) {
            reader.send(record, &export.shape, &Family::NONE, &mut lines);
        }
        *out = lines.out;
        lines.written
    }

    /// The same records as rows.
    pub(crate) fn export_page(&self, ctx: &Ctx, export: &Export, ids: &[RecordId]) -> QueryPage {
        let reader = Reader { org: self, ctx, all: export.all };
        let object = self.catalog.object(export.plan.object);
        let records = ids.iter().map(|id| reader.record(object, *id));
        let (rows, _) = pages::fill(reader, records, &export.shape, usize::MAX);
        let mut tree = PageTree::default();
        reader.send_page((rows.len(), None), &rows, &export.shape, &mut tree);
        tree.finish().unwrap_or(QueryPage { total_size: 0, next: None, rows: Vec::new() })
    }
}

impl Export {
    /// Writes the names of the columns.
    pub(crate) fn write_header(&self, dialect: Dialect, out: &mut Vec<u8>) {
        dialect.write_line(out, self.layout.columns.iter().map(|(name, _)| &**name));
    }
}

/// Refuses what has no plain columns.
fn check_form(tree: &Select) -> Result<(), ApiError> {
    let refuse = |message: &str| Err(ApiError::resource(ErrorCode::ApiError, message));
    let is_aggregate = |item: &SelectItem| match item {
        SelectItem::Subquery(_) => true,
        SelectItem::Expr { expr: Expr::Call(call), .. } => {
            ["AVG", "COUNT", "COUNT_DISTINCT", "GROUPING", "MAX", "MIN", "SUM"]
                .iter()
                .any(|name| call.name.is(name))
        }
        SelectItem::Expr { .. } | SelectItem::TypeOf(_) => false,
    };
    if tree.group_by.is_some() || tree.items.iter().any(is_aggregate) {
        return Err(aggregates());
    }
    if tree.items.iter().any(|item| matches!(item, SelectItem::TypeOf(_))) {
        return refuse("TYPEOF is not supported in Bulk Query");
    }
    if tree.offset.is_some() {
        return refuse("OFFSET is not supported in Bulk Query");
    }
    Ok(())
}

fn aggregates() -> ApiError {
    ApiError::resource(
        ErrorCode::ApiError,
        "Aggregate Relationships not supported in Bulk V2 Query with CSV content type",
    )
}

/// The columns of a shape, and the path of each.
fn lay_out(shape: &Shape, before: &str, nodes: &mut Vec<Node>, names: &mut Vec<Box<str>>) {
    for (column, member) in shape.columns.iter().zip(&shape.members) {
        if let Member::Parent(_, parent) = member {
            let mut own = Vec::new();
            lay_out(parent, &format!("{before}{column}."), &mut own, names);
            nodes.push(Node::Parent(own));
        } else {
            nodes.push(Node::Cell(names.len()));
            names.push(format!("{before}{column}").into());
        }
    }
}

/// Refuses columns that hold more than one value, or a file.
fn check_column(
    catalog: &Catalog,
    version: ApiVersion,
    object: &SObjectDef,
    path: &str,
) -> Result<(), ApiError> {
    let Some(field) = field_at(catalog, version, object, path) else { return Ok(()) };
    match field.field_type {
        FieldType::Address | FieldType::Location | FieldType::ComplexValue => Err(ApiError::resource(
            ErrorCode::ApiError,
            "Selecting compound data not supported in Bulk Query",
        )),
        FieldType::Base64 => Err(ApiError::not_modelled("base64 fields in bulk queries")),
        _ => Ok(()),
    }
}

fn field_at<'c>(
    catalog: &'c Catalog,
    version: ApiVersion,
    object: &'c SObjectDef,
    path: &str,
) -> Option<&'c FieldDef> {
    let Some((parent, rest)) = path.split_once('.') else { return object.field_in(path, version) };
    let target = object.parent_relationship(parent, version)?.reference_to.first()?;
    field_at(catalog, version, catalog.find(target, version)?, rest)
}

/// The columns in their order, each with the place of its cell.
fn order(
    tree: &Select,
    object: &SObjectDef,
    names: Vec<Box<str>>,
    version: ApiVersion,
) -> Vec<(Box<str>, usize)> {
    let mut columns: Vec<(Box<str>, usize)> = names.into_iter().zip(0..).collect();
    if version.number() < ORDERED_SINCE {
        columns.sort_by_key(|(name, _)| name.to_lowercase());
        return columns;
    }
    let alias = tree.from.first().and_then(|from| from.alias.as_ref());
    let items: Vec<Option<String>> = tree
        .items
        .iter()
        .map(|item| {
            let SelectItem::Expr { expr: Expr::Field(path), .. } = item else { return None };
            let mut path_names: Vec<&str> = path.names.iter().map(|name| &*name.text).collect();
            let own = |name: &str| {
                name.eq_ignore_ascii_case(&object.name) || alias.is_some_and(|alias| alias.is(name))
            };
            if path_names.len() > 1 && path_names.first().is_some_and(|name| own(name)) {
                path_names.remove(0);
            }
            Some(path_names.join(".").to_lowercase())
        })
        .collect();
    // What a function gives stands where the first function does.
    let of_functions = items.iter().position(Option::is_none).unwrap_or(items.len());
    columns.sort_by_key(|(name, _)| {
        let name = name.to_lowercase();
        items.iter().position(|item| item.as_deref() == Some(&name)).unwrap_or(of_functions)
    });
    columns
}

/// Takes rows and writes lines.
struct Lines<'l> {
    layout: &'l Layout,
    dialect: Dialect,
    out: Vec<u8>,
    written: u64,
    /// The cells of the row, one behind the other, and where each begins and ends.
    cells: Vec<u8>,
    spans: Vec<(usize, usize)>,
    /// The open rows: the columns of each, and the place of its next cell.
    open: Vec<(&'l [Node], usize)>,
}

impl<'l> Lines<'l> {
    fn new(layout: &'l Layout, dialect: Dialect, out: Vec<u8>) -> Self {
        let spans = vec![(0, 0); layout.columns.len()];
        Self { layout, dialect, out, written: 0, cells: Vec::new(), spans, open: Vec::new() }
    }

    /// The column that comes next.
    fn next(&mut self) -> Option<&'l Node> {
        let (nodes, place) = self.open.last_mut()?;
        *place += 1;
        nodes.get(*place - 1)
    }
}

impl PageSink for Lines<'_> {
    fn begin_page(&mut self, _: u64, _: Option<&str>) {
        self.next();
    }

    fn end_page(&mut self) {}

    fn begin_row(&mut self, _: &Arc<str>, _: Option<RecordId>, _: &Arc<[Arc<str>]>) {
        if self.open.is_empty() {
            self.cells.clear();
            self.spans.fill((0, 0));
            self.open.push((&self.layout.nodes, 0));
        } else {
            let nodes: &[Node] = if let Some(Node::Parent(nodes)) = self.next() { nodes } else { &[] };
            self.open.push((nodes, 0));
        }
    }

    fn end_row(&mut self) {
        self.open.pop();
        if !self.open.is_empty() {
            return;
        }
        for (place, (_, cell)) in self.layout.columns.iter().enumerate() {
            if place > 0 {
                self.out.push(self.dialect.delimiter.byte());
            }
            let (start, end) = self.spans.get(*cell).copied().unwrap_or_default();
            let text = self.cells.get(start..end).unwrap_or_default();
            push_quoted(&mut self.out, std::str::from_utf8(text).unwrap_or_default());
        }
        self.dialect.end_line(&mut self.out);
        self.written += 1;
    }

    fn value(&mut self, value: ValueRef<'_>) {
        // A parent that is missing leaves all of its cells empty.
        let Some(Node::Cell(place)) = self.next() else { return };
        let start = self.cells.len();
        write_value(&mut self.cells, value);
        if let Some(span) = self.spans.get_mut(*place) {
            *span = (start, self.cells.len());
        }
    }

    fn compound(&mut self, _: &mut dyn Iterator<Item = (&Arc<str>, ValueRef<'_>)>) {
        self.next();
    }

    fn blob_link(&mut self) {
        self.next();
    }
}

/// Writes a value as a cell: nothing for null, instants in UTC with a `Z`.
fn write_value(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null | ValueRef::Nested(_) => {}
        ValueRef::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        ValueRef::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        ValueRef::Number(number) => write_double(out, number),
        ValueRef::Text(text) => out.extend_from_slice(text.as_bytes()),
        ValueRef::Date(date) => out.extend_from_slice(date.to_string().as_bytes()),
        ValueRef::DateTime(at) => {
            at.write_civil(out);
            out.push(b'Z');
        }
        ValueRef::Time(millis) => {
            let (seconds, millis) = (millis / 1000, millis % 1000);
            let text =
                format!("{:02}:{:02}:{:02}.{millis:03}Z", seconds / 3600, seconds / 60 % 60, seconds % 60);
            out.extend_from_slice(text.as_bytes());
        }
        ValueRef::Id(id) => out.extend_from_slice(&id.to_18()),
        ValueRef::Blob(content) => out.extend_from_slice(STANDARD.encode(content).as_bytes()),
    }
}
