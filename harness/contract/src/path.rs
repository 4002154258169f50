//! JSON paths: the way in which a case names a place in an answer.
//!
//! | Form | Selects |
//! | --- | --- |
//! | `$` | the whole body |
//! | `.name` | a member of an object; letters, digits, `_`, `-` and `:` need no quotes |
//! | `["any name"]` | a member whose name needs quotes |
//! | `[0]` | an item of a list, from 0 |
//! | `[*]` | every item of a list; the path then selects a list of what it finds |
//! | `.length()` | the number of items, members or characters; only at the end |
//! | `.segment(0)` | a part of an address without its query, counted from its end, from 0; only at the end |

use std::{cmp::Ordering, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};

use crate::json::Json;

/// A parsed JSON path; see the module for the grammar.
///
/// # Examples
///
/// ```
/// use mockorg_contract::{json, path::JsonPath};
///
/// let body = json::parse(r#"{"records":[{"Name":"Acme"},{"Name":"Global"}]}"#)?;
/// let names: JsonPath = "$.records[*].Name".parse()?;
/// assert_eq!(names.select(&body).value().unwrap().to_string(), r#"["Acme","Global"]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct JsonPath {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Key(String),
    Index(usize),
    All,
    Length,
    Segment(usize),
}

/// What a path found.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Found values in the order of the text.
    found: Vec<Json>,
    /// Places where the path breaks off, spelled out.
    pub missing: Vec<String>,
    /// Whether the path holds `[*]` and so stands for a list.
    many: bool,
}

impl Selection {
    /// The value the path stands for: a list when the path holds `[*]`; `None` when any part is missing.
    pub fn value(&self) -> Option<Json> {
        if !self.missing.is_empty() {
            return None;
        }
        if self.many { Some(Json::Array(self.found.clone())) } else { self.found.first().cloned() }
    }

    /// Whether the path finds nothing at all.
    pub fn is_absent(&self) -> bool {
        self.found.is_empty()
    }

    /// What there is, for a report that should show it although it ought to be absent.
    pub(crate) fn found(&self) -> Json {
        match self.found.as_slice() {
            [one] => one.clone(),
            several => Json::Array(several.to_vec()),
        }
    }
}

impl JsonPath {
    /// Finds the path in a body.
    pub fn select(&self, root: &Json) -> Selection {
        let many = self.parts.iter().any(|part| matches!(part, Part::All));
        let mut selection = Selection { found: Vec::new(), missing: Vec::new(), many };
        walk(root, &self.parts, "$", &mut selection);
        selection
    }
}

fn walk(value: &Json, parts: &[Part], place: &str, selection: &mut Selection) {
    let Some((part, rest)) = parts.split_first() else {
        selection.found.push(value.clone());
        return;
    };
    match part {
        Part::Key(key) => {
            let place = format!("{place}.{key}");
            match value.get(key) {
                Some(member) => walk(member, rest, &place, selection),
                None => selection.missing.push(place),
            }
        }
        Part::Index(index) => {
            let place = format!("{place}[{index}]");
            match value.items().and_then(|items| items.get(*index)) {
                Some(item) => walk(item, rest, &place, selection),
                None => selection.missing.push(place),
            }
        }
        Part::All => match value.items() {
            Some(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, rest, &format!("{place}[{index}]"), selection);
                }
            }
            None => selection.missing.push(format!("{place}[*]")),
        },
        Part::Length => match length(value) {
            Some(length) => selection.found.push(Json::Number(length.to_string())),
            None => selection.missing.push(format!("{place}.length()")),
        },
        Part::Segment(index) => match value.as_str().and_then(|address| segments(address).nth(*index)) {
            Some(segment) => selection.found.push(Json::String(segment.to_owned())),
            None => selection.missing.push(format!("{place}.segment({index})")),
        },
    }
}

/// The parts of an address between slashes, the last one first, without its query.
pub(crate) fn segments(address: &str) -> impl Iterator<Item = &str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').filter(|segment| !segment.is_empty())
}

/// Items of a list, members of an object, characters of a string.
pub(crate) fn length(value: &Json) -> Option<usize> {
    match value {
        Json::String(text) => Some(text.chars().count()),
        Json::Array(items) => Some(items.len()),
        Json::Object(pairs) => Some(pairs.len()),
        Json::Null | Json::Bool(_) | Json::Number(_) => None,
    }
}

impl FromStr for JsonPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("'{text}' is not a JSON path: {why}");
        let mut rest = text.strip_prefix('$').ok_or_else(|| wrong("it begins with '$'"))?;
        let mut parts = Vec::new();
        while !rest.is_empty() {
            if matches!(parts.last(), Some(Part::Length | Part::Segment(_))) {
                return Err(wrong("'.length()' and '.segment(…)' stand at the end"));
            }
            if let Some(after) = rest.strip_prefix(".length()") {
                parts.push(Part::Length);
                rest = after;
            } else if let Some(after) = rest.strip_prefix(".segment(") {
                let (index, after) =
                    after.split_once(')').ok_or_else(|| wrong("'.segment(' is not closed"))?;
                parts.push(Part::Segment(index.parse().map_err(|_| wrong("'.segment(…)' holds a number"))?));
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(|letter: char| !is_name(letter)).unwrap_or(after.len());
                if end == 0 {
                    return Err(wrong("a name follows '.'; quote other names as [\"…\"]"));
                }
                parts.push(Part::Key(after[..end].to_owned()));
                rest = &after[end..];
            } else if let Some(after) = rest.strip_prefix('[') {
                let quote = after.chars().next().filter(|letter| matches!(letter, '"' | '\''));
                let (inner, after) = match quote {
                    Some(quote) => after[1..].split_once(&format!("{quote}]")),
                    None => after.split_once(']'),
                }
                .ok_or_else(|| wrong("'[' is not closed"))?;
                parts.push(match (quote, inner) {
                    (Some(_), key) => Part::Key(key.to_owned()),
                    (None, "*") => Part::All,
                    (None, index) => Part::Index(
                        index.parse().map_err(|_| wrong("brackets hold a number, '*' or a quoted name"))?,
                    ),
                });
                rest = after;
            } else {
                return Err(wrong("a part begins with '.' or '['"));
            }
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | ':')
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for JsonPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl PartialEq for JsonPath {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for JsonPath {}

impl PartialOrd for JsonPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for JsonPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn select(path: &str, body: &str) -> Selection {
        path.parse::<JsonPath>().unwrap().select(&parse(body).unwrap())
    }

    fn value(path: &str, body: &str) -> String {
        select(path, body).value().unwrap().to_string()
    }

    #[test]
    fn members_items_wildcards_and_lengths_are_found() {
        let body = r#"{"a":{"b":[{"c":1},{"c":"xé"}]},"x y.z":null}"#;
        assert_eq!(value("$.a.b[0].c", body), "1");
        assert_eq!(value("$.a.b[*].c", body), r#"[1,"xé"]"#);
        assert_eq!(value("$.a.b.length()", body), "2");
        assert_eq!(value("$.a.b[1].c.length()", body), "2");
        assert_eq!(value("$[\"x y.z\"]", body), "null");
        assert_eq!(value("$['x y.z']", body), "null");
        assert_eq!(value("$[0].errorCode", r#"[{"errorCode":"NOT_FOUND"}]"#), r#""NOT_FOUND""#);
        assert_eq!(value("$.length()", "[]"), "0");
        let body = r#"{"statusURL":"https://x.example/sobjects/Job/001A?a=/b"}"#;
        assert_eq!(value("$.statusURL.segment(0)", body), r#""001A""#);
        assert_eq!(value("$.statusURL.segment(1)", body), r#""Job""#);
    }

    #[test]
    fn the_place_where_a_path_breaks_off_is_named() {
        assert_eq!(select("$.a.b.c", r#"{"a":{}}"#).missing, ["$.a.b"]);
        assert_eq!(select("$[3]", "[]").missing, ["$[3]"]);
        assert_eq!(select("$.a[*]", r#"{"a":1}"#).missing, ["$.a[*]"]);
        assert_eq!(select("$.a.length()", r#"{"a":1}"#).missing, ["$.a.length()"]);
    }

    #[test]
    fn one_incomplete_row_makes_a_wildcard_incomplete() {
        let selection = select("$[*].Id", r#"[{"Id":1},{}]"#);
        assert_eq!(selection.missing, ["$[1].Id"]);
        assert!(selection.value().is_none());
        assert!(!selection.is_absent());
    }

    #[test]
    fn malformed_paths_are_refused() {
        for text in [
            "a",
            "$a",
            "$.",
            "$[",
            "$[x]",
            "$..a",
            "$.length().a",
            "$[\"a]",
            "$.a.segment(x)",
            "$.segment(1).a",
        ] {
            assert!(text.parse::<JsonPath>().is_err(), "{text}");
        }
    }
}
