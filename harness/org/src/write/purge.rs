//! The Recycle Bin is emptied by the clock. What leaves it is gone for good, and with it the memory that it took.

use std::collections::BTreeSet;

use crate::{Org, RecordId, Timestamp, jobs::Work};

impl Org {
    /// Plans the next time at which the Recycle Bin is emptied, unless it is planned or the bin is empty. At most
    /// one entry of the agenda waits for that, however many records were deleted.
    pub(crate) fn plan_purge(&mut self) {
        if self.purge_planned {
            return;
        }
        if let Some(oldest) = self.store.oldest_deletion() {
            let at = Timestamp::from_millis(oldest.millis() + self.bin_millis());
            self.agenda.plan(at, Work::Purge);
            self.purge_planned = true;
        }
    }

    /// Takes the records out whose time in the Recycle Bin is over.
    ///
    /// Trackers are the proof that the request of a job was committed: those of jobs that still wait stay, and are
    /// looked at again after as long a time.
    pub(crate) fn purge(&mut self, at: Timestamp) {
        self.purge_planned = false;
        let due = self.store.deleted_until(self.purged_until(at));
        // Looking through the agenda takes its time, and only a tracker that shows no end can be awaited.
        let shows_no_end = |id: &RecordId| {
            let row = self.store.get(*id);
            row.is_some_and(|row| matches!(row.get("Status").as_text(), Some("Submitted" | "InProgress")))
        };
        let awaited: BTreeSet<RecordId> = match due.iter().any(shows_no_end) {
            true => self.agenda.works().chain(self.faults.held()).flat_map(Work::trackers).collect(),
            false => BTreeSet::new(),
        };
        for id in due {
            if awaited.contains(&id) {
                self.store.delay_purge(id, at);
            } else {
                self.store.purge(id);
            }
        }
    }

    /// The moment up to which deletions can no longer be undone.
    pub(crate) fn purged_until(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.millis() - self.bin_millis())
    }

    /// For how long deleted records can be brought back, in milliseconds.
    fn bin_millis(&self) -> i64 {
        i64::from(self.settings.recycle_bin_days) * 86_400_000
    }
}
