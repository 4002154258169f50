//! Several calls as one transaction: composite requests, graphs, and calls that take many records.
//!
//! Each call inside is still all or nothing by itself; what the others did stays until the whole is undone or
//! ended. Events of the transaction are published, and its changes told, once: when it ends.

use serde::{Deserialize, Serialize};

use crate::{
    ApiError, Call, ErrorCode, Org, Reply, Session, Timestamp,
    ctx::Ctx,
    jobs::Work,
    operation::{Operation, Outcome},
    record::Savepoint,
    sink::PageTree,
};

/// A moment inside a transaction to which everything can return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    records: Savepoint,
    events: usize,
    planned: u64,
}

impl Org {
    /// Begins a transaction that the calls until [`Org::end`] belong to. It counts as one API request, whatever
    /// happens in it; no call inside is counted.
    ///
    /// # Errors
    ///
    /// Those of [`Call::Authorize`]. No transaction has begun then.
    pub fn begin(&mut self, now: Timestamp, session: &Session) -> Result<(), ApiError> {
        self.tape.write(|| Operation::Begin { at: now, session: session.clone() });
        let checked = self.authenticate(now, session).map(drop);
        self.tape.answer(|| Outcome::Checked(checked.clone()));
        checked?;
        self.automations.begin_call();
        self.in_transaction = true;
        Ok(())
    }

    /// Checks a session without counting a request, for those that consist of requests which are counted.
    ///
    /// # Errors
    ///
    /// Those of [`Call::Authorize`], but for the limit of requests.
    pub fn check_session(&mut self, now: Timestamp, session: &Session) -> Result<(), ApiError> {
        self.tape.write(|| Operation::CheckSession { at: now, session: session.clone() });
        let inside = std::mem::replace(&mut self.in_transaction, true);
        let checked = self.authenticate(now, session).map(drop);
        self.in_transaction = inside;
        self.tape.answer(|| Outcome::Checked(checked.clone()));
        checked
    }

    /// This moment.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark {
            records: self.store.savepoint(),
            events: self.unpublished.len(),
            planned: self.agenda.planned(),
        }
    }

    /// Undoes everything since a moment of the running transaction. Ids that were given out are not given again.
    pub fn return_to(&mut self, mark: Mark) {
        self.tape.write(|| Operation::ReturnTo(mark));
        self.undo_since(mark);
    }

    /// The same inside an operation.
    pub(crate) fn undo_since(&mut self, mark: Mark) {
        self.store.rollback(mark.records);
        self.unpublished.truncate(mark.events);
        // What is published cannot be taken back, not even while it is late.
        self.agenda.forget_since(mark.planned, |work| matches!(work, Work::Publish(_)));
    }

    /// Ends the running transaction: what it did is final, and its events are published.
    pub fn end(&mut self, now: Timestamp) {
        self.tape.write(|| Operation::End(now));
        self.in_transaction = false;
        self.commit(now);
        self.capture.actor = None;
    }

    /// Performs several calls, each all or nothing by itself. With `all_or_none` one that fails undoes all.
    pub(crate) fn perform_together(&mut self, ctx: &Ctx, calls: Vec<Call>, all_or_none: bool) -> Reply {
        let start = self.mark();
        let outer = self.together.replace(start.records);
        let mut outcomes: Vec<Result<Reply, ApiError>> = Vec::with_capacity(calls.len());
        for call in calls {
            let mark = self.mark();
            let struck = if self.faults.is_idle() { Ok(()) } else { self.strike_inner_call(ctx, &call) };
            let outcome = struck.and_then(|()| self.perform_inner(ctx, call));
            if let Err(error) = &outcome {
                self.undo_since(mark);
                self.count_refusal(error);
            }
            outcomes.push(outcome);
        }
        self.together = outer;
        if all_or_none && outcomes.iter().any(Result::is_err) {
            self.undo_since(start);
            for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_ok()) {
                *outcome = Err(ApiError::rolled_back());
            }
        }
        Reply::Together(outcomes)
    }

    fn perform_inner(&mut self, ctx: &Ctx, call: Call) -> Result<Reply, ApiError> {
        let mut page = PageTree::default();
        match self.perform_call(ctx, call, &mut page)? {
            Reply::Sent => {
                page.finish().map(|page| Reply::Page(Box::new(page))).ok_or_else(ApiError::not_found)
            }
            reply => Ok(reply),
        }
    }
}

impl ApiError {
    /// `ALL_OR_NONE_OPERATION_ROLLED_BACK`: what a record is told that was good, but another one of the same call
    /// was not.
    #[must_use]
    pub fn rolled_back() -> Self {
        Self::dml(
            ErrorCode::AllOrNoneOperationRolledBack,
            "Record rolled back because not all records were valid and the request was using AllOrNone header",
            std::iter::empty::<&str>(),
        )
    }
}
