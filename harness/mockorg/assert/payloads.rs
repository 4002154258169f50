//! Whether a payload is what a schema says.

use std::{
    fmt::Display,
    sync::{Arc, LazyLock},
};

use mockorg_contract::{
    Answer, ApiVersion as Version, Json, LoadError, Request, Schemas, answer::Violation, json,
};

use crate::{ApiVersion, assert::AssertionFailure, schemas};

static SCHEMAS: LazyLock<Result<Arc<Schemas>, LoadError>> =
    LazyLock::new(|| Schemas::from_files(schemas::files().iter().copied()));

/// How many violations a failure shows.
const SHOWN: usize = 20;

/// Holds when a payload, JSON text or a value that prints as such, is what a response schema says.
///
/// # Errors
///
/// [`AssertionFailure`] with each violation; also when there is no such schema, and then with those of like names.
pub fn satisfies(schema: &str, payload: impl Display) -> Result<(), AssertionFailure> {
    let expected = format!("what the schema '{schema}' says");
    let (schemas, body) = prepared(&expected, &payload)?;
    if !schemas.names().any(|name| name == schema) {
        let like = |name: &&str| name.contains(schema) || schema.contains(*name);
        return Err(AssertionFailure {
            expected,
            found: vec![format!("no schema of the name '{schema}'")],
            nearest: schemas.names().find(like).map(ToOwned::to_owned),
        });
    }
    held(expected, &schemas.check(schema, &body), &body)
}

/// Holds when a record, as the REST API gives it with its `attributes`, is what the schema of its object says in
/// a version of the API.
///
/// # Errors
///
/// [`AssertionFailure`] with each violation; also for an object that has no schema.
pub fn record(object: &str, version: ApiVersion, record: impl Display) -> Result<(), AssertionFailure> {
    let expected = format!("a record of {object} as in {version}");
    let (schemas, body) = prepared(&expected, &record)?;
    if !schemas.objects().any(|name| name == object) {
        let like = |name: &&str| name.eq_ignore_ascii_case(object) || name.starts_with(object);
        return Err(AssertionFailure {
            expected,
            found: vec![format!("no schema of the object '{object}'")],
            nearest: schemas.objects().find(like).map(ToOwned::to_owned),
        });
    }
    let named = body.get("attributes").and_then(|attributes| attributes.get("type")).and_then(Json::as_str);
    if named != Some(object) {
        let found = format!("`attributes.type` is {}", named.unwrap_or("missing"));
        return Err(AssertionFailure { expected, found: vec![found], nearest: None });
    }
    // As the answer to a request for the record, so that the version decides about its fields.
    let version = Version(u16::from(version.number()));
    let request = Request::get(format!("/services/data/v{version}/sobjects/{object}/{object}"));
    let answer = Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json;charset=UTF-8".to_owned())],
        body: body.to_string().into_bytes(),
        curl: "".into(),
    };
    held(expected, &schemas.violations(&request, &answer), &body)
}

/// Panics unless a payload, JSON text or a value that prints as such, is what a response schema says.
///
/// The names of the schemas are those of `responses/` in [`schemas::files`](crate::schemas::files).
///
/// # Panics
///
/// With each violation.
///
/// # Examples
///
/// ```
/// use mockorg::assert::{assert_satisfies, satisfies};
///
/// assert_satisfies("save-result", r#"{"id":"001D000000IqhSLIAZ","success":true,"errors":[]}"#);
///
/// let failure = satisfies("save-result", serde_json::json!({"success": true})).unwrap_err();
/// assert!(failure.to_string().contains("\"id\""), "{failure}");
/// ```
#[track_caller]
pub fn assert_satisfies(schema: &str, payload: impl Display) {
    if let Err(failure) = satisfies(schema, payload) {
        panic!("{failure}");
    }
}

/// Panics unless a record, with its `attributes`, is what the schema of its object says in a version of the API.
///
/// # Panics
///
/// With each violation.
///
/// # Examples
///
/// ```
/// use mockorg::{ApiVersion, assert::assert_record};
///
/// assert_record(
///     "Account",
///     ApiVersion::NEWEST,
///     serde_json::json!({
///         "attributes": {"type": "Account", "url": "/services/data/v68.0/sobjects/Account/001D000000IqhSLIAZ"},
///         "Name": "Acme"
///     }),
/// );
/// ```
#[track_caller]
pub fn assert_record(object: &str, version: ApiVersion, payload: impl Display) {
    if let Err(failure) = record(object, version, payload) {
        panic!("{failure}");
    }
}

fn prepared(expected: &str, payload: &impl Display) -> Result<(&'static Schemas, Json), AssertionFailure> {
    let failed =
        |found: String| AssertionFailure { expected: expected.to_owned(), found: vec![found], nearest: None };
    let schemas = SCHEMAS.as_ref().map_err(|error| failed(error.to_string()))?;
    let body = json::parse(&payload.to_string()).map_err(|error| failed(format!("no JSON: {error}")))?;
    Ok((schemas, body))
}

fn held(expected: String, violations: &[Violation], body: &Json) -> Result<(), AssertionFailure> {
    if violations.is_empty() {
        return Ok(());
    }
    let mut found: Vec<String> = violations.iter().take(SHOWN).map(ToString::to_string).collect();
    let text = body.to_string();
    found.push(match text.char_indices().nth(1_000) {
        Some((end, _)) => format!("in {}…", &text[..end]),
        None => format!("in {text}"),
    });
    Err(AssertionFailure { expected, found, nearest: None })
}
