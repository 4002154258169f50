//! Publishing: Avro payloads become values of the event, and the org decides about each.

use bytes::Bytes;
use mockorg_gateway::Gateway;
use mockorg_org::{ApiError, Call, ErrorCode as ApiErrorCode, PublishedEvent, Reply, events::ReplayId};

use crate::{
    auth::Caller,
    proto::{Error, ErrorCode, ProducerEvent, PublishResponse, PublishResult},
    refusal::Refusal,
    replay, topic,
};

/// The longest event, in bytes.
const LONGEST_EVENT: usize = 1024 * 1024;

/// The longest id of an event, in characters: the length of `EventUuid`. Every subscriber gets it.
const LONGEST_ID: usize = 36;

/// Publishes a batch. One event's failure is no other's.
pub(crate) fn publish(
    gateway: &Gateway,
    caller: &Caller,
    topic_name: &str,
    events: &[ProducerEvent],
) -> Result<PublishResponse, Refusal> {
    if topic_name.trim().is_empty() {
        return Err(Refusal::PublishTopicEmpty);
    }
    let channel = topic::open(gateway, caller, topic_name, Refusal::TopicPermission)?;
    let Some(event_name) = channel.event.as_deref().filter(|_| channel.can_publish) else {
        return Err(Refusal::CannotPublish);
    };
    if events.is_empty() {
        return Err(Refusal::PublishCount);
    }
    let read: Vec<_> = events.iter().map(|event| read(gateway, event_name, event)).collect();
    let mut published = hand_over(gateway, caller, event_name, &read)?.into_iter();
    let result = |(event, read): (&ProducerEvent, Result<PublishedEvent, String>)| {
        let outcome = read.and_then(|_| published.next().unwrap_or_else(|| Err(String::new())));
        let (replay_id, error) = match outcome {
            Ok(id) => (replay::to_bytes(id), None),
            Err(msg) => (Bytes::new(), Some(Error { code: ErrorCode::Publish.into(), msg })),
        };
        PublishResult { replay_id, error, correlation_key: event.id.clone() }
    };
    Ok(PublishResponse {
        results: events.iter().zip(read).map(result).collect(),
        schema_id: topic::schema_id(gateway, &channel).to_string(),
        rpc_id: caller.rpc_id.clone(),
    })
}

/// Has the org publish what could be read, all in one go.
fn hand_over(
    gateway: &Gateway,
    caller: &Caller,
    event_name: &str,
    read: &[Result<PublishedEvent, String>],
) -> Result<Vec<Result<ReplayId, String>>, Refusal> {
    let events = read.iter().flatten().cloned().collect();
    let call = Call::PublishEvents { event: event_name.into(), events };
    match gateway.with_org(|org, now| caller.call(org, now, call)) {
        Ok(Reply::Published(results)) => Ok(results.into_iter().map(|one| one.map_err(words)).collect()),
        Err(error) if error.code == ApiErrorCode::InvalidSessionId => Err(Refusal::Auth),
        Err(error) if error.code == ApiErrorCode::InsufficientAccess => Err(Refusal::CannotPublish),
        // What is refused for the whole batch is refused for each event.
        Err(error) => {
            let msg = words(error);
            Ok(read.iter().map(|_| Err(msg.clone())).collect())
        }
        Ok(_) => Err(Refusal::Internal),
    }
}

fn words(error: ApiError) -> String {
    let code = error.code.as_str();
    error.message.map_or_else(|| code.to_owned(), |message| format!("{code}: {message}"))
}

/// What a client wants to publish.
fn read(gateway: &Gateway, event_name: &str, event: &ProducerEvent) -> Result<PublishedEvent, String> {
    if event.payload.len() > LONGEST_EVENT {
        return Err("The event is larger than the maximum of 1 MB.".to_owned());
    }
    if event.id.trim().chars().nth(LONGEST_ID).is_some() {
        return Err("The event's ID is longer than the maximum of 36 characters.".to_owned());
    }
    let schema = gateway.schemas().by_id(&event.schema_id).filter(|schema| &*schema.event == event_name);
    let schema = schema.ok_or_else(|| "The schema ID is no schema of the topic's event.".to_owned())?;
    let payload = schema
        .decode(&event.payload)
        .map_err(|_| "The payload is no Avro record of the schema.".to_owned())?;
    let uuid = Some(event.id.trim()).filter(|id| !id.is_empty()).map(Into::into);
    Ok(PublishedEvent { uuid, created_by: payload.created_by.parse().ok(), fields: payload.fields })
}
