//! Query locators as data, and back. What a statement came to is not written down: the statement is read again, with
//! the time and the permissions that it was asked with.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    cursors::{Cursor, Cursors},
    pages::Rest,
    plan::{Output, Plan},
    resolve,
    shape::{Member, Shape},
};
use crate::{Org, RecordId, Timestamp, catalog::ObjectIndex, ctx::Ctx};

/// A statement that has open locators.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    source: Source,
    /// The shape of its rows.
    shape: Arc<Shape>,
}

/// What was asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Source {
    soql: Box<str>,
    all: bool,
    ctx: Ctx,
}

/// The open locators of an org.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CursorsImage {
    opened: u64,
    statements: Vec<Source>,
    open: Vec<CursorImage>,
}

/// One of them.
#[derive(Debug, Serialize, Deserialize)]
struct CursorImage {
    id: RecordId,
    object: ObjectIndex,
    records: Arc<[RecordId]>,
    sent: usize,
    all: bool,
    of_children: bool,
    user: RecordId,
    session: u64,
    used: Timestamp,
    /// The number of its statement, and the way to its rows through the child subqueries.
    of: Option<(usize, Vec<usize>)>,
}

impl Statement {
    /// The statement of a plan; `None` when it has no locators.
    pub(super) fn of(ctx: &Ctx, (soql, all): (&str, bool), plan: &Plan) -> Option<Arc<Self>> {
        let Output::Rows(shape) = &plan.output else { return None };
        let source = Source { soql: soql.into(), all, ctx: ctx.clone() };
        Some(Arc::new(Self { source, shape: Arc::clone(shape) }))
    }
}

impl CursorsImage {
    pub(crate) fn of(cursors: &Cursors) -> Self {
        let mut statements: Vec<&Arc<Statement>> = Vec::new();
        let mut open = Vec::with_capacity(cursors.open.len());
        for cursor in &cursors.open {
            let of = cursor.statement.as_ref().and_then(|statement| {
                let way = way_to(&statement.shape, &cursor.rest.shape)?;
                let known = statements.iter().rposition(|own| Arc::ptr_eq(own, statement));
                let number = known.unwrap_or_else(|| {
                    statements.push(statement);
                    statements.len() - 1
                });
                Some((number, way))
            });
            let Rest { object, records, sent, .. } = &cursor.rest;
            open.push(CursorImage {
                id: cursor.id,
                object: *object,
                records: Arc::clone(records),
                sent: *sent,
                all: cursor.all,
                of_children: cursor.of_children,
                user: cursor.user,
                session: cursor.session,
                used: cursor.used,
                of,
            });
        }
        let statements = statements.into_iter().map(|own| own.source.clone()).collect();
        Self { opened: cursors.opened, statements, open }
    }
}

impl Org {
    /// Opens the locators of an image. A statement that cannot be read any more, because a definition that it names
    /// has changed, loses its own.
    pub(crate) fn resume_cursors(&mut self, image: CursorsImage) {
        let CursorsImage { opened, statements, open } = image;
        let again = |source: Source| {
            let (plan, _) = resolve::resolve(self, &source.ctx, &source.soql, source.all).ok()?;
            let ctx = source.ctx.clone();
            Statement::of(&ctx, (&source.soql, source.all), &plan)
        };
        let statements: Vec<Option<Arc<Statement>>> = statements.into_iter().map(again).collect();
        let cursor = |own: CursorImage| {
            let (number, way) = own.of?;
            let statement = Arc::clone(statements.get(number)?.as_ref()?);
            let shape = at_the_end(&statement.shape, &way)?;
            let rest = Rest { object: own.object, shape, records: own.records, sent: own.sent };
            let (id, all, of_children) = (own.id, own.all, own.of_children);
            let (user, session, used) = (own.user, own.session, own.used);
            Some(Cursor { id, rest, all, of_children, user, session, used, statement: Some(statement) })
        };
        let fits = |own: &CursorImage| self.catalog.objects().get(own.object.index()).is_some();
        let open = open.into_iter().filter(fits).filter_map(cursor).collect();
        self.cursors = Cursors { opened, open };
    }
}

/// The shape of the rows of a child subquery.
fn children(member: &Member) -> Option<&Arc<Shape>> {
    match member {
        Member::Children(child) => match &child.plan.output {
            Output::Rows(shape) => Some(shape),
            Output::Count | Output::Groups(_) => None,
        },
        _ => None,
    }
}

/// The places of the child subqueries on the way from one shape to another.
fn way_to(from: &Arc<Shape>, wanted: &Arc<Shape>) -> Option<Vec<usize>> {
    if Arc::ptr_eq(from, wanted) {
        return Some(Vec::new());
    }
    from.members.iter().enumerate().find_map(|(place, member)| {
        let mut way = way_to(children(member)?, wanted)?;
        way.insert(0, place);
        Some(way)
    })
}

/// The shape at the end of a way.
fn at_the_end(from: &Arc<Shape>, way: &[usize]) -> Option<Arc<Shape>> {
    match way {
        [] => Some(Arc::clone(from)),
        [place, rest @ ..] => at_the_end(children(from.members.get(*place)?)?, rest),
    }
}
