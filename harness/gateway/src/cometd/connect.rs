//! `/meta/connect`: a client waits for events.

use std::{sync::Arc, time::Duration};

use mockorg_org::Input;

use super::{
    caller::Caller,
    errors,
    handshake::LONG_POLLING,
    hold::{Hold, LONGEST_POLL},
    message::Message,
    reply::{Advice, Reply},
    session::Session,
    take::take,
};
use crate::json::JsonWriter;

/// Answers a connect; gives what to wait for when it is to be held.
///
/// Only a message that has its request for itself is held, and not the first of a session: clients put
/// connect and subscribe into one request and wait for both.
pub(super) fn connect(
    caller: &Caller<'_>,
    session: &Arc<Session>,
    message: &Message,
    alone: bool,
    w: &mut JsonWriter,
) -> Option<Hold> {
    if let Some(Input::Text(name)) = message.get("connectionType")
        && &**name != LONG_POLLING
    {
        let error = errors::connection_type(name);
        Reply { client_id: Some(&session.id), ..Reply::failed(&error) }.write(w, message);
        return None;
    }
    let patience = message.asked_timeout().map_or(LONGEST_POLL, Duration::from_millis).min(LONGEST_POLL);
    let mut state = session.state();
    let first = state.turn == 0;
    state.turn += 1;
    if !first && alone && !patience.is_zero() {
        state.held = true;
        let turn = state.turn;
        drop(state);
        session.changed.notify_waiters();
        return Some(Hold::new(Arc::clone(session), turn, caller, patience));
    }
    state.held = false;
    let mut events = Vec::new();
    let taken = take(caller.gateway, &mut state.subscriptions, caller.session.version, &mut events);
    state.ended |= taken.is_err();
    drop(state);
    session.changed.notify_waiters();
    if taken.is_err() {
        Reply::unknown_client().write(w, message);
        return None;
    }
    write_events(w, &events);
    Reply { advice: first.then_some(Advice::Retry), ..Reply::done(&session.id) }.write(w, message);
    None
}

/// Writes the messages of events as items of the array that is open.
pub(super) fn write_events(w: &mut JsonWriter, events: &[u8]) {
    if let Some(events) = events.strip_suffix(b",") {
        w.raw(|out| out.extend_from_slice(events));
    }
}
