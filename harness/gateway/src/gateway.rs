//! The org behind its lock, with the clock that drives it.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use mockorg_org::{ApiVersion, Org, Recording, Timestamp, catalog::Catalog};
use tokio::sync::{Notify, watch};

use crate::{
    Clock, JournalEntry, JournalSettings,
    avro::Schemas,
    cometd::Sessions,
    events::Feed,
    front::Front,
    journal::Journal,
    moment::{Beginning, Moment},
    recording::{Entry, Recorder},
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
        }
    }
}

/// One org and all that its HTTP shell needs to know.
pub struct Gateway {
    state: Mutex<State>,
    pub(crate) make: OrgFactory,
    pub(crate) options: GatewayOptions,
    /// Tells the agenda's timer that the next deadline has changed.
    wake: Notify,
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
    journal: Journal,
    unknown: Unknown,
    /// Who keeps what is done, and up to where it was handed over what somebody was promised.
    recorder: Option<Arc<dyn Recorder>>,
    promised: AtomicU64,
}

pub(crate) struct State {
    pub(crate) moment: Moment,
    /// Moments to which the org can be put back, by name.
    pub(crate) snapshots: BTreeMap<Box<str>, Arc<Moment>>,
    /// The deadline that the timer waits for.
    armed: Option<Timestamp>,
}

impl Gateway {
    /// Makes the org and stands ready to serve it.
    #[must_use]
    pub fn new(make: OrgFactory, options: GatewayOptions) -> Self {
        let moment = Moment::begin(&make, options.clock, Beginning::default());
        Self::at(moment, make, options)
    }

    /// Stands ready to serve an org as it is at a moment.
    pub(crate) fn at(moment: Moment, make: OrgFactory, options: GatewayOptions) -> Self {
        let began = AtomicI64::new(moment.started.millis());
        let schemas = Schemas::default();
        schemas.follow(moment.org.catalog());
        let state = Mutex::new(State { moment, snapshots: BTreeMap::new(), armed: None });
        Self {
            state,
            make,
            journal: Journal::new(options.journal),
            unknown: Unknown::default(),
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

    /// Moves the org's time forward and does what falls due on the way.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.state();
        let clock = state.moment.clock.advanced(duration);
        self.move_clock(&mut state, clock);
    }

    /// Stops the clock at `at`, and does what is due by then; `false`, and no change, when that lies in the past.
    pub fn set_time(&self, at: Timestamp) -> bool {
        let mut state = self.state();
        if at < state.moment.now() {
            return false;
        }
        self.move_clock(&mut state, Clock::Manual(at));
        true
    }

    fn move_clock(&self, state: &mut State, clock: Clock) {
        state.moment.clock = clock;
        self.keep(Entry::Clock(clock));
        let now = state.moment.now();
        state.moment.run_due(now);
        self.settle(state, now);
        self.clock_moved.send_replace(());
    }

    /// Stops the clock at the present time.
    pub fn freeze(&self) {
        let mut state = self.state();
        let clock = Clock::Manual(state.moment.now());
        state.moment.clock = clock;
        self.keep(Entry::Clock(clock));
        self.clock_moved.send_replace(());
        // The timer has nothing to wait for any more.
        self.wake.notify_one();
    }

    /// The clock and the org's present time.
    pub fn time(&self) -> (Clock, Timestamp) {
        let mut state = self.state();
        (state.moment.clock, state.moment.now())
    }

    /// Puts the org and the clock back to the beginning, as the last reset chose it.
    pub fn reset(&self) {
        let beginning = self.state().moment.beginning;
        self.reset_to(beginning);
    }

    /// Puts the org and the clock to a beginning, from now on that of each reset.
    pub(crate) fn reset_to(&self, beginning: Beginning) {
        let fresh = Moment::begin(&self.make, self.options.clock, beginning);
        let mut state = self.state();
        self.keep(Entry::Reset { at: fresh.started, beginning });
        self.put(&mut state, fresh);
        drop(state);
        self.stubs.begin_anew();
        self.requests.store(0, Ordering::Relaxed);
    }

    /// Puts another moment in the place of the present one.
    pub(crate) fn put(&self, state: &mut State, moment: Moment) {
        state.moment = moment;
        if let Some(recorder) = &self.recorder {
            state.moment.org.start_recording(recorder.recording());
        }
        self.began.store(state.moment.started.millis(), Ordering::Relaxed);
        // Nobody may send events of the new org in the name of the old one.
        let lasting = self.webhooks.end_all();
        self.feed.restart();
        self.follow(state);
        let Moment { org, started, begun, .. } = &mut state.moment;
        self.webhooks.begin_anew(org, *started, *begun, lasting);
        self.keep_recorded(state);
        self.wake.notify_one();
    }

    /// Hands over what was done beside the org.
    pub(crate) fn keep(&self, entry: Entry) {
        self.hand_over(|| vec![entry]);
    }

    /// Hands over what was done to the org.
    fn keep_recorded(&self, state: &mut State) {
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

    /// Waits until everything is kept for good that anybody was promised up to now. No answer may leave before.
    pub async fn settled(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.settled(self.promised.load(Ordering::Acquire)).await;
        }
    }

    /// The org's definitions.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(self.state().moment.org.catalog())
    }

    /// When the org began, by its own clock.
    pub(crate) fn started(&self) -> Timestamp {
        Timestamp::from_millis(self.began.load(Ordering::Relaxed))
    }

    /// The number of this request.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Does the agenda's work whenever it falls due by the machine's clock; never ends.
    pub(crate) async fn keep_agenda(&self) {
        const LONGEST: Duration = Duration::from_secs(3600);
        loop {
            // Work that panics leaves the agenda without it: the next call of the lock undoes what it began, and the
            // rest of the work goes on.
            let next = catch_unwind(AssertUnwindSafe(|| self.run_agenda()));
            match next.unwrap_or(Some(Duration::from_millis(1))) {
                // Bulk work goes on, but whoever waits comes first.
                Some(Duration::ZERO) => tokio::task::yield_now().await,
                Some(delay) => {
                    let delay = delay.clamp(Duration::from_millis(1), LONGEST);
                    // Both outcomes mean the same: look again.
                    let _ = tokio::time::timeout(delay, self.wake.notified()).await;
                }
                None => self.wake.notified().await,
            }
        }
    }

    /// Does what is due, and one step of the long work of bulk jobs; says how long it is until more will be.
    fn run_agenda(&self) -> Option<Duration> {
        let mut state = self.state();
        let now = state.moment.now();
        state.moment.run_due_before(now);
        if matches!(state.moment.clock, Clock::System { .. }) {
            state.moment.org.advance_step(now);
        }
        self.keep_recorded(&mut state);
        self.follow(&state);
        state.armed = state.moment.org.next_deadline();
        if matches!(state.moment.clock, Clock::Manual(_)) {
            return None;
        }
        let millis = state.armed?.millis().saturating_sub(now.millis());
        Some(Duration::from_millis(u64::try_from(millis).unwrap_or_default()))
    }

    fn settle(&self, state: &mut State, now: Timestamp) {
        match state.moment.clock {
            Clock::Manual(_) => state.moment.run_due(now),
            Clock::System { .. } if state.moment.org.next_deadline() != state.armed => self.wake.notify_one(),
            Clock::System { .. } => {}
        }
        self.keep_recorded(state);
        self.follow(state);
    }

    /// Tells subscribers what has changed. Definitions first: events are encoded with them.
    fn follow(&self, state: &State) {
        self.schemas.follow(state.moment.org.catalog());
        self.feed.follow(state.moment.org.events());
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

    /// The server that is asked before the org is.
    pub(crate) const fn front(&self) -> &Front {
        &self.front
    }

    /// The webhooks of the org.
    pub(crate) const fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// The calls of clients that are kept, oldest first, and how many were dropped before them.
    pub fn journal_entries(&self) -> (Vec<Arc<JournalEntry>>, u64) {
        self.journal.snapshot()
    }

    /// Forgets the calls of clients.
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
