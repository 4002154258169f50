//! References of a subrequest to what an earlier one has answered: `@{ref.records[0].Id}`.

use mockorg_org::{ApiError, ApiVersion, ErrorCode, Input};

use super::address::push_value;
use crate::{body::LONGEST_BODY, json};

/// The first version whose references may lead to null.
const NULLS_SINCE: u8 = 52;

/// What an earlier subrequest has answered.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) reference: Box<str>,
    body: bytes::Bytes,
    /// The body once somebody has asked for it.
    read: Option<Input>,
}

impl Answered {
    pub(super) const fn new(reference: Box<str>, body: bytes::Bytes) -> Self {
        Self { reference, body, read: None }
    }

    fn read(&mut self) -> &Input {
        self.read.get_or_insert_with(|| json::read(&self.body).unwrap_or(Input::Null))
    }
}

/// The answers to which a subrequest may refer.
#[derive(Debug)]
pub(super) struct Answers {
    answered: Vec<Answered>,
    version: ApiVersion,
    /// How many bytes of values may still be put in the place of references. A short reference can name a long
    /// text, as often as a body has room for it.
    room: usize,
}

impl Answers {
    pub(super) const fn new(version: ApiVersion) -> Self {
        Self { answered: Vec::new(), version, room: LONGEST_BODY }
    }

    pub(super) fn push(&mut self, answered: Answered) {
        self.answered.push(answered);
    }

    /// Puts values in the place of the references in an address. One with which it begins is an address itself.
    pub(super) fn fill_address(&mut self, address: &str) -> Result<String, ApiError> {
        let push = |out: &mut String, value: &str| {
            if out.is_empty() { out.push_str(value) } else { push_value(out, value) }
        };
        self.fill(address.trim_start(), push)
    }

    /// Puts values in the place of the references in a body. A text that is nothing but a reference becomes the
    /// value with its type.
    pub(super) fn fill_body(&mut self, body: &mut Input) -> Result<(), ApiError> {
        match body {
            Input::Text(text) if text.contains("@{") => {
                *body = match whole(text) {
                    Some(reference) => {
                        let value = self.find(reference)?.clone();
                        self.take_room(if let Input::Text(text) = &value { text.len() } else { 0 })?;
                        value
                    }
                    None => Input::from(self.fill(text, |out, value| out.push_str(value))?),
                };
                Ok(())
            }
            Input::Object(members) => {
                members.iter_mut().try_for_each(|member| self.fill_body(&mut member.value))
            }
            Input::Array(items) => items.iter_mut().try_for_each(|item| self.fill_body(item)),
            _ => Ok(()),
        }
    }

    fn fill(&mut self, text: &str, push: impl Fn(&mut String, &str)) -> Result<String, ApiError> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, reference, after)) = next(rest) {
            out.push_str(before);
            let start = out.len();
            match self.find(reference)? {
                Input::Text(value) | Input::Number(value) => push(&mut out, value),
                Input::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
                _ => {}
            }
            self.take_room(out.len() - start)?;
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn take_room(&mut self, needed: usize) -> Result<(), ApiError> {
        self.room = self.room.checked_sub(needed).ok_or_else(|| {
            let message = format!("the values of all references are longer than {LONGEST_BODY} bytes");
            ApiError::resource(ErrorCode::LimitExceeded, message)
        })?;
        Ok(())
    }

    /// The value that a reference names.
    fn find(&mut self, reference: &str) -> Result<&Input, ApiError> {
        let nulls = self.version.number() >= NULLS_SINCE;
        let (name, path) = reference.split_at(reference.find(['.', '[']).unwrap_or(reference.len()));
        let answered = self.answered.iter_mut().find(|answered| &*answered.reference == name);
        match answered.and_then(|answered| follow(answered.read(), path)) {
            Some(Input::Null) if !nulls => Err(invalid(reference, name)),
            Some(value @ (Input::Null | Input::Bool(_) | Input::Number(_) | Input::Text(_))) => Ok(value),
            _ => Err(invalid(reference, name)),
        }
    }
}

/// The references in a body or an address, for those who want to know on what a subrequest depends.
pub(super) fn references_of(text: &str, found: &mut Vec<Box<str>>) {
    let mut rest = text;
    while let Some((_, reference, after)) = next(rest) {
        let name = reference.split(['.', '[']).next().unwrap_or_default();
        found.push(name.into());
        rest = after;
    }
}

/// As [`references_of`], of a whole body.
pub(super) fn references_in(body: &Input, found: &mut Vec<Box<str>>) {
    match body {
        Input::Text(text) => references_of(text, found),
        Input::Object(members) => members.iter().for_each(|member| references_in(&member.value, found)),
        Input::Array(items) => items.iter().for_each(|item| references_in(item, found)),
        _ => {}
    }
}

/// What stands before the first reference, the reference, and what stands after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("@{")?;
    let (reference, after) = rest.split_once('}')?;
    Some((before, reference, after))
}

/// The reference, when the text is nothing else.
fn whole(text: &str) -> Option<&str> {
    let (before, reference, after) = next(text)?;
    (before.is_empty() && after.is_empty()).then_some(reference)
}

/// Follows names and indexes into a value. Names are case-sensitive.
fn follow<'v>(value: &'v Input, path: &str) -> Option<&'v Input> {
    let mut value = value;
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix('[') {
            let (index, after) = tail.split_once(']')?;
            let Input::Array(items) = value else { return None };
            value = items.get(index.trim().parse::<usize>().ok()?)?;
            rest = after;
        } else {
            let tail = rest.strip_prefix('.')?;
            let (name, after) = tail.split_at(tail.find(['.', '[']).unwrap_or(tail.len()));
            let Input::Object(members) = value else { return None };
            value = &members.iter().find(|member| &*member.name == name)?.value;
            rest = after;
        }
    }
    Some(value)
}

fn invalid(reference: &str, name: &str) -> ApiError {
    let message = format!(
        "Invalid reference specified. No value for {reference} found in {name}. {}",
        rule_broken(reference)
    );
    ApiError::resource(ErrorCode::ProcessingHalted, message)
}

/// What the platform says of an identifier that breaks the rule of reference ids.
pub(super) fn rule_broken(reference: &str) -> String {
    format!(
        "Provided referenceId ('{reference}') must start with a letter or a number, and it can contain only \
         letters, numbers and underscores ('_')."
    )
}

/// Whether an identifier keeps the rule of reference ids.
pub(super) fn is_valid(reference: &str) -> bool {
    reference.starts_with(|first: char| first.is_ascii_alphanumeric())
        && reference.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(version: &str) -> Answers {
        let mut answers = Answers::new(version.parse().unwrap());
        let body =
            br#"{"id":"001","n":9.50,"ok":true,"none":null,"records":[{"Id":"003","City":{"x":"Oslo"}}]}"#;
        answers.push(Answered::new("a".into(), body.as_slice().into()));
        answers.push(Answered::new("list".into(), br#"[{"id":"9"}]"#.as_slice().into()));
        answers
    }

    #[test]
    fn a_text_that_is_a_reference_becomes_the_value_with_its_type() {
        for (text, expected) in [
            ("@{a.id}", "\"001\""),
            ("@{a.n}", "9.50"),
            ("@{a.ok}", "true"),
            ("@{a.none}", "null"),
            ("@{a.records[0].City.x}", "\"Oslo\""),
            ("@{list[0].id}", "\"9\""),
            ("x @{a.n}/@{a.ok}", "\"x 9.50/true\""),
            ("@{", "\"@{\""),
        ] {
            let mut body = Input::from(text);
            answers("62.0").fill_body(&mut body).unwrap();
            assert_eq!(String::from_utf8(super::super::body::to_json(&body)).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_found_is_named() {
        let refuse = |version: &str, text: &str| answers(version).fill_address(text).unwrap_err();
        let error = refuse("62.0", "/x/@{a.Id}");
        assert_eq!(error.code, ErrorCode::ProcessingHalted);
        assert_eq!(
            error.message.as_deref(),
            Some(
                "Invalid reference specified. No value for a.Id found in a. Provided referenceId ('a.Id') must \
                 start with a letter or a number, and it can contain only letters, numbers and underscores ('_')."
            )
        );
        for text in ["@{b.id}", "@{a}", "@{a.records}", "@{a.records[1].Id}", "@{a.records[x].Id}", "@{}"] {
            assert_eq!(refuse("62.0", text).code, ErrorCode::ProcessingHalted, "{text}");
        }
        assert_eq!(refuse("51.0", "@{a.none}").code, ErrorCode::ProcessingHalted);
        assert_eq!(answers("52.0").fill_address("/@{a.none}").unwrap(), "/");
    }

    #[test]
    fn a_value_with_which_an_address_begins_keeps_its_slashes() {
        let mut answers = Answers::new("62.0".parse().unwrap());
        let body = br#"{"next":"/services/data/v62.0/query/01g-2000","name":"a/b"}"#;
        answers.push(Answered::new("q".into(), body.as_slice().into()));
        for (address, expected) in [
            ("@{q.next}", "/services/data/v62.0/query/01g-2000"),
            (" @{q.next}/@{q.name}", "/services/data/v62.0/query/01g-2000/a%2Fb"),
        ] {
            assert_eq!(answers.fill_address(address).unwrap(), expected);
        }
    }

    #[test]
    fn long_texts_cannot_be_repeated_without_end() {
        let long = "x".repeat(1 << 20);
        let mut answers = Answers::new("62.0".parse().unwrap());
        answers.push(Answered::new("a".into(), format!(r#"{{"t":"{long}"}}"#).into_bytes().into()));
        let mut most = Input::from(" @{a.t}".repeat(40));
        answers.fill_body(&mut most).unwrap();
        let mut again = Input::from([("t", Input::Array(vec![Input::from("@{a.t}"); 20]))]);
        assert_eq!(answers.fill_body(&mut again).unwrap_err().code, ErrorCode::LimitExceeded);
    }
}
