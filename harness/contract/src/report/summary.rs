//! The report as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Threshold;
use crate::conform::{CaseResult, CaseVerdict};

/// A run in full. Its JSON form is published as `schemas/conform-report.schema.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Report {
    /// The version of this form.
    pub format: u32,
    /// What was run, and against what.
    pub run: RunFacts,
    /// Verdict → how many cases, for every verdict.
    pub counts: BTreeMap<CaseVerdict, u64>,
    /// How many results belong to known gaps; they do not count against the target.
    pub known_gaps: u64,
    /// Verdicts that count against the target.
    pub fail_on: Vec<CaseVerdict>,
    /// How many results with these are borne.
    pub at_most: u64,
    /// Whether there are more.
    pub failed: bool,
    /// What went wrong beside the cases, such as records that could not be removed.
    pub problems: Vec<String>,
    /// One entry per case and version, in the order of the run.
    pub results: Vec<CaseResult>,
}

/// What was run, and against what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RunFacts {
    /// The address of the org.
    pub target: String,
    /// What kind of org it is, for instance `sandbox`.
    pub kind: String,
    /// Its id.
    pub organization: String,
    /// The newest API version that it has.
    pub newest_version: String,
    /// Whether the same cases were run on a mock beside it.
    pub reference: bool,
    /// When the run began, in UTC.
    pub began: String,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// How many requests the org was sent, tries included.
    pub calls: u64,
    /// How many of these were repeated because the org put them off.
    pub retries: u64,
    /// What the org last said about its daily calls, for instance `18/15000`.
    pub usage: Option<String>,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
}

impl Report {
    /// The report of a run.
    pub fn new(
        run: RunFacts,
        results: Vec<CaseResult>,
        problems: Vec<String>,
        threshold: &Threshold,
    ) -> Self {
        let count = |verdict| results.iter().filter(|result| result.verdict == verdict).count() as u64;
        Self {
            format: 1,
            run,
            counts: CaseVerdict::ALL.into_iter().map(|verdict| (verdict, count(verdict))).collect(),
            known_gaps: results.iter().filter(|result| result.known_gap.is_some()).count() as u64,
            fail_on: threshold.fail_on.iter().copied().collect(),
            at_most: threshold.at_most as u64,
            failed: threshold.fails(&results),
            problems,
            results,
        }
    }

    /// The report as JSON, with a line end.
    ///
    /// # Errors
    ///
    /// The writer's error; strings and numbers give none.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// `3 match, 1 differs, …`: the verdicts that occur.
    pub fn counted(&self) -> String {
        let counts = CaseVerdict::ALL.into_iter().filter_map(|verdict| {
            let count = self.counts.get(&verdict).copied().filter(|count| *count > 0)?;
            Some(format!("{count} {verdict}"))
        });
        let text = counts.collect::<Vec<_>>().join(", ");
        if text.is_empty() { "no cases".to_owned() } else { text }
    }

    /// Whether a result counts against the target.
    pub fn counts_against(&self, result: &CaseResult) -> bool {
        result.known_gap.is_none() && self.fail_on.contains(&result.verdict)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::conform::{Against, Finding, Subject};

    pub(crate) fn result(case: &str, verdict: CaseVerdict) -> CaseResult {
        let finding = Finding {
            subject: Subject::Target,
            against: Against::Case,
            step: "step 1".to_owned(),
            path: "$.name".to_owned(),
            expected: "'a|b'".to_owned(),
            got: "'<script>alert(1)</script>'".to_owned(),
            rule: None,
        };
        let differs = verdict.is_deviation();
        CaseResult {
            case: case.to_owned(),
            title: "A title with <tags> & \"quotes\"".to_owned(),
            source: "https://example.com/page".to_owned(),
            version: "62.0".to_owned(),
            verdict,
            reason: (verdict == CaseVerdict::Skipped).then(|| "call budget".to_owned()),
            known_gap: None,
            millis: 12,
            calls: 3,
            retries: 0,
            curl: differs.then(|| "curl -i 'https://example.com/x'".to_owned()),
            differences: if differs { vec![finding] } else { Vec::new() },
            excused: Vec::new(),
        }
    }

    pub(crate) fn report() -> Report {
        let results = CaseVerdict::ALL.into_iter().map(|verdict| result(&format!("area/{verdict}"), verdict));
        let run = RunFacts { target: "https://example.com".to_owned(), ..RunFacts::default() };
        Report::new(run, results.collect(), vec!["001 stays".to_owned()], &Threshold::default())
    }

    #[test]
    fn a_run_fails_by_its_threshold_and_known_gaps_are_borne() {
        let mut results = vec![result("a/b", CaseVerdict::Differs), result("a/c", CaseVerdict::OrgOnly)];
        let mut threshold = Threshold::default();
        assert!(threshold.fails(&results));
        threshold.at_most = 1;
        assert!(!threshold.fails(&results));
        threshold = Threshold { fail_on: [CaseVerdict::OrgOnly].into(), at_most: 0 };
        assert!(threshold.fails(&results));
        results[1].known_gap = Some("gap".to_owned());
        assert!(!threshold.fails(&results));
    }

    #[test]
    fn the_json_form_reads_back_as_it_was_and_counts_every_verdict() {
        let report = report();
        let text = report.to_json().unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
        assert_eq!(report.counts.len(), CaseVerdict::ALL.len());
        assert!(text.contains("\"mock-only\": 1"), "{text}");
    }
}
