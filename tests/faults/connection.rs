//! What happens to connections and bodies.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use mockorg::{FaultPlan, MockOrg};

use crate::client::{get, send};

const ACCOUNTS: &str = "/services/data/v64.0/query?q=SELECT+Id,Name+FROM+Account";

fn create(org: &MockOrg, name: &str) -> crate::client::Seen {
    let body = format!(r#"{{"Name":"{name}"}}"#);
    let json = [("Content-Type", "application/json")];
    send(org, "POST", "/services/data/v64.0/sobjects/Account", &json, body.as_bytes())
}

#[test]
fn a_dropped_call_has_not_happened_and_one_that_was_reset_has() {
    let org = MockOrg::start_blocking();
    let before = org.records("Account").len();
    org.add_fault(FaultPlan::dropped().on_method("POST").times(1)).unwrap();
    let dropped = create(&org, "dropped");
    assert_eq!((dropped.status, dropped.broken), (0, Some("closed")));
    assert_eq!(org.records("Account").len(), before);
    org.add_fault(FaultPlan::reset().on_method("POST").times(1)).unwrap();
    let reset = create(&org, "reset");
    assert_eq!((reset.status, reset.broken), (0, Some("reset")));
    assert_eq!(org.records("Account").len(), before + 1);
}

#[test]
fn a_truncated_body_promises_more_than_it_gives() {
    let org = MockOrg::start_blocking();
    let whole = get(&org, ACCOUNTS).body;
    for bytes in [0, 1, 40, whole.len() - 1, whole.len(), whole.len() + 100] {
        org.add_fault(FaultPlan::truncated(bytes as u64).times(1)).unwrap();
        let seen = get(&org, ACCOUNTS);
        let expected = bytes.min(whole.len() - 1);
        assert_eq!((seen.status, seen.body.len()), (200, expected), "{bytes}");
        assert!(seen.broken.is_some(), "{bytes}");
        assert_eq!(seen.header("content-length"), Some(&*whole.len().to_string()), "{bytes}");
        assert_eq!(seen.body, whole[..expected], "{bytes}");
    }
    assert_eq!(get(&org, ACCOUNTS).body, whole);
}

#[test]
fn long_bodies_break_off_at_the_byte_too() {
    let org = MockOrg::start_blocking();
    let path = "/services/data/v64.0/sobjects/Account/describe";
    let whole = get(&org, path).body;
    let bytes = whole.len() / 2;
    org.add_fault(FaultPlan::truncated(bytes as u64).times(1)).unwrap();
    let seen = get(&org, path);
    assert_eq!(seen.body, whole[..bytes]);
    assert!(seen.broken.is_some());
}

#[test]
fn slow_bytes_and_latency_take_at_least_their_time_and_change_nothing() {
    let org = MockOrg::start_blocking();
    let whole = get(&org, ACCOUNTS).body;
    let rate = whole.len() as u64 * 4;
    org.add_fault(FaultPlan::slow(rate).times(1)).unwrap();
    let slow = get(&org, ACCOUNTS);
    assert_eq!(slow.body, whole);
    // The first piece, a twentieth of a second's bytes, needs not wait.
    assert!(slow.took >= Duration::from_millis(190), "{:?}", slow.took);
    org.add_fault(FaultPlan::latency(Duration::from_millis(300)).times(1)).unwrap();
    let late = get(&org, ACCOUNTS);
    assert_eq!(late.body, whole);
    assert!(late.took >= Duration::from_millis(300), "{:?}", late.took);
}

#[test]
fn a_call_that_waits_holds_up_nobody_else() {
    let org = MockOrg::start_blocking();
    org.add_fault(FaultPlan::latency(Duration::from_secs(600)).on_endpoint("limits")).unwrap();
    let mut waiting = TcpStream::connect(org.address()).unwrap();
    let authorization = org.session().authorization();
    let request = format!(
        "GET /services/data/v64.0/limits HTTP/1.1\r\nHost: a\r\nAuthorization: {authorization}\r\n\r\n"
    );
    waiting.write_all(request.as_bytes()).unwrap();
    assert_eq!(get(&org, ACCOUNTS).status, 200);
    waiting.set_nonblocking(true).unwrap();
    assert!(waiting.read(&mut [0; 16]).is_err(), "the answer waits");
}

#[test]
fn the_control_surface_is_never_struck() {
    let org = MockOrg::start_blocking();
    org.add_fault(FaultPlan::dropped()).unwrap();
    assert_eq!(get(&org, ACCOUNTS).broken, Some("closed"));
    assert_eq!(send(&org, "DELETE", "/__mockorg/faults", &[], b"").json()["ended"], 1);
    assert_eq!(get(&org, ACCOUNTS).status, 200);
}

#[test]
fn a_page_stands_in_place_of_the_answer_and_nothing_happens() {
    let org = MockOrg::start_blocking();
    let before = org.records("Account").len();
    org.add_fault(FaultPlan::page(502, "<h1>502</h1>").times(1)).unwrap();
    let seen = create(&org, "nowhere");
    assert_eq!((seen.status, &*seen.text()), (502, "<h1>502</h1>"));
    assert_eq!(seen.header("content-type"), Some("text/html;charset=UTF-8"));
    org.add_fault(FaultPlan::page(406, "").times(1)).unwrap();
    let bare = create(&org, "nowhere");
    assert_eq!((bare.status, bare.body.len(), bare.header("content-type")), (406, 0, None));
    assert_eq!(org.records("Account").len(), before);
}
