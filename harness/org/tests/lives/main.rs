//! Random lives of subscriptions against a model: sales, renewals, amendments and cancellations by requests,
//! by orders and without orders, while time goes on, permissions come and go, and records are deleted.
//!
//! The model, which the contract harness also holds against orgs over HTTP, shares no code with the org and predicts every outcome, every period and every cent. After each
//! step the records are compared with it, and the laws of ledger, periods, trackers, events and error log
//! are checked by themselves. In the end everything is said once more to an org that began alike.
//!
//! `MOCKORG_LIVES=2000 cargo test -p mockorg-org --test lives` lives more lives than the ordinary run.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a broken expectation ends the test")]

mod check;
mod perform;
#[path = "../support/mod.rs"]
mod support;
mod world;

use std::{cell::RefCell, collections::BTreeSet};

use mockorg_contract::model::{step::JOB_TYPES, step::Step, strategy::steps};
use proptest::test_runner::{Config, TestRunner};

use world::World;

/// How many lives the ordinary run has.
const LIVES: u32 = 48;
/// How many steps a life has at most.
const STEPS: usize = 40;

/// Lives a life; gives the world as it is in the end.
fn live(steps: &[Step]) -> World {
    let mut world = World::new();
    for step in steps {
        perform::perform(&mut world, step);
        check::everything(&world);
    }
    // Whatever was begun comes to its end.
    world.move_to(world.model.now + world::DELAY);
    check::everything(&world);
    assert!(world.model.jobs.iter().all(|job| job.outcome.is_some()));
    world.repeats();
    world
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test may ask for more lives")]
fn whatever_happens_to_subscriptions_the_org_does_what_the_model_expects() {
    let lives = std::env::var("MOCKORG_LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(LIVES);
    let config =
        Config { cases: lives, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let seen = RefCell::new(BTreeSet::new());
    TestRunner::new(config)
        .run(&steps(STEPS), |steps| {
            for job in &live(&steps).model.jobs {
                let ends = job.outcome.iter().flatten().map(|done| (job.task.job_type(), *done));
                seen.borrow_mut().extend(ends);
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    // Lives in which nothing succeeds, or nothing fails, would show nothing.
    assert_eq!(seen.borrow().len(), 2 * JOB_TYPES.len(), "{:?}", seen.borrow());
}
