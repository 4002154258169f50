//! The steps of a case: a request with its answer, or events that must have come.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use crate::{expect::Expect, expected::Expected, path::JsonPath, request_template::RequestTemplate};

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "StepFile")]
pub enum Step {
    /// A request and what is expected of its answer.
    Request(Box<RequestStep>),
    /// Events that must have come on a channel that the case subscribed to.
    Events(Box<EventsStep>),
}

/// One request and what is expected of its answer.
#[derive(Debug, Clone)]
pub struct RequestStep {
    /// Said in reports beside the number of the step.
    pub title: Option<String>,
    /// The credential for this step alone.
    pub user: Option<String>,
    /// The request.
    pub request: RequestTemplate,
    /// The id of the row in the endpoint index that the request must reach. Needed for coverage
    /// when the whole path is a captured value.
    pub endpoint: Option<String>,
    /// What is expected; cleanup steps may leave it out and then expect any 2xx, or 404.
    pub expect: Option<Expect>,
    /// Values to keep: name → JSON path, or `header:<name>`.
    pub capture: BTreeMap<String, Capture>,
    /// Sends the request until the answer has settled; expectations apply to the last answer.
    pub repeat: Option<Repeat>,
}

/// Events that must have come, in exactly this order.
#[derive(Debug, Clone)]
pub struct EventsStep {
    /// Said in reports beside the number of the step.
    pub title: Option<String>,
    /// The channel, the expected events, and how to wait for them.
    pub events: ExpectedEvents,
    /// Values to keep: name → JSON path into the list of the events that were expected and came.
    pub capture: BTreeMap<String, Capture>,
}

/// What must come on a channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExpectedEvents {
    /// A channel of the case's `subscribe`.
    pub channel: String,
    /// One entry per event in their order: JSON path into the message's data
    /// (`$.payload.HasErrors`, `$.event.replayId`) → expected value or matcher.
    pub expect: Vec<BTreeMap<JsonPath, Expected>>,
    /// Whether these are all the events that came since the last step about the channel.
    #[serde(default)]
    pub complete: bool,
    /// How often the channel is asked at most.
    #[serde(default = "tries")]
    pub at_most: u32,
    /// Sent between tries to a target with a control surface, in place of waiting.
    #[serde(default)]
    pub advance: Option<RequestTemplate>,
}

/// Thirty tries are half a minute on an org without control surface.
fn tries() -> u32 {
    30
}

/// A step as it is written: of either kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    #[serde(default)]
    title: Option<String>,
    #[serde(rename = "as", default)]
    user: Option<String>,
    #[serde(default)]
    request: Option<RequestTemplate>,
    #[serde(default)]
    endpoint: Option<String>,
    #[serde(default)]
    expect: Option<Expect>,
    #[serde(default)]
    capture: BTreeMap<String, Capture>,
    #[serde(default)]
    repeat: Option<Repeat>,
    #[serde(default)]
    events: Option<ExpectedEvents>,
}

impl TryFrom<StepFile> for Step {
    type Error = &'static str;

    fn try_from(file: StepFile) -> Result<Self, Self::Error> {
        let StepFile { title, user, request, endpoint, expect, capture, repeat, events } = file;
        match (request, events) {
            (Some(request), None) => Ok(Self::Request(Box::new(RequestStep {
                title,
                user,
                request,
                endpoint,
                expect,
                capture,
                repeat,
            }))),
            (None, Some(events))
                if user.is_none() && endpoint.is_none() && expect.is_none() && repeat.is_none() =>
            {
                Ok(Self::Events(Box::new(EventsStep { title, events, capture })))
            }
            (None, Some(_)) => Err("a step with 'events' has besides only 'title' and 'capture'"),
            (Some(_), Some(_)) | (None, None) => Err("a step has either 'request' or 'events'"),
        }
    }
}

impl Step {
    /// What reports say beside the number of the step.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Request(step) => step.title.as_deref(),
            Self::Events(step) => step.title.as_deref(),
        }
    }

    /// The step if it is a request.
    pub fn as_request(&self) -> Option<&RequestStep> {
        match self {
            Self::Request(step) => Some(step),
            Self::Events(_) => None,
        }
    }

    /// Every name that must be known before the step can be taken.
    #[cfg(feature = "http")]
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Request(step) => step.request.names(),
            Self::Events(_) => Vec::new(),
        }
    }
}

/// Where a captured value comes from.
#[derive(Debug, Clone)]
pub enum Capture {
    /// A place in the JSON body.
    Body(JsonPath),
    /// The value of a header.
    Header(String),
    /// What stands between two texts of a body that is no JSON, at the first place where both do.
    Text {
        /// What stands before it.
        before: String,
        /// What stands behind it.
        after: String,
    },
}

impl Capture {
    /// What a text holds at the place.
    #[cfg(feature = "http")]
    pub(crate) fn in_text<'a>(&self, text: &'a str) -> Option<&'a str> {
        let Self::Text { before, after } = self else { return None };
        let (_, rest) = text.split_once(&**before)?;
        rest.split_once(&**after).map(|(found, _)| found)
    }
}

impl<'de> Deserialize<'de> for Capture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some(name) = text.strip_prefix("header:") {
            return Ok(Self::Header(name.to_owned()));
        }
        if let Some((before, after)) = text.strip_prefix("text:").and_then(|shape| shape.split_once('*')) {
            return Ok(Self::Text { before: before.to_owned(), after: after.to_owned() });
        }
        text.parse().map(Self::Body).map_err(de::Error::custom)
    }
}

/// How a step polls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Repeat {
    /// JSON path → what must hold before the step goes on.
    pub until: BTreeMap<JsonPath, Expected>,
    /// How many requests are sent at most.
    pub at_most: u32,
    /// Sent between tries to a target with a control surface, in place of waiting.
    #[serde(default)]
    pub advance: Option<RequestTemplate>,
}
