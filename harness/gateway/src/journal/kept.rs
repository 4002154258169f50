//! The entries that are kept, and the count of those that went.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{JournalEntry, JournalSettings};

/// The journal of one gateway. A reset of the org leaves it as it is: it belongs to the server.
#[derive(Debug)]
pub(crate) struct Journal {
    pub(super) settings: JournalSettings,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<JournalEntry>>,
    bytes: usize,
    dropped: u64,
    newest: u64,
}

impl Journal {
    pub(crate) fn new(settings: JournalSettings) -> Self {
        Self { settings, kept: Mutex::default() }
    }

    /// Whether anything is kept at all.
    pub(super) const fn is_on(&self) -> bool {
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

    /// Adds an entry under the next number; the oldest go where there is no room.
    pub(super) fn add(&self, mut entry: JournalEntry) {
        let size = entry.size();
        if self.is_too_long(size) {
            // It would push out all others, and then itself.
            return self.lose();
        }
        let mut kept = self.kept();
        kept.newest += 1;
        entry.sequence = kept.newest;
        kept.entries.push_back(Arc::new(entry));
        kept.bytes += size;
        while kept.entries.len() > self.settings.entries || kept.bytes > self.settings.bytes {
            let Some(oldest) = kept.entries.pop_front() else { break };
            kept.bytes -= oldest.size();
            kept.dropped += 1;
        }
    }

    /// The entries, oldest first, and how many went before them.
    pub(crate) fn snapshot(&self) -> (Vec<Arc<JournalEntry>>, u64) {
        let kept = self.kept();
        (kept.entries.iter().cloned().collect(), kept.dropped)
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

#[cfg(test)]
mod tests {
    use mockorg_org::Timestamp;

    use super::*;

    fn entry(target: &str) -> JournalEntry {
        JournalEntry {
            sequence: 0,
            at: Timestamp::default(),
            method: "GET".into(),
            target: target.into(),
            user: None,
            request_headers: Vec::new(),
            request_body: Box::default(),
            status: 200,
            answer_headers: Vec::new(),
            answer_body: Box::default(),
        }
    }

    #[test]
    fn the_oldest_entries_go_and_are_counted() {
        let journal = Journal::new(JournalSettings { entries: 2, bytes: 10_000, bodies: false });
        for target in ["/a", "/b", "/c"] {
            journal.add(entry(target));
        }
        let (entries, dropped) = journal.snapshot();
        let sequences: Vec<_> = entries.iter().map(|entry| entry.sequence).collect();
        assert_eq!((sequences, dropped), (vec![2, 3], 1));
        assert_eq!(journal.clear(), 2);
        journal.add(entry("/d"));
        let (entries, dropped) = journal.snapshot();
        assert_eq!((entries[0].sequence, dropped), (4, 0));
    }

    #[test]
    fn bytes_are_bounded_as_well() {
        let journal = Journal::new(JournalSettings { entries: 100, bytes: 1_000, bodies: true });
        journal.add(JournalEntry { answer_body: vec![0; 2_000].into(), ..entry("/long") });
        assert_eq!((journal.snapshot().0.len(), journal.snapshot().1), (0, 1));
        for _ in 0..50 {
            journal.add(entry("/short"));
        }
        let before = journal.snapshot().0.len();
        assert!((2..=5).contains(&before));
        journal.add(JournalEntry { answer_body: vec![0; 2_000].into(), ..entry("/long") });
        assert_eq!(journal.snapshot().0.len(), before, "one long call takes nothing from the others");
    }
}
