//! The Recycle Bin: which records were deleted, when, and which went along with which.

use super::pages::Pages;
use crate::{RecordId, Timestamp};

/// What is known of a record in the Recycle Bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Binned {
    /// The record whose deletion took it along; itself, when it was named.
    pub(super) root: RecordId,
    /// When it was deleted.
    pub(super) at: Timestamp,
}

/// Deleted records, by id, by root and by time.
#[derive(Clone, Debug, Default)]
pub(super) struct RecycleBin {
    records: Pages<RecordId, Binned>,
    by_root: Pages<(RecordId, RecordId)>,
    by_time: Pages<(Timestamp, RecordId)>,
}

impl RecycleBin {
    /// Puts a record in, or takes it out; gives what was there.
    pub(super) fn set(&mut self, id: RecordId, binned: Option<Binned>) -> Option<Binned> {
        let before = match binned {
            Some(binned) => self.records.insert(id, binned),
            None => self.records.remove(&id),
        };
        if let Some(Binned { root, at }) = before {
            self.by_root.remove(&(root, id));
            self.by_time.remove(&(at, id));
        }
        if let Some(Binned { root, at }) = binned {
            self.by_root.insert((root, id), ());
            self.by_time.insert((at, id), ());
        }
        before
    }

    /// All deleted records, ordered by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&RecordId, &Binned)> {
        self.records.iter()
    }

    /// What is known of a record.
    pub(super) fn get(&self, id: RecordId) -> Option<Binned> {
        self.records.get(&id).copied()
    }

    /// The other records that went with `root`, ordered by id.
    pub(super) fn along_with(&self, root: RecordId) -> impl Iterator<Item = RecordId> {
        let all = self.by_root.range((root, RecordId::NULL)..=(root, RecordId::LAST));
        all.map(|((_, id), ())| *id).filter(move |id| *id != root)
    }

    /// When the oldest record was deleted.
    pub(super) fn oldest(&self) -> Option<Timestamp> {
        self.by_time.first().map(|((at, _), ())| *at)
    }

    /// The records that were deleted at this moment or before, oldest first.
    pub(super) fn until(&self, moment: Timestamp) -> impl Iterator<Item = RecordId> {
        self.by_time.range(..=(moment, RecordId::LAST)).map(|((_, id), ())| *id)
    }
}
