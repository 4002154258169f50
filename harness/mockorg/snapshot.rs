//! Records and events as they were at one moment, for assertions.

use std::sync::Arc;

use mockorg_org::{
    RecordId, Timestamp, Value,
    catalog::{Catalog, FieldDef, FieldType, ObjectIndex, SObjectDef},
    events::{ChangeEvent, EventBody, StoredEvent},
};

/// A record as it was when it was asked for. It does not change with the org.
#[derive(Clone)]
pub struct RecordSnapshot {
    catalog: Arc<Catalog>,
    object: ObjectIndex,
    id: RecordId,
    values: Box<[Value]>,
}

impl RecordSnapshot {
    pub(crate) const fn new(
        catalog: Arc<Catalog>,
        object: ObjectIndex,
        id: RecordId,
        values: Box<[Value]>,
    ) -> Self {
        Self { catalog, object, id, values }
    }

    /// The id, in the form of 18 characters.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// The API name of the record's object.
    #[must_use]
    pub fn object(&self) -> &str {
        &self.def().name
    }

    /// The value of a field, by its API name in any case. Null is [`Value::Null`].
    ///
    /// # Panics
    ///
    /// When the object has no such field, so that a misspelt name does not pass for null; and for compound
    /// fields, whose parts are fields of their own.
    #[must_use]
    #[track_caller]
    pub fn get(&self, field: &str) -> &Value {
        value(self.def(), &self.values, field)
    }

    /// The text of a field; `None` when the field is null or holds something else than text or an id.
    ///
    /// # Panics
    ///
    /// As [`RecordSnapshot::get`].
    #[must_use]
    #[track_caller]
    pub fn text(&self, field: &str) -> Option<String> {
        text(self.get(field))
    }

    /// Whether the record lies in the Recycle Bin.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        let slot = self.def().system.is_deleted;
        slot.and_then(|slot| self.values.get(slot.index())).is_some_and(Value::is_true)
    }

    fn def(&self) -> &SObjectDef {
        self.catalog.object(self.object)
    }
}

impl std::fmt::Debug for RecordSnapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        debug(f, self.object(), self.def(), &self.values)
    }
}

/// A published event. It does not change with the org.
#[derive(Clone)]
pub struct EventSnapshot {
    catalog: Arc<Catalog>,
    event: Arc<StoredEvent>,
}

impl EventSnapshot {
    pub(crate) const fn new(catalog: Arc<Catalog>, event: Arc<StoredEvent>) -> Self {
        Self { catalog, event }
    }

    /// The API name of the event, such as `AssetRenewInitiatedEvent`.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event.event
    }

    /// The channel, such as `/event/AssetRenewInitiatedEvent`.
    #[must_use]
    pub fn channel(&self) -> &str {
        &self.event.channel
    }

    /// The position in the org's log. Later events have greater ones; they are not contiguous.
    #[must_use]
    pub fn replay_id(&self) -> u64 {
        self.event.replay_id.0
    }

    /// The event's own identity, by which subscribers know it.
    #[must_use]
    pub fn event_uuid(&self) -> &str {
        &self.event.uuid
    }

    /// When the event was published.
    #[must_use]
    pub fn created_date(&self) -> Timestamp {
        self.event.created_date
    }

    /// The value of a field of the payload, by its API name in any case. Null is [`Value::Null`].
    ///
    /// # Panics
    ///
    /// When the event has no such field; and for detail lists, see [`EventSnapshot::details`].
    #[must_use]
    #[track_caller]
    pub fn get(&self, field: &str) -> &Value {
        let values = self.change().map_or_else(|| self.event.values(), |change| &change.values);
        value(self.def(), values, field)
    }

    /// What a change event tells of the change; `None` for events of another kind.
    #[must_use]
    pub fn change(&self) -> Option<&ChangeEvent> {
        match &self.event.body {
            EventBody::Change(change) => Some(change),
            EventBody::Platform(_) | EventBody::PushTopic(_) | EventBody::Generic(_) => None,
        }
    }

    /// The text of a field; `None` when the field is null or holds something else than text or an id.
    ///
    /// # Panics
    ///
    /// As [`EventSnapshot::get`].
    #[must_use]
    #[track_caller]
    pub fn text(&self, field: &str) -> Option<String> {
        text(self.get(field))
    }

    /// The entries of a detail list of the payload, such as `AssetDetails`; empty when it is null.
    ///
    /// # Panics
    ///
    /// When the event has no such field, or when it is no detail list.
    #[must_use]
    #[track_caller]
    pub fn details(&self, field: &str) -> Vec<EventDetail> {
        let own = field_of(self.def(), field);
        let detail = own.detail_event().and_then(|name| self.catalog.find_any(name));
        let Some(detail) = detail.filter(|_| own.field_type == FieldType::ComplexValue) else {
            panic!("{field} of {} is no detail list; use get", self.event());
        };
        let Some(Value::Nested(entries)) = self.event.values().get(own.slot.index()) else {
            return Vec::new();
        };
        entries
            .iter()
            .map(|values| EventDetail {
                catalog: Arc::clone(&self.catalog),
                object: detail.index,
                values: values.clone(),
            })
            .collect()
    }

    #[track_caller]
    fn def(&self) -> &SObjectDef {
        // A change event has the fields of the object that it is about.
        let name = self.change().map_or(&*self.event.event, |change| &*change.entity);
        let Some(def) = self.catalog.find_any(name) else {
            panic!("the catalog has no {}, which the org published", self.event.event);
        };
        def
    }
}

impl std::fmt::Debug for EventSnapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        debug(f, self.event(), self.def(), self.event.values())
    }
}

/// One entry of a detail list of an event.
#[derive(Clone)]
pub struct EventDetail {
    catalog: Arc<Catalog>,
    object: ObjectIndex,
    values: Box<[Value]>,
}

impl EventDetail {
    /// The value of a field of the entry, by its API name in any case. Null is [`Value::Null`].
    ///
    /// # Panics
    ///
    /// When the entry has no such field.
    #[must_use]
    #[track_caller]
    pub fn get(&self, field: &str) -> &Value {
        value(self.catalog.object(self.object), &self.values, field)
    }

    /// The text of a field; `None` when the field is null or holds something else than text or an id.
    ///
    /// # Panics
    ///
    /// As [`EventDetail::get`].
    #[must_use]
    #[track_caller]
    pub fn text(&self, field: &str) -> Option<String> {
        text(self.get(field))
    }
}

impl std::fmt::Debug for EventDetail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let def = self.catalog.object(self.object);
        debug(f, &def.name, def, &self.values)
    }
}

#[track_caller]
fn field_of<'a>(def: &'a SObjectDef, name: &str) -> &'a FieldDef {
    let Some(field) = def.field(name) else { panic!("{} has no field {name}", def.name) };
    field
}

#[track_caller]
fn value<'a>(def: &SObjectDef, values: &'a [Value], name: &str) -> &'a Value {
    let field = field_of(def, name);
    match field.field_type {
        FieldType::Address | FieldType::Location => {
            panic!("{name} of {} is compound; ask for its parts", def.name)
        }
        FieldType::ComplexValue => panic!("{name} of {} is a detail list; use details", def.name),
        _ => values.get(field.slot.index()).unwrap_or(&Value::Null),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_id().map(|id| id.to_string()).or_else(|| value.as_text().map(str::to_owned))
}

/// Shows the fields that are not null.
fn debug(
    f: &mut std::fmt::Formatter<'_>,
    name: &str,
    def: &SObjectDef,
    values: &[Value],
) -> std::fmt::Result {
    let mut shown = f.debug_struct(name);
    for field in &def.fields {
        if let Some(value) = values.get(field.slot.index()).filter(|value| !value.is_null()) {
            shown.field(&field.name, value);
        }
    }
    shown.finish()
}
