//! Plans that cannot be taken, and what the refusal says.

use std::time::Duration;

use mockorg_org::{
    ErrorCode, Org, OrgFile,
    faults::{
        BodyFault, EventFault, Fault, FaultPlan, FaultScope, FaultState, FaultTiming, JobOutcome, OPERATIONS,
        Probability,
    },
};

use crate::{
    CATALOG, error, names, objects, operations, org, plan, record,
    support::{self, noon},
};

fn refusal(org: &mut Org, plan: FaultPlan) -> String {
    let refused = org.add_fault(noon(), plan).unwrap_err();
    assert!(!refused.hint.is_empty(), "{refused}");
    refused.error.into()
}

#[test]
fn a_plan_that_names_what_the_org_does_not_have_is_refused() {
    let mut org = org();
    let down = || error(ErrorCode::ServerUnavailable);
    let job = || Fault::Job { outcome: JobOutcome::Failure, code: None, message: None };
    let users = FaultScope { users: names(&["nobody@test.example"]), ..FaultScope::default() };
    let types = FaultScope { job_types: names(&["Magic"]), ..FaultScope::default() };
    let nowhere =
        FaultScope { records: vec!["001000000000001AAA".parse().unwrap()], ..FaultScope::default() };
    for (own, what) in [
        (plan(down(), operations(&["Fly"])), "there is no operation `Fly`"),
        (plan(down(), operations(&["InjectEvent"])), "there is no operation `InjectEvent`"),
        (plan(down(), objects(&["Unicorn"])), "the org has no object `Unicorn`"),
        (plan(down(), users), "the org has no user `nobody@test.example`"),
        (plan(down(), nowhere), "the org has no record `001000000000001AAA`"),
        (plan(job(), types), "mockorg runs no jobs of type `Magic`"),
        (
            plan(Fault::Event(EventFault::Lost), objects(&["Unicorn__e"])),
            "the org has no event or object `Unicorn__e`",
        ),
        (
            plan(record(ErrorCode::UnableToLockRow), objects(&["Heartbeat__e"])),
            "there are no records of Heartbeat__e",
        ),
        (
            plan(error(ErrorCode::NotModelled), FaultScope::default()),
            "MOCKORG_NOT_MODELLED is no error of the platform",
        ),
        (
            plan(error(ErrorCode::DuplicateValue), FaultScope::default()),
            "DUPLICATE_VALUE has no words that always fit",
        ),
        (FaultPlan::new(" ", down()), "a plan needs a `name`"),
    ] {
        assert_eq!(refusal(&mut org, own), what);
    }
    assert_eq!(org.faults(), []);
}

#[test]
fn a_plan_that_could_never_strike_is_refused() {
    let mut org = org();
    let down = || plan(error(ErrorCode::ServerUnavailable), FaultScope::default());
    let timed = |timing| FaultPlan { timing, ..down() };
    let timing = FaultTiming::default();
    let page = Fault::Page { status: 99, content_type: None, body: "".into() };
    for (own, what) in [
        (
            timed(FaultTiming { times: Some(0), ..timing.clone() }),
            "a fault that strikes 0 times never strikes",
        ),
        (
            timed(FaultTiming { probability: Some(Probability(0)), ..timing.clone() }),
            "a fault of probability 0 never strikes",
        ),
        (
            timed(FaultTiming { probability: Some(Probability(1_000_001)), ..timing.clone() }),
            "`probability` is more than 1",
        ),
        (
            timed(FaultTiming { until: Some(noon()), ..timing.clone() }),
            "`until` is over before the fault could strike",
        ),
        (plan(Fault::Drop, operations(&["Query"])), "a request is not chosen by `operations`"),
        (
            plan(record(ErrorCode::UnableToLockRow), operations(&["Query"])),
            "`Query` saves no records that could fail one by one",
        ),
        (
            plan(
                Fault::Job { outcome: JobOutcome::CompletedWithFailures, code: None, message: None },
                FaultScope { job_types: names(&["V2Query"]), ..FaultScope::default() },
            ),
            "a query job has no rows that could fail",
        ),
        (plan(Fault::Event(EventFault::Gap(0)), FaultScope::default()), "a gap of 0 replay ids is none"),
        (
            plan(Fault::Body(BodyFault::Slow(0)), FaultScope::default()),
            "a body at 0 bytes a second never comes",
        ),
        (plan(page, FaultScope::default()), "`status` is no status of an answer"),
    ] {
        assert_eq!(refusal(&mut org, own), what);
    }
}

#[test]
fn names_are_put_in_their_own_spelling() {
    let mut org = org();
    let scope = FaultScope { objects: names(&["ACCOUNT"]), ..operations(&["query", "bulk.upload"]) };
    let state = org.add_fault(noon(), plan(error(ErrorCode::ServerUnavailable), scope)).unwrap();
    assert_eq!(state.plan.scope.objects, names(&["Account"]));
    assert_eq!(state.plan.scope.operations, names(&["Query", "Bulk.Upload"]));
    assert!(OPERATIONS.iter().copied().flatten().any(|name| *name == "Bulk.Upload"));
}

#[test]
fn plans_are_written_and_read_as_json() {
    let json = r#"{"name":"locks","fault":{"record":{"code":"UNABLE_TO_LOCK_ROW"}},
      "scope":{"objects":["Account"]},
      "timing":{"every":3,"probability":0.25,"from":"2026-03-02T09:00:00Z"}}"#;
    let read: FaultPlan = serde_json::from_str(json).unwrap();
    assert_eq!(read.timing.probability, Some(Probability(250_000)));
    let written = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<FaultPlan>(&written).unwrap(), read);
    for text in [r#"{"event":{"late":"PT1.5S"}}"#, r#"{"event": {"late": 1.5}}"#] {
        let late: Fault = serde_json::from_str(text).unwrap();
        assert_eq!(late, Fault::Event(EventFault::Late(Duration::from_millis(1500))));
        assert_eq!(serde_json::to_string(&late).unwrap(), r#"{"event":{"late":"PT1.5S"}}"#);
    }
    let wait: Fault = serde_json::from_str(r#"{"latency": 2}"#).unwrap();
    assert_eq!(wait, Fault::Latency(Duration::from_secs(2)));
    let state = FaultState { plan: read, met: 2, struck: 1 };
    let text = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<FaultState>(&text).unwrap(), state);
    for wrong in [
        r#"{"name": "x", "fault": "fire"}"#,
        r#"{"name": "x", "fault": "drop", "when": "now"}"#,
        r#"{"name": "x", "fault": "drop", "timing": {"probability": 2}}"#,
        r#"{"name": "x", "fault": "drop", "timing": {"from": "noon"}}"#,
        r#"{"name": "x", "fault": {"latency": -1}}"#,
        r#"{"name": "x", "fault": {"latency": "-PT1S"}}"#,
        r#"{"name": "x", "fault": {"latency": "soon"}}"#,
    ] {
        assert!(serde_json::from_str::<FaultPlan>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_org_file_may_declare_plans() {
    let file = |faults: &str| {
        let text = support::ORG.trim_end().trim_end_matches('}').to_owned() + ", \"faults\": " + faults + "}";
        OrgFile::parse(&text).unwrap()
    };
    let load = |faults: &str| {
        let mut org = Org::new(std::sync::Arc::clone(&CATALOG), Default::default());
        org.load(&file(faults), noon()).map(|()| org)
    };
    let org = load(r#"[{"name": "down", "fault": {"error": {"code": "SERVER_UNAVAILABLE"}}}]"#).unwrap();
    assert_eq!(&*org.faults()[0].plan.name, "down");
    let refused =
        load(r#"[{"name": "odd", "fault": "drop", "scope": {"objects": ["Unicorn"]}}]"#).unwrap_err();
    assert!(refused.to_string().contains("fault `odd`: the org has no object `Unicorn`"), "{refused}");
}
