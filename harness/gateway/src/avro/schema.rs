//! The schema of one event.

use std::sync::Arc;

use bytes::Bytes;
use mockorg_org::{
    catalog::{Catalog, Kind},
    events::StoredEvent,
};

use super::{
    change::{change_record, object_of},
    decode::{DecodedPayload, MalformedPayload, decode},
    encode::encode,
    platform::platform_record,
    text,
    types::RecordType,
};

/// The schema of one event in one state of its definition. It never changes; a changed definition has another.
#[derive(Debug)]
pub struct EventSchema {
    /// The API name of the event, such as `AssetRenewInitiatedEvent` or `AccountChangeEvent`.
    pub event: Arc<str>,
    /// The id: 22 characters.
    pub id: Arc<str>,
    /// The schema as JSON; the id is its last member, `uuid`.
    pub json: Arc<str>,
    record: RecordType,
}

impl EventSchema {
    /// The schema of a platform event or change event; `None` when there is no such event, or when it only
    /// occurs inside others.
    #[must_use]
    pub fn of(catalog: &Catalog, event: &str) -> Option<Self> {
        let record = match catalog.find_any(event) {
            Some(def) if def.kind == Kind::PlatformEvent && &*def.name == event => {
                platform_record(catalog, def)
            }
            Some(_) => return None,
            None => change_record(object_of(catalog, event)?, event),
        };
        Some(Self::new(record))
    }

    pub(super) fn new(record: RecordType) -> Self {
        let id = text::id_of(&record);
        let json = text::full(&record, &id).into();
        Self { event: Arc::clone(&record.name), id: id.into(), json, record }
    }

    /// The payload of an event; `None` when it is of another kind.
    #[must_use]
    pub fn encode(&self, event: &StoredEvent) -> Option<Bytes> {
        encode(&self.record, event).map(Bytes::from)
    }

    /// What a payload says; fields that it leaves empty are null.
    ///
    /// # Errors
    ///
    /// When the bytes are no record of this schema. Bytes after the record are passed over, as Avro's
    /// own readers do.
    pub fn decode(&self, payload: &[u8]) -> Result<DecodedPayload, MalformedPayload> {
        decode(&self.record, payload)
    }

    /// Its fields, with where their values come from.
    pub(crate) const fn record(&self) -> &RecordType {
        &self.record
    }
}

/// The id of an event's schema.
#[must_use]
pub fn schema_id(catalog: &Catalog, event: &str) -> Option<Arc<str>> {
    EventSchema::of(catalog, event).map(|schema| schema.id)
}

/// The schema of an event as JSON.
#[must_use]
pub fn schema_json(catalog: &Catalog, event: &str) -> Option<Arc<str>> {
    EventSchema::of(catalog, event).map(|schema| schema.json)
}
