//! Later work that has fallen due, and the end of every transaction.

use crate::{Org, SaveOptions, Timestamp, jobs::Work, operation::Operation, record::Savepoint};

impl Org {
    /// When [`Org::advance`] has something to do next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.agenda.next_deadline()
    }

    /// Performs the work that is due at `now`, each piece at the time for which it was planned.
    pub fn advance(&mut self, now: Timestamp) {
        if self.agenda.next_deadline().is_none_or(|deadline| deadline > now) {
            return;
        }
        self.tape.write(|| Operation::Advance(now));
        while let Some((at, work)) = self.agenda.take_due(now) {
            self.perform_and_commit(at, work);
        }
        self.agenda.enter(0);
    }

    /// As [`Org::advance`], but leaves the long work of bulk jobs to [`Org::advance_step`].
    pub fn advance_briefly(&mut self, now: Timestamp) {
        if self.next_brief_deadline().is_none_or(|deadline| deadline > now) {
            return;
        }
        self.tape.write(|| Operation::AdvanceBriefly(now));
        while let Some((at, work)) = self.agenda.take_due_of(now, |work| !work.is_long()) {
            self.perform_and_commit(at, work);
        }
        self.agenda.enter(0);
    }

    /// Performs one step of the long work that is due at `now`, as of `now`; `false` when none is.
    pub fn advance_step(&mut self, now: Timestamp) -> bool {
        let Some((_, work)) = self.agenda.take_due_of(now, Work::is_long) else { return false };
        self.tape.write(|| Operation::AdvanceStep(now));
        self.perform_and_commit(now, work);
        self.agenda.enter(0);
        true
    }

    /// When [`Org::advance_briefly`] has something to do next.
    #[must_use]
    pub fn next_brief_deadline(&self) -> Option<Timestamp> {
        self.agenda.next_deadline_of(|work| !work.is_long())
    }

    pub(crate) fn perform_and_commit(&mut self, at: Timestamp, work: Work) {
        self.perform(at, work);
        self.commit(at);
        self.capture.actor = None;
    }

    /// Undoes what a call left behind that did not come to its end.
    pub fn abandon(&mut self) {
        self.tape.write(|| Operation::Abandon);
        self.store.rollback(Savepoint::START);
        self.unpublished.clear();
        self.in_transaction = false;
        self.saving = SaveOptions::default();
        self.together = None;
        self.counted = false;
        self.capture.actor = None;
        // Whatever was being captured, capturing goes on.
        self.capture.forget_watches();
        self.agenda.enter(0);
    }

    /// Makes what happened since the last commit final and publishes its events.
    pub(crate) fn commit(&mut self, now: Timestamp) {
        self.capture_changes(now);
        self.store.commit();
        self.plan_purge();
        for event in std::mem::take(&mut self.unpublished) {
            self.emit(event);
        }
        self.wake_automations(now);
    }
}
