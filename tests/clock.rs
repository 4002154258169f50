//! One clock for everything: what ends, comes back or goes on after a while does so by the org's time alone. A client
//! looks on over HTTP while a test moves the time; each test is one thing that time does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::time::Duration;

use mockorg::{ADMIN, CLIENT_ID, CLIENT_SECRET, Clock, Happened, MockOrg, Occurrence, SimulatedJob, Webhook};
use reqwest::{Client, Method};
use serde_json::{Value as Json, json};
use tokio::runtime;

use crate::support::validated::{Validated, Validating as _};

const DATA: &str = "/services/data/v62.0";
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const MOMENT: Duration = Duration::from_secs(1);

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// An org, and a client with a session of it.
struct Lab {
    org: Validated,
    client: Client,
    authorization: String,
}

impl Lab {
    fn new() -> Self {
        Self::of(MockOrg::builder().validated())
    }

    fn of(org: Validated) -> Self {
        let authorization = org.session().authorization();
        Self { org, client: Client::new(), authorization }
    }

    async fn send(&self, method: Method, path: &str, body: Json) -> (u16, Json) {
        let request = self.client.request(method, format!("{}{path}", self.org.url()));
        let request = request.header("Authorization", &self.authorization);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> (u16, Json) {
        self.send(Method::GET, path, Json::Null).await
    }

    async fn post(&self, path: &str, body: Json) -> (u16, Json) {
        self.send(Method::POST, path, body).await
    }

    async fn token(&self, form: &[(&str, &str)]) -> (u16, Json) {
        let request = self.client.post(format!("{}/services/oauth2/token", self.org.url()));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.body(urlencoded(form)).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

/// A form as browsers send it.
fn urlencoded(form: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        let bytes = text.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        bytes.collect()
    };
    let members = form.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    members.collect::<Vec<_>>().join("&")
}

fn kinds(happened: &Happened) -> Vec<&'static str> {
    happened.happenings.iter().map(|happening| happening.what.kind()).collect()
}

#[test]
fn a_session_that_nobody_uses_ends_after_two_hours() {
    block_on(async {
        let mut lab = Lab::new();
        let session = lab.org.login(ADMIN.username, ADMIN.password).unwrap();
        lab.authorization = session.authorization();
        lab.org.advance(2 * HOUR - MOMENT).await;
        assert_eq!(lab.get(&format!("{DATA}/limits")).await.0, 200, "and this use prolongs it");
        let happened = lab.org.advance(2 * HOUR).await;
        assert_eq!(kinds(&happened), ["sessionsExpired"]);
        let (status, refused) = lab.get(&format!("{DATA}/limits")).await;
        assert_eq!((status, &refused[0]["errorCode"]), (401, &json!("INVALID_SESSION_ID")));
    });
}

#[test]
fn asynchronous_operations_start_and_end_when_it_is_time() {
    block_on(async {
        let lab = Lab::of(MockOrg::builder().async_delay(10 * MOMENT).validated());
        let assets = lab.org.records("Asset");
        let asset = assets.iter().find(|asset| *asset.get("RenewalTerm") != mockorg::Value::Null).unwrap();
        let path = "/services/data/v64.0/asset-management/assets/collection/actions/initiate-renewal";
        let (status, accepted) = lab.post(path, json!({"assetIds": {"assetIdArray": [asset.id()]}})).await;
        assert_eq!(status, 201, "{accepted}");
        let tracker = accepted["statusURL"].as_str().unwrap();
        let began = lab.org.now();
        assert_eq!(kinds(&lab.org.advance(4 * MOMENT).await), [""; 0]);
        let started = lab.org.advance(2 * MOMENT).await;
        assert_eq!(kinds(&started), ["jobStarted"]);
        assert_eq!(
            started.happenings[0].at,
            began + 5 * MOMENT,
            "at its own time, not at the end of the move"
        );
        assert_eq!(lab.get(tracker).await.1["Status"], "InProgress");
        let ended = lab.org.advance(HOUR).await;
        assert_eq!(ended.happenings[0].at, began + 10 * MOMENT);
        let Occurrence::JobEnded { status, .. } = &ended.happenings[0].what else { panic!("{ended:?}") };
        assert_eq!(status.as_deref(), Some("Completed"));
        assert!(kinds(&ended).contains(&"eventPublished"), "{ended:?}");
        assert_eq!(lab.get(tracker).await.1["Status"], "Completed");
    });
}

#[test]
fn trackers_are_gone_when_their_retention_is_over() {
    block_on(async {
        let lab = Lab::new();
        let job = lab.org.simulate_job(SimulatedJob::of("PlaceQuote")).unwrap();
        let tracker = job.tracker.unwrap().to_string();
        let expires = job.expires_at.unwrap();
        let until = Duration::from_millis(u64::try_from(expires.millis() - lab.org.now().millis()).unwrap());
        lab.org.advance(until - MOMENT).await;
        assert_eq!(lab.get(&format!("{DATA}/sobjects/AsyncOperationTracker/{tracker}")).await.0, 200);
        let happened = lab.org.advance(MOMENT).await;
        assert!(kinds(&happened).contains(&"trackerExpired"), "{happened:?}");
        assert_eq!(lab.get(&format!("{DATA}/sobjects/AsyncOperationTracker/{tracker}")).await.0, 404);
    });
}

/// What a client of the Streaming API is told that wants to go on after an event.
async fn subscribe(lab: &Lab, replay: u64) -> Json {
    let channel = "/event/AssetRenewInitiatedEvent";
    let meta = async |message: Json| lab.post("/cometd/62.0", json!([message])).await.1;
    let shaken = meta(json!({
        "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"],
        "ext": {"replay": true}
    }));
    let shaken = shaken.await;
    let answer = meta(json!({
        "channel": "/meta/subscribe", "clientId": shaken[0]["clientId"], "subscription": channel,
        "ext": {"replay": {channel: replay}}
    }));
    answer.await[0].clone()
}

#[test]
fn events_can_be_replayed_for_72_hours() {
    block_on(async {
        let lab = Lab::new();
        let event =
            lab.org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", "r-1".into())]).unwrap();
        lab.org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", "r-2".into())]).unwrap();
        lab.org.advance(72 * HOUR).await;
        assert_eq!(subscribe(&lab, event.replay_id()).await["successful"], true);
        lab.org.advance(MOMENT).await;
        let refused = subscribe(&lab, event.replay_id()).await;
        assert_eq!(refused["successful"], false);
        assert!(refused["error"].as_str().unwrap().contains("replayId"), "{refused}");
    });
}

#[test]
fn daily_limits_look_back_24_hours() {
    block_on(async {
        let lab = Lab::of(MockOrg::builder().limit("DailyApiRequests", 2).validated());
        let limits = format!("{DATA}/limits");
        assert_eq!(lab.get(&limits).await.0, 200);
        lab.org.advance(12 * HOUR).await;
        assert_eq!(lab.get(&limits).await.0, 200);
        assert_eq!(lab.get(&limits).await.1[0]["errorCode"], "REQUEST_LIMIT_EXCEEDED");
        lab.org.advance(12 * HOUR).await;
        assert_eq!(lab.get(&limits).await.0, 200, "the first one is a day old");
        assert_eq!(lab.get(&limits).await.0, 403, "the second one is not");
    });
}

#[test]
fn query_locators_end_after_the_time_that_the_org_gives_them() {
    block_on(async {
        let lab = Lab::new();
        for _ in 0..2 {
            let record = |n: u32| json!({"attributes": {"type": "Account"}, "Name": format!("Account {n}")});
            let records: Vec<Json> = (0..200).map(record).collect();
            let (status, saved) =
                lab.post(&format!("{DATA}/composite/sobjects"), json!({"records": records})).await;
            assert_eq!(status, 200, "{saved}");
        }
        let query = lab.client.get(format!("{}{DATA}/query?q=SELECT+Id+FROM+Account", lab.org.url()));
        let query =
            query.header("Authorization", &lab.authorization).header("Sforce-Query-Options", "batchSize=200");
        let page: Json = query.send().await.unwrap().json().await.unwrap();
        let next = page["nextRecordsUrl"].as_str().unwrap();
        lab.org.advance(Duration::from_secs(900)).await;
        assert_eq!(lab.get(next).await.0, 200, "and this use prolongs it");
        let happened = lab.org.advance(Duration::from_secs(901)).await;
        assert!(kinds(&happened).contains(&"locatorsExpired"), "{happened:?}");
        let (status, refused) = lab.get(next).await;
        assert_eq!((status, &refused[0]["errorCode"]), (400, &json!("INVALID_QUERY_LOCATOR")));
    });
}

#[test]
fn the_recycle_bin_is_emptied_after_15_days() {
    block_on(async {
        let lab = Lab::new();
        let (_, made) = lab.post(&format!("{DATA}/sobjects/Account"), json!({"Name": "Acme"})).await;
        let id = made["id"].as_str().unwrap();
        let deleted = lab.send(Method::DELETE, &format!("{DATA}/sobjects/Account/{id}"), Json::Null).await.0;
        assert_eq!(deleted, 204);
        let all = format!("{DATA}/queryAll?q=SELECT+Id+FROM+Account+WHERE+Name='Acme'");
        lab.org.advance(15 * DAY - MOMENT).await;
        assert_eq!(lab.get(&all).await.1["totalSize"], 1);
        let happened = lab.org.advance(MOMENT).await;
        let emptied: Vec<_> = happened.of_kind("recycleBinEmptied").collect();
        assert_eq!(emptied.len(), 1, "{happened:?}");
        assert_eq!(emptied[0].what, Occurrence::RecycleBinEmptied { records: 1 });
        assert_eq!(lab.get(&all).await.1["totalSize"], 0);
    });
}

#[test]
fn device_codes_expire_and_sessions_of_refresh_tokens_do_too() {
    block_on(async {
        let lab = Lab::new();
        let (_, codes) =
            lab.token(&[("response_type", "device_code"), ("client_id", CLIENT_ID), ("scope", "api")]).await;
        let code = codes["device_code"].as_str().unwrap().to_owned();
        let poll = [("grant_type", "device"), ("client_id", CLIENT_ID), ("code", &*code)];
        assert_eq!(lab.token(&poll).await.1["error"], "authorization_pending");
        lab.org.advance(HOUR).await;
        assert_eq!(lab.token(&poll).await.1["error"], "invalid_grant", "its user came too late");
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("refresh_token", mockorg::REFRESH_TOKEN),
        ];
        lab.org.advance(365 * DAY).await;
        let (status, session) = lab.token(&refresh).await;
        assert_eq!(status, 200, "a refresh token does not expire: {session}");
        let mut lab = lab;
        lab.authorization = format!("Bearer {}", session["access_token"].as_str().unwrap());
        assert_eq!(lab.get(&format!("{DATA}/limits")).await.0, 200);
        lab.org.advance(2 * HOUR).await;
        assert_eq!(lab.get(&format!("{DATA}/limits")).await.0, 401);
    });
}

#[test]
fn bulk_jobs_are_forgotten_seven_days_after_their_end() {
    block_on(async {
        let lab = Lab::new();
        let job = json!({"operation": "query", "query": "SELECT Id FROM Account"});
        let (status, made) = lab.post(&format!("{DATA}/jobs/query"), job).await;
        assert_eq!(status, 200, "{made}");
        let path = format!("{DATA}/jobs/query/{}", made["id"].as_str().unwrap());
        lab.org.advance(HOUR).await;
        assert_eq!(lab.get(&path).await.1["state"], "JobComplete");
        lab.org.advance(7 * DAY - 2 * HOUR).await;
        assert_eq!(lab.get(&path).await.0, 200);
        let happened = lab.org.advance(2 * HOUR).await;
        let expired = happened
            .of_kind("bulkJob")
            .any(|happening| matches!(happening.what, Occurrence::BulkJob { step: "expired", .. }));
        assert!(expired, "{happened:?}");
        assert_eq!(lab.get(&path).await.0, 404);
    });
}

#[test]
fn published_events_are_counted_for_an_hour() {
    block_on(async {
        let event = r#"{"kind": "platformEvent", "name": "Ping__e", "label": "Ping", "fields": [], "sources": ["made"]}"#;
        let lab = Lab::of(MockOrg::builder().schema_json("Ping__e.json", event).validated());
        let remaining = async || {
            let limits = lab.get(&format!("{DATA}/limits")).await.1;
            limits["HourlyPublishedPlatformEvents"]["Remaining"].as_u64().unwrap()
        };
        let before = remaining().await;
        let (status, published) = lab.post(&format!("{DATA}/sobjects/Ping__e"), json!({})).await;
        assert_eq!(status, 201, "{published}");
        assert_eq!(remaining().await, before - 1);
        lab.org.advance(2 * HOUR).await;
        assert_eq!(remaining().await, before);
    });
}

#[test]
fn webhooks_try_again_by_the_orgs_clock() {
    block_on(async {
        let lab = Lab::new();
        // A port that nobody listens on any more.
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        lab.org
            .add_webhook(Webhook::new(
                "shop",
                &format!("http://{closed}/"),
                "/event/AssetRenewInitiatedEvent",
            ))
            .unwrap();
        lab.org.publish("AssetRenewInitiatedEvent", []).unwrap();
        lab.org.wait_for_webhooks().await;
        let retries = || lab.org.webhooks()[0].retries;
        assert_eq!((retries(), lab.org.webhooks()[0].next_attempt), (1, Some(lab.org.now() + MOMENT)));
        lab.org.wait_for_webhooks().await;
        assert_eq!(retries(), 1, "time stands still");
        lab.org.advance(MOMENT).await;
        lab.org.wait_for_webhooks().await;
        assert_eq!(retries(), 2);
    });
}

#[test]
fn clients_of_the_streaming_api_that_stay_away_are_kept_for_a_while_of_the_machines_time() {
    block_on(async {
        let lab = Lab::new();
        assert_eq!(subscribe(&lab, u64::MAX).await["successful"], false, "no such event");
        let before = lab.get("/__mockorg/streaming").await.1["clients"].clone();
        // The exception: a test that moves the clock must not lose its subscribers between two polls.
        lab.org.advance(DAY).await;
        assert_eq!(lab.get("/__mockorg/streaming").await.1["clients"], before);
    });
}

#[test]
fn a_stopped_clock_stands_and_one_that_follows_goes_on_from_there() {
    block_on(async {
        let org = MockOrg::builder().clock(Clock::SYSTEM).async_delay(DAY).start().await.unwrap();
        org.freeze();
        let stopped = org.now();
        assert_eq!(org.now(), stopped);
        let happened = org.set_time(stopped + DAY).unwrap();
        assert_eq!((org.now(), happened.left_out), (stopped + DAY, 0));
        assert!(org.set_time(stopped).is_none(), "time does not go back");
        org.follow();
        assert!(matches!(org.clock(), Clock::System { ahead } if ahead > 0), "{:?}", org.clock());
        assert!(org.now() >= stopped + DAY);
    });
}

#[test]
fn an_org_that_follows_the_machine_does_its_work_by_itself() {
    let org = MockOrg::start_blocking();
    let (done, ended) = std::sync::mpsc::channel();
    org.on_event("QuoteSaveEvent", move |_, _| Ok(done.send(())?));
    let job = SimulatedJob {
        delay_to_start: Some(Duration::ZERO),
        delay_to_finish: Some(Duration::from_millis(30)),
        ..SimulatedJob::of("PlaceQuote")
    };
    org.simulate_job(job).unwrap();
    org.follow();
    // Nobody touches the org meanwhile.
    assert_eq!(ended.recv_timeout(Duration::from_secs(30)), Ok(()));
}

#[test]
fn what_happened_on_the_way_is_told_in_order_and_no_more_than_a_thousand_things() {
    block_on(async {
        let lab = Lab::new();
        for n in 0..400_u64 {
            let job = SimulatedJob {
                delay_to_start: Some(Duration::from_secs(n)),
                delay_to_finish: Some(Duration::from_secs(n + 1)),
                ..SimulatedJob::of("PlaceQuote")
            };
            lab.org.simulate_job(job).unwrap();
        }
        let (status, moved) = lab.post("/__mockorg/clock", json!({"advance": "PT1H"})).await;
        assert_eq!(status, 200);
        let happened = moved["happened"].as_array().unwrap();
        assert_eq!(happened.len(), Happened::MOST);
        // Each job starts, ends, and publishes an event; those that start at once did so before.
        assert!(moved["leftOut"].as_u64().unwrap() > 100, "{}", moved["leftOut"]);
        let times: Vec<&str> = happened.iter().map(|one| one["at"].as_str().unwrap()).collect();
        assert!(times.is_sorted(), "{times:?}");
        assert_eq!(moved["now"], "2026-01-15T10:00:00.000+0000");
    });
}
