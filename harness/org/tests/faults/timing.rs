//! When plans strike: the nth time, every nth, so often, by chance, in a window of the org's time.

use std::time::Duration;

use mockorg_org::{
    Call, ErrorCode,
    faults::{FaultTiming, Probability},
};

use crate::{
    CATALOG, add, counts, error, operations, org, plan,
    support::{noon, org_with, session},
    tries,
};

fn struck(timing: FaultTiming, seed: u64, count: usize) -> Vec<bool> {
    let mut org = org_with(&CATALOG, seed);
    let mut own = plan(error(ErrorCode::ServerUnavailable), operations(&["Create"]));
    own.timing = timing;
    add(&mut org, own);
    tries(&mut org, count)
}

#[test]
fn a_plan_strikes_the_nth_time_every_nth_time_and_so_often_at_most() {
    let places = |timing| {
        let struck = struck(timing, 1, 10);
        struck.into_iter().enumerate().filter(|(_, struck)| *struck).map(|(at, _)| at + 1).collect::<Vec<_>>()
    };
    let timing = FaultTiming::default();
    assert_eq!(places(FaultTiming { after: 3, times: Some(1), ..timing.clone() }), [4]);
    assert_eq!(places(FaultTiming { every: 4, ..timing.clone() }), [1, 5, 9]);
    assert_eq!(places(FaultTiming { after: 1, every: 3, times: Some(2), ..timing.clone() }), [2, 5]);
    assert_eq!(places(FaultTiming { after: 8, ..timing }), [9, 10]);
}

#[test]
fn chance_comes_from_the_seed() {
    let timing = FaultTiming { probability: Some(Probability(250_000)), ..FaultTiming::default() };
    let first = struck(timing.clone(), 7, 400);
    assert_eq!(struck(timing.clone(), 7, 400), first, "the same seed draws the same");
    assert_ne!(struck(timing, 8, 400), first, "another one draws otherwise");
    let count = first.iter().filter(|struck| **struck).count();
    assert!((70..=130).contains(&count), "{count} of 400 is no quarter");
}

#[test]
fn another_plan_does_not_shift_the_draws_of_a_plan() {
    let timing = FaultTiming { probability: Some(Probability(500_000)), ..FaultTiming::default() };
    let mut org = org();
    for (name, operation) in [("other", "Limits"), ("plan", "Create")] {
        let mut own = plan(error(ErrorCode::ServerUnavailable), operations(&[operation]));
        own.name = name.into();
        own.timing = timing.clone();
        add(&mut org, own);
    }
    for _ in 0..5 {
        // Its draws are its own.
        drop(crate::support::call(&mut org, Call::Limits));
    }
    assert_eq!(tries(&mut org, 50), struck(timing, 1, 50));
}

#[test]
fn a_plan_strikes_and_counts_in_its_window_only() {
    let mut org = org();
    let minute = |minutes: u64| noon() + Duration::from_secs(60 * minutes);
    let mut own = plan(error(ErrorCode::ServerUnavailable), operations(&["Limits"]));
    own.timing = FaultTiming { from: Some(minute(1)), until: Some(minute(3)), ..FaultTiming::default() };
    add(&mut org, own);
    let outcomes: Vec<bool> =
        (0..5).map(|at| org.call(minute(at), &session(62), Call::Limits).is_err()).collect();
    assert_eq!(outcomes, [false, true, true, false, false]);
    assert_eq!(counts(&org), (2, 2));
}

#[test]
fn a_plan_of_the_same_name_takes_the_place_and_counts_anew() {
    let mut org = org();
    let own = plan(error(ErrorCode::ServerUnavailable), operations(&["Create"]));
    add(&mut org, own.clone());
    tries(&mut org, 3);
    assert_eq!(counts(&org), (3, 3));
    add(&mut org, own);
    assert_eq!((org.faults().len(), counts(&org)), (1, (0, 0)));
    assert!(!org.end_fault(noon(), "unknown"));
    assert_eq!(org.end_faults(noon()), 1);
    assert_eq!(tries(&mut org, 1), [false]);
}

#[test]
fn the_first_plan_that_strikes_is_the_only_one_that_is_met() {
    let mut org = org();
    for (name, code) in [("first", ErrorCode::ServerUnavailable), ("second", ErrorCode::QueryTimeout)] {
        let mut own = plan(error(code), operations(&["Create"]));
        own.name = name.into();
        own.timing.times = Some(1);
        add(&mut org, own);
    }
    let codes: Vec<Option<ErrorCode>> = (0..3)
        .map(|_| crate::support::call(&mut org, crate::account("Acme")).err().map(|error| error.code))
        .collect();
    assert_eq!(codes, [Some(ErrorCode::ServerUnavailable), Some(ErrorCode::QueryTimeout), None]);
}
