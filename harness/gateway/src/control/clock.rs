//! The org's time, to read and to move; what happened on the way is told.

use std::time::Duration;

use mockorg_org::{FieldInput, Happened, Happening, Input, Occurrence, Timestamp, events::ReplayId};

use super::refuse::refuse;
use crate::{
    answer::Answer,
    clock::parse_duration,
    exchange::{Exchange, Failure},
    json::{self, JsonWriter},
};

const HINT: &str = r#"send one of {"advance":"PT1H"}, {"advance":90}, {"set":"2026-01-01T00:00:00Z"}, {"freeze":true}, {"follow":true}"#;

/// Midnight before the last day of the year 9999; dates and instants after it have no text.
pub(super) const LATEST: Timestamp = Timestamp::from_millis(253_402_128_000_000);

/// `GET /__mockorg/clock`.
pub(crate) fn read_clock(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    write_time(writer.begin_object(), exchange);
    writer.end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/clock`.
pub(crate) fn move_clock(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let order = match json::record_body(&body) {
        Ok(members) => Order::of(&members),
        Err(_) => None,
    };
    let happened = match order {
        None => return Ok(refuse(exchange, "the body does not say how to move the clock", HINT)),
        Some(Order::Advance(duration)) if is_beyond(exchange, duration) => {
            return Ok(refuse(exchange, "the org's time ends with the year 9999", "advance by less"));
        }
        Some(Order::Advance(duration)) => exchange.gateway.advance(duration),
        Some(Order::Freeze) => exchange.gateway.freeze(),
        Some(Order::Follow) => exchange.gateway.follow_machine(),
        Some(Order::Set(at)) if at > LATEST => {
            return Ok(refuse(exchange, "the org's time ends with the year 9999", "set an earlier time"));
        }
        Some(Order::Set(at)) => match exchange.gateway.set_time(at) {
            Some(happened) => happened,
            None => {
                let hint = "reset the org, or set a later time";
                return Ok(refuse(exchange, "the org's time cannot go back", hint));
            }
        },
    };
    let mut writer = exchange.writer();
    write_time(writer.begin_object(), exchange);
    write_happened(&mut writer, &happened);
    writer.end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// Whether the org's time would have no text any more.
fn is_beyond(exchange: &Exchange<'_>, duration: Duration) -> bool {
    let left = LATEST.millis().saturating_sub(exchange.gateway.time().1.millis());
    u128::try_from(left).is_ok_and(|left| duration.as_millis() > left)
}

fn write_time(writer: &mut JsonWriter, exchange: &Exchange<'_>) {
    let (clock, now) = exchange.gateway.time();
    writer.key("now").display(now).key("kind").string(clock.kind());
}

fn write_happened(writer: &mut JsonWriter, happened: &Happened) {
    writer.key("happened").begin_array();
    for Happening { at, what } in &happened.happenings {
        writer.begin_object().key("at").display(at).key("kind").string(what.kind());
        match what {
            Occurrence::JobStarted { job, status } | Occurrence::JobEnded { job, status } => {
                writer.key("requestIdentifier").string(job).key("status").optional(status.as_deref());
            }
            Occurrence::TrackerExpired { tracker } => {
                writer.key("id");
                match tracker {
                    Some(tracker) => writer.display(tracker),
                    None => writer.null(),
                };
            }
            Occurrence::OrderActivated { order: id }
            | Occurrence::MetadataStarted { request: id }
            | Occurrence::MetadataEnded { request: id } => {
                writer.key("id").display(id);
            }
            Occurrence::BulkJob { job, step } => {
                writer.key("id").display(job).key("step").string(step);
            }
            Occurrence::AutomationRan { name } => {
                writer.key("name").string(name);
            }
            Occurrence::EventPublished { channel, replay_id: ReplayId(id) } => {
                writer.key("channel").string(channel).key("replayId").int(*id);
            }
            Occurrence::RecycleBinEmptied { records: count }
            | Occurrence::SessionsExpired { sessions: count }
            | Occurrence::LocatorsExpired { locators: count } => {
                writer.key("count").int(u64::try_from(*count).unwrap_or(u64::MAX));
            }
        }
        writer.end_object();
    }
    writer.end_array().key("leftOut").int(happened.left_out);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Advance(Duration),
    Set(Timestamp),
    Freeze,
    Follow,
}

impl Order {
    fn of(members: &[FieldInput]) -> Option<Self> {
        let [member] = members else { return None };
        match (&*member.name, &member.value) {
            ("advance", Input::Text(text)) => parse_duration(text).map(Self::Advance),
            ("advance", Input::Number(text)) => text
                .parse()
                .ok()
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .map(Self::Advance),
            ("set", Input::Text(text)) => Timestamp::parse(text).map(Self::Set),
            ("freeze", Input::Bool(true)) => Some(Self::Freeze),
            ("follow", Input::Bool(true)) => Some(Self::Follow),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: &str) -> Option<Order> {
        Order::of(&json::record_body(text.as_bytes()).unwrap())
    }

    #[test]
    fn the_clock_takes_one_order_at_a_time() {
        assert_eq!(order(r#"{"advance":"PT1H"}"#), Some(Order::Advance(Duration::from_secs(3600))));
        assert_eq!(order(r#"{"advance":1.5}"#), Some(Order::Advance(Duration::from_millis(1500))));
        assert_eq!(order(r#"{"freeze":true}"#), Some(Order::Freeze));
        assert_eq!(order(r#"{"follow":true}"#), Some(Order::Follow));
        assert_eq!(
            order(r#"{"set":"1970-01-01T00:00:01Z"}"#),
            Some(Order::Set(Timestamp::from_millis(1000)))
        );
        for text in [
            "{}",
            r#"{"advance":-1}"#,
            r#"{"advance":"1h"}"#,
            r#"{"freeze":false}"#,
            r#"{"set":"now"}"#,
            r#"{"freeze":true,"advance":1}"#,
        ] {
            assert_eq!(order(text), None, "{text}");
        }
    }
}
