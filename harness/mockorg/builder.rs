//! The choices before an org starts.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use mockorg_gateway::{Clock, ControlAccess, Gateway, GatewayOptions, JournalSettings, ServerLimits};
use mockorg_org::{ApiVersion, AsyncDelay, Settings, Stub, Timestamp, Webhook, faults::FaultPlan};

#[cfg(feature = "tls")]
use crate::tls::TlsChoice;
use crate::{
    EventSnapshot, Handled, MockOrg, OrgHandle, Session, StartError,
    beginning::Beginning,
    catalogs::{self, Definition},
    data::{DataChoice, Found, Told},
    faults::fault_catalogue,
    handlers::Handler,
    metadata::Metadata,
    org_source::{OrgSource, OrgText},
    permissions::{Assignment, AssignmentKind},
    replay::{RecordChoice, Recorded, Tape},
    server::{Listener, Server},
};

/// The time at which an org stands that was given no clock: 2026-01-15T09:00:00Z.
pub const DEFAULT_TIME: Timestamp = Timestamp::from_millis(1_768_467_600_000);

/// Chooses how an org begins, and starts it.
///
/// Every choice has a default that makes tests repeat: the starter org, a fixed seed, and a clock that stands at
/// [`DEFAULT_TIME`] until it is moved.
///
/// # Examples
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// use mockorg::{Clock, MockOrg};
///
/// let org = MockOrg::builder().seed(7).clock(Clock::SYSTEM).start().await?;
/// assert!(org.url().starts_with("http://127.0.0.1:"));
/// # Ok::<(), mockorg::StartError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is started"]
pub struct MockOrgBuilder {
    org: OrgSource,
    definitions: Vec<DefinitionChoice>,
    metadata: Vec<PathBuf>,
    settings: Settings,
    clock: Clock,
    assignments: Vec<Assignment>,
    handlers: Handlers,
    webhooks: Vec<Webhook>,
    stubs: Vec<Stub>,
    faults: Vec<FaultPlan>,
    address: SocketAddr,
    public_url: Option<String>,
    newest: ApiVersion,
    journal: JournalSettings,
    control: Option<ControlAccess>,
    pub(crate) server_limits: ServerLimits,
    pub(crate) data: Option<DataChoice>,
    pub(crate) record: Option<RecordChoice>,
    #[cfg(feature = "tls")]
    tls: Option<TlsChoice>,
}

/// The handlers of events, each with what it waits for.
#[derive(Clone, Default)]
struct Handlers(Vec<(String, Handler)>);

impl std::fmt::Debug for Handlers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(event, _)| event)).finish()
    }
}

#[derive(Clone, Debug)]
enum DefinitionChoice {
    Folder(PathBuf),
    Text(Definition),
}

impl Default for MockOrgBuilder {
    fn default() -> Self {
        Self {
            org: OrgSource::BuiltIn("starter".to_owned()),
            definitions: Vec::new(),
            metadata: Vec::new(),
            settings: Settings::default(),
            clock: Clock::Manual(DEFAULT_TIME),
            assignments: Vec::new(),
            handlers: Handlers::default(),
            webhooks: Vec::new(),
            stubs: Vec::new(),
            faults: Vec::new(),
            address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
            public_url: None,
            newest: ApiVersion::NEWEST,
            journal: JournalSettings::default(),
            control: None,
            server_limits: ServerLimits::default(),
            data: None,
            record: None,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl MockOrgBuilder {
    /// Begins with a built-in org, by its name. Without this it is `starter`.
    pub fn seed_org(mut self, name: &str) -> Self {
        self.org = OrgSource::BuiltIn(name.to_owned());
        self
    }

    /// Begins with an org file.
    pub fn org_file(mut self, path: impl AsRef<Path>) -> Self {
        self.org = OrgSource::File(path.as_ref().to_owned());
        self
    }

    /// Begins with the text of an org file.
    pub fn org_json(mut self, json: impl Into<String>) -> Self {
        self.org = OrgSource::Text(json.into());
        self
    }

    /// Adds the object definitions that lie in a folder. One with the name of a standard object replaces it.
    pub fn schema_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.definitions.push(DefinitionChoice::Folder(folder.as_ref().to_owned()));
        self
    }

    /// Adds one object definition; `origin` names it in messages.
    pub fn schema_json(mut self, origin: &str, json: impl Into<String>) -> Self {
        self.definitions.push(DefinitionChoice::Text((origin.to_owned(), json.into())));
        self
    }

    /// Adds the metadata that lies in a folder: a source project of the Salesforce CLI, or a folder with `package.xml`.
    /// Custom objects, fields, record types, rules, permission sets and platform events become those of the org; what
    /// is not modelled is told by [`MockOrg::unmodelled_metadata`] and counted in the coverage.
    pub fn metadata_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.metadata.push(folder.as_ref().to_owned());
        self
    }

    /// Replaces all settings of the org, the seed, delay and token included.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The maximum of a limit, by the name that `/limits` has, such as `DailyApiRequests`. It goes before what the org
    /// file says.
    pub fn limit(mut self, name: &str, max: u64) -> Self {
        self.settings.limits.insert(name.into(), max);
        self
    }

    /// The seed of everything that is left to chance: ids, tokens, UUIDs.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Where the org's time comes from.
    ///
    /// With [`Clock::SYSTEM`] the org keeps the machine's time, as clients need it that sign assertions with it.
    pub const fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// How long asynchronous operations take, by the org's clock; half of it they wait, half of it they run.
    /// Without this they are done as soon as they are accepted.
    pub const fn async_delay(mut self, delay: Duration) -> Self {
        self.settings.async_delay = AsyncDelay(delay);
        self
    }

    /// The newest API version that the org serves. Later ones do not exist for its clients.
    pub const fn api_version(mut self, newest: ApiVersion) -> Self {
        self.newest = newest;
        self
    }

    /// The access token of [`MockOrg::session`].
    pub fn session_token(mut self, token: &str) -> Self {
        self.settings.session_token = Some(token.into());
        self
    }

    /// Assigns a permission set to a user, by user name and API name, after the org file.
    pub fn assign_permission_set(self, username: &str, permission_set: &str) -> Self {
        self.assignment(username, permission_set, AssignmentKind::Assign)
    }

    /// Takes a permission set from a user to whom the org file gave it.
    pub fn remove_permission_set(self, username: &str, permission_set: &str) -> Self {
        self.assignment(username, permission_set, AssignmentKind::Remove)
    }

    fn assignment(mut self, username: &str, permission_set: &str, kind: AssignmentKind) -> Self {
        self.assignments.push(Assignment {
            username: username.to_owned(),
            permission_set: permission_set.to_owned(),
            kind,
        });
        self
    }

    /// Runs `handler` whenever the org publishes the event, as [`MockOrg::on_event`] does, from the start.
    pub fn on_event(
        mut self,
        event: &str,
        handler: impl Fn(EventSnapshot, &OrgHandle) -> Handled + Send + Sync + 'static,
    ) -> Self {
        self.handlers.0.push((event.to_owned(), Arc::new(handler)));
        self
    }

    /// Posts each event of the webhook's channel to its address, as [`MockOrg::add_webhook`] does, from the start.
    pub fn webhook(mut self, webhook: Webhook) -> Self {
        self.webhooks.push(webhook);
        self
    }

    /// Answers requests with the stub, as [`MockOrg::add_stub`] does, from the start.
    pub fn stub(mut self, stub: Stub) -> Self {
        self.stubs.push(stub);
        self
    }

    /// Has things go wrong as the plan says, as [`MockOrg::add_fault`] does, from the start until the org is reset.
    pub fn fault(mut self, plan: FaultPlan) -> Self {
        self.faults.push(plan);
        self
    }

    /// What is kept of the calls of clients, for [`MockOrg::journal`]. Without this the last 10,000 without their
    /// headers and bodies.
    pub const fn journal(mut self, settings: JournalSettings) -> Self {
        self.journal = settings;
        self
    }

    /// Who may use the control surface, `/__mockorg/…`. Without this everybody who reaches an org that listens on a
    /// loopback address; and otherwise who sends [`MockOrg::control_token`], which is made at start.
    pub fn control(mut self, access: ControlAccess) -> Self {
        self.control = Some(access);
        self
    }

    /// The address to listen on. Without this it is the loopback address 127.0.0.1.
    pub const fn host(mut self, host: IpAddr) -> Self {
        self.address = SocketAddr::new(host, self.address.port());
        self
    }

    /// The port to listen on. Without this it is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// The address that answers carry, whatever host clients asked for: for orgs behind a proxy.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into().trim_end_matches('/').to_owned());
        self
    }

    /// Listens on a further port with TLS; without [`tls_port`](Self::tls_port) on any free one.
    ///
    /// The certificate is made at start: [`MockOrg::certificate_pem`] is what clients have to trust.
    #[cfg(feature = "tls")]
    pub fn tls(mut self) -> Self {
        self.tls.get_or_insert_default();
        self
    }

    /// The port with TLS.
    #[cfg(feature = "tls")]
    pub fn tls_port(mut self, port: u16) -> Self {
        self.tls.get_or_insert_default().port = port;
        self
    }

    /// Listens with TLS and shows this certificate, with its chain, instead of making one. Both files are PEM.
    #[cfg(feature = "tls")]
    pub fn tls_files(mut self, certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Self {
        let files = (certificate.as_ref().to_owned(), key.as_ref().to_owned());
        self.tls.get_or_insert_default().files = Some(files);
        self
    }

    /// What decides about the org's definitions: its org file, definitions of its own, and settings.
    pub(crate) fn definitions_of_the_org(self) -> Result<(OrgText, Vec<Definition>, Settings), StartError> {
        Ok((self.org.read()?, read_definitions(self.definitions)?, self.settings))
    }

    /// Starts the org. It listens when this returns.
    ///
    /// # Errors
    ///
    /// [`StartError`], which says what to do.
    #[expect(
        clippy::unused_async,
        reason = "tests start other servers with await, too; later work may wait here"
    )]
    pub async fn start(self) -> Result<MockOrg, StartError> {
        self.start_blocking()
    }

    /// Starts the org from code that is not asynchronous. It listens when this returns.
    ///
    /// # Errors
    ///
    /// [`StartError`], which says what to do.
    pub fn start_blocking(self) -> Result<MockOrg, StartError> {
        let definitions = read_definitions(self.definitions)?;
        let metadata = Metadata::read(&self.metadata)?;
        // First, so that a port in use is known before any work is done.
        let listener = Listener::bind(self.address)?;
        let mut listeners = Vec::new();
        #[cfg(feature = "tls")]
        let secure = match &self.tls {
            None => None,
            Some(choice) => {
                let identity = choice.identity()?;
                let listener = Listener::bind(SocketAddr::new(self.address.ip(), choice.port))?;
                let url = format!("https://{}", reachable(listener.address));
                listeners.push(listener.with_tls(identity.config));
                Some((url, identity.certificate_pem))
            }
        };
        let text = self.org.read()?;
        let now = self.clock.now();
        let told = Told {
            text: &text,
            definitions: &definitions,
            metadata: &metadata,
            settings: &self.settings,
            assignments: &self.assignments,
            clock: self.clock,
            newest: self.newest,
        };
        if self.data.is_some() && self.record.is_some() {
            return Err(StartError::RecordingOfKept);
        }
        let record = self.record.or_else(RecordChoice::wanted).filter(|_| self.data.is_none());
        let tape = record.map(|choice| Tape::new(choice, told.beginning(now))).transpose()?;
        let found = self.data.map(|choice| Found::open(choice, told.beginning(now))).transpose()?;
        let at = found.as_ref().map_or(now, Found::at);
        let beginning = Beginning::of(text, &definitions, metadata, self.settings, self.assignments)?;
        let token = beginning.token().to_owned();
        let unmodelled = beginning.unmodelled().to_vec();
        let steady = matches!(self.clock, Clock::Manual(_));
        let make = Arc::clone(&beginning).factory(at, steady)?;

        let address = listener.address;
        let url = format!("http://{}", reachable(address));
        let mut options = GatewayOptions::new(url.clone());
        options.public_url = self.public_url.map(Into::into);
        options.clock = self.clock;
        options.newest = self.newest;
        options.journal = self.journal;
        options.control = self.control.unwrap_or_else(|| match address.ip().is_loopback() {
            true => ControlAccess::Open,
            false => ControlAccess::new_token(),
        });
        options.limits = self.server_limits;
        options.fault_catalogue = fault_catalogue();
        let mut gateway = Gateway::begun(make, options, at);
        gateway.import_with(beginning.loader(steady));
        let mut data = found.map(|found| found.go_on(&mut gateway)).transpose()?;
        if let Some(tape) = &tape {
            gateway.record_with(Arc::clone(tape) as Arc<_>);
        }
        let gateway = Arc::new(gateway);
        if let Some(data) = &mut data {
            data.make_images(&gateway)?;
        }
        beginning.start_webhooks(&gateway)?;
        for (at, webhook) in self.webhooks.into_iter().enumerate() {
            let (number, name) = (at + 1, webhook.name.to_string());
            let added = gateway.begin_webhook(webhook);
            added.map_err(|refusal| StartError::Webhook { origin: None, number, name, refusal })?;
        }
        beginning.start_stubs(&gateway)?;
        for (at, stub) in self.stubs.into_iter().enumerate() {
            let (number, name) = (at + 1, stub.name.to_string());
            let added = gateway.begin_stub(stub);
            added.map_err(|refusal| StartError::Stub { origin: None, number, name, refusal })?;
        }
        for plan in self.faults {
            let name = plan.name.to_string();
            // A kept org has it already, with how often it has struck.
            if data.is_some() && gateway.fault_states().iter().any(|state| state.plan == plan) {
                continue;
            }
            gateway.add_fault(plan).map_err(|refusal| StartError::Fault { name, refusal })?;
        }
        listeners.insert(0, listener);
        let server = Server::start(listeners, Arc::clone(&gateway))?;
        let session = Session { access_token: token, instance_url: url };
        let mut org = MockOrg::new(gateway, server, address, session).with_unmodelled(unmodelled);
        org.data = data;
        org.recorded = tape.map(|tape| Recorded { tape, port: address.port() });
        #[cfg(feature = "tls")]
        let org = org.secure(secure);
        for (event, handler) in self.handlers.0 {
            org.start_handler(&event, handler)?;
        }
        Ok(org)
    }
}

fn read_definitions(choices: Vec<DefinitionChoice>) -> Result<Vec<Definition>, StartError> {
    let mut definitions = Vec::new();
    for choice in choices {
        match choice {
            DefinitionChoice::Folder(folder) => definitions.extend(catalogs::read_folder(&folder)?),
            DefinitionChoice::Text(definition) => definitions.push(definition),
        }
    }
    Ok(definitions)
}

/// The address under which this machine reaches a listener: one that listens everywhere is also here.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => {
            SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), address.port())
        }
        IpAddr::V4(_) | IpAddr::V6(_) => address,
    }
}
