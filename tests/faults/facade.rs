//! Plans in Rust: builders, guards, and what a test is told.

use mockorg::{ErrorCode, FaultPlan, MockOrg, StartError};

use crate::client::get;

const LIMITS: &str = "/services/data/v64.0/limits";

#[test]
fn plans_count_what_they_meet_and_what_they_strike() {
    let org = MockOrg::start_blocking();
    let plan =
        FaultPlan::error(ErrorCode::ServerUnavailable).on_endpoint("limits").after(1).every(2).times(2);
    org.add_fault(plan).unwrap();
    let seen: Vec<u16> = (0..6).map(|_| get(&org, LIMITS).status).collect();
    assert_eq!(seen, [200, 503, 200, 503, 200, 200]);
    let state = &org.faults()[0];
    // A plan that is spent meets nothing any more.
    assert_eq!((state.met, state.struck, state.left()), (4, 2, Some(0)));
}

#[test]
fn chance_comes_from_the_seed() {
    let seen = |seed: u64| -> Vec<u16> {
        let org = MockOrg::builder().seed(seed).start_blocking().unwrap();
        org.add_fault(FaultPlan::page(502, "x").with_probability(0.5)).unwrap();
        (0..40).map(|_| get(&org, LIMITS).status).collect()
    };
    let first = seen(1);
    assert_eq!(first, seen(1));
    assert_ne!(first, seen(2));
    assert!(first.contains(&200) && first.contains(&502));
}

#[test]
fn a_plan_of_the_same_name_takes_the_place_of_the_first() {
    let org = MockOrg::start_blocking();
    org.add_fault(FaultPlan::page(502, "").named("edge")).unwrap();
    org.add_fault(FaultPlan::page(420, "").named("edge")).unwrap();
    assert_eq!((org.faults().len(), get(&org, LIMITS).status), (1, 420));
}

#[test]
fn a_scoped_fault_ends_with_its_guard_and_a_reset_ends_all() {
    let org = MockOrg::start_blocking();
    {
        let guard = org.scoped_fault(FaultPlan::page(502, "")).unwrap();
        assert_eq!((get(&org, LIMITS).status, guard.struck()), (502, 1));
    }
    assert_eq!(get(&org, LIMITS).status, 200);
    org.use_fault("bad-gateway", |fault| fault.times(9)).unwrap();
    org.reset();
    assert_eq!((org.faults().len(), get(&org, LIMITS).status), (0, 200));
}

#[test]
fn a_builder_starts_an_org_with_faults_and_says_what_is_wrong_with_them() {
    let org = MockOrg::builder().fault(FaultPlan::page(503, "")).start_blocking().unwrap();
    assert_eq!(get(&org, LIMITS).status, 503);
    let plan = FaultPlan::error(ErrorCode::QueryTimeout).on_operation("Flight");
    let error = MockOrg::builder().fault(plan).start_blocking().unwrap_err();
    assert!(matches!(&error, StartError::Fault { name, .. } if name == "QUERY_TIMEOUT"), "{error}");
    assert!(error.to_string().contains("no operation `Flight`"), "{error}");
}
