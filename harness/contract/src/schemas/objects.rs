//! The schemas of objects and events, each compiled for a version when it is first asked for.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::Validator;
use serde_json::Value;

use super::{
    compiled::{self, Library},
    files::ENDING,
    specialise::{alone, specialise},
};
use crate::{answer::Violation, version::ApiVersion};

/// The schemas of one folder.
pub(super) struct Objects {
    /// The folder, with a slash at its end.
    folder: &'static str,
    sources: BTreeMap<String, Value>,
    compiled: Mutex<BTreeMap<Key, Option<Arc<Validator>>>>,
}

/// What was asked for: a name and a version. There is nothing to compile where the object does not exist.
type Key = (Box<str>, ApiVersion);

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").field("folder", &self.folder).field("names", &self.sources.keys()).finish()
    }
}

impl Objects {
    /// The schemas of a folder, by name. They are compiled in no version yet.
    pub(super) const fn new(folder: &'static str, sources: BTreeMap<String, Value>) -> Self {
        Self { folder, sources, compiled: Mutex::new(BTreeMap::new()) }
    }

    /// Whether there is a schema of this name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.sources.contains_key(name)
    }

    /// Whether there are no schemas at all.
    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The names, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// The problems of schemas that cannot be used in a version.
    pub(super) fn unusable(&self, referred: &Library, version: ApiVersion) -> Vec<String> {
        let problem = |name: &String| {
            let problem = self.validator(referred, name, version).err()?;
            Some(format!("{} at {version}: {problem}", self.path(name)))
        };
        self.sources.keys().filter_map(problem).collect()
    }

    /// Holds a value against the schema of this name in a version.
    pub(super) fn violations(
        &self,
        referred: &Library,
        name: &str,
        version: ApiVersion,
        place: &str,
        value: &Value,
    ) -> Vec<Violation> {
        let violation =
            |message: String| vec![Violation { pointer: place.to_owned(), rule: self.path(name), message }];
        match self.validator(referred, name, version) {
            Ok(Some(validator)) => compiled::violations(&validator, &self.path(name), place, value),
            Ok(None) => violation(format!("{name} does not exist in version {version}")),
            Err(problem) => violation(problem),
        }
    }

    fn validator(
        &self,
        referred: &Library,
        name: &str,
        version: ApiVersion,
    ) -> Result<Option<Arc<Validator>>, String> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (Box::from(name), version);
        if let Some(known) = compiled.get(&key) {
            return Ok(known.clone());
        }
        let validator = match self.sources.get(name).and_then(|schema| specialise(schema, version)) {
            Some(schema) => {
                let validator = referred.compile(&self.path(name), &alone(schema));
                Some(Arc::new(validator.map_err(|error| format!("the schema cannot be used: {error}"))?))
            }
            None => None,
        };
        compiled.insert(key, validator.clone());
        Ok(validator)
    }

    fn path(&self, name: &str) -> String {
        format!("{}{name}{ENDING}", self.folder)
    }
}
