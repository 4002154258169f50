//! Generic streaming: events that clients push to those who listen.

use std::collections::BTreeSet;

use mockorg_org::{Call, RecordId, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    cometd::Moment,
    exchange::{Exchange, Failure},
};

/// `POST /sobjects/StreamingChannel/<id>/push`.
pub(crate) fn push_events(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    let call = Call::PushEvents { channel: exchange.param("id").into(), body };
    let Reply::Pushed(pushed) = exchange.call(call)? else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    writer.begin_array();
    for event in &pushed {
        let online =
            if event.user_ids.is_empty() { BTreeSet::new() } else { online(exchange, &event.channel) };
        let reached = event.user_ids.iter().filter(|user| online.contains(*user)).count() as i128;
        // A broadcast is not counted.
        let fanout = if event.user_ids.is_empty() { -1 } else { reached };
        writer.begin_object().key("fanoutCount").int(fanout).key("userOnlineStatus").begin_object();
        for user in &event.user_ids {
            writer.key(&user.to_string()).bool(online.contains(user));
        }
        writer.end_object().end_object();
    }
    writer.end_array();
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /sobjects/StreamingChannel/<id>/push`.
pub(crate) fn online_users(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let call = Call::StreamingChannel { channel: exchange.param("id").into() };
    let Reply::StreamingChannel(channel) = exchange.call(call)? else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    writer.begin_object().key("OnlineUserIds").begin_array();
    for user in online(exchange, &channel) {
        writer.display(user);
    }
    writer.end_array().key("ChannelName").string(&channel).end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// The users who listen to a channel.
fn online(exchange: &Exchange<'_>, channel: &str) -> BTreeSet<RecordId> {
    exchange.gateway.streaming().listeners(&Moment::of(exchange.gateway), channel)
}
