//! The org's time, to read and to move.

use std::time::Duration;

use mockorg_org::{FieldInput, Input, Timestamp};

use super::refuse::refuse;
use crate::{
    answer::Answer,
    clock::parse_duration,
    exchange::{Exchange, Failure},
    json,
};

const HINT: &str =
    r#"send one of {"advance":"PT1H"}, {"advance":90}, {"set":"2026-01-01T00:00:00Z"}, {"freeze":true}"#;

/// Midnight before the last day of the year 9999; dates and instants after it have no text.
pub(super) const LATEST: Timestamp = Timestamp::from_millis(253_402_128_000_000);

/// `GET /__mockorg/clock`.
pub(crate) fn read_clock(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (clock, now) = exchange.gateway.time();
    let mut writer = exchange.writer();
    writer.begin_object().key("now").display(now).key("kind").string(clock.kind()).end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /__mockorg/clock`.
pub(crate) fn move_clock(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let order = match json::record_body(&body) {
        Ok(members) => Order::of(&members),
        Err(_) => None,
    };
    match order {
        None => return Ok(refuse(exchange, "the body does not say how to move the clock", HINT)),
        Some(Order::Advance(duration)) if exchange.gateway.time().1 + duration > LATEST => {
            return Ok(refuse(exchange, "the org's time ends with the year 9999", "advance by less"));
        }
        Some(Order::Advance(duration)) => exchange.gateway.advance(duration),
        Some(Order::Freeze) => exchange.gateway.freeze(),
        Some(Order::Set(at)) if at > LATEST => {
            return Ok(refuse(exchange, "the org's time ends with the year 9999", "set an earlier time"));
        }
        Some(Order::Set(at)) if exchange.gateway.set_time(at) => {}
        Some(Order::Set(_)) => {
            return Ok(refuse(
                exchange,
                "the org's time cannot go back",
                "reset the org, or set a later time",
            ));
        }
    }
    read_clock(exchange)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Advance(Duration),
    Set(Timestamp),
    Freeze,
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
