//! The report as one HTML file that needs nothing else.

use minijinja::{AutoEscape, Environment, Value, context, value::Serde};

use super::Report;
use crate::conform::CaseVerdict;

const TEMPLATE: &str = include_str!("report.html");

/// The report as HTML, with style and script inside; every value is escaped.
///
/// # Errors
///
/// The template's error in words.
pub fn text(report: &Report) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let failed = |error: minijinja::Error| format!("the HTML report cannot be written: {error:#}");
    environment.add_template("report", TEMPLATE).map_err(failed)?;
    let template = environment.get_template("report").map_err(failed)?;
    let words = CaseVerdict::ALL.map(CaseVerdict::word);
    let counted = report.counted();
    let report = Value::from(Serde(report));
    template.render(context! { report, words, counted }).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::{super::summary::tests, *};

    #[test]
    fn a_page_loads_nothing_and_runs_no_script_of_an_answer() {
        let page = text(&tests::report()).unwrap();
        assert!(!page.contains("<script>alert(1)"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
        for outside in [" src=", "<link", "@import", "url("] {
            assert!(!page.contains(outside), "the page must stand alone: {outside}");
        }
        assert_eq!(page.matches("data-verdict=").count(), CaseVerdict::ALL.len());
        assert!(page.contains("curl -i"), "{page}");
    }

    #[test]
    fn a_source_that_is_no_web_address_becomes_no_link() {
        let mut report = tests::report();
        report.results[1].source = "javascript:alert(1)".to_owned();
        assert!(!text(&report).unwrap().contains("href=\"javascript"));
    }
}
