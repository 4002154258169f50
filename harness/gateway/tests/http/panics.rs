//! Mistakes of the server: clients get an answer of their API with a number, and the program gets the place.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use hyper::{Request, body::Incoming};
use mockorg_gateway::{GrpcFuture, GrpcService, ServerLimits};

use crate::server::{Server, starter};

/// A service that makes a mistake with every call.
struct Broken;

impl GrpcService for Broken {
    fn call(&self, request: Request<Incoming>) -> GrpcFuture {
        Box::pin(async move { panic!("no {}", request.uri().path()) })
    }
}

/// An org whose beginning fails the second time, and what was told of panics.
fn broken() -> (Server, Arc<Mutex<Vec<String>>>) {
    let begun = AtomicBool::new(false);
    let make = Arc::new(move |now| {
        assert!(!begun.swap(true, Ordering::Relaxed), "the beginning is broken");
        starter(now)
    });
    let server = Server::start_with(ServerLimits::default(), make, Some(Arc::new(Broken)));
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    server.gateway.on_panic(move |panic| {
        listener.lock().unwrap().push(format!("{} | {} | {}", panic.during, panic.error_id, panic.message));
    });
    (server, told)
}

#[test]
fn a_panic_in_a_call_is_answered_with_a_number_that_is_told_with_it() {
    let (server, told) = broken();
    let answer = server.send("POST", "/__mockorg/reset", r#"{"clock":"2026-05-01T00:00:00Z"}"#);
    assert_eq!(answer.status, 500, "{}", answer.text());
    let error = answer.json()["error"].as_str().unwrap().to_owned();
    let id = error
        .strip_prefix("An unexpected error occurred. Please include this ErrorId if you contact support: ");
    let expected = format!("POST /__mockorg/reset | {} | the beginning is broken", id.unwrap());
    assert_eq!(*told.lock().unwrap(), [expected]);
    assert_eq!(server.get("/services/data/v62.0/limits").status, 200);
}

#[test]
fn a_panic_in_a_call_of_grpc_is_the_status_internal() {
    let (server, told) = broken();
    let headers = "Content-Type: application/grpc\r\n";
    let answer = server.anonymous("POST", "/eventbus.v1.PubSub/GetTopic", headers, b"");
    assert_eq!((answer.status, answer.header("grpc-status")), (200, Some("13")));
    assert_eq!(answer.header("content-type"), Some("application/grpc"));
    assert!(answer.header("grpc-message").unwrap().contains("ErrorId"));
    assert!(told.lock().unwrap()[0].ends_with("| no /eventbus.v1.PubSub/GetTopic"));
    assert_eq!(server.get("/services/data/v62.0/limits").status, 200);
}
