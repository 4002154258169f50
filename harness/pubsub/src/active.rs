//! Which managed subscriptions have a stream: one at a time.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mockorg_org::RecordId;

/// The managed subscriptions of a service that have a stream, each with the life of the org that it is of.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActiveStreams {
    taken: Arc<Mutex<BTreeSet<(u64, RecordId)>>>,
}

/// A stream's hold on its subscription. Dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct ActiveStream {
    streams: ActiveStreams,
    place: (u64, RecordId),
}

impl ActiveStreams {
    /// Takes the subscription's only place; `None` when another stream has it.
    pub(crate) fn enter(&self, life: u64, subscription: RecordId) -> Option<ActiveStream> {
        let place = (life, subscription);
        self.lock().insert(place).then(|| ActiveStream { streams: self.clone(), place })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<(u64, RecordId)>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ActiveStream {
    fn drop(&mut self) {
        self.streams.lock().remove(&self.place);
    }
}
