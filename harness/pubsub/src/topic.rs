//! Topics: the channels of events and changes.

use std::sync::Arc;

use mockorg_gateway::Gateway;
use mockorg_org::{
    Call, ErrorCode, Reply,
    events::{Channel, ChannelKind, ChannelRefusal},
};

use crate::{auth::Caller, refusal::Refusal};

/// The channel behind a topic's name; `denied` is what a user hears who may not read it.
pub(crate) fn open(
    gateway: &Gateway,
    caller: &Caller,
    name: &str,
    denied: Refusal,
) -> Result<Channel, Refusal> {
    caller.names_topic(name);
    let call = Call::OpenChannel { channel: name.into() };
    match gateway.with_org(|org, now| caller.call(org, now, call)) {
        // Other channels are for the Streaming API alone.
        Ok(Reply::Channel(channel)) if matches!(channel.kind, ChannelKind::Event | ChannelKind::Change) => {
            Ok(*channel)
        }
        Ok(Reply::ChannelRefused(ChannelRefusal::NoAccess | ChannelRefusal::NoChangeAccess)) => Err(denied),
        Ok(Reply::Channel(_) | Reply::ChannelRefused(_)) => Err(Refusal::TopicNotFound),
        Err(error) if error.code == ErrorCode::InvalidSessionId => Err(Refusal::Auth),
        Err(_) | Ok(_) => Err(Refusal::Internal),
    }
}

/// The id of the present schema of a channel; empty for channels of several events.
pub(crate) fn schema_id(gateway: &Gateway, channel: &Channel) -> Arc<str> {
    let schema = channel.event.as_deref().and_then(|event| gateway.schemas().of_event(event));
    schema.map_or_else(|| "".into(), |schema| Arc::clone(&schema.id))
}
