//! What becomes of exchanges: valid cases that send the same again, without secrets.

use std::{path::Path, time::Duration};

use serde_json::json;

use super::{About, case_file, script};
use crate::{
    answer::{Answer, Exchange},
    case::Case,
    json::Json,
    load::CaseFormat,
    request::Request,
};

fn exchange(request: Request, status: u16, body: &str) -> Exchange {
    let headers = vec![("content-type".to_owned(), "application/json;charset=UTF-8".to_owned())];
    let answer = Answer { status, headers, body: body.into(), curl: "".into() };
    Exchange { label: String::new(), request, answer, elapsed: Duration::ZERO }
}

fn parsed(case: &Json) -> Case {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/case.schema.json");
    CaseFormat::load(&schema).unwrap().parse("written/case", &case.to_string()).unwrap()
}

fn written(exchanges: &[Exchange]) -> Json {
    let case = case_file(exchanges, &About::observed("What a client did").at("http://127.0.0.1:4711"));
    parsed(&case);
    case
}

fn step(case: &Json, at: usize) -> &Json {
    &case.get("steps").unwrap().items().unwrap()[at]
}

fn expected<'c>(case: &'c Json, at: usize, path: &str) -> &'c Json {
    step(case, at).get("expect").unwrap().get("json").unwrap().get(path).unwrap_or_else(|| panic!("{path}"))
}

const ACCOUNT: &str = "/services/data/v62.0/sobjects/Account";
const CREATED: &str = r#"{"id":"001D000000IqhSLIAZ","success":true,"errors":[]}"#;

#[test]
fn ids_addresses_versions_and_hosts_become_names() {
    let case = written(&[
        exchange(Request::post(ACCOUNT).json(json!({"Name": "Acme {x}"})), 201, CREATED),
        exchange(
            Request::get("http://127.0.0.1:4711/services/data/v62.0/query")
                .query("q", "SELECT Id FROM Contact WHERE AccountId = '001D000000IqhSL'"),
            200,
            r#"{"totalSize":300,"done":false,"nextRecordsUrl":"/services/data/v62.0/query/01gD0000002HU6KIAW-2000",
                "records":[{"attributes":{"type":"Contact","url":"/services/data/v62.0/sobjects/Contact/003D000000QOBPXIA5"},
                "Id":"003D000000QOBPXIA5","AccountId":"001D000000IqhSLIAZ","CreatedDate":"2026-01-15T09:00:00.000+0000"}]}"#,
        ),
        exchange(
            Request::get("/services/data/v62.0/query/01gD0000002HU6KIAW-2000"),
            200,
            r#"{"totalSize":300,"done":true,"records":[]}"#,
        ),
    ]);
    let of = |at: usize, key: &str| step(&case, at).get(key).unwrap().to_string();
    assert_eq!(
        of(0, "request"),
        r#"{"method":"POST","path":"/services/data/{version}/sobjects/Account","json":{"Name":"Acme {{x}}"}}"#
    );
    assert_eq!(of(0, "capture"), r#"{"account1":"$.id"}"#);
    assert_eq!(
        of(1, "request"),
        r#"{"method":"GET","path":"/services/data/{version}/query","query":{"q":"SELECT Id FROM Contact WHERE AccountId = '{account1}'"}}"#
    );
    assert_eq!(of(1, "capture"), r#"{"nextRecordsUrl1":"$.nextRecordsUrl"}"#);
    assert_eq!(of(2, "request"), r#"{"method":"GET","path":"{nextRecordsUrl1}"}"#);
    // What stays is expected as it was, what changes by its shape.
    assert_eq!(expected(&case, 1, "$.records[0].AccountId").to_string(), r#""{account1}""#);
    assert_eq!(expected(&case, 1, "$.records[0].Id").to_string(), r#"{"prefix":"003","length":18}"#);
    assert_eq!(
        expected(&case, 1, "$.records[0].attributes.url").to_string(),
        r#"{"matches":"/services/data/{version}/sobjects/Contact/003*"}"#
    );
    assert_eq!(
        expected(&case, 1, "$.records[0].CreatedDate").to_string(),
        r#####"{"matches":"####-##-##T##:##:##*"}"#####
    );
    assert_eq!(expected(&case, 1, "$.totalSize").to_string(), "300");
    assert_eq!(case.get("needs").unwrap().to_string(), r#"{"writes":true}"#);
    assert_eq!(case.get("versions").unwrap().to_string(), "[62]");
    // What was created does not stay behind.
    let cleanup = case.get("cleanup").unwrap().to_string();
    assert!(cleanup.contains(r#""/services/data/{version}/sobjects/Account/{account1}""#), "{cleanup}");
}

#[test]
fn looks_at_work_in_progress_become_one_step_that_waits() {
    let tracker = "/services/data/v62.0/sobjects/RevenueAsyncOperation/95TD00000000001MAA";
    let look =
        |status: &str| exchange(Request::get(tracker), 200, &format!(r#"{{"Status":"{status}","N":1}}"#));
    let case = written(&[look("Pending"), look("InProgress"), look("Completed")]);
    assert_eq!(case.get("steps").unwrap().items().unwrap().len(), 1);
    let repeat = step(&case, 0).get("repeat").unwrap();
    assert_eq!(repeat.get("until").unwrap().to_string(), r#"{"$.Status":"Completed"}"#);
    // Whoever looks once and finds the end has only been lucky.
    let case = written(&[look("Completed")]);
    assert!(step(&case, 0).get("repeat").is_some());
    let case = written(&[look("Pending")]);
    assert!(step(&case, 0).get("repeat").is_none());
}

#[test]
fn no_secret_is_written_down() {
    let login = Request::post("/services/oauth2/token").as_user("anonymous").form([
        ("grant_type", "password"),
        ("username", "someone@example.com"),
        ("password", "S3cretWord"),
        ("client_id", "Kons11"),
        ("client_secret", "Shh99"),
    ]);
    let token = "00Dxx0000001gPL!AQ4AQPzz";
    let soap = Request::post("/services/Soap/u/62.0")
        .as_user("anonymous")
        .text("text/xml", "<Body><urn:login><urn:username>someone@example.com</urn:username><urn:password>S3cretWord</urn:password></urn:login></Body>");
    let exchanges = [
        exchange(
            login,
            200,
            &format!(
                r#"{{"access_token":"{token}","instance_url":"http://127.0.0.1:4711","signature":"c2ln","issued_at":"1768467600000"}}"#
            ),
        ),
        exchange(Request::get(ACCOUNT).header("Authorization", &format!("Bearer {token}")), 200, "{}"),
        exchange(soap, 200, "{}"),
    ];
    let case = written(&exchanges);
    let texts = [case.to_string(), script(&exchanges)];
    for secret in ["S3cretWord", "Kons11", "Shh99", "AQPzz", "c2ln", "someone@"] {
        for text in &texts {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert_eq!(
        case.get("needs").unwrap().to_string(),
        r#"{"variables":["clientId","clientSecret","password","username"]}"#
    );
    assert_eq!(expected(&case, 0, "$.instance_url").to_string(), r#""{baseUrl}""#);
}

#[test]
fn a_refusal_is_expected_word_for_word() {
    let case = written(&[exchange(
        Request::post(ACCOUNT).text("application/json", "{\"Name\":}"),
        400,
        r#"[{"message":"Unexpected character ('}') {here} [line:1, column:9]","errorCode":"JSON_PARSER_ERROR"}]"#,
    )]);
    assert_eq!(expected(&case, 0, "$[0].errorCode").to_string(), r#""JSON_PARSER_ERROR""#);
    assert_eq!(
        expected(&case, 0, "$[0].message").to_string(),
        r#""Unexpected character ('}') {{here}} [line:1, column:9]""#
    );
    assert_eq!(step(&case, 0).get("request").unwrap().get("text").unwrap().as_str(), Some("{\"Name\":}"));
}

#[test]
fn a_script_takes_ids_from_earlier_answers() {
    let script = script(&[
        exchange(Request::post(ACCOUNT).json(json!({"Name": "It's"})), 201, CREATED),
        exchange(Request::delete(format!("{ACCOUNT}/001D000000IqhSLIAZ")), 204, ""),
    ]);
    assert!(script.contains(r#"# ACCOUNT1=…  take $.id of this answer"#), "{script}");
    assert!(script.contains(r#"'/services/data/v62.0/sobjects/Account/'"$ACCOUNT1"''"#), "{script}");
    assert!(script.contains(r#"{"Name":"It'\''s"}"#), "{script}");
}
