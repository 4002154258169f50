//! A running org.

use std::{io, net::SocketAddr, sync::Arc};

use mockorg_gateway::{Gateway, WebhookLife, WebhookState};
use mockorg_org::{
    ApiError, ApiVersion, Call, ControlRefusal, Coverage, FieldInput, Input, PublishedEvent, Reply,
    ResumeFrom, Webhook, events::ReplayId,
};

use crate::{
    EventSnapshot, Handled, MockOrgBuilder, OrgHandle, RecordSnapshot, Session, StartError,
    data::Data,
    handlers::{Handler, Handlers},
    reading,
    replay::Recorded,
    server::Server,
};

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
    pub(crate) gateway: Arc<Gateway>,
    handlers: Handlers,
    server: Server,
    /// Where the org is kept; ends after the server.
    pub(crate) data: Option<Data>,
    /// What is done to the org, where it is recorded.
    pub(crate) recorded: Option<Recorded>,
    address: SocketAddr,
    session: Session,
    /// What of its metadata is not modelled.
    unmodelled: Vec<String>,
    /// The mocks in front of the org, once there are any.
    #[cfg(feature = "wiremock")]
    pub(crate) mounted: tokio::sync::OnceCell<::wiremock::MockServer>,
    /// The address with TLS, and the certificate.
    #[cfg(feature = "tls")]
    secure: Option<(String, String)>,
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

    pub(crate) fn new(gateway: Arc<Gateway>, server: Server, address: SocketAddr, session: Session) -> Self {
        Self {
            handlers: Handlers::default(),
            gateway,
            server,
            data: None,
            recorded: None,
            address,
            session,
            unmodelled: Vec::new(),
            #[cfg(feature = "wiremock")]
            mounted: tokio::sync::OnceCell::new(),
            #[cfg(feature = "tls")]
            secure: None,
        }
    }

    pub(crate) fn with_unmodelled(self, unmodelled: Vec<String>) -> Self {
        Self { unmodelled, ..self }
    }

    /// What the metadata of [`MockOrgBuilder::metadata_dir`] holds that is not modelled: a line for each, with file,
    /// type, name and reason.
    #[must_use]
    pub fn unmodelled_metadata(&self) -> &[String] {
        &self.unmodelled
    }

    #[cfg(feature = "tls")]
    pub(crate) fn secure(self, secure: Option<(String, String)>) -> Self {
        Self { secure, ..self }
    }

    /// Scheme, host and port of the org with TLS; `None` unless the builder was told so.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls_url(&self) -> Option<&str> {
        self.secure.as_ref().map(|(url, _)| url.as_str())
    }

    /// The certificate that the org shows, as PEM: what clients have to trust.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn certificate_pem(&self) -> Option<&str> {
        self.secure.as_ref().map(|(_, certificate)| certificate.as_str())
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
        let anonymous = mockorg_org::Session { token: None, version: ApiVersion::NEWEST, origin: None };
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
        reading::record(&self.gateway, &self.session, id)
    }

    /// The records of an object that are not deleted, ordered by id.
    ///
    /// # Panics
    ///
    /// When the org has no such object, so that a misspelt name does not pass for an empty table.
    #[must_use]
    #[track_caller]
    pub fn records(&self, object: &str) -> Vec<RecordSnapshot> {
        reading::records(&self.gateway, &self.session, object)
    }

    /// Every event that the org has published and not yet forgotten, oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<EventSnapshot> {
        self.gateway.with_org(|org, _| {
            let catalog = org.catalog();
            let stored = org.events().after(ReplayId(0));
            stored.map(|event| EventSnapshot::new(Arc::clone(catalog), Arc::clone(event))).collect()
        })
    }

    /// Has the next changes of records of an object told by gap events, which say that something happened to
    /// a record but not what. The object must be selected for change data capture.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::start_blocking();
    /// org.inject_gap("Account", 1);
    /// ```
    pub fn inject_gap(&self, object: &str, changes: u32) {
        self.gateway.with_org(|org, _| org.inject_gap(object, changes));
    }

    /// The events on one channel, such as `/event/AssetRenewInitiatedEvent`, oldest first.
    #[must_use]
    pub fn events_on(&self, channel: &str) -> Vec<EventSnapshot> {
        let mut events = self.events();
        events.retain(|event| event.channel().eq_ignore_ascii_case(channel));
        events
    }

    /// Publishes an event of any kind, those of the platform included, which no client can create: for tests of
    /// subscribers. Fields that are left out have their defaults.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the org has no such event, `INVALID_FIELD` for a field that it lacks, and what is
    /// wrong with a value.
    ///
    /// # Examples
    ///
    /// ```
    /// # let org = mockorg::MockOrg::start_blocking();
    /// let fields = [("RequestIdentifier", "r-1".into()), ("HasErrors", true.into())];
    /// let event = org.publish("AssetRenewInitiatedEvent", fields).unwrap();
    /// assert_eq!(org.events().pop().unwrap().event_uuid(), event.event_uuid());
    /// ```
    pub fn publish<'f>(
        &self,
        event: &str,
        fields: impl IntoIterator<Item = (&'f str, Input)>,
    ) -> Result<EventSnapshot, ApiError> {
        let fields = fields.into_iter().map(FieldInput::from).collect();
        let published = PublishedEvent { fields, ..PublishedEvent::default() };
        let call = Call::InjectEvent { event: event.into(), published };
        let anonymous = mockorg_org::Session { token: None, version: ApiVersion::NEWEST, origin: None };
        self.gateway.with_org(|org, now| {
            org.call(now, &anonymous, call)?;
            let newest = ReplayId(org.events().tail().0.saturating_sub(1));
            let event = org.events().after(newest).next().ok_or_else(ApiError::not_found)?;
            Ok(EventSnapshot::new(Arc::clone(org.catalog()), Arc::clone(event)))
        })
    }

    /// Runs `handler` whenever the org publishes the event: one of the platform or of the org's own, or a change
    /// event such as `AccountChangeEvent`; a channel such as `/data/ChangeEvents` will do as well.
    ///
    /// The handler gets the events one after the other, in order, on a thread of its own, from the next one on;
    /// no event is left out, and the org goes on meanwhile. What it fails with shows in `EventBusSubscriber`, in
    /// the row with the event's name and `Handler` behind it (and a number from the second on). An event whose
    /// handler fails or panics is dropped; [`RetryableException`](crate::RetryableException) has it handed over
    /// again, nine times, before the handler is stopped until [`MockOrg::resume_subscriber`]. The handler ends
    /// with the org.
    ///
    /// # Panics
    ///
    /// When the org has no such event, or no thread; [`MockOrgBuilder::on_event`] leads to an error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::start_blocking();
    /// org.on_event("AssetRenewInitiatedEvent", |event, org| {
    ///     if let Some(request) = event.text("RequestIdentifier") {
    ///         org.create("Task", [("Subject", request.as_str().into())])?;
    ///     }
    ///     Ok(())
    /// });
    /// org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", "r-1".into())]).unwrap();
    /// org.wait_for_handlers();
    /// assert!(org.records("Task").iter().any(|task| task.text("Subject").as_deref() == Some("r-1")));
    /// ```
    #[track_caller]
    pub fn on_event(
        &self,
        event: &str,
        handler: impl Fn(EventSnapshot, &OrgHandle) -> Handled + Send + Sync + 'static,
    ) {
        if let Err(error) = self.start_handler(event, Arc::new(handler)) {
            panic!("no handler of {event}: {error}");
        }
    }

    pub(crate) fn start_handler(&self, event: &str, handler: Handler) -> Result<(), StartError> {
        let org = OrgHandle { gateway: Arc::clone(&self.gateway), session: self.session.clone() };
        self.handlers.start(org, event, handler)
    }

    /// Waits until every handler has handled all that the org has published, that of other handlers included.
    /// Those that were stopped are not waited for.
    pub fn wait_for_handlers(&self) {
        self.handlers.settle(&self.gateway);
    }

    /// Posts each event of the webhook's channel to its address, from the next one on: the message of the
    /// Streaming API, as JSON, with the headers `X-Mockorg-Event` (the event's identity),
    /// `X-Mockorg-Replay-Id`, and `X-Mockorg-Signature` for a webhook with a secret.
    ///
    /// The endpoint gets the events one after the other, in order, each at least once, and holds up nobody. An
    /// event that it does not take with a status of 200 to 299 within 10 seconds is posted again after 1, 2, 4 …
    /// 256 seconds by the org's clock; then the webhook is stopped until [`MockOrg::resume_subscriber`].
    /// `EventBusSubscriber` shows how it stands, and so does [`MockOrg::webhooks`]. After a reset it posts the
    /// events of the new org.
    ///
    /// # Errors
    ///
    /// What is wrong with the webhook, such as an address of `https`, and what would be right.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{MockOrg, Webhook};
    ///
    /// let org = MockOrg::start_blocking();
    /// org.add_webhook(Webhook::new("shop", "http://127.0.0.1:8080/events", "/data/ChangeEvents")).unwrap();
    /// let refusal = org.add_webhook(Webhook::new("far", "https://hooks.example/", "/data/ChangeEvents"));
    /// assert!(refusal.unwrap_err().to_string().contains("without TLS"));
    /// ```
    pub fn add_webhook(&self, webhook: Webhook) -> Result<(), ControlRefusal> {
        self.gateway.add_webhook(webhook, WebhookLife::Lasting).map(drop)
    }

    /// How each webhook stands.
    #[must_use]
    pub fn webhooks(&self) -> Vec<WebhookState> {
        self.gateway.webhook_states()
    }

    /// Ends a webhook for good; `false` when there is none of this name. A request that is under way may
    /// arrive.
    pub fn end_webhook(&self, name: &str) -> bool {
        self.gateway.end_webhooks(Some(name)) > 0
    }

    /// Waits until every webhook has posted all that the org has published. Those that were stopped, or whose
    /// next attempt is due at a later time by the org's clock, are not waited for.
    pub async fn wait_for_webhooks(&self) {
        self.gateway.webhooks_settled().await;
    }

    /// Lets a handler, a webhook or an automation go on that has failed too often, by its name in
    /// `EventBusSubscriber`.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when there is none of this name.
    pub fn resume_subscriber(&self, name: &str, from: ResumeFrom) -> Result<(), ApiError> {
        if self.handlers.resume(name, from) || self.gateway.resume_webhook(name, from) {
            return Ok(());
        }
        let call = Call::ResumeSubscriber { name: name.into(), from };
        let anonymous = mockorg_org::Session { token: None, version: ApiVersion::NEWEST, origin: None };
        self.gateway.with_org(|org, now| org.call(now, &anonymous, call)).map(drop)
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

    /// The kinds of requests that the org did not know or does not model, each once, with ids and versions left
    /// out: `GET /services/data/{version}/tabs: mockorg does not model tabs`.
    #[must_use]
    pub fn unknown_requests(&self) -> Vec<String> {
        self.gateway.unknown_requests()
    }

    /// Has `tell` told each such kind of request when it is asked for the first time. Only the first caller is
    /// told. The org waits meanwhile: `tell` must not ask it anything.
    pub fn on_unknown_request(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        self.gateway.on_unknown_request(tell);
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
}
