//! Compiling schemas that refer to each other; nothing is ever fetched.

use std::{collections::BTreeMap, fmt};

use jsonschema::{Registry, ValidationError, Validator};
use serde_json::Value;

use super::files::ENDING;
use crate::{answer::Violation, load::LoadError};

/// References between schema files are resolved against this address.
const ROOT: &str = "schema:///";
/// Where response schemas lie; their rules are named without it.
const RESPONSES: &str = "schema:///responses/";

/// The response schemas as others refer to them.
pub(super) struct Library {
    registry: Registry<'static>,
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Library")
    }
}

impl Library {
    /// Makes response schemas known by their names.
    pub(super) fn new(responses: &BTreeMap<String, Value>) -> Result<Self, LoadError> {
        let mut builder = Registry::new();
        for (name, schema) in responses {
            let uri = format!("{RESPONSES}{name}{ENDING}");
            builder = builder.add(uri, schema.clone()).map_err(|error| failed(name, &error))?;
        }
        let registry = builder.prepare().map_err(|error| failed("*", &error))?;
        Ok(Self { registry })
    }

    /// Compiles every response schema.
    pub(super) fn responses(
        &self,
        responses: &BTreeMap<String, Value>,
    ) -> Result<BTreeMap<String, Validator>, LoadError> {
        let compile = |(name, schema): (&String, &Value)| {
            let validator = self
                .compile(&format!("responses/{name}{ENDING}"), schema)
                .map_err(|error| failed(name, &error))?;
            Ok((name.clone(), validator))
        };
        responses.iter().map(compile).collect()
    }

    /// Compiles a schema that lies at `path` below the folder of schemas.
    pub(super) fn compile(
        &self,
        path: &str,
        schema: &Value,
    ) -> Result<Validator, Box<ValidationError<'static>>> {
        jsonschema::draft202012::options()
            .with_registry(&self.registry)
            .with_base_uri(format!("{ROOT}{path}"))
            .build(schema)
            .map_err(Box::new)
    }
}

fn failed(name: &str, error: &dyn fmt::Display) -> LoadError {
    LoadError::one(format!("responses/{name}{ENDING}: {error}"))
}

/// Holds a value against a compiled schema; `place` is the pointer at which the value lies in the whole body.
pub(super) fn violations(validator: &Validator, path: &str, place: &str, value: &Value) -> Vec<Violation> {
    if validator.is_valid(value) {
        return Vec::new();
    }
    let violation = |error: ValidationError<'_>| {
        let rule = error.absolute_keyword_location().map_or_else(
            || format!("{path}#{}", error.schema_path()),
            |location| {
                let location = location.as_str();
                location
                    .strip_prefix(RESPONSES)
                    .unwrap_or_else(|| location.trim_start_matches(ROOT))
                    .to_owned()
            },
        );
        Violation {
            pointer: format!("{place}{}", error.instance_path()),
            rule,
            message: shorten(&error.to_string()),
        }
    };
    validator.iter_errors(value).map(violation).collect()
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
