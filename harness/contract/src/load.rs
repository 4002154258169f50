//! Loading cases: each file is checked against the case format before it is believed.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use thiserror::Error;

use crate::{
    case::Case,
    json::{self, Json},
    months,
};

/// The format of case files, compiled from `case.schema.json`.
#[derive(Debug)]
pub struct CaseFormat {
    validator: Validator,
    /// How many months later the days of the cases are read.
    months: i64,
}

/// Everything that is wrong with a set of data files; each line names file, place and remedy.
#[derive(Debug, Error)]
pub struct LoadError {
    /// One line per problem.
    pub problems: Vec<String>,
}

impl LoadError {
    pub(crate) fn one(problem: String) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl CaseFormat {
    /// Reads and compiles the format.
    ///
    /// # Errors
    ///
    /// [`LoadError`] when the file is absent, no JSON, or no JSON Schema.
    pub fn load(file: &Path) -> Result<Self, LoadError> {
        Self::from_text(&file.display().to_string(), &read(file)?)
    }

    /// As [`CaseFormat::load`], from the text of the file; `origin` names it in messages.
    ///
    /// # Errors
    ///
    /// [`LoadError`] when the text is no JSON, or no JSON Schema.
    pub fn from_text(origin: &str, text: &str) -> Result<Self, LoadError> {
        let schema = json::parse(text).map_err(|error| LoadError::one(format!("{origin}: {error}")))?;
        let validator = jsonschema::draft202012::new(&schema.to_value())
            .map_err(|error| LoadError::one(format!("{origin}: no valid JSON Schema: {error}")))?;
        Ok(Self { validator, months: 0 })
    }

    /// The format, with the days of all cases so many months later; see [`crate::months`].
    #[must_use]
    pub fn moved_by(self, months: i64) -> Self {
        Self { months, ..self }
    }

    /// Reads one case from text; `name` is `<area>/<file name>`.
    ///
    /// # Errors
    ///
    /// [`LoadError`] with one line per violation of the format.
    pub fn parse(&self, name: &str, text: &str) -> Result<Case, LoadError> {
        let moved;
        let text = if self.months == 0 {
            text
        } else {
            moved = months::moved(text, self.months);
            &moved
        };
        let json = json::parse(text)
            .map_err(|error| LoadError::one(format!("{name}: {error}; the file must be one JSON object")))?;
        let problems: Vec<_> = self
            .validator
            .iter_errors(&json.to_value())
            .flat_map(|error| innermost(&error))
            .map(|(place, problem)| format!("{name}: at {place}: {problem}"))
            .collect();
        if !problems.is_empty() {
            return Err(LoadError { problems });
        }
        let mut case: Case =
            serde_json::from_str(text).map_err(|error| LoadError::one(format!("{name}: {error}")))?;
        name.clone_into(&mut case.name);
        Ok(case)
    }
}

/// Reads all cases below a folder, sorted by name.
///
/// # Errors
///
/// [`LoadError`] with the problems of all files, so that they can be mended in one go.
pub fn load_cases(dir: &Path, format: &CaseFormat) -> Result<Vec<Case>, LoadError> {
    let mut files = Vec::new();
    list(dir, &mut files)?;
    files.sort();
    let (mut cases, mut problems) = (Vec::new(), Vec::new());
    for file in files {
        let name = file.strip_prefix(dir).unwrap_or(&file).with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        match read(&file).and_then(|text| format.parse(&name, &text)) {
            Ok(case) => cases.push(case),
            Err(error) => problems.extend(error.problems),
        }
    }
    if problems.is_empty() { Ok(cases) } else { Err(LoadError { problems }) }
}

/// Reads the cases of one file: a single case, or a list of them in the member `cases`, each with its `name`. A case without a name
/// is called after its file.
///
/// # Errors
///
/// [`LoadError`] with the problems of all cases.
pub fn load_case_file(file: &Path, format: &CaseFormat) -> Result<Vec<Case>, LoadError> {
    let json =
        json::parse(&read(file)?).map_err(|error| LoadError::one(format!("{}: {error}", file.display())))?;
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let listed = json.get("cases").and_then(Json::items);
    let several = listed.is_some();
    let (mut cases, mut problems) = (Vec::new(), Vec::new());
    for (at, case) in listed.unwrap_or(std::slice::from_ref(&json)).iter().enumerate() {
        let named = case.get("name").and_then(Json::as_str).map(ToOwned::to_owned);
        let name = named.unwrap_or_else(|| if several { format!("{stem}/{}", at + 1) } else { stem.clone() });
        match format.parse(&name, &without_name(case).to_string()) {
            Ok(case) => cases.push(case),
            Err(error) => problems.extend(error.problems),
        }
    }
    if problems.is_empty() { Ok(cases) } else { Err(LoadError { problems }) }
}

/// A case as files of one case hold it: there its name is that of the file.
fn without_name(case: &Json) -> Json {
    match case {
        Json::Object(members) => {
            Json::Object(members.iter().filter(|(name, _)| name != "name").cloned().collect())
        }
        other => other.clone(),
    }
}

fn list(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), LoadError> {
    let failed = |error: std::io::Error| {
        LoadError::one(format!("{}: {error}; give the folder that holds the case files", dir.display()))
    };
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

pub(crate) fn read(file: &Path) -> Result<String, LoadError> {
    fs::read_to_string(file).map_err(|error| LoadError::one(format!("{}: {error}", file.display())))
}

/// A failed `anyOf` says only that nothing fits; the alternative that got furthest says why.
fn innermost(error: &ValidationError<'_>) -> Vec<(String, String)> {
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
    {
        let furthest = context
            .iter()
            .filter(|errors| !errors.iter().any(|inner| is_type_at(inner, error)))
            .min_by_key(|errors| errors.len());
        if let Some(errors) = furthest {
            return errors.iter().flat_map(innermost).collect();
        }
    }
    let pointer = error.instance_path().as_str();
    let place = if pointer.is_empty() { "the top level" } else { pointer };
    vec![(place.to_owned(), format!("{error}; {}", advice(error)))]
}

/// Whether an alternative was out of the question because the value has another type.
fn is_type_at(inner: &ValidationError<'_>, outer: &ValidationError<'_>) -> bool {
    matches!(inner.kind(), ValidationErrorKind::Type { .. })
        && inner.instance_path().as_str() == outer.instance_path().as_str()
}

fn advice(error: &ValidationError<'_>) -> String {
    let rule = error.schema_path();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { .. } => {
            format!("remove or rename it; the allowed keys stand in case.schema.json near {rule}")
        }
        ValidationErrorKind::Required { property } => format!("add {property}"),
        ValidationErrorKind::Not { .. } => "give one body only: json, text or form".to_owned(),
        ValidationErrorKind::PropertyNames { .. } => {
            "a key here is a JSON path that begins with '$', or a plain name".to_owned()
        }
        _ => format!("change it to what case.schema.json asks at {rule}"),
    }
}
