//! What is promised about answers: response schemas and the endpoint index, compiled once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use jsonschema::{Registry, Validator};
use serde_json::Value;

use crate::{
    answer::{Answer, Violation},
    endpoints::{Answers, EndpointIndex, Promise, Promises},
    json::{self, Json},
    load::{LoadError, read},
    request::Request,
};

/// References between schema files are resolved against this address; nothing is ever fetched.
const BASE: &str = "schema:///responses/";
const ENDING: &str = ".schema.json";
/// The control surface is the mock's own and no part of the contract with clients.
const CONTROL: &str = "/__mockorg/";

/// Response schemas by name, and the rows that promise them.
#[derive(Debug)]
pub struct Schemas {
    validators: BTreeMap<String, Validator>,
    /// The rows of the endpoint table.
    pub endpoints: EndpointIndex,
}

impl Schemas {
    /// Reads `endpoints.json` and `responses/*.schema.json` from the project's schema folder.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for files that are unreadable, no schemas, or refer to absent ones, and for
    /// rows that promise a schema without a file.
    pub fn load(dir: &Path) -> Result<Arc<Self>, LoadError> {
        let endpoints = EndpointIndex::load(&dir.join("endpoints.json"))?;
        Self::with_endpoints(&dir.join("responses"), endpoints)
    }

    /// As [`Schemas::load`], with an index that is given.
    ///
    /// # Errors
    ///
    /// As [`Schemas::load`].
    pub fn with_endpoints(responses: &Path, endpoints: EndpointIndex) -> Result<Arc<Self>, LoadError> {
        Self::compile(&sources(responses)?, endpoints)
    }

    /// Compiles schemas that are given by name. They refer to each other as
    /// `<name>.schema.json`.
    ///
    /// # Errors
    ///
    /// As [`Schemas::load`].
    pub fn compile(
        sources: &BTreeMap<String, Value>,
        endpoints: EndpointIndex,
    ) -> Result<Arc<Self>, LoadError> {
        let validators = validators(sources)?;
        let unknown = |name: &str| !validators.contains_key(name);
        let mut problems = BTreeSet::new();
        for name in ["error-array", "oauth-error"].into_iter().filter(|name| unknown(name)) {
            problems
                .insert(format!("responses/{name}{ENDING} is missing; error answers are held against it"));
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
        if problems.is_empty() {
            Ok(Arc::new(Self { validators, endpoints }))
        } else {
            Err(LoadError { problems: problems.into_iter().collect() })
        }
    }

    /// The names of all response schemas, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.validators.keys().map(String::as_str)
    }

    /// Checks a value against a named response schema.
    pub fn check(&self, name: &str, value: &Json) -> Vec<Violation> {
        let Some(validator) = self.validators.get(name) else {
            return vec![Violation::whole(format!("no response schema is named '{name}'"))];
        };
        let value = value.to_value();
        let violation = |error: jsonschema::ValidationError<'_>| {
            let rule = error.absolute_keyword_location().map_or_else(
                || format!("{name}{ENDING}#{}", error.schema_path()),
                |location| location.as_str().trim_start_matches(BASE).to_owned(),
            );
            Violation {
                pointer: error.instance_path().to_string(),
                rule,
                message: shorten(&error.to_string()),
            }
        };
        validator.iter_errors(&value).map(violation).collect()
    }

    /// Everything in which an answer breaks the promise of its endpoint.
    pub fn violations(&self, request: &Request, answer: &Answer) -> Vec<Violation> {
        let path = request.path_only();
        let status = answer.status;
        if path.starts_with(CONTROL) || status == 414 || status == 431 {
            // The last two are refused by the connection layer, before there is an endpoint.
            return Vec::new();
        }
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
            return self.one_of(promises, request, answer);
        }
        // A resource that no row has does not exist, or is not implemented.
        if matches!(status, 404 | 501) || (status >= 400 && row.is_some()) {
            return self.promise(&Promise::Schema(error_schema(path).to_owned()), request, answer);
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

    fn one_of(&self, promises: &Promises, request: &Request, answer: &Answer) -> Vec<Violation> {
        // Beside a schema, `blob` and `none` stand for other content: they must not excuse bad JSON.
        let json = answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        let has_schema = promises.0.iter().any(|promise| matches!(promise, Promise::Schema(_)));
        let mut closest: Option<Vec<Violation>> = None;
        for promise in &promises.0 {
            if json && has_schema && !matches!(promise, Promise::Schema(_)) {
                continue;
            }
            let violations = self.promise(promise, request, answer);
            if violations.is_empty() {
                return violations;
            }
            if closest.as_ref().is_none_or(|known| violations.len() < known.len()) {
                closest = Some(violations);
            }
        }
        closest.unwrap_or_default()
    }

    fn promise(&self, promise: &Promise, request: &Request, answer: &Answer) -> Vec<Violation> {
        // The answer to HEAD has no body to check, whatever its headers say.
        if request.method == "HEAD" {
            return Vec::new();
        }
        let content_type = answer.header("content-type").unwrap_or_default();
        match promise {
            Promise::Anything | Promise::Blob => Vec::new(),
            Promise::Empty if answer.body.is_empty() => Vec::new(),
            Promise::Empty => vec![Violation::whole("the body should be empty".to_owned())],
            Promise::ContentType(word) if content_type.contains(word) => Vec::new(),
            Promise::ContentType(word) => {
                vec![Violation::whole(format!("content type '{content_type}' where {word} is promised"))]
            }
            Promise::Schema(name) if content_type.starts_with("application/json") => {
                match json::parse(&answer.text()) {
                    Ok(body) => self.check(name, &body),
                    Err(error) => vec![Violation::whole(format!("the body is no JSON: {error}"))],
                }
            }
            Promise::Schema(_) if request.asks_for_xml() && content_type.contains("xml") => Vec::new(),
            Promise::Schema(name) => vec![Violation::whole(format!(
                "content type '{content_type}' where JSON by schema '{name}' is promised"
            ))],
        }
    }
}

fn error_schema(path: &str) -> &'static str {
    if path.trim_start_matches('/').starts_with("services/oauth2/") { "oauth-error" } else { "error-array" }
}

/// Schema file → parsed content, by name without ending.
fn sources(dir: &Path) -> Result<BTreeMap<String, Value>, LoadError> {
    let failed = |error: std::io::Error| {
        LoadError::one(format!("{}: {error}; give the folder that holds the response schemas", dir.display()))
    };
    let mut sources = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(name) = name.strip_suffix(ENDING) {
            let schema = json::parse(&read(&path)?)
                .map_err(|error| LoadError::one(format!("{}: {error}", path.display())))?;
            sources.insert(name.to_owned(), schema.to_value());
        }
    }
    Ok(sources)
}

fn validators(sources: &BTreeMap<String, Value>) -> Result<BTreeMap<String, Validator>, LoadError> {
    let uri = |name: &str| format!("{BASE}{name}{ENDING}");
    let failed = |name: &str, error: &dyn std::fmt::Display| {
        LoadError::one(format!("responses/{name}{ENDING}: {error}"))
    };
    let mut builder = Registry::new();
    for (name, schema) in sources {
        builder = builder.add(uri(name), schema.clone()).map_err(|error| failed(name, &error))?;
    }
    let registry = builder.prepare().map_err(|error| failed("*", &error))?;
    sources
        .iter()
        .map(|(name, schema)| {
            jsonschema::draft202012::options()
                .with_registry(&registry)
                .with_base_uri(uri(name))
                .build(schema)
                .map(|validator| (name.clone(), validator))
                .map_err(|error| failed(name, &error))
        })
        .collect()
}

/// A violation quotes the whole offending value; the answer is printed below it anyway.
fn shorten(message: &str) -> String {
    const LIMIT: usize = 400;
    match message.char_indices().nth(LIMIT) {
        Some(_) => {
            let head: String = message.chars().take(LIMIT / 2).collect();
            let tail: Vec<char> = message.chars().rev().take(LIMIT / 2).collect();
            format!("{head} … {}", tail.into_iter().rev().collect::<String>())
        }
        None => message.to_owned(),
    }
}
