//! Where an answer differs from the recorded one.

use std::fmt;

use mockorg_gateway::Entry;
use mockorg_org::{Outcome, Timestamp};
use serde_json::Value;

/// The first operation of a recording that is answered otherwise now.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The line of the file in which the operation stands, from 1.
    pub line: u64,
    /// When it was done, by the org's clock.
    pub at: Option<Timestamp>,
    /// The operation, as JSON.
    pub operation: String,
    /// The first place in which the answers differ, as a JSON pointer.
    pub place: String,
    /// What stands there in the recording, as JSON; `None` when nothing does.
    pub recorded: Option<String>,
    /// What stands there now.
    pub now: Option<String>,
}

impl Difference {
    /// What differs, if anything does. Values that cannot be written as JSON are not compared, as no recording has them.
    pub(super) fn between(line: u64, entry: &Entry, recorded: &Outcome, now: &Outcome) -> Option<Self> {
        if recorded == now {
            return None;
        }
        let (before, after) = (serde_json::to_value(recorded).ok()?, serde_json::to_value(now).ok()?);
        let (place, recorded, now) = first(&mut String::new(), Some(&before), Some(&after))?;
        let Entry::Org { operation, .. } = entry else { return None };
        let text = serde_json::to_string(operation).unwrap_or_default();
        Some(Self { line, at: operation.at(), operation: text, place, recorded, now })
    }
}

type Found = (String, Option<String>, Option<String>);

/// The first place in which two values differ, in the order of the first one's members.
fn first(place: &mut String, before: Option<&Value>, after: Option<&Value>) -> Option<Found> {
    let within = |place: &mut String, name: &str, before: Option<&Value>, after: Option<&Value>| {
        let length = place.len();
        place.push('/');
        place.push_str(&name.replace('~', "~0").replace('/', "~1"));
        let found = first(place, before, after);
        place.truncate(length);
        found
    };
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let added = after.keys().filter(|name| !before.contains_key(*name));
            before.keys().chain(added).find_map(|name| within(place, name, before.get(name), after.get(name)))
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => (0..before.len().max(after.len()))
            .find_map(|at| within(place, &at.to_string(), before.get(at), after.get(at))),
        _ if before == after => None,
        _ => Some((place.clone(), before.map(Value::to_string), after.map(Value::to_string))),
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(at) = self.at {
            write!(f, ", at {at}")?;
        }
        let shown = |value: &Option<String>| value.as_deref().unwrap_or("nothing").to_owned();
        let place = if self.place.is_empty() { "/" } else { &self.place };
        write!(
            f,
            "\n  operation  {}\n  differs at {place}\n  recorded   {}\n  now        {}",
            self.operation,
            shown(&self.recorded),
            shown(&self.now)
        )
    }
}

#[cfg(test)]
mod tests {
    use mockorg_org::{ApiError, Operation};

    use super::*;

    #[test]
    fn the_first_place_that_differs_is_named() {
        let entry = Entry::Org { operation: Operation::Abandon, outcome: None };
        let refused = |error: ApiError| Outcome::Answered(Err(error));
        let (before, after) = (refused(ApiError::not_found()), refused(ApiError::invalid_session()));
        let difference = Difference::between(7, &entry, &before, &after).unwrap();
        assert_eq!((difference.line, &*difference.place), (7, "/Answered/Err/code"));
        assert_eq!(difference.recorded.as_deref(), Some("\"NOT_FOUND\""));
        assert_eq!(difference.now.as_deref(), Some("\"INVALID_SESSION_ID\""));
        assert_eq!(Difference::between(7, &entry, &before, &before), None);
        assert!(difference.to_string().contains("differs at /Answered/Err/code"), "{difference}");
    }

    #[test]
    fn members_that_only_one_side_has_and_longer_lists_differ() {
        let found = |before: &str, after: &str| {
            let (before, after) =
                (serde_json::from_str(before).unwrap(), serde_json::from_str(after).unwrap());
            first(&mut String::new(), Some(&before), Some(&after))
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(found(r#"{"a":1}"#, r#"{"a":1,"b":2}"#), Some(("/b".to_owned(), None, text("2"))));
        assert_eq!(found("[1,2]", "[1]"), Some(("/1".to_owned(), text("2"), None)));
        assert_eq!(
            found(r#"{"a/b":[1]}"#, r#"{"a/b":[null]}"#),
            Some(("/a~1b/0".to_owned(), text("1"), text("null")))
        );
        assert_eq!(found("[]", "[]"), None);
    }
}
