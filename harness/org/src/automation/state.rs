//! The automations of an org, and how far each has come.

use std::{collections::BTreeMap, sync::Arc};

use super::{Action, AutomationFile};
use crate::{
    RecordId, Timestamp,
    catalog::ObjectIndex,
    events::{ChangeType, EventBody, ReplayId, StoredEvent, SubscriberStatus},
    image::Known,
};

/// One automation, checked against the catalog.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Automation {
    pub(crate) name: Box<str>,
    /// The type that EventBusSubscriber shows.
    #[serde(with = "crate::image::known")]
    pub(crate) kind: Known,
    /// The event.
    pub(crate) topic: Arc<str>,
    pub(crate) trigger: Trigger,
    /// A condition as in the WHERE clause of a query.
    pub(crate) when: Option<Box<str>>,
    pub(crate) actions: Box<[Action]>,
    /// On whose behalf it acts; `None` for the Automated Process user.
    pub(crate) user: Option<RecordId>,
    /// Whether a batch that fails is tried again.
    pub(crate) retry: bool,
}

/// What an automation waits for.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Trigger {
    /// A platform event.
    Event(ObjectIndex),
    /// Changes of an object's records.
    Change(ObjectIndex, Box<[ChangeType]>),
}

/// The automations of an org.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Automations {
    pub(crate) list: Arc<[Automation]>,
    /// What they were declared as, in the same order.
    pub(crate) files: Arc<[AutomationFile]>,
    /// The records that the declarations name.
    pub(crate) names: BTreeMap<Box<str>, RecordId>,
    /// How far each has come, in the same order.
    pub(crate) states: Vec<Progress>,
    /// How many runs lie behind an event that an automation published; events of clients are not listed.
    pub(crate) depths: BTreeMap<ReplayId, u8>,
    /// How much automations have written since the last call of a client, at which time.
    written: (Timestamp, usize),
}

/// How far an automation has come.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Progress {
    /// The last event that it is done with.
    pub(crate) position: ReplayId,
    /// Up to here the log was looked through for it.
    pub(crate) seen: ReplayId,
    /// The newest event for it.
    pub(crate) published: Option<ReplayId>,
    /// The last event that it has worked on.
    pub(crate) processed: Option<ReplayId>,
    pub(crate) status: SubscriberStatus,
    /// How often the present batch was tried again.
    pub(crate) retries: u32,
    pub(crate) last_error: Option<Box<str>>,
    /// Whether the agenda holds its next run.
    pub(crate) planned: bool,
}

impl Automations {
    /// The name of an automation by its place.
    pub(crate) fn name_of(&self, place: usize) -> Option<&str> {
        self.list.get(place).map(|automation| &*automation.name)
    }
}

impl Progress {
    pub(crate) const fn from(tail: ReplayId) -> Self {
        Self {
            position: tail,
            seen: tail,
            published: None,
            processed: None,
            status: SubscriberStatus::Running,
            retries: 0,
            last_error: None,
            planned: false,
        }
    }
}

impl Automation {
    /// Whether it waits for or writes records of an object.
    pub(crate) fn works_with(&self, object: ObjectIndex) -> bool {
        let (Trigger::Event(source) | Trigger::Change(source, _)) = &self.trigger;
        *source == object || self.actions.iter().any(|action| action.object() == object)
    }

    /// Whether the event is for it, whatever its condition says.
    pub(crate) fn waits_for(&self, event: &StoredEvent) -> bool {
        if event.event != self.topic {
            return false;
        }
        match (&self.trigger, &event.body) {
            (Trigger::Event(_), EventBody::Platform(_)) => true,
            (Trigger::Change(_, types), EventBody::Change(change)) => {
                types.contains(&told_by(change.change_type))
            }
            _ => false,
        }
    }
}

/// What happened to the record, also when a gap event tells of it.
const fn told_by(change: ChangeType) -> ChangeType {
    match change {
        ChangeType::GapCreate => ChangeType::Create,
        ChangeType::GapUpdate => ChangeType::Update,
        ChangeType::GapDelete => ChangeType::Delete,
        ChangeType::GapUndelete => ChangeType::Undelete,
        other => other,
    }
}

impl Automations {
    /// A client calls: what automations write from here on is counted anew.
    pub(crate) const fn begin_call(&mut self) {
        self.written.1 = 0;
    }

    /// Counts a record or event that an automation writes; `false` when there were too many.
    pub(super) fn may_write(&mut self, at: Timestamp) -> bool {
        /// How much one call may lead to at the same time. No automation that is meant to end needs as much.
        const MOST: usize = 20_000;
        if self.written.0 != at {
            self.written = (at, 0);
        }
        self.written.1 += 1;
        self.written.1 <= MOST
    }

    /// Forgets the depths of events that everyone is done with.
    pub(super) fn forget_depths(&mut self) {
        let running = self.states.iter().filter(|state| state.status == SubscriberStatus::Running);
        match running.map(|state| state.position).min() {
            Some(done) => self.depths = self.depths.split_off(&ReplayId(done.0 + 1)),
            None => self.depths.clear(),
        }
    }
}
