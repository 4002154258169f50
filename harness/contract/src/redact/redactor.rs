//! The redactor: one set of names for everything that is shown together.

use std::collections::{BTreeMap, BTreeSet};

use super::{ids::Ids, policy::Policy, recording, scan};
use crate::json::Json;

/// Members whose text is a secret, or new at every run, wherever they occur.
const NAMED: &[(&str, &str)] = &[
    ("access_token", "token"),
    ("refresh_token", "token"),
    ("id_token", "token"),
    ("token", "token"),
    ("sessionId", "token"),
    ("assertion", "token"),
    ("password", "password"),
    ("client_secret", "secret"),
    ("client_id", "client"),
    ("signature", "signature"),
    ("clientId", "clientId"),
    ("eTag", "eTag"),
];

/// Gives names to what differs from org to org and from run to run: ids become `[Account#1]`, the
/// same id the same name everywhere; times, tokens, hosts, UUIDs and replay ids likewise.
///
/// # Examples
///
/// ```
/// use mockorg_contract::{json, redact::Redactor};
///
/// let mut redactor = Redactor::new();
/// let row = json::parse(r#"{"Id":"801000000000001AAA","AccountId":"001000000000001AAA","Name":"Administrator15"}"#)?;
/// assert_eq!(
///     redactor.json(&row).to_string(),
///     r#"{"Id":"[Order#1]","AccountId":"[Account#1]","Name":"Administrator15"}"#
/// );
/// assert_eq!(redactor.text("see 001000000000001"), "see [Account#1]");
/// # Ok::<(), mockorg_contract::json::JsonError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    pub(super) policy: Policy,
    pub(super) names: Names,
}

/// Names by first appearance.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) ids: Ids,
    /// Addresses of the org, with port.
    pub(super) hosts: BTreeSet<String>,
    /// The day on which the answers were given.
    pub(super) today: Option<String>,
    /// Kind → value → number.
    numbers: BTreeMap<&'static str, BTreeMap<String, usize>>,
    first_replay: Option<i64>,
}

impl Names {
    /// `[kind#n]`, the same for equal values.
    pub(super) fn named(&mut self, kind: &'static str, value: &str) -> String {
        format!("[{kind}#{}]", self.number(kind, value))
    }

    /// The number of a value among those of its kind, from 1.
    pub(super) fn number(&mut self, kind: &'static str, value: &str) -> usize {
        let values = self.numbers.entry(kind).or_default();
        let next = values.len() + 1;
        *values.entry(value.to_owned()).or_insert(next)
    }

    pub(super) fn date(&self, day: &str) -> String {
        if self.today.as_deref() == Some(day) { "[today]".to_owned() } else { day.to_owned() }
    }

    /// The distance of a replay id from the first one.
    fn replay(&mut self, number: &str) -> String {
        let Ok(replay) = number.parse::<i64>() else { return number.to_owned() };
        // The presets for "everything" and "only new ones" are no places in the log.
        if replay < 0 {
            return number.to_owned();
        }
        replay.saturating_sub(*self.first_replay.get_or_insert(replay)).to_string()
    }
}

impl Redactor {
    /// A redactor without names that keeps all business values; see [`Policy::Structure`].
    pub fn new() -> Self {
        Self::default()
    }

    /// A redactor with another policy.
    pub fn with_policy(policy: Policy) -> Self {
        Self { policy, names: Names::default() }
    }

    /// The value with names in it. Keys, their order, the lengths of lists, and types stay.
    pub fn json(&mut self, json: &Json) -> Json {
        self.learn(json);
        self.value("", json)
    }

    /// The text with names in it.
    pub fn text(&mut self, text: &str) -> String {
        match self.policy {
            Policy::Structure => scan::redact(text, &mut self.names),
            Policy::Recording(_) => recording::message(self, text),
        }
    }

    pub(super) fn value(&mut self, key: &str, json: &Json) -> Json {
        match json {
            Json::Null | Json::Bool(_) => json.clone(),
            Json::Number(number) => Json::Number(self.number(key, number)),
            Json::String(text) => Json::String(self.string(key, text)),
            Json::Array(items) => Json::Array(items.iter().map(|item| self.value(key, item)).collect()),
            Json::Object(pairs) => Json::Object(
                pairs.iter().map(|(key, value)| (self.key(key), self.value(key, value))).collect(),
            ),
        }
    }

    fn key(&mut self, key: &str) -> String {
        match self.policy {
            Policy::Structure => scan::redact(key, &mut self.names),
            Policy::Recording(_) => recording::key(self, key),
        }
    }

    fn number(&mut self, key: &str, number: &str) -> String {
        if key.eq_ignore_ascii_case("replayId") {
            return self.names.replay(number);
        }
        match self.policy {
            Policy::Structure => number.to_owned(),
            Policy::Recording(_) => recording::number(key, number),
        }
    }

    /// A text that stands under a key: a member, a field of a form, an element of XML.
    pub(super) fn string(&mut self, key: &str, text: &str) -> String {
        if key == "issued_at" {
            return "[datetime]".to_owned();
        }
        let named = NAMED.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind);
        match (named, &self.policy) {
            (Some(_), _) if text.is_empty() => String::new(),
            (Some(kind), _) if !is_name(kind, text) => self.names.named(kind, text),
            (_, Policy::Structure) => scan::redact(text, &mut self.names),
            (_, Policy::Recording(_)) => recording::string(self, key, text),
        }
    }

    /// Learns from an answer which objects ids belong to.
    pub(super) fn learn(&mut self, json: &Json) {
        match json {
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
            Json::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Json::Object(pairs) => {
                let text = |key: &str| json.get(key).and_then(Json::as_str);
                // The attributes of a record: its object, and a URL that ends with its id.
                if let (Some(object), Some(url)) = (text("type"), text("url")) {
                    self.learn_id(url.rsplit('/').next().unwrap_or_default(), object);
                }
                if let (Some(prefix), Some(object)) = (text("keyPrefix"), text("name"))
                    && self.may_name(object)
                {
                    self.names.ids.learn_prefix(prefix, object);
                }
                pairs.iter().for_each(|(_, value)| self.learn(value));
            }
        }
    }

    pub(super) fn learn_id(&mut self, id: &str, object: &str) {
        if self.may_name(object) {
            self.names.ids.learn(id, object);
        }
    }

    /// Names of objects stand in the names of ids; those of a customer may not.
    fn may_name(&self, object: &str) -> bool {
        match &self.policy {
            Policy::Structure => true,
            Policy::Recording(vocabulary) => vocabulary.has_text(object),
        }
    }
}

/// Whether a text is the name of such a value already, so that redacting twice changes nothing.
fn is_name(kind: &str, text: &str) -> bool {
    let number = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_prefix(kind))
        .and_then(|rest| rest.strip_prefix('#'));
    number.and_then(|rest| rest.strip_suffix(']')).is_some_and(|number| number.parse::<u16>().is_ok())
}
