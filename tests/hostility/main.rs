//! Load and hostility in small: `cargo bench --bench load` does the same for longer, and measures.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../harness/mockorg/benches/load/chance.rs"]
mod chance;
#[path = "../../harness/mockorg/benches/load/client.rs"]
mod client;
#[path = "../../harness/mockorg/benches/load/connections.rs"]
mod connections;
#[path = "../../harness/mockorg/benches/load/frames.rs"]
mod frames;
#[path = "../../harness/mockorg/benches/load/hostile.rs"]
mod hostile;
#[path = "../../harness/mockorg/benches/load/mixed.rs"]
mod mixed;
#[path = "../../harness/mockorg/benches/load/templates.rs"]
mod templates;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use mockorg::{Clock, MockOrg, ServerLimits};

/// An org, and the panics that it caught.
fn org() -> (MockOrg, Arc<Mutex<Vec<String>>>) {
    let builder = MockOrg::builder().clock(Clock::SYSTEM);
    #[cfg(feature = "tls")]
    let builder = builder.tls();
    let org = builder.start_blocking().unwrap();
    let panics = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&panics);
    org.on_panic(move |panic| told.lock().unwrap().push(panic.to_string()));
    (org, panics)
}

fn tls(org: &MockOrg) -> Option<std::net::SocketAddr> {
    #[cfg(feature = "tls")]
    return org.tls_url()?.strip_prefix("https://")?.parse().ok();
    #[cfg(not(feature = "tls"))]
    {
        let _ = org;
        None
    }
}

#[test]
fn bytes_that_no_client_should_send_neither_break_nor_stop_the_org() {
    let (org, panics) = org();
    let token = org.session().access_token.clone();
    let ports = hostile::Ports { plain: org.address(), tls: tls(&org), token };
    let outcome = hostile::run(&ports, 7, 40);
    assert_eq!(outcome.hung, [""; 0]);
    assert!(outcome.attacks > 300 && hostile::serves(&ports));
    assert_eq!(*panics.lock().unwrap(), [""; 0]);
}

#[test]
fn no_reader_of_a_record_sees_half_of_a_write() {
    let (org, panics) = org();
    let account = org.records("Account")[0].id();
    let seen = mixed::run(org.address(), &org.session().access_token, &account, Duration::from_secs(2));
    assert_eq!(seen.torn, [""; 0]);
    assert!(seen.reads > 50 && seen.writes > 20 && seen.elapsed >= Duration::from_secs(2), "{seen:?}");
    assert_eq!(*panics.lock().unwrap(), [""; 0]);
}

#[test]
fn hundreds_of_connections_are_open_and_all_are_answered() {
    let (org, _) = org();
    let mut idle = false;
    let crowd = connections::run(org.address(), &org.session().access_token, 300, || idle = true);
    assert!(idle && crowd.failures == 0, "{crowd:?}");
    assert!(
        crowd.opening < Duration::from_secs(60) && crowd.answering < Duration::from_secs(60),
        "{crowd:?}"
    );
}

#[test]
fn whoever_comes_too_late_is_told_that_there_is_no_room() {
    let limits = ServerLimits { connections: 2, ..ServerLimits::default() };
    let org = MockOrg::builder().limits(limits).start_blocking().unwrap();
    let call = client::request("GET", "/services/data", "", "");
    let mut inside: Vec<_> = (0..2).map(|_| client::Client::open(org.address()).unwrap()).collect();
    for client in &mut inside {
        assert_eq!(client.call(&call).unwrap().status, 200);
    }
    let refused = client::Client::open(org.address()).unwrap().call(&call).unwrap();
    assert_eq!(refused.status, 503);
    assert!(String::from_utf8(refused.body).unwrap().contains("Too many open connections"));
    drop(inside.pop());
    // The org hears of it when it gets round to it.
    let mut later = (0..10_000).filter_map(|_| client::Client::open(org.address()).ok()?.call(&call).ok());
    assert!(later.any(|answer| answer.status == 200));
}
