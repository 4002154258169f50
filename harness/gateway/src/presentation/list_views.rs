//! List views of an object: which there are, what they show, and the records in them.

use std::fmt::Write;

use mockorg_org::{
    ApiError, Call, Cell, ErrorCode, ListView, QueryPage, RecordId, Reply, Row, Timestamp, Value,
    catalog::{FieldDef, FieldType, FilterOperator, SObjectDef},
};

use super::{item::label, seen::Seen};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
    rest::unexpected,
};

/// How many records are shown unless the client wishes otherwise, and at most.
const LIMIT: (u32, u32) = (25, 2000);
/// What every list view knows of its records besides its columns.
const HIDDEN: &[&str] = &["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"];

/// A column: its path, the field at its end, and whether it is hidden.
struct Column<'s> {
    path: &'s str,
    field: &'s FieldDef,
    hidden: bool,
}

/// `GET /sobjects/X/listviews`.
pub(crate) fn list_views(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = Seen::of_path(exchange)?;
    let views = views(exchange, seen.def()?)?;
    listed(exchange, seen.def()?, &views)
}

/// `GET /sobjects/X/listviews/recent`: which list views somebody looked at is not kept.
pub(crate) fn recent_list_views(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = Seen::of_path(exchange)?;
    listed(exchange, seen.def()?, &[])
}

/// `GET /sobjects/X/listviews/<id>`.
pub(crate) fn list_view(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (seen, view) = view(exchange)?;
    let mut w = exchange.writer();
    basic(exchange, &mut w, seen.def()?, &view);
    Ok(Answer::json(200, w.finish()))
}

/// `GET /sobjects/X/listviews/<id>/describe`.
pub(crate) fn describe_list_view(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (seen, view) = view(exchange)?;
    let def = seen.def()?;
    let columns = columns(exchange, &seen, def, &view);
    let mut w = exchange.writer();
    w.begin_object();
    write_columns(&mut w, &columns, &view);
    w.key("id");
    encode::write_id(&mut w, view.id);
    w.key("orderBy").begin_array();
    for path in [&*view.order_by, "Id"] {
        w.begin_object().key("fieldNameOrPath").string(path).key("nullsPosition").string("first");
        w.key("sortDirection").string("ascending").end_object();
    }
    w.end_array().key("query").string(&statement(def, &columns, &view, None));
    w.key("scope").optional((view.scope != "everything").then_some(view.scope));
    w.key("sobjectType").string(&def.name).key("whereCondition").begin_object();
    let declared = def.list_views.iter().find(|own| own.developer_name == view.developer_name);
    if declared.is_some_and(|own| own.filter_logic.is_some()) {
        return Err(exchange.not_modelled("descriptions of list views with filter logic").into());
    }
    w.key("conditions").begin_array();
    for filter in declared.iter().flat_map(|own| &own.filters) {
        w.begin_object().key("field").string(&filter.field).key("operator").string(operator(filter.operator));
        w.key("values").begin_array();
        for value in filter.value.split(',') {
            w.string(value.trim());
        }
        w.end_array().end_object();
    }
    w.end_array().key("conjunction").string("and").end_object().end_object();
    Ok(Answer::json(200, w.finish()))
}

/// An operator as descriptions of list views name it.
const fn operator(operator: FilterOperator) -> &'static str {
    use FilterOperator as F;
    match operator {
        F::Equals => "equals",
        F::NotEqual => "notEquals",
        F::LessThan => "lessThan",
        F::GreaterThan => "greaterThan",
        F::LessOrEqual => "lessThanOrEqualTo",
        F::GreaterOrEqual => "greaterThanOrEqualTo",
        F::Contains => "contains",
        F::NotContain => "notContain",
        F::StartsWith => "startsWith",
        F::Includes => "includes",
        F::Excludes => "excludes",
    }
}

/// `GET /sobjects/X/listviews/<id>/results`.
pub(crate) fn list_view_results(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (seen, view) = view(exchange)?;
    let def = seen.def()?;
    let limit = number(exchange, "limit")?.unwrap_or(LIMIT.0).clamp(1, LIMIT.1);
    let offset = number(exchange, "offset")?.unwrap_or(0);
    let columns = columns(exchange, &seen, def, &view);
    // One more than is shown tells whether there are more.
    let rows = if view.recent {
        recent(exchange, def, &columns, &view)?.into_iter().skip(offset as usize).collect()
    } else {
        let bounds = format!(" LIMIT {} OFFSET {offset}", limit + 1);
        query(exchange, &(statement(def, &columns, &view, None) + &bounds))?.rows
    };
    let shown = &rows[..rows.len().min(limit as usize)];
    let mut w = exchange.writer();
    w.begin_object();
    write_columns(&mut w, &columns, &view);
    w.key("developerName").string(&view.developer_name).key("done").bool(shown.len() == rows.len());
    w.key("id");
    encode::write_id(&mut w, view.id);
    w.key("label").string(&view.label).key("records").begin_array();
    for row in shown {
        w.begin_object().key("columns").begin_array();
        for column in &columns {
            w.begin_object().key("fieldNameOrPath").string(column.path);
            w.key("value").optional(text(row, column.path).as_deref()).end_object();
        }
        w.end_array().end_object();
    }
    w.end_array().key("size").int(shown.len() as u64).end_object();
    Ok(Answer::json(200, w.finish()))
}

fn listed(exchange: &Exchange<'_>, def: &SObjectDef, views: &[ListView]) -> Result<Answer, Failure> {
    let mut w = exchange.writer();
    w.begin_object().key("done").bool(true).key("listviews").begin_array();
    for view in views {
        basic(exchange, &mut w, def, view);
    }
    w.end_array().key("nextRecordsUrl").null().key("size").int(views.len() as u64);
    w.key("sobjectType").string(&def.name).end_object();
    Ok(Answer::json(200, w.finish()))
}

fn basic(exchange: &Exchange<'_>, w: &mut JsonWriter, def: &SObjectDef, view: &ListView) {
    let id = view.id.to_string();
    let url = |w: &mut JsonWriter, key: &str, rest: &str| {
        w.key(key);
        encode::write_address(w, exchange.version, &["/sobjects/", &def.name, "/listviews/", &id, rest]);
    };
    w.begin_object();
    url(w, "describeUrl", "/describe");
    w.key("developerName").string(&view.developer_name).key("id").string(&id);
    w.key("label").string(&view.label);
    url(w, "resultsUrl", "/results");
    w.key("soqlCompatible").bool(view.unmodelled.is_none());
    url(w, "url", "");
    w.end_object();
}

fn views(exchange: &Exchange<'_>, def: &SObjectDef) -> Result<Vec<ListView>, ApiError> {
    exchange.with_org(|org, _, _| Ok(org.list_views(def)))
}

/// The list view that the path names.
fn view(exchange: &Exchange<'_>) -> Result<(Seen, ListView), Failure> {
    let seen = Seen::of_path(exchange)?;
    let wanted: RecordId = exchange.param("view").parse().map_err(|_| ApiError::not_found())?;
    let found = views(exchange, seen.def()?)?.into_iter().find(|view| view.id == wanted);
    let view = found.ok_or_else(ApiError::not_found)?;
    match &view.unmodelled {
        Some(what) => Err(exchange.not_modelled(what).into()),
        None => Ok((seen, view)),
    }
}

/// The columns that the user sees.
fn columns<'s>(
    exchange: &Exchange<'_>,
    seen: &'s Seen,
    def: &'s SObjectDef,
    view: &'s ListView,
) -> Vec<Column<'s>> {
    let field = |path: &str| match path.split_once('.') {
        None => seen.field(def, path).map(|(field, _)| field),
        Some((relationship, leaf)) => {
            let same = |field: &&FieldDef| {
                field.relationship_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(relationship))
            };
            let reference = seen.fields(def).map(|(field, _)| field).find(same)?;
            let mut parents = reference.reference_to.iter().filter_map(|name| seen.catalog.find_any(name));
            let (parent, field) = parents.find_map(|parent| Some((parent, parent.field(leaf)?)))?;
            let sees = || Seen::of(exchange, &parent.name).is_ok_and(|own| own.field(parent, leaf).is_some());
            (reference.reference_to.len() > 1 || sees()).then_some(field)
        }
    };
    let shown = view.columns.iter().map(|path| (&**path, false));
    let named = |path: &str| view.columns.iter().any(|own| own.eq_ignore_ascii_case(path));
    let hidden = HIDDEN.iter().copied().filter(|path| !named(path)).map(|path| (path, true));
    shown
        .chain(hidden)
        .filter_map(|(path, hidden)| Some(Column { path, field: field(path)?, hidden }))
        .collect()
}

fn write_columns(w: &mut JsonWriter, columns: &[Column<'_>], view: &ListView) {
    w.key("columns").begin_array();
    for column in columns {
        let kind = encode::type_name(column.field.field_type);
        let textual = column.field.is_textual();
        let sorted = column.path.eq_ignore_ascii_case(&view.order_by);
        let is_sortable = column.field.sortable && !column.hidden;
        let labels = match (is_sortable, textual) {
            (false, _) => (None, None),
            (true, true) => (Some("Z-A"), Some("A-Z")),
            (true, false) => (Some("Low to High"), Some("High to Low")),
        };
        w.begin_object().key("ascendingLabel").optional(labels.0).key("descendingLabel").optional(labels.1);
        w.key("fieldNameOrPath").string(column.path).key("hidden").bool(column.hidden);
        w.key("label").string(label(column.field)).key("selectListItem").string(&selected(column));
        w.key("sortDirection").optional(sorted.then_some("ascending"));
        w.key("sortIndex");
        match sorted {
            true => w.int(0_u32),
            false => w.null(),
        };
        w.key("sortable").bool(is_sortable).key("type").string(kind).end_object();
    }
    w.end_array();
}

/// A column as the statement selects it.
fn selected(column: &Column<'_>) -> String {
    if column.field.field_type == FieldType::Picklist && !column.path.contains('.') {
        format!("toLabel({})", column.path)
    } else {
        column.path.to_owned()
    }
}

/// The statement of a list view; `among` narrows it to some records.
fn statement(
    def: &SObjectDef,
    columns: &[Column<'_>],
    view: &ListView,
    among: Option<&[RecordId]>,
) -> String {
    let list: Vec<String> = columns.iter().map(selected).collect();
    let mut text = format!("SELECT {} FROM {}", list.join(", "), def.name);
    if view.scope != "everything" {
        let _ = write!(text, " USING SCOPE {}", view.scope);
    }
    let mut conditions: Vec<String> = view.condition.iter().map(ToString::to_string).collect();
    if let Some(ids) = among {
        let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
        conditions.push(format!("Id IN ({})", ids.join(",")));
    }
    if !conditions.is_empty() {
        let _ = write!(text, " WHERE {}", conditions.join(" AND "));
    }
    let _ = write!(text, " ORDER BY {} ASC NULLS FIRST", view.order_by);
    if &*view.order_by != "Id" {
        text.push_str(", Id ASC NULLS FIRST");
    }
    text
}

fn query(exchange: &Exchange<'_>, soql: &str) -> Result<QueryPage, Failure> {
    let call = Call::Query { soql: soql.into(), all: false, batch_size: None };
    match exchange.call(call)? {
        Reply::Page(page) => Ok(*page),
        _ => Err(unexpected()),
    }
}

/// The records that the user has used last, the last one first.
fn recent(
    exchange: &Exchange<'_>,
    def: &SObjectDef,
    columns: &[Column<'_>],
    view: &ListView,
) -> Result<Vec<Row>, Failure> {
    let Reply::Recent(used) = exchange.call(Call::Recent { limit: None })? else { return Err(unexpected()) };
    let ids: Vec<RecordId> =
        used.iter().filter(|row| row.object == def.name).filter_map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = query(exchange, &statement(def, columns, view, Some(&ids)))?.rows;
    rows.sort_by_key(|row| ids.iter().position(|id| Some(*id) == row.id));
    Ok(rows)
}

/// A whole number among the parameters.
fn number(exchange: &Exchange<'_>, name: &str) -> Result<Option<u32>, ApiError> {
    exchange.argument(name).map(|text| text.parse()).transpose().map_err(|_| {
        let text = format!("{name} must be a whole number");
        ApiError::exception(ErrorCode::IllegalQueryParameterValue, text)
    })
}

/// The value at the end of a path as a list shows it.
fn text(row: &Row, path: &str) -> Option<String> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let place = row.columns.iter().position(|column| column.eq_ignore_ascii_case(first))?;
    match (row.cells.get(place)?, rest) {
        (Cell::Row(parent), Some(rest)) => text(parent, rest),
        (Cell::Value(value), None) => shown(value),
        (Cell::Compound(parts), None) => {
            let parts: Vec<String> = parts.iter().filter_map(|(_, value)| shown(value)).collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        }
        _ => None,
    }
}

fn shown(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null | Value::Blob(_) | Value::Nested(_) => return None,
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Number(value) => value.normalize().to_string(),
        Value::Text(value) => value.to_string(),
        Value::Date(value) => value.to_string(),
        Value::DateTime(value) => moment(*value),
        Value::Time(_) => {
            let mut w = JsonWriter::new(crate::json::JsonForm::Compact);
            encode::write_value(&mut w, value);
            String::from_utf8(w.finish()).unwrap_or_default().trim_matches('"').to_owned()
        }
        Value::Id(value) => value.to_string(),
    })
}

/// An instant as lists show it: `Fri Aug 01 21:15:46 GMT 2014`.
fn moment(at: Timestamp) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let at = at.civil();
    let day = DAYS[usize::from(at.weekday().to_sunday_zero_offset().unsigned_abs()) % 7];
    let month = MONTHS[usize::from(at.month().unsigned_abs().saturating_sub(1)) % 12];
    format!(
        "{day} {month} {:02} {:02}:{:02}:{:02} GMT {:04}",
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.year()
    )
}
