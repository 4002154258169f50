//! The task of a webhook: it waits for events and posts them, one after the other.

use std::{pin::pin, sync::Arc, time::Duration};

use mockorg_org::events::{ReplayId, SubscriberStatus};
use tokio::task::JoinSet;

use super::{entry::Entry, message, post::Poster};
use crate::{
    Gateway,
    events::Delivery,
    wait::{any, left},
};

/// For how long a webhook sleeps at most before it looks around.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);

/// Gives each webhook a task; never ends. Their tasks end with this one.
pub(crate) async fn keep(gateway: &Arc<Gateway>) {
    let mut tasks = JoinSet::new();
    let mut changed = gateway.webhooks().changes();
    loop {
        changed.mark_unchanged();
        for entry in gateway.webhooks().without_task() {
            let task = tasks.spawn(deliver(Arc::clone(gateway), Arc::clone(&entry)));
            entry.runs_in(task);
        }
        while tasks.try_join_next().is_some() {}
        // Its sender lives as long as the gateway.
        let _ = changed.changed().await;
    }
}

/// What a webhook does next.
enum Next {
    /// Posts this event.
    Post(Arc<Delivery>),
    /// Waits until something changes, or for so long.
    Wait(Duration),
    /// Nothing any more.
    End,
}

async fn deliver(gateway: Arc<Gateway>, entry: Arc<Entry>) {
    let mut poster = Poster::default();
    let mut feed = gateway.feed().watch();
    let mut clock = gateway.clock_moves();
    loop {
        feed.mark_unchanged();
        clock.mark_unchanged();
        match next(&gateway, &entry) {
            Next::End => return,
            Next::Post(delivery) => {
                let request = message::request(&gateway, &entry, &delivery);
                let outcome = poster.post(&entry.target, request, gateway.options.webhook_timeout).await;
                if outcome.is_ok() {
                    gateway.count_deliveries(std::iter::once(delivery.event.replay_id));
                }
                note(&gateway, &entry, delivery.event.replay_id, outcome);
            }
            Next::Wait(duration) => {
                let published = pin!(async { drop(feed.changed().await) });
                let moved = pin!(async { drop(clock.changed().await) });
                // Told keeps a permit: who is told between two looks looks again.
                any([published, moved, pin!(entry.told.notified()), pin!(tokio::time::sleep(duration))])
                    .await;
            }
        }
    }
}

/// Looks without the org's lock as long as there is nothing to post.
fn next(gateway: &Gateway, entry: &Entry) -> Next {
    let due = entry.progress().due;
    if let Some(due) = due {
        let (clock, now) = gateway.time();
        if now < due {
            return Next::Wait(left(clock, now, due, LONGEST_SLEEP));
        }
    }
    let mut progress = entry.progress();
    if progress.ended {
        return Next::End;
    }
    if progress.shown.status != SubscriberStatus::Running {
        return Next::Wait(LONGEST_SLEEP);
    }
    // While the progress is locked the org cannot begin anew, so that these are events of its own life.
    let mut step = gateway.feed().after(progress.position, &entry.channel, 1);
    if let Some(lost) = step.lost {
        drop(progress);
        note_loss(gateway, entry, lost);
        return Next::Wait(Duration::ZERO);
    }
    match step.deliveries.pop() {
        Some(delivery) => Next::Post(delivery),
        None => {
            progress.position = step.position;
            drop(progress);
            gateway.webhooks().tell_progress();
            Next::Wait(LONGEST_SLEEP)
        }
    }
}

/// Says so when the org has forgotten events that the endpoint has not taken, up to `lost`.
fn note_loss(gateway: &Gateway, entry: &Entry, lost: ReplayId) {
    gateway.with_org(|org, now| {
        let mut progress = entry.progress();
        if progress.ended || progress.position >= lost {
            return;
        }
        let why = format!(
            "events after replay id {} were kept no longer; delivery goes on with the oldest that is left",
            progress.position.0
        );
        progress.skip(lost, &why);
        progress.show(org, now);
    });
}

fn note(gateway: &Gateway, entry: &Entry, id: ReplayId, outcome: Result<(), String>) {
    gateway.with_org(|org, now| {
        let mut progress = entry.progress();
        // A webhook that was told to go on elsewhere meanwhile does not come back.
        if progress.ended || progress.position >= id {
            return;
        }
        match outcome {
            Ok(()) => progress.taken(id),
            Err(why) => progress.failed(now, id, &why),
        }
        progress.show(org, now);
    });
    gateway.webhooks().tell_progress();
}
