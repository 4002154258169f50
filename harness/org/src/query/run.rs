//! Evaluates plans, page by page.

use std::{mem, sync::Arc};

use super::{
    cursors::{Cursor, Cursors},
    errors::Refusal,
    groups::GroupPlan,
    image::Statement,
    order,
    pages::{self, Family, Rest},
    plan::{ChildPlan, Output, Plan},
    reader::Reader,
    resolve::{self, Usage},
    scan,
};
use crate::{ApiError, ErrorCode, Org, PageSink, RecordId, RecordView, ctx::Ctx};

/// How many rows a page has unless the client wishes otherwise.
const PAGE_SIZE: u32 = 2000;
/// The smallest page that a client can wish for.
const SMALLEST_PAGE: u32 = 200;
/// How many groups a statement can answer.
const MOST_GROUPS: usize = 2000;

impl Org {
    /// Runs a query and sends its first page.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY`, `INVALID_TYPE`, `INVALID_FIELD`, `INVALID_QUERY_FILTER_OPERATOR`,
    /// `NUMBER_OUTSIDE_VALID_RANGE`, `EXCEEDED_ID_LIMIT` or `EXCEEDED_MAX_SEMIJOIN_SUBSELECTS`. What is not
    /// modelled is refused as malformed and counted.
    pub(crate) fn query(
        &mut self,
        ctx: &Ctx,
        (soql, all): (&str, bool),
        batch_size: Option<u32>,
        sink: &mut dyn PageSink,
    ) -> Result<(), ApiError> {
        let (plan, usage) =
            resolve::resolve(self, ctx, soql, all).map_err(|refusal| self.refused(refusal))?;
        let mut cursors = mem::take(&mut self.cursors);
        let reader = Reader { org: self, ctx, all };
        let answered = answer(reader, (&plan, usage), &mut cursors, page_size(batch_size), sink);
        cursors.note_statement(|| Statement::of(ctx, (soql, all), &plan));
        self.cursors = cursors;
        for id in answered? {
            self.note_use(ctx, id, usage);
        }
        Ok(())
    }

    /// The error of a refused statement, which is counted when the reason is a gap of the org.
    pub(super) fn refused(&mut self, refusal: Refusal) -> ApiError {
        if let Some(what) = &refusal.not_modelled {
            self.coverage.refuse(what);
        }
        refusal.error
    }

    /// Sends a further page of a query.
    ///
    /// # Errors
    ///
    /// `INVALID_QUERY_LOCATOR`.
    pub(crate) fn query_more(
        &mut self,
        ctx: &Ctx,
        locator: &str,
        batch_size: Option<u32>,
        sink: &mut dyn PageSink,
    ) -> Result<(), ApiError> {
        let mut cursors = mem::take(&mut self.cursors);
        let found = cursors.find(self, ctx, locator);
        let sent = found.map(|found| self.send_more(ctx, found, &mut cursors, page_size(batch_size), sink));
        self.cursors = cursors;
        sent
    }

    fn send_more(
        &self,
        ctx: &Ctx,
        (mut cursor, offset): (Cursor, usize),
        cursors: &mut Cursors,
        size: usize,
        sink: &mut dyn PageSink,
    ) {
        let reader = Reader { org: self, ctx, all: cursor.all };
        let object = self.catalog.object(cursor.rest.object);
        let waiting = cursor.rest.records.get(offset..).unwrap_or_default();
        let records = waiting.iter().map(|id| reader.record(object, *id));
        let (mut page, covered) = pages::fill(reader, records, &cursor.rest.shape, size);
        let (total, reached) = (cursor.rest.records.len(), offset + covered);
        let next = (reached < total).then(|| next_page(cursor.id, reached));
        open_children(reader, cursors, &mut page);
        cursors.note_statement(|| cursor.statement.take());
        reader.send_page((total, next.as_deref()), &page, &cursor.rest.shape, sink);
    }
}

/// Sends the first page of an answer; gives the records that count as used.
fn answer(
    reader: Reader<'_>,
    (plan, usage): (&Plan, Usage),
    cursors: &mut Cursors,
    size: usize,
    sink: &mut dyn PageSink,
) -> Result<Vec<RecordId>, ApiError> {
    let shape = match &plan.output {
        Output::Count => {
            sink.begin_page(count(reader, plan), None);
            sink.end_page();
            return Ok(Vec::new());
        }
        Output::Groups(groups) => return send_groups(reader, plan, groups, sink).map(|()| Vec::new()),
        Output::Rows(shape) => shape,
    };
    let records = matching(reader, plan);
    let (mut page, sent) = pages::fill(reader, records.iter().copied().map(Some), shape, size);
    open_children(reader, cursors, &mut page);
    let next = (records.len() > sent).then(|| {
        let ids = records.iter().map(RecordView::id).collect();
        let rest = Rest { object: plan.object, shape: Arc::clone(shape), records: ids, sent };
        open(reader, cursors, rest, false)
    });
    reader.send_page((records.len(), next.as_deref()), &page, shape, sink);
    let used = if usage.view || usage.reference { records.as_slice() } else { &[] };
    Ok(used.iter().map(RecordView::id).collect())
}

/// Opens a cursor for each list of children that does not fit on the page.
fn open_children(reader: Reader<'_>, cursors: &mut Cursors, page: &mut [(RecordView<'_>, Family<'_>)]) {
    for (_, family) in page {
        family.open(&mut |rest| open(reader, cursors, rest, true));
    }
}

fn open(reader: Reader<'_>, cursors: &mut Cursors, rest: Rest, of_children: bool) -> Box<str> {
    let sent = rest.sent;
    let locator = cursors.open(reader.org, reader.ctx, rest, (reader.all, of_children));
    next_page(locator, sent)
}

fn page_size(batch_size: Option<u32>) -> usize {
    batch_size.unwrap_or(PAGE_SIZE).clamp(SMALLEST_PAGE, PAGE_SIZE) as usize
}

fn next_page(locator: RecordId, offset: usize) -> Box<str> {
    format!("{locator}-{offset}").into()
}

/// How many records match, after OFFSET and LIMIT.
fn count(reader: Reader<'_>, plan: &Plan) -> u64 {
    let object = reader.org.catalog.object(plan.object);
    let matching = scan::count(reader, object, &plan.filter);
    matching.saturating_sub(plan.offset).min(plan.limit) as u64
}

fn send_groups(
    reader: Reader<'_>,
    plan: &Plan,
    groups: &GroupPlan,
    sink: &mut dyn PageSink,
) -> Result<(), ApiError> {
    let object = reader.org.catalog.object(plan.object);
    let formed = groups.form(reader, &scan::select(reader, object, &plan.filter, usize::MAX));
    let rows: Vec<_> = formed.iter().skip(plan.offset).take(plan.limit).collect();
    if rows.len() > MOST_GROUPS {
        let text = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch";
        return Err(ApiError::exception(ErrorCode::ExceededIdLimit, text));
    }
    let object = Arc::from("AggregateResult");
    sink.begin_page(rows.len() as u64, None);
    for group in rows {
        sink.begin_row(&object, None, &groups.columns);
        for cell in &groups.cells {
            sink.value(cell.value(group).as_ref());
        }
        sink.end_row();
    }
    sink.end_page();
    Ok(())
}

/// The matching records after OFFSET and LIMIT, in the plan's order.
pub(super) fn matching<'o>(reader: Reader<'o>, plan: &Plan) -> Vec<RecordView<'o>> {
    let object = reader.org.catalog.object(plan.object);
    // Without an order records come by id, so that nothing behind the limit needs to be looked at.
    let enough = if plan.order.is_empty() { plan.offset.saturating_add(plan.limit) } else { usize::MAX };
    cut(reader, plan, scan::select(reader, object, &plan.filter, enough).records())
}

/// The children of a record, as their subquery wants them.
pub(super) fn children<'o>(reader: Reader<'o>, child: &ChildPlan, parent: RecordId) -> Vec<RecordView<'o>> {
    let plan = &child.plan;
    let object = reader.org.catalog.object(plan.object);
    let table = reader.org.store.table(plan.object);
    let records = table.child_rows(child.key, parent).map(|row| table.view_at(object, row));
    let records = records
        .filter(|record| reader.visible(*record).is_some() && plan.filter.matches(reader.reading(*record)));
    cut(reader, plan, records.collect())
}

/// Orders records and cuts OFFSET and LIMIT out of them.
fn cut<'o>(reader: Reader<'o>, plan: &Plan, mut records: Vec<RecordView<'o>>) -> Vec<RecordView<'o>> {
    let end = plan.offset.saturating_add(plan.limit);
    if !plan.order.is_empty() {
        let readings = records.into_iter().map(|record| reader.reading(record));
        records =
            order::first(readings, &plan.order, end).into_iter().map(|reading| reading.record).collect();
    }
    records.truncate(end);
    records.drain(..plan.offset.min(records.len()));
    records
}
