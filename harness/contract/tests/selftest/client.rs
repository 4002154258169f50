//! The validating client on its own, as integration tests use it.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use wiremock::ResponseTemplate;

use crate::stub::{answer, says, schemas, target};
use mockorg_contract::{Client, ClientError, Request};

#[tokio::test]
async fn a_valid_answer_is_handed_over_with_its_exact_bytes() {
    let server = says(answer(200, "{\"totalSize\":0 ,\"done\":true,\"records\":[]}")).await;
    let client = Client::new(target(&server), schemas()).unwrap();
    let request =
        Request::get("/services/data/v62.0/query").query("q", "SELECT Id FROM Account WHERE Name = 'a&b'");
    let answer = client.send(&request).await.unwrap();
    assert_eq!(answer.body, b"{\"totalSize\":0 ,\"done\":true,\"records\":[]}");
    assert_eq!(answer.json().unwrap().keys(), Some(vec!["totalSize", "done", "records"]));
    let received = server.received_requests().await.unwrap();
    let (_, query) = received[0].url.query_pairs().next().unwrap();
    assert_eq!(query, "SELECT Id FROM Account WHERE Name = 'a&b'");
    assert_eq!(received[0].headers["authorization"], "Bearer 00Dadmin!token");
}

#[tokio::test]
async fn a_broken_promise_is_an_error_that_shows_curl_line_and_answer_but_no_token() {
    let server = says(answer(201, r#"{"id":"1","success":true,"access_token":"secret"}"#)).await;
    let client = Client::new(target(&server), schemas()).unwrap();
    let body = serde_json::json!({"Name": "it's 00Dadmin!token"});
    let error = client.post("/services/data/v62.0/sobjects/Account", body).await.unwrap_err();
    let text = error.to_string();
    for words in [
        "id.schema.json#/minLength",
        "\"errors\" is a required property",
        "curl -i -X POST 'http://127.0.0.1:",
        "-H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json'",
        r#"--data-binary '{"Name":"it'\''s $TOKEN"}'"#,
        "HTTP 201",
        r#""access_token":"$TOKEN""#,
    ] {
        assert!(text.contains(words), "wanted: {words}\n{text}");
    }
    assert!(!text.contains("00Dadmin") && !text.contains("secret"), "{text}");
}

#[tokio::test]
async fn passwords_in_forms_are_not_printed() {
    let server = says(answer(400, "[]")).await;
    let client = Client::new(target(&server), schemas()).unwrap();
    let form = [("grant_type", "password"), ("password", "hush"), ("client_secret", "hush2")];
    let request = Request::post("/services/oauth2/token").form(form).as_user("anonymous");
    let text = client.send(&request).await.unwrap_err().to_string();
    assert!(text.contains("grant_type=password&password=$SECRET&client_secret=$SECRET"), "{text}");
    assert!(!text.contains("hush") && !text.contains("Authorization"), "{text}");
}

#[tokio::test]
async fn an_error_status_with_a_proper_error_list_is_an_answer() {
    let body = r#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#;
    let server = says(answer(404, body)).await;
    let client = Client::new(target(&server), schemas()).unwrap();
    assert_eq!(client.get("/services/data/v62.0/nonsense").await.unwrap().status, 404);
    assert_eq!(client.delete("/services/data/v62.0/sobjects/Account/1").await.unwrap().status, 404);
}

#[tokio::test]
async fn bodies_are_compressed_and_decompressed_when_headers_say_so() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(br#"{"id":"001000000000001AAA","success":true,"errors":[]}"#).unwrap();
    let zipped = ResponseTemplate::new(201)
        .set_body_raw(encoder.finish().unwrap(), "application/json;charset=UTF-8")
        .insert_header("Content-Encoding", "gzip");
    let server = says(zipped).await;
    let client = Client::new(target(&server), schemas()).unwrap();
    let request = Request::post("/services/data/v62.0/sobjects/Account")
        .header("Content-Encoding", "gzip")
        .json(serde_json::json!({"Name": "Acme"}));
    let answer = client.send(&request).await.unwrap();
    assert!(answer.text().starts_with("{\"id\""));
    let sent = server.received_requests().await.unwrap();
    assert_eq!(sent[0].body[..2], [0x1f, 0x8b], "the request body is gzip");
}

#[tokio::test]
async fn a_head_request_borrows_the_row_of_get_and_needs_no_body() {
    let server = says(ResponseTemplate::new(200)).await;
    let client = Client::new(target(&server), schemas()).unwrap();
    assert_eq!(client.head("/services/data").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_token_is_never_sent_to_another_host() {
    let server = says(answer(200, "{}")).await;
    let client = Client::new(target(&server), schemas()).unwrap();
    for elsewhere in
        ["http://example.com/x".to_owned(), format!("{}.example.com/", server.uri()), "x".to_owned()]
    {
        let error = client.get(&elsewhere).await.unwrap_err();
        assert!(matches!(error, ClientError::Elsewhere { .. }), "{elsewhere}: {error}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
    assert!(matches!(
        client.send(&Request::get("/services/data").as_user("nobody")).await,
        Err(ClientError::NoCredential { .. })
    ));
}
