//! Moments of the org that are kept under names, other orgs that begin as this one is, and what was done before, done
//! again.

use std::sync::Arc;

use mockorg_org::Outcome;

use crate::{Gateway, GatewayOptions, moment::Moment, recording::Entry};

impl Gateway {
    /// Keeps the org as it is now, with its clock, under a name; what had that name is given up.
    ///
    /// Records are shared with the org until it changes them: this costs the same whatever the org holds.
    pub fn take_snapshot(&self, name: &str) {
        let mut state = self.state();
        let kept = Arc::new(state.moment.clone());
        state.snapshots.insert(name.into(), kept);
        self.keep(Entry::TakeSnapshot(name.into()));
    }

    /// Puts the org and its clock back to a snapshot; `false` when there is none of this name. The snapshot stays.
    /// Time that the machine's clock tells goes on.
    pub fn restore_snapshot(&self, name: &str) -> bool {
        let mut state = self.state();
        let Some(kept) = state.snapshots.get(name).cloned() else { return false };
        self.keep(Entry::RestoreSnapshot(name.into()));
        self.put(&mut state, Moment::clone(&kept));
        self.tell_clock_moved();
        true
    }

    /// Gives a snapshot up; `false` when there is none of this name.
    pub fn drop_snapshot(&self, name: &str) -> bool {
        let mut state = self.state();
        if state.snapshots.remove(name).is_none() {
            return false;
        }
        self.keep(Entry::DropSnapshot(name.into()));
        true
    }

    /// The names of the snapshots, in order, each with the org's time in it.
    pub fn snapshots(&self) -> Vec<(Box<str>, mockorg_org::Timestamp)> {
        let state = self.state();
        state.snapshots.iter().map(|(name, moment)| (name.clone(), moment.latest())).collect()
    }

    /// Another org that is as this one is now, and goes its own way from here on. Snapshots, stubs, faults, webhooks
    /// and the journal stay with this one.
    #[must_use]
    pub fn branch(&self, options: GatewayOptions) -> Self {
        let moment = self.state().moment.clone();
        Self::at(moment, Arc::clone(&self.make), options)
    }

    /// Does again what was done before, to an org that nobody else touches; gives what came of an operation.
    pub fn repeat(&self, entry: Entry) -> Option<Outcome> {
        let mut state = self.state();
        match entry {
            Entry::Org { operation, .. } => return Some(state.moment.repeat(operation)),
            Entry::Clock(clock) => state.moment.clock = clock,
            Entry::Reset { at, beginning } => {
                let clock = beginning.clock.map_or(self.options.clock, crate::Clock::Manual);
                state.moment = Moment::begin_at(&self.make, clock, at, beginning);
            }
            Entry::TakeSnapshot(name) => {
                let kept = Arc::new(state.moment.clone());
                state.snapshots.insert(name, kept);
            }
            Entry::RestoreSnapshot(name) => {
                if let Some(kept) = state.snapshots.get(&name) {
                    state.moment = Moment::clone(kept);
                }
            }
            Entry::DropSnapshot(name) => {
                state.snapshots.remove(&name);
            }
        }
        None
    }
}
