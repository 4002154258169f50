//! Holding one answer against the expectations of a step.

use std::fmt;

use crate::{
    answer::{Answer, Violation},
    case::{Expect, HeaderExpected},
    expected::{Expected, Mismatch, matches_shape, shorten},
    json::{Json, JsonError},
    path::JsonPath,
    schemas::Schemas,
    template::{UnknownName, Variables, expand, expand_json},
};

/// One place at which an answer is not what a case expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The step, for instance `step 2 (read it back)`.
    pub step: String,
    /// `status`, `header …`, a JSON path, `keys of …`, `body`, `schema at …`, or `request`.
    pub place: String,
    /// The expectation in words.
    pub expected: String,
    /// The finding in words.
    pub got: String,
}

impl Difference {
    pub(crate) fn new(
        step: &str,
        place: impl Into<String>,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) -> Self {
        Self { step: step.to_owned(), place: place.into(), expected: expected.into(), got: got.into() }
    }

    pub(crate) fn violation(step: &str, violation: &Violation) -> Self {
        if violation.rule.is_empty() {
            return Self::new(step, "answer", "what the endpoint promises", &violation.message);
        }
        let place = format!("schema at '{}'", violation.pointer);
        Self::new(step, place, format!("what {} says", violation.rule), &violation.message)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: expected {}, got {}", self.step, self.place, self.expected, self.got)
    }
}

/// All differences between an answer and an expectation.
///
/// # Errors
///
/// [`UnknownName`] when an expectation names a value that is not known.
pub fn check(
    step: &str,
    expect: &Expect,
    answer: &Answer,
    schemas: &Schemas,
    variables: &Variables,
) -> Result<Vec<Difference>, UnknownName> {
    let mut differences = Vec::new();
    if !expect.status.0.contains(&answer.status) {
        let wanted: Vec<_> = expect.status.0.iter().map(u16::to_string).collect();
        differences.push(Difference::new(step, "status", wanted.join(" or "), answer.status.to_string()));
    }
    for (name, expected) in &expect.headers {
        differences.extend(header(step, name, expected, answer, variables)?);
    }
    if let Some(text) = &expect.text {
        let (wanted, got) = (expand(text, variables)?, answer.text());
        if wanted != got {
            differences.push(Difference::new(step, "body", quoted(&wanted), quoted(&got)));
        }
    }
    if let Some(shape) = &expect.matches {
        let (wanted, got) = (expand(shape, variables)?, answer.text());
        if !matches_shape(&wanted, &got) {
            let wanted = format!("a text of the shape {}", quoted(&wanted));
            differences.push(Difference::new(step, "body", wanted, quoted(&got)));
        }
    }
    let needs_json = !expect.json.is_empty()
        || !expect.keys.is_empty()
        || expect.equals.is_some()
        || expect.schema.is_some();
    if !needs_json {
        return Ok(differences);
    }
    let body = match answer.json() {
        Ok(body) => body,
        Err(error) => {
            differences.push(no_json(step, &error, answer));
            return Ok(differences);
        }
    };
    differences.extend(places(step, &expect.json, &body, variables)?);
    for (path, wanted) in &expect.keys {
        differences.extend(keys(step, path, wanted, &body));
    }
    if let Some(equals) = &expect.equals {
        let wanted = expand_json(equals, variables)?;
        if !wanted.same(&body) {
            differences.push(Difference::new(step, "body", shorten(&wanted), shorten(&body)));
        }
    }
    if let Some(schema) = &expect.schema {
        let violations = schemas.check(schema, &body);
        differences.extend(violations.iter().map(|violation| Difference::violation(step, violation)));
    }
    Ok(differences)
}

/// The differences of a map of JSON paths; also decides whether a polling step is done.
pub(crate) fn places<'a>(
    step: &str,
    expected: impl IntoIterator<Item = (&'a JsonPath, &'a Expected)>,
    body: &Json,
    variables: &Variables,
) -> Result<Vec<Difference>, UnknownName> {
    let mut differences = Vec::new();
    for (path, expected) in expected {
        if let Some(Mismatch { expected, got }) = expected.expand(variables)?.mismatch(&path.select(body)) {
            differences.push(Difference::new(step, path.to_string(), expected, got));
        }
    }
    Ok(differences)
}

fn header(
    step: &str,
    name: &str,
    expected: &HeaderExpected,
    answer: &Answer,
    variables: &Variables,
) -> Result<Option<Difference>, UnknownName> {
    let found = answer.header(name);
    let (holds, wanted) = match expected {
        HeaderExpected::Present => (found.is_some(), "any value".to_owned()),
        HeaderExpected::Absent => (found.is_none(), "no such header".to_owned()),
        HeaderExpected::Exactly(value) => {
            let value = expand(value, variables)?;
            (found == Some(value.as_str()), quoted(&value))
        }
        HeaderExpected::Matches(shape) => {
            let shape = expand(shape, variables)?;
            (found.is_some_and(|value| matches_shape(&shape, value)), format!("the shape {}", quoted(&shape)))
        }
    };
    let got = || found.map_or_else(|| "no such header".to_owned(), quoted);
    Ok((!holds).then(|| Difference::new(step, format!("header {name}"), wanted, got())))
}

/// Compares key order; when the sets differ, says which keys, since two long lists are hard to compare.
fn keys(step: &str, path: &JsonPath, wanted: &[String], body: &Json) -> Option<Difference> {
    let place = format!("keys of {path}");
    let selection = path.select(body);
    let value = selection.value();
    let Some(found) = value.as_ref().and_then(Json::keys) else {
        let got = value
            .as_ref()
            .map_or_else(|| format!("nothing: {} is missing", selection.missing.join(", ")), shorten);
        return Some(Difference::new(step, place, "an object", got));
    };
    if found.iter().copied().eq(wanted.iter().map(String::as_str)) {
        return None;
    }
    let missing: Vec<_> = wanted.iter().map(String::as_str).filter(|key| !found.contains(key)).collect();
    let extra: Vec<_> = found.iter().copied().filter(|key| !wanted.iter().any(|name| name == key)).collect();
    if missing.is_empty() && extra.is_empty() {
        let at = found.iter().zip(wanted).position(|(one, two)| one != two).unwrap_or_default();
        let got = format!("[{}]: the order differs from key {} on", found.join(", "), at + 1);
        return Some(Difference::new(step, place, format!("[{}] in this order", wanted.join(", ")), got));
    }
    let mut got = Vec::new();
    if !missing.is_empty() {
        got.push(format!("without {}", missing.join(", ")));
    }
    if !extra.is_empty() {
        got.push(format!("with {} besides", extra.join(", ")));
    }
    Some(Difference::new(step, place, format!("[{}] in this order", wanted.join(", ")), got.join(" and ")))
}

fn no_json(step: &str, error: &JsonError, answer: &Answer) -> Difference {
    Difference::new(step, "body", "JSON", format!("{} ({error})", quoted(&answer.text())))
}

fn quoted(text: &str) -> String {
    shorten(&Json::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn key_lists_report_order_missing_and_extra_keys_apart() {
        let path: JsonPath = "$".parse().unwrap();
        let body = parse(r#"{"a":1,"b":2,"c":3}"#).unwrap();
        let report = |wanted: &[&str]| {
            let wanted: Vec<_> = wanted.iter().map(|key| (*key).to_owned()).collect();
            keys("step 1", &path, &wanted, &body).map(|difference| difference.got)
        };
        assert_eq!(report(&["a", "b", "c"]), None);
        assert_eq!(report(&["a", "c", "b"]).unwrap(), "[a, b, c]: the order differs from key 2 on");
        assert_eq!(report(&["a", "b", "d"]).unwrap(), "without d and with c besides");
    }
}
