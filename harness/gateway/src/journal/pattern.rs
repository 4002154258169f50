//! What an entry has to be like: the same for filters of the journal and for verification.

use std::fmt;

use mockorg_org::{ControlRefusal, Input};

use super::{json_pattern::JsonPattern, mask, path_pattern::PathPattern, status_pattern::StatusPattern};
use crate::json;

/// What entries of the journal are like: every part that is given has to hold.
///
/// Secrets are masked in the journal, and so are those of a pattern: they are compared by their shape.
///
/// # Examples
///
/// ```
/// use mockorg_gateway::Pattern;
///
/// let creates = Pattern::any().method("POST").path("/services/data/{version}/sobjects/Account");
/// assert_eq!(creates.to_string(), "POST /services/data/{version}/sobjects/Account");
/// let renewals = Pattern::event("/event/AssetRenewInitiatedEvent").payload(r#"{"HasErrors":false}"#);
/// assert_eq!(renewals.to_string(), r#"event on /event/AssetRenewInitiatedEvent with payload {"HasErrors":false}"#);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pattern {
    pub(super) kind: Option<EntryKind>,
    pub(super) method: Option<Box<str>>,
    pub(super) path: Option<PathPattern>,
    pub(super) endpoint: Option<Box<str>>,
    pub(super) status: Option<StatusPattern>,
    pub(super) user: Option<Box<str>>,
    pub(super) object: Option<Box<str>>,
    pub(super) fault: Option<Box<str>>,
    pub(super) query: Vec<(Box<str>, Box<str>)>,
    pub(super) headers: Vec<(Box<str>, Box<str>)>,
    pub(super) text: Option<Box<str>>,
    pub(super) body: Option<JsonPattern>,
    pub(super) channel: Option<Box<str>>,
    pub(super) payload: Option<JsonPattern>,
    /// What is wrong with the pattern itself.
    wrong: Option<Box<str>>,
}

/// The kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A call of a client.
    Call,
    /// An event of the org.
    Event,
}

impl EntryKind {
    /// The kind as the control surface names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Event => "event",
        }
    }
}

impl Pattern {
    /// Every call.
    #[must_use]
    pub fn any() -> Self {
        Self::default().kind(EntryKind::Call)
    }

    /// Every event on a channel, such as `/event/AssetRenewInitiatedEvent`, or of a name.
    #[must_use]
    pub fn event(channel: &str) -> Self {
        Self { channel: Some(channel.into()), ..Self::default() }.kind(EntryKind::Event)
    }

    /// Entries of this kind.
    #[must_use]
    pub const fn kind(mut self, kind: EntryKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Calls with this method, in any case of letters.
    #[must_use]
    pub fn method(self, method: &str) -> Self {
        Self { method: Some(method.to_ascii_uppercase().into()), ..self }
    }

    /// Calls with this path: a name in braces stands for one segment, `{*rest}` for all that follow. The query is no
    /// part of it.
    #[must_use]
    pub fn path(self, template: &str) -> Self {
        Self { path: Some(PathPattern::template(&mask::target(template))), ..self }
    }

    /// Calls with such a path: `*` stands for any letters of a segment, `**` for any number of segments.
    #[must_use]
    pub fn path_glob(self, glob: &str) -> Self {
        Self { path: Some(PathPattern::glob(&mask::target(glob))), ..self }
    }

    /// Calls of this endpoint, by its id in the endpoint index, such as `query` or `sobject-row`.
    #[must_use]
    pub fn endpoint(self, endpoint: &str) -> Self {
        Self { endpoint: Some(endpoint.into()), ..self }
    }

    /// Calls that were answered with this status: a number, or a text such as `4xx`.
    #[must_use]
    pub fn status(mut self, status: impl fmt::Display) -> Self {
        match status.to_string().parse() {
            Ok(status) => self.status = Some(status),
            Err(()) => {
                self.wrong = Some(format!("`{status}` is neither a status nor a class such as 4xx").into())
            }
        }
        self
    }

    /// Calls of the user of this name.
    #[must_use]
    pub fn user(self, username: &str) -> Self {
        Self { user: Some(username.into()), ..self }
    }

    /// Calls whose path names this object, or whose query selects from it, and its change events.
    #[must_use]
    pub fn object(self, object: &str) -> Self {
        Self { object: Some(object.into()), ..self }
    }

    /// Calls that a fault of this name struck.
    #[must_use]
    pub fn fault(self, name: &str) -> Self {
        Self { fault: Some(name.into()), ..self }
    }

    /// Calls with this parameter in their query, decoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let query = crate::form::pair(name, value);
        let masked = mask::target(&format!("?{query}")).into_owned();
        let value = crate::form::value(&masked[1..], name).map_or_else(|| value.into(), Into::into);
        self.query.push((name.into(), value));
        self
    }

    /// Calls with this header in their request.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let value = mask::header(&name, value).into();
        self.headers.push((name.into(), value));
        self
    }

    /// Calls in whose request or answer this text stands, and events in whose payload it does.
    #[must_use]
    pub fn body_contains(self, text: &str) -> Self {
        let masked = mask::body("text/plain", text.as_bytes());
        Self { text: Some(String::from_utf8_lossy(&masked).into()), ..self }
    }

    /// Calls whose request is JSON with these members, given as JSON text; others may be there.
    #[must_use]
    pub fn body(mut self, json: &str) -> Self {
        self.body = self.json(json, JsonPattern::part);
        self
    }

    /// Calls whose request is this JSON and nothing else.
    #[must_use]
    pub fn body_equals(mut self, json: &str) -> Self {
        self.body = self.json(json, JsonPattern::whole);
        self
    }

    /// Events on this channel, or of this name.
    #[must_use]
    pub fn channel(self, channel: &str) -> Self {
        Self { channel: Some(channel.into()), ..self }
    }

    /// Events whose payload has these members, given as JSON text; others may be there.
    #[must_use]
    pub fn payload(mut self, json: &str) -> Self {
        self.payload = self.json(json, JsonPattern::part);
        self
    }

    fn json(&mut self, text: &str, make: fn(Input) -> JsonPattern) -> Option<JsonPattern> {
        match json::read(&mask::body("application/json", text.as_bytes())) {
            Ok(value) => Some(make(value)),
            Err(error) => {
                let why = error.message.unwrap_or_default();
                self.wrong = Some(format!("a pattern's body is no JSON: {why}").into());
                None
            }
        }
    }

    /// What is wrong with the pattern, or why a journal without bodies cannot say whether it holds.
    pub(crate) fn refusal(&self, has_bodies: bool) -> Option<ControlRefusal> {
        if let Some(wrong) = &self.wrong {
            return Some(ControlRefusal {
                error: wrong.clone(),
                hint: "give JSON, or a status such as 404".into(),
            });
        }
        let parts = [
            (!self.headers.is_empty(), "headers"),
            (self.text.is_some() || self.body.is_some(), "bodies"),
            (self.payload.is_some(), "payloads"),
        ];
        let (_, what) = parts.into_iter().find(|(asked, _)| *asked && !has_bodies)?;
        Some(ControlRefusal {
            error: format!("the journal of this org keeps no {what}").into(),
            hint: "have it keep them: mockorg serve --journal 1000, or MockOrgBuilder::journal".into(),
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        let mut say = |word: Option<String>| words.extend(word);
        say(self.method.as_ref().map(ToString::to_string));
        say(self.path.as_ref().map(ToString::to_string));
        say(self.endpoint.as_ref().map(|own| format!("of {own}")));
        say(self.channel.as_ref().map(|own| format!("event on {own}")));
        say(self.object.as_ref().map(|own| format!("for {own}")));
        say(self.user.as_ref().map(|own| format!("by {own}")));
        say(self.status.as_ref().map(|own| format!("→ {own}")));
        say(self.fault.as_ref().map(|own| format!("struck by {own}")));
        for (name, value) in &self.query {
            say(Some(format!("with {name}={value}")));
        }
        for (name, value) in &self.headers {
            say(Some(format!("with {name}: {value}")));
        }
        say(self.text.as_ref().map(|own| format!("with \"{own}\"")));
        say(self.body.as_ref().map(|own| format!("with body {}", own.text())));
        say(self.payload.as_ref().map(|own| format!("with payload {}", own.text())));
        f.write_str(&match (words.is_empty(), self.kind) {
            (false, _) => words.join(" "),
            (true, None) => "anything".to_owned(),
            (true, Some(kind)) => format!("any {}", kind.as_str()),
        })
    }
}
