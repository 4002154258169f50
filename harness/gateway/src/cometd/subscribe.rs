//! `/meta/subscribe`: which channels, and from where on.

use std::borrow::Cow;

use mockorg_org::{Call, Reply as OrgReply};

use super::{
    caller::Caller,
    errors,
    message::Message,
    replay::{self, Start},
    reply::Reply,
    session::{Moves, Session, Subscription},
};
use crate::json::JsonWriter;

/// Subscribes a session to all channels that the message names, or to none of them.
pub(super) fn subscribe(caller: &Caller<'_>, session: &Session, message: &Message, w: &mut JsonWriter) {
    let names = message.subscriptions();
    let opened: Result<Vec<_>, _> = match &*names {
        [] => Err(errors::NO_CHANNEL.into()),
        names => names.iter().map(|name| open(caller, message, name)).collect(),
    };
    match opened {
        Ok(subscriptions) => {
            let mut state = session.state();
            subscriptions.into_iter().for_each(|(subscription, moves)| state.subscribe(subscription, moves));
            drop(state);
            // What is replayed need not wait for the next publication.
            session.changed.notify_waiters();
            Reply::done(&session.id).write(w, message);
        }
        Err(error) => Reply { client_id: Some(&session.id), ..Reply::failed(&error) }.write(w, message),
    }
}

fn open(
    caller: &Caller<'_>,
    message: &Message,
    name: &str,
) -> Result<(Subscription, Moves), Cow<'static, str>> {
    let call = Call::OpenChannel { channel: name.into() };
    let (opened, position) = caller.gateway.with_org(|org, now| {
        let opened = org.call(now, &caller.session, call);
        let position = match &opened {
            Ok(OrgReply::Channel(channel)) => replay::start(message.replay_map(), name).and_then(|start| {
                let moves = if start == Start::New { Moves::No } else { Moves::Yes };
                Ok((replay::position(start, channel.kind, org.events(), now)?, moves))
            }),
            _ => Err(String::new()),
        };
        (opened, position)
    });
    match opened {
        Ok(OrgReply::Channel(channel)) => {
            let (position, moves) = position?;
            Ok((Subscription { name: name.into(), channel, position }, moves))
        }
        Ok(OrgReply::ChannelRefused(refusal)) => Err(errors::of_channel(refusal, name)),
        Ok(_) => Err(errors::UNKNOWN_CHANNEL.into()),
        Err(error) => Err(errors::of_session(&error).into()),
    }
}
