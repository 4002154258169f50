//! Verdicts, thresholds, limits.

use std::time::Duration;

use mockorg::{Clock, MockOrg};
use serde_json::Value;

use crate::{
    proxy::{Deed, Sandbox},
    support::{CREATES, MEDDLES, READS, Said, cases, conform, folder, results, said},
};

const FALSE_LIMIT: Deed = Deed::Replace("/limits", "\"Max\":100000", "\"Max\":99999");

/// Runs own cases on a sandbox and gives the JSON report.
fn report(name: &str, sandbox: &Sandbox, own: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, Value) {
    let folder = folder(name);
    let cases = cases(&folder, own);
    let flags = ["--target", &sandbox.url, "--cases", &cases, "--format", "json"];
    let token = &sandbox.org.session().access_token;
    let Said { code, out, err } = said(conform(&folder, token, &[&flags, arguments].concat()));
    let report = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    (code, report)
}

#[test]
fn a_mock_matches_the_cases_that_come_with_the_binary() {
    // As `mockorg serve` starts it; the cases suppose another time, and operations of another length.
    let builder = MockOrg::builder().clock(Clock::SYSTEM).async_delay(Duration::from_secs(1));
    let org = builder.start_blocking().unwrap();
    let folder = folder("match");
    let flags = ["--target", org.url(), "--case", "renewal/t", "--format", "json"];
    let mut command = conform(&folder, "", &flags);
    // Whoever starts a mock need not say who they are.
    command.env_remove("MOCKORG_TOKEN");
    let Said { code, out, err } = said(command);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(err.contains("(mock)") && err.contains("the mock is reset before each case"), "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let wrong: Vec<_> = results(&report).into_iter().filter(|(_, verdict, _)| verdict != "match").collect();
    assert_eq!(wrong, []);
    assert!(report["counts"]["match"].as_u64().unwrap() > 1, "{report}");
    assert!(*org.now().to_string() > *"2026-01-16", "the mock is left as it was started");
}

#[test]
fn known_gaps_fail_on_the_mock_as_stated_and_can_be_left_out() {
    let org = MockOrg::start_blocking();
    let folder = folder("gaps");
    let flags = ["--target", org.url(), "--case", "gaps/resource-suggested", "--format", "json"];
    let Said { code, out, err } = said(conform(&folder, &org.session().access_token, &flags));
    assert_eq!(code, Some(0), "{out}{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let found = results(&report);
    assert!(found.iter().any(|(case, _, _)| case == "gaps/resource-suggested-titles"), "{found:?}");
    assert!(found.iter().all(|(_, verdict, _)| verdict == "match"), "{found:?}");
    assert_eq!(report["knownGaps"], found.len());
    assert_eq!(report["results"][0]["knownGap"], "resource-suggested-queries");
    let flags = [&flags[..], &["--no-gaps"]].concat();
    let Said { code, err, .. } = said(conform(&folder, &org.session().access_token, &flags));
    assert_eq!(code, Some(1));
    assert!(err.contains("no case has a name that begins with 'gaps/resource-suggested'"), "{err}");
}

#[test]
fn an_answer_that_breaks_a_case_is_reported_with_path_and_curl_line() {
    let sandbox = Sandbox::start(&[FALSE_LIMIT]);
    let (code, found) = report("broken", &sandbox, &[("reads", READS)], &[]);
    assert_eq!(code, Some(2));
    let result = &found["results"][0];
    assert_eq!(result["verdict"], "mock-only");
    assert_eq!(result["differences"][0]["path"], "$.DailyApiRequests.Max");
    assert_eq!(result["differences"][0]["got"], "99999");
    assert!(result["curl"].as_str().unwrap().contains("/limits' -H \"Authorization: Bearer $TOKEN\""));
    assert_eq!(found["run"]["kind"], "sandbox");

    let (code, found) = report("broken-alone", &sandbox, &[("reads", READS)], &["--no-reference"]);
    assert_eq!((code, &found["results"][0]["verdict"]), (Some(2), &"differs".into()));
}

#[test]
fn an_answer_that_no_case_looks_at_is_held_against_the_mock() {
    let sandbox = Sandbox::start(&[Deed::Replace(
        "/limits",
        "\"DailyApiRequests\":{",
        "\"DailyApiRequests\":{\"Odd\":1,",
    )]);
    let (_, found) = report("beyond", &sandbox, &[("reads", READS)], &[]);
    let result = &found["results"][0];
    let differences = result["differences"].as_array().unwrap();
    assert!(differences.iter().any(|finding| finding["path"].as_str().unwrap().contains("Odd")), "{result}");
}

#[test]
fn a_threshold_decides_about_the_exit_code() {
    let sandbox = Sandbox::start(&[FALSE_LIMIT]);
    for (flags, code) in [
        (&["--fail-on", "never"][..], 0),
        (&["--max-differs", "1"], 0),
        (&["--fail-on", "org-only,flaky"], 0),
        (&["--fail-on", "mock-only"], 2),
    ] {
        let name = format!("threshold{}", flags.concat());
        assert_eq!(report(&name, &sandbox, &[("reads", READS)], flags).0, Some(code), "{flags:?}");
    }
}

#[test]
fn a_case_that_goes_another_way_at_the_second_try_is_flaky() {
    let sandbox = Sandbox::start(&[Deed::ReplaceEverySecond("/limits", "\"Max\":100000", "\"Max\":99999")]);
    let (code, found) = report("flaky", &sandbox, &[("reads", READS)], &[]);
    assert_eq!(results(&found)[0].1, "flaky");
    assert_eq!(results(&found)[0].2, "mock-only at first, match at the next try");
    assert_eq!(code, Some(0));
}

#[test]
fn an_org_that_is_no_mock_is_only_read() {
    let sandbox = Sandbox::start(&[]);
    let (code, found) = report("read-only", &sandbox, &[("creates", CREATES), ("reads", READS)], &[]);
    assert_eq!(code, Some(0));
    let results = results(&found);
    assert_eq!(results[0].1, "skipped");
    assert!(results[0].2.contains("permits no writes"), "{results:?}");
    assert_eq!(results[1].1, "match");
    assert_eq!(sandbox.count("POST", "/sobjects/"), 0);
    assert_eq!(sandbox.count("POST", "/__mockorg"), 0);
}

#[test]
fn a_case_that_would_change_foreign_records_is_never_run_on_an_org() {
    let sandbox = Sandbox::start(&[]);
    let (_, found) = report("meddles", &sandbox, &[("meddles", MEDDLES)], &["--allow-writes"]);
    assert_eq!(results(&found)[0].1, "skipped");
    assert!(results(&found)[0].2.contains("step 1"), "{found}");
    assert_eq!(sandbox.count("POST", "/sobjects/"), 0);
}

#[test]
fn the_budget_of_calls_is_kept_to_the_call() {
    let own = [("a", READS), ("b", READS), ("c", READS)];
    let all = Sandbox::start(&[]);
    report("budget-all", &all, &own, &[]);
    let asked = all.count("GET", "/limits");
    let login = all.requests.lock().unwrap().len() - asked;

    let sandbox = Sandbox::start(&[]);
    let (code, found) = report("budget", &sandbox, &own, &["--max-calls", "2"]);
    assert_eq!(sandbox.requests.lock().unwrap().len(), login + 2);
    assert_eq!(found["run"]["calls"], 2);
    assert_eq!(results(&found)[2].1, "skipped");
    assert_eq!(results(&found)[2].2, "call budget");
    assert_eq!(code, Some(0));
}

#[test]
fn an_org_that_is_nearly_out_of_calls_is_left_alone() {
    let sandbox = Sandbox::start(&[Deed::Usage("901/1000")]);
    let (_, found) = report("usage", &sandbox, &[("a", READS), ("b", READS)], &["--max-usage", "90%"]);
    assert_eq!(results(&found)[0].1, "match");
    assert!(results(&found)[1].2.contains("901 of its 1000 daily calls"), "{found}");
    assert_eq!(found["run"]["usage"], "901/1000");
}

#[test]
fn what_an_org_puts_off_is_repeated_only_when_it_was_surely_not_done() {
    let sandbox = Sandbox::start(&[Deed::PutOff("/limits"), Deed::PutOff("/sobjects/Account")]);
    let own = [("creates", CREATES), ("reads", READS)];
    let (code, found) = report("retries", &sandbox, &own, &["--allow-writes", "--retries", "0"]);
    assert_eq!(sandbox.count("GET", "/limits"), 2);
    assert_eq!(sandbox.count("POST", "/sobjects/Account"), 1, "a POST may have been carried out");
    assert_eq!(results(&found)[0].1, "mock-only");
    assert_eq!(results(&found)[1].1, "match");
    assert_eq!(found["results"][1]["retries"], 1);
    assert_eq!(found["run"]["retries"], 1);
    assert_eq!(code, Some(2));
}

#[test]
fn a_resumed_run_repeats_nothing_and_reports_everything() {
    let sandbox = Sandbox::start(&[FALSE_LIMIT]);
    let file = folder("kept").join("results.jsonl");
    let resume = ["--resume", file.to_str().unwrap()];
    let budget = [&resume[..], &["--max-calls", "2", "--retries", "0"]].concat();
    let own = [("a", READS), ("b", READS), ("c", READS)];
    let (_, first) = report("resume-1", &sandbox, &own, &budget);
    assert_eq!(results(&first)[2].1, "skipped");
    assert_eq!(sandbox.count("GET", "/limits"), 2);

    let (code, second) = report("resume-2", &sandbox, &own, &[&resume[..], &["--retries", "0"]].concat());
    assert_eq!(sandbox.count("GET", "/limits"), 3);
    assert_eq!(second["counts"]["mock-only"], 3);
    assert_eq!(code, Some(2));

    let folder = folder("resume-3");
    let cases = cases(&folder, &[("a", READS)]);
    let flags = [&["--target", &*sandbox.url, "--cases", &cases][..], &resume].concat();
    let Said { code, err, .. } = said(conform(&folder, &sandbox.org.session().access_token, &flags));
    assert_eq!(code, Some(1));
    assert!(err.contains("has the results of other cases"), "{err}");
    assert_eq!(sandbox.count("GET", "/limits"), 3);
}
