//! `/meta/handshake`: a client begins.

use mockorg_org::Input;

use super::{
    caller::Caller,
    errors,
    message::{Message, as_text},
    reply::{Advice, Extension, Reply},
    sessions::Moment,
};
use crate::json::JsonWriter;

/// The one way in which events travel.
pub(super) const LONG_POLLING: &str = "long-polling";

/// Opens a session and writes the reply.
pub(super) fn handshake(caller: &Caller<'_>, moment: &Moment, message: &Message, w: &mut JsonWriter) {
    if let Some(reason) = caller.denied {
        return deny(reason, message, w);
    }
    if let Some(other) = other_connection_type(message) {
        let error = errors::connection_type(other);
        return Reply { advice: Some(Advice::Denied), ..Reply::failed(&error) }.write(w, message);
    }
    let gateway = caller.gateway;
    match gateway.streaming().open(moment, gateway.options.streaming_clients) {
        Some(session) => {
            let extension = Some(Extension { failure_reason: None });
            Reply { extension, ..Reply::done(&session.id) }.write(w, message);
        }
        None => deny(errors::TOO_MANY_CLIENTS, message, w),
    }
}

fn deny(reason: &'static str, message: &Message, w: &mut JsonWriter) {
    let extension = Some(Extension { failure_reason: Some(reason) });
    let advice = Some(Advice::Denied);
    Reply { extension, advice, ..Reply::failed(errors::HANDSHAKE_DENIED) }.write(w, message);
}

/// What a client that cannot do long polling offers first.
fn other_connection_type(message: &Message) -> Option<&str> {
    let Some(Input::Array(types)) = message.get("supportedConnectionTypes") else { return None };
    let mut types = types.iter().filter_map(as_text).peekable();
    let first = *types.peek()?;
    (!types.any(|name| name == LONG_POLLING)).then_some(first)
}
