//! Clients that would use a server up: slow, large or many; and those that only seem so.

use std::{sync::Arc, time::Duration};

use mockorg_gateway::ServerLimits;
use serde_json::json;

use crate::server::{Server, TOKEN, starter};

const V: &str = "/services/data/v62.0";
const SHORT: Duration = Duration::from_millis(100);

fn server(limits: ServerLimits) -> Server {
    Server::start_with(limits, Arc::new(starter), None)
}

#[test]
fn a_head_that_does_not_end_costs_its_connection() {
    let server = server(ServerLimits { head_time: SHORT, ..ServerLimits::default() });
    let mut connection = server.connect();
    connection.send(b"GET /services/data HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    assert!(connection.is_closed());
}

#[test]
fn a_head_that_does_not_end_is_noticed_on_a_connection_in_use_too() {
    let server = server(ServerLimits { head_time: SHORT, ..ServerLimits::default() });
    let mut connection = server.connect();
    connection.send(b"GET /services/data HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(connection.receive("GET").status, 200);
    connection.send(b"GET /services");
    assert!(connection.is_closed());
}

#[test]
fn a_connection_without_requests_is_closed_after_a_while() {
    let server = server(ServerLimits { idle_time: SHORT, ..ServerLimits::default() });
    assert!(server.connect().is_closed());
    let mut connection = server.connect();
    connection.send(b"GET /services/data HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(connection.receive("GET").status, 200);
    assert!(connection.is_closed());
}

#[test]
fn a_body_that_does_not_come_is_answered_with_408() {
    let stalls = ServerLimits { stall_time: SHORT, ..ServerLimits::default() };
    let lasts = ServerLimits { request_time: SHORT, ..ServerLimits::default() };
    for limits in [stalls, lasts] {
        let server = server(limits);
        let mut connection = server.connect();
        connection.send(
            format!("POST {V}/sobjects/Widget__c HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 100\r\n\r\n{{")
                .as_bytes(),
        );
        let answer = connection.receive("POST");
        assert_eq!(
            (answer.status, answer.text()),
            (408, "<h1>Bad Message 408</h1><pre>reason: Request Timeout</pre>")
        );
        assert!(connection.is_closed());
    }
}

#[test]
fn a_client_that_does_not_read_its_answers_loses_its_connection() {
    let server =
        server(ServerLimits { stall_time: SHORT, slowest_rate: u32::MAX, ..ServerLimits::default() });
    let path = format!("{V}/sobjects/Account/describe");
    let one = server.get(&path).body.len() as u64;
    let call = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
    // More than fits between the two ends.
    let calls = 64 * 1024 * 1024 / one;
    let mut connection = server.connect();
    for _ in 0..calls {
        if !connection.try_send(call.as_bytes()) {
            break;
        }
    }
    // Others are served meanwhile, and this one hears no end of its answers.
    assert_eq!(server.get(&path).status, 200);
    while connection.try_send(call.as_bytes()) {}
    assert!(connection.rest() < calls * one);
}

#[test]
fn a_held_poll_outlasts_every_limit_of_time() {
    let limits =
        ServerLimits { head_time: SHORT, idle_time: SHORT, stall_time: SHORT, ..ServerLimits::default() };
    let server = server(limits);
    let mut connection = server.connect();
    let mut call = |body: serde_json::Value| {
        let body = body.to_string();
        let head = format!(
            "POST /cometd/62.0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.send(head.as_bytes());
        connection.receive("POST").json()
    };
    let shaken = call(
        json!([{"channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"]}]),
    );
    let id = shaken[0]["clientId"].as_str().unwrap().to_owned();
    let connect = |timeout: u32| json!([{"channel": "/meta/connect", "clientId": id, "connectionType": "long-polling", "advice": {"timeout": timeout}}]);
    call(connect(0));
    let polled = call(connect(500));
    assert_eq!(polled[0]["successful"], true, "{polled}");
}

#[test]
fn more_values_than_a_server_can_hold_are_refused_by_name() {
    let server = Server::start();
    let body = format!("{{\"compositeRequest\":[{}1]}}", "1,".repeat(2_000_000));
    let answer = server.send("POST", &format!("{V}/composite"), &body);
    assert_eq!((answer.status, answer.json()[0]["errorCode"].as_str()), (400, Some("JSON_PARSER_ERROR")));
    assert!(answer.text().contains("more than 2000000 values"), "{}", answer.text());
}
