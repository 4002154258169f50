//! `/meta/disconnect` and `/meta/unsubscribe`: a client leaves, or leaves a channel.

use super::{caller::Caller, errors, message::Message, reply::Reply, session::Session};
use crate::json::JsonWriter;

/// Ends a session; what it holds ends at once.
pub(super) fn disconnect(caller: &Caller<'_>, session: &Session, message: &Message, w: &mut JsonWriter) {
    caller.gateway.streaming().close(session);
    Reply::done(&session.id).write(w, message);
}

/// Ends subscriptions. One that is not there is over already.
pub(super) fn unsubscribe(session: &Session, message: &Message, w: &mut JsonWriter) {
    let names = message.subscriptions();
    if names.is_empty() {
        let failed = Reply { client_id: Some(&session.id), ..Reply::failed(errors::NO_CHANNEL) };
        return failed.write(w, message);
    }
    session.state().subscriptions.retain(|own| !names.contains(&&*own.name));
    Reply::done(&session.id).write(w, message);
}
