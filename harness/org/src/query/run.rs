//! Evaluates plans, page by page.

use std::sync::Arc;

use super::{
    order,
    plan::{Output, Plan},
    reader::Reader,
    resolve::resolve,
    scan,
    shape::Shape,
};
use crate::{ApiError, Org, QueryPage, RecordId, RecordView, Reply, catalog::SObjectDef, ctx::Ctx};

/// How many rows a page has unless the client wishes otherwise.
const PAGE_SIZE: u32 = 2000;
/// The smallest page that a client can wish for.
const SMALLEST_PAGE: u32 = 200;

impl Org {
    /// Runs a query and answers its first page.
    ///
    /// # Errors
    ///
    /// `MALFORMED_QUERY`, `INVALID_TYPE`, `INVALID_FIELD`, `INVALID_QUERY_FILTER_OPERATOR` or
    /// `NUMBER_OUTSIDE_VALID_RANGE`. What is not modelled is refused as malformed and counted.
    pub(crate) fn query(
        &mut self,
        ctx: &Ctx,
        soql: &str,
        all: bool,
        batch_size: Option<u32>,
    ) -> Result<Reply, ApiError> {
        let plan = match resolve(self, ctx, soql) {
            Ok(plan) => plan,
            Err(refusal) => {
                if let Some(what) = &refusal.not_modelled {
                    self.coverage.refuse(what);
                }
                return Err(refusal.error);
            }
        };
        let reader = Reader { org: self, ctx, all };
        let object = self.catalog.object(plan.object);
        let records = matching(reader, object, &plan);
        let total_size = records.len() as u64;
        let Output::Rows(shape) = &plan.output else {
            return Ok(Reply::Page(Box::new(QueryPage { total_size, next: None, rows: Vec::new() })));
        };
        let size = page_size(batch_size);
        let rows = records.iter().take(size).map(|record| reader.row(*record, shape)).collect();
        let rest: Option<Arc<[RecordId]>> =
            (records.len() > size).then(|| records.iter().map(RecordView::id).collect());
        let next =
            rest.map(|rest| self.open_cursor(ctx, &plan, shape, rest, all)).map(|id| next_page(id, size));
        Ok(Reply::Page(Box::new(QueryPage { total_size, next, rows })))
    }

    fn open_cursor(
        &mut self,
        ctx: &Ctx,
        plan: &Plan,
        shape: &Arc<Shape>,
        records: Arc<[RecordId]>,
        all: bool,
    ) -> RecordId {
        let rest = (plan.object, Arc::clone(shape), records, all);
        self.cursors.open(&self.settings, (ctx.user, ctx.now), self.organization, rest)
    }

    /// Answers a further page of a query.
    ///
    /// # Errors
    ///
    /// `INVALID_QUERY_LOCATOR`.
    pub(crate) fn query_more(
        &mut self,
        ctx: &Ctx,
        locator: &str,
        batch_size: Option<u32>,
    ) -> Result<Reply, ApiError> {
        let (cursor, offset) = self.cursors.find(&self.settings, (ctx.user, ctx.now), locator)?;
        let reader = Reader { org: self, ctx, all: cursor.all };
        let object = self.catalog.object(cursor.object);
        let size = page_size(batch_size);
        let end = offset.saturating_add(size).min(cursor.records.len());
        let page = cursor.records.get(offset..end).unwrap_or_default();
        let rows = page
            .iter()
            .filter_map(|id| reader.record(object, *id))
            .map(|record| reader.row(record, &cursor.shape))
            .collect();
        let next = (end < cursor.records.len()).then(|| next_page(cursor.id, end));
        Ok(Reply::Page(Box::new(QueryPage { total_size: cursor.records.len() as u64, next, rows })))
    }
}

fn page_size(batch_size: Option<u32>) -> usize {
    batch_size.unwrap_or(PAGE_SIZE).clamp(SMALLEST_PAGE, PAGE_SIZE) as usize
}

fn next_page(locator: RecordId, offset: usize) -> Box<str> {
    format!("{locator}-{offset}").into()
}

/// The matching records after OFFSET and LIMIT, in the plan's order.
fn matching<'o>(reader: Reader<'o>, object: &'o SObjectDef, plan: &Plan) -> Vec<RecordView<'o>> {
    let table = reader.org.store.table(object.index);
    // An index names candidates; each is still held against the whole condition.
    match scan::candidates(&plan.filter, object, reader.org) {
        Some(ids) => cut(reader, plan, ids.into_iter().filter_map(|id| reader.record(object, id))),
        None => cut(reader, plan, table.views(object).filter_map(|record| reader.visible(record))),
    }
}

fn cut<'o>(
    reader: Reader<'o>,
    plan: &Plan,
    records: impl Iterator<Item = RecordView<'o>>,
) -> Vec<RecordView<'o>> {
    let matching = records.filter(|record| plan.filter.matches(reader, *record));
    if plan.order.is_empty() {
        // Records come ordered by id, so nothing behind the limit needs to be looked at.
        return matching.skip(plan.offset).take(plan.limit).collect();
    }
    let sorted = order::sort(reader, matching.collect(), &plan.order);
    sorted.into_iter().skip(plan.offset).take(plan.limit).collect()
}
