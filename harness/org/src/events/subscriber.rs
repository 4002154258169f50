//! EventBusSubscriber: the subscribers inside the org, as clients query them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::log::ReplayId;
use crate::{ApiError, Org, RecordId, Timestamp, Value, ctx::Ctx, operation::Operation};

/// The API name of the object.
const OBJECT: &str = "EventBusSubscriber";

/// A subscriber inside the org: a trigger, a process or a flow. Clients of the Streaming API and of the
/// Pub/Sub API are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSubscriber {
    /// What it is called. Name and topic together say which subscriber it is.
    pub name: Box<str>,
    /// `ApexTrigger`, or empty for what is no trigger.
    pub kind: Box<str>,
    /// The event that it waits for, without the channel's prefix.
    pub topic: Box<str>,
    /// How it is.
    pub status: SubscriberStatus,
    /// The last event that it has processed; `None` before the first.
    pub processed: Option<ReplayId>,
    /// The last event of its topic; `None` before the first.
    pub published: Option<ReplayId>,
    /// How often in a row it has asked for an event once more.
    pub retries: u32,
    /// What it last failed with.
    pub last_error: Option<Box<str>>,
}

impl EventSubscriber {
    /// A subscriber that is no trigger and has received nothing yet.
    #[must_use]
    pub fn new(name: Box<str>, topic: Box<str>) -> Self {
        Self {
            name,
            kind: Box::default(),
            topic,
            status: SubscriberStatus::Running,
            processed: None,
            published: None,
            retries: 0,
            last_error: None,
        }
    }
}

/// How a subscriber is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubscriberStatus {
    /// It receives events.
    Running,
    /// It has failed too often, and receives none.
    Error,
    /// It was stopped, or the org could not go on delivering.
    Suspended,
    /// It was inactive for too long.
    Expired,
}

impl SubscriberStatus {
    /// The value of the field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Error => "Error",
            Self::Suspended => "Suspended",
            Self::Expired => "Expired",
        }
    }
}

impl Org {
    /// Shows the state of a subscriber to clients: writes its EventBusSubscriber row.
    ///
    /// # Errors
    ///
    /// `MOCKORG_NOT_MODELLED` when the catalog has no EventBusSubscriber.
    pub fn show_subscriber(
        &mut self,
        now: Timestamp,
        subscriber: &EventSubscriber,
    ) -> Result<RecordId, ApiError> {
        self.tape.write(|| Operation::ShowSubscriber { at: now, subscriber: Box::new(subscriber.clone()) });
        let id = self.write_subscriber(now, subscriber)?;
        self.commit(now);
        Ok(id)
    }

    /// As [`Org::show_subscriber`], within the running transaction.
    ///
    /// # Errors
    ///
    /// As for [`Org::show_subscriber`].
    pub(crate) fn write_subscriber(
        &mut self,
        now: Timestamp,
        subscriber: &EventSubscriber,
    ) -> Result<RecordId, ApiError> {
        let user = self.automated_process();
        let ctx = Ctx { now, version: Self::WORK_VERSION, user, session: 0, access: Arc::default() };
        let text = |id: Option<ReplayId>| id.map_or(Value::Null, |id| Value::text(id.0.to_string()));
        let position = subscriber.processed.and_then(|id| i64::try_from(id.0).ok());
        let values = vec![
            ("Name", Value::text(&*subscriber.name)),
            ("Type", Value::text(&*subscriber.kind)),
            ("Topic", Value::text(&*subscriber.topic)),
            ("Status", Value::text(subscriber.status.as_str())),
            ("Position", position.map_or(Value::Null, Value::Int)),
            // Topics of high volume and of changes, which all are, have no tip.
            ("Tip", Value::Int(-1)),
            ("LastProcessed", text(subscriber.processed)),
            ("LastPublished", text(subscriber.published)),
            ("Retries", Value::Int(subscriber.retries.into())),
            ("LastError", subscriber.last_error.as_deref().map_or(Value::Null, Value::text)),
        ];
        match self.subscriber_row(subscriber) {
            Some(id) => self.system_update(&ctx, id, values).map(|()| id),
            None => self.system_create(&ctx, OBJECT, values),
        }
    }

    /// Shows a subscriber no more: deletes its EventBusSubscriber row, if there is one.
    ///
    /// # Errors
    ///
    /// What the rules of the object answer.
    pub fn hide_subscriber(&mut self, now: Timestamp, subscriber: &EventSubscriber) -> Result<(), ApiError> {
        self.tape.write(|| Operation::HideSubscriber { at: now, subscriber: Box::new(subscriber.clone()) });
        let Some(row) = self.subscriber_row(subscriber) else { return Ok(()) };
        let user = self.automated_process();
        let ctx = Ctx { now, version: Self::WORK_VERSION, user, session: 0, access: Arc::default() };
        self.system_delete(&ctx, row)?;
        self.commit(now);
        Ok(())
    }

    fn subscriber_row(&self, subscriber: &EventSubscriber) -> Option<RecordId> {
        let mut rows = self.records(OBJECT);
        let row = rows.find(|row| {
            row.get("Name").as_text() == Some(&subscriber.name)
                && row.get("Topic").as_text() == Some(&subscriber.topic)
        });
        row.map(|row| row.id())
    }
}
