//! Bodies of the control surface: members by name, of which none may be unknown, missing or of another kind.

use std::time::Duration;

use mockorg_org::{ControlRefusal, FieldInput, Input, Position, RecordId, Timestamp};

use crate::{clock::parse_duration, json};

/// A longer time than any org lives; more would only overflow.
const LONGEST: Duration = Duration::from_secs(1_000_000_000_000);

/// The members of one object of a body.
pub(super) struct Members<'a> {
    /// Where the object stands, for errors: empty for the body itself.
    place: String,
    known: &'static [&'static str],
    members: &'a [FieldInput],
}

/// Reads a body that is one object; an empty body is an empty object.
pub(super) fn read(body: &[u8]) -> Result<Vec<FieldInput>, ControlRefusal> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    json::record_body(body).map_err(|error| ControlRefusal {
        error: error.message.unwrap_or_default(),
        hint: "send one JSON object".into(),
    })
}

impl<'a> Members<'a> {
    /// The members of an object, all of which must be known and stand once.
    pub(super) fn of(
        place: &str,
        known: &'static [&'static str],
        members: &'a [FieldInput],
    ) -> Result<Self, ControlRefusal> {
        for (at, member) in members.iter().enumerate() {
            let Position { line, column } = member.at;
            let wrong = if !known.contains(&&*member.name) {
                "there is no member"
            } else if members[..at].iter().any(|earlier| earlier.name == member.name) {
                "there are two members"
            } else {
                continue;
            };
            return Err(ControlRefusal {
                error: format!("{wrong} `{place}{}` [line:{line}, column:{column}]", member.name).into(),
                hint: format!("the members are {}", known.join(", ")).into(),
            });
        }
        Ok(Self { place: place.to_owned(), known, members })
    }

    fn find(&self, name: &str) -> Option<&'a FieldInput> {
        self.members.iter().find(|member| &*member.name == name)
    }

    /// The value of a member, unless it is absent or null, as `read` takes it.
    fn value<T>(
        &self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&'a Input) -> Option<T>,
    ) -> Result<Option<T>, ControlRefusal> {
        let Some(member) = self.find(name).filter(|member| member.value != Input::Null) else {
            return Ok(None);
        };
        let Position { line, column } = member.at;
        read(&member.value).map(Some).ok_or_else(|| ControlRefusal {
            error: format!("`{}{name}` is not {wanted} [line:{line}, column:{column}]", self.place).into(),
            hint: format!("give {wanted}, or leave the member out").into(),
        })
    }

    /// A member that must be there.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, ControlRefusal> {
        value.ok_or_else(|| ControlRefusal {
            error: format!("`{}{name}` is missing", self.place).into(),
            hint: format!("the members are {}", self.known.join(", ")).into(),
        })
    }

    /// A member as it stands there, unless it is null.
    pub(super) fn input(&self, name: &str) -> Option<&'a Input> {
        self.find(name).map(|member| &member.value).filter(|value| **value != Input::Null)
    }

    /// Whether a member stands there at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Whether a member stands there as null.
    pub(super) fn is_null(&self, name: &str) -> bool {
        self.find(name).is_some_and(|member| member.value == Input::Null)
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<Box<str>>, ControlRefusal> {
        self.value(name, "a text", |input| match input {
            Input::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    pub(super) fn bool(&self, name: &str) -> Result<Option<bool>, ControlRefusal> {
        self.value(name, "true or false", |input| match input {
            Input::Bool(value) => Some(*value),
            _ => None,
        })
    }

    pub(super) fn count(&self, name: &str) -> Result<Option<u32>, ControlRefusal> {
        self.value(name, "a whole number from 0 on", |input| match input {
            Input::Number(text) => text.parse().ok(),
            _ => None,
        })
    }

    /// A count that may be as long as a body.
    pub(super) fn length(&self, name: &str) -> Result<Option<u64>, ControlRefusal> {
        self.value(name, "a whole number from 0 on", |input| match input {
            Input::Number(text) => text.parse().ok(),
            _ => None,
        })
    }

    /// A share of all, such as a probability.
    pub(super) fn share(&self, name: &str) -> Result<Option<f64>, ControlRefusal> {
        self.value(name, "a number from 0 to 1", |input| match input {
            Input::Number(text) => text.parse().ok().filter(|share| (0.0..=1.0).contains(share)),
            _ => None,
        })
    }

    /// A duration in ISO 8601 or in seconds.
    pub(super) fn duration(&self, name: &str) -> Result<Option<Duration>, ControlRefusal> {
        let bounded = |duration: &Duration| *duration <= LONGEST;
        self.value(name, "a duration such as \"PT5S\", or a number of seconds", |input| match input {
            Input::Text(text) => parse_duration(text).filter(bounded),
            Input::Number(text) => {
                let seconds = text.parse().ok();
                seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).filter(bounded)
            }
            _ => None,
        })
    }

    pub(super) fn timestamp(&self, name: &str) -> Result<Option<Timestamp>, ControlRefusal> {
        self.value(name, "an instant such as \"2026-01-15T09:00:00Z\"", |input| match input {
            Input::Text(text) => Timestamp::parse(text),
            _ => None,
        })
    }

    pub(super) fn id(&self, name: &str) -> Result<Option<RecordId>, ControlRefusal> {
        self.value(name, "a record id", |input| match input {
            Input::Text(text) => text.parse().ok(),
            _ => None,
        })
    }

    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<Box<str>>>, ControlRefusal> {
        self.value(name, "a list of texts", |input| match input {
            Input::Array(items) => items
                .iter()
                .map(|item| match item {
                    Input::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            _ => None,
        })
    }

    pub(super) fn list(&self, name: &str) -> Result<Option<&'a [Input]>, ControlRefusal> {
        self.value(name, "a list", |input| match input {
            Input::Array(items) => Some(&**items),
            _ => None,
        })
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<&'a [FieldInput]>, ControlRefusal> {
        self.value(name, "an object", |input| match input {
            Input::Object(members) => Some(&**members),
            _ => None,
        })
    }

    pub(super) fn objects(&self, name: &str) -> Result<Option<Vec<&'a [FieldInput]>>, ControlRefusal> {
        self.value(name, "a list of objects", |input| match input {
            Input::Array(items) => items
                .iter()
                .map(|item| match item {
                    Input::Object(members) => Some(&**members),
                    _ => None,
                })
                .collect(),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["name", "delay", "times"];

    fn refused<T: std::fmt::Debug>(
        body: &str,
        read_it: impl FnOnce(&Members<'_>) -> Result<T, ControlRefusal>,
    ) -> String {
        let members = read(body.as_bytes()).unwrap();
        match Members::of("error.", KNOWN, &members) {
            Ok(members) => read_it(&members).unwrap_err().to_string(),
            Err(refusal) => refusal.to_string(),
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        assert_eq!(
            refused(r#"{"nmae":"x"}"#, |members| members.text("name")),
            "there is no member `error.nmae` [line:1, column:9]; the members are name, delay, times"
        );
        assert_eq!(
            refused("{\"name\":\"x\",\n \"name\":\"y\"}", |members| members.text("name")),
            "there are two members `error.name` [line:2, column:9]; the members are name, delay, times"
        );
        assert_eq!(
            refused(r#"{"times":1.5}"#, |members| members.count("times")),
            "`error.times` is not a whole number from 0 on [line:1, column:10]; give a whole number from 0 on, or leave the member out"
        );
        assert_eq!(
            refused("{}", |members| members.required("name", members.text("name")?)),
            "`error.name` is missing; the members are name, delay, times"
        );
    }

    #[test]
    fn durations_are_texts_or_seconds() {
        for (body, expected) in [
            (r#"{"delay":"PT5S"}"#, Some(Duration::from_secs(5))),
            (r#"{"delay":0.5}"#, Some(Duration::from_millis(500))),
            (r#"{"delay":null}"#, None),
            ("{}", None),
        ] {
            let members = read(body.as_bytes()).unwrap();
            assert_eq!(Members::of("", KNOWN, &members).unwrap().duration("delay"), Ok(expected), "{body}");
        }
        assert!(refused(r#"{"delay":-1}"#, |members| members.duration("delay")).contains("not a duration"));
    }
}
