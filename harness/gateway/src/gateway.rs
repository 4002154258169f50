//! The org behind its lock, with the clock that drives it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use mockorg_org::{ApiVersion, Org, Recording, Timestamp, catalog::Catalog};
use tokio::sync::{Notify, watch};

use crate::{
    Clock, ControlAccess, JournalEntry, JournalSettings, ServerLimits,
    avro::Schemas,
    branches::Home,
    cometd::Sessions,
    events::{Feed, KeptEvents},
    faults::Faults,
    front::Front,
    import::Imports,
    journal::Journal,
    moment::{Beginning, Moment},
    panics::{CaughtPanic, Panics},
    recording::{Entry, Recorder},
    snapshots::{Snapshot, discard},
    stubs::Stubs,
    unknown::Unknown,
    webhooks::Webhooks,
};

/// Makes the org as it is at the beginning: at start, and again at each reset.
pub type OrgFactory = Arc<dyn Fn(Timestamp) -> Org + Send + Sync>;

/// What the shell around the org is told.
#[derive(Clone, Debug)]
pub struct GatewayOptions {
    /// Scheme, host and port under which clients that send no `Host` header find the org; no slash at the end.
    pub base_url: Box<str>,
    /// Scheme, host and port to print in every answer, whatever `Host` the client sent; behind a proxy.
    pub public_url: Option<Box<str>>,
    /// Where the org's time comes from.
    pub clock: Clock,
    /// The newest version that is served; later ones do not exist for clients.
    pub newest: ApiVersion,
    /// The status of an accepted initiate call. The platform's own is not documented.
    pub async_accepted_status: u16,
    /// How many clients the Streaming API serves at a time. 2,000 are allowed to the largest editions.
    pub streaming_clients: usize,
    /// For how long a client of the Streaming API may stay away by the machine's clock, however far the org's
    /// clock is moved meanwhile: a test that moves the clock must not lose subscribers between two polls.
    pub streaming_grace: Duration,
    /// For how long a webhook waits for its endpoint, by the machine's clock.
    pub webhook_timeout: Duration,
    /// What is kept of the calls of clients.
    pub journal: JournalSettings,
    /// How many snapshots are kept at a time.
    pub snapshots: usize,
    /// How many branches there are at a time.
    pub branches: usize,
    /// The faults that have names, in the form of `schemas/faults.json`; none when it is empty.
    pub fault_catalogue: &'static str,
    /// Who may use the control surface.
    pub control: ControlAccess,
    /// What the server grants its clients.
    pub limits: ServerLimits,
}

impl GatewayOptions {
    /// The defaults, for an org at this address.
    #[must_use]
    pub fn new(base_url: impl Into<Box<str>>) -> Self {
        Self {
            base_url: base_url.into(),
            public_url: None,
            clock: Clock::SYSTEM,
            newest: ApiVersion::NEWEST,
            async_accepted_status: 201,
            streaming_clients: 2000,
            streaming_grace: Duration::from_secs(10),
            webhook_timeout: Duration::from_secs(10),
            journal: JournalSettings::default(),
            snapshots: 100,
            branches: 100,
            fault_catalogue: "",
            control: ControlAccess::Open,
            limits: ServerLimits::default(),
        }
    }
}

/// One org and all that its HTTP shell needs to know.
pub struct Gateway {
    state: Mutex<State>,
    pub(crate) make: OrgFactory,
    pub(crate) options: GatewayOptions,
    /// Tells the agenda's timer that the next deadline has changed.
    pub(crate) wake: Notify,
    requests: AtomicU64,
    /// When the org began, for those who ask while they hold it.
    began: AtomicI64,
    feed: Feed,
    streaming: Sessions,
    /// Tells whoever waits for a time that the clock was moved.
    clock_moved: watch::Sender<()>,
    schemas: Schemas,
    webhooks: Webhooks,
    stubs: Stubs,
    front: Front,
    faults: Faults,
    journal: Journal,
    unknown: Unknown,
    panics: Panics,
    /// Who keeps what is done, and up to where it was handed over what somebody was promised.
    recorder: Option<Arc<dyn Recorder>>,
    promised: AtomicU64,
    /// Whether the org was there before its process.
    resumed: bool,
    /// The org as it last began, to begin from it once more.
    begun: Mutex<Option<(Moment, KeptEvents)>>,
    pub(crate) home: Home,
    pub(crate) imports: Imports,
}

pub(crate) struct State {
    pub(crate) moment: Moment,
    /// Moments to which the org can be put back, by name.
    pub(crate) snapshots: BTreeMap<Box<str>, Arc<Snapshot>>,
    /// The deadline that the timer waits for.
    pub(crate) armed: Option<Timestamp>,
}

impl Gateway {
    /// Makes the org and stands ready to serve it.
    #[must_use]
    pub fn new(make: OrgFactory, options: GatewayOptions) -> Self {
        let now = options.clock.now();
        Self::begun(make, options, now)
    }

    /// The same for an org that began at another time.
    #[must_use]
    pub fn begun(make: OrgFactory, options: GatewayOptions, at: Timestamp) -> Self {
        let moment = Moment::begin_at(&make, options.clock, at, Beginning::default());
        let first = moment.clone();
        let gateway = Self::at(moment, make, options);
        gateway.feed.follow(first.org.events());
        gateway.keep_beginning(first);
        gateway
    }

    /// Stands ready to serve an org as it is at a moment.
    pub(crate) fn at(moment: Moment, make: OrgFactory, options: GatewayOptions) -> Self {
        let began = AtomicI64::new(moment.started.millis());
        let schemas = Schemas::default();
        schemas.follow(moment.org.catalog());
        let journal = Journal::new(options.journal);
        journal.begin_anew(moment.org.events().tail());
        let state = Mutex::new(State { moment, snapshots: BTreeMap::new(), armed: None });
        Self {
            state,
            make,
            faults: Faults::new(options.fault_catalogue),
            journal,
            unknown: Unknown::default(),
            panics: Panics::default(),
            options,
            wake: Notify::new(),
            requests: AtomicU64::new(0),
            began,
            feed: Feed::default(),
            streaming: Sessions::default(),
            clock_moved: watch::Sender::new(()),
            schemas,
            webhooks: Webhooks::default(),
            stubs: Stubs::default(),
            front: Front::default(),
            recorder: None,
            promised: AtomicU64::new(0),
            resumed: false,
            begun: Mutex::new(None),
            home: Home::default(),
            imports: Imports::default(),
        }
    }

    /// Has `recorder` keep what is done from now on. To be called before the gateway serves.
    pub fn record_with(&mut self, recorder: Arc<dyn Recorder>) {
        self.state().moment.org.start_recording(recorder.recording());
        self.recorder = Some(recorder);
    }

    /// Runs `f` on the org at its present time; nothing else touches the org meanwhile.
    ///
    /// Work that is due by then is done before. With a manual clock, work that `f` makes due is done before this
    /// returns; with the machine's clock the timer does it at once afterwards.
    pub fn with_org<T>(&self, f: impl FnOnce(&mut Org, Timestamp) -> T) -> T {
        let mut state = self.state();
        let now = state.moment.now();
        state.moment.run_due_before(now);
        let result = f(&mut state.moment.org, now);
        self.settle(&mut state, now);
        result
    }

    /// Hands over what was done beside the org.
    pub(crate) fn keep(&self, entry: Entry) {
        self.hand_over(|| vec![entry]);
    }

    /// Hands over what was done to the org.
    pub(crate) fn keep_recorded(&self, state: &mut State) {
        if state.moment.org.recording() == Recording::Off {
            return;
        }
        let recorded = state.moment.org.take_recorded();
        if !recorded.is_empty() {
            let entry = |recorded: mockorg_org::Recorded| Entry::Org {
                operation: recorded.operation,
                outcome: recorded.outcome,
            };
            self.hand_over(|| recorded.into_iter().map(entry).collect());
        }
    }

    fn hand_over(&self, entries: impl FnOnce() -> Vec<Entry>) {
        let Some(recorder) = &self.recorder else { return };
        let entries = entries();
        let promises = entries.iter().any(Entry::promises);
        let position = recorder.append(entries);
        if promises {
            self.promised.store(position, Ordering::Release);
        }
    }

    /// Who keeps what is done.
    pub(crate) const fn recorder(&self) -> Option<&Arc<dyn Recorder>> {
        self.recorder.as_ref()
    }

    /// Up to where it was handed over what somebody was promised.
    pub(crate) fn promised(&self) -> u64 {
        self.promised.load(Ordering::Acquire)
    }

    /// The org was there before its process.
    pub(crate) const fn mark_resumed(&mut self) {
        self.resumed = true;
    }

    /// Whether the org was there before its process.
    pub(crate) const fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Tells when the org began to those who ask while they hold it.
    pub(crate) fn tell_began(&self, moment: &Moment) {
        self.began.store(moment.started.millis(), Ordering::Relaxed);
    }

    /// The org's definitions.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(self.state().moment.org.catalog())
    }

    /// When the org began, by its own clock.
    pub(crate) fn started(&self) -> Timestamp {
        Timestamp::from_millis(self.began.load(Ordering::Relaxed))
    }

    /// The org as it last began, if it is kept.
    pub(crate) fn kept_beginning(&self) -> Option<(Moment, KeptEvents)> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps an org as it began, and its events.
    pub(crate) fn keep_beginning(&self, moment: Moment) {
        let events = KeptEvents::of(moment.org.events());
        let old = self.begun.lock().unwrap_or_else(PoisonError::into_inner).replace((moment, events));
        discard(old);
    }

    /// Numbers requests from 1 on again.
    pub(crate) fn number_requests_anew(&self) {
        self.requests.store(0, Ordering::Relaxed);
    }

    /// The number of this request.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn settle(&self, state: &mut State, now: Timestamp) {
        match state.moment.clock {
            Clock::Manual(_) => state.moment.run_due(now),
            Clock::System { .. } if state.moment.org.next_deadline() != state.armed => self.wake.notify_one(),
            Clock::System { .. } => {}
        }
        self.keep_recorded(state);
        self.follow(state);
    }

    /// Tells subscribers what has changed. Definitions first: events are encoded with them.
    pub(crate) fn follow(&self, state: &State) {
        self.faults.follow(&state.moment.org);
        self.schemas.follow(state.moment.org.catalog());
        self.journal_events(&state.moment);
        self.feed_from(&state.moment);
    }

    /// The schemas of events.
    pub const fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// What subscribers read.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// The clients of the Streaming API.
    pub(crate) const fn streaming(&self) -> &Sessions {
        &self.streaming
    }

    /// The stubs in front of the org.
    pub(crate) const fn stubs(&self) -> &Stubs {
        &self.stubs
    }

    /// What goes wrong on purpose.
    pub(crate) const fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The server that is asked before the org is.
    pub(crate) const fn front(&self) -> &Front {
        &self.front
    }

    /// The webhooks of the org.
    pub(crate) const fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// The calls and events that are kept, oldest first, and how many were dropped before them.
    pub fn journal_entries(&self) -> (Vec<JournalEntry>, u64) {
        self.journal.after(0)
    }

    /// The number of the newest entry of the journal; 0 before the first.
    pub fn journal_tail(&self) -> u64 {
        self.journal.newest()
    }

    /// Forgets the calls of clients, and the events.
    pub fn clear_journal(&self) {
        self.journal.clear();
    }

    /// Has `tell` told each kind of request that the org does not know or does not model, when it is asked for the
    /// first time: `GET /services/data/{version}/tabs: mockorg does not model tabs`. It must not ask the org.
    pub fn on_unknown_request(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        self.unknown.tell(Box::new(tell));
    }

    /// The kinds of requests that the org did not know or does not model, each once, ordered by method and path.
    pub fn unknown_requests(&self) -> Vec<String> {
        self.unknown.seen()
    }

    /// Has `tell` told every panic inside the server that was caught: in a request, in the body of an answer, in work
    /// beside requests. Only the first caller is told. It must not ask the org.
    pub fn on_panic(&self, tell: impl Fn(&CaughtPanic) + Send + Sync + 'static) {
        self.panics.tell(tell);
    }

    pub(crate) const fn panics(&self) -> &Panics {
        &self.panics
    }

    pub(crate) const fn unknown(&self) -> &Unknown {
        &self.unknown
    }

    pub(crate) const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Tells whoever waits for a time that the clock was moved.
    pub(crate) fn tell_clock_moved(&self) {
        self.clock_moved.send_replace(());
    }

    /// Tells whenever the org's clock is moved or stopped.
    pub(crate) fn clock_moves(&self) -> watch::Receiver<()> {
        self.clock_moved.subscribe()
    }

    /// The org, which nobody else touches meanwhile. Whoever changes it hands over what was done.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            // A panic inside a call is answered with UNKNOWN_EXCEPTION, and must leave as little behind as a
            // refusal: the org goes on from its last commit.
            let mut state = poisoned.into_inner();
            self.state.clear_poison();
            state.moment.org.abandon();
            state
        })
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("options", &self.options).finish_non_exhaustive()
    }
}
