//! The journal: calls and events in one sequence, filters, pages, archives, verification, and no secret anywhere.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use mockorg::{CLIENT_ID, JournalFilter, JournalSettings, MockOrg, Pattern};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value as Json, json};
use tokio::runtime;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn org() -> MockOrg {
    MockOrg::builder().journal(JournalSettings::full(1000)).start_blocking().unwrap()
}

fn signed_in(org: &MockOrg, request: RequestBuilder) -> RequestBuilder {
    request.header("Authorization", org.session().authorization())
}

async fn create(org: &MockOrg, object: &str, body: Json) -> u16 {
    let address = format!("{}/services/data/v62.0/sobjects/{object}", org.url());
    signed_in(org, Client::new().post(address)).json(&body).send().await.unwrap().status().as_u16()
}

async fn control(org: &MockOrg, path: &str) -> Json {
    let answer = reqwest::get(format!("{}/__mockorg/{path}", org.url())).await.unwrap();
    answer.json().await.unwrap()
}

#[test]
fn calls_and_events_stand_in_one_sequence_and_are_read_page_by_page() {
    block_on(async {
        let org = org();
        reqwest::get(format!("{}/services/data", org.url())).await.unwrap();
        org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", "r-1".into())]).unwrap();
        create(&org, "Acount", json!({ "Name": "Acme" })).await;
        let first = control(&org, "journal?limit=2").await;
        let kinds: Vec<&str> = first["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["call", "event"]);
        assert_eq!(first["entries"][1]["payload"]["RequestIdentifier"], "r-1");
        assert!(first["entries"][0]["tookMillis"].as_f64().unwrap() > 0.0);
        let next = first["next"].as_u64().unwrap();
        let second = control(&org, &format!("journal?limit=2&afterSequence={next}")).await;
        assert_eq!((second["entries"].as_array().unwrap().len(), &second["next"]), (1, &Json::Null));
        assert_eq!(second["entries"][0]["status"], 404);
        assert_eq!(second["entries"][0]["user"], mockorg::ADMIN.username);
        for (filter, count) in [
            ("object=acount", 1),
            ("status=4xx", 1),
            ("channel=AssetRenewInitiatedEvent", 1),
            ("body~=Acme", 1),
            ("user=nobody", 0),
            ("pathGlob=/**/sobjects/A*", 1),
        ] {
            let found = control(&org, &format!("journal?{filter}")).await;
            assert_eq!(found["entries"].as_array().unwrap().len(), count, "{filter}");
        }
    });
}

#[test]
fn a_snapshot_that_comes_back_publishes_nothing_anew() {
    let org = org();
    org.publish("AssetRenewInitiatedEvent", []).unwrap();
    org.reset();
    org.publish("AssetCancelInitiatedEvent", []).unwrap();
    let events = JournalFilter::of(Pattern::default().kind(mockorg::EntryKind::Event));
    let entries = org.journal_page(&events).unwrap().entries;
    let lines: Vec<String> = entries.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].contains("AssetCancelInitiatedEvent"), "{lines:?}");
}

#[test]
fn near_misses_name_the_segment_and_the_member_that_differ() {
    block_on(async {
        let org = org();
        create(&org, "Acount", json!({ "Name": "Acme", "NumberOfEmployees": 1 })).await;
        reqwest::get(format!("{}/services/data", org.url())).await.unwrap();
        let wanted = Pattern::any()
            .method("POST")
            .path("/services/data/{version}/sobjects/Account")
            .body(r#"{"NumberOfEmployees":2}"#);
        let failure = org.verify().exactly(1, wanted).check().unwrap_err().to_string();
        assert!(
            failure.contains(
                "found 0 of 2 entries\nnearest: #1 POST /services/data/v62.0/sobjects/Acount → 404\n  \
                 path segment 5: expected Account, got Acount\n  \
                 body member `NumberOfEmployees`: expected 2, got 1"
            ),
            "{failure}"
        );
    });
}

#[test]
fn order_and_calls_that_nobody_expected_are_told() {
    block_on(async {
        let org = org();
        create(&org, "Account", json!({ "Name": "Acme" })).await;
        create(&org, "Contact", json!({ "LastName": "Miller" })).await;
        reqwest::get(format!("{}/services/data", org.url())).await.unwrap();
        let [account, contact] = ["Account", "Contact"].map(|object| Pattern::any().object(object));
        org.verify()
            .exactly(1, account.clone())
            .exactly(1, contact.clone())
            .in_order()
            .no_unexpected()
            .allow_describe()
            .assert();
        let turned = org.verify().exactly(1, contact.clone()).exactly(1, account.clone()).in_order().check();
        let failure = turned.unwrap_err().to_string();
        assert!(failure.contains("for Account after #3 POST"), "{failure}");
        let failure = org.verify().exactly(1, account).no_unexpected().check().unwrap_err().to_string();
        assert!(failure.contains("neither expected nor allowed\nfound 2 of 4 entries"), "{failure}");
    });
}

#[test]
fn no_secret_leaves_by_the_journal_its_archive_or_a_verification() {
    block_on(async {
        const SECRET: &str = "Geheim7Wort";
        let org = org();
        let client = Client::new();
        let form = format!(
            "grant_type=password&client_id={CLIENT_ID}&client_secret={SECRET}&username={}&password={SECRET}",
            mockorg::ADMIN.username
        );
        let token = client.post(format!("{}/services/oauth2/token", org.url()));
        let token = token.header("Content-Type", "application/x-www-form-urlencoded").body(form);
        token.send().await.unwrap();
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader><sessionId>\
             {SECRET}</sessionId></SessionHeader></e:Header><e:Body/></e:Envelope>"
        );
        let soap = client.post(format!("{}/services/Soap/u/62.0", org.url())).header("SOAPAction", "\"\"");
        soap.header("Content-Type", "text/xml").body(envelope).send().await.unwrap();
        let address = format!("{}/services/data?access_token={SECRET}&sid={SECRET}", org.url());
        let cookie = client.get(address).header("Cookie", format!("sid={SECRET}"));
        cookie.header("Authorization", format!("Bearer {SECRET}")).send().await.unwrap();
        let path = format!("{}/secur/frontdoor.jsp/00Dxx0000001gPL!{SECRET}", org.url());
        client.get(path).send().await.unwrap();
        org.publish(
            "AssetRenewInitiatedEvent",
            [("RequestIdentifier", format!("00Dxx0000001gPL!{SECRET}").into())],
        )
        .unwrap();
        let wanted = Pattern::any()
            .method("PUT")
            .query("access_token", SECRET)
            .header("authorization", &format!("Bearer {SECRET}"))
            .body(&json!({ "password": SECRET, "Name": "x" }).to_string());
        let failure = org.verify().exactly(1, wanted).never(Pattern::any()).check().unwrap_err();
        let told = [
            control(&org, "journal").await.to_string(),
            control(&org, "journal.har").await.to_string(),
            org.journal_har(),
            failure.to_string(),
            format!("{failure:?}"),
            format!("{:?}", org.journal()),
        ];
        for text in &told {
            assert!(!text.contains(SECRET) && !text.contains("Wort"), "{text}");
        }
        assert!(told[2].contains("grant_type=password"), "what is no secret is kept: {}", told[2]);
    });
}
