//! Results kept on the disk as a run goes, so that a later run need not repeat them.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    private,
    result::{CaseResult, CaseVerdict},
};
use crate::case::Case;

/// A file with one result per line, below a line that names the org.
#[derive(Debug)]
pub struct KeptResults {
    path: PathBuf,
    file: File,
    done: BTreeMap<String, CaseResult>,
}

/// The first line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Heading {
    /// The org whose results these are.
    results_of: String,
    /// The SHA-256 of the cases that were run.
    cases: String,
}

/// What tells the cases of one run from those of another.
fn fingerprint(cases: &[Case]) -> String {
    let digest = Sha256::digest(format!("{cases:?}").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl KeptResults {
    /// Opens a file of results, or begins one. A last line that was cut off counts as not there.
    ///
    /// # Errors
    ///
    /// A sentence when the file cannot be read or written, is damaged, or speaks of another org or of other cases.
    pub fn open(path: &Path, organization: &str, cases: &[Case]) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot keep results in {}: {error}", path.display());
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(error)),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let heading = Heading { results_of: organization.to_owned(), cases: fingerprint(cases) };
        let mut done = BTreeMap::new();
        for (index, line) in whole.lines().enumerate() {
            let damaged = |error: serde_json::Error| {
                format!("{}: line {} is damaged: {error}", path.display(), index + 1)
            };
            if index == 0 {
                let found: Heading = serde_json::from_str(line).map_err(damaged)?;
                if found.results_of != heading.results_of {
                    let other = found.results_of;
                    return Err(format!(
                        "{} has the results of the org {other}, not of {organization}; name another file",
                        path.display()
                    ));
                }
                if found != heading {
                    return Err(format!(
                        "{} has the results of other cases, or of another choice of them; name another file",
                        path.display()
                    ));
                }
                continue;
            }
            let result: CaseResult = serde_json::from_str(line).map_err(damaged)?;
            // What was skipped may be possible this time.
            if result.verdict != CaseVerdict::Skipped {
                done.insert(result.key(), result);
            }
        }
        let file = private::appending().create(true).open(path).map_err(failed)?;
        file.set_len(whole.len() as u64).map_err(failed)?;
        let mut kept = Self { path: path.to_owned(), file, done };
        if whole.is_empty() {
            kept.line(&heading)?;
        }
        Ok(kept)
    }

    /// The result of a case that an earlier run has finished.
    pub fn finished(&self, key: &str) -> Option<&CaseResult> {
        self.done.get(key)
    }

    /// Keeps a result.
    ///
    /// # Errors
    ///
    /// A sentence when the file cannot be written.
    pub fn keep(&mut self, result: &CaseResult) -> Result<(), String> {
        self.line(result)
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), String> {
        let failed = |error: &dyn std::fmt::Display| {
            format!("cannot keep results in {}: {error}", self.path.display())
        };
        let mut line = serde_json::to_string(value).map_err(|error| failed(&error))?;
        line.push('\n');
        self.file.write_all(line.as_bytes()).map_err(|error| failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"{"title": "t", "source": "observed", "steps": []}"#;

    #[test]
    fn results_of_another_org_or_of_other_cases_are_not_taken_up() {
        let path = std::env::temp_dir().join(format!("mockorg-kept-{}", std::process::id()));
        let _ = fs::remove_file(&path);
        let mut case: Case = serde_json::from_str(CASE).unwrap();
        let cases = [case.clone()];
        KeptResults::open(&path, "00D1", &cases).unwrap();
        KeptResults::open(&path, "00D1", &cases).unwrap();
        assert!(KeptResults::open(&path, "00D2", &cases).unwrap_err().contains("of the org 00D1"));
        case.title = "u".to_owned();
        assert!(KeptResults::open(&path, "00D1", &[case]).unwrap_err().contains("of other cases"));
        assert!(KeptResults::open(&path, "00D1", &[]).unwrap_err().contains("name another file"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::remove_file(&path).unwrap();
    }
}
