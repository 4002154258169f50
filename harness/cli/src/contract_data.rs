//! The cases and schemas that a command works with.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use mockorg_contract::{
    Case, CaseFormat, LoadError, Schemas, embedded,
    load::{load_case_file, load_cases},
};

/// The format of case files, as the schema folder has it.
const CASE_FORMAT: &str = "case.schema.json";

/// Where cases and schemas come from.
#[derive(Clone, Debug, Args)]
pub(crate) struct ContractDataArguments {
    /// A folder with cases, or one file with a case or a list of them, instead of the cases that come with mockorg
    #[arg(long, value_name = "PATH")]
    pub(crate) cases: Option<PathBuf>,
    /// A folder with schemas, instead of those that come with mockorg
    #[arg(long, value_name = "DIR")]
    pub(crate) schemas: Option<PathBuf>,
    /// Only the cases whose name, area/name, begins with this
    #[arg(long, value_name = "AREA/NAME")]
    pub(crate) case: Option<String>,
}

/// Cases and what their answers promise.
#[derive(Debug)]
pub(crate) struct ContractData {
    pub(crate) cases: Vec<Case>,
    pub(crate) schemas: Arc<Schemas>,
}

impl ContractDataArguments {
    /// Reads them.
    pub(crate) fn load(&self) -> Result<ContractData, String> {
        self.load_with(Vec::new())
    }

    /// Reads them, and puts further cases behind.
    pub(crate) fn load_with(&self, further: Vec<Case>) -> Result<ContractData, String> {
        let schemas = match &self.schemas {
            Some(folder) if !folder.is_dir() => return Err(missing("--schemas", folder)),
            Some(folder) => Schemas::load(folder),
            None => Schemas::from_files(mockorg::schemas::files().iter().copied()),
        };
        let cases = self.cases_moved_by(0, further)?;
        Ok(ContractData { cases, schemas: schemas.map_err(|error| error.to_string())? })
    }

    /// Reads the cases, with the days of those that come with mockorg so many months later, and puts further ones
    /// behind. Cases of a file or folder are taken as they are: who wrote them knew the org's time.
    pub(crate) fn cases_moved_by(&self, months: i64, further: Vec<Case>) -> Result<Vec<Case>, String> {
        let mut cases = self.read_cases(months)?;
        cases.extend(further);
        if let Some(prefix) = &self.case {
            cases.retain(|case| case.name.starts_with(prefix.as_str()));
            if cases.is_empty() {
                return Err(format!(
                    "no case has a name that begins with '{prefix}'; leave --case out to run all"
                ));
            }
        }
        Ok(cases)
    }

    /// Reads the cases of known gaps that come with mockorg.
    pub(crate) fn gap_cases(&self) -> Result<Vec<Case>, String> {
        let format = self.format().map_err(|error| error.to_string())?;
        let cases = embedded::gap_cases().iter().map(|(name, text)| format.parse(name, text));
        cases.collect::<Result<_, _>>().map_err(|error| error.to_string())
    }

    fn read_cases(&self, months: i64) -> Result<Vec<Case>, String> {
        let text = |error: LoadError| error.to_string();
        let format = self.format().map_err(text)?;
        match &self.cases {
            Some(path) if path.is_dir() => load_cases(path, &format).map_err(text),
            Some(path) if path.is_file() => load_case_file(path, &format).map_err(text),
            Some(path) => Err(missing("--cases", path)),
            None => embedded_cases(&format.moved_by(months)).map_err(text),
        }
    }

    fn format(&self) -> Result<CaseFormat, LoadError> {
        let own = self.schemas.as_ref().map(|folder| folder.join(CASE_FORMAT));
        if let Some(file) = own.filter(|file| file.is_file()) {
            return CaseFormat::load(&file);
        }
        let known = mockorg::schemas::files().iter().find(|(path, _)| *path == CASE_FORMAT);
        CaseFormat::from_text(CASE_FORMAT, known.map(|(_, text)| *text).unwrap_or_default())
    }
}

fn embedded_cases(format: &CaseFormat) -> Result<Vec<Case>, LoadError> {
    embedded::cases().iter().map(|(name, text)| format.parse(name, text)).collect()
}

fn missing(flag: &str, path: &Path) -> String {
    format!(
        "there is nothing at {}; mend {flag}, or leave it out to use what comes with mockorg",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;

    const CASE: &str = r#"{
        "title": "a case of a test", "source": "observed",
        "steps": [{"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}}]
    }"#;

    fn arguments(cases: Option<PathBuf>, case: Option<&str>) -> ContractDataArguments {
        ContractDataArguments { cases, schemas: None, case: case.map(ToOwned::to_owned) }
    }

    fn names(arguments: &ContractDataArguments) -> Vec<String> {
        arguments.load().unwrap().cases.into_iter().map(|case| case.name).collect()
    }

    #[test]
    fn cases_and_schemas_are_there_without_a_checkout() {
        let data = arguments(None, None).load().unwrap();
        assert!(data.cases.len() > 100);
        assert!(data.schemas.names().any(|name| name == "token"));
        assert!(data.schemas.objects().any(|name| name == "Asset"));
        assert_eq!(names(&arguments(None, Some("rest/versions"))), ["rest/versions"]);
        let error = arguments(None, Some("nowhere/")).load().unwrap_err();
        assert!(error.contains("'nowhere/'"), "{error}");
    }

    #[test]
    fn a_file_holds_one_case_or_a_list_of_named_ones() {
        let folder = env::temp_dir().join(format!("mockorg-case-files-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (one, list) = (folder.join("single.json"), folder.join("captured.json"));
        fs::write(&one, CASE).unwrap();
        let named = CASE.replacen('{', r#"{"name": "shop/login","#, 1);
        fs::write(&list, format!(r#"{{"cases": [{named}, {CASE}]}}"#)).unwrap();
        assert_eq!(names(&arguments(Some(one), None)), ["single"]);
        assert_eq!(names(&arguments(Some(list.clone()), None)), ["shop/login", "captured/2"]);
        assert_eq!(names(&arguments(Some(folder.join("single.json")), Some("si"))), ["single"]);
        fs::write(&list, r#"{"cases": [{"name": "shop/login", "titel": "x"}]}"#).unwrap();
        let error = arguments(Some(list), None).load().unwrap_err();
        assert!(error.contains("shop/login: at the top level"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
        let error = arguments(Some(folder.clone()), None).load().unwrap_err();
        assert!(error.contains("there is nothing at") && error.contains("--cases"), "{error}");
    }
}
