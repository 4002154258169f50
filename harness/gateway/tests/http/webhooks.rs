//! Webhooks by the control surface: added, listed, resumed, ended; and the bytes that an endpoint gets.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::server::{Response, Server};

const EVENT: &str = "AssetRenewInitiatedEvent";

fn control(server: &Server, method: &str, path: &str, body: &Value) -> Response {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    server.anonymous(method, &format!("/__mockorg/{path}"), "", body.as_bytes())
}

fn publish(server: &Server, request: &str) {
    let body = json!({"event": EVENT, "payload": {"RequestIdentifier": request}});
    let answer = control(server, "POST", "events", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn settle(server: &Server) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(server.gateway.webhooks_settled());
}

fn webhooks(server: &Server) -> Vec<Value> {
    control(server, "GET", "webhooks", &Value::Null).json()["webhooks"].as_array().unwrap().clone()
}

/// An endpoint, and a webhook that posts to it.
fn endpoint(server: &Server, name: &str) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    let body = json!({"name": name, "url": url, "channel": EVENT, "secret": "sesame"});
    let added = control(server, "POST", "webhooks", &body);
    assert_eq!((added.status, &added.json()["status"]), (201, &json!("Running")), "{}", added.text());
    listener
}

/// Reads a request; gives its head and body.
fn receive(reader: &mut BufReader<TcpStream>) -> (String, Vec<u8>) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the connection ended: {head}");
    }
    let head = head.to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, body)
}

fn accept(listener: &TcpListener) -> BufReader<TcpStream> {
    let (stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    BufReader::new(stream)
}

fn answer(reader: &mut BufReader<TcpStream>, status: u16) {
    write!(reader.get_mut(), "HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n").unwrap();
}

#[test]
fn a_signature_is_the_hmac_of_the_body_and_the_connection_is_kept() {
    let server = Server::start();
    let listener = endpoint(&server, "shop");
    publish(&server, "1");
    publish(&server, "2");
    let mut connection = accept(&listener);
    for request in ["1", "2"] {
        let (head, body) = receive(&mut connection);
        assert!(head.starts_with("post /in http/1.1\r\n"), "{head}");
        let mut mac = Hmac::<Sha256>::new_from_slice(b"sesame").unwrap();
        mac.update(&body);
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(head.contains(&format!("x-mockorg-signature: sha256={hex}\r\n")), "{head}");
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["data"]["payload"]["RequestIdentifier"], request);
        answer(&mut connection, 200);
    }
}

#[test]
fn an_endpoint_that_closes_its_connection_after_an_answer_has_not_failed() {
    let server = Server::start();
    let listener = endpoint(&server, "shop");
    for request in ["1", "2", "3"] {
        publish(&server, request);
        let mut connection = accept(&listener);
        let (_, body) = receive(&mut connection);
        assert!(String::from_utf8(body).unwrap().contains(&format!("\"RequestIdentifier\":\"{request}\"")));
        answer(&mut connection, 200);
        drop(connection);
        settle(&server);
    }
    let state = &webhooks(&server)[0];
    assert_eq!((&state["retries"], &state["lastError"]), (&json!(0), &Value::Null), "{state}");
}

#[test]
fn a_list_tells_how_webhooks_stand_and_a_suspended_one_is_resumed_by_name() {
    let server = Server::start();
    let listener = endpoint(&server, "shop");
    publish(&server, "1");
    let mut connection = accept(&listener);
    receive(&mut connection);
    answer(&mut connection, 500);
    settle(&server);
    let state = &webhooks(&server)[0];
    assert_eq!(state["name"], "shop");
    assert_eq!(
        (&state["retries"], &state["lastError"]),
        (&json!(1), &json!("the endpoint answered 500 Internal Server Error"))
    );
    assert_eq!(state["nextAttempt"], "2026-03-02T09:00:01.000+0000");
    let order = json!({"resume": "shop"});
    assert_eq!(control(&server, "POST", "subscribers", &order).json()["resumed"], "shop");
    receive(&mut connection);
    answer(&mut connection, 200);
    settle(&server);
    let state = &webhooks(&server)[0];
    let events = control(&server, "GET", "events", &Value::Null).json();
    let last = events["events"].as_array().unwrap().last().unwrap()["replayId"].clone();
    assert_eq!(
        (&state["retries"], &state["position"], &state["nextAttempt"]),
        (&json!(0), &last, &Value::Null)
    );
}

#[test]
fn webhooks_of_the_control_surface_end_by_order_and_with_a_reset() {
    let server = Server::start();
    let listener = endpoint(&server, "shop / 1");
    let _other = endpoint(&server, "other");
    let again = json!({"name": "other", "url": "http://localhost/", "channel": EVENT});
    let refused = control(&server, "POST", "webhooks", &again);
    assert_eq!(
        (refused.status, refused.json()["error"].as_str()),
        (400, Some("there is a subscriber other already"))
    );
    publish(&server, "1");
    // The attempt that waits for its answer ends as well.
    let mut connection = accept(&listener);
    receive(&mut connection);
    assert_eq!(control(&server, "DELETE", "webhooks/shop%20%2F%201", &Value::Null).json()["ended"], 1);
    assert_eq!(connection.read(&mut [0]).unwrap(), 0, "the connection is closed");
    assert_eq!(control(&server, "DELETE", "webhooks/nobody", &Value::Null).status, 400);
    assert_eq!(webhooks(&server).len(), 1);
    control(&server, "POST", "reset", &Value::Null);
    assert!(webhooks(&server).is_empty());
    let _third = endpoint(&server, "other");
    assert_eq!(control(&server, "DELETE", "webhooks", &Value::Null).json()["ended"], 1);
    assert!(webhooks(&server).is_empty());
}

#[test]
fn a_stop_of_the_server_does_not_wait_for_an_endpoint() {
    let mut server = Server::start();
    let listener = endpoint(&server, "shop");
    publish(&server, "1");
    let mut connection = accept(&listener);
    receive(&mut connection);
    server.stop();
    assert_eq!(connection.read(&mut [0]).unwrap(), 0, "the connection is closed");
}
