//! Whether a request is one that a stub answers.

use hyper::http::request::Parts;
use mockorg_org::{Input, StubRequest};
use rust_decimal::Decimal;

use crate::form;

/// Whether address, headers and body are as a stub wants them; the path was looked at before.
pub(super) fn fits(wanted: &StubRequest, parts: &Parts, body: Option<&Input>) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    wanted
        .query
        .iter()
        .all(|(name, value)| form::pairs(query).any(|(own, has)| own == **name && has == **value))
        && wanted.headers.iter().all(|(name, value)| {
            parts.headers.get_all(&**name).iter().any(|own| own.as_bytes() == value.as_bytes())
        })
        && wanted.body.as_ref().is_none_or(|wanted| body.is_some_and(|body| holds(wanted, body)))
}

/// Whether a body holds what is wanted: members of objects may stand beside the wanted ones, lists have as many
/// items.
fn holds(wanted: &Input, actual: &Input) -> bool {
    match (wanted, actual) {
        (Input::Object(wanted), Input::Object(actual)) => wanted.iter().all(|wanted| {
            actual.iter().any(|actual| actual.name == wanted.name && holds(&wanted.value, &actual.value))
        }),
        (Input::Array(wanted), Input::Array(actual)) => {
            wanted.len() == actual.len()
                && wanted.iter().zip(actual).all(|(wanted, actual)| holds(wanted, actual))
        }
        (Input::Number(wanted), Input::Number(actual)) => number(wanted) == number(actual),
        (wanted, actual) => wanted == actual,
    }
}

/// A number by its value, however it is written; by its text where it is too large for that.
fn number(text: &str) -> Result<Decimal, &str> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).map_err(|_| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn bodies_may_hold_more_than_is_wanted() {
        let holds = |wanted: &str, actual: &str| {
            holds(&json::read(wanted.as_bytes()).unwrap(), &json::read(actual.as_bytes()).unwrap())
        };
        assert!(holds("{}", r#"{"a":1}"#));
        assert!(holds(r#"{"a":{"b":1.50}}"#, r#"{"c":null,"a":{"d":true,"b":1.5}}"#));
        assert!(holds(r#"[{"a":1},2]"#, r#"[{"a":1e0,"b":2},2]"#));
        for (wanted, actual) in [
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":1}"#, r#"{"a":"1"}"#),
            ("[1]", "[1,2]"),
            ("[]", "{}"),
            ("1e999", "2e999"),
        ] {
            assert!(!holds(wanted, actual), "{wanted} {actual}");
        }
    }
}
