//! Lives of subscriptions over HTTP: steps performed on an org by REST calls alone, everything compared with the
//! model after each. And the proof that this finds something: orgs that deviate are caught.
//!
//! `cargo run --release -p mockorg-cli -- fuzz --steps 100000 --seed 1` lives more of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod deviating;

use std::{
    fs,
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use mockorg::MockOrg;
use mockorg_contract::{
    Client, Request, Runner, Schemas, Target, Verdict,
    case::Case,
    fuzz::{Finding, Fuzzed, Options, fuzz, load_regressions},
    model::{Step, bundles::starter_with_bundles},
};
use tokio::runtime;

use deviating::Deviating;

/// How long jobs take, so that lives see each of their states.
const ASYNC_DELAY: Duration = Duration::from_secs(2);

fn org() -> MockOrg {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let starter = fs::read_to_string(root.join("fixtures/orgs/starter.json")).unwrap();
    let file = starter_with_bundles(&starter).unwrap();
    MockOrg::builder().org_json(file).async_delay(ASYNC_DELAY).start_blocking().unwrap()
}

/// Read once: answers are held against the same schemas in all tests.
static SCHEMAS: LazyLock<Arc<Schemas>> =
    LazyLock::new(|| Schemas::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")).unwrap());

fn target(org: &MockOrg, url: &str) -> Target {
    let restricted = org.login("restricted@mockorg.example", "mockorg").unwrap();
    Target::new(url)
        .credential("admin", &org.session().access_token)
        .credential("restricted", restricted.access_token)
        .with_control()
}

fn run(target: Target, options: &Options) -> Fuzzed {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(fuzz(target, Arc::clone(&SCHEMAS), options)).unwrap()
}

/// What a deviating org is caught with.
fn caught(org: &MockOrg, url: &str) -> Finding {
    let options = Options { steps: 300, shrink_time: Duration::from_secs(20), ..Options::default() };
    run(target(org, url), &options).finding.expect("the deviation goes unnoticed")
}

/// Replays a finding's case file on an org that has only begun.
fn replay(finding: &Finding, target: Target) -> Verdict {
    let mut case: Case = serde_json::from_str(&finding.case_file().to_string()).unwrap();
    case.name = "found".to_owned();
    let runner = Runner::new(target, Arc::clone(&SCHEMAS)).unwrap();
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let newest = runner.client().newest_version().await.unwrap();
        let version = case.runs_at(newest)[0];
        runner.run(&case, version).await.verdict
    })
}

#[test]
fn whatever_happens_to_subscriptions_the_org_answers_what_the_model_expects() {
    let org = org();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/contract/regressions");
    let options =
        Options { steps: 250, regressions: load_regressions(&folder).unwrap(), ..Options::default() };
    let fuzzed = run(target(&org, org.url()), &options);
    if let Some(finding) = &fuzzed.finding {
        panic!("{finding}\n{}", finding.script());
    }
    assert!(fuzzed.steps >= 250, "{fuzzed:?}");
}

#[test]
fn a_wrong_quantity_is_found_told_in_few_steps_and_shown_by_its_case() {
    let honest = org();
    let deviating = Deviating::before(&honest, |_, body| deviating::one_more(&body, "\"CurrentQuantity\":"));
    let finding = caught(&honest, deviating.url());
    assert!(finding.steps.len() <= 2, "{finding}");
    assert!(finding.to_string().contains("CurrentQuantity: expected"), "{finding}");
    assert!(finding.script().contains("curl"), "{}", finding.script());

    let again = org();
    assert_eq!(replay(&finding, target(&again, again.url())), Verdict::Match, "{}", finding.case_file());
    let again = org();
    let deviating = Deviating::before(&again, |_, body| deviating::one_more(&body, "\"CurrentQuantity\":"));
    assert!(matches!(replay(&finding, target(&again, deviating.url())), Verdict::Differs(_)));
}

#[test]
fn a_failure_that_a_tracker_conceals_is_found() {
    let honest = org();
    let conceal = |_: &str, body: String| {
        body.replace("\"Status\":\"Failure\"", "\"Status\":\"Completed\"")
            .replace("\"Status\":\"CompletedWithFailures\"", "\"Status\":\"Completed\"")
    };
    let deviating = Deviating::before(&honest, conceal);
    let finding = caught(&honest, deviating.url());
    assert!(finding.steps.len() <= 4, "{finding}");
    assert!(finding.to_string().contains("Status: expected"), "{finding}");

    let again = org();
    assert_eq!(replay(&finding, target(&again, again.url())), Verdict::Match, "{}", finding.case_file());
    let again = org();
    let deviating = Deviating::before(&again, conceal);
    assert!(matches!(replay(&finding, target(&again, deviating.url())), Verdict::Differs(_)));
}

#[test]
fn the_same_seed_finds_the_same_steps() {
    let found: Vec<Vec<Step>> = (0..2)
        .map(|_| {
            let honest = org();
            let deviating =
                Deviating::before(&honest, |path, body| match path.contains("AssetStatePeriods") {
                    true => body.replace("\"Mrr\":", "\"Mrr\":1"),
                    false => body,
                });
            caught(&honest, deviating.url()).steps
        })
        .collect();
    assert_eq!(found[0], found[1]);
}

#[test]
fn no_more_calls_are_made_than_permitted_and_each_is_counted() {
    let org = org();
    let proxy = Deviating::before(&org, |_, body| body);
    let before = customers(target(&org, org.url()));
    let options = Options { max_calls: Some(100), seed: 7, ..Options::default() };
    let fuzzed = run(target(&org, proxy.url()), &options);
    assert!(fuzzed.finding.is_none(), "{fuzzed:?}");
    assert_eq!((fuzzed.calls, proxy.calls()), (100, 100), "{fuzzed:?}");
    assert_eq!(fuzzed.spent.as_deref(), Some("all calls are used up"));
    // The last call has let the mock begin anew: what the life made is gone.
    assert_eq!(customers(target(&org, org.url())), before);
}

#[test]
fn an_org_that_is_no_mock_is_left_as_it_was_when_the_budget_is_used_up_in_the_middle_of_a_life() {
    let org = MockOrg::builder().start_blocking().unwrap();
    for max_calls in [30, 41, 60] {
        let proxy = Deviating::hiding(&org);
        let target = || Target::new(proxy.url()).credential("admin", &org.session().access_token);
        let options = Options { max_calls: Some(max_calls), seed: 3, ..Options::default() };
        let fuzzed = run(target(), &options);
        if let Some(finding) = &fuzzed.finding {
            panic!("{finding}\n{}", finding.script());
        }
        assert!(fuzzed.calls <= max_calls && fuzzed.spent.is_some(), "{fuzzed:?}");
        assert_eq!(fuzzed.calls, proxy.calls(), "{fuzzed:?}");
        assert_eq!((customers(target()), fuzzed.left.as_slice()), ("0".to_owned(), &[][..]));
    }
}

#[test]
fn an_org_that_forbids_writing_is_told_so_before_anything_is_written() {
    let org = org();
    let proxy = Deviating::hiding(&org);
    let mut target = Target::new(proxy.url()).credential("admin", &org.session().access_token);
    target.writes = false;
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = runtime.block_on(fuzz(target, Arc::clone(&SCHEMAS), &Options::default())).unwrap_err();
    assert!(refused.to_string().contains("--allow-writes"), "{refused}");
    assert_eq!(proxy.calls(), 2, "the versions, and whether it is a mock");
}

/// How many customers lives have left in an org.
fn customers(target: Target) -> String {
    let client = Client::new(target, Arc::clone(&SCHEMAS)).unwrap();
    let soql = "SELECT COUNT() FROM Account WHERE Name LIKE 'Fuzzed Customer%'";
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = Request::get("/services/data/v64.0/query").query("q", soql);
    let answer = runtime.block_on(client.send(&request)).unwrap();
    answer.json().unwrap().get("totalSize").unwrap().to_string()
}
