//! The report on a terminal: what needs attention, then the counts.

use std::fmt::Write as _;

use super::Report;
use crate::conform::{CaseResult, CaseVerdict};

/// The lines about one result; empty for a match, unless something is to be said about it.
pub fn lines(result: &CaseResult) -> String {
    let mut text = String::new();
    if result.verdict == CaseVerdict::Match && result.reason.is_none() {
        return text;
    }
    // Writing into a String cannot fail.
    let _ = write!(text, "{:<9} {}", result.verdict, result.key());
    if let Some(gap) = &result.known_gap {
        let _ = write!(text, " [known gap {gap}]");
    }
    match &result.reason {
        Some(reason) => {
            let _ = writeln!(text, ": {reason}");
        }
        None => text.push('\n'),
    }
    if result.verdict == CaseVerdict::Skipped {
        return text;
    }
    if result.verdict != CaseVerdict::Match {
        let _ = writeln!(text, "          {} ({})", result.title, result.source);
    }
    for finding in &result.differences {
        let _ = writeln!(text, "          {finding}");
    }
    if !result.excused.is_empty() {
        let _ = writeln!(text, "          {} more differences are excused by rules", result.excused.len());
    }
    if let Some(curl) = &result.curl {
        let _ = writeln!(text, "          {curl}");
    }
    text
}

/// The whole report: all that is no plain match, and what [`closing`] says.
pub fn text(report: &Report) -> String {
    let shown = report.results.iter().filter(|result| result.verdict != CaseVerdict::Skipped);
    let mut text: String = shown.map(lines).collect();
    text.push_str(&closing(report));
    text
}

/// The end of a report: the skipped cases by their reasons, problems, and the counts.
pub fn closing(report: &Report) -> String {
    let mut text = String::new();
    for (reason, cases) in skipped(report) {
        let _ = writeln!(text, "skipped   {} ({reason})", some(&cases));
    }
    for problem in &report.problems {
        let _ = writeln!(text, "problem   {problem}");
    }
    text.push_str(&counts(report));
    text
}

/// The last line: counts, requests, time.
fn counts(report: &Report) -> String {
    let run = &report.run;
    let mut text = report.counted();
    if report.known_gaps > 0 {
        let _ = write!(text, " ({} of them about known gaps)", report.known_gaps);
    }
    let _ = write!(text, " in {} ms with {} calls", run.millis, run.calls);
    if run.retries > 0 {
        let _ = write!(text, ", {} of them repeated", run.retries);
    }
    if let Some(usage) = &run.usage {
        let _ = write!(text, "; the org has used {usage} of its daily calls");
    }
    if run.interrupted {
        text.push_str("; interrupted");
    }
    text.push('\n');
    text
}

/// Reason → the cases that were skipped for it, in the order of the run.
fn skipped(report: &Report) -> Vec<(&str, Vec<String>)> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for result in report.results.iter().filter(|result| result.verdict == CaseVerdict::Skipped) {
        let reason = result.reason.as_deref().unwrap_or("no reason given");
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, cases)) => cases.push(result.key()),
            None => reasons.push((reason, vec![result.key()])),
        }
    }
    reasons
}

fn some(cases: &[String]) -> String {
    match cases {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::summary::tests, *};

    #[test]
    fn a_terminal_shows_path_curl_line_reason_and_counts() {
        let shown = text(&tests::report());
        for part in [
            "mock-only area/mock-only at 62.0",
            "$.name: expected 'a|b'",
            "curl -i 'https://example.com/x'",
            "skipped   area/skipped at 62.0 (call budget)",
            "problem   001 stays",
            "1 match, 1 differs, 1 mock-only, 1 org-only, 1 flaky, 1 skipped in 0 ms",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("area/match"), "a plain match needs no line: {shown}");
    }
}
