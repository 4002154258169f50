//! Org files that a running org begins anew with.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use mockorg_org::{ControlRefusal, Export, Org, OrgFile, Timestamp};

use crate::{Beginning, Clock, Gateway, OrgFactory, StubLife, WebhookLife, moment::Moment, recording::Entry};

/// Makes a factory of the text of an org file, for an org that begins at this time. It refuses what cannot be loaded,
/// with its place.
pub type OrgLoader = Arc<dyn Fn(&str, Timestamp) -> Result<OrgFactory, ControlRefusal> + Send + Sync>;

/// How org files become orgs, and the one with which the org begins now, if it is not that of the start.
#[derive(Default)]
pub(crate) struct Imports {
    loader: Option<OrgLoader>,
    imported: Mutex<Option<(Arc<str>, OrgFactory)>>,
    /// Whether the org has ever begun with another one than that of the start.
    ever: AtomicBool,
}

impl Imports {
    fn imported(&self) -> std::sync::MutexGuard<'_, Option<(Arc<str>, OrgFactory)>> {
        self.imported.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gateway {
    /// Lets org files be imported. To be called before the gateway serves.
    pub fn import_with(&mut self, loader: OrgLoader) {
        self.imports.loader = Some(loader);
    }

    /// The org file with which each reset begins; `None` while that is the one of the start.
    pub fn imported(&self) -> Option<Arc<str>> {
        self.imports.imported().as_ref().map(|(file, _)| Arc::clone(file))
    }

    /// Whether the org has ever begun with another org file than that of the start.
    pub(crate) fn has_imported(&self) -> bool {
        self.imports.ever.load(Ordering::Relaxed)
    }

    fn keep_import(&self, file: &str, make: &OrgFactory) {
        self.imports.ever.store(true, Ordering::Relaxed);
        *self.imports.imported() = Some((file.into(), Arc::clone(make)));
    }

    /// Begins with the org file of the start again; gives what makes the org of it.
    pub(crate) fn forget_import(&self) -> OrgFactory {
        *self.imports.imported() = None;
        self.maker()
    }

    /// The org as an org file that begins another one, with the webhooks and the stubs that are here now.
    pub fn export(&self) -> Export {
        // On a copy, so that nobody waits for what may be large.
        let org = self.with_org(|org, _| org.clone());
        let stubs: Vec<_> = self.stub_states().into_iter().map(|state| state.stub).collect();
        org.export_with(&self.webhooks().declared(), &stubs)
    }

    /// What makes the org at a reset.
    pub(crate) fn maker(&self) -> OrgFactory {
        let imported = self.imports.imported();
        imported.as_ref().map_or_else(|| Arc::clone(&self.make), |(_, make)| Arc::clone(make))
    }

    /// Begins anew with another org file, at this reset and at each that follows. Its webhooks and stubs take the
    /// place of those with the same names; others stay.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, with its place; nothing has changed then.
    pub fn import(&self, file: &str) -> Result<(), ControlRefusal> {
        let beginning = self.state().moment.beginning;
        let at = beginning.clock.map_or(self.options.clock, Clock::Manual).now();
        let make = self.factory_of(file, at)?;
        let beside = read(file)?;
        Self::check(&beside, || make(at), at)?;
        self.keep_import(file, &make);
        self.begin_with(&make, (beginning, at), Some(file.into()));
        self.declare(&beside)
    }

    /// Goes back to the org file of the start, at this reset and at each that follows.
    pub(crate) fn import_no_more(&self, beginning: Beginning) {
        let at = beginning.clock.map_or(self.options.clock, Clock::Manual).now();
        let make = self.forget_import();
        self.begin_with(&make, (beginning, at), None);
    }

    /// Begins anew with what makes another org.
    fn begin_with(&self, make: &OrgFactory, (beginning, at): (Beginning, Timestamp), file: Option<Box<str>>) {
        let clock = beginning.clock.map_or(self.options.clock, Clock::Manual);
        let fresh = Moment::begin_at(make, clock, at, beginning);
        self.keep_beginning(fresh.clone());
        self.begin_anew(fresh, Entry::Import { at, beginning, file });
    }

    /// Whether the webhooks and the stubs of an org file can begin with its org.
    fn check(beside: &OrgFile, make: impl FnOnce() -> Org, now: Timestamp) -> Result<(), ControlRefusal> {
        let (mut webhooks, mut stubs) = (BTreeSet::new(), BTreeSet::new());
        let mut org = (!beside.webhooks().is_empty()).then(make);
        for webhook in beside.webhooks() {
            if let Some(org) = &mut org {
                crate::webhooks::check(webhook, org, now)?;
            }
            is_new(&mut webhooks, "webhook", &webhook.name)?;
        }
        for stub in beside.stubs() {
            crate::stubs::check(stub)?;
            is_new(&mut stubs, "stub", &stub.name)?;
        }
        Ok(())
    }

    /// Starts the webhooks and the stubs of an org file in the place of those with the same names.
    fn declare(&self, beside: &OrgFile) -> Result<(), ControlRefusal> {
        for webhook in beside.webhooks() {
            self.end_webhooks(Some(&webhook.name));
            self.add_webhook(webhook.clone(), WebhookLife::Lasting)?;
        }
        for stub in beside.stubs() {
            self.end_stubs(Some(&stub.name));
            self.add_stub(stub.clone(), StubLife::Lasting)?;
        }
        Ok(())
    }

    /// The same for an org that nobody else touches, which is to become what it was.
    pub(crate) fn import_again(&self, file: &str, at: Timestamp) -> Option<OrgFactory> {
        let make = self.factory_of(file, at).ok()?;
        self.keep_import(file, &make);
        Some(make)
    }

    fn factory_of(&self, file: &str, at: Timestamp) -> Result<OrgFactory, ControlRefusal> {
        match &self.imports.loader {
            Some(loader) => loader(file, at),
            None => Err(ControlRefusal {
                error: "this org was not told how org files are read".into(),
                hint: "start another org with the file".into(),
            }),
        }
    }
}

fn read(file: &str) -> Result<OrgFile, ControlRefusal> {
    OrgFile::parse(file).map_err(|error| ControlRefusal {
        error: error.to_string().into(),
        hint: "correct the org file; schemas/org.schema.json describes the format".into(),
    })
}

/// Takes a name, unless it is taken already.
fn is_new<'f>(names: &mut BTreeSet<&'f str>, what: &str, name: &'f str) -> Result<(), ControlRefusal> {
    match names.insert(name) {
        true => Ok(()),
        false => Err(ControlRefusal {
            error: format!("the org file has two of the {what} {name}").into(),
            hint: "choose another name".into(),
        }),
    }
}
