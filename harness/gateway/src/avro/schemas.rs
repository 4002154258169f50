//! All schemas of an org: each is made once, and found again by its id even after its event has changed.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use mockorg_org::catalog::{Catalog, Kind};

use super::{change::event_of, schema::EventSchema};

/// The schemas of an org.
#[derive(Debug, Default)]
pub struct Schemas {
    book: RwLock<Book>,
}

#[derive(Debug, Default)]
struct Book {
    catalog: Option<Arc<Catalog>>,
    /// The present schemas by event; `None` for names of no event.
    by_event: BTreeMap<Box<str>, Arc<EventSchema>>,
    /// All schemas that there ever were.
    by_id: BTreeMap<Arc<str>, Arc<EventSchema>>,
    /// Whether every schema of the present catalog has been made.
    complete: bool,
}

impl Schemas {
    /// Takes over the org's definitions. Called by whoever holds the org.
    pub(crate) fn follow(&self, catalog: &Arc<Catalog>) {
        let known = |book: &Book| book.catalog.as_ref().is_some_and(|own| Arc::ptr_eq(own, catalog));
        if known(&self.book.read().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever holds an id of a schema that is about to change can go on asking for it.
        if book.catalog.is_some() {
            book.make_all();
        }
        book.catalog = Some(Arc::clone(catalog));
        book.by_event.clear();
        book.complete = false;
    }

    /// The present schema of an event; `None` when there is no such event.
    #[must_use]
    pub fn of_event(&self, event: &str) -> Option<Arc<EventSchema>> {
        {
            let book = self.book.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(schema) = book.by_event.get(event) {
                return Some(Arc::clone(schema));
            }
        }
        self.book.write().unwrap_or_else(PoisonError::into_inner).make(event)
    }

    /// The schema with this id, whether it is present or past.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<Arc<EventSchema>> {
        {
            let book = self.book.read().unwrap_or_else(PoisonError::into_inner);
            let found = book.by_id.get(id);
            if found.is_some() || book.complete {
                return found.map(Arc::clone);
            }
        }
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        book.make_all();
        book.by_id.get(id).map(Arc::clone)
    }
}

impl Book {
    fn make(&mut self, event: &str) -> Option<Arc<EventSchema>> {
        if let Some(schema) = self.by_event.get(event) {
            return Some(Arc::clone(schema));
        }
        let schema = Arc::new(EventSchema::of(self.catalog.as_ref()?, event)?);
        // A definition that was changed and changed back has its old schema again.
        let schema = Arc::clone(self.by_id.entry(Arc::clone(&schema.id)).or_insert(schema));
        self.by_event.insert(event.into(), Arc::clone(&schema));
        Some(schema)
    }

    fn make_all(&mut self) {
        let Some(catalog) = self.catalog.clone().filter(|_| !self.complete) else { return };
        for def in catalog.objects() {
            match def.kind {
                Kind::PlatformEvent => {
                    self.make(&def.name);
                }
                Kind::SObject => {
                    if let Some(event) = event_of(def) {
                        self.make(&event);
                    }
                }
                Kind::EventSubObject => {}
            }
        }
        self.complete = true;
    }
}
