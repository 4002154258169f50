//! Cases: the contract as data, one file per case.
//!
//! `schemas/case.schema.json` describes the files; these are the types they are read into.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use crate::{
    expected::Expected,
    json::Json,
    path::JsonPath,
    request::Request,
    template::{UnknownName, Variables, expand, expand_json, names},
    version::ApiVersion,
};

/// One contract case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Area and file name without ending, for instance `rest/versions`. Not part of the file.
    #[serde(skip)]
    pub name: String,
    /// Where the schema lies, for editors.
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    /// What the case shows, as a sentence.
    pub title: String,
    /// A link to public documentation, or `observed`.
    pub source: String,
    /// First version in which this holds.
    #[serde(default)]
    pub since: Option<ApiVersion>,
    /// Last version in which this holds.
    #[serde(default)]
    pub until: Option<ApiVersion>,
    /// Versions at which the case runs; without them it runs once, at the newest that it allows.
    #[serde(default)]
    pub versions: Vec<ApiVersion>,
    /// The credential that is used when a step names none: `admin`, unless given.
    #[serde(rename = "as", default = "admin")]
    pub user: String,
    /// What the target must offer.
    #[serde(default)]
    pub needs: Needs,
    /// What is sent and expected, in order; the first step that differs ends the case.
    pub steps: Vec<Step>,
    /// Sent at the end in any case. Steps whose captured values are missing are left out.
    #[serde(default)]
    pub cleanup: Vec<Step>,
}

fn admin() -> String {
    "admin".to_owned()
}

/// What a target must offer so that a case can run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// The case changes data.
    #[serde(default)]
    pub writes: bool,
    /// The case uses the control surface under `/__mockorg/`, which only the mock has.
    #[serde(default)]
    pub control: bool,
    /// Names of values that the target must give, for instance `username`.
    #[serde(default)]
    pub variables: Vec<String>,
}

/// One request and what is expected of its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Said in reports beside the number of the step.
    #[serde(default)]
    pub title: Option<String>,
    /// The credential for this step alone.
    #[serde(rename = "as", default)]
    pub user: Option<String>,
    /// The request.
    pub request: RequestTemplate,
    /// The id of the row in the endpoint index that the request must reach. Needed for coverage
    /// when the whole path is a captured value.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// What is expected; cleanup steps may leave it out and then expect any 2xx, or 404.
    #[serde(default)]
    pub expect: Option<Expect>,
    /// Values to keep: name → JSON path, or `header:<name>`.
    #[serde(default)]
    pub capture: BTreeMap<String, Capture>,
    /// Sends the request until the answer has settled; expectations apply to the last answer.
    #[serde(default)]
    pub repeat: Option<Repeat>,
}

/// A request whose strings may hold `{name}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestTemplate {
    /// `GET`, `POST`, `PATCH`, `PUT`, `DELETE`, `HEAD` or `OPTIONS`.
    pub method: String,
    /// The path, with its query if that needs no escapes; or an absolute URL below the target's.
    pub path: String,
    /// Query parameters, escaped when sent.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Header lines.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// A JSON body, sent with its keys in the order of the file.
    #[serde(default)]
    pub json: Option<Json>,
    /// A raw body.
    #[serde(default)]
    pub text: Option<String>,
    /// A form body.
    #[serde(default)]
    pub form: Option<BTreeMap<String, String>>,
}

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
    /// A response schema that holds besides the one of the endpoint.
    #[serde(default)]
    pub schema: Option<String>,
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

/// Where a captured value comes from.
#[derive(Debug, Clone)]
pub enum Capture {
    /// A place in the JSON body.
    Body(JsonPath),
    /// The value of a header.
    Header(String),
}

impl<'de> Deserialize<'de> for Capture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.strip_prefix("header:") {
            Some(name) => Ok(Self::Header(name.to_owned())),
            None => text.parse().map(Self::Body).map_err(de::Error::custom),
        }
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

impl Case {
    /// The versions at which the case runs on a target whose newest version is given.
    pub fn runs_at(&self, newest: ApiVersion) -> Vec<ApiVersion> {
        if self.versions.is_empty() {
            vec![self.until.map_or(newest, |until| until.min(newest))]
        } else {
            self.versions.clone()
        }
    }

    /// Whether the case speaks about this version.
    pub fn holds_at(&self, version: ApiVersion) -> bool {
        self.since.is_none_or(|since| since <= version) && self.until.is_none_or(|until| version <= until)
    }
}

impl RequestTemplate {
    /// The request with all names replaced.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] for the first name without a value.
    pub fn expand(&self, variables: &Variables) -> Result<Request, UnknownName> {
        let mut request = Request::new(&self.method, expand(&self.path, variables)?);
        for (name, value) in &self.query {
            request = request.query(name, &expand(value, variables)?);
        }
        for (name, value) in &self.headers {
            request = request.header(name, &expand(value, variables)?);
        }
        if let Some(json) = &self.json {
            request = request.json(expand_json(json, variables)?);
        }
        if let Some(text) = &self.text {
            request = request.text("text/plain;charset=UTF-8", expand(text, variables)?);
        }
        if let Some(form) = &self.form {
            let fields = form
                .iter()
                .map(|(name, value)| Ok((name.as_str(), expand(value, variables)?)))
                .collect::<Result<Vec<_>, UnknownName>>()?;
            request = request.form(fields.iter().map(|(name, value)| (*name, value.as_str())));
        }
        Ok(request)
    }

    /// Every name that the request mentions.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut found = names(&self.path);
        let maps = [Some(&self.query), Some(&self.headers), self.form.as_ref()];
        for value in maps.into_iter().flatten().flat_map(|map| map.values()) {
            found.extend(names(value));
        }
        found.extend(self.text.as_deref().map(names).unwrap_or_default());
        if let Some(json) = &self.json {
            strings(json, &mut found);
        }
        found
    }
}

fn strings<'a>(json: &'a Json, found: &mut Vec<&'a str>) {
    match json {
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
        Json::String(text) => found.extend(names(text)),
        Json::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Json::Object(pairs) => pairs.iter().for_each(|(_, value)| strings(value, found)),
    }
}
