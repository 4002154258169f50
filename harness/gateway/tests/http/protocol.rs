//! HTTP as clients really use it.

use std::io::{Read, Write};

use crate::server::{Server, TOKEN};

const V: &str = "/services/data/v62.0";

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Server::start();
    let mut connection = server.connect();
    let one = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: OAuth {TOKEN}\r\n\r\n");
    connection.send((one("/services/data") + &one(&format!("{V}/limits")) + &one("/nowhere")).as_bytes());
    assert_eq!(connection.receive("GET").json()[0]["version"], "31.0");
    assert!(connection.receive("GET").json()["DailyApiRequests"].is_object());
    assert_eq!(connection.receive("GET").status, 404);
}

#[test]
fn a_chunked_body_is_read_whole() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send(
        format!(
            "POST {V}/sobjects/Widget__c HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        .as_bytes(),
    );
    for chunk in ["{\"Na", "me\":\"in pie", "ces\"}"] {
        connection.send(format!("{:x}\r\n{chunk}\r\n", chunk.len()).as_bytes());
    }
    connection.send(b"0\r\n\r\n");
    let id = connection.receive("POST").json()["id"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&format!("{V}/sobjects/Widget__c/{id}")).json()["Name"], "in pieces");
}

#[test]
fn a_client_that_has_sent_everything_may_close_its_end() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send(b"GET /services/data HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.end();
    assert_eq!(connection.receive("GET").status, 200);
    assert!(connection.is_closed());
}

#[test]
fn a_client_that_sends_more_than_is_read_still_gets_its_answer() {
    let server = Server::start();
    let chunk = format!("3e8\r\n{}\r\n", "x".repeat(1000));
    let too_long = format!(
        "POST /cometd/62.0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        chunk.repeat(40)
    );
    let no_length = "POST /services/data HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n{}".to_owned();
    for (request, status) in [(too_long, 413), (no_length, 400)] {
        let mut connection = server.connect();
        connection.send(request.as_bytes());
        assert_eq!(connection.receive("POST").status, status);
    }
}

#[test]
fn doubled_and_final_slashes_and_suffixes_do_not_matter() {
    let server = Server::start();
    for path in ["/services/data/", "//services//data", "/services/data.json"] {
        assert_eq!(server.anonymous("GET", path, "", b"").status, 200, "{path}");
    }
    for path in [
        "/services/data/v62.0//limits/",
        "/services/data//v62.0/sobjects/widget__C/",
        "/services/data/v62.0/limits.json",
    ] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    let refused = server.get("/services/data/v62.0/limits.xml");
    assert_eq!(refused.status, 406);
    assert_eq!(refused.json()[0]["errorCode"], "MOCKORG_NOT_MODELLED");
}

#[test]
fn head_is_get_without_the_body() {
    let server = Server::start();
    let mut connection = server.connect();
    let path = format!("{V}/sobjects/Widget__c/describe");
    let request = |method: &str| {
        format!("{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n")
    };
    connection.send(request("HEAD").as_bytes());
    let head = connection.receive("HEAD");
    connection.send(request("GET").as_bytes());
    let get = connection.receive("GET");
    assert_eq!((head.status, head.header("content-length")), (200, get.header("content-length")));
    assert_eq!(head.header("etag"), get.header("etag"));
}

#[test]
fn bodies_travel_compressed_both_ways() {
    let server = Server::start();
    let notes = "all work and no play ".repeat(500);
    let body = format!("{{\"Name\":\"packed\",\"Notes__c\":\"{notes}\"}}");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(body.as_bytes()).unwrap();
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    let created =
        server.request("POST", &format!("{V}/sobjects/Widget__c"), headers, &packed.finish().unwrap());
    assert_eq!(created.status, 201, "{}", created.text());
    let path = format!("{V}/sobjects/Widget__c/{}", created.json()["id"].as_str().unwrap());
    let answer = server.request("GET", &path, "Accept-Encoding: gzip, deflate\r\n", b"");
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert!(answer.body.len() < notes.len() / 4);
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*answer.body).read_to_string(&mut text).unwrap();
    assert!(text.contains(notes.trim_end()));
    let broken = server.request("POST", &format!("{V}/sobjects/Widget__c"), headers, body.as_bytes());
    assert_eq!(broken.status, 400);
}

#[test]
fn addresses_and_headers_have_the_platforms_limit() {
    let server = Server::start();
    let long = "x".repeat(17_000);
    let address = server.get(&format!("{V}/query?q={long}"));
    assert_eq!(
        (address.status, address.text()),
        (414, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>")
    );
    let headers = server.request("GET", &format!("{V}/limits"), &format!("X-Long: {long}\r\n"), b"");
    assert_eq!(headers.status, 431);
}

#[test]
fn a_post_may_stand_for_another_method() {
    let server = Server::start();
    let id = server.create("Widget__c", r#"{"Name":"before"}"#);
    let path = format!("{V}/sobjects/Widget__c/{id}");
    assert_eq!(server.send("POST", &format!("{path}?_HttpMethod=PATCH"), r#"{"Name":"after"}"#).status, 204);
    assert_eq!(server.get(&path).json()["Name"], "after");
    assert_eq!(server.request("POST", &path, "X-HTTP-Method-Override: DELETE\r\n", b"").status, 204);
    assert_eq!(server.get(&path).status, 404);
}

#[test]
fn a_stop_lets_requests_under_way_end() {
    let mut server = Server::start();
    let mut connection = server.connect();
    let body = r#"{"Name":"late"}"#;
    let head = format!(
        "POST {V}/sobjects/Widget__c HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    connection.send(head.as_bytes());
    // The interim answer shows that the request has begun.
    assert_eq!(connection.receive("HEAD").status, 100);
    server.begin_stop();
    connection.send(body.as_bytes());
    assert_eq!(connection.receive("POST").status, 201);
    assert!(connection.is_closed());
    server.stop();
}

#[test]
fn a_panic_inside_the_org_does_not_end_the_service() {
    let server = Server::start();
    let gateway = std::sync::Arc::clone(&server.gateway);
    let broken = std::thread::spawn(move || gateway.with_org(|_, _| panic!("on purpose")));
    assert!(broken.join().is_err());
    assert_eq!(server.get(&format!("{V}/limits")).status, 200);
}
