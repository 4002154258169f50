//! How an org begins: its catalog, its org file, its permissions, and the session that is there from the start.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use mockorg_gateway::{Gateway, OrgFactory, OrgLoader};
use mockorg_org::{
    ApiVersion, Call, ControlRefusal, Org, OrgFile, Session, Settings, Timestamp, catalog::Catalog,
    redefine::Component,
};

use crate::{
    StartError, catalogs,
    catalogs::Definition,
    metadata::{Installed, Metadata},
    org_source::OrgText,
    permissions::{self, Assignment},
};

/// How many beginnings are kept for the next org of the process.
const KEPT: usize = 8;

/// The beginnings of built-in orgs, by what was chosen, so that the next org of a test run starts at once.
static BEGINNINGS: Mutex<VecDeque<(Choice, Arc<Beginning>)>> = Mutex::new(VecDeque::new());

/// What makes two built-in orgs begin alike.
type Choice = (&'static str, Vec<Definition>, Settings);

/// All that decides how an org begins, but the time.
#[derive(Debug)]
pub(crate) struct Beginning {
    text: OrgText,
    file: OrgFile,
    catalog: Arc<Catalog>,
    /// The metadata with which the org begins, and what of it is not modelled.
    components: Vec<Component>,
    unmodelled: Vec<String>,
    settings: Settings,
    assignments: Vec<Assignment>,
    /// The definitions beside the built-in ones and the metadata, as they were given.
    given: (Vec<Definition>, Metadata),
    /// The org as it began at the last time that was asked for.
    begun: Mutex<Option<(Timestamp, Arc<Org>)>>,
}

impl Beginning {
    /// The beginning of these choices, shared with orgs that began alike.
    pub(crate) fn of(
        text: OrgText,
        own: &[Definition],
        metadata: Metadata,
        settings: Settings,
        assignments: Vec<Assignment>,
    ) -> Result<Arc<Self>, StartError> {
        let built_in = text.built_in().filter(|_| assignments.is_empty() && metadata.is_empty());
        let Some(choice) = built_in.map(|text| (text, own.to_vec(), settings.clone())) else {
            return Self::new(text, own, metadata, settings, assignments).map(Arc::new);
        };
        let mut beginnings = BEGINNINGS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, beginning)) = beginnings.iter().find(|(own, _)| *own == choice) {
            return Ok(Arc::clone(beginning));
        }
        let beginning = Arc::new(Self::new(text, own, metadata, settings, assignments)?);
        if beginnings.len() == KEPT {
            beginnings.pop_front();
        }
        beginnings.push_back((choice, Arc::clone(&beginning)));
        Ok(beginning)
    }

    fn new(
        text: OrgText,
        own: &[Definition],
        metadata: Metadata,
        mut settings: Settings,
        assignments: Vec<Assignment>,
    ) -> Result<Self, StartError> {
        let file = OrgFile::parse(text.as_str()).map_err(|error| text.refuse(error))?;
        let given = (own.to_vec(), metadata.clone());
        let catalog = catalogs::catalog(file.features(), own, settings.lifecycle_flags)?;
        let Installed { catalog, components, unmodelled } = metadata.install(catalog)?;
        if settings.session_token.is_none() {
            let id = Org::new(Arc::clone(&catalog), settings.clone()).organization_id();
            settings.session_token = Some(crate::Session::default_token(id.as_15()).into());
        }
        Ok(Self {
            text,
            file,
            catalog,
            components,
            unmodelled,
            settings,
            assignments,
            given,
            begun: Mutex::new(None),
        })
    }

    /// What makes orgs of other org files, with the definitions, the metadata and the settings of this beginning.
    pub(crate) fn loader(self: &Arc<Self>, steady: bool) -> OrgLoader {
        let own = Arc::clone(self);
        Arc::new(move |json, now| {
            let text = OrgText::Given("the imported org file".to_owned(), json.to_owned());
            let (definitions, metadata) = own.given.clone();
            let refuse = |error: StartError| ControlRefusal {
                error: error.to_string().into(),
                hint: "correct the org file; schemas/org.schema.json describes the format".into(),
            };
            let beginning =
                Self::of(text, &definitions, metadata, own.settings.clone(), Vec::new()).map_err(refuse)?;
            beginning.factory(now, steady).map_err(refuse)
        })
    }

    /// What of the metadata is not modelled.
    pub(crate) fn unmodelled(&self) -> &[String] {
        &self.unmodelled
    }

    /// The access token of the session that is there from the start.
    pub(crate) fn token(&self) -> &str {
        self.settings.session_token.as_deref().unwrap_or_default()
    }

    /// Gives the webhooks of the org file to the gateway that serves it.
    pub(crate) fn start_webhooks(&self, gateway: &Gateway) -> Result<(), StartError> {
        self.file.webhooks().iter().enumerate().try_for_each(|(at, webhook)| {
            let added = gateway.begin_webhook(webhook.clone());
            added.map_err(|refusal| StartError::Webhook {
                origin: Some(self.text.place_of("webhooks", at + 1)),
                number: at + 1,
                name: webhook.name.to_string(),
                refusal,
            })
        })
    }

    /// Gives the stubs of the org file to the gateway that serves it.
    pub(crate) fn start_stubs(&self, gateway: &Gateway) -> Result<(), StartError> {
        self.file.stubs().iter().enumerate().try_for_each(|(at, stub)| {
            let number = at + 1;
            gateway.begin_stub(stub.clone()).map_err(|refusal| StartError::Stub {
                origin: Some(self.text.place_of("stubs", number)),
                number,
                name: stub.name.to_string(),
                refusal,
            })
        })
    }

    fn load(&self, now: Timestamp) -> Result<Org, StartError> {
        let mut org = Org::new(Arc::clone(&self.catalog), self.settings.clone());
        org.load(&self.file, now).map_err(|error| self.text.refuse(error))?;
        if !self.components.is_empty() {
            org.begin_with(now, &self.components).map_err(|error| StartError::Metadata {
                origin: "the metadata".to_owned(),
                what: format!("{error}; correct it or leave it out"),
            })?;
        }
        self.unmodelled.iter().for_each(|what| org.refuse(&format!("metadata: {what}")));
        self.check_session(&org, now)?;
        for assignment in &self.assignments {
            permissions::perform(&mut org, now, self.token(), assignment)?;
        }
        Ok(org)
    }

    /// Whether the session is there: an org file that acts for nobody gives none.
    fn check_session(&self, org: &Org, now: Timestamp) -> Result<(), StartError> {
        let session = Session { token: Some(self.token().into()), version: ApiVersion::NEWEST, origin: None };
        // On a copy, so that the org begins with no request counted.
        let checked = org.clone().call(now, &session, Call::Authorize);
        checked.map(drop).map_err(|_| StartError::NoUser { origin: self.text.origin().to_owned() })
    }

    /// What makes the org, at its start and again at a reset.
    ///
    /// With `steady` time every reset happens at `now` again, and so does the start of the next org alike.
    pub(crate) fn factory(self: Arc<Self>, now: Timestamp, steady: bool) -> Result<OrgFactory, StartError> {
        let first = if steady { self.begun_at(now)? } else { Arc::new(self.load(now)?) };
        // The running clock has moved on since by no more than the load took: the first org is still good.
        let unused = AtomicBool::new(true);
        Ok(Arc::new(move |at| {
            let good = unused.swap(false, Ordering::Relaxed) || (steady && at == now);
            let again = if good { None } else { self.load(at).ok() };
            // What could be loaded once is loaded again, unless dates relative to the time no longer fit.
            again.unwrap_or_else(|| Org::clone(&first))
        }))
    }

    fn begun_at(&self, now: Timestamp) -> Result<Arc<Org>, StartError> {
        // Held while the org is loaded, so that tests which start together do not all load it.
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, org)) = begun.as_ref()
            && *at == now
        {
            return Ok(Arc::clone(org));
        }
        let org = Arc::new(self.load(now)?);
        *begun = Some((now, Arc::clone(&org)));
        Ok(org)
    }
}
