//! Several calls as one transaction: composite requests, graphs, and calls that take many records.
//!
//! Each call inside is still all or nothing by itself; what the others did stays until the whole is undone or
//! ended. Events of the transaction are published, and its changes told, once: when it ends.

use crate::{
    ApiError, Call, ErrorCode, Org, Reply, Session, Timestamp, ctx::Ctx, record::Savepoint, sink::PageTree,
};

/// A moment inside a transaction to which everything can return.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    records: Savepoint,
    events: usize,
}

impl Org {
    /// Begins a transaction that the calls until [`Org::end`] belong to. It counts as one API request, whatever
    /// happens in it; no call inside is counted.
    ///
    /// # Errors
    ///
    /// Those of [`Call::Authorize`]. No transaction has begun then.
    pub fn begin(&mut self, now: Timestamp, session: &Session) -> Result<(), ApiError> {
        self.authenticate(now, session)?;
        self.automations.begin_call();
        self.in_transaction = true;
        Ok(())
    }

    /// This moment.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { records: self.store.savepoint(), events: self.unpublished.len() }
    }

    /// Undoes everything since a moment of the running transaction. Ids that were given out are not given again.
    pub fn return_to(&mut self, mark: Mark) {
        self.store.rollback(mark.records);
        self.unpublished.truncate(mark.events);
    }

    /// Ends the running transaction: what it did is final, and its events are published.
    pub fn end(&mut self, now: Timestamp) {
        self.in_transaction = false;
        self.commit(now);
        self.capture.actor = None;
    }

    /// Performs several calls, each all or nothing by itself. With `all_or_none` one that fails undoes all.
    pub(crate) fn perform_together(&mut self, ctx: &Ctx, calls: Vec<Call>, all_or_none: bool) -> Reply {
        let start = self.mark();
        let mut outcomes: Vec<Result<Reply, ApiError>> = Vec::with_capacity(calls.len());
        for call in calls {
            let mark = self.mark();
            let outcome = self.perform_inner(ctx, call);
            if let Err(error) = &outcome {
                self.return_to(mark);
                self.count_refusal(error);
            }
            outcomes.push(outcome);
        }
        if all_or_none && outcomes.iter().any(Result::is_err) {
            self.return_to(start);
            for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_ok()) {
                *outcome = Err(rolled_back());
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

/// What a record is told that was good, but another one of the same call was not.
fn rolled_back() -> ApiError {
    ApiError::dml(
        ErrorCode::AllOrNoneOperationRolledBack,
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
        std::iter::empty::<&str>(),
    )
}
