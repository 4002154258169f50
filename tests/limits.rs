//! Limits that are chosen for an org: shown, counted, and refused when they are reached.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::time::Duration;

use mockorg::{MockOrg, Settings};
use serde_json::{Value as Json, json};
use tokio::runtime;

use crate::support::validated::Validating as _;

const DATA: &str = "/services/data/v62.0";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

async fn get(org: &MockOrg, path: &str) -> (u16, Json) {
    let request = reqwest::Client::new().get(format!("{}{DATA}{path}", org.url()));
    let answer = request.header("Authorization", org.session().authorization()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn post(org: &MockOrg, path: &str, body: &Json) -> (u16, Json) {
    let request = reqwest::Client::new().post(format!("{}{DATA}{path}", org.url())).json(body);
    let answer = request.header("Authorization", org.session().authorization()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[test]
fn requests_beyond_the_daily_limit_are_refused_until_a_day_has_passed() {
    block_on(async {
        let org = MockOrg::builder().limit("DailyApiRequests", 2).validated();
        let (_, limits) = get(&org, "/limits").await;
        assert_eq!(limits["DailyApiRequests"], json!({ "Max": 2, "Remaining": 1 }));
        assert_eq!(get(&org, "/sobjects").await.0, 200);
        let (status, refused) = get(&org, "/sobjects").await;
        let expected =
            json!([{ "message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED" }]);
        assert_eq!((status, refused), (403, expected));
        org.advance(Duration::from_secs(24 * 3600)).await;
        assert_eq!(get(&org, "/sobjects").await.0, 200);
    });
}

#[test]
fn records_beyond_the_storage_are_refused_one_by_one_when_the_org_minds() {
    block_on(async {
        let roomy = MockOrg::builder().validated();
        let storage = get(&roomy, "/limits").await.1["DataStorageMB"].clone();
        let used = storage["Max"].as_u64().unwrap() - storage["Remaining"].as_u64().unwrap();
        let settings = Settings { enforce_storage: true, ..Settings::default() };
        let org = MockOrg::builder().settings(settings).limit("DataStorageMB", used).validated();
        let records: Vec<Json> = (0..200)
            .map(|n| json!({ "attributes": { "type": "Account" }, "Name": format!("Account {n}") }))
            .collect();
        let body = json!({ "allOrNone": false, "records": records });
        let mut created = 0;
        let refused = loop {
            let (status, results) = post(&org, "/composite/sobjects", &body).await;
            assert_eq!(status, 200, "{results}");
            let results = results.as_array().unwrap().clone();
            created += results.iter().filter(|result| result["success"] == true).count();
            if let Some(result) = results.iter().find(|result| result["success"] == false) {
                break result["errors"][0]["statusCode"].clone();
            }
        };
        assert_eq!(refused, "STORAGE_LIMIT_EXCEEDED");
        // A megabyte has room for 512 records of 2 KB; some of the last one was used from the start.
        assert!((1..512).contains(&created), "{created}");
        assert_eq!(get(&org, "/limits").await.1["DataStorageMB"]["Remaining"], 0);
        assert_eq!(post(&org, "/sobjects/Account", &json!({ "Name": "One more" })).await.0, 400);
    });
}

#[test]
fn a_limit_that_there_is_not_is_refused_at_the_start() {
    let error = MockOrg::builder().limit("DailyMiracles", 1).start_blocking().unwrap_err().to_string();
    assert!(error.contains("`DailyMiracles` is no limit"), "{error}");
}
