//! Generic streaming: channels of text that clients push.

use std::sync::Arc;

use super::{EventBody, GenericEvent, StoredEvent};
use crate::{
    ApiError, ErrorCode, FieldInput, Input, Org, PushedEvent, Record, RecordId, RecordView, Reply,
    access::WriteKind, catalog::SObjectDef, ctx::Ctx,
};

/// How the names of streaming channels begin.
const PREFIX: &str = "/u/";
/// The longest payload, in characters.
const LONGEST_PAYLOAD: usize = 3000;

/// Checks the name of a streaming channel.
pub(super) fn before_channel(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let name = new.get_opt(def.slot("Name")).as_text().unwrap_or_default();
    if name.strip_prefix(PREFIX).is_some_and(|rest| !rest.is_empty() && !rest.contains(['?', '*'])) {
        return Ok(());
    }
    let message = format!("Streaming Channel Name: must begin with {PREFIX}: {name}");
    Err(ApiError::dml(ErrorCode::FieldIntegrityException, message, ["Name"]))
}

impl Org {
    /// Publishes generic events.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` without such a channel, `INSUFFICIENT_ACCESS_OR_READONLY` for users who may not create
    /// channels, `JSON_PARSER_ERROR` and `INVALID_INPUT` for what is no list of events.
    pub(crate) fn push_events(
        &mut self,
        ctx: &Ctx,
        channel: &str,
        body: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let record = self.channel_record(ctx, channel)?;
        self.check_write(ctx, record.object, WriteKind::Create)?;
        let name: Arc<str> = record.get("Name").as_text().unwrap_or_default().into();
        let events = events_of(body)?;
        let mut pushed = Vec::with_capacity(events.len());
        for event in events {
            pushed.push(PushedEvent { channel: Arc::clone(&name), user_ids: event.user_ids.clone() });
            let event = StoredEvent {
                replay_id: self.events.tail(),
                event: Arc::clone(&name),
                channel: Arc::clone(&name),
                uuid: self.uuids.uuid().into(),
                created_date: ctx.now,
                created_by: ctx.user,
                body: EventBody::Generic(Box::new(event)),
            };
            self.unpublished.push(event);
        }
        Ok(Reply::Pushed(pushed))
    }

    /// The name of a streaming channel.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` without such a channel.
    pub(crate) fn streaming_channel(&self, ctx: &Ctx, channel: &str) -> Result<Reply, ApiError> {
        let record = self.channel_record(ctx, channel)?;
        Ok(Reply::StreamingChannel(record.get("Name").as_text().unwrap_or_default().into()))
    }

    fn channel_record(&self, ctx: &Ctx, id: &str) -> Result<RecordView<'_>, ApiError> {
        let def = Self::visible_object(&self.catalog, ctx, "StreamingChannel")?;
        let id = id.parse::<RecordId>().map_err(|_| ApiError::not_found().on_row())?;
        let record = self.store.view(def.index, id).filter(|record| !record.is_deleted());
        record.ok_or_else(|| ApiError::not_found().on_row())
    }
}

/// The events of a request: `{"pushEvents": [{"payload": "…", "userIds": []}]}`.
fn events_of(body: &[FieldInput]) -> Result<Vec<GenericEvent>, ApiError> {
    let mut events = None;
    for member in body {
        match (&*member.name, &member.value) {
            ("pushEvents", Input::Array(list)) => events = Some(list),
            ("pushEvents", _) => return Err(wrong("pushEvents must be a list")),
            (other, _) => return Err(wrong(&format!("Unrecognized field \"{other}\""))),
        }
    }
    events.ok_or_else(|| wrong("pushEvents is missing"))?.iter().map(event_of).collect()
}

fn event_of(input: &Input) -> Result<GenericEvent, ApiError> {
    let Input::Object(members) = input else { return Err(wrong("an event must be an object")) };
    let mut event = GenericEvent { payload: "".into(), user_ids: Box::default() };
    for member in members {
        match (&*member.name, &member.value) {
            ("payload", Input::Text(text)) => event.payload = text.clone(),
            ("userIds", Input::Null) => {}
            ("userIds", Input::Array(list)) => {
                event.user_ids = list.iter().map(user_of).collect::<Result<_, _>>()?
            }
            ("payload", _) => return Err(wrong("payload must be a text")),
            ("userIds", _) => return Err(wrong("userIds must be a list")),
            (other, _) => return Err(wrong(&format!("Unrecognized field \"{other}\""))),
        }
    }
    if event.payload.chars().count() > LONGEST_PAYLOAD {
        let message = format!("The payload is longer than {LONGEST_PAYLOAD} characters");
        return Err(ApiError::exception(ErrorCode::InvalidInput, message));
    }
    Ok(event)
}

fn user_of(input: &Input) -> Result<RecordId, ApiError> {
    let id = match input {
        Input::Text(text) => text.parse::<RecordId>().ok(),
        _ => None,
    };
    id.ok_or_else(|| ApiError::exception(ErrorCode::MalformedId, "userIds must hold ids of users"))
}

fn wrong(what: &str) -> ApiError {
    ApiError::exception(ErrorCode::JsonParserError, what)
}
