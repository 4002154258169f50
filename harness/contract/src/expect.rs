//! What a case expects of one answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use crate::{expected::Expected, json::Json, path::JsonPath};

/// Expectations of one answer. The response schema of the endpoint is checked besides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Permitted statuses.
    pub status: Statuses,
    /// Header name → exact value, shape, `present` or `absent`.
    #[serde(default)]
    pub headers: BTreeMap<String, HeaderExpected>,
    /// JSON path → expected value or matcher.
    #[serde(default)]
    pub json: BTreeMap<JsonPath, Expected>,
    /// The whole body, keys in any order.
    #[serde(default)]
    pub equals: Option<Json>,
    /// JSON path → the exact list of keys, in order.
    #[serde(default)]
    pub keys: BTreeMap<JsonPath, Vec<String>>,
    /// The exact text of the body.
    #[serde(default)]
    pub text: Option<String>,
    /// The shape of the text of the body; see [`crate::expected`].
    #[serde(default)]
    pub matches: Option<String>,
    /// A response schema that holds besides the one of the endpoint.
    #[serde(default)]
    pub schema: Option<String>,
    /// The whole answer, redacted, is kept as a snapshot.
    #[serde(default)]
    pub snapshot: bool,
}

/// One status or a list of them.
#[derive(Debug, Clone)]
pub struct Statuses(pub Vec<u16>);

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let statuses = json.items().unwrap_or(std::slice::from_ref(&json));
        let numbers =
            statuses.iter().map(|status| status.to_string().parse().ok()).collect::<Option<Vec<_>>>();
        match numbers {
            Some(numbers) if !numbers.is_empty() => Ok(Self(numbers)),
            _ => Err(de::Error::custom("a status is a number or a list of numbers")),
        }
    }
}

/// What is expected of a header.
#[derive(Debug, Clone)]
pub enum HeaderExpected {
    /// There, with any value.
    Present,
    /// Not there.
    Absent,
    /// Exactly this value.
    Exactly(String),
    /// A value of this shape; see [`crate::expected`].
    Matches(String),
}

impl<'de> Deserialize<'de> for HeaderExpected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        match (json.as_str(), json.get("matches").and_then(Json::as_str)) {
            (Some("present"), _) => Ok(Self::Present),
            (Some("absent"), _) => Ok(Self::Absent),
            (Some(exactly), _) => Ok(Self::Exactly(exactly.to_owned())),
            (None, Some(shape)) => Ok(Self::Matches(shape.to_owned())),
            (None, None) => Err(de::Error::custom("a header is a string or {\"matches\": \"…\"}")),
        }
    }
}
