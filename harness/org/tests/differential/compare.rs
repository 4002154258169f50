//! Asks both sides and compares the answers, cell by cell.

use mockorg_org::{Call, Cell, QueryPage, Reply, Row};
use rusqlite::Connection;

use super::{
    database::Database,
    dates::Clock,
    schema::Kind,
    soql::soql,
    sql::sql,
    statement::{Aggregate, Expr, Item, Statement},
    support,
    value::Datum,
};

/// How the difference begins when one side does not answer.
pub(crate) const REFUSED: &str = "the org refuses: ";

/// A row of SQLite: the cells of the selected expressions and, for records, the id.
struct SqlRow {
    cells: Vec<Datum>,
    id: Option<String>,
}

/// Compares the answers to a statement; gives whether there were any rows.
///
/// # Errors
///
/// Both statements and the first difference.
pub(crate) fn compare(database: &mut Database, statement: &Statement) -> Result<bool, String> {
    let text = soql(statement);
    let call = Call::Query { soql: text.as_str().into(), all: statement.all, batch_size: None };
    let reply = database.org.call(database.now(), &support::session(68), call);
    let compared = match reply {
        Ok(Reply::Page(page)) => {
            page_agrees(&database.sql, &database.clock, statement, &page, None).map(|()| page.total_size > 0)
        }
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(format!("{REFUSED}{error:?}")),
    };
    compared.map_err(|difference| {
        format!(
            "SOQL{}: {text}\nSQL: {}\n{difference}",
            if statement.all { " (all)" } else { "" },
            sql(statement, &database.clock, None)
        )
    })
}

/// `parent` is the reference field of the rows and the id that it holds, in a child subquery.
fn page_agrees(
    sql: &Connection,
    clock: &Clock,
    statement: &Statement,
    page: &QueryPage,
    parent: Option<(&str, &str)>,
) -> Result<(), String> {
    let mut expected = expected_rows(sql, clock, statement, parent);
    if statement.counts_rows() {
        let count = expected.first().map(|row| row.cells[0].clone());
        let found = Datum::Int(page.total_size.cast_signed());
        return if count == Some(found.clone()) && page.rows.is_empty() {
            Ok(())
        } else {
            Err(format!("expected {count:?}, found {found:?}"))
        };
    }
    if page.total_size != expected.len() as u64 || page.rows.len() != expected.len() || page.next.is_some() {
        return Err(format!(
            "expected {} rows, found {} of {}: {:?}",
            expected.len(),
            page.rows.len(),
            page.total_size,
            page.rows.iter().map(|row| row.id).collect::<Vec<_>>()
        ));
    }
    let is_ordered = statement.is_plain() || !statement.order.is_empty();
    for (number, row) in page.rows.iter().enumerate() {
        if is_ordered {
            row_agrees(sql, clock, statement, row, &expected[number])
                .map_err(|why| format!("row {number}: {why}"))?;
        } else {
            let found =
                expected.iter().position(|wanted| row_agrees(sql, clock, statement, row, wanted).is_ok());
            let Some(at) = found else {
                return Err(format!("row {number} is not expected: {:?}", row.cells));
            };
            expected.swap_remove(at);
        }
    }
    Ok(())
}

fn expected_rows(
    sql_side: &Connection,
    clock: &Clock,
    statement: &Statement,
    parent: Option<(&str, &str)>,
) -> Vec<SqlRow> {
    let text = sql(statement, clock, parent.map(|(link, _)| link));
    let mut prepared = sql_side.prepare(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let kinds: Vec<Kind> = statement
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Expr(expr, _) => Some(expr.kind()),
            Item::Children(..) => None,
        })
        .collect();
    let mut rows = match parent {
        Some((_, id)) => prepared.query([id]),
        None => prepared.query(()),
    }
    .unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{text}: {error}")) {
        let cells = kinds
            .iter()
            .enumerate()
            .map(|(at, kind)| Datum::of_column(*kind, row.get_ref(at).unwrap()))
            .collect();
        let id = statement.is_plain().then(|| row.get(kinds.len()).unwrap());
        found.push(SqlRow { cells, id });
    }
    found
}

fn row_agrees(
    sql: &Connection,
    clock: &Clock,
    statement: &Statement,
    row: &Row,
    expected: &SqlRow,
) -> Result<(), String> {
    let id = row.id.map(|id| id.to_string());
    if id != expected.id {
        return Err(format!("expected id {:?}, found {id:?}", expected.id));
    }
    let mut cells = expected.cells.iter();
    let mut unnamed = 0;
    let mut columns = 0;
    for (number, item) in statement.items.iter().enumerate() {
        match item {
            Item::Children(relationship, link, inner) => {
                columns += 1;
                let id = id.as_deref().unwrap_or_default();
                match cell(row, relationship)? {
                    Cell::Page(page) => page_agrees(sql, clock, inner, page, Some((link, id))),
                    Cell::Value(value) if value.is_null() => {
                        let rows = expected_rows(sql, clock, inner, Some((link, id)));
                        if rows.is_empty() {
                            Ok(())
                        } else {
                            Err(format!("expected {} rows, found null", rows.len()))
                        }
                    }
                    other => Err(format!("{other:?}")),
                }
                .map_err(|why| format!("{relationship} of {id}: {why}"))?;
            }
            Item::Expr(expr, alias) => {
                let wanted = cells.next().unwrap_or(&Datum::Null);
                let found = match (expr, alias) {
                    (_, Some(alias)) => datum(cell(row, alias)?)?,
                    (Expr::Path(path), None) if !statement.is_plain() => datum(cell(row, path.field.name)?)?,
                    (Expr::Path(path), None) => at_path(row, &path.names())?,
                    (_, None) => {
                        let name = format!("expr{unnamed}");
                        unnamed += 1;
                        datum(cell(row, &name)?)?
                    }
                };
                if !wanted.agrees(&found, is_folded(statement, expr)) {
                    return Err(format!("column {number} of {id:?}: expected {wanted:?}, found {found:?}"));
                }
            }
        }
    }
    if statement.is_plain() || row.cells.len() == statement.items.len() {
        let leaves = leaves(row);
        // A missing parent stands for all its cells.
        if leaves > columns + expected.cells.len() {
            return Err(format!("{leaves} cells: {:?}", row.columns));
        }
        return Ok(());
    }
    Err(format!("{} cells: {:?}", row.cells.len(), row.columns))
}

/// Which of several spellings stands for a group, and which is the lowest, is not on record.
fn is_folded(statement: &Statement, expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => !statement.is_plain(),
        Expr::Aggregate(Aggregate::Min | Aggregate::Max, _) => true,
        _ => false,
    }
}

fn cell<'r>(row: &'r Row, name: &str) -> Result<&'r Cell, String> {
    let at = row.columns.iter().position(|column| **column == *name);
    at.and_then(|at| row.cells.get(at)).ok_or_else(|| format!("no column {name} among {:?}", row.columns))
}

fn datum(cell: &Cell) -> Result<Datum, String> {
    Datum::of_cell(cell).ok_or_else(|| format!("no plain value: {cell:?}"))
}

/// The value behind relationship names; null when a parent is missing.
fn at_path(row: &Row, names: &[&str]) -> Result<Datum, String> {
    match names {
        [name] => datum(cell(row, name)?),
        [name, rest @ ..] => match cell(row, name)? {
            Cell::Row(parent) => at_path(parent, rest),
            other => match datum(other)? {
                Datum::Null => Ok(Datum::Null),
                other => Err(format!("{name} is no row: {other:?}")),
            },
        },
        [] => Err("an empty path".to_owned()),
    }
}

/// How many cells a row has, those of parents counted one by one.
fn leaves(row: &Row) -> usize {
    row.cells
        .iter()
        .map(|cell| match cell {
            Cell::Row(parent) => leaves(parent),
            _ => 1,
        })
        .sum()
}
