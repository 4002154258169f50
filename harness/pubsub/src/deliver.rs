//! Batches of events as they go out.

use std::sync::Arc;

use bytes::Bytes;
use mockorg_gateway::{Gateway, events::Delivery};
use mockorg_org::events::{Channel, ReplayId};

use crate::{
    proto::{ConsumerEvent, ProducerEvent},
    refusal::Refusal,
    replay,
};

/// How long a response may get, in bytes of payloads; clients accept 4 MB.
const LONGEST: usize = 3 * 1024 * 1024;

/// The next events of a channel, and the position after them.
///
/// # Errors
///
/// When the client is so far behind that some of its events are not kept any more. It must not go on as if
/// nothing had happened.
pub(crate) fn batch(
    gateway: &Gateway,
    channel: &Channel,
    after: ReplayId,
    most: u32,
) -> Result<(Vec<ConsumerEvent>, ReplayId), Refusal> {
    let step = gateway.feed().after(after, channel, most as usize);
    if step.lost.is_some() {
        return Err(Refusal::ReplayCorrupted);
    }
    let mut events: Vec<ConsumerEvent> = Vec::with_capacity(step.deliveries.len());
    let told = |count: usize| {
        gateway.count_deliveries(step.deliveries[..count].iter().map(|delivery| delivery.event.replay_id));
    };
    let mut length = 0;
    let mut last = after;
    for delivery in &step.deliveries {
        let (schema_id, payload) = delivery.avro.get_or_init(|| encoded(gateway, delivery));
        length += payload.len();
        if length > LONGEST && !events.is_empty() {
            told(events.len());
            return Ok((events, last));
        }
        last = delivery.event.replay_id;
        events.push(ConsumerEvent {
            event: Some(ProducerEvent {
                id: delivery.event.uuid.to_string(),
                schema_id: schema_id.to_string(),
                payload: payload.clone(),
                headers: Vec::new(),
            }),
            replay_id: replay::to_bytes(last),
        });
    }
    told(events.len());
    Ok((events, step.position))
}

/// The payload of an event with the id of its schema: made once, for all subscribers.
fn encoded(gateway: &Gateway, delivery: &Delivery) -> (Arc<str>, Bytes) {
    let schema = gateway.schemas().of_event(&delivery.event.event);
    let made = schema.and_then(|schema| Some((Arc::clone(&schema.id), schema.encode(&delivery.event)?)));
    made.unwrap_or_else(|| ("".into(), Bytes::new()))
}
