//! The forms of reports, each read back as its readers do.

use std::{collections::BTreeMap, fs};

use quick_xml::{Reader, events::Event};
use serde_json::Value;

use crate::{
    proxy::{Deed, Sandbox},
    support::{CREATES, READS, Said, cases, conform, folder, said},
};

#[test]
fn every_form_of_report_names_the_difference_and_can_be_read() {
    let sandbox = Sandbox::start(&[Deed::Replace("/limits", "\"Max\":100000", "\"Max\":\"<b>|&\"")]);
    let folder = folder("reports");
    let cases = cases(&folder, &[("creates", CREATES), ("reads", READS)]);
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let forms = ["junit", "html", "markdown", "json", "terminal"];
    let reports = forms.map(|form| format!("--report={form}={}", path(form)));
    let flags = ["--target", &sandbox.url, "--cases", &cases];
    let flags: Vec<_> = flags.into_iter().chain(reports.iter().map(String::as_str)).collect();
    let Said { code, out, err } = said(conform(&folder, &sandbox.org.session().access_token, &flags));
    assert_eq!(code, Some(2), "{err}");
    assert!(out.contains("1 mock-only, 1 skipped"), "{out}");
    let read = |form: &str| fs::read_to_string(folder.join(form)).unwrap();

    let terminal = read("terminal");
    assert!(
        terminal.contains("mock-only own/reads at 68.0") && terminal.contains("$.DailyApiRequests.Max"),
        "{terminal}"
    );

    let json: Value = serde_json::from_str(&read("json")).unwrap();
    let schema = include_str!("../../../../schemas/conform-report.schema.json");
    let schema = jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap();
    let problems: Vec<_> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(json["failed"], true);

    let elements = elements(&read("junit"));
    assert_eq!(elements["testcase"].len(), 2);
    assert_eq!(elements["failure"][0]["type"], "mock-only");
    assert!(elements["failure"][0]["message"].contains("DailyApiRequests/Max"), "{elements:?}");
    assert!(elements["skipped"][0]["message"].contains("permits no writes"), "{elements:?}");

    let html = read("html");
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    assert!(html.contains("data-verdict=\"mock-only\"") && !html.contains("<b>|&"), "{html}");

    let markdown = read("markdown");
    assert!(markdown.contains("| mock-only | 1 |") && markdown.contains("&lt;b&gt;\\|&amp;"), "{markdown}");
    for text in [terminal, html, markdown, read("junit"), read("json")] {
        assert!(!text.contains(&sandbox.org.session().access_token), "no report has a token: {text}");
    }
}

/// Name of an element → the attributes of each.
fn elements(xml: &str) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
    let mut reader = Reader::from_str(xml);
    let mut elements: BTreeMap<String, Vec<_>> = BTreeMap::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                let attributes = element.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let key = attribute.key.as_ref().to_owned();
                    let value = attribute.value.into_owned();
                    (key, value)
                });
                elements.entry(name).or_default().push(attributes.collect());
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}
