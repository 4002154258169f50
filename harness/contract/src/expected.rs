//! Expected values: literals and matchers.
//!
//! A JSON object in the place of an expected value is always a matcher; a literal object is
//! written `{"equals": {…}}`. All keys of a matcher must hold:
//!
//! | Key | Holds when the value |
//! | --- | --- |
//! | `absent` | is not there (`true`), or is there with any value (`false`) |
//! | `type` | has this JSON Schema type, or one of a list of types |
//! | `equals` | is the same; keys in any order, `1` and `1.0` differ |
//! | `number` | is a number written with exactly this text, for instance `"9.0E7"` |
//! | `prefix`, `suffix` | is a string that begins or ends so |
//! | `matches` | is a string of this shape: `*` any run, `#` one digit, `\` before either for itself |
//! | `length` | has so many characters, items or members |
//! | `gte`, `lte` | is a number not below, not above |
//! | `contains` | is a string with this part, or a list with an item that meets this expectation |
//! | `each` | is a list all of whose items meet this expectation |
//! | `anyOf` | meets one of these expectations |
//! | `not` | does not meet this expectation |

use serde::{Deserialize, Deserializer, de};

use crate::{
    json::Json,
    path::{Selection, length},
    template::{UnknownName, Variables, expand, expand_json},
};

/// What a case expects at one place of an answer.
#[derive(Debug, Clone)]
pub enum Expected {
    /// Exactly this value.
    Literal(Json),
    /// A value that passes all these tests.
    Matcher(Vec<Test>),
}

/// One key of a matcher; see the module for the meaning of each.
#[derive(Debug, Clone)]
pub enum Test {
    /// `absent`
    Absent(bool),
    /// `type`
    Type(Vec<String>),
    /// `equals`
    Equals(Json),
    /// `number`
    Number(String),
    /// `prefix`
    Prefix(String),
    /// `suffix`
    Suffix(String),
    /// `matches`
    Matches(String),
    /// `length`
    Length(usize),
    /// `gte`
    Gte(f64),
    /// `lte`
    Lte(f64),
    /// `contains`
    Contains(Box<Expected>),
    /// `each`
    Each(Box<Expected>),
    /// `anyOf`
    AnyOf(Vec<Expected>),
    /// `not`
    Not(Box<Expected>),
}

/// What was expected and what was there instead, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The expectation.
    pub expected: String,
    /// The finding.
    pub got: String,
}

impl Expected {
    /// Reads an expectation as it is written in a case.
    ///
    /// # Errors
    ///
    /// A sentence about the first key that is unknown or has a wrong value.
    pub fn from_json(json: &Json) -> Result<Self, String> {
        let Json::Object(pairs) = json else { return Ok(Self::Literal(json.clone())) };
        if pairs.is_empty() {
            return Err(
                "an empty matcher tests nothing; write {\"equals\":{}} for an empty object".to_owned()
            );
        }
        pairs
            .iter()
            .map(|(key, value)| Test::from_json(key, value))
            .collect::<Result<_, _>>()
            .map(Self::Matcher)
    }

    /// Replaces captured names in all strings.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] for the first name without a value.
    pub fn expand(&self, variables: &Variables) -> Result<Self, UnknownName> {
        Ok(match self {
            Self::Literal(json) => Self::Literal(expand_json(json, variables)?),
            Self::Matcher(tests) => {
                Self::Matcher(tests.iter().map(|test| test.expand(variables)).collect::<Result<_, _>>()?)
            }
        })
    }

    /// Compares with what a path found; `None` when the expectation is met.
    pub fn mismatch(&self, selection: &Selection) -> Option<Mismatch> {
        if let Self::Matcher(tests) = self {
            let absent = tests.iter().find_map(|test| match test {
                Test::Absent(absent) => Some(*absent),
                _ => None,
            });
            if absent == Some(true) {
                return (!selection.is_absent()).then(|| Mismatch {
                    expected: "nothing (absent)".to_owned(),
                    got: shorten(&selection.found()),
                });
            }
        }
        match selection.value() {
            Some(value) => self.compare(&value),
            None => Some(Mismatch {
                expected: self.describe(),
                got: format!("nothing: {} is missing", selection.missing.join(" and ")),
            }),
        }
    }

    fn compare(&self, value: &Json) -> Option<Mismatch> {
        match self {
            Self::Literal(literal) => (!literal.same(value)).then(|| mismatch(shorten(literal), value)),
            Self::Matcher(tests) => tests.iter().find_map(|test| test.compare(value)),
        }
    }

    fn meets(&self, value: &Json) -> bool {
        self.compare(value).is_none()
    }

    fn describe(&self) -> String {
        match self {
            Self::Literal(literal) => shorten(literal),
            Self::Matcher(tests) => tests.iter().map(Test::describe).collect::<Vec<_>>().join(" and "),
        }
    }
}

impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Json::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl Test {
    fn from_json(key: &str, value: &Json) -> Result<Self, String> {
        let wrong = |wanted: &str| format!("the matcher '{key}' takes {wanted}, not {value}");
        let text = || value.as_str().map(str::to_owned).ok_or_else(|| wrong("a string"));
        let number = || value.as_f64().ok_or_else(|| wrong("a number"));
        let inner = || Expected::from_json(value).map(Box::new);
        Ok(match key {
            "absent" => match value {
                Json::Bool(absent) => Self::Absent(*absent),
                _ => return Err(wrong("true or false")),
            },
            "type" => match value {
                Json::String(kind) => Self::Type(vec![kind.clone()]),
                Json::Array(kinds) => Self::Type(
                    kinds
                        .iter()
                        .map(|kind| kind.as_str().map(str::to_owned))
                        .collect::<Option<_>>()
                        .ok_or_else(|| wrong("names of types"))?,
                ),
                _ => return Err(wrong("the name of a type or a list of names")),
            },
            "equals" => Self::Equals(value.clone()),
            "number" => Self::Number(text()?),
            "prefix" => Self::Prefix(text()?),
            "suffix" => Self::Suffix(text()?),
            "matches" => Self::Matches(text()?),
            "length" => match value {
                Json::Number(count) => Self::Length(count.parse().map_err(|_| wrong("a whole number"))?),
                _ => return Err(wrong("a whole number")),
            },
            "gte" => Self::Gte(number()?),
            "lte" => Self::Lte(number()?),
            "contains" => Self::Contains(inner()?),
            "each" => Self::Each(inner()?),
            "anyOf" => {
                let choices = value.items().ok_or_else(|| wrong("a list"))?;
                Self::AnyOf(choices.iter().map(Expected::from_json).collect::<Result<_, _>>()?)
            }
            "not" => Self::Not(inner()?),
            _ => {
                return Err(format!(
                    "there is no matcher '{key}'; write {{\"equals\": {{…}}}} for a literal object"
                ));
            }
        })
    }

    fn expand(&self, variables: &Variables) -> Result<Self, UnknownName> {
        let inner = |expected: &Expected| expected.expand(variables).map(Box::new);
        Ok(match self {
            Self::Absent(_)
            | Self::Type(_)
            | Self::Number(_)
            | Self::Length(_)
            | Self::Gte(_)
            | Self::Lte(_) => self.clone(),
            Self::Equals(json) => Self::Equals(expand_json(json, variables)?),
            Self::Prefix(text) => Self::Prefix(expand(text, variables)?),
            Self::Suffix(text) => Self::Suffix(expand(text, variables)?),
            Self::Matches(text) => Self::Matches(expand(text, variables)?),
            Self::Contains(expected) => Self::Contains(inner(expected)?),
            Self::Each(expected) => Self::Each(inner(expected)?),
            Self::AnyOf(choices) => {
                Self::AnyOf(choices.iter().map(|choice| choice.expand(variables)).collect::<Result<_, _>>()?)
            }
            Self::Not(expected) => Self::Not(inner(expected)?),
        })
    }

    fn compare(&self, value: &Json) -> Option<Mismatch> {
        let text = value.as_str();
        let holds = match self {
            // A nested value is there by definition; the top level is decided by the selection.
            Self::Absent(absent) => !absent,
            Self::Type(kinds) => {
                let kind = value.kind();
                kinds.iter().any(|wanted| wanted == kind || (wanted == "number" && kind == "integer"))
            }
            Self::Equals(json) => json.same(value),
            Self::Number(wanted) => matches!(value, Json::Number(found) if found == wanted),
            Self::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix)),
            Self::Suffix(suffix) => text.is_some_and(|text| text.ends_with(suffix)),
            Self::Matches(pattern) => text.is_some_and(|text| matches_shape(pattern, text)),
            Self::Length(wanted) => length(value) == Some(*wanted),
            Self::Gte(bound) => value.as_f64().is_some_and(|number| number >= *bound),
            Self::Lte(bound) => value.as_f64().is_some_and(|number| number <= *bound),
            Self::Contains(expected) => match (value, expected.as_ref()) {
                (Json::String(text), Expected::Literal(Json::String(part))) => text.contains(part),
                (Json::Array(items), expected) => items.iter().any(|item| expected.meets(item)),
                _ => false,
            },
            Self::Each(expected) => {
                let Some(items) = value.items() else { return Some(mismatch(self.describe(), value)) };
                return items.iter().enumerate().find_map(|(index, item)| {
                    expected.compare(item).map(|found| Mismatch {
                        expected: format!("each item {}", found.expected),
                        got: format!("item [{index}] {}", found.got),
                    })
                });
            }
            Self::AnyOf(choices) => choices.iter().any(|choice| choice.meets(value)),
            Self::Not(expected) => !expected.meets(value),
        };
        (!holds).then(|| mismatch(self.describe(), value))
    }

    fn describe(&self) -> String {
        match self {
            Self::Absent(true) => "nothing (absent)".to_owned(),
            Self::Absent(false) => "any value".to_owned(),
            Self::Type(kinds) => format!("type {}", kinds.join(" or ")),
            Self::Equals(json) => shorten(json),
            Self::Number(text) => format!("the number text {text}"),
            Self::Prefix(text) => format!("a string that begins with \"{text}\""),
            Self::Suffix(text) => format!("a string that ends with \"{text}\""),
            Self::Matches(pattern) => format!("a string of the shape \"{pattern}\""),
            Self::Length(count) => format!("length {count}"),
            Self::Gte(bound) => format!("a number >= {bound}"),
            Self::Lte(bound) => format!("a number <= {bound}"),
            Self::Contains(expected) => format!("something that contains {}", expected.describe()),
            Self::Each(expected) => format!("a list whose every item is {}", expected.describe()),
            Self::AnyOf(choices) => {
                format!("one of: {}", choices.iter().map(Expected::describe).collect::<Vec<_>>().join("; "))
            }
            Self::Not(expected) => format!("anything but {}", expected.describe()),
        }
    }
}

fn mismatch(expected: String, value: &Json) -> Mismatch {
    Mismatch { expected, got: shorten(value) }
}

/// JSON for a report line; long values are cut, since the full answer is printed below.
pub(crate) fn shorten(json: &Json) -> String {
    const LIMIT: usize = 300;
    let text = json.to_string();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

/// Wildcards without regular expressions: `*` any run, `#` one digit, `\` takes the next sign literally.
pub(crate) fn matches_shape(pattern: &str, text: &str) -> bool {
    enum Sign {
        Any,
        Digit,
        Exactly(char),
    }
    let mut signs = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        signs.push(match letter {
            '*' => Sign::Any,
            '#' => Sign::Digit,
            '\\' => Sign::Exactly(letters.next().unwrap_or('\\')),
            other => Sign::Exactly(other),
        });
    }
    let text: Vec<char> = text.chars().collect();
    // Greedy with one point of return: on failure the last `*` takes one character more.
    let (mut sign, mut at, mut retry) = (0, 0, None);
    loop {
        let fits = match (signs.get(sign), text.get(at)) {
            (Some(Sign::Any), _) => {
                retry = Some((sign + 1, at));
                sign += 1;
                continue;
            }
            (None, None) => return true,
            (Some(Sign::Digit), Some(letter)) => letter.is_ascii_digit(),
            (Some(Sign::Exactly(wanted)), Some(letter)) => wanted == letter,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if fits {
            sign += 1;
            at += 1;
            continue;
        }
        match &mut retry {
            Some((after, start)) if *start < text.len() => {
                *start += 1;
                (sign, at) = (*after, *start);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn check(expected: &str, value: &str) -> Option<String> {
        let expected = Expected::from_json(&parse(expected).unwrap()).unwrap();
        expected.compare(&parse(value).unwrap()).map(|found| format!("{} | {}", found.expected, found.got))
    }

    #[test]
    fn every_matcher_accepts_what_it_should_and_names_what_it_refuses() {
        for (expected, good, bad, words) in [
            (r#""a""#, r#""a""#, r#""b""#, r#""a" | "b""#),
            (r#"{"type":"number"}"#, "1", r#""1""#, "type number"),
            (r#"{"type":["null","object"]}"#, "{}", "[]", "type null or object"),
            (r#"{"equals":{"a":1}}"#, r#"{"a":1}"#, r#"{"a":1.0}"#, r#"{"a":1} | {"a":1.0}"#),
            (r#"{"number":"9.0E7"}"#, "9.0E7", "90000000.0", "number text 9.0E7"),
            (r#"{"prefix":"02i"}"#, r#""02iX""#, r#""001X""#, "begins with \"02i\""),
            (r#"{"suffix":"Z"}"#, r#""1Z""#, r#""1""#, "ends with"),
            (r##"{"matches":"20##-*+0000"}"##, r#""2026-x+0000""#, r#""2026-xZ""#, "shape"),
            (r#"{"length":2}"#, "[1,2]", r#""abc""#, "length 2"),
            (r#"{"gte":2,"lte":3}"#, "2.5", "4", "a number <= 3"),
            (r#"{"gte":2}"#, "2", r#""2""#, "a number >= 2"),
            (r#"{"contains":"ell"}"#, r#""hello""#, r#""help""#, "contains"),
            (r#"{"contains":{"gte":5}}"#, "[1,7]", "[1,2]", "contains a number >= 5"),
            (r#"{"each":{"type":"string"}}"#, r#"["a"]"#, r#"["a",1]"#, "item [1] 1"),
            (r#"{"anyOf":["a",null]}"#, "null", r#""b""#, "one of: \"a\"; null"),
            (r#"{"not":{"prefix":"x"}}"#, r#""y""#, r#""x""#, "anything but"),
        ] {
            assert_eq!(check(expected, good), None, "{expected}");
            let report = check(expected, bad).unwrap();
            assert!(report.contains(words), "{expected}: {report}");
        }
    }

    #[test]
    fn absent_and_missing_are_told_apart_from_null() {
        let body = parse(r#"{"a":null}"#).unwrap();
        let find = |expected: &str, path: &str| {
            let expected = Expected::from_json(&parse(expected).unwrap()).unwrap();
            expected.mismatch(&path.parse::<crate::path::JsonPath>().unwrap().select(&body))
        };
        assert_eq!(find(r#"{"absent":true}"#, "$.b"), None);
        assert_eq!(find(r#"{"absent":true}"#, "$.a").unwrap().got, "null");
        assert_eq!(find(r#"{"absent":false}"#, "$.a"), None);
        assert_eq!(find("null", "$.b").unwrap().got, "nothing: $.b is missing");
    }

    #[test]
    fn unknown_or_empty_matchers_are_refused() {
        for text in [r#"{"typ":"string"}"#, "{}", r#"{"length":"2"}"#, r#"{"not":{"x":1}}"#] {
            assert!(Expected::from_json(&parse(text).unwrap()).is_err(), "{text}");
        }
    }

    #[test]
    fn shapes_try_every_length_of_a_run() {
        assert!(matches_shape("a*b*c", "aXbXbYc"));
        assert!(matches_shape("*", ""));
        assert!(matches_shape("*#", "ab1"));
        assert!(matches_shape(r"\*\#", "*#"));
        assert!(!matches_shape("a*b", "aXbX"));
        assert!(!matches_shape("#", "x"));
    }
}
