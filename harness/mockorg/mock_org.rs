//! A running org.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use mockorg_gateway::{Clock, Gateway};
use mockorg_org::{
    ApiError, ApiVersion, Call, Cell, ControlRefusal, Coverage, InjectedFailure, JobFault, JobState, JobStep,
    Org, RecordId, RecordKey, RecordView, Reply, SimulatedJob, Timestamp, Value,
};

use crate::{EventSnapshot, MockOrgBuilder, RecordSnapshot, Session, server::Server};

/// A Salesforce org that runs in this process, on a thread of its own, until it is dropped.
///
/// Any number of orgs run side by side; they share nothing that a client could see.
///
/// # Examples
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
/// # runtime.block_on(async {
/// use mockorg::MockOrg;
///
/// let org = MockOrg::start().await;
/// assert_eq!(org.records("Organization").len(), 1);
/// # });
/// ```
#[derive(Debug)]
pub struct MockOrg {
    gateway: Arc<Gateway>,
    server: Server,
    address: SocketAddr,
    session: Session,
}

impl MockOrg {
    /// Starts the starter org on a free port of the loopback address. It listens when this returns.
    ///
    /// # Panics
    ///
    /// When it cannot start; [`MockOrgBuilder::start`] returns the error instead.
    #[track_caller]
    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn would lose the caller's place in the panic message"
    )]
    pub fn start() -> impl Future<Output = Self> + Send {
        async { Self::start_blocking() }
    }

    /// Starts the starter org from code that is not asynchronous. It listens when this returns.
    ///
    /// # Panics
    ///
    /// When it cannot start; [`MockOrgBuilder::start_blocking`] returns the error instead.
    #[must_use]
    #[track_caller]
    pub fn start_blocking() -> Self {
        match Self::builder().start_blocking() {
            Ok(org) => org,
            Err(error) => panic!("the mock org cannot start: {error}"),
        }
    }

    /// Chooses how an org begins.
    pub fn builder() -> MockOrgBuilder {
        MockOrgBuilder::default()
    }

    pub(crate) const fn new(
        gateway: Arc<Gateway>,
        server: Server,
        address: SocketAddr,
        session: Session,
    ) -> Self {
        Self { gateway, server, address, session }
    }

    /// Scheme, host and port of the org, such as `http://127.0.0.1:41234`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.session.instance_url
    }

    /// The address that the org listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A session of an administrator that is there from the start and does not expire.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Opens a session for a user, as a login over SOAP does, without the network.
    ///
    /// # Errors
    ///
    /// `INVALID_LOGIN` and the other errors of a login.
    pub fn login(&self, username: &str, password: &str) -> Result<Session, ApiError> {
        let call = Call::Login { username: username.into(), password: password.into() };
        let anonymous = mockorg_org::Session { token: None, version: ApiVersion::NEWEST };
        match self.gateway.with_org(|org, now| org.call(now, &anonymous, call))? {
            Reply::LoggedIn(login) => Ok(Session {
                access_token: login.session_id.into(),
                instance_url: self.session.instance_url.clone(),
            }),
            _ => Err(ApiError::not_found()),
        }
    }

    /// A record by its id in either form, deleted ones included; `None` when there never was one.
    #[must_use]
    pub fn record(&self, id: &str) -> Option<RecordSnapshot> {
        let id: RecordId = id.parse().ok()?;
        self.gateway.with_org(|org, now| {
            let view = org.record(id)?;
            self.snapshots(org, now, &[view]).pop()
        })
    }

    /// The records of an object that are not deleted, ordered by id.
    ///
    /// # Panics
    ///
    /// When the org has no such object, so that a misspelt name does not pass for an empty table.
    #[must_use]
    #[track_caller]
    pub fn records(&self, object: &str) -> Vec<RecordSnapshot> {
        let found = self.gateway.with_org(|org, now| {
            org.catalog().find_any(object)?;
            let views: Vec<_> = org.records(object).collect();
            Some(self.snapshots(org, now, &views))
        });
        match found {
            Some(records) => records,
            None => panic!("the org has no object {object}"),
        }
    }

    /// Every event that the org has published and not yet forgotten, oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<EventSnapshot> {
        self.gateway.with_org(|org, _| {
            let catalog = org.catalog();
            let stored = org.events().after(mockorg_org::events::ReplayId(0));
            stored.map(|event| EventSnapshot::new(Arc::clone(catalog), Arc::clone(event))).collect()
        })
    }

    /// The events on one channel, such as `/event/AssetRenewInitiatedEvent`, oldest first.
    #[must_use]
    pub fn events_on(&self, channel: &str) -> Vec<EventSnapshot> {
        let mut events = self.events();
        events.retain(|event| event.channel().eq_ignore_ascii_case(channel));
        events
    }

    /// The org's present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.gateway.time().1
    }

    /// Moves the org's time forward. Work that falls due on the way is done when this returns.
    #[expect(clippy::unused_async, reason = "later work may have to wait for subscribers here")]
    pub async fn advance(&self, duration: Duration) {
        self.advance_blocking(duration);
    }

    /// Moves the org's time forward, from code that is not asynchronous.
    pub fn advance_blocking(&self, duration: Duration) {
        self.gateway.advance(duration);
    }

    /// Puts the org and its clock back to the beginning.
    ///
    /// Sessions that were opened since are over; [`MockOrg::session`] goes on.
    pub fn reset(&self) {
        self.gateway.reset();
    }

    /// What clients asked for and the org refused because it does not model it.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        self.gateway.with_org(|org, _| org.coverage().clone())
    }

    /// Makes the trackers of a job appear that the org does not run itself, such as placing a quote. They walk
    /// their states by the clock, or by [`MockOrg::step_job`] when the job is held; the end comes with rows of
    /// the error log and an event.
    ///
    /// # Errors
    ///
    /// What is wrong with the job, and what would be right.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// use std::time::Duration;
    ///
    /// use mockorg::{JobError, MockOrg, SimulatedJob};
    ///
    /// let org = MockOrg::start().await;
    /// let job = SimulatedJob {
    ///     total_items: 3,
    ///     failed_items: 1,
    ///     errors: vec![JobError::new("INVALID_API_INPUT", "Include record type and method.")],
    ///     ..SimulatedJob::of("PlaceQuote")
    /// };
    /// let submitted = org.simulate_job(job).unwrap();
    /// assert_eq!(&*submitted.status, "Submitted");
    ///
    /// org.advance(Duration::from_secs(60)).await;
    /// let tracker = org.record(&submitted.tracker.unwrap().to_string()).unwrap();
    /// assert_eq!(tracker.text("Status").as_deref(), Some("CompletedWithFailures"));
    /// assert_eq!(org.events_on("/event/QuoteSaveEvent").len(), 1);
    /// # });
    /// ```
    pub fn simulate_job(&self, job: SimulatedJob) -> Result<JobState, ControlRefusal> {
        self.gateway.with_org(|org, now| org.simulate_job(now, job))
    }

    /// Lets a simulated job go on that was made with `hold`. `id` is the id of one of its trackers, or its
    /// request identifier.
    ///
    /// # Errors
    ///
    /// What is wrong with the step, and which steps are legal.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// use mockorg::{JobStep, MockOrg, SimulatedJob};
    ///
    /// let org = MockOrg::start().await;
    /// let job = org.simulate_job(SimulatedJob { hold: true, ..SimulatedJob::of("PlaceOrder") }).unwrap();
    /// org.step_job(&job.request_identifier, JobStep::to("InProgress")).unwrap();
    /// let ended = org.step_job(&job.request_identifier, JobStep::to("Failure")).unwrap();
    /// assert_eq!(ended.failed_items, 1);
    /// # });
    /// ```
    pub fn step_job(&self, id: &str, step: JobStep) -> Result<JobState, ControlRefusal> {
        self.gateway.with_org(|org, now| org.step_job(now, id, step))
    }

    /// Every job whose trackers are neither deleted nor expired, oldest first, simulated or not.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobState> {
        self.gateway.with_org(|org, _| org.jobs())
    }

    /// Lets jobs of the org fail: renewals, amendments and cancellations of assets, and order to asset. What is
    /// struck fails as if the platform had refused it; nothing else of the job does.
    ///
    /// # Errors
    ///
    /// What is wrong with a failure that could never strike.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{ErrorCode, JobFault, MockOrg};
    ///
    /// let org = MockOrg::start_blocking();
    /// let fault = JobFault::new(ErrorCode::UnknownException, "The service is down.");
    /// org.inject_failure(JobFault { job_type: Some("PearRenewAssets".into()), ..fault }).unwrap();
    /// // The next asset that is to be renewed fails; then:
    /// assert_eq!(org.clear_failures(), 1);
    /// ```
    pub fn inject_failure(&self, fault: JobFault) -> Result<InjectedFailure, ControlRefusal> {
        self.gateway.with_org(|org, _| org.inject_failure(fault))
    }

    /// The injected failures with how often each has struck, spent ones included.
    #[must_use]
    pub fn failures(&self) -> Vec<InjectedFailure> {
        self.gateway.with_org(|org, _| org.failures().to_vec())
    }

    /// Forgets every injected failure; gives how many there were.
    pub fn clear_failures(&self) -> usize {
        self.gateway.with_org(|org, _| org.clear_failures())
    }

    /// Where the org's time comes from.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.gateway.time().0
    }

    /// Ends the org after the requests under way. Dropping it ends it at once.
    ///
    /// # Errors
    ///
    /// When the org has not served because its listener failed.
    pub async fn stop(self) -> io::Result<()> {
        self.server.stop().await
    }

    /// Waits until the org ends by itself, which it does only when its listener fails.
    ///
    /// # Errors
    ///
    /// What the listener failed with.
    pub async fn ended(&mut self) -> io::Result<()> {
        self.server.ended().await
    }

    /// Records with their computed fields.
    fn snapshots(&self, org: &Org, now: Timestamp, views: &[RecordView<'_>]) -> Vec<RecordSnapshot> {
        // Reading as a client counts requests and marks records as viewed; an assertion must not.
        let mut copy = org.clone();
        views
            .iter()
            .map(|view| {
                let mut values: Box<[Value]> =
                    view.object.fields.iter().map(|field| view.at(field.slot).to_value()).collect();
                for (name, value) in self.computed(&mut copy, now, *view) {
                    if let Some(place) = view.object.slot(&name).and_then(|slot| values.get_mut(slot.index()))
                        && place.is_null()
                    {
                        *place = value;
                    }
                }
                RecordSnapshot::new(Arc::clone(org.catalog()), view.object.index, view.id(), values)
            })
            .collect()
    }

    /// What a client reads of a record; nothing of deleted ones.
    fn computed(&self, org: &mut Org, now: Timestamp, view: RecordView<'_>) -> Vec<(Arc<str>, Value)> {
        let session = mockorg_org::Session {
            token: Some(self.session.access_token.as_str().into()),
            version: ApiVersion::NEWEST,
        };
        let key = RecordKey::Id(view.id().to_string().into());
        let call = Call::Retrieve { object: Box::from(&*view.object.name), key, fields: None };
        let Ok(Reply::Row(row)) = org.call(now, &session, call) else { return Vec::new() };
        let plain = |(name, cell): (&Arc<str>, Cell)| match cell {
            Cell::Value(value) => Some((Arc::clone(name), value)),
            _ => None,
        };
        row.columns.iter().zip(row.cells).filter_map(plain).collect()
    }
}
