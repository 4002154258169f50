//! Simulated jobs and injected failures over the control surface.

use serde_json::Value;

use crate::server::{Response, Server};

fn control(server: &Server, method: &str, path: &str, body: &str) -> Response {
    server.anonymous(method, &format!("/__mockorg/{path}"), "", body.as_bytes())
}

#[test]
fn a_place_quote_job_is_followed_at_its_addresses_until_its_event() {
    let server = Server::start();
    let made = control(
        &server,
        "POST",
        "jobs",
        r#"{"jobType":"PlaceQuote","totalItems":2,"failedItems":1,"delayToStart":"PT1S","delayToFinish":1,
            "errors":[{"code":"INVALID_API_INPUT","message":"Include record type."}],
            "event":{"fields":{"Status":"SaveFailedOrIncomplete"}}}"#,
    );
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!(made["status"], "Submitted");
    assert_eq!(made["requestIdentifier"], made["RevenueAsyncOperation"]["id"]);
    let rows = ["RevenueAsyncOperation", "AsyncOperationTracker"];
    let statuses = || {
        rows.map(|object| server.get(made[object]["statusURL"].as_str().unwrap()).json()["Status"].clone())
    };
    for expected in ["Submitted", "InProgress", "CompletedWithFailures"] {
        assert_eq!(statuses(), [expected, expected]);
        control(&server, "POST", "clock", r#"{"advance":1}"#);
    }
    let events = control(&server, "GET", "events?channel=QuoteSaveEvent", "").json();
    let payload = &events["events"][0]["payload"];
    assert_eq!(payload["RequestIdentifier"], made["requestIdentifier"]);
    assert_eq!(payload["HasErrors"], true);
    assert_eq!(payload["Status"], "SaveFailedOrIncomplete");
    assert_eq!(payload["QuoteId"], Value::Null);
    let query =
        "/services/data/v66.0/query?q=SELECT+ErrorCode,RequestIdentifier+FROM+RevenueTransactionErrorLog";
    let log = server.get(query).json();
    assert_eq!(log["records"][0]["ErrorCode"], "INVALID_API_INPUT");
    assert_eq!(log["records"][0]["RequestIdentifier"], made["requestIdentifier"]);
}

#[test]
fn a_held_job_is_stepped_by_any_of_its_names() {
    let server = Server::start();
    let made = control(&server, "POST", "jobs", r#"{"jobType":"TransactionLineBom","hold":true}"#).json();
    let id = made["requestIdentifier"].as_str().unwrap();
    control(&server, "POST", "clock", r#"{"advance":"P1D"}"#);
    let listed = control(&server, "GET", "jobs", "").json();
    let own = listed["jobs"].as_array().unwrap().iter().find(|job| job["requestIdentifier"] == id).unwrap();
    assert_eq!(
        (&own["status"], &own["held"], &own["simulated"]),
        (&"Submitted".into(), &true.into(), &true.into())
    );

    let wrong = control(&server, "POST", &format!("jobs/{id}"), r#"{"status":"Completed"}"#);
    assert_eq!(wrong.status, 400);
    assert_eq!(
        wrong.text(),
        r#"{"error":"a job cannot go from Submitted to `Completed`","hint":"from Submitted it goes to InProgress only"}"#
    );
    let tracker = made["AsyncOperationTracker"]["id"].as_str().unwrap();
    let running = control(&server, "POST", &format!("jobs/{tracker}"), r#"{"status":"InProgress"}"#);
    assert_eq!((running.status, &running.json()["status"]), (200, &"InProgress".into()));
    let body = r#"{"status":"CompletedWithFailures","totalItems":3,"failedItems":1}"#;
    let ended = control(&server, "POST", &format!("jobs/{id}"), body).json();
    assert_eq!((&ended["successfulItems"], &ended["held"]), (&2.into(), &false.into()));
}

#[test]
fn refusals_say_where_and_what_to_do() {
    let server = Server::start();
    for (path, body, error, hint) in [
        ("jobs", r#"{"jobType":"PlaceQoute"}"#, "`PlaceQoute` is no job type", "PlaceQuote"),
        (
            "jobs",
            r#"{"jobtype":"PlaceQuote"}"#,
            "there is no member `jobtype` [line:1, column:12]",
            "jobType",
        ),
        ("jobs", "", "`jobType` is missing", "totalItems"),
        ("jobs", "{", "Unexpected end-of-input", "send one JSON object"),
        ("jobs/x", r#"{"status":"InProgress"}"#, "there is no job `x`", "tracker"),
        ("failures", r#"{"code":"NO","message":"x"}"#, "`NO` is no error code", "INVALID_INPUT"),
        ("failures", r#"{"code":"INVALID_INPUT"}"#, "`message` is missing", "recordId"),
    ] {
        let answer = control(&server, "POST", path, body);
        assert_eq!(answer.status, 400, "{body}");
        let answer = answer.json();
        assert!(answer["error"].as_str().unwrap().contains(error), "{answer}");
        assert!(answer["hint"].as_str().unwrap().contains(hint), "{answer}");
    }
}

#[test]
fn injected_failures_are_listed_struck_and_cleared_and_gone_after_a_reset() {
    let server = Server::start();
    let fault =
        r#"{"jobType":"PearRenewAssets","code":"UNKNOWN_EXCEPTION","message":"The service is down."}"#;
    let injected = control(&server, "POST", "failures", fault);
    assert_eq!(injected.status, 201, "{}", injected.text());
    let query = "/services/data/v62.0/query?q=SELECT+Id+FROM+Asset+WHERE+RenewalTerm+%3E+0+LIMIT+1";
    let asset = server.get(query).json()["records"][0]["Id"].as_str().unwrap().to_owned();
    let path = "/services/data/v58.0/asset-management/assets/collection/actions/initiate-renewal";
    let accepted =
        server.send("POST", path, &format!(r#"{{"assetIds":{{"assetIdArray":["{asset}"]}}}}"#)).json();
    control(&server, "POST", "clock", r#"{"advance":60}"#);
    assert_eq!(server.get(accepted["statusURL"].as_str().unwrap()).json()["Status"], "Failure");
    let listed = control(&server, "GET", "failures", "").json();
    assert_eq!((&listed["failures"][0]["struck"], &listed["failures"][0]["left"]), (&1.into(), &0.into()));
    assert_eq!(control(&server, "DELETE", "failures", "").text(), r#"{"cleared":1}"#);
    control(&server, "POST", "failures", fault);
    control(&server, "POST", "jobs", r#"{"jobType":"PlaceQuote","hold":true}"#);
    control(&server, "POST", "reset", "");
    assert_eq!(control(&server, "GET", "failures", "").text(), r#"{"failures":[]}"#);
    assert!(!control(&server, "GET", "jobs", "").text().contains("PlaceQuote"));
}

#[test]
fn apis_whose_jobs_can_be_simulated_are_refused_by_name_and_counted() {
    let server = Server::start();
    for (path, name) in [
        ("commerce/quotes/actions/place", "Place Quote; POST /__mockorg/jobs simulates"),
        ("commerce/sales-orders/actions/place", "Place Order; POST /__mockorg/jobs simulates"),
        ("connect/rev/sales-transaction/actions/place", "Place Sales Transaction; POST"),
        ("commerce/invoicing/invoices/collection/actions/post", "posting of invoices; POST"),
        ("commerce/invoicing/invoices/collection/actions/generate", "the invoicing resources"),
        ("commerce/webstores", "the commerce resources"),
    ] {
        let answer = server.send("POST", &format!("/services/data/v64.0/{path}"), "{}");
        assert_eq!(answer.status, 501, "{path}");
        assert_eq!(answer.json()[0]["errorCode"], "MOCKORG_NOT_MODELLED");
        let message = answer.json()[0]["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with(&format!("mockorg does not model {name}")), "{message}");
        let coverage = control(&server, "GET", "coverage", "").json();
        let counted = coverage["notModelled"].as_array().unwrap();
        assert!(counted.iter().any(|row| row["what"].as_str().unwrap().starts_with(name)), "{coverage}");
    }
}
