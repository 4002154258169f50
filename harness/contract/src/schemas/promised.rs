//! What is promised about answers: response schemas, object schemas and the endpoint index.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use jsonschema::Validator;
use serde_json::Value;

use super::{
    compiled::{self, Library},
    files::{ENDING, SchemaFiles},
    formatted::Formatted,
    objects::Objects,
};
use crate::{
    answer::{Answer, Violation},
    endpoints::{Answers, EndpointIndex, Promise, Promises},
    json::{self, Json},
    load::LoadError,
    request::Request,
    version::ApiVersion,
};

/// The control surface is the mock's own and no part of the contract with clients.
const CONTROL: &str = "/__mockorg/";

/// Response schemas by name, the rows that promise them, and the schemas of objects and events.
#[derive(Debug)]
pub struct Schemas {
    referred: Library,
    validators: BTreeMap<String, Validator>,
    records: Objects,
    events: Objects,
    formatted: Formatted,
    /// The rows of the endpoint table.
    pub endpoints: EndpointIndex,
}

impl Schemas {
    /// Reads the project's schema folder: `endpoints.json`, `responses/*.schema.json`,
    /// `responses/records/*.schema.json` and `events/payloads/*.schema.json`.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for files that are unreadable, no schemas, or refer to absent ones, and for
    /// rows that promise a schema without a file.
    pub fn load(dir: &Path) -> Result<Arc<Self>, LoadError> {
        Self::from(SchemaFiles::read(dir)?)
    }

    /// As [`Schemas::load`], from the texts of the files by their paths below that folder, such as
    /// `responses/token.schema.json`. Files of other kinds are passed over.
    ///
    /// # Errors
    ///
    /// As [`Schemas::load`].
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Arc<Self>, LoadError> {
        let mut sources = SchemaFiles::default();
        for (path, text) in files {
            sources.add(path, text)?;
        }
        Self::from(sources)
    }

    /// The response schemas of a folder, with an index that is given.
    ///
    /// # Errors
    ///
    /// As [`Schemas::load`].
    pub fn with_endpoints(responses: &Path, endpoints: EndpointIndex) -> Result<Arc<Self>, LoadError> {
        let mut files = SchemaFiles { endpoints: Some(endpoints), ..SchemaFiles::default() };
        files.read_responses(responses)?;
        Self::from(files)
    }

    /// Compiles response schemas that are given by name. They refer to each other as
    /// `<name>.schema.json`.
    ///
    /// # Errors
    ///
    /// As [`Schemas::load`].
    pub fn compile(
        sources: &BTreeMap<String, Value>,
        endpoints: EndpointIndex,
    ) -> Result<Arc<Self>, LoadError> {
        Self::from(SchemaFiles {
            responses: sources.clone(),
            endpoints: Some(endpoints),
            ..SchemaFiles::default()
        })
    }

    fn from(files: SchemaFiles) -> Result<Arc<Self>, LoadError> {
        let endpoints = files
            .endpoints
            .ok_or_else(|| LoadError::one("endpoints.json is missing among the schemas".to_owned()))?;
        let referred = Library::new(&files.responses)?;
        let validators = referred.responses(&files.responses)?;
        let problems = broken_promises(&validators, &endpoints);
        if !problems.is_empty() {
            return Err(LoadError { problems: problems.into_iter().collect() });
        }
        let records = Objects::new("responses/records/", files.records);
        let events = Objects::new("events/payloads/", files.events);
        Ok(Arc::new(Self {
            referred,
            validators,
            records,
            events,
            formatted: Formatted::default(),
            endpoints,
        }))
    }

    /// The names of all response schemas, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.validators.keys().map(String::as_str)
    }

    /// The names of the objects whose records have a schema, sorted.
    pub fn objects(&self) -> impl Iterator<Item = &str> {
        self.records.names()
    }

    /// The problems of schemas of records and events that cannot be used in a version, a line each. They are compiled
    /// when an answer needs them; this is for tests of the schemas themselves.
    pub fn unusable(&self, versions: impl IntoIterator<Item = ApiVersion>) -> Vec<String> {
        let both = [&self.records, &self.events];
        let of =
            |version| both.into_iter().flat_map(move |objects| objects.unusable(&self.referred, version));
        versions.into_iter().flat_map(of).collect()
    }

    /// Checks a value against a named response schema.
    pub fn check(&self, name: &str, value: &Json) -> Vec<Violation> {
        self.check_value(name, &value.to_value())
    }

    fn check_value(&self, name: &str, value: &Value) -> Vec<Violation> {
        match self.validators.get(name) {
            Some(validator) => compiled::violations(validator, &format!("{name}{ENDING}"), "", value),
            None => vec![Violation::whole(format!("no response schema is named '{name}'"))],
        }
    }

    pub(super) const fn referred(&self) -> &Library {
        &self.referred
    }

    pub(super) const fn records(&self) -> &Objects {
        &self.records
    }

    pub(super) const fn events(&self) -> &Objects {
        &self.events
    }

    pub(super) const fn formatted(&self) -> &Formatted {
        &self.formatted
    }

    /// Everything in which an answer breaks the promise of its endpoint, and in which the records and events
    /// that it carries break the schemas of their objects in the version of the request.
    pub fn violations(&self, request: &Request, answer: &Answer) -> Vec<Violation> {
        if is_outside(request, answer) { Vec::new() } else { self.judge(request, answer).1 }
    }

    /// As [`Schemas::violations`], and the body where it is JSON, which is read only once.
    pub fn read(&self, request: &Request, answer: &Answer) -> (Option<Json>, Vec<Violation>) {
        if is_outside(request, answer) {
            let body = if answer.body.is_empty() { None } else { answer.json().ok() };
            return (body, Vec::new());
        }
        self.judge(request, answer)
    }

    fn judge(&self, request: &Request, answer: &Answer) -> (Option<Json>, Vec<Violation>) {
        let status = answer.status;
        let (read, body) = Body::of(request, answer);
        let mut violations = self.broken_promise(request, answer, &body);
        if let Body::Json(value) = &body
            && status < 400
        {
            violations.extend(self.content_violations(request, value));
        }
        (read, violations)
    }

    fn broken_promise(&self, request: &Request, answer: &Answer, body: &Body) -> Vec<Violation> {
        let path = request.path_only();
        let status = answer.status;
        let method = request.effective_method();
        let row = self.endpoints.find_for(&method, path);
        let promised = row.and_then(|row| row.answers(&method)).and_then(|answers| answers.get(status));
        if let Some(row) = row.filter(|row| status < 400 && !row.serves(path)) {
            return vec![Violation::whole(format!(
                "row '{}' does not serve this version, yet the answer is no error",
                row.id
            ))];
        }
        if let Some(promises) = promised {
            return self.one_of(promises, request, answer, body);
        }
        // A resource that no row has does not exist, or is not implemented.
        if matches!(status, 404 | 501) || (status >= 400 && row.is_some()) {
            return self.promise(
                &Promise::Schema(error_schema(path, status).to_owned()),
                request,
                answer,
                body,
            );
        }
        let Some(row) = row else {
            return vec![Violation::whole(format!(
                "no endpoint row fits {method} {path}; add the row, or mend the path"
            ))];
        };
        if answer.body.is_empty() && matches!(status, 204 | 304) && row.knows(&method) {
            return Vec::new();
        }
        vec![Violation::whole(format!(
            "row '{}' promises no {status} for {method}; add the status to the row, or mend the answer",
            row.id
        ))]
    }

    fn one_of(&self, promises: &Promises, request: &Request, answer: &Answer, body: &Body) -> Vec<Violation> {
        // Beside a schema, `blob` and `none` stand for other content: they must not excuse bad JSON.
        let json = matches!(body, Body::Json(_) | Body::Broken(_));
        let has_schema = promises.0.iter().any(|promise| matches!(promise, Promise::Schema(_)));
        let mut closest: Option<Vec<Violation>> = None;
        for promise in &promises.0 {
            if json && has_schema && !matches!(promise, Promise::Schema(_)) {
                continue;
            }
            let violations = self.promise(promise, request, answer, body);
            if violations.is_empty() {
                return violations;
            }
            if closest.as_ref().is_none_or(|known| violations.len() < known.len()) {
                closest = Some(violations);
            }
        }
        closest.unwrap_or_default()
    }

    fn promise(&self, promise: &Promise, request: &Request, answer: &Answer, body: &Body) -> Vec<Violation> {
        // The answer to HEAD has no body to check, whatever its headers say.
        if request.method == "HEAD" {
            return Vec::new();
        }
        let content_type = answer.header("content-type").unwrap_or_default();
        match (promise, body) {
            (Promise::Anything | Promise::Blob, _) => Vec::new(),
            (Promise::Empty, _) if answer.body.is_empty() => Vec::new(),
            (Promise::Empty, _) => vec![Violation::whole("the body should be empty".to_owned())],
            (Promise::ContentType(word), _) if content_type.contains(word) => Vec::new(),
            (Promise::ContentType(word), _) => {
                vec![Violation::whole(format!("content type '{content_type}' where {word} is promised"))]
            }
            (Promise::Schema(name), Body::Json(value)) => self.check_value(name, value),
            (Promise::Schema(_), Body::Broken(error)) => {
                vec![Violation::whole(format!("the body is no JSON: {error}"))]
            }
            (Promise::Schema(_), Body::Other) if request.asks_for_xml() && content_type.contains("xml") => {
                Vec::new()
            }
            (Promise::Schema(name), Body::Other) => vec![Violation::whole(format!(
                "content type '{content_type}' where JSON by schema '{name}' is promised"
            ))],
        }
    }
}

/// Whether nothing is promised about an answer.
fn is_outside(request: &Request, answer: &Answer) -> bool {
    // The last two are refused by the connection layer, before there is an endpoint.
    request.path_only().starts_with(CONTROL) || matches!(answer.status, 414 | 431)
}

/// The body of an answer, read once.
enum Body {
    Json(Value),
    /// It claims to be JSON and is none.
    Broken(String),
    /// It does not claim to be JSON, or there is none.
    Other,
}

impl Body {
    /// The body as it came, too.
    fn of(request: &Request, answer: &Answer) -> (Option<Json>, Self) {
        let json = answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        if request.method == "HEAD" || !json {
            return (None, Self::Other);
        }
        match json::parse(&answer.text()) {
            Ok(body) => {
                let value = body.to_value();
                (Some(body), Self::Json(value))
            }
            Err(error) => (None, Self::Broken(error.to_string())),
        }
    }
}

/// What is promised and cannot be checked.
fn broken_promises(validators: &BTreeMap<String, Validator>, endpoints: &EndpointIndex) -> BTreeSet<String> {
    let unknown = |name: &str| !validators.contains_key(name);
    let mut problems = BTreeSet::new();
    for name in ["error-array", "oauth-error"].into_iter().filter(|name| unknown(name)) {
        problems.insert(format!("responses/{name}{ENDING} is missing; error answers are held against it"));
    }
    for row in &endpoints.endpoints {
        for promise in row.methods.values().flat_map(Answers::all) {
            if let Promise::Schema(name) = promise
                && unknown(name)
            {
                let id = &row.id;
                problems.insert(format!(
                    "endpoints.json: row '{id}' promises '{name}'; write responses/{name}{ENDING} or mend the row"
                ));
            }
        }
    }
    problems
}

fn error_schema(path: &str, status: u16) -> &'static str {
    // What is not implemented says so in one form everywhere.
    let oauth = status != 501 && path.trim_start_matches('/').starts_with("services/oauth2/");
    if oauth { "oauth-error" } else { "error-array" }
}
