//! The entries that are kept, and the count of those that went.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use mockorg_org::events::ReplayId;

use super::{JournalEntry, JournalEvent, JournalSettings};

/// The journal of one gateway. A reset of the org leaves it as it is: it belongs to the server.
#[derive(Debug)]
pub(crate) struct Journal {
    pub(crate) settings: JournalSettings,
    kept: Mutex<Kept>,
    /// The newest event of the org that was looked at.
    followed: AtomicU64,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<JournalEntry>,
    bytes: usize,
    dropped: u64,
    newest: u64,
    /// The events among the entries, by replay id: of the present life of the org alone.
    events: VecDeque<Arc<JournalEvent>>,
}

impl Journal {
    pub(crate) fn new(settings: JournalSettings) -> Self {
        Self { settings, kept: Mutex::default(), followed: AtomicU64::new(0) }
    }

    /// Whether anything is kept at all.
    pub(crate) const fn is_on(&self) -> bool {
        self.settings.entries > 0
    }

    /// Whether so many bytes are more than is ever kept.
    pub(super) const fn is_too_long(&self, bytes: usize) -> bool {
        bytes > self.settings.bytes
    }

    /// Counts a call for which there is no room at all.
    pub(super) fn lose(&self) {
        let mut kept = self.kept();
        kept.newest += 1;
        kept.dropped += 1;
    }

    /// Adds an entry, made with the next number; the oldest go where there is no room.
    pub(super) fn add(&self, make: impl FnOnce(u64) -> JournalEntry) {
        self.kept().add(self.settings, make);
    }

    /// Adds the events that the org has published since last time, which `published` tells; `tail` is its newest.
    /// Called by whoever holds the org.
    pub(super) fn add_events(&self, tail: ReplayId, published: impl FnOnce(ReplayId) -> Vec<JournalEvent>) {
        let followed = ReplayId(self.followed.load(Ordering::Relaxed));
        if followed >= tail {
            return;
        }
        let published = published(followed);
        let mut kept = self.kept();
        for mut event in published {
            let added = kept.add(self.settings, |sequence| {
                event.sequence = sequence;
                JournalEntry::Event(Arc::new(event))
            });
            if let Some(JournalEntry::Event(event)) = added {
                kept.events.push_back(event);
            }
        }
        self.followed.store(tail.0, Ordering::Relaxed);
    }

    /// The org stands elsewhere from now on: what it had published up to `tail` it has not published here. Called by
    /// whoever holds the org.
    pub(crate) fn begin_anew(&self, tail: ReplayId) {
        self.kept().events.clear();
        self.followed.store(tail.0, Ordering::Relaxed);
    }

    /// Counts that these events went out once more.
    pub(crate) fn count_deliveries(&self, events: impl Iterator<Item = ReplayId>) {
        if !self.is_on() {
            return;
        }
        let kept = self.kept();
        for id in events {
            if let Ok(place) = kept.events.binary_search_by_key(&id, |event| event.replay_id) {
                kept.events[place].deliveries.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The entries after this one, oldest first, and how many went before all that are kept.
    pub(crate) fn after(&self, sequence: u64) -> (Vec<JournalEntry>, u64) {
        let kept = self.kept();
        let start = kept.entries.partition_point(|entry| entry.sequence() <= sequence);
        (kept.entries.range(start..).cloned().collect(), kept.dropped)
    }

    /// The number of the newest entry.
    pub(crate) fn newest(&self) -> u64 {
        self.kept().newest
    }

    /// Forgets all entries, and those that went; says how many entries there were.
    pub(crate) fn clear(&self) -> usize {
        let mut kept = self.kept();
        let count = kept.entries.len();
        *kept = Kept { newest: kept.newest, ..Kept::default() };
        count
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Entries are added whole: whoever panicked has left nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Adds an entry and gives it back, unless there is no room at all.
    fn add(
        &mut self,
        bounds: JournalSettings,
        make: impl FnOnce(u64) -> JournalEntry,
    ) -> Option<JournalEntry> {
        self.newest += 1;
        let entry = make(self.newest);
        let size = entry.size();
        if size > bounds.bytes {
            // It would push out all others, and then itself.
            self.dropped += 1;
            return None;
        }
        self.entries.push_back(entry.clone());
        self.bytes += size;
        while self.entries.len() > bounds.entries || self.bytes > bounds.bytes {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.size());
            self.dropped += 1;
            if self.events.front().is_some_and(|event| event.sequence <= oldest.sequence()) {
                self.events.pop_front();
            }
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hyper::header::HeaderMap;
    use mockorg_org::Timestamp;

    use super::*;
    use crate::journal::{JournalCall, messages::Messages};

    fn add(journal: &Journal, target: &str, body: usize) {
        let messages =
            (body > 0).then(|| Messages::of((&HeaderMap::new(), &[]), (&HeaderMap::new(), &vec![0; body])));
        journal.add(|sequence| {
            JournalEntry::Call(Arc::new(JournalCall {
                sequence,
                at: Timestamp::default(),
                method: "GET".into(),
                target: target.into(),
                user: None,
                status: 200,
                faults: Box::default(),
                grpc: None,
                took: Duration::ZERO,
                messages,
            }))
        });
    }

    #[test]
    fn the_oldest_entries_go_and_are_counted() {
        let journal = Journal::new(JournalSettings { entries: 2, bytes: 10_000, bodies: false });
        for target in ["/a", "/b", "/c"] {
            add(&journal, target, 0);
        }
        let (entries, dropped) = journal.after(0);
        let sequences: Vec<_> = entries.iter().map(JournalEntry::sequence).collect();
        assert_eq!((sequences, dropped), (vec![2, 3], 1));
        assert_eq!(journal.after(2).0.len(), 1);
        assert_eq!(journal.clear(), 2);
        add(&journal, "/d", 0);
        let (entries, dropped) = journal.after(0);
        assert_eq!((entries[0].sequence(), dropped), (4, 0));
    }

    #[test]
    fn bytes_are_bounded_as_well() {
        let journal = Journal::new(JournalSettings { entries: 100, bytes: 1_000, bodies: true });
        add(&journal, "/long", 2_000);
        assert_eq!((journal.after(0).0.len(), journal.after(0).1), (0, 1));
        for _ in 0..50 {
            add(&journal, "/short", 0);
        }
        let before = journal.after(0).0.len();
        assert!((2..=5).contains(&before));
        add(&journal, "/long", 2_000);
        assert_eq!(journal.after(0).0.len(), before, "one long call takes nothing from the others");
    }
}
