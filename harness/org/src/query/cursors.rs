//! Query locators: what of an answer did not fit on its pages yet.

use std::time::Duration;

use super::pages::Rest;
use crate::{ApiError, ErrorCode, Org, RecordId, Timestamp, ctx::Ctx};

/// The open query locators of all users, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursors {
    opened: u64,
    open: Vec<Cursor>,
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
    /// Whether the rows are the children of one record. Their cursors come and go with their parents' page
    /// and do not count.
    of_children: bool,
    user: RecordId,
    /// The session that opened it, with which it ends.
    session: u64,
    used: Timestamp,
}

impl Cursors {
    /// Opens a cursor. A user who has too many loses the oldest.
    pub(super) fn open(
        &mut self,
        org: &Org,
        ctx: &Ctx,
        rest: Rest,
        (all, of_children): (bool, bool),
    ) -> RecordId {
        self.drop_expired(org, ctx.now);
        let limit = org.settings.locators_per_user.max(1);
        let counts = |cursor: &Cursor| cursor.user == ctx.user && !cursor.of_children;
        while !of_children && self.open.iter().filter(|cursor| counts(cursor)).count() >= limit {
            let oldest = self.open.iter().position(counts);
            oldest.map(|index| self.open.remove(index));
        }
        self.opened += 1;
        let mut pod = *b"000";
        pod.copy_from_slice(&org.organization.as_15().as_bytes()[3..6]);
        let id = RecordId::compose(*b"01g", pod, self.opened);
        let (user, session, used) = (ctx.user, ctx.session, ctx.now);
        self.open.push(Cursor { id, rest, all, of_children, user, session, used });
        id
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

    fn drop_expired(&mut self, org: &Org, now: Timestamp) {
        let life = Duration::from_secs(u64::from(org.settings.locator_seconds));
        self.open.retain(|cursor| now <= cursor.used + life);
    }
}
