//! Change data capture: what a transaction has changed becomes events when it commits.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    ChangeEvent, ChangeType, EventBody, ReplayId, StoredEvent, push_topic,
    selection::{self, Watch},
};
use crate::{
    Org, Record, RecordId, RecordView, Timestamp, Value,
    catalog::{SObjectDef, Slot},
    chance::Chance,
    faults::Place,
    operation::Operation,
    record::Change,
};

/// What capturing needs to know from one transaction to the next.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Capture {
    /// By object; empty when nothing is captured.
    #[serde(skip)]
    watches: Vec<Watch>,
    /// Whether the watches have to be worked out anew.
    #[serde(skip, default = "always")]
    stale: bool,
    /// Whether changes go unnoticed, as those do that make an org what it is when it begins.
    pub(crate) paused: bool,
    /// On whose behalf the running call is made; `None` for the org's own work.
    pub(crate) actor: Option<Actor>,
    /// How many changes of an object are yet to become gap events, by the object's name.
    gaps: BTreeMap<Box<str>, u32>,
    keys: Chance,
    uuids: Chance,
    last_commit: u64,
}

const fn always() -> bool {
    true
}

/// Who makes a change, and through what.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Actor {
    pub(crate) user: RecordId,
    /// As `changeOrigin` of change events.
    pub(crate) origin: Box<str>,
}

/// A record before and after a transaction.
#[derive(Clone, Copy)]
pub(super) struct Changed<'o> {
    pub(super) def: &'o SObjectDef,
    pub(super) kind: ChangeType,
    pub(super) before: Option<&'o Record>,
    /// The record now; for one that was erased, the record that it was.
    pub(super) now: RecordView<'o>,
}

/// An event of a transaction, with the other records of which it tells the same.
struct Told {
    event: ChangeEvent,
    more: Vec<RecordId>,
}

/// What is the same of all events of a transaction.
struct Transaction {
    key: Box<str>,
    origin: Box<str>,
    committed: Timestamp,
    number: u64,
    user: Option<RecordId>,
}

impl Capture {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            watches: Vec::new(),
            stale: true,
            paused: false,
            actor: None,
            gaps: BTreeMap::new(),
            keys: Chance::new(seed, "transaction"),
            uuids: Chance::new(seed, "change"),
            last_commit: 0,
        }
    }

    /// Has the watches worked out anew before the next transaction commits.
    pub(crate) const fn forget_watches(&mut self) {
        self.stale = true;
    }

    /// How many changes are yet to become gap events.
    pub(crate) fn gaps_to_come(&self) -> usize {
        self.gaps.values().map(|count| *count as usize).sum()
    }

    /// One gap event for a change of this object, if any is due.
    fn take_gap(&mut self, entity: &str) -> bool {
        let Some(left) = self.gaps.get_mut(entity) else { return false };
        *left -= 1;
        if *left == 0 {
            self.gaps.remove(entity);
        }
        true
    }
}

impl Org {
    /// Has the next `count` changes of an object told by gap events, which say that something happened to a
    /// record but not what. No client of a real org can do so; it serves tests of subscribers.
    pub fn inject_gap(&mut self, entity: &str, count: u32) {
        self.tape.write(|| Operation::InjectGap { object: entity.into(), changes: count });
        let name = self.catalog.find_any(entity).map_or(entity, |def| &def.name).into();
        if count == 0 {
            self.capture.gaps.remove(&name);
        } else {
            self.capture.gaps.insert(name, count);
        }
    }

    /// Makes events of what the running transaction has changed; they are published with it.
    pub(crate) fn capture_changes(&mut self, now: Timestamp) {
        if self.capture.paused {
            return;
        }
        if self.capture.stale {
            self.capture.watches = selection::watches(self);
            self.capture.stale = false;
        }
        let catalog = Arc::clone(&self.catalog);
        // What selects objects takes effect from the next transaction on.
        self.capture.stale = self.store.touched().any(|object| selection::is_configuration(&catalog, object));
        if self.capture.watches.is_empty() {
            return;
        }
        let watches = std::mem::take(&mut self.capture.watches);
        let changes = self.store.changes(|object| !watches[object.index()].is_idle());
        if !changes.is_empty() {
            self.tell(now, &watches, &changes);
        }
        self.capture.watches = watches;
    }

    fn tell(&mut self, now: Timestamp, watches: &[Watch], changes: &[Change]) {
        let transaction = self.transaction(now);
        let catalog = Arc::clone(&self.catalog);
        let mut capture = std::mem::replace(&mut self.capture, Capture::new(0));
        let mut told: Vec<Told> = Vec::new();
        let mut rows: Vec<StoredEvent> = Vec::new();
        // The last event of each object, into which equal changes are merged.
        let mut latest: BTreeMap<&str, usize> = BTreeMap::new();
        let mut weight: u64 = 0;
        for change in changes {
            let def = catalog.object(change.object);
            let Some(changed) = self.changed(def, change) else { continue };
            let watch = &watches[change.object.index()];
            for topic in &watch.topics {
                let by = transaction.user.unwrap_or_else(|| modifier(changed.now));
                rows.extend(push_topic::notify(self, now, *topic, &changed).map(|(name, row)| StoredEvent {
                    replay_id: ReplayId::default(),
                    channel: format!("/topic/{name}").into(),
                    event: name,
                    uuid: capture.uuids.uuid().into(),
                    created_date: now,
                    created_by: by,
                    body: EventBody::PushTopic(Box::new(row)),
                }));
            }
            if !watch.selected {
                continue;
            }
            let event = transaction.event(change, &changed);
            // Each changed field of an update counts, apart from the time of the change.
            weight += event.changed.len().saturating_sub(1).max(1) as u64;
            let event = if weight > u64::from(self.settings.changes_per_transaction) {
                overflow(event)
            } else if capture.take_gap(&def.name)
                || (self.faults.at(Place::Change) && self.strike_change(now, def, event.commit_user))
            {
                gap(event)
            } else {
                event
            };
            match latest.get(&*def.name).and_then(|at| told.get_mut(*at)) {
                Some(last) if is_same(&last.event, &event) => last.merge(&event),
                _ => {
                    latest.insert(&def.name, told.len());
                    told.push(Told { event, more: Vec::new() });
                }
            }
        }
        let mut events: Vec<StoredEvent> = told
            .into_iter()
            .map(|told| {
                let event = told.whole();
                let name = catalog
                    .find_any(&event.entity)
                    .map_or_else(|| Arc::clone(&event.entity), selection::change_event_of);
                StoredEvent {
                    replay_id: ReplayId::default(),
                    channel: format!("/data/{name}").into(),
                    event: name,
                    uuid: capture.uuids.uuid().into(),
                    created_date: now,
                    created_by: event.commit_user,
                    body: EventBody::Change(Box::new(event)),
                }
            })
            .collect();
        events.append(&mut rows);
        self.capture = capture;
        // The records were changed before the platform's own events told of it.
        events.append(&mut self.unpublished);
        self.unpublished = events;
    }

    fn transaction(&mut self, now: Timestamp) -> Transaction {
        let capture = &mut self.capture;
        let key = capture.keys.uuid();
        let key = format!("000{}", key.get(3..).unwrap_or_default()).into();
        // Commit numbers are far beyond what a double holds exactly, as on the platform.
        let instant = u64::try_from(now.millis()).unwrap_or_default().saturating_mul(1_000_000);
        capture.last_commit = instant.max(capture.last_commit + 1);
        Transaction {
            key,
            origin: capture.actor.as_ref().map(|actor| actor.origin.clone()).unwrap_or_default(),
            committed: now.floor_second(),
            number: capture.last_commit,
            user: capture.actor.as_ref().map(|actor| actor.user),
        }
    }

    /// What has become of a record; `None` when nothing has that anyone sees.
    fn changed<'o>(&'o self, def: &'o SObjectDef, change: &'o Change) -> Option<Changed<'o>> {
        let before = change.before.as_ref();
        let was_live = before.is_some_and(|before| !before.is_deleted(def));
        let now = self.store.view(def.index, change.id);
        let is_live = now.is_some_and(|now| !now.is_deleted());
        let kind = match (before.is_some(), was_live, is_live) {
            (false, _, true) => ChangeType::Create,
            (true, true, true) => ChangeType::Update,
            (true, true, false) => ChangeType::Delete,
            (true, false, true) => ChangeType::Undelete,
            _ => return None,
        };
        let now = now.or_else(|| before.map(|before| RecordView::of(def, before)))?;
        Some(Changed { def, kind, before, now })
    }
}

impl Changed<'_> {
    /// The fields whose values differ, in slot order.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        self.def.fields.iter().map(|field| field.slot).filter(|slot| match self.before {
            Some(before) => self.now.at(*slot) != *before.get(*slot),
            None => !self.now.at(*slot).is_null(),
        })
    }
}

impl Transaction {
    fn event(&self, change: &Change, changed: &Changed<'_>) -> ChangeEvent {
        let Changed { def, kind, now, .. } = *changed;
        let carried = |slot: &Slot| selection::is_carried(def, def.at(*slot));
        let mut values = vec![Value::Null; def.fields.len()].into_boxed_slice();
        let mut differing: Vec<Slot> = Vec::new();
        match kind {
            ChangeType::Update => {
                differing.extend(changed.slots().filter(carried));
                // Two changes within a second differ in it no more than in their time.
                if let Some(slot) = def.system.last_modified_date
                    && !differing.contains(&slot)
                {
                    differing.push(slot);
                    differing.sort_unstable();
                }
                for slot in &differing {
                    values[slot.index()] = now.at(*slot).to_value();
                }
            }
            ChangeType::Create | ChangeType::Undelete => {
                for slot in def.fields.iter().map(|field| field.slot).filter(carried) {
                    values[slot.index()] = now.at(slot).to_value();
                }
            }
            _ => {}
        }
        let nulled = differing.iter().copied().filter(|slot| values[slot.index()].is_null()).collect();
        ChangeEvent {
            entity: Arc::clone(&def.name),
            record_ids: [change.id].into(),
            change_type: kind,
            change_origin: self.origin.clone(),
            transaction_key: self.key.clone(),
            sequence_number: change.place,
            commit_timestamp: self.committed,
            commit_number: self.number,
            commit_user: self.user.unwrap_or_else(|| modifier(now)),
            changed: differing.into(),
            nulled,
            values,
        }
    }
}

/// Who last changed a record.
fn modifier(record: RecordView<'_>) -> RecordId {
    let system = &record.object.system;
    let by = [system.last_modified_by_id, system.created_by_id];
    by.into_iter().find_map(|slot| record.at_opt(slot).as_id()).unwrap_or(RecordId::NULL)
}

/// The event as one that tells no more than that something happened.
fn gap(event: ChangeEvent) -> ChangeEvent {
    let change_type = match event.change_type {
        ChangeType::Create => ChangeType::GapCreate,
        ChangeType::Update => ChangeType::GapUpdate,
        ChangeType::Delete => ChangeType::GapDelete,
        ChangeType::Undelete => ChangeType::GapUndelete,
        other => other,
    };
    let values = vec![Value::Null; event.values.len()].into();
    ChangeEvent { change_type, changed: Box::default(), nulled: Box::default(), values, ..event }
}

/// The event of all further changes of an object.
fn overflow(event: ChangeEvent) -> ChangeEvent {
    let event = gap(event);
    ChangeEvent { change_type: ChangeType::GapOverflow, record_ids: [RecordId::NULL].into(), ..event }
}

/// Whether an event says of another record what the last one of its object says.
fn is_same(last: &ChangeEvent, event: &ChangeEvent) -> bool {
    let mergeable = matches!(
        event.change_type,
        ChangeType::Update | ChangeType::Delete | ChangeType::Undelete | ChangeType::GapOverflow
    );
    mergeable
        && last.change_type == event.change_type
        && last.commit_user == event.commit_user
        && last.changed == event.changed
        && last.values == event.values
}

impl Told {
    /// Adds the record of an equal event.
    fn merge(&mut self, event: &ChangeEvent) {
        if event.change_type != ChangeType::GapOverflow {
            self.more.extend(&event.record_ids);
        }
    }

    fn whole(self) -> ChangeEvent {
        let Self { mut event, more } = self;
        if !more.is_empty() {
            event.record_ids = event.record_ids.into_iter().chain(more).collect();
        }
        event
    }
}
