//! The endpoint index: which rows exist, and what each of their answers promises.
//!
//! ```json
//! {"endpoints": [{
//!   "id": "sobject-describe",
//!   "path": "/services/data/{version}/sobjects/{sobject}/describe",
//!   "since": "31.0",
//!   "methods": {"GET": {"200": "sobject-describe", "304": "empty", "default": "errors"}},
//!   "doc": "An object in full."
//! }]}
//! ```
//!
//! `{name}` stands for one segment and `{*rest}`, as the last one, for one or more.
//! An answer is promised to satisfy `schemas/responses/<name>.schema.json`, or to be of one of these
//! kinds: `none` (anything), `empty`, `xml`, `csv`, `text`, `html`, `blob` (any bytes). A list means one of; a JSON
//! answer must then satisfy one of the schemas in it, if there are any. `default` stands for every error
//! status that is not named.
//! `HEAD` needs no entry where `GET` has one.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Deserializer, de};

use crate::{json::Json, load, load::LoadError, version::ApiVersion};

/// All rows of the endpoint table that the target implements.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointIndex {
    /// The rows, in the order of the file.
    pub endpoints: Vec<Endpoint>,
}

/// One row: a path template and its methods.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Stable name of the row.
    pub id: String,
    /// Path template.
    pub path: String,
    /// Method → what its answers promise.
    pub methods: BTreeMap<String, Answers>,
    /// First version that serves the row.
    #[serde(default, deserialize_with = "version")]
    pub since: Option<ApiVersion>,
    /// Last version that serves the row.
    #[serde(default, deserialize_with = "version")]
    pub until: Option<ApiVersion>,
    /// What the row does, in a sentence.
    #[serde(default)]
    pub doc: String,
}

/// What the answers to one method promise.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Status → promise.
    pub by_status: BTreeMap<u16, Promises>,
    /// The promise of error statuses that are not named.
    pub default: Option<Promises>,
}

impl Answers {
    /// The promise of a status.
    pub fn get(&self, status: u16) -> Option<&Promises> {
        self.by_status.get(&status).or_else(|| self.default.as_ref().filter(|_| status >= 400))
    }

    /// All promises.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Promise> {
        self.by_status.values().chain(&self.default).flat_map(|promises| &promises.0)
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut answers = Self { by_status: BTreeMap::new(), default: None };
        for (status, promises) in BTreeMap::<String, Promises>::deserialize(deserializer)? {
            match status.parse() {
                Ok(status) => {
                    answers.by_status.insert(status, promises);
                }
                Err(_) if status == "default" => answers.default = Some(promises),
                Err(_) => {
                    return Err(de::Error::custom(format!("'{status}' is neither a status nor 'default'")));
                }
            }
        }
        Ok(answers)
    }
}

/// `"31.0"`
fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ApiVersion>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let version = ApiVersion::parse(&text);
    version.map(Some).ok_or_else(|| de::Error::custom(format!("'{text}' is no version; write it as 62.0")))
}

/// What an answer may be: one of these.
#[derive(Debug, Clone)]
pub struct Promises(pub Vec<Promise>);

/// One kind of answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promise {
    /// Nothing is promised.
    Anything,
    /// No body.
    Empty,
    /// A body whose content type contains this word.
    ContentType(&'static str),
    /// Any bytes.
    Blob,
    /// A JSON body that satisfies this response schema.
    Schema(String),
}

impl<'de> Deserialize<'de> for Promises {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let names = json.items().unwrap_or(std::slice::from_ref(&json));
        let promises = names.iter().map(|name| name.as_str().map(Promise::named)).collect::<Option<Vec<_>>>();
        match promises {
            Some(promises) if !promises.is_empty() => Ok(Self(promises)),
            _ => Err(de::Error::custom("an answer is the name of a schema or a kind, or a list of these")),
        }
    }
}

impl Promise {
    fn named(name: &str) -> Self {
        match name {
            "none" => Self::Anything,
            "empty" => Self::Empty,
            "xml" => Self::ContentType("xml"),
            "csv" => Self::ContentType("csv"),
            "text" => Self::ContentType("text/plain"),
            "html" => Self::ContentType("html"),
            "blob" => Self::Blob,
            schema => Self::Schema(schema.to_owned()),
        }
    }
}

impl EndpointIndex {
    /// Reads the index from a file.
    ///
    /// # Errors
    ///
    /// [`LoadError`] when the file cannot be read or has another form; the line says where.
    pub fn load(file: &Path) -> Result<Self, LoadError> {
        let text = load::read(file)?;
        Self::parse(&text).map_err(|problem| LoadError::one(format!("{}: {problem}", file.display())))
    }

    /// Reads the index from text.
    ///
    /// # Errors
    ///
    /// A sentence with line and column of the mistake.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// The row that a path reaches. Query, doubled slashes and a trailing slash do not matter;
    /// literal segments win over variables, and these over a tail. The name of a mock's branch at the beginning
    /// leads to the same rows.
    pub fn find(&self, path: &str) -> Option<&Endpoint> {
        self.matching(path).into_iter().next()
    }

    /// The row that a request reaches: among rows that fit the path equally well, the one that
    /// knows the method.
    pub fn find_for(&self, method: &str, path: &str) -> Option<&Endpoint> {
        let rows = self.matching(path);
        let first = rows.first()?;
        let best = rank(first);
        let equal = || rows.iter().copied().take_while(|row| rank(row) == best);
        equal().find(|row| row.knows(method)).or(Some(*first))
    }

    fn matching(&self, path: &str) -> Vec<&Endpoint> {
        let wanted = segments(inside(path));
        let mut rows: Vec<_> = self.endpoints.iter().filter(|row| fits(&row.path, &wanted)).collect();
        rows.sort_by_key(|row| rank(row));
        rows
    }
}

impl Endpoint {
    /// Whether the row serves the method.
    pub fn knows(&self, method: &str) -> bool {
        self.answers(method).is_some()
    }

    /// Whether the version in a path lies in the row's range. A path without version always does.
    pub fn serves(&self, path: &str) -> bool {
        let template = segments(&self.path);
        let version = template
            .iter()
            .zip(segments(inside(path)))
            .find_map(|(name, segment)| (*name == "{version}").then(|| ApiVersion::parse(segment)).flatten());
        version.is_none_or(|version| {
            self.since.is_none_or(|since| since <= version) && self.until.is_none_or(|until| version <= until)
        })
    }

    /// The promises of a method; `HEAD` borrows from `GET`.
    pub(crate) fn answers(&self, method: &str) -> Option<&Answers> {
        let own = self.methods.get(method);
        if method == "HEAD" { own.or_else(|| self.methods.get("GET")) } else { own }
    }
}

/// The path behind that of a mock's branch, such as `/__org/name`.
fn inside(path: &str) -> &str {
    let behind = path.strip_prefix("/__org/").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
    behind.unwrap_or(path)
}

/// Segments of a path without its query.
fn segments(path: &str) -> Vec<&str> {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn fits(template: &str, wanted: &[&str]) -> bool {
    let mut wanted = wanted.iter();
    // Not collected: every answer is held against every row, and most rows differ early.
    for one in template.split('/').filter(|segment| !segment.is_empty()) {
        match wanted.next() {
            Some(_) if one.starts_with("{*") => return true,
            Some(segment) if is_variable(one) || one == *segment => {}
            _ => return false,
        }
    }
    wanted.next().is_none()
}

fn is_variable(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

/// Smaller is more specific; compared from left to right.
fn rank(row: &Endpoint) -> Vec<u8> {
    let kind = |segment: &str| match segment {
        tail if tail.starts_with("{*") => 2,
        variable if is_variable(variable) => 1,
        _ => 0,
    };
    segments(&row.path).into_iter().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> EndpointIndex {
        EndpointIndex::parse(
            r#"{"endpoints":[
                {"id":"tail","path":"/services/{*rest}","methods":{"GET":{"200":"none"}}},
                {"id":"row","path":"/services/data/{version}/sobjects/{sobject}/{id}","methods":{"GET":{"200":["row","blob"]}}},
                {"id":"describe","path":"/services/data/{version}/sobjects/{sobject}/describe","methods":{"GET":{"200":"describe","default":"errors"}},"since":"31.0","doc":"An object in full."},
                {"id":"upsert","path":"/services/data/{version}/sobjects/{sobject}/{field}","methods":{"PATCH":{"201":"upsert"}}}
            ]}"#,
        )
        .unwrap()
    }

    #[test]
    fn literal_segments_win_over_variables_and_these_over_a_tail() {
        let index = index();
        let id = |path| index.find(path).map(|row| row.id.as_str());
        assert_eq!(id("/services/data/v62.0/sobjects/Account/describe"), Some("describe"));
        assert_eq!(id("/services/data/v62.0/sobjects/Account/001?fields=a/b"), Some("row"));
        assert_eq!(id("//services/data//v62.0/sobjects/Account/describe/"), Some("describe"));
        assert_eq!(id("/services/data"), Some("tail"));
        assert_eq!(id("/__org/mine/services/data/v62.0/sobjects/Account/describe"), Some("describe"));
        assert_eq!(id("/__org/mine"), None);
        assert_eq!(id("/services"), None);
        assert_eq!(id("/id/x"), None);
    }

    #[test]
    fn rows_that_share_a_path_are_told_apart_by_method() {
        let index = index();
        let id = |method| index.find_for(method, "/services/data/v1/sobjects/A/b").map(|row| row.id.as_str());
        assert_eq!(id("PATCH"), Some("upsert"));
        assert_eq!(id("HEAD"), Some("row"));
        assert_eq!(id("PUT"), Some("row"));
    }

    #[test]
    fn a_row_serves_the_versions_of_its_range() {
        let index = index();
        let row = index.find("/services/data/v62.0/sobjects/Account/describe").unwrap();
        assert!(row.serves("/services/data/v31.0/sobjects/Account/describe"));
        assert!(!row.serves("/services/data/v30.0/sobjects/Account/describe"));
        assert!(index.find("/services/data").unwrap().serves("/services/data"));
    }

    #[test]
    fn the_default_promise_holds_for_errors_only() {
        let index = index();
        let row = index.find("/services/data/v62.0/sobjects/Account/describe").unwrap();
        let answers = row.answers("GET").unwrap();
        let errors = Promise::Schema("errors".to_owned());
        assert_eq!(answers.get(404).map(|promises| promises.0.as_slice()), Some([errors].as_slice()));
        assert!(answers.get(204).is_none());
    }

    #[test]
    fn an_index_of_another_form_is_refused_with_its_line() {
        let error = EndpointIndex::parse("{\"endpoints\":[\n{\"id\":\"x\",\"pth\":\"/\"}]}").unwrap_err();
        assert!(error.contains("pth") && error.contains("line 2"), "{error}");
    }
}
