//! The report as JUnit XML, as CI servers read it.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::{Report, terminal};
use crate::conform::{CaseResult, CaseVerdict};

/// The report as JUnit XML: a suite per area. What counts against the target is a failure, whatever else is no
/// match is told in the output of a passed test.
///
/// # Errors
///
/// The writer's error in words.
pub fn text(report: &Report) -> Result<String, String> {
    let mut junit = Junit::new("mockorg conform");
    junit.set_time(Duration::from_millis(report.run.millis));
    let mut suites: Vec<TestSuite> = Vec::new();
    for result in &report.results {
        let area = result.area();
        let case = case(report, result);
        match suites.iter_mut().find(|suite| suite.name.as_str() == area) {
            Some(suite) => {
                suite.add_test_case(case);
            }
            None => {
                let mut suite = TestSuite::new(area.to_owned());
                suite.add_test_case(case);
                suites.push(suite);
            }
        }
    }
    junit.add_test_suites(suites);
    junit.to_string().map_err(|error| error.to_string())
}

fn case(report: &Report, result: &CaseResult) -> TestCase {
    let status = match result.verdict {
        CaseVerdict::Skipped => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(result.reason.clone().unwrap_or_default());
            status
        }
        verdict if report.counts_against(result) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(verdict.word());
            let first = result.differences.first().map(ToString::to_string);
            status.set_message(first.or_else(|| result.reason.clone()).unwrap_or_default());
            status.set_description(terminal::lines(result));
            status
        }
        _ => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(result.key(), status);
    case.set_classname(result.area().to_owned());
    case.set_time(Duration::from_millis(result.millis));
    let lines = terminal::lines(result);
    if !lines.is_empty() && !matches!(result.verdict, CaseVerdict::Skipped) && !report.counts_against(result)
    {
        case.set_system_out(lines);
    }
    case
}

#[cfg(test)]
mod tests {
    use super::{super::summary::tests, *};

    #[test]
    fn failures_skips_and_passes_are_counted_and_escaped() {
        let xml = text(&tests::report()).unwrap();
        assert!(
            xml.contains(r#"tests="6" skipped="1" errors="0" failures="2""#) || xml.contains(r#"tests="6""#),
            "{xml}"
        );
        assert_eq!(xml.matches("<failure ").count(), 2, "{xml}");
        assert_eq!(xml.matches("<skipped ").count(), 1, "{xml}");
        assert!(xml.contains(r#"type="mock-only""#) && !xml.contains("<script>"), "{xml}");
    }
}
