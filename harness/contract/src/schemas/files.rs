//! Schema files: where they come from, and which of them is what.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::{
    endpoints::EndpointIndex,
    json,
    load::{LoadError, read},
};

pub(super) const ENDING: &str = ".schema.json";
const ENDPOINTS: &str = "endpoints.json";
const RESPONSES: &str = "responses/";
const RECORDS: &str = "responses/records/";
const EVENTS: &str = "events/payloads/";

/// Schemas by name without ending, parsed but not compiled.
#[derive(Debug, Default)]
pub(super) struct SchemaFiles {
    /// Of answers.
    pub(super) responses: BTreeMap<String, Value>,
    /// Of the records of objects.
    pub(super) records: BTreeMap<String, Value>,
    /// Of the payloads of events.
    pub(super) events: BTreeMap<String, Value>,
    /// The endpoint index, when it is among the files.
    pub(super) endpoints: Option<EndpointIndex>,
}

impl SchemaFiles {
    /// Reads the folders of responses, records and event payloads and the endpoint index below `dir`.
    pub(super) fn read(dir: &Path) -> Result<Self, LoadError> {
        let mut files = Self::default();
        files.add(ENDPOINTS, &read(&dir.join(ENDPOINTS))?)?;
        files.read_responses(&dir.join(RESPONSES))?;
        files.read_folder(&dir.join(EVENTS), EVENTS)?;
        Ok(files)
    }

    /// Reads the response schemas of a folder, and those of records below it.
    pub(super) fn read_responses(&mut self, dir: &Path) -> Result<(), LoadError> {
        if !dir.is_dir() {
            return Err(LoadError::one(format!(
                "{}: there is no such folder; give the folder that holds the response schemas",
                dir.display()
            )));
        }
        self.read_folder(dir, RESPONSES)?;
        self.read_folder(&dir.join("records"), RECORDS)
    }

    /// Adds the schemas that lie directly in a folder, if there is one.
    fn read_folder(&mut self, dir: &Path, place: &str) -> Result<(), LoadError> {
        if !dir.is_dir() {
            return Ok(());
        }
        let failed = |error: std::io::Error| LoadError::one(format!("{}: {error}", dir.display()));
        for entry in fs::read_dir(dir).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.ends_with(ENDING) {
                self.add(&format!("{place}{name}"), &read(&path)?)?;
            }
        }
        Ok(())
    }

    /// Adds one file by its path below the folder of schemas; files of other kinds are passed over.
    pub(super) fn add(&mut self, path: &str, text: &str) -> Result<(), LoadError> {
        if path == ENDPOINTS {
            let index =
                EndpointIndex::parse(text).map_err(|error| LoadError::one(format!("{path}: {error}")))?;
            self.endpoints = Some(index);
            return Ok(());
        }
        let Some(stem) = path.strip_suffix(ENDING) else { return Ok(()) };
        let (schemas, name) = if let Some(name) = stem.strip_prefix(RECORDS) {
            (&mut self.records, name)
        } else if let Some(name) = stem.strip_prefix(RESPONSES) {
            (&mut self.responses, name)
        } else if let Some(name) = stem.strip_prefix(EVENTS) {
            (&mut self.events, name)
        } else {
            return Ok(());
        };
        let schema = json::parse(text).map_err(|error| LoadError::one(format!("{path}: {error}")))?;
        schemas.insert(name.to_owned(), schema.to_value());
        Ok(())
    }
}
