//! Known gaps: where the mock is known to differ from an org, or had to choose without knowing.
//!
//! `gaps.json` lists them, each with its reason and the public page that says otherwise, or that leaves it open.
//! A gap with `fails` has a case in `gap-cases/<id>.json` that says what an org does; the case is run on the mock and
//! must fail just as stated. When it fails in another way, or passes, the entry has become wrong and the suite says so.

use std::{collections::BTreeSet, path::Path};

use serde::Deserialize;

use crate::{
    case::Case,
    expected::matches_shape,
    load::{LoadError, read},
};
#[cfg(feature = "http")]
use crate::{
    check::Difference,
    runner::{Outcome, Verdict},
};

/// One known gap.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Gap {
    /// Stable name.
    pub id: String,
    /// The area of the product.
    pub area: String,
    /// What the mock does.
    pub choice: String,
    /// Why.
    pub reason: String,
    /// How sure that is.
    pub certainty: Certainty,
    /// The page that says otherwise, or is silent.
    pub source: String,
    /// The setting with which an org file or a test chooses otherwise.
    #[serde(default)]
    pub setting: Option<String>,
    /// How the gap's case fails on the mock.
    #[serde(default)]
    pub fails: Option<Failure>,
}

/// How sure a choice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It follows from what is known.
    Inferred,
    /// Nothing is known; any other answer would be as good.
    Unknown,
    /// Sources contradict each other.
    Conflict,
    /// The platform does something else, and the mock does not do it.
    #[serde(rename = "not modelled")]
    NotModelled,
}

/// A difference that is expected.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Where: `status`, a JSON path, `header …`, as differences are reported.
    pub place: String,
    /// What the mock gives there; `*` stands for any run of characters.
    pub got: String,
}

/// The list in `gaps.json`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gaps {
    /// What the file is, for its readers.
    #[serde(rename = "$comment")]
    pub comment: String,
    /// The entries.
    pub gaps: Vec<Gap>,
}

impl Gaps {
    /// Reads the list from a file.
    ///
    /// # Errors
    ///
    /// [`LoadError`] when the file cannot be read, has another form, or has an id twice.
    pub fn load(file: &Path) -> Result<Self, LoadError> {
        Self::parse(&read(file)?).map_err(|problem| LoadError::one(format!("{}: {problem}", file.display())))
    }

    /// Reads the list from text.
    ///
    /// # Errors
    ///
    /// A sentence about the first mistake.
    pub fn parse(text: &str) -> Result<Self, String> {
        let gaps: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut ids = BTreeSet::new();
        match gaps.gaps.iter().find(|gap| !ids.insert(gap.id.as_str())) {
            Some(twice) => Err(format!("the gap '{}' is listed twice", twice.id)),
            None => Ok(gaps),
        }
    }

    /// The gaps that have a case, each with it. Cases are named after their gaps.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for a gap that should have a case and has none, and for a case without a gap.
    pub fn with_cases(&self, cases: Vec<Case>) -> Result<Vec<(&Gap, Case)>, LoadError> {
        let mut problems = Vec::new();
        let mut pairs = Vec::new();
        for case in cases {
            match self.gaps.iter().find(|gap| gap.id == case.name && gap.fails.is_some()) {
                Some(gap) => pairs.push((gap, case)),
                None => problems.push(format!(
                    "gap-cases/{}.json: no entry of gaps.json with this id says how it fails",
                    case.name
                )),
            }
        }
        for gap in self.gaps.iter().filter(|gap| gap.fails.is_some()) {
            if !pairs.iter().any(|(known, _)| known.id == gap.id) {
                problems.push(format!(
                    "gaps.json: '{}' says how its case fails; write gap-cases/{}.json",
                    gap.id, gap.id
                ));
            }
        }
        if problems.is_empty() { Ok(pairs) } else { Err(LoadError { problems }) }
    }
}

impl Failure {
    /// Whether a finding at a place is the one that is expected.
    pub fn is(&self, place: &str, got: &str) -> bool {
        self.place == place && matches_shape(&self.got, got)
    }
}

impl Gap {
    /// Whether the gap's case failed on the mock just as the entry says.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with the entry, and what to do.
    #[cfg(feature = "http")]
    pub fn judge(&self, outcome: &Outcome) -> Result<(), String> {
        let Some(failure) = &self.fails else { return Ok(()) };
        let id = &self.id;
        match &outcome.verdict {
            Verdict::Differs(differences) if self.excuses(differences) => Ok(()),
            Verdict::Differs(_) => Err(format!(
                "the gap '{id}' should show {} at {}, and fails in another way; mend the entry or the mock\n{outcome}",
                failure.got, failure.place
            )),
            Verdict::Match => Err(format!(
                "the mock does what the gap '{id}' says it cannot; remove the entry, and move gap-cases/{id}.json to cases/"
            )),
            Verdict::Skipped(reason) => Err(format!("the case of the gap '{id}' did not run: {reason}")),
        }
    }

    /// Whether what differs first is what the entry states. The runner takes no further step after one that
    /// fails, so that only what follows from it can come behind.
    #[cfg(feature = "http")]
    pub fn excuses(&self, differences: &[Difference]) -> bool {
        let Some(failure) = &self.fails else { return false };
        // What follows from a wrong answer, such as a missing value to keep, differs as well.
        differences.first().is_some_and(|first| failure.is(&first.place, &first.got))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = r#"{"id":"a","area":"x","choice":"c","reason":"r","certainty":"not modelled","source":"https://example.com","fails":{"place":"status","got":"501"}}"#;

    fn gaps(entries: &str) -> Result<Gaps, String> {
        Gaps::parse(&format!(r#"{{"$comment":"…","gaps":[{entries}]}}"#))
    }

    #[test]
    fn an_entry_listed_twice_or_with_unknown_members_is_refused() {
        assert_eq!(gaps(ENTRY).unwrap().gaps.len(), 1);
        assert!(gaps(&format!("{ENTRY},{ENTRY}")).unwrap_err().contains("'a' is listed twice"));
        assert!(gaps(&ENTRY.replace("\"area\"", "\"aria\"")).unwrap_err().contains("aria"));
    }

    #[test]
    fn a_failure_is_known_by_its_place_and_the_shape_of_what_came() {
        let failure = Failure { place: "status".into(), got: "501".into() };
        assert!(failure.is("status", "501"));
        assert!(!failure.is("status", "500"));
        assert!(!failure.is("$[0].errorCode", "501"));
        let failure = Failure { place: "$.x".into(), got: "nothing: *".into() };
        assert!(failure.is("$.x", "nothing: x is missing"));
    }

    #[test]
    fn a_gap_that_says_how_it_fails_needs_its_case() {
        let error = gaps(ENTRY).unwrap().with_cases(Vec::new()).unwrap_err();
        assert!(error.to_string().contains("gap-cases/a.json"), "{error}");
    }
}
