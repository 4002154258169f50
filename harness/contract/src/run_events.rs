//! A case in progress, as a subscriber: what it is subscribed to, and the steps about events.

use std::time::{Duration, Instant};

use crate::{
    case::{Case, EventsStep},
    check::Difference,
    event_check::{Comparison, compare},
    json::Json,
    request::Request,
    run::Run,
    subscriber::{OLDEST_VERSION, Subscriber},
    template::expand,
    version::ApiVersion,
};

/// Orgs forget a client that has not connected for 40 seconds.
const LONGEST_SILENCE: Duration = Duration::from_secs(20);

/// Where the subscriber's own exchanges are reported.
const LABEL: &str = "subscriber";

impl Run<'_> {
    /// Subscribes to the channels of the case from now on. Gives the reason to leave the case out when a channel
    /// that it needs is not to be had.
    pub(crate) async fn subscribe(&mut self, case: &Case, version: ApiVersion) -> Option<String> {
        if case.subscribe.is_empty() && case.needs.events.is_empty() {
            return None;
        }
        if version < OLDEST_VERSION {
            return Some(format!("the Streaming API of {version} knows no such channels"));
        }
        let mut subscriber = Subscriber::new(version, self.user);
        let handshake = subscriber.handshake();
        self.tell(&mut subscriber, handshake).await?;
        let connect = subscriber.connect();
        self.tell(&mut subscriber, connect).await?;
        let only_needed = case.needs.events.iter().filter(|channel| !case.subscribe.contains(channel));
        let mut missing = None;
        for template in case.subscribe.iter().chain(only_needed) {
            let channel = match expand(template, &self.variables) {
                Ok(channel) => channel,
                Err(error) => {
                    self.unknown::<()>(LABEL, &error);
                    break;
                }
            };
            let request = subscriber.subscribe(&channel);
            let Some(answer) = self.exchange(LABEL, &request).await else { break };
            let Err(reason) = subscriber.read(&answer) else { continue };
            if case.needs.events.contains(template) {
                missing = Some(format!("the target refuses subscriptions to '{channel}': {reason}"));
                break;
            }
            let wanted = format!("a subscription to {channel}");
            self.differences.push(Difference::new(LABEL, "subscribe", wanted, reason));
        }
        self.subscriber = Some(subscriber);
        self.failed = (!self.differences.is_empty()).then(|| self.exchanges.len().saturating_sub(1));
        missing
    }

    /// Ends the subscriptions.
    pub(crate) async fn unsubscribe(&mut self) {
        let Some(mut subscriber) = self.subscriber.take() else { return };
        if let Some(request) = subscriber.disconnect() {
            self.tell(&mut subscriber, request).await;
        }
    }

    /// Connects when the last connect lies too far back.
    pub(crate) async fn keep_alive(&mut self) {
        if self.heard.elapsed() > LONGEST_SILENCE {
            self.receive().await;
        }
    }

    /// Waits for the events of a step and holds them against what it expects.
    pub(crate) async fn events(&mut self, label: &str, step: &EventsStep) {
        let channel = match expand(&step.events.channel, &self.variables) {
            Ok(channel) => channel,
            Err(error) => {
                self.unknown::<()>(label, &error);
                return;
            }
        };
        if self.subscriber.as_ref().and_then(|subscriber| subscriber.inbox(&channel)).is_none() {
            let got = "no subscription; add the channel to the case's subscribe";
            self.differences.push(Difference::new(label, "events", format!("events of {channel}"), got));
            return;
        }
        let Some(comparison) = self.await_events(label, step, &channel).await else { return };
        let Comparison { differences, found, dealt_with } = comparison;
        self.differences.extend(differences);
        if let Some(subscriber) = &mut self.subscriber {
            subscriber.deal_with(&channel, dealt_with);
        }
        let missing = self.keep(label, &step.capture, (&Json::Array(found), ""), |_| None);
        if self.differences.is_empty() {
            self.differences.extend(missing);
        }
    }

    /// Asks until the expected events have come; then once more, if there must be no others.
    async fn await_events(&mut self, label: &str, step: &EventsStep, channel: &str) -> Option<Comparison> {
        let events = &step.events;
        let mut turn = 1;
        loop {
            self.receive().await?;
            let inbox = self.subscriber.as_ref()?.inbox(channel)?;
            let comparison = match compare(label, channel, events, inbox, &self.variables) {
                Ok(comparison) => comparison,
                Err(error) => return self.unknown(label, &error),
            };
            let settled = comparison.found.len() == events.expect.len();
            // With an event too many for the expected ones, more waiting cannot help a complete step.
            let late = events.complete && inbox.fresh().len() > events.expect.len();
            if turn >= events.at_most || late || (settled && !events.complete) {
                return Some(comparison);
            }
            if settled {
                if !self.client.target().control {
                    self.between(label, None, self.user).await?;
                }
                self.receive().await?;
                let inbox = self.subscriber.as_ref()?.inbox(channel)?;
                return compare(label, channel, events, inbox, &self.variables).ok();
            }
            self.between(label, events.advance.as_ref(), self.user).await?;
            turn += 1;
        }
    }

    /// Takes what has come on all channels.
    async fn receive(&mut self) -> Option<()> {
        let mut subscriber = self.subscriber.take()?;
        let request = subscriber.connect();
        let told = self.tell(&mut subscriber, request).await;
        self.subscriber = Some(subscriber);
        told
    }

    /// Sends a request of the subscriber and lets it read the answer.
    async fn tell(&mut self, subscriber: &mut Subscriber, request: Request) -> Option<()> {
        let answer = self.exchange(LABEL, &request).await?;
        self.heard = Instant::now();
        if let Err(reason) = subscriber.read(&answer) {
            self.differences.push(Difference::new(LABEL, "CometD", "success", reason));
            return None;
        }
        Some(())
    }
}
