//! One webhook in one life of the org: what it was told, and how far it has come.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use mockorg_org::{
    ControlRefusal, Org, Timestamp, Webhook,
    events::{Channel, EventSubscriber, ReplayId, SubscriberStatus},
};
use serde::{Deserialize, Serialize};
use tokio::{sync::Notify, task::AbortHandle};

use super::target::Target;

/// How often an event is posted again before the webhook is stopped, as with the platform's triggers.
const MOST_RETRIES: u32 = 9;

/// How long the field for the last error is.
const LONGEST_ERROR: usize = 1000;

/// What becomes of a webhook when the org is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebhookLife {
    /// It goes on with the new org, from its beginning.
    Lasting,
    /// It ends.
    UntilReset,
}

/// How a webhook stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookState {
    /// What it was told. The secret is left out.
    pub webhook: Webhook,
    /// Running, or stopped after too many failures.
    pub status: SubscriberStatus,
    /// Up to here all is done: what the channel carries was taken by the endpoint.
    pub position: ReplayId,
    /// How often the next event was posted in vain, but for the first time.
    pub retries: u32,
    /// When it is posted again, by the org's clock.
    pub next_attempt: Option<Timestamp>,
    /// What the endpoint last failed with; it stays after a success.
    pub last_error: Option<Box<str>>,
}

/// A webhook in one life of the org.
pub(super) struct Entry {
    pub(super) webhook: Webhook,
    pub(super) target: Arc<Target>,
    pub(super) life: WebhookLife,
    pub(super) channel: Channel,
    /// Wakes its task: it was resumed.
    pub(super) told: Notify,
    /// Whoever needs the org as well locks that first.
    progress: Mutex<Progress>,
}

/// How far a webhook has come.
pub(super) struct Progress {
    /// What it is done with, and what was not for it.
    pub(super) position: ReplayId,
    /// When the next attempt is due.
    pub(super) due: Option<Timestamp>,
    pub(super) shown: EventSubscriber,
    /// Whether it posts no more.
    pub(super) ended: bool,
    task: Option<AbortHandle>,
}

/// A webhook as it was.
#[derive(Clone)]
pub(super) struct KeptEntry {
    webhook: Webhook,
    target: Arc<Target>,
    life: WebhookLife,
    channel: Channel,
    position: ReplayId,
    due: Option<Timestamp>,
    shown: EventSubscriber,
}

/// A webhook as it is written down.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WrittenWebhook {
    webhook: Webhook,
    life: WebhookLife,
    channel: Channel,
    position: ReplayId,
    shown: EventSubscriber,
}

impl WrittenWebhook {
    /// The webhook, which tries again at once what it was to try later.
    pub(super) fn kept(self) -> Result<KeptEntry, ControlRefusal> {
        let Self { webhook, life, channel, position, shown } = self;
        let target = Arc::new(Target::of(&webhook)?);
        Ok(KeptEntry { webhook, target, life, channel, position, due: None, shown })
    }
}

impl KeptEntry {
    /// The webhook to be written down.
    pub(super) fn written(&self) -> WrittenWebhook {
        let Self { webhook, life, channel, position, shown, .. } = self.clone();
        WrittenWebhook { webhook, life, channel, position, shown }
    }

    /// How it is shown inside the org.
    pub(super) const fn shown(&self) -> &EventSubscriber {
        &self.shown
    }

    /// The webhook, which goes on from where it was.
    pub(super) fn entry(&self) -> Entry {
        let Self { webhook, target, life, channel, position, due, shown } = self.clone();
        let progress = Mutex::new(Progress { position, due, shown, ended: false, task: None });
        Entry { webhook, target, life, channel, told: Notify::new(), progress }
    }
}

impl Entry {
    /// A webhook that posts what comes after `position`.
    pub(super) fn new(
        webhook: Webhook,
        target: Arc<Target>,
        life: WebhookLife,
        channel: Channel,
        position: ReplayId,
    ) -> Self {
        let topic = channel.event.as_deref().unwrap_or(&channel.name).into();
        let shown = EventSubscriber::new(webhook.name.clone(), topic);
        let progress = Mutex::new(Progress { position, due: None, shown, ended: false, task: None });
        Self { webhook, target, life, channel, told: Notify::new(), progress }
    }

    /// What is needed to go on from here.
    pub(super) fn kept(&self) -> KeptEntry {
        let progress = self.progress();
        KeptEntry {
            webhook: self.webhook.clone(),
            target: Arc::clone(&self.target),
            life: self.life,
            channel: self.channel.clone(),
            position: progress.position,
            due: progress.due,
            shown: progress.shown.clone(),
        }
    }

    pub(super) fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> WebhookState {
        let progress = self.progress();
        WebhookState {
            webhook: Webhook { secret: None, ..self.webhook.clone() },
            status: progress.shown.status,
            position: progress.position,
            retries: progress.shown.retries,
            next_attempt: progress.due,
            last_error: progress.shown.last_error.clone(),
        }
    }

    /// Whether there is nothing to do for it at `now`, with the newest event being `tail`.
    pub(super) fn is_idle(&self, now: Timestamp, tail: ReplayId) -> bool {
        let progress = self.progress();
        progress.ended
            || progress.shown.status != SubscriberStatus::Running
            || progress.due.is_some_and(|due| now < due)
            || progress.position >= tail
    }

    /// Whether it has no task yet.
    pub(super) fn is_new(&self) -> bool {
        let progress = self.progress();
        progress.task.is_none() && !progress.ended
    }

    /// Takes note of its task.
    pub(super) fn runs_in(&self, task: AbortHandle) {
        let mut progress = self.progress();
        if progress.ended {
            task.abort();
        }
        progress.task = Some(task);
    }

    /// Posts no more.
    pub(super) fn end(&self) {
        let mut progress = self.progress();
        progress.ended = true;
        if let Some(task) = &progress.task {
            task.abort();
        }
    }
}

impl Progress {
    /// It was shown so before, when the org did what it does again now.
    pub(super) fn shown_again(&mut self, shown: &EventSubscriber) {
        self.position = shown.processed.map_or(self.position, |processed| self.position.max(processed));
        self.shown = shown.clone();
    }

    /// The endpoint has taken an event.
    pub(super) fn taken(&mut self, id: ReplayId) {
        self.position = id;
        self.due = None;
        self.shown.published = Some(id);
        self.shown.processed = Some(id);
        self.shown.retries = 0;
    }

    /// The endpoint has not taken an event.
    pub(super) fn failed(&mut self, now: Timestamp, id: ReplayId, why: &str) {
        self.shown.published = Some(id);
        self.tell(why);
        if self.shown.retries == MOST_RETRIES {
            self.stop();
            return;
        }
        self.due = Some(now + Duration::from_secs(1 << self.shown.retries));
        self.shown.retries += 1;
    }

    /// Goes on after events that nobody can post any more.
    pub(super) fn skip(&mut self, lost: ReplayId, why: &str) {
        self.position = lost;
        self.due = None;
        self.shown.retries = 0;
        self.tell(why);
    }

    /// Posts nothing until it is resumed.
    pub(super) const fn stop(&mut self) {
        self.due = None;
        self.shown.status = SubscriberStatus::Error;
    }

    /// Notes what went wrong.
    pub(super) fn tell(&mut self, why: &str) {
        self.shown.last_error = Some(why.chars().take(LONGEST_ERROR).collect::<String>().into());
    }

    /// Shows clients how it stands. An org that lacks EventBusSubscriber shows nothing.
    pub(super) fn show(&self, org: &mut Org, now: Timestamp) {
        let _ = org.show_subscriber(now, &self.shown);
    }
}
