//! One request: messages in, replies out, and perhaps a wait between.

use std::sync::Arc;

use bytes::Bytes;
use hyper::{
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, SET_COOKIE},
    http::request::Parts,
};
use mockorg_org::ApiError;

use super::{
    address::{self, Address},
    caller::Caller,
    connect::{connect, write_events},
    disconnect::{disconnect, unsubscribe},
    errors,
    handshake::handshake,
    hold::{End, Hold},
    message::Message,
    reply::{Advice, Reply},
    session::Session,
    sessions::Moment,
    subscribe::subscribe,
};
use crate::{
    Gateway,
    answer::{Answer, HttpResponse, TEXT},
    compress::{self, Coding, ExpandError},
    exchange::{Exchange, Failure},
    journal::Arrival,
    json::{JsonForm, JsonWriter},
    panics::guarded,
};

/// The longest body, in bytes.
pub(crate) const LONGEST_BODY: usize = 32_768;

/// The cookie by which browsers are told apart. Clients that do not return it are served all the same.
const COOKIE_NAME: &str = "BAYEUX_BROWSER";

/// What is to be done with a request.
enum Step {
    Answer(Answer),
    Wait(Message, Hold),
}

/// Answers a request when there is something to say.
pub(crate) async fn respond(gateway: &Gateway, parts: &Parts, body: &Bytes) -> HttpResponse {
    let arrival = Arrival::of(parts, body);
    let request = gateway.next_request();
    // A client must never see a dropped connection because of a mistake of ours.
    let step = guarded(|| begin(gateway, parts, body)).unwrap_or_else(|blow| {
        Step::Answer(gateway.panics().answer((&parts.method, &parts.uri), request, blow))
    });
    let answer = match step {
        Step::Answer(answer) => answer,
        Step::Wait(message, hold) => {
            let end = hold.wait(gateway).await;
            finish(&message, &hold.session, end)
        }
    };
    let coding = parts.headers.get(ACCEPT_ENCODING).and_then(|value| Coding::accepted(value.to_str().ok()?));
    arrival.finish(gateway, request, answer, None, coding)
}

/// Answers a request without a wait, for those who have no time.
pub(crate) fn answer_at_once(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (gateway, parts) = (exchange.gateway, exchange.parts);
    if !address::is_addressed(parts.uri.path(), gateway.options.newest) {
        return Err(ApiError::not_found().into());
    }
    Ok(match begin(gateway, parts, exchange.raw_body()) {
        Step::Answer(answer) => answer,
        Step::Wait(message, hold) => {
            let end = hold.look(gateway);
            hold.release(gateway.time().1);
            finish(&message, &hold.session, end)
        }
    })
}

/// The refusal of a body that is too long.
pub(crate) fn too_long() -> Answer {
    refuse(413, "Maximum Request Size Exceeded")
}

fn refuse(status: u16, words: &'static str) -> Answer {
    Answer::new(status, TEXT, words)
}

fn begin(gateway: &Gateway, parts: &Parts, body: &Bytes) -> Step {
    let headers = &parts.headers;
    if !is_json(headers) {
        return Step::Answer(refuse(400, "Unknown Bayeux Transport"));
    }
    let messages = match expanded(headers, body) {
        Ok(body) => Message::read_all(&body),
        Err(answer) => return Step::Answer(*answer),
    };
    let Ok(mut messages) = messages else {
        return Step::Answer(refuse(400, "The request body holds no Bayeux messages"));
    };
    let newest = gateway.options.newest;
    let mut w = JsonWriter::new(JsonForm::Compact);
    w.begin_array();
    let version = match address::read(parts.uri.path(), newest) {
        Some(Address::Version(version)) => version,
        other => {
            let error = match other {
                Some(Address::Unsupported) => errors::unsupported_version(newest),
                _ => errors::no_version(newest),
            };
            let refusal = Reply { advice: Some(Advice::Denied), ..Reply::failed(&error) };
            messages.iter().for_each(|message| refusal.write(&mut w, message));
            return Step::Answer(done(w));
        }
    };
    let caller = Caller::of(gateway, parts, version);
    let alone = messages.len() == 1;
    let mut hold = None;
    for message in &messages {
        hold = reply(&caller, message, alone, &mut w);
    }
    match (hold, messages.pop()) {
        (Some(hold), Some(message)) => Step::Wait(message, hold),
        _ => Step::Answer(with_cookie(done(w), gateway, headers)),
    }
}

/// Writes the reply to one message, unless it is to be held.
fn reply(caller: &Caller<'_>, message: &Message, alone: bool, w: &mut JsonWriter) -> Option<Hold> {
    let gateway = caller.gateway;
    let moment = Moment::at(gateway, caller.now);
    let Some(channel) = message.channel() else {
        Reply::failed(errors::NO_CHANNEL).write(w, message);
        return None;
    };
    if channel == "/meta/handshake" {
        handshake(caller, &moment, message, w);
        return None;
    }
    if let Some(error) = caller.denied {
        Reply { advice: Some(Advice::Stop), ..Reply::failed(error) }.write(w, message);
        return None;
    }
    let session = match message.client_id() {
        Some(id) => gateway.streaming().get(id, &moment),
        None if channel == "/meta/subscribe" => {
            Reply::failed(errors::NO_HANDSHAKE).write(w, message);
            return None;
        }
        None => None,
    };
    let Some(session) = session else {
        Reply::unknown_client().write(w, message);
        return None;
    };
    session.answer_at(caller.now);
    dispatch(caller, &session, (channel, message), alone, w)
}

fn dispatch(
    caller: &Caller<'_>,
    session: &Arc<Session>,
    (channel, message): (&str, &Message),
    alone: bool,
    w: &mut JsonWriter,
) -> Option<Hold> {
    match channel {
        "/meta/connect" => return connect(caller, session, message, alone, w),
        "/meta/subscribe" => subscribe(caller, session, message, w),
        "/meta/unsubscribe" => unsubscribe(session, message, w),
        "/meta/disconnect" => disconnect(caller, session, message, w),
        _ => {
            let error =
                if channel.starts_with("/meta/") { errors::UNKNOWN_CHANNEL } else { errors::PUBLISH_DENIED };
            Reply { client_id: Some(&session.id), ..Reply::failed(error) }.write(w, message);
        }
    }
    None
}

/// The answer to a connect that was held.
fn finish(message: &Message, session: &Session, end: End) -> Answer {
    let mut w = JsonWriter::new(JsonForm::Compact);
    w.begin_array();
    match end {
        End::Answer(events) => {
            write_events(&mut w, &events);
            Reply::done(&session.id).write(&mut w, message);
        }
        End::Disconnected => {
            Reply { advice: Some(Advice::Stop), ..Reply::done(&session.id) }.write(&mut w, message);
        }
        End::Unknown => Reply::unknown_client().write(&mut w, message),
        // Nobody reads this any more; the status says so.
        End::Superseded => return Answer::empty(408),
    }
    done(w)
}

fn done(mut w: JsonWriter) -> Answer {
    w.end_array();
    Answer::json(200, w.finish())
}

fn with_cookie(answer: Answer, gateway: &Gateway, headers: &HeaderMap) -> Answer {
    let has_it = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains(COOKIE_NAME));
    if headers.get_all(COOKIE).iter().any(has_it) {
        return answer;
    }
    let value = format!("{COOKIE_NAME}={}; Path=/cometd; HttpOnly", gateway.streaming().browser());
    answer.with(SET_COOKIE, value)
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

fn expanded(headers: &HeaderMap, body: &Bytes) -> Result<Bytes, Box<Answer>> {
    if body.len() > LONGEST_BODY {
        return Err(Box::new(too_long()));
    }
    let coding = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or_default().trim());
    match coding {
        None | Some("identity") => Ok(body.clone()),
        Some(coding) => compress::expand(body, coding, LONGEST_BODY).map(Into::into).map_err(|error| {
            Box::new(match error {
                ExpandError::TooLarge => too_long(),
                ExpandError::Broken | ExpandError::Unknown => {
                    refuse(400, "The request body cannot be expanded")
                }
            })
        }),
    }
}
