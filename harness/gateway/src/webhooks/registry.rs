//! The webhooks of an org: which there are, how they are added, resumed and ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mockorg_org::{
    ApiVersion, Call, ControlRefusal, Org, Reply, ResumeFrom, Session, Timestamp, Webhook,
    events::{Channel, ChannelRefusal, ReplayId, SubscriberStatus},
};
use tokio::sync::watch;

use super::{
    WebhookLife, WebhookState,
    entry::{Entry, KeptEntry},
    target::{Target, refusal},
};
use crate::{Gateway, events::Feed, moment::Moment, recording::Entry as Done};

/// The object that shows the subscribers inside the org.
const SUBSCRIBERS: &str = "EventBusSubscriber";

/// The webhooks of an org.
pub(crate) struct Webhooks {
    /// Whoever needs the org as well locks that first.
    entries: Mutex<Vec<Arc<Entry>>>,
    /// Tells that there are others than before.
    changed: watch::Sender<()>,
    /// Tells that one of them has come further.
    progressed: watch::Sender<()>,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            changed: watch::Sender::new(()),
            progressed: watch::Sender::new(()),
        }
    }
}

impl Webhooks {
    pub(super) fn entries(&self) -> MutexGuard<'_, Vec<Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, name: &str) -> Option<Arc<Entry>> {
        self.entries().iter().find(|entry| *entry.webhook.name == *name).cloned()
    }

    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Those that wait for a task.
    pub(super) fn without_task(&self) -> Vec<Arc<Entry>> {
        self.entries().iter().filter(|entry| entry.is_new()).cloned().collect()
    }

    pub(super) fn tell_progress(&self) {
        self.progressed.send_replace(());
    }

    /// The org ends, and with it whoever waits for webhooks.
    pub(crate) fn close(&self) {
        self.tell_progress();
    }

    /// The webhooks as they were declared.
    pub(crate) fn declared(&self) -> Vec<Webhook> {
        self.entries().iter().map(|entry| entry.webhook.clone()).collect()
    }

    /// The webhooks as they are.
    pub(crate) fn kept(&self) -> KeptWebhooks {
        KeptWebhooks(self.entries().iter().map(|entry| entry.kept()).collect())
    }

    /// The org is again what it was, and so are the webhooks. What came after they may post once more.
    pub(crate) fn put_back(&self, kept: &KeptWebhooks) {
        *self.entries() = kept.0.iter().map(|entry| Arc::new(entry.entry())).collect();
        self.changed.send_replace(());
        self.tell_progress();
    }

    /// The life of the org ends; gives the webhooks that go on in the next.
    pub(crate) fn end_all(&self) -> Lasting {
        let ended = std::mem::take(&mut *self.entries());
        ended.iter().for_each(|entry| entry.end());
        Lasting(ended.into_iter().filter(|entry| entry.life == WebhookLife::Lasting).collect())
    }

    /// The org has begun anew, and the webhooks with it.
    pub(crate) fn begin_anew(&self, org: &mut Org, now: Timestamp, begun: ReplayId, lasting: Lasting) {
        for old in lasting.0 {
            let opened = open(org, now, &old.webhook.channel);
            let refused = opened.as_ref().err().map(|refusal| refusal.to_string());
            let channel = opened.unwrap_or_else(|_| old.channel.clone());
            let entry = Entry::new(old.webhook.clone(), Arc::clone(&old.target), old.life, channel, begun);
            {
                let mut progress = entry.progress();
                if let Some(why) = refused {
                    progress.tell(&why);
                    progress.stop();
                }
                progress.show(org, now);
            }
            self.entries().push(Arc::new(entry));
        }
        self.changed.send_replace(());
        self.tell_progress();
    }
}

/// Webhooks as they were.
#[derive(Clone, Default)]
pub(crate) struct KeptWebhooks(pub(super) Vec<KeptEntry>);

impl KeptWebhooks {
    /// Shows none of them in an org to which they do not belong.
    pub(crate) fn hide(&self, moment: &mut Moment) {
        let now = moment.latest();
        for entry in &self.0 {
            // What cannot be hidden was not shown.
            let _ = moment.org.hide_subscriber(now, entry.shown());
        }
    }
}

impl std::fmt::Debug for KeptWebhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeptWebhooks").field(&self.0.len()).finish()
    }
}

/// The webhooks that outlive a reset.
pub(crate) struct Lasting(Vec<Arc<Entry>>);

impl Gateway {
    /// Posts each event of the webhook's channel from here on.
    ///
    /// # Errors
    ///
    /// What is wrong with the webhook, and what would be right.
    pub fn add_webhook(&self, webhook: Webhook, life: WebhookLife) -> Result<WebhookState, ControlRefusal> {
        let target = Arc::new(Target::of(&webhook)?);
        let state = self.with_org(|org, now| {
            let mut entries = self.webhooks().entries();
            let is_name = |name: Option<&str>| name == Some(&*webhook.name);
            let is_shown = org.records(SUBSCRIBERS).any(|row| is_name(row.get("Name").as_text()));
            if is_shown || entries.iter().any(|entry| entry.webhook.name == webhook.name) {
                return Err(taken(&webhook.name));
            }
            let position = org.events().tail();
            let channel = open(org, now, &webhook.channel)?;
            self.keep(Done::AddWebhook { webhook: Box::new(webhook.clone()), life, position });
            let entry = Arc::new(Entry::new(webhook, target, life, channel, position));
            entry.progress().show(org, now);
            entries.push(Arc::clone(&entry));
            Ok(entry.state())
        })?;
        self.webhooks().changed.send_replace(());
        Ok(state)
    }

    /// How each webhook stands.
    #[must_use]
    pub fn webhook_states(&self) -> Vec<WebhookState> {
        self.webhooks().entries().iter().map(|entry| entry.state()).collect()
    }

    /// Ends the webhook of this name, or all of them; gives how many those were. A request that is under way
    /// may arrive.
    pub fn end_webhooks(&self, name: Option<&str>) -> usize {
        self.with_org(|org, now| {
            let is_meant = |entry: &Arc<Entry>| name.is_none_or(|name| *entry.webhook.name == *name);
            let ended: Vec<_> = self.webhooks().entries().extract_if(.., |entry| is_meant(entry)).collect();
            for entry in &ended {
                entry.end();
                // What cannot be hidden was not shown.
                let _ = org.hide_subscriber(now, &entry.progress().shown);
            }
            self.webhooks().tell_progress();
            if !ended.is_empty() {
                self.keep(Done::EndWebhooks(name.map(Into::into)));
            }
            ended.len()
        })
    }

    /// Lets a webhook go on that has failed too often; `false` when there is none of this name. One that
    /// waits for its next attempt makes it now.
    pub fn resume_webhook(&self, name: &str, from: ResumeFrom) -> bool {
        self.with_org(|org, now| {
            let Some(entry) = self.webhooks().find(name) else { return false };
            let mut progress = entry.progress();
            progress.shown.status = SubscriberStatus::Running;
            progress.shown.retries = 0;
            progress.due = None;
            if from == ResumeFrom::Tip {
                progress.position = org.events().tail();
                self.keep(Done::SkipToEvent { webhook: name.into(), position: progress.position });
            }
            progress.show(org, now);
            entry.told.notify_one();
            true
        })
    }

    /// Has a webhook go on behind an event.
    pub(super) fn put_webhook_to(&self, name: &str, position: ReplayId) {
        let _state = self.state();
        if let Some(entry) = self.webhooks().find(name) {
            entry.progress().position = position;
            self.keep(Done::SkipToEvent { webhook: name.into(), position });
        }
    }

    /// Waits until every webhook has posted all that the org has published, or waits for a later time by the
    /// org's clock, or was stopped.
    pub async fn webhooks_settled(&self) {
        self.events_told().await;
        let mut progressed = self.webhooks().progressed.subscribe();
        loop {
            progressed.mark_unchanged();
            let (_, now) = self.time();
            let (life, tail) = *self.feed().watch().borrow();
            let idle = self.webhooks().entries().iter().all(|entry| entry.is_idle(now, tail));
            if idle || life == Feed::CLOSED {
                return;
            }
            // Its sender lives as long as the gateway.
            let _ = progressed.changed().await;
        }
    }
}

/// Whether a webhook can begin with an org.
///
/// # Errors
///
/// What is wrong with it, and what would be right.
pub(crate) fn check(webhook: &Webhook, org: &mut Org, now: Timestamp) -> Result<(), ControlRefusal> {
    Target::of(webhook)?;
    if org.records(SUBSCRIBERS).any(|row| row.get("Name").as_text() == Some(&webhook.name)) {
        return Err(taken(&webhook.name));
    }
    open(org, now, &webhook.channel).map(drop)
}

fn taken(name: &str) -> ControlRefusal {
    let error = format!("there is a subscriber {name} already");
    refusal(error, "choose another name; EventBusSubscriber lists those in use")
}

/// The channel of a webhook, which is named in full or by the event alone. It is opened on behalf of the
/// user of the session that is there from the start.
pub(super) fn open(org: &mut Org, now: Timestamp, channel: &str) -> Result<Channel, ControlRefusal> {
    let token = org.settings().session_token.as_deref().map(Box::from);
    let session = Session { token, version: ApiVersion::NEWEST, origin: None };
    let names = match channel.starts_with('/') {
        true => vec![channel.to_owned()],
        false => vec![format!("/event/{channel}"), format!("/data/{channel}")],
    };
    let mut refused = ChannelRefusal::Unknown;
    for name in names {
        match org.call(now, &session, Call::OpenChannel { channel: name.into() }) {
            Ok(Reply::Channel(channel)) => return Ok(*channel),
            Ok(Reply::ChannelRefused(ChannelRefusal::Unknown)) => {}
            Ok(Reply::ChannelRefused(why)) => refused = why,
            Ok(_) => {}
            Err(error) => {
                return Err(refusal(
                    error.to_string(),
                    "webhooks read events as the user of the session token",
                ));
            }
        }
    }
    Err(match refused {
        ChannelRefusal::NoAccess | ChannelRefusal::NoChangeAccess => refusal(
            format!("the user of the org's session may not read {channel}"),
            "let the org file act for a user who may, with a last step of \"runAs\"",
        ),
        ChannelRefusal::Malformed
        | ChannelRefusal::Unknown
        | ChannelRefusal::UnknownTopic
        | ChannelRefusal::UnknownGeneric => refusal(
            format!("there is no event or channel {channel}"),
            "name one such as AssetRenewInitiatedEvent, /data/ChangeEvents or /topic/MyTopic",
        ),
    })
}
