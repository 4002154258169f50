//! Orgs inside a test: started, looked into, moved in time, reset, dropped; many side by side.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{net::TcpStream, time::Duration};

use mockorg::{
    ADMIN, Clock, LifecycleFlags, MockOrg, RESTRICTED, Session, Settings, StartError, Timestamp, Value,
};
use serde_json::{Value as Json, json};
use tokio::runtime;

use crate::support::validated::Validating as _;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Posts JSON and gives status and answer.
async fn post(session: &Session, path: &str, body: &Json) -> (u16, Json) {
    let answer = reqwest::Client::new()
        .post(format!("{}{path}", session.instance_url))
        .header("Authorization", session.authorization())
        .json(body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn get(session: &Session, path: &str) -> (u16, Json) {
    let answer = reqwest::Client::new()
        .get(format!("{}{path}", session.instance_url))
        .header("Authorization", session.authorization())
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn create_account(session: &Session, name: &str) -> String {
    let (status, answer) =
        post(session, "/services/data/v62.0/sobjects/Account", &json!({"Name": name})).await;
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

#[test]
fn what_a_client_writes_is_there_to_be_asserted_and_gone_after_a_reset() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let id = create_account(org.session(), "Acme").await;
        let account = org.record(&id).unwrap();
        assert_eq!(account.object(), "Account");
        assert_eq!(*account.get("name"), Value::from("Acme"));
        assert_eq!(account.text("Id"), Some(id.clone()));
        assert!(org.records("Account").iter().any(|account| account.id() == id));

        org.reset();
        assert!(org.record(&id).is_none());
        let (status, _) = get(org.session(), "/services/data/v62.0/limits").await;
        assert_eq!(status, 200, "the session outlives a reset");
    });
}

#[test]
fn a_deleted_record_is_marked_and_no_longer_listed() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let session = org.session();
        let id = create_account(session, "Acme").await;
        let url = format!("{}/services/data/v62.0/sobjects/Account/{id}", org.url());
        let answer = reqwest::Client::new().delete(url).header("Authorization", session.authorization());
        assert_eq!(answer.send().await.unwrap().status(), 204);
        assert!(org.record(&id).unwrap().is_deleted());
        assert!(org.records("Account").iter().all(|account| account.id() != id));
    });
}

#[test]
fn two_orgs_side_by_side_share_no_records_and_no_sessions() {
    block_on(async {
        let (one, two) = (MockOrg::builder().validated(), MockOrg::builder().seed(2).validated());
        assert_ne!(one.url(), two.url());
        let before = two.records("Account").len();
        create_account(one.session(), "Only here").await;
        assert_eq!(two.records("Account").len(), before);

        let stranger = Session { instance_url: two.url().to_owned(), ..one.session().clone() };
        assert_ne!(one.session().access_token, two.session().access_token);
        let (status, answer) = get(&stranger, "/services/data/v62.0/limits").await;
        assert_eq!((status, &answer[0]["errorCode"]), (401, &json!("INVALID_SESSION_ID")));
    });
}

#[test]
fn equal_orgs_give_equal_ids() {
    block_on(async {
        let (one, two) = (MockOrg::builder().validated(), MockOrg::builder().validated());
        assert_eq!(create_account(one.session(), "A").await, create_account(two.session(), "A").await);
        assert_eq!(one.session().access_token, two.session().access_token);
    });
}

#[test]
fn an_org_outlives_the_runtime_it_was_started_on_and_serves_threads_at_once() {
    let org = MockOrg::builder().validated();
    let org = &org;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || block_on(create_account(org.session(), &format!("Thread {thread}"))));
        }
    });
    let accounts = org.records("Account");
    let threads = accounts.iter().filter(|account| account.text("Name").unwrap().starts_with("Thread "));
    assert_eq!(threads.count(), 4);
}

#[test]
fn an_org_starts_and_is_dropped_inside_a_runtime_and_closes_its_port() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let address = org.address();
        assert!(TcpStream::connect(address).is_ok());
        drop(org);
        assert!(TcpStream::connect(address).is_err());
    });
}

#[test]
fn dropping_an_org_does_not_wait_for_clients_that_keep_their_connection() {
    let org = MockOrg::builder().validated();
    let idle = TcpStream::connect(org.address()).unwrap();
    let (sender, dropped) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(org);
        sender.send(()).unwrap();
    });
    assert!(dropped.recv_timeout(Duration::from_secs(4)).is_ok());
    drop(idle);
}

#[test]
fn time_stands_still_until_it_is_moved() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let before = org.now();
        assert_eq!(before, mockorg::DEFAULT_TIME);
        assert_eq!(before.to_string(), "2026-01-15T09:00:00.000+0000");
        org.advance(Duration::from_secs(86_400)).await;
        assert_eq!(org.now().to_string(), "2026-01-16T09:00:00.000+0000");
        let id = create_account(org.session(), "Late").await;
        let created = org.record(&id).unwrap().get("CreatedDate").as_datetime();
        assert_eq!(created, Some(org.now()));
        org.reset();
        assert_eq!(org.now(), before);
    });
}

#[test]
fn an_operation_takes_the_delay_that_was_chosen() {
    block_on(async {
        let org = MockOrg::builder().async_delay(Duration::from_secs(10)).validated();
        let asset = renewable_asset(&org);
        let path = "/services/data/v64.0/asset-management/assets/collection/actions/initiate-renewal";
        let (_, answer) = post(org.session(), path, &json!({"assetIds": {"assetIdArray": [asset]}})).await;
        assert_eq!(answer["success"], true, "{answer}");
        let status_url = answer["statusURL"].as_str().unwrap();
        let channel = "/event/AssetRenewInitiatedEvent";
        let events = org.events_on(channel).len();

        let (_, tracker) = get(org.session(), status_url).await;
        assert_eq!(tracker["Status"], "Submitted", "{tracker}");
        org.advance(Duration::from_secs(11)).await;
        let (_, tracker) = get(org.session(), status_url).await;
        assert_eq!(tracker["Status"], "Completed", "{tracker}");
        let published = org.events_on(channel);
        assert_eq!(published.len(), events + 1);
        let event = published.last().unwrap();
        assert_eq!(event.text("RequestIdentifier").as_deref(), answer["requestIdentifier"].as_str());
        assert_eq!(*event.get("HasErrors"), Value::Bool(false));
    });
}

fn renewable_asset(org: &MockOrg) -> String {
    let assets = org.records("Asset");
    assets.iter().find(|asset| *asset.get("RenewalTerm") != Value::Null).unwrap().id()
}

#[test]
fn users_log_in_with_their_passwords_only() {
    block_on(async {
        let org = MockOrg::builder().validated();
        for user in [ADMIN, RESTRICTED] {
            let session = org.login(user.username, user.password).unwrap();
            assert_eq!(get(&session, "/services/data/v62.0/sobjects").await.0, 200);
        }
        assert!(org.login(ADMIN.username, "wrong").is_err());
    });
}

#[test]
fn permission_sets_given_and_taken_before_the_start_decide_what_users_may() {
    block_on(async {
        let plain = MockOrg::builder().validated();
        assert_eq!(renew(&plain).await, 201);

        let (rep, renewals) = ("SubscriptionManagementSalesRep", "RevLifecycleManagementInitiateRenewalApi");
        let builder = MockOrg::builder();
        let builder = builder.remove_permission_set(ADMIN.username, rep);
        let without = builder.clone().remove_permission_set(ADMIN.username, renewals).validated();
        assert_ne!(renew(&without).await, 201);

        let given = builder.remove_permission_set(ADMIN.username, renewals);
        let given = given.assign_permission_set(ADMIN.username, renewals).validated();
        assert_eq!(renew(&given).await, 201);
    });
}

async fn renew(org: &MockOrg) -> u16 {
    let path = "/services/data/v64.0/asset-management/assets/collection/actions/initiate-renewal";
    let asset = renewable_asset(org);
    post(org.session(), path, &json!({"assetIds": {"assetIdArray": [asset]}})).await.0
}

#[test]
fn a_permission_set_that_is_not_there_is_refused_before_the_start() {
    let builder = MockOrg::builder().assign_permission_set(ADMIN.username, "Nothing");
    let error = builder.start_blocking().unwrap_err().to_string();
    assert!(error.contains("no such permission set"), "{error}");
    let builder = MockOrg::builder().remove_permission_set("nobody@mockorg.example", "Nothing");
    let error = builder.start_blocking().unwrap_err().to_string();
    assert!(error.contains("no such user"), "{error}");
}

#[test]
fn an_object_of_ones_own_is_served_like_a_standard_one() {
    let rocket = r#"{"name": "Rocket__c", "label": "Rocket", "labelPlural": "Rockets", "keyPrefix": "a00", "custom": true,
        "calls": ["create", "delete", "describeSObjects", "query", "retrieve", "update", "upsert"],
        "fields": [{"system": "Id"}, {"name": "Name", "type": "string", "length": 80, "nameField": true}]}"#;
    block_on(async {
        let org = MockOrg::builder().schema_json("Rocket__c.json", rocket).validated();
        let (status, answer) =
            post(org.session(), "/services/data/v62.0/sobjects/Rocket__c", &json!({"Name": "Saturn"})).await;
        assert_eq!(status, 201, "{answer}");
        assert_eq!(org.records("Rocket__c")[0].text("Name").as_deref(), Some("Saturn"));
    });
}

#[test]
fn a_wrong_org_file_is_refused_with_its_line() {
    let file = "{\n \"name\": \"x\",\n \"steps\": [\n  {\"create\": \"Nonsense\", \"fields\": {}}\n ]\n}";
    let error = MockOrg::builder().org_json(file).start_blocking().unwrap_err();
    assert!(matches!(error, StartError::OrgFile { line: Some(4), .. }), "{error:?}");
    assert!(error.to_string().contains("Nonsense"), "{error}");
}

#[test]
fn an_org_file_without_a_user_is_refused_with_what_to_do() {
    let error = MockOrg::builder().org_json(r#"{"name": "x", "steps": []}"#).start_blocking().unwrap_err();
    assert!(error.to_string().contains("runAs"), "{error}");
}

#[test]
fn a_taken_port_is_refused_with_what_to_do() {
    let org = MockOrg::builder().validated();
    let error = MockOrg::builder().port(org.address().port()).start_blocking().unwrap_err();
    assert!(error.to_string().contains("choose another port"), "{error}");
}

#[test]
fn what_is_not_modelled_is_counted() {
    block_on(async {
        let org = MockOrg::builder().validated();
        assert_eq!(org.coverage().refused().count(), 0);
        let (_, answer) =
            get(org.session(), "/services/data/v62.0/tooling/executeAnonymous?anonymousBody=x").await;
        assert_eq!(answer[0]["errorCode"], "MOCKORG_NOT_MODELLED", "{answer}");
        assert_eq!(org.coverage().refused().count(), 1);
    });
}

#[test]
fn versions_above_the_chosen_one_are_not_listed_and_not_found() {
    block_on(async {
        let newest = "58.0".parse().unwrap();
        let org = MockOrg::builder().api_version(newest).validated();
        let (_, versions) = get(org.session(), "/services/data").await;
        assert_eq!(versions.as_array().unwrap().last().unwrap()["version"], "58.0");
        assert_eq!(get(org.session(), "/services/data/v58.0/sobjects").await.0, 200);
        let (status, answer) = get(org.session(), "/services/data/v59.0/sobjects").await;
        assert_eq!((status, &answer[0]["errorCode"]), (404, &json!("NOT_FOUND")));
    });
}

#[test]
fn the_system_clock_runs_by_itself() {
    let past = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    let org = MockOrg::builder().clock(Clock::SYSTEM).validated();
    assert!(org.now() > past);
    let before = org.now();
    org.advance_blocking(Duration::from_secs(3600));
    assert!(org.now() >= before + Duration::from_secs(3600));
}

#[test]
fn assertions_leave_no_trace_in_the_org() {
    block_on(async {
        let org = MockOrg::builder().validated();
        let usage =
            |answer: reqwest::Response| answer.headers()["sforce-limit-info"].to_str().unwrap().to_owned();
        let limits = || {
            reqwest::Client::new()
                .get(format!("{}/services/data/v62.0/limits", org.url()))
                .header("Authorization", org.session().authorization())
                .send()
        };
        assert_eq!(usage(limits().await.unwrap()), "api-usage=1/100000");
        for account in org.records("Account") {
            assert!(org.record(&account.id()).is_some());
        }
        assert_eq!(usage(limits().await.unwrap()), "api-usage=2/100000");
    });
}

#[test]
fn describes_follow_the_guides_or_a_live_org_and_writes_the_guides() {
    block_on(async {
        for (flags, writable) in [(LifecycleFlags::Documented, false), (LifecycleFlags::Live, true)] {
            let settings = Settings { lifecycle_flags: flags, ..Settings::default() };
            let org = MockOrg::builder().settings(settings).validated();
            let (_, describe) = get(org.session(), "/services/data/v67.0/sobjects/Asset/describe").await;
            let fields = describe["fields"].as_array().unwrap();
            let quantity = fields.iter().find(|field| field["name"] == "CurrentQuantity").unwrap();
            assert_eq!(
                (&quantity["createable"], &quantity["updateable"]),
                (&json!(writable), &json!(writable))
            );
            let (_, describe) =
                get(org.session(), "/services/data/v67.0/sobjects/AssetAction/describe").await;
            let names: Vec<&Json> =
                describe["fields"].as_array().unwrap().iter().map(|field| &field["name"]).collect();
            assert_eq!(names.contains(&&json!("RolledbackAssetAction")), !writable);

            let asset = json!({"Name": "Server", "CurrentQuantity": 1});
            let (status, answer) = post(org.session(), "/services/data/v67.0/sobjects/Asset", &asset).await;
            assert_eq!((status, &answer[0]["errorCode"]), (400, &json!("INVALID_FIELD_FOR_INSERT_UPDATE")));
        }
    });
}
