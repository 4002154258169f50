//! Faults are part of the org: the same operations meet the same faults, and copies of an org go on alike.

use std::time::Duration;

use mockorg_org::{
    Call, Control, ErrorCode, Operation, Org, Outcome, Recorded, Recording,
    events::{ReplayId, StoredEvent},
    faults::{EventFault, ExchangeFacts, Fault, FaultPlan, FaultScope, FaultTiming, JobOutcome, Probability},
};

use crate::{
    account, error, names, objects, operations, org, plan, record,
    support::{fields, noon, session},
};

fn likely(probability: u32) -> FaultTiming {
    FaultTiming { probability: Some(Probability(probability)), ..FaultTiming::default() }
}

/// Plans of every place, by chance.
fn plans() -> Vec<FaultPlan> {
    let faults = [
        (error(ErrorCode::ServerUnavailable), operations(&["Limits"])),
        (record(ErrorCode::UnableToLockRow), objects(&["Account"])),
        (Fault::Event(EventFault::Doubled), objects(&["Heartbeat__e"])),
        (Fault::Event(EventFault::Late(Duration::from_secs(5))), objects(&["Heartbeat__e"])),
        (
            Fault::Latency(Duration::from_millis(1)),
            FaultScope { methods: names(&["GET"]), ..FaultScope::default() },
        ),
        (Fault::Job { outcome: JobOutcome::Hang, code: None, message: None }, FaultScope::default()),
    ];
    let named = faults.into_iter().enumerate().map(|(number, (fault, scope))| FaultPlan {
        name: format!("plan {number}").into(),
        timing: likely(500_000),
        ..plan(fault, scope)
    });
    named.collect()
}

fn live(org: &mut Org) {
    let mut now = noon();
    for plan in plans() {
        org.control(now, Control::AddFault(Box::new(plan))).unwrap();
    }
    for number in 0..60 {
        now = now + Duration::from_secs(1);
        org.advance(now);
        let exchange = ExchangeFacts { method: "GET".into(), ..ExchangeFacts::default() };
        org.strike_exchange(now, &exchange);
        let heartbeat = Call::Create { object: "Heartbeat__e".into(), fields: fields(&[("Source__c", "x")]) };
        for call in [Call::Limits, account(&format!("Account {number}")), heartbeat] {
            drop(org.call(now, &session(62), call));
        }
    }
    org.control(now, Control::EndFaults).unwrap();
    org.advance(now + Duration::from_secs(60));
}

fn events(org: &Org) -> Vec<StoredEvent> {
    org.events().after(ReplayId(0)).map(|event| StoredEvent::clone(event)).collect()
}

#[test]
fn what_was_written_down_meets_the_same_faults_again() {
    let mut first = org();
    let mut second = first.clone();
    first.start_recording(Recording::Answers);
    live(&mut first);
    let lines: Vec<String> =
        first.take_recorded().iter().map(|done| serde_json::to_string(done).unwrap()).collect();
    let mut refused = 0;
    for line in &lines {
        let Recorded { operation, outcome } = serde_json::from_str(line).unwrap();
        let strikes = matches!(operation, Operation::StrikeExchange { .. });
        let again = second.repeat(operation);
        if let Some(outcome) = outcome {
            refused += usize::from(matches!(outcome, Outcome::Answered(Err(_))));
            assert_eq!(again, outcome, "{line}");
        } else {
            assert!(strikes || again == Outcome::Done, "{line}");
        }
    }
    assert!((30..90).contains(&refused), "{refused} of 120 calls were refused");
    assert_eq!(events(&second), events(&first));
    assert!(events(&first).len() > 60, "some were doubled");
}

#[test]
fn a_copy_goes_on_as_its_original_would() {
    let mut original = org();
    for plan in plans() {
        original.add_fault(noon(), plan).unwrap();
    }
    crate::tries(&mut original, 10);
    let mut copy = original.clone();
    assert_eq!(crate::tries(&mut copy, 40), crate::tries(&mut original, 40));
    assert_eq!(copy.faults(), original.faults());
}

#[test]
fn without_plans_an_org_writes_down_and_does_what_it_did_before() {
    let mut org = org();
    org.start_recording(Recording::Operations);
    assert_eq!(org.strike_exchange(noon(), &ExchangeFacts::default()), []);
    assert!(org.take_recorded().is_empty());
    assert_eq!(org.faults(), []);
}
