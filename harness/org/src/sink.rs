//! Where rows of an answer go: into JSON as they are read, or into a [`QueryPage`].

use std::sync::Arc;

use crate::{Cell, QueryPage, RecordId, Row, Value, ValueRef};

/// Takes the pages and rows of an answer, one piece after the other.
///
/// A page is [`begin_page`](Self::begin_page), its rows, [`end_page`](Self::end_page). A row is
/// [`begin_row`](Self::begin_row), one cell for each of its columns in their order, [`end_row`](Self::end_row).
/// A cell is a [`value`](Self::value), a [`compound`](Self::compound), a [`blob_link`](Self::blob_link), a whole
/// row (a parent) or a whole page (children).
pub trait PageSink {
    /// Begins a page of `total_size` rows in all; `next` is the locator and offset of the page after it.
    fn begin_page(&mut self, total_size: u64, next: Option<&str>);
    /// Ends the page.
    fn end_page(&mut self);
    /// Begins a row of this object with these columns; aggregate rows have no id.
    fn begin_row(&mut self, object: &Arc<str>, id: Option<RecordId>, columns: &Arc<[Arc<str>]>);
    /// Ends the row.
    fn end_row(&mut self);
    /// A plain cell.
    fn value(&mut self, value: ValueRef<'_>);
    /// A compound address or location by its parts.
    fn compound(&mut self, parts: &mut dyn Iterator<Item = (&Arc<str>, ValueRef<'_>)>);
    /// A blob, which answers show as the address it can be read from.
    fn blob_link(&mut self);
}

/// Builds a [`QueryPage`].
#[derive(Debug, Default)]
pub(crate) struct PageTree {
    /// What is open, the outermost first.
    open: Vec<Open>,
    done: Option<QueryPage>,
}

#[derive(Debug)]
enum Open {
    Page(QueryPage),
    Row(Row),
}

impl PageTree {
    /// The page that was built; `None` when there was none.
    pub(crate) fn finish(self) -> Option<QueryPage> {
        self.done
    }

    fn cell(&mut self, cell: Cell) {
        if let Some(Open::Row(row)) = self.open.last_mut() {
            row.cells.push(cell);
        }
    }
}

impl PageSink for PageTree {
    fn begin_page(&mut self, total_size: u64, next: Option<&str>) {
        let page = QueryPage { total_size, next: next.map(Box::from), rows: Vec::new() };
        self.open.push(Open::Page(page));
    }

    fn end_page(&mut self) {
        let Some(Open::Page(page)) = self.open.pop() else { return };
        if self.open.is_empty() {
            self.done = Some(page);
        } else {
            self.cell(Cell::Page(Box::new(page)));
        }
    }

    fn begin_row(&mut self, object: &Arc<str>, id: Option<RecordId>, columns: &Arc<[Arc<str>]>) {
        let cells = Vec::with_capacity(columns.len());
        let row = Row { object: Arc::clone(object), id, columns: Arc::clone(columns), cells };
        self.open.push(Open::Row(row));
    }

    fn end_row(&mut self) {
        let Some(Open::Row(row)) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(Open::Page(page)) => page.rows.push(row),
            _ => self.cell(Cell::Row(Box::new(row))),
        }
    }

    fn value(&mut self, value: ValueRef<'_>) {
        self.cell(Cell::Value(value.to_value()));
    }

    fn compound(&mut self, parts: &mut dyn Iterator<Item = (&Arc<str>, ValueRef<'_>)>) {
        let parts: Vec<(Arc<str>, Value)> =
            parts.map(|(name, value)| (Arc::clone(name), value.to_value())).collect();
        self.cell(Cell::Compound(parts));
    }

    fn blob_link(&mut self) {
        self.cell(Cell::BlobLink);
    }
}

impl Row {
    /// Sends the row to a sink.
    pub fn send(&self, sink: &mut dyn PageSink) {
        sink.begin_row(&self.object, self.id, &self.columns);
        for cell in &self.cells {
            match cell {
                Cell::Value(value) => sink.value(value.as_ref()),
                Cell::BlobLink => sink.blob_link(),
                Cell::Compound(parts) if parts.iter().all(|(_, part)| part.is_null()) => {
                    sink.value(ValueRef::Null);
                }
                Cell::Compound(parts) => {
                    sink.compound(&mut parts.iter().map(|(name, value)| (name, value.as_ref())));
                }
                Cell::Row(row) => row.send(sink),
                Cell::Page(page) => page.send(sink),
            }
        }
        sink.end_row();
    }
}

impl QueryPage {
    /// Sends the page to a sink.
    pub fn send(&self, sink: &mut dyn PageSink) {
        sink.begin_page(self.total_size, self.next.as_deref());
        self.rows.iter().for_each(|row| row.send(sink));
        sink.end_page();
    }
}
