//! Moments of the org that are kept under names, and other orgs that begin as this one is.

use std::sync::Arc;

use mockorg_org::{ControlRefusal, Timestamp};

use crate::{
    Clock, Gateway, GatewayOptions, events::KeptEvents, gateway::State, moment::Moment, recording::Entry,
    stubs::KeptStubs, webhooks::KeptWebhooks,
};

/// How many characters the name of a snapshot has at most.
const LONGEST_NAME: usize = 64;

/// What a snapshot keeps: the org and its clock, and what stands around it and belongs to its state.
///
/// The journal, the clients of the Streaming API and the handlers of a test do not: they are what happened, and who
/// looks on.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    moment: Moment,
    events: KeptEvents,
    stubs: KeptStubs,
    webhooks: KeptWebhooks,
}

/// A snapshot, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotState {
    /// Its name.
    pub name: Box<str>,
    /// The org's time in it.
    pub at: Timestamp,
    /// Where its time comes from.
    pub clock: Clock,
}

impl Gateway {
    /// Keeps the org as it is now, with its clock, its events, stubs and webhooks, under a name; what had that name is
    /// given up.
    ///
    /// Records are shared with the org until it changes them: this costs the same whatever the org holds.
    ///
    /// # Errors
    ///
    /// For a name that cannot stand in an address, and when there are as many as [`GatewayOptions::snapshots`] allows.
    pub fn take_snapshot(&self, name: &str) -> Result<SnapshotState, ControlRefusal> {
        check_name(name)?;
        let mut state = self.state();
        let most = self.options.snapshots;
        if state.snapshots.len() >= most && !state.snapshots.contains_key(name) {
            return Err(ControlRefusal {
                error: format!("there are {most} snapshots, and no more are kept").into(),
                hint: "take it under the name of one that is not needed any more, or delete one".into(),
            });
        }
        state.moment.now();
        let kept = self.snapshot(&state);
        let shown = kept.shown(name);
        let old = state.snapshots.insert(name.into(), Arc::new(kept));
        self.keep(Entry::TakeSnapshot(name.into()));
        drop(state);
        discard(old);
        Ok(shown)
    }

    /// Puts the org back to a snapshot; `false` when there is none of this name. The snapshot stays.
    ///
    /// Records, events, sessions, query locators, jobs, limits, faults, coverage, stubs and webhooks are what they
    /// were. A clock that stood still stands where it stood; time that the machine's clock tells goes on. Sessions
    /// that were opened since are over, and clients of the Streaming API have to start over, as after a reset.
    pub fn restore_snapshot(&self, name: &str) -> bool {
        let mut state = self.state();
        let Some(kept) = state.snapshots.get(name).cloned() else { return false };
        self.keep(Entry::RestoreSnapshot(name.into()));
        // Encodings are good for the definitions with which they were made.
        let same = Arc::ptr_eq(kept.moment.org.catalog(), state.moment.org.catalog());
        let events = if same { kept.events.clone() } else { KeptEvents::default() };
        let old = std::mem::replace(&mut state.moment, kept.moment.clone());
        drop(self.webhooks().end_all());
        let begun = kept.moment.org.events().tail();
        self.begin_life(&mut state, (events, begun), |_| self.webhooks().put_back(&kept.webhooks));
        self.stubs().put_back(&kept.stubs);
        drop(state);
        self.tell_clock_moved();
        discard((old, kept));
        true
    }

    /// Gives a snapshot up; `false` when there is none of this name.
    pub fn drop_snapshot(&self, name: &str) -> bool {
        let mut state = self.state();
        let Some(old) = state.snapshots.remove(name) else { return false };
        self.keep(Entry::DropSnapshot(name.into()));
        drop(state);
        discard(old);
        true
    }

    /// The snapshots, ordered by name.
    pub fn snapshots(&self) -> Vec<SnapshotState> {
        self.state().snapshots.iter().map(|(name, kept)| kept.shown(name)).collect()
    }

    /// Another org that is as this one is now, and goes its own way from here on, under another address.
    ///
    /// Its records, clock, events, sessions, faults and stubs are those of this one; snapshots, webhooks, and the
    /// journal stay behind.
    #[must_use]
    pub fn branch(&self, base_url: impl Into<Box<str>>) -> Self {
        let mut state = self.state();
        state.moment.now();
        let kept = self.snapshot(&state);
        drop(state);
        self.begun_from(kept, base_url)
    }

    /// The same, as this one was at a snapshot; `None` when there is none of this name.
    pub(crate) fn branch_of(&self, snapshot: &str, base_url: &str) -> Option<Self> {
        let kept = self.state().snapshots.get(snapshot).cloned()?;
        Some(self.begun_from(Snapshot::clone(&kept), base_url))
    }

    fn begun_from(&self, kept: Snapshot, base_url: impl Into<Box<str>>) -> Self {
        let options = GatewayOptions { base_url: base_url.into(), public_url: None, ..self.options.clone() };
        let Snapshot { moment, events, stubs, webhooks } = kept;
        let begun = moment.org.events().tail();
        let branch = Self::at(moment, self.maker(), options);
        {
            let mut state = branch.state();
            branch.begin_life(&mut state, (events, begun), |moment| webhooks.hide(moment));
        }
        branch.stubs().put_back(&stubs);
        branch
    }

    /// The org as it is now.
    pub(crate) fn snapshot(&self, state: &State) -> Snapshot {
        Snapshot {
            moment: state.moment.clone(),
            events: self.feed().kept(),
            stubs: self.stubs().kept(),
            webhooks: self.webhooks().kept(),
        }
    }
}

impl Snapshot {
    /// A snapshot that was written down. Its events are encoded again when they are asked for.
    pub(crate) fn of(moment: Moment, stubs: KeptStubs, webhooks: KeptWebhooks) -> Self {
        Self { moment, events: KeptEvents::default(), stubs, webhooks }
    }

    /// The stubs and webhooks that belong to its state.
    pub(crate) const fn beside(&self) -> (&KeptStubs, &KeptWebhooks) {
        (&self.stubs, &self.webhooks)
    }

    /// The org and its clock.
    pub(crate) const fn moment(&self) -> &Moment {
        &self.moment
    }

    fn shown(&self, name: &str) -> SnapshotState {
        SnapshotState { name: name.into(), at: self.moment.latest(), clock: self.moment.clock }
    }
}

/// Gives up what may be large, beside whoever waits for an answer.
pub(crate) fn discard(what: impl Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        drop(runtime.spawn_blocking(move || drop(what)));
    }
}

fn check_name(name: &str) -> Result<(), ControlRefusal> {
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"._-".contains(&c);
    if !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(plain) && !name.starts_with('.') {
        return Ok(());
    }
    Err(ControlRefusal {
        error: format!("`{}` is no name of a snapshot", name.chars().take(LONGEST_NAME).collect::<String>())
            .into(),
        hint: "choose up to 64 letters, digits, `.`, `_` and `-`, with no `.` in front".into(),
    })
}
