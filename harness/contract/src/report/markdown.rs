//! The report for a pull request or a wiki.

use std::fmt::Write as _;

use super::Report;
use crate::conform::{CaseResult, CaseVerdict};

/// The report as Markdown: counts, then a section per result that is no match, then what was skipped.
pub fn text(report: &Report) -> String {
    let run = &report.run;
    let mut text = String::from("# Conformance\n\n");
    // Writing into a String cannot fail.
    let _ = writeln!(
        text,
        "Target: {} ({}, org {})\n",
        escape(&run.target),
        escape(&run.kind),
        escape(&run.organization)
    );
    let _ = writeln!(
        text,
        "Result: **{}**, {}.\n",
        if report.failed { "failed" } else { "passed" },
        report.counted()
    );
    text.push_str("| Verdict | Cases |\n| --- | ---: |\n");
    for verdict in CaseVerdict::ALL {
        let count = report.counts.get(&verdict).copied().unwrap_or_default();
        let _ = writeln!(text, "| {verdict} | {count} |");
    }
    let _ = writeln!(text, "\n{} calls, {} of them repeated, {} ms.", run.calls, run.retries, run.millis);
    for problem in &report.problems {
        let _ = writeln!(text, "\n> {}", escape(problem));
    }
    let noted = |result: &&CaseResult| !matches!(result.verdict, CaseVerdict::Match | CaseVerdict::Skipped);
    for result in report.results.iter().filter(noted) {
        section(&mut text, result);
    }
    let skipped: Vec<_> =
        report.results.iter().filter(|result| result.verdict == CaseVerdict::Skipped).collect();
    if !skipped.is_empty() {
        text.push_str("\n## Skipped\n\n| Case | Reason |\n| --- | --- |\n");
        for result in skipped {
            let reason = result.reason.as_deref().unwrap_or_default();
            let _ = writeln!(text, "| {} | {} |", escape(&result.key()), escape(reason));
        }
    }
    text
}

fn section(text: &mut String, result: &CaseResult) {
    let _ = writeln!(text, "\n## {}: {}\n", result.verdict, escape(&result.key()));
    let _ = writeln!(
        text,
        "{} ([source]({}))\n",
        escape(&result.title),
        result.source.replace(['(', ')', ' '], "")
    );
    if let Some(gap) = &result.known_gap {
        let _ = writeln!(text, "Known gap: {}.\n", escape(gap));
    }
    if let Some(reason) = &result.reason {
        let _ = writeln!(text, "{}.\n", escape(reason));
    }
    if !result.differences.is_empty() {
        text.push_str(
            "| Step | Path | Expected | Got | Of | Rule |\n| --- | --- | --- | --- | --- | --- |\n",
        );
    }
    for finding in &result.differences {
        let subject = match finding.subject {
            crate::conform::Subject::Target => "target",
            crate::conform::Subject::Reference => "reference",
        };
        let cells = [&finding.step, &finding.path, &finding.expected, &finding.got].map(|cell| escape(cell));
        let rule = finding.rule.as_deref().map(escape).unwrap_or_default();
        let _ = writeln!(text, "| {} | {subject} | {rule} |", cells.join(" | "));
    }
    if let Some(curl) = &result.curl {
        let fence = "`".repeat(longest_run(curl).max(2) + 1);
        let _ = writeln!(text, "\n{fence}sh\n{curl}\n{fence}");
    }
}

/// The longest run of back ticks: a fence must be longer.
fn longest_run(text: &str) -> usize {
    text.split(|sign| sign != '`').map(str::len).max().unwrap_or_default()
}

/// Text that no renderer takes for markup, on one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\n' | '\r' => escaped.push(' '),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(sign);
            }
            _ => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{super::summary::tests, *};

    #[test]
    fn no_value_breaks_out_of_its_cell_or_becomes_markup() {
        let shown = text(&tests::report());
        assert!(
            shown
                .contains("| step 1 | $.name | 'a\\|b' | '&lt;script&gt;alert(1)&lt;/script&gt;' | target |"),
            "{shown}"
        );
        assert!(shown.contains("\n## mock-only: area/mock-only at 62.0\n"), "{shown}");
        assert!(shown.contains("| area/skipped at 62.0 | call budget |"), "{shown}");
    }
}
