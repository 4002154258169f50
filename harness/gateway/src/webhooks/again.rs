//! Webhooks of an org that was there before its process: what was done to them is done again, and they go on behind the
//! last event that their endpoints took.

use std::sync::Arc;

use mockorg_org::{
    ControlRefusal, Webhook,
    events::{EventSubscriber, ReplayId},
};

use super::{
    WebhookLife, WrittenWebhook,
    entry::Entry,
    registry::{KeptWebhooks, Webhooks, open},
    target::Target,
};
use crate::{Gateway, moment::Moment};

impl KeptWebhooks {
    /// The webhooks to be written down.
    pub(crate) fn written(&self) -> Vec<WrittenWebhook> {
        self.0.iter().map(|entry| entry.written()).collect()
    }

    /// The webhooks that were written down.
    ///
    /// # Errors
    ///
    /// What is wrong with one of them.
    pub(crate) fn read(written: Vec<WrittenWebhook>) -> Result<Self, ControlRefusal> {
        written.into_iter().map(WrittenWebhook::kept).collect::<Result<_, _>>().map(Self)
    }
}

impl Webhooks {
    /// A webhook was added, or took the place of the one of its name.
    pub(crate) fn add_again(&self, moment: &Moment, webhook: Webhook, life: WebhookLife, position: ReplayId) {
        // On a copy of the org: that the channel was opened is an entry of its own. Both were good when it was added.
        let opened = open(&mut moment.org.clone(), moment.latest(), &webhook.channel);
        if let (Ok(target), Ok(channel)) = (Target::of(&webhook), opened) {
            let entry = Entry::new(webhook, Arc::new(target), life, channel, position);
            let mut entries = self.entries();
            entries.retain(|own| own.webhook.name != entry.webhook.name);
            entries.push(Arc::new(entry));
        }
    }

    /// Webhooks were ended: the one of this name, or all of them.
    pub(crate) fn end_again(&self, name: Option<&str>) {
        self.entries().retain(|entry| name.is_some_and(|name| *entry.webhook.name != *name));
    }

    /// A webhook went on behind an event.
    pub(crate) fn skip_again(&self, name: &str, position: ReplayId) {
        let entries = self.entries();
        let meant = entries.iter().filter(|entry| *entry.webhook.name == *name);
        meant.for_each(|entry| entry.progress().position = position);
    }

    /// A subscriber was shown: how a webhook stood, if it was one.
    pub(crate) fn show_again(&self, shown: &EventSubscriber) {
        let entries = self.entries();
        let meant = entries.iter().filter(|entry| entry.webhook.name == shown.name);
        meant.for_each(|entry| entry.progress().shown_again(shown));
    }

    /// The org began anew: the lasting webhooks went on from its beginning. How they were shown then are entries of
    /// their own.
    pub(crate) fn begin_again(&self, moment: &Moment) {
        let mut entries = self.entries();
        let lasting = entries.iter().filter(|entry| entry.life == WebhookLife::Lasting).map(|old| {
            let opened = open(&mut moment.org.clone(), moment.started, &old.webhook.channel);
            let channel = opened.unwrap_or_else(|_| old.channel.clone());
            Arc::new(Entry::new(
                old.webhook.clone(),
                Arc::clone(&old.target),
                old.life,
                channel,
                moment.begun,
            ))
        });
        *entries = lasting.collect();
    }
}

impl Gateway {
    /// Posts each event of the webhook's channel whenever the org is there. An org that was there before its process
    /// has the webhook already, unless it was ended, and it goes on from where it was; if it is another one now, as
    /// that one.
    ///
    /// # Errors
    ///
    /// As for [`Gateway::add_webhook`].
    pub fn begin_webhook(&self, webhook: Webhook) -> Result<(), ControlRefusal> {
        let known = self.webhooks().entries().iter().find(|own| own.webhook.name == webhook.name).cloned();
        let Some(known) = known.filter(|_| self.is_resumed()) else {
            return self.add_webhook(webhook, WebhookLife::Lasting).map(drop);
        };
        if known.webhook == webhook {
            return Ok(());
        }
        // What it has posted under its name it does not post again.
        let (name, position) = (webhook.name.clone(), known.progress().position);
        self.end_webhooks(Some(&name));
        self.add_webhook(webhook, WebhookLife::Lasting)?;
        self.put_webhook_to(&name, position);
        Ok(())
    }
}
