//! Single deviations from what an org answers, as data: `mutations.json`.

use std::{collections::BTreeMap, error::Error};

use mockorg_contract::json::{self, Json};
use serde::Deserialize;

/// One deviation, and the cases among which somebody has to notice it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mutation {
    /// What is wrong with the deviating org, in words.
    pub(crate) name: String,
    /// Which answers it concerns.
    pub(crate) on: Concerned,
    /// What happens to them.
    pub(crate) change: Change,
    /// Names of cases, or the beginnings of names.
    pub(crate) cases: Vec<String>,
}

/// Which answers a deviation concerns: all that fit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Concerned {
    #[serde(default)]
    method: Option<String>,
    /// The path without its query; `*` stands for any run of characters.
    path: String,
    /// A part of the query or of the request's body.
    #[serde(default)]
    asked: Option<String>,
    #[serde(default)]
    status: Option<u16>,
}

/// What happens to an answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) enum Change {
    /// Another status.
    Status(u16),
    /// Another value.
    Set { at: String, to: serde_json::Value },
    /// A number that is off by so much.
    Plus { at: String, by: f64 },
    /// A member that is not there.
    Remove { at: String, key: String },
    /// A member that should not be there.
    Add { at: String, key: String, value: serde_json::Value },
    /// A member with another name.
    Rename { at: String, key: String, to: String },
    /// Members in the opposite order.
    ReverseKeys { at: String },
    /// The first two items of a list in the opposite order.
    Swap { at: String },
    /// The first item of a list twice.
    Double { at: String },
    /// A list without its first item.
    Drop { at: String },
    /// The first event of an answer of the Streaming API twice.
    DoubleEvent {},
    /// The first two events of an answer of the Streaming API in the opposite order.
    SwapEvents {},
    /// No events at all.
    DropEvents {},
    /// Other text, wherever it stands.
    Text { from: String, to: String },
    /// Another body altogether.
    Body { text: String },
    /// A header with another value, or one that should not be there.
    Header { name: String, value: String },
    /// A header that is not there.
    WithoutHeader { name: String },
}

/// An answer on its way through the deviating org.
#[derive(Debug)]
pub(crate) struct Passing {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Reads `mutations.json`.
pub(crate) fn mutations() -> Result<Vec<Mutation>, Box<dyn Error>> {
    Ok(serde_json::from_str(include_str!("mutations.json"))?)
}

impl Mutation {
    /// No deviation at all: the org is as honest as it was, and only the proxy stands before it.
    pub(crate) fn none() -> Self {
        Self {
            name: "no deviation".to_owned(),
            on: Concerned { method: None, path: String::new(), asked: None, status: None },
            change: Change::Status(0),
            cases: Vec::new(),
        }
    }
}

impl Concerned {
    pub(crate) fn is(&self, method: &str, path: &str, asked: &str, status: u16) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method)
            && fits(&self.path, path)
            && self.asked.as_ref().is_none_or(|part| asked.contains(part.as_str()))
            && self.status.is_none_or(|wanted| wanted == status)
    }
}

/// Whether a text has the shape of a pattern in which `*` stands for any run of characters.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|tail| {
            (0..=tail.len()).any(|at| tail.is_char_boundary(at) && fits(rest, &tail[at..]))
        }),
    }
}

impl Change {
    /// Changes an answer; says whether anything was changed.
    pub(crate) fn apply(&self, answer: &mut Passing) -> bool {
        match self {
            Self::Status(status) => {
                answer.status = *status;
                true
            }
            Self::Text { from, to } => {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                answer.body = text.replace(from, to).into_bytes();
                text.contains(from.as_str())
            }
            Self::Body { text } => {
                answer.body = text.clone().into_bytes();
                true
            }
            Self::Header { name, value } => {
                answer.headers.insert(name.to_lowercase(), value.clone());
                true
            }
            Self::WithoutHeader { name } => answer.headers.remove(&name.to_lowercase()).is_some(),
            _ => {
                let Ok(mut body) = json::parse(&String::from_utf8_lossy(&answer.body)) else { return false };
                let changed = self.apply_to(&mut body);
                if changed {
                    answer.body = body.to_string().into_bytes();
                }
                changed
            }
        }
    }

    fn apply_to(&self, body: &mut Json) -> bool {
        let mut changed = false;
        match self {
            Self::Set { at, to } => each(body, at, &mut |value| {
                *value = Json::from(to.clone());
                changed = true;
            }),
            Self::Plus { at, by } => each(body, at, &mut |value| {
                if let Json::Number(text) = value {
                    let point = text.contains('.');
                    let sum = text.parse::<f64>().unwrap_or_default() + by;
                    *text = if point { format!("{sum:?}") } else { format!("{sum}") };
                    changed = true;
                }
            }),
            Self::Remove { at, key } => each(body, at, &mut |value| {
                if let Json::Object(pairs) = value {
                    let before = pairs.len();
                    pairs.retain(|(name, _)| name != key);
                    changed |= pairs.len() < before;
                }
            }),
            Self::Add { at, key, value: added } => each(body, at, &mut |value| {
                if let Json::Object(pairs) = value {
                    pairs.push((key.clone(), Json::from(added.clone())));
                    changed = true;
                }
            }),
            Self::Rename { at, key, to } => each(body, at, &mut |value| {
                if let Json::Object(pairs) = value {
                    for (name, _) in pairs.iter_mut().filter(|(name, _)| name == key) {
                        name.clone_from(to);
                        changed = true;
                    }
                }
            }),
            Self::ReverseKeys { at } => each(body, at, &mut |value| {
                if let Json::Object(pairs) = value {
                    pairs.reverse();
                    changed |= pairs.len() > 1;
                }
            }),
            Self::Swap { at } | Self::Double { at } | Self::Drop { at } => each(body, at, &mut |value| {
                if let Json::Array(items) = value {
                    changed |= self.rearrange(items, 0);
                }
            }),
            Self::DoubleEvent {} | Self::SwapEvents {} | Self::DropEvents {} => {
                let Json::Array(messages) = body else { return false };
                let Some(first) = messages.iter().position(|message| message.get("data").is_some()) else {
                    return false;
                };
                if matches!(self, Self::DropEvents {}) {
                    messages.retain(|message| message.get("data").is_none());
                    return true;
                }
                changed = self.rearrange(messages, first);
            }
            Self::Status(_)
            | Self::Text { .. }
            | Self::Body { .. }
            | Self::Header { .. }
            | Self::WithoutHeader { .. } => {}
        }
        changed
    }

    fn rearrange(&self, items: &mut Vec<Json>, first: usize) -> bool {
        let Some(item) = items.get(first).cloned() else { return false };
        match self {
            Self::Double { .. } | Self::DoubleEvent {} => items.insert(first, item),
            Self::Drop { .. } => {
                items.remove(first);
            }
            _ if items.len() < first + 2 || (first > 0 && items[first + 1].get("data").is_none()) => {
                return false;
            }
            _ => items.swap(first, first + 1),
        }
        true
    }
}

/// Everything that a path such as `$.records[*].Name` or `$[0]` finds, to be changed.
fn each(body: &mut Json, path: &str, change: &mut dyn FnMut(&mut Json)) {
    let path = path.trim_start_matches('$').replace('[', ".");
    let parts: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).collect();
    walk(body, &parts, change);
}

fn walk(value: &mut Json, parts: &[&str], change: &mut dyn FnMut(&mut Json)) {
    let Some((part, rest)) = parts.split_first() else { return change(value) };
    match value {
        Json::Object(pairs) => {
            for (_, member) in pairs.iter_mut().filter(|(name, _)| name == part) {
                walk(member, rest, change);
            }
        }
        Json::Array(items) => {
            let wanted = part.trim_end_matches(']');
            for (index, item) in items.iter_mut().enumerate() {
                if wanted == "*" || wanted.parse() == Ok(index) {
                    walk(item, rest, change);
                }
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
