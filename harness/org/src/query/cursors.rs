//! Query locators: what of an answer did not fit on its pages yet.

use std::{sync::Arc, time::Duration};

use super::{image::Statement, pages::Rest};
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, catalog::ObjectIndex, ctx::Ctx};

/// How many records the child locators of one user may hold together; that is some thirty megabytes.
const MOST_WAITING_CHILDREN: usize = 2_000_000;

/// The open query locators of all users, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursors {
    pub(super) opened: u64,
    pub(super) open: Vec<Cursor>,
}

/// The rest of one answer.
///
/// It holds which records matched when the query ran. Their values are read when a page is fetched, and a
/// record that is gone by then has no row, though it stays in the total.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    pub(super) id: RecordId,
    pub(super) rest: Rest,
    /// Whether deleted records count.
    pub(super) all: bool,
    /// Whether the rows are the children of one record. A page can bring many such cursors; they do not count
    /// as those that a user opens.
    pub(super) of_children: bool,
    pub(super) user: RecordId,
    /// The session that opened it, with which it ends.
    pub(super) session: u64,
    pub(super) used: Timestamp,
    /// The statement, from which an image makes the shape of its rows again.
    pub(super) statement: Option<Arc<Statement>>,
}

impl Cursors {
    /// How many locators are open.
    pub(crate) const fn count(&self) -> usize {
        self.open.len()
    }

    /// Opens a cursor. A user who has too many loses the oldest.
    pub(super) fn open(
        &mut self,
        org: &Org,
        ctx: &Ctx,
        rest: Rest,
        (all, of_children): (bool, bool),
    ) -> RecordId {
        self.drop_expired(org, ctx.now);
        if of_children {
            self.make_room(rest.records.len(), ctx.user);
        } else {
            self.make_place(org.settings.locators_per_user.max(1), ctx.user);
        }
        self.opened += 1;
        let mut pod = *b"000";
        pod.copy_from_slice(&org.organization.as_15().as_bytes()[3..6]);
        let id = RecordId::compose(*b"01g", pod, self.opened);
        let (user, session, used) = (ctx.user, ctx.session, ctx.now);
        self.open.push(Cursor { id, rest, all, of_children, user, session, used, statement: None });
        id
    }

    /// Notes of which statement the cursors are that have none yet.
    pub(super) fn note_statement(&mut self, statement: impl FnOnce() -> Option<Arc<Statement>>) {
        // What is opened lies at the end.
        let named = self.open.iter().rposition(|cursor| cursor.statement.is_some());
        let fresh = self.open.get_mut(named.map_or(0, |last| last + 1)..).unwrap_or_default();
        if fresh.is_empty() {
            return;
        }
        let statement = statement();
        fresh.iter_mut().for_each(|cursor| cursor.statement.clone_from(&statement));
    }

    /// Ends the user's oldest cursors until there are fewer than `limit`; those of children do not count.
    fn make_place(&mut self, limit: usize, user: RecordId) {
        let counts = |cursor: &Cursor| cursor.user == user && !cursor.of_children;
        let count = self.open.iter().filter(|cursor| counts(cursor)).count();
        let mut surplus = (count + 1).saturating_sub(limit);
        self.open.retain(|cursor| {
            let ends = surplus > 0 && counts(cursor);
            surplus -= usize::from(ends);
            !ends
        });
    }

    /// Ends the user's oldest child cursors until `more` records fit beside what the others hold. Clients that
    /// never follow them would fill the memory.
    fn make_room(&mut self, more: usize, user: RecordId) {
        let is_own = |cursor: &Cursor| cursor.user == user && cursor.of_children;
        let held: usize =
            self.open.iter().filter(|cursor| is_own(cursor)).map(|cursor| cursor.rest.records.len()).sum();
        let mut surplus = (held + more).saturating_sub(MOST_WAITING_CHILDREN);
        self.open.retain(|cursor| {
            let ends = surplus > 0 && is_own(cursor);
            if ends {
                surplus = surplus.saturating_sub(cursor.rest.records.len());
            }
            !ends
        });
    }

    /// The cursor behind a locator, with the offset from which to go on.
    ///
    /// # Errors
    ///
    /// `INVALID_QUERY_LOCATOR` for what is no locator, or one that is unknown, expired, or another user's. A
    /// locator ends with the session that opened it.
    pub(super) fn find(&mut self, org: &Org, ctx: &Ctx, locator: &str) -> Result<(Cursor, usize), ApiError> {
        self.drop_expired(org, ctx.now);
        let invalid = || ApiError::exception(ErrorCode::InvalidQueryLocator, "invalid query locator");
        let (id, offset) = locator.split_once('-').ok_or_else(invalid)?;
        let id: RecordId = id.parse().map_err(|_| invalid())?;
        let offset: usize = offset.parse().map_err(|_| invalid())?;
        let cursor = self
            .open
            .iter_mut()
            .find(|cursor| cursor.id == id && cursor.user == ctx.user && offset < cursor.rest.records.len())
            .filter(|cursor| org.session_goes_on(ctx.now, cursor.session))
            .ok_or_else(invalid)?;
        cursor.used = ctx.now;
        Ok((cursor.clone(), offset))
    }

    /// The object whose rows a locator stands for.
    pub(crate) fn object(&self, locator: &str) -> Option<ObjectIndex> {
        let id: RecordId = locator.split_once('-')?.0.parse().ok()?;
        self.open.iter().find(|cursor| cursor.id == id).map(|cursor| cursor.rest.object)
    }

    /// How many locators that were open at `from` have expired by `now`.
    pub(crate) fn ended(&self, from: Timestamp, now: Timestamp, seconds: u32) -> usize {
        let life = Duration::from_secs(u64::from(seconds));
        let ended = |cursor: &&Cursor| from <= cursor.used + life && now > cursor.used + life;
        self.open.iter().filter(ended).count()
    }

    fn drop_expired(&mut self, org: &Org, now: Timestamp) {
        let life = Duration::from_secs(u64::from(org.settings.locator_seconds));
        self.open.retain(|cursor| now <= cursor.used + life);
    }
}
