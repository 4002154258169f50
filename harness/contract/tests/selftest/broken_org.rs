//! Every check can fail: a stub org is wrong in one place, and the report names that place.

use serde_json::{Value, json};
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::stub::{answer, case, run, says, schemas};
use mockorg_contract::{ApiVersion, Runner, Target, Verdict};

const ID: &str = "001000000000001AAA";

/// Runs one `GET` of a record against one answer and returns the report.
async fn report(answer: ResponseTemplate, expect: Value) -> String {
    let request =
        json!({"method": "GET", "path": format!("/services/data/{{version}}/sobjects/Account/{ID}")});
    let outcome = run(&says(answer).await, &case(&json!([{"request": request, "expect": expect}]))).await;
    outcome.to_string()
}

fn record() -> ResponseTemplate {
    answer(
        200,
        r#"{"attributes":{"type":"Account","url":"/x"},"Id":"001000000000001AAA","Name":"Acme","Size":300.0}"#,
    )
}

#[tokio::test]
async fn a_faithful_answer_matches_every_kind_of_check() {
    let expect = json!({
        "status": [200, 304],
        "headers": {"Content-Type": "application/json;charset=UTF-8", "content-length": {"matches": "##*"}, "Location": "absent"},
        "json": {"$.Id": {"prefix": "001", "length": 18}, "$.Name": "Acme", "$.Size": {"number": "300.0"}, "$.Phone": {"absent": true}},
        "keys": {"$": ["attributes", "Id", "Name", "Size"], "$.attributes": ["type", "url"]},
        "schema": "record"
    });
    assert_eq!(report(record(), expect).await, "self/test at 62.0: match");
}

#[tokio::test]
async fn each_broken_place_is_named() {
    let deviations = [
        (json!({"status": 201}), "step 1, status: expected 201, got 200"),
        (
            json!({"status": 200, "headers": {"Location": "present"}}),
            "header Location: expected any value, got no such header",
        ),
        (
            json!({"status": 200, "headers": {"content-type": "absent"}}),
            "header content-type: expected no such header, got \"application/json",
        ),
        (
            json!({"status": 200, "headers": {"content-type": "application/json"}}),
            "header content-type: expected \"application/json\", got \"application/json;charset=UTF-8\"",
        ),
        (
            json!({"status": 200, "headers": {"content-type": {"matches": "text/*"}}}),
            "expected the shape \"text/*\"",
        ),
        (json!({"status": 200, "json": {"$.Name": "Acne"}}), "$.Name: expected \"Acne\", got \"Acme\""),
        (json!({"status": 200, "json": {"$.Size": 300}}), "$.Size: expected 300, got 300.0"),
        (
            json!({"status": 200, "json": {"$.Phone": null}}),
            "$.Phone: expected null, got nothing: $.Phone is missing",
        ),
        (
            json!({"status": 200, "json": {"$.Name": {"absent": true}}}),
            "$.Name: expected nothing (absent), got \"Acme\"",
        ),
        (
            json!({"status": 200, "keys": {"$": ["attributes", "Name", "Id", "Size"]}}),
            "keys of $: expected [attributes, Name, Id, Size] in this order, got [attributes, Id, Name, Size]: the order differs from key 2 on",
        ),
        (
            json!({"status": 200, "keys": {"$": ["attributes", "Id", "Name", "Phone"]}}),
            "got without Phone and with Size besides",
        ),
        (json!({"status": 200, "keys": {"$.Name": []}}), "keys of $.Name: expected an object, got \"Acme\""),
        (
            json!({"status": 200, "equals": {"Id": ID}}),
            "body: expected {\"Id\":\"001000000000001AAA\"}, got {\"attributes\"",
        ),
        (json!({"status": 200, "text": ""}), "body: expected \"\", got"),
        (json!({"status": 200, "schema": "saved"}), "schema at '': expected what saved.schema.json#/"),
    ];
    for (expect, words) in deviations {
        let report = report(record(), expect).await;
        assert!(report.contains(words), "wanted: {words}\nreport: {report}");
        assert!(report.contains("curl -i -X GET 'http://127.0.0.1:"), "{report}");
    }
}

#[tokio::test]
async fn a_key_that_a_strict_schema_does_not_know_is_a_difference() {
    let server =
        says(answer(201, r#"{"id":"001000000000001AAA","success":true,"errors":[],"created":true}"#)).await;
    let step = json!([{
        "request": {"method": "POST", "path": "/services/data/{version}/sobjects/Account", "json": {"Name": "Acme"}},
        "expect": {"status": 201}
    }]);
    let report = run(&server, &case(&step)).await.to_string();
    assert!(
        report.contains("saved.schema.json#/additionalProperties") && report.contains("created"),
        "{report}"
    );
}

#[tokio::test]
async fn a_rule_in_a_referenced_schema_file_is_named_with_the_place_in_the_answer() {
    let body = r#"{"totalSize":1,"done":true,"records":[{"attributes":{},"Id":"short"}]}"#;
    let step = json!([{"request": {"method": "GET", "path": "/services/data/{version}/query?q=x"}, "expect": {"status": 200}}]);
    let report = run(&says(answer(200, body)).await, &case(&step)).await.to_string();
    assert!(
        report.contains("schema at '/records/0/Id': expected what id.schema.json#/minLength says"),
        "{report}"
    );
}

#[tokio::test]
async fn answers_that_no_row_promises_are_differences() {
    for (path, status, body, words) in [
        (
            "/services/data/{version}/nonsense",
            200,
            "{}",
            "no endpoint row fits GET /services/data/v62.0/nonsense",
        ),
        ("/services/data/v58.0/tracker", 200, "{}", "row 'tracker' does not serve this version"),
        ("/services/data/{version}/query?q=x", 206, "{}", "row 'query' promises no 206 for GET"),
        ("/services/data/{version}/query?q=x", 400, r#"{"message":"x"}"#, "error-array.schema.json#/type"),
        (
            "/services/data/{version}/query?q=x",
            400,
            r#"[{"errorCode":"X"}]"#,
            "\"message\" is a required property",
        ),
        ("/services/data/{version}/query?q=x", 400, r#"[{"message":"x","message":"y"}]"#, "occurs twice"),
        ("/services/data/{version}/nonsense", 404, "[]", "error-array.schema.json#/minItems"),
        ("/services/oauth2/userinfo", 400, "[]", "oauth-error.schema.json#/type"),
        ("/services/oauth2/userinfo", 403, "{}", "where text/plain is promised"),
        ("/services/data/{version}/jobs/query/750/results", 200, "{}", "where csv is promised"),
    ] {
        let step = json!([{"request": {"method": "GET", "path": path}, "expect": {"status": status}}]);
        let report = run(&says(answer(status, body)).await, &case(&step)).await.to_string();
        assert!(report.contains(words), "{path} {status}\nwanted: {words}\nreport: {report}");
    }
}

#[tokio::test]
async fn a_text_answer_where_json_is_promised_is_a_difference() {
    let html = ResponseTemplate::new(200).set_body_raw("<h1>Down</h1>", "text/html");
    let step = json!([{"request": {"method": "GET", "path": "/services/data/{version}/query?q=x"}, "expect": {"status": 200}}]);
    let report = run(&says(html).await, &case(&step)).await.to_string();
    assert!(
        report.contains("content type 'text/html' where JSON by schema 'queried' is promised"),
        "{report}"
    );
}

#[tokio::test]
async fn content_that_is_promised_to_be_no_json_is_left_alone() {
    let csv = ResponseTemplate::new(200).set_body_raw("Id\n001", "text/csv; charset=UTF-8");
    let path = "/services/data/{version}/jobs/query/750/results";
    let step =
        json!([{"request": {"method": "GET", "path": path}, "expect": {"status": 200, "text": "Id\n001"}}]);
    assert_eq!(run(&says(csv).await, &case(&step)).await.verdict, Verdict::Match);
}

#[tokio::test]
async fn a_step_that_reaches_another_row_than_it_names_is_a_difference() {
    let step = json!([{
        "endpoint": "query",
        "request": {"method": "GET", "path": "/services/data/{version}/sobjects/Account/001"},
        "expect": {"status": 200}
    }]);
    let report = run(&says(record()).await, &case(&step)).await.to_string();
    assert!(report.contains("endpoint: expected query, got record"), "{report}");
}

#[tokio::test]
async fn an_org_that_does_not_answer_is_a_difference_with_its_curl_line() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = Target::new(format!("http://{}", listener.local_addr().unwrap())).credential("admin", "x");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            drop(socket);
        }
    });
    let step = json!([{"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}}]);
    let outcome = Runner::new(target, schemas()).unwrap().run(&case(&step), ApiVersion(62)).await;
    let report = outcome.to_string();
    assert!(report.contains("step 1, request: expected an answer, got curl -i -X GET"), "{report}");
}

#[tokio::test]
async fn a_name_that_nobody_captured_is_a_difference_that_lists_the_known_ones() {
    let step = json!([{"request": {"method": "GET", "path": "/services/data/{version}/query/{next}"}, "expect": {"status": 200}}]);
    let report = run(&says(record()).await, &case(&step)).await.to_string();
    assert!(
        report.contains("'{next}'") && report.contains("known: apiVersion, baseUrl, mark, token, version"),
        "{report}"
    );
}
