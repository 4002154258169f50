//! A client that waits for jobs which the org does not run: a test makes their trackers appear and walk.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use mockorg::{ErrorCode, JobFault, JobStep, MockOrg, SimulatedJob};
use reqwest::{Client, Method};
use serde_json::{Value as Json, json};
use tokio::runtime;

use crate::support::validated::Validating as _;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Sends JSON and gives status and answer.
async fn send(org: &MockOrg, method: Method, path: &str, body: Option<Json>) -> (u16, Json) {
    let request = Client::new()
        .request(method, format!("{}{path}", org.url()))
        .header("Authorization", org.session().authorization());
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn post(org: &MockOrg, path: &str, body: Json) -> (u16, Json) {
    send(org, Method::POST, path, Some(body)).await
}

async fn get(org: &MockOrg, path: &str) -> Json {
    send(org, Method::GET, path, None).await.1
}

#[test]
fn a_client_follows_a_place_quote_job_from_submission_to_its_event() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let (status, refused) =
            post(&org, "/services/data/v60.0/commerce/quotes/actions/place", json!({})).await;
        assert_eq!((status, &refused[0]["errorCode"]), (501, &json!("MOCKORG_NOT_MODELLED")));

        let body = json!({
            "jobType": "PlaceQuote", "hold": true, "totalItems": 2,
            "onBehalfOf": "admin@mockorg.example", "event": {"fields": {"Status": "CompletedWithTax"}}
        });
        let (status, job) = post(&org, "/__mockorg/jobs", body).await;
        assert_eq!(status, 201, "{job}");
        let address = job["AsyncOperationTracker"]["statusURL"].as_str().unwrap();
        let control = format!("/__mockorg/jobs/{}", job["requestIdentifier"].as_str().unwrap());
        assert_eq!(get(&org, address).await["Status"], "Submitted");

        post(&org, &control, json!({"status": "InProgress"})).await;
        let running = get(&org, address).await;
        assert_eq!((&running["Status"], &running["FinishedAt"]), (&json!("InProgress"), &Json::Null));
        assert!(running["StartedAt"].is_string());
        assert!(org.events_on("/event/QuoteSaveEvent").is_empty());

        let error =
            json!({"code": "INVALID_FIELD", "message": "No such column 'X' on sobject of type Quote"});
        let end = json!({"status": "CompletedWithFailures", "failedItems": 1, "errors": [error]});
        let (status, ended) = post(&org, &control, end).await;
        assert_eq!(status, 200, "{ended}");
        let tracker = get(&org, address).await;
        assert_eq!(tracker["Status"], "CompletedWithFailures");
        let counters = ["TotalJobItems", "SuccessfulJobItems", "FailedJobItems"].map(|name| &tracker[name]);
        assert_eq!(counters, [&json!(2), &json!(1), &json!(1)]);
        let soql = "SELECT+ErrorCode+FROM+RevenueTransactionErrorLog+WHERE+RequestIdentifier+=+";
        let path =
            format!("/services/data/v64.0/query?q={soql}'{}'", job["requestIdentifier"].as_str().unwrap());
        assert_eq!(get(&org, &path).await["records"][0]["ErrorCode"], "INVALID_FIELD");
        let events = org.events_on("/event/QuoteSaveEvent");
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].text("RequestIdentifier").as_deref(), job["requestIdentifier"].as_str());
        assert_eq!(events[0].text("Status").as_deref(), Some("CompletedWithTax"));
    });
}

#[test]
fn clients_delete_trackers_of_simulated_jobs_but_neither_make_nor_change_them() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let job = org.simulate_job(SimulatedJob::of("InvoiceDraftToPosted")).unwrap();
        for (object, id, version) in
            [("RevenueAsyncOperation", job.operation, 58), ("AsyncOperationTracker", job.tracker, 66)]
        {
            let base = format!("/services/data/v{version}.0/sobjects/{object}");
            let row = format!("{base}/{}", id.unwrap());
            let body = json!({"JobType": "PlaceQuote", "Status": "Completed"});
            let (status, answer) = post(&org, &base, body.clone()).await;
            assert_eq!(
                (status, &answer[0]["errorCode"]),
                (400, &json!("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")),
                "{object}"
            );
            assert_eq!(send(&org, Method::PATCH, &row, Some(body)).await.0, 400, "{object}");
            assert_eq!(send(&org, Method::DELETE, &row, None).await.0, 204, "{object}");
            let (start, end) = ("2026-01-15T08:00:00%2B00:00", "2026-01-15T10:00:00%2B00:00");
            let deleted = get(&org, &format!("{base}/deleted/?start={start}&end={end}")).await;
            assert_eq!(deleted["deletedRecords"][0]["id"], json!(id.unwrap().to_string()), "{deleted}");
            let updated = get(&org, &format!("{base}/updated/?start={start}&end={end}")).await;
            assert_eq!(updated["ids"], json!([]), "{updated}");
        }
        assert!(org.jobs().iter().all(|own| own.request_identifier != job.request_identifier));
    });
}

#[test]
fn two_orgs_with_equal_seeds_give_simulated_jobs_equal_ids() {
    let [one, two] = [MockOrg::builder().validated(), MockOrg::builder().validated()];
    let walk = |org: &MockOrg| {
        let fault = JobFault::new(ErrorCode::UnknownException, "The service is down.");
        org.inject_failure(fault).unwrap();
        let job =
            org.simulate_job(SimulatedJob { hold: true, ..SimulatedJob::of("QuoteToOrderJob") }).unwrap();
        org.step_job(&job.request_identifier, JobStep::to("InProgress")).unwrap();
        (org.step_job(&job.request_identifier, JobStep::to("Completed")).unwrap(), org.failures())
    };
    assert_eq!(walk(&one), walk(&two));
}
