//! Requests that something happens to before or after the org.

use std::time::Duration;

use mockorg_org::{
    ErrorCode, Recording,
    faults::{BodyFault, ExchangeFacts, Fault, FaultScope, FaultTiming},
};

use crate::{
    add, error, names, objects, org, plan,
    support::{TOKEN, noon},
};

fn exchange(endpoint: &str, method: &str) -> ExchangeFacts {
    ExchangeFacts {
        endpoint: endpoint.into(),
        method: method.into(),
        token: Some(TOKEN.into()),
        object: Some("Account".into()),
    }
}

fn endpoints(endpoints: &[&str]) -> FaultScope {
    FaultScope { endpoints: names(endpoints), ..FaultScope::default() }
}

#[test]
fn requests_are_chosen_by_endpoint_method_object_and_user() {
    let mut org = org();
    assert!(!org.has_exchange_faults());
    let wait = Fault::Latency(Duration::from_millis(250));
    let methods = FaultScope { methods: names(&["PATCH"]), ..FaultScope::default() };
    let users = FaultScope { users: names(&["admin@test.example"]), ..FaultScope::default() };
    for scope in [endpoints(&["query"]), methods, users, objects(&["Account"])] {
        add(&mut org, plan(wait.clone(), scope.clone()));
        assert!(org.has_exchange_faults());
        let fitting = exchange("query", "PATCH");
        assert_eq!(org.strike_exchange(noon(), &fitting), std::slice::from_ref(&wait), "{scope:?}");
        let other =
            ExchangeFacts { endpoint: "limits".into(), method: "GET".into(), ..ExchangeFacts::default() };
        assert_eq!(org.strike_exchange(noon(), &other), [], "{scope:?}");
    }
    org.end_faults(noon());
    assert!(!org.has_exchange_faults());
}

#[test]
fn waits_and_broken_bodies_go_together_and_one_end_at_most() {
    let mut org = org();
    let faults = [
        Fault::Latency(Duration::from_millis(1)),
        Fault::Drop,
        Fault::Body(BodyFault::Slow(10)),
        Fault::Page { status: 502, content_type: None, body: "".into() },
    ];
    for (name, fault) in ["a", "b", "c", "d"].iter().zip(&faults) {
        let mut own = plan(fault.clone(), FaultScope::default());
        own.name = (*name).into();
        add(&mut org, own);
    }
    let struck = org.strike_exchange(noon(), &exchange("query", "GET"));
    assert_eq!(struck, faults[..3]);
    assert_eq!(org.faults()[3].met, 0, "nobody asked for the page any more");
}

#[test]
fn an_error_with_an_endpoint_belongs_to_the_request() {
    let mut org = org();
    add(&mut org, plan(error(ErrorCode::RequestLimitExceeded), endpoints(&["query"])));
    let struck = org.strike_exchange(noon(), &exchange("query", "GET"));
    let refusal = struck[0].refusal().unwrap();
    assert_eq!(refusal.message.as_deref(), Some("TotalRequests Limit exceeded."));
    assert!(crate::support::call(&mut org, crate::query("SELECT Id FROM Account")).is_ok());
    assert_eq!(Fault::Drop.refusal(), None);
}

#[test]
fn only_requests_that_could_be_struck_are_written_down() {
    let mut org = org();
    let mut own = plan(Fault::Reset, endpoints(&["query"]));
    own.timing = FaultTiming { after: 1, times: Some(1), ..FaultTiming::default() };
    add(&mut org, own);
    org.start_recording(Recording::Operations);
    let mut written = Vec::new();
    for endpoint in ["limits", "query", "query", "query"] {
        org.strike_exchange(noon(), &exchange(endpoint, "GET"));
        written.push(org.take_recorded().len());
    }
    assert_eq!(written, [0, 1, 1, 0]);
}
