//! One event.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use mockorg_org::{
    Timestamp, Value,
    catalog::Catalog,
    events::{EventBody, ReplayId, StoredEvent},
};

use super::mask;
use crate::{
    avro::EventSchema,
    control,
    json::{JsonForm, JsonWriter},
};

/// One event that the org published.
#[derive(Debug)]
pub struct JournalEvent {
    /// The number of the entry, from 1, among calls and events. The events of a call stand before it.
    pub sequence: u64,
    /// The org's time when it was published.
    pub at: Timestamp,
    /// The channel of this kind of event alone, such as `/event/AssetRenewInitiatedEvent`.
    pub channel: Arc<str>,
    /// The name of the event, such as `AccountChangeEvent`.
    pub event: Arc<str>,
    /// The event's own identity.
    pub uuid: Box<str>,
    /// Its position in the org's log.
    pub replay_id: ReplayId,
    /// How often it went out.
    pub(super) deliveries: AtomicU64,
    pub(super) kept: Option<KeptEvent>,
}

/// What the payload is written from. It leaves through [`JournalEvent::payload`] only, which masks it.
pub(super) struct KeptEvent {
    stored: Arc<StoredEvent>,
    /// The definitions at that time: another org may stand in this one's place when somebody reads.
    catalog: Arc<Catalog>,
    schema: Option<Arc<EventSchema>>,
}

impl fmt::Debug for KeptEvent {
    /// Says nothing of what has to be masked first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptEvent")
    }
}

impl KeptEvent {
    pub(super) fn of(
        stored: &Arc<StoredEvent>,
        catalog: &Arc<Catalog>,
        schema: Option<Arc<EventSchema>>,
    ) -> Self {
        Self { stored: Arc::clone(stored), catalog: Arc::clone(catalog), schema }
    }
}

impl JournalEvent {
    /// An event that has no number yet.
    pub(super) fn of(stored: &StoredEvent, kept: Option<KeptEvent>) -> Self {
        Self {
            sequence: 0,
            at: stored.created_date,
            channel: Arc::clone(&stored.channel),
            event: Arc::clone(&stored.event),
            uuid: stored.uuid.clone(),
            replay_id: stored.replay_id,
            deliveries: AtomicU64::new(0),
            kept,
        }
    }

    /// How often it was handed to a subscriber: of the Streaming API, of the Pub/Sub API, or to a webhook that took it.
    #[must_use]
    pub fn deliveries(&self) -> u64 {
        self.deliveries.load(Ordering::Relaxed)
    }

    /// The payload as JSON, secrets masked; `None` unless bodies are kept.
    #[must_use]
    pub fn payload(&self) -> Option<String> {
        let KeptEvent { stored, catalog, schema } = self.kept.as_ref()?;
        let mut writer = JsonWriter::new(JsonForm::Compact);
        control::write_payload(&mut writer, catalog, schema.as_deref(), stored);
        let masked = mask::body("application/json", &writer.finish());
        Some(String::from_utf8_lossy(&masked).into_owned())
    }

    /// About how many bytes the entry takes.
    pub(super) fn size(&self) -> usize {
        200 + self.uuid.len() + self.kept.as_ref().map_or(0, |kept| size_of(&kept.stored.body))
    }
}

fn size_of(body: &EventBody) -> usize {
    let value = |value: &Value| 24 + size_of_value(value);
    match body {
        EventBody::Platform(values) => values.iter().map(value).sum(),
        EventBody::Change(change) => {
            let fields: usize = change.values.iter().map(value).sum();
            200 + change.change_origin.len() + change.record_ids.len() * 16 + fields
        }
        EventBody::PushTopic(row) => row.fields.iter().map(|(name, own)| name.len() + value(own)).sum(),
        EventBody::Generic(generic) => generic.payload.len(),
    }
}

fn size_of_value(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Nested(entries) => {
            entries.iter().flat_map(|entry| entry.iter()).map(|value| 24 + size_of_value(value)).sum()
        }
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Number(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Id(_) => 0,
    }
}

impl fmt::Display for JournalEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {} at {}", self.sequence, self.channel, self.replay_id.0)
    }
}
