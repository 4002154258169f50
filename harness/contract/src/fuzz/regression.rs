//! Lives that once went wrong: data files that every run lives first.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::model::step::Step;

/// A file of the regressions: a title with a seed or with steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regression {
    /// The name of the file without its ending.
    #[serde(skip)]
    pub name: String,
    /// What went wrong.
    pub title: String,
    /// The seed of the life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The steps of the life; without them they are drawn with the seed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

impl Regression {
    /// Reads a file's text; `name` is what it is called in reports.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let read: Self = serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        if read.seed.is_none() && read.steps.is_empty() {
            return Err(format!("{name}: a regression has a seed or steps"));
        }
        Ok(Self { name: name.to_owned(), ..read })
    }
}

/// Reads the regressions of a folder, by name.
///
/// # Errors
///
/// When a file cannot be read, or is none.
pub fn load_regressions(folder: &Path) -> Result<Vec<Regression>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        found.push(Regression::parse(&name, &text)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regression_is_a_seed_or_steps() {
        let steps = r#"{"title": "t", "steps": [{"Seconds": 3}, {"Sell": {"by": "Admin", "via": "Order",
            "product": 0, "quantity": 100, "price": 1000, "day": 0, "months": 2}}, {"Grant": "Read"}]}"#;
        let read = Regression::parse("x", steps).unwrap();
        assert_eq!(read.steps.len(), 3);
        let again = Regression::parse("x", &serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again.steps, read.steps);
        assert_eq!(Regression::parse("x", r#"{"title": "t", "seed": 9}"#).unwrap().seed, Some(9));
        assert!(Regression::parse("x", r#"{"title": "t"}"#).is_err());
        assert!(Regression::parse("x", r#"{"title": "t", "seeds": 1}"#).is_err());
    }
}
