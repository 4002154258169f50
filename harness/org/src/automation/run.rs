//! Running automations: who has something to do, one batch at a time, and what becomes of failures.

use std::{sync::Arc, time::Duration};

use super::{Automation, Trigger};
use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, RecordView, Timestamp, Value,
    events::{EventBody, EventSubscriber, ReplayId, StoredEvent, SubscriberStatus},
    jobs::Work,
    query::EventCondition,
};

/// How many events a run takes at most, as on the platform.
const BATCH: usize = 2000;
/// How many runs may lie behind a run: the depth to which the platform lets triggers set each other off.
const DEEPEST: u8 = 16;
/// How often a batch is tried again before the automation is stopped, as on the platform.
const MOST_RETRIES: u32 = 9;
/// How many records and events a run may write.
const MOST_CHANGES: usize = 10_000;

impl Org {
    /// Plans runs for the automations that have new events.
    pub(crate) fn wake_automations(&mut self, now: Timestamp) {
        if self.automations.list.is_empty() {
            return;
        }
        let tail = self.events.tail();
        let list = Arc::clone(&self.automations.list);
        for (at, (automation, state)) in list.iter().zip(&mut self.automations.states).enumerate() {
            if state.seen == tail {
                continue;
            }
            let new = self.events.after(state.seen).filter(|event| automation.waits_for(event)).last();
            state.seen = tail;
            let Some(new) = new else {
                if !state.planned && state.status == SubscriberStatus::Running {
                    state.position = tail;
                }
                continue;
            };
            state.published = Some(new.replay_id);
            if !state.planned {
                state.planned = true;
                self.agenda.plan(now, Work::Automate(at));
            }
        }
    }

    /// Runs an automation on its next batch of events.
    ///
    /// # Errors
    ///
    /// When its state cannot be shown.
    pub(crate) fn run_automation(&mut self, now: Timestamp, at: usize) -> Result<(), ApiError> {
        let list = Arc::clone(&self.automations.list);
        let (Some(automation), Some(state)) = (list.get(at), self.automations.states.get_mut(at)) else {
            return Ok(());
        };
        state.planned = false;
        if state.status != SubscriberStatus::Running {
            // What was published meanwhile waits for it; that much can be seen.
            return self.show_automation(now, at);
        }
        let (batch, depth) = self.next_batch(automation, at);
        let Some(last) = batch.last().map(|event| event.replay_id) else {
            if let Some(state) = self.automations.states.get_mut(at) {
                state.position = state.seen;
            }
            self.automations.forget_depths();
            return Ok(());
        };
        let outcome =
            if depth > DEEPEST { Err(too_deep()) } else { self.run_batch(now, automation, &batch, depth) };
        self.note_outcome(now, at, (automation, last), outcome);
        self.automations.forget_depths();
        self.show_automation(now, at)
    }

    /// The next events for an automation, with the number of the run that handles them. Events behind which
    /// lie as many runs are taken together.
    fn next_batch(&self, automation: &Automation, at: usize) -> (Vec<Arc<StoredEvent>>, u8) {
        let position = self.automations.states.get(at).map_or(ReplayId(0), |state| state.position);
        let depth = |event: &StoredEvent| self.automations.depths.get(&event.replay_id).copied().unwrap_or(0);
        let mut waiting = self.events.after(position).filter(|event| automation.waits_for(event)).peekable();
        let first = waiting.peek().map_or(0, |event| depth(event));
        let batch = waiting.take_while(|event| depth(event) == first).take(BATCH).cloned().collect();
        (batch, first + 1)
    }

    /// Handles a batch in a transaction of its own.
    fn run_batch(
        &mut self,
        now: Timestamp,
        automation: &Automation,
        batch: &[Arc<StoredEvent>],
        depth: u8,
    ) -> Result<(), ApiError> {
        let savepoint = self.store.savepoint();
        let before = self.agenda.enter(depth);
        let outcome = self.handle_batch(now, automation, batch);
        match &outcome {
            Ok(()) => self.commit(now),
            Err(error) => {
                self.store.rollback(savepoint);
                self.unpublished.clear();
                if let Some(feature) = error.unmodelled_feature() {
                    self.coverage.refuse(feature);
                }
            }
        }
        self.agenda.enter(before);
        outcome
    }

    fn handle_batch(
        &mut self,
        now: Timestamp,
        automation: &Automation,
        batch: &[Arc<StoredEvent>],
    ) -> Result<(), ApiError> {
        let catalog = Arc::clone(&self.catalog);
        let ctx = self.automation_ctx(now, automation.user);
        let (Trigger::Event(object) | Trigger::Change(object, _)) = &automation.trigger;
        let source = catalog.object(*object);
        // Words such as TODAY are about the time of the run.
        let condition = automation.when.as_deref();
        let condition =
            condition.map(|when| EventCondition::resolve(self, &ctx, source, when)).transpose()?;
        let mut changes = 0;
        for record in batch.iter().flat_map(|event| self.subjects(automation, event)).collect::<Vec<_>>() {
            let view = RecordView::of(source, &record);
            if condition.as_ref().is_some_and(|condition| !condition.holds(self, &ctx, view)) {
                continue;
            }
            for action in &automation.actions {
                changes += 1;
                if changes > MOST_CHANGES {
                    let message = format!("Too many DML rows: {changes}");
                    return Err(ApiError::exception(ErrorCode::LimitExceeded, message));
                }
                if !self.automations.may_write(now) {
                    return Err(too_much());
                }
                self.perform_action(&ctx, action, view)?;
            }
        }
        Ok(())
    }

    /// What an event is about: itself, or the records that have changed, as they are now. Records that are
    /// gone for good are left out.
    fn subjects(&self, automation: &Automation, event: &StoredEvent) -> Vec<Record> {
        match (&automation.trigger, &event.body) {
            (Trigger::Event(object), EventBody::Platform(values)) => {
                let def = self.catalog.object(*object);
                let mut record = Record::new(def, RecordId::NULL);
                for (field, value) in def.fields.iter().zip(values) {
                    record.set(field.slot, value.clone());
                }
                record.set_opt(def.slot("ReplayId"), Value::text(event.replay_id.0.to_string()));
                vec![record]
            }
            (Trigger::Change(object, _), EventBody::Change(change)) => {
                change.record_ids.iter().filter_map(|id| self.store.draft(*object, *id)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn note_outcome(
        &mut self,
        now: Timestamp,
        at: usize,
        (automation, last): (&Automation, ReplayId),
        outcome: Result<(), ApiError>,
    ) {
        let Some(state) = self.automations.states.get_mut(at) else { return };
        let mut delay = Duration::ZERO;
        match outcome {
            Err(error) if automation.retry => {
                state.last_error = Some(words(&error));
                if state.retries == MOST_RETRIES {
                    state.status = SubscriberStatus::Error;
                    return;
                }
                delay = retry_delay(state.retries);
                state.retries += 1;
            }
            outcome => {
                if let Err(error) = outcome {
                    state.last_error = Some(words(&error));
                }
                state.position = last;
                state.processed = Some(last);
                state.retries = 0;
            }
        }
        // Events that a run has published are planned for when it commits.
        if !state.planned {
            state.planned = true;
            self.agenda.plan(now + delay, Work::Automate(at));
        }
    }

    /// Shows how far an automation has come.
    pub(super) fn show_automation(&mut self, now: Timestamp, at: usize) -> Result<(), ApiError> {
        let list = Arc::clone(&self.automations.list);
        let (Some(automation), Some(state)) = (list.get(at), self.automations.states.get(at)) else {
            return Ok(());
        };
        let subscriber = EventSubscriber {
            name: automation.name.clone(),
            kind: automation.kind.into(),
            topic: automation.topic.as_ref().into(),
            status: state.status,
            processed: state.processed,
            published: state.published,
            retries: state.retries,
            last_error: state.last_error.clone(),
        };
        self.write_subscriber(now, &subscriber).map(drop)
    }
}

/// How long a batch waits before it is tried again: a second, then twice as long each time.
fn retry_delay(retries: u32) -> Duration {
    Duration::from_secs(1 << retries.min(MOST_RETRIES))
}

/// What failed, as far as the field can hold it.
fn words(error: &ApiError) -> Box<str> {
    const LONGEST: usize = 1000;
    error.to_string().chars().take(LONGEST).collect::<String>().into()
}

fn too_deep() -> ApiError {
    let message = format!("Maximum trigger depth exceeded: {DEEPEST} runs lie behind the event");
    ApiError::exception(ErrorCode::LimitExceeded, message)
}

fn too_much() -> ApiError {
    let message = "automations have set each other off too often; let a condition end it";
    ApiError::exception(ErrorCode::LimitExceeded, message)
}
