//! Publishing: what clients create, what the event bus is handed, and what the org itself tells.

use std::sync::Arc;

use super::{
    body::EventBody,
    log::{ReplayId, StoredEvent},
    subscribe::channel_of,
};
use crate::{
    ApiError, ApiVersion, Enqueued, ErrorCode, FieldInput, Input, Org, PublishedEvent, RecordId, Reply,
    Timestamp, Value,
    access::WriteKind,
    catalog::{Catalog, Kind, PublishBehavior, SObjectDef, Slot},
    ctx::Ctx,
    faults::Place,
    org::{event_slots, payload},
    write::{check_value, coerce},
};

/// Who published an event, when, and under which identity.
struct Origin {
    now: Timestamp,
    user: RecordId,
    uuid: Option<Box<str>>,
}

impl Org {
    /// Publishes an event when the running transaction commits. Fields that `values` leaves out are null.
    pub(crate) fn publish(&mut self, ctx: &Ctx, event: &str, values: Vec<(&str, Value)>) {
        let catalog = Arc::clone(&self.catalog);
        let Some(def) = catalog.find_any(event) else { return };
        let origin = Origin { now: ctx.now, user: ctx.user, uuid: None };
        let event = self.stored_event(def, event_slots(def, values), origin);
        self.unpublished.push(event);
    }

    /// Takes an event that a client creates as it creates a record. One that is published immediately reaches
    /// subscribers whatever becomes of the transaction; the others only if it commits.
    ///
    /// # Errors
    ///
    /// Those of a create, and `LIMIT_EXCEEDED`.
    pub(crate) fn enqueue_event(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        fields: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let values = self.new_values(ctx, def, fields)?;
        let Some(prefix) = def.key_prefix else {
            return Err(ApiError::not_modelled(format_args!("creating {}", def.name)));
        };
        let uuid = self.publish_values(ctx, def, values)?;
        let id = RecordId::compose(prefix, self.store.pod(), 1);
        Ok(Reply::Enqueued(Enqueued { event: Arc::clone(&def.name), id, uuid }))
    }

    /// Publishes an event as its definition says: one that is published immediately stays published whatever
    /// becomes of the transaction, the others need its commit. Gives the event's identity.
    ///
    /// # Errors
    ///
    /// `LIMIT_EXCEEDED`.
    pub(crate) fn publish_values(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        values: Vec<(Slot, Value)>,
    ) -> Result<Box<str>, ApiError> {
        self.check_allocation(ctx.now)?;
        let origin = Origin { now: ctx.now, user: ctx.user, uuid: None };
        let event = self.stored_event(def, payload(def, values), origin);
        let uuid = event.uuid.clone();
        match def.publish_behavior {
            PublishBehavior::AfterCommit => self.unpublished.push(event),
            PublishBehavior::Immediately => {
                self.emit(event);
            }
        }
        Ok(uuid)
    }

    /// Publishes events as the Pub/Sub API hands them over: at once, and each for itself.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when the user sees no such event, and the errors of a write that nobody or this user may
    /// not do. What is wrong with one event is said in its place of the reply.
    pub(crate) fn publish_events(
        &mut self,
        ctx: &Ctx,
        event: &str,
        events: Vec<PublishedEvent>,
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = Self::visible_object(&catalog, ctx, event)?;
        if def.kind != Kind::PlatformEvent {
            return Err(ApiError::not_found());
        }
        self.check_write(ctx, def, WriteKind::Create)?;
        let results = events.into_iter().map(|event| {
            self.check_allocation(ctx.now)?;
            self.hand_over(ctx.now, ctx.user, def, event)
        });
        Ok(Reply::Published(results.collect()))
    }

    /// Publishes any event. No permission is asked for, and no allocation: no client of a real org can do so.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when there is no such event, `INVALID_FIELD` for unknown fields, and what is wrong with values.
    pub(crate) fn inject_event(
        &mut self,
        now: Timestamp,
        event: &str,
        published: PublishedEvent,
    ) -> Result<Reply, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let def = catalog.find_any(event).filter(|def| def.kind == Kind::PlatformEvent);
        let def = def.ok_or_else(ApiError::not_found)?;
        let id = self.hand_over(now, self.automated_process(), def, published)?;
        Ok(Reply::Published(vec![Ok(id)]))
    }

    /// On whose behalf the org publishes what no user asked for: its first user who may log in.
    pub(crate) fn automated_process(&self) -> RecordId {
        let active = self.records("User").find(|user| user.get("IsActive").is_true());
        active.map_or(self.organization, |user| user.id())
    }

    /// Publishes one event at once. Required fields are not asked for: the bus does not know of them.
    fn hand_over(
        &mut self,
        now: Timestamp,
        user: RecordId,
        def: &SObjectDef,
        event: PublishedEvent,
    ) -> Result<ReplayId, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let slots = payload(def, bus_values(&catalog, def, &event.fields)?);
        let origin = Origin {
            now,
            user: event.created_by.unwrap_or(user),
            uuid: event.uuid.filter(|uuid| !uuid.is_empty()),
        };
        let event = self.stored_event(def, slots, origin);
        Ok(self.emit(event))
    }

    /// An event that has no place in the log yet.
    fn stored_event(&mut self, def: &SObjectDef, mut slots: Box<[Value]>, origin: Origin) -> StoredEvent {
        let uuid = origin.uuid.unwrap_or_else(|| self.uuids.uuid().into());
        for (field, value) in [
            ("CreatedDate", Value::DateTime(origin.now)),
            ("CreatedById", origin.user.into()),
            ("EventUuid", Value::text(&uuid)),
        ] {
            if let Some(slot) = def.slot(field) {
                slots[slot.index()] = value;
            }
        }
        StoredEvent {
            replay_id: self.events.tail(),
            event: Arc::clone(&def.name),
            channel: channel_of(def),
            uuid,
            created_date: origin.now,
            created_by: origin.user,
            body: EventBody::Platform(slots),
        }
    }

    /// Gives an event its place in the log. From here on it cannot be taken back.
    pub(crate) fn emit(&mut self, event: StoredEvent) -> ReplayId {
        if self.faults.at(Place::Event) {
            return self.emit_or_strike(event);
        }
        self.append(event)
    }

    /// The same whatever plans of faults say.
    pub(crate) fn append(&mut self, event: StoredEvent) -> ReplayId {
        if is_counted(&event) {
            self.published.count(event.created_date);
        }
        let replay_id = self.events.next_id();
        if self.agenda.depth() > 0 {
            self.automations.depths.insert(replay_id, self.agenda.depth());
        }
        self.events.append(StoredEvent { replay_id, ..event });
        replay_id
    }

    /// Checks that one more event may be published in this hour, if the org is told to.
    ///
    /// # Errors
    ///
    /// `LIMIT_EXCEEDED`.
    fn check_allocation(&mut self, now: Timestamp) -> Result<(), ApiError> {
        if !self.settings.enforce_published_events {
            return Ok(());
        }
        let waiting = self.unpublished.iter().filter(|event| is_counted(event)).count() as u64;
        let most = self.hourly_events();
        if self.published.total_at(now) + waiting < most {
            return Ok(());
        }
        let message = format!("HourlyPublishedPlatformEvents Limit exceeded: {most} events in an hour");
        Err(ApiError::dml(ErrorCode::LimitExceeded, message, std::iter::empty::<&str>()))
    }
}

/// The values of an event as the bus takes them.
fn bus_values(
    catalog: &Catalog,
    def: &SObjectDef,
    fields: &[FieldInput],
) -> Result<Vec<(Slot, Value)>, ApiError> {
    let mut values = Vec::with_capacity(fields.len());
    for input in fields {
        let own = def.field(&input.name).filter(|field| !is_of_the_bus(&field.name));
        let Some(field) = own else {
            let message = format!("No such column '{}' on sobject of type {}", input.name, def.name);
            return Err(ApiError::exception(ErrorCode::InvalidField, message));
        };
        let detail = field.detail_event().and_then(|name| catalog.find_any(name));
        let value = match (&input.value, detail) {
            (Input::Null, _) => {
                values.push((field.slot, field.default_value.clone()));
                continue;
            }
            (Input::Array(list), Some(detail)) => entries(catalog, detail, list)?,
            (other, _) => coerce(field, other, input.at)?,
        };
        values.push((field.slot, value));
    }
    for (slot, value) in &values {
        check_value(def.at(*slot), value, ApiVersion::NEWEST)?;
    }
    Ok(values)
}

/// The entries of a detail list.
fn entries(catalog: &Catalog, detail: &SObjectDef, list: &[Input]) -> Result<Value, ApiError> {
    let entry = |input: &Input| {
        let Input::Object(members) = input else {
            let message = format!("An entry of type {} must be an object", detail.name);
            return Err(ApiError::exception(ErrorCode::JsonParserError, message));
        };
        Ok(payload(detail, bus_values(catalog, detail, members)?))
    };
    Ok(Value::Nested(list.iter().map(entry).collect::<Result<_, _>>()?))
}

/// Whether an event's field of this name is filled by the bus, although describes list it.
#[must_use]
pub fn is_of_the_bus(field: &str) -> bool {
    matches!(field, "ReplayId" | "EventUuid" | "CreatedDate" | "CreatedById")
}

/// Whether an event counts for the allowance: the org's own ones do, those of the platform do not.
fn is_counted(event: &StoredEvent) -> bool {
    matches!(event.body, EventBody::Platform(_)) && event.event.ends_with("__e")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ApiVersion, Settings, catalog::DefinitionSource};

    const NOW: Timestamp = Timestamp::from_millis(1_768_000_000_000);

    fn org() -> Org {
        let event = |name: &str, behavior: &str| {
            format!(
                r#"{{"kind": "platformEvent", "name": "{name}", "label": "E", "publishBehavior": "{behavior}", "fields": []}}"#
            )
        };
        let texts = [event("Now__e", "PublishImmediately"), event("Later__e", "PublishAfterCommit")];
        let sources = texts.each_ref().map(|json| DefinitionSource { origin: "test", json });
        Org::new(Arc::new(Catalog::build(&sources, &[]).unwrap()), Settings::default())
    }

    fn enqueue(org: &mut Org, event: &str) {
        let catalog = Arc::clone(org.catalog());
        let def = catalog.find_any(event).unwrap();
        let access = Arc::new(crate::access::UserAccess::all(&catalog));
        let ctx = Ctx { now: NOW, version: ApiVersion::NEWEST, user: org.organization, session: 0, access };
        org.enqueue_event(&ctx, def, &[]).unwrap();
    }

    fn published(org: &Org) -> Vec<String> {
        org.events().after(ReplayId(0)).map(|event| event.event.to_string()).collect()
    }

    #[test]
    fn what_is_published_immediately_survives_a_transaction_that_fails() {
        let mut org = org();
        for event in ["Later__e", "Now__e", "Later__e"] {
            enqueue(&mut org, event);
        }
        assert_eq!(published(&org), ["Now__e"], "the others wait for the commit");
        org.abandon();
        org.commit(NOW);
        assert_eq!(published(&org), ["Now__e"]);
        for event in ["Later__e", "Now__e"] {
            enqueue(&mut org, event);
        }
        org.commit(NOW);
        assert_eq!(published(&org), ["Now__e", "Now__e", "Later__e"]);
    }
}
