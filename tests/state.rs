//! Known states: snapshots, the return to them, and branches, as tests and clients see them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use mockorg::{BranchOrder, CLIENT_ID, CLIENT_SECRET, Clock, MockOrg, Stub, Webhook};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value as Json, json};
use tokio::runtime;

const DATA: &str = "/services/data/v62.0";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

async fn send(request: RequestBuilder) -> (u16, Json) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or(Json::Null))
}

/// A request under an address, with the session that every org has from the start.
async fn ask(org: &MockOrg, base: &str, method: Method, path: &str, body: Option<&Json>) -> (u16, Json) {
    let request = Client::new().request(method, format!("{base}{path}"));
    let request = request.header("Authorization", org.session().authorization());
    send(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

async fn create(org: &MockOrg, base: &str, name: &str) -> String {
    let path = format!("{DATA}/sobjects/Account");
    let (status, answer) = ask(org, base, Method::POST, &path, Some(&json!({ "Name": name }))).await;
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

async fn status_of(org: &MockOrg, base: &str, id: &str) -> u16 {
    ask(org, base, Method::GET, &format!("{DATA}/sobjects/Account/{id}"), None).await.0
}

async fn control(org: &MockOrg, method: Method, path: &str, body: Option<&Json>) -> (u16, Json) {
    ask(org, org.url(), method, &format!("/__mockorg{path}"), body).await
}

fn publish(org: &MockOrg, request: &str) {
    org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", request.into())]).unwrap();
}

#[test]
fn a_snapshot_brings_back_records_events_and_the_clock_that_stood() {
    block_on(async {
        let org = MockOrg::start().await;
        let kept = create(&org, org.url(), "Kept").await;
        publish(&org, "before");
        let at = org.now();
        org.take_snapshot("before").unwrap();
        for round in 0..3 {
            let lost = create(&org, org.url(), "Lost").await;
            let gone =
                ask(&org, org.url(), Method::DELETE, &format!("{DATA}/sobjects/Account/{kept}"), None).await;
            assert_eq!(gone.0, 204);
            publish(&org, "after");
            org.advance(Duration::from_secs(3600)).await;
            org.restore_snapshot("before").unwrap();
            assert_eq!(status_of(&org, org.url(), &kept).await, 200, "round {round}");
            assert_eq!(status_of(&org, org.url(), &lost).await, 404, "round {round}");
            assert_eq!(org.now(), at);
            let requests: Vec<_> = org
                .events_on("/event/AssetRenewInitiatedEvent")
                .iter()
                .map(|event| event.text("RequestIdentifier"))
                .collect();
            assert_eq!(requests, [Some("before".to_owned())]);
        }
        let names: Vec<_> = org.snapshots().into_iter().map(|state| (state.name, state.at)).collect();
        assert_eq!(names, [("before".into(), at)]);
        assert!(org.drop_snapshot("before") && !org.drop_snapshot("before"));
        assert!(org.restore_snapshot("before").unwrap_err().to_string().contains("no snapshot before"));
    });
}

#[test]
fn time_that_the_machine_tells_goes_on_over_the_return_to_a_snapshot() {
    let org = MockOrg::builder().clock(Clock::SYSTEM).start_blocking().unwrap();
    org.take_snapshot("a").unwrap();
    let later = org.now();
    org.restore_snapshot("a").unwrap();
    assert!(org.now() >= later);
    org.advance_blocking(Duration::from_secs(86_400));
    org.restore_snapshot("a").unwrap();
    let ahead = org.now().millis() - later.millis();
    assert!((0..3_600_000).contains(&ahead), "the day that was added is taken back: {ahead}");
}

#[test]
fn sessions_opened_since_are_over_and_locators_opened_before_lead_on_again() {
    block_on(async {
        let org = MockOrg::start().await;
        for number in 0..450 {
            create(&org, org.url(), &format!("Paged {number}")).await;
        }
        let query = format!("{DATA}/query?q=SELECT+Id+FROM+Account+WHERE+Name+LIKE+'Paged%25'");
        let request = Client::new().get(format!("{}{query}", org.url()));
        let request = request.header("Authorization", org.session().authorization());
        let (_, page) = send(request.header("Sforce-Query-Options", "batchSize=200")).await;
        let next = page["nextRecordsUrl"].as_str().unwrap().to_owned();
        org.take_snapshot("open").unwrap();
        let session = org.login(mockorg::ADMIN.username, mockorg::ADMIN.password).unwrap();
        for id in page["records"].as_array().unwrap() {
            let path = format!("{DATA}/sobjects/Account/{}", id["Id"].as_str().unwrap());
            ask(&org, org.url(), Method::DELETE, &path, None).await;
        }
        org.restore_snapshot("open").unwrap();
        let (status, page) = ask(&org, org.url(), Method::GET, &next, None).await;
        assert_eq!((status, page["records"].as_array().unwrap().len()), (200, 250));
        let limits = Client::new().get(format!("{}{DATA}/limits", org.url()));
        let (status, answer) = send(limits.header("Authorization", session.authorization())).await;
        assert_eq!((status, &answer[0]["errorCode"]), (401, &json!("INVALID_SESSION_ID")));
    });
}

#[test]
fn stubs_are_what_they_were_with_their_counts() {
    block_on(async {
        let org = MockOrg::start().await;
        let stub = |name: &str| {
            let path = format!("/services/apexrest/{name}");
            Stub::parse(&json!({ "name": name, "request": { "path": path } }).to_string()).unwrap()
        };
        org.add_stub(stub("first")).unwrap();
        ask(&org, org.url(), Method::GET, "/services/apexrest/first", None).await;
        org.take_snapshot("one").unwrap();
        org.end_stub("first");
        org.add_stub(stub("second")).unwrap();
        ask(&org, org.url(), Method::GET, "/services/apexrest/second", None).await;
        org.restore_snapshot("one").unwrap();
        let stubs: Vec<_> = org.stubs().into_iter().map(|state| (state.stub.name, state.answered)).collect();
        assert_eq!(stubs, [("first".into(), 1)]);
    });
}

#[test]
fn a_webhook_goes_on_from_where_it_was_and_a_handler_with_the_next_event() {
    block_on(async {
        let org = MockOrg::start().await;
        let handled = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&handled);
        org.on_event("AssetRenewInitiatedEvent", move |event, _| {
            seen.lock().unwrap().push(event.text("RequestIdentifier").unwrap());
            Ok(())
        });
        // Nobody listens there: the webhook stays where it is.
        org.add_webhook(Webhook::new("shop", "http://127.0.0.1:9/events", "AssetRenewInitiatedEvent"))
            .unwrap();
        org.wait_for_webhooks().await;
        let before = org.webhooks()[0].position;
        publish(&org, "one");
        org.take_snapshot("one").unwrap();
        publish(&org, "two");
        org.wait_for_handlers();
        org.add_webhook(Webhook::new("more", "http://127.0.0.1:9/more", "AssetRenewInitiatedEvent")).unwrap();
        org.restore_snapshot("one").unwrap();
        let webhooks: Vec<_> =
            org.webhooks().into_iter().map(|state| (state.webhook.name, state.position)).collect();
        assert_eq!(webhooks, [("shop".into(), before)]);
        publish(&org, "three");
        org.wait_for_handlers();
        assert_eq!(*handled.lock().unwrap(), ["one", "two", "three"]);
    });
}

#[test]
fn clients_of_the_streaming_api_are_told_to_start_over() {
    block_on(async {
        let org = MockOrg::start().await;
        let cometd = "/cometd/62.0";
        let hello = json!([{ "channel": "/meta/handshake", "version": "1.0",
            "supportedConnectionTypes": ["long-polling"] }]);
        let (_, hello) = ask(&org, org.url(), Method::POST, cometd, Some(&hello)).await;
        let client = hello[0]["clientId"].clone();
        org.take_snapshot("a").unwrap();
        org.restore_snapshot("a").unwrap();
        let connect =
            json!([{ "channel": "/meta/connect", "clientId": client, "connectionType": "long-polling" }]);
        let (_, answer) = ask(&org, org.url(), Method::POST, cometd, Some(&connect)).await;
        assert_eq!(
            (&answer[0]["successful"], &answer[0]["advice"]["reconnect"]),
            (&json!(false), &json!("handshake"))
        );
    });
}

#[test]
fn snapshots_have_names_for_addresses_and_there_is_an_end_to_them() {
    block_on(async {
        let org = MockOrg::start().await;
        for name in ["", ".", "a b", "ü", &"x".repeat(65)] {
            assert!(org.take_snapshot(name).is_err(), "{name}");
        }
        for number in 0..100 {
            org.take_snapshot(&format!("s{number}")).unwrap();
        }
        let refusal = org.take_snapshot("one-more").unwrap_err().to_string();
        assert!(refusal.contains("there are 100 snapshots"), "{refusal}");
        org.take_snapshot("s7").unwrap();
        let (status, answer) = control(&org, Method::PUT, "/snapshots/one-more", None).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (400, Some("there are 100 snapshots, and no more are kept"))
        );
        let (_, answer) = control(&org, Method::GET, "/snapshots", None).await;
        assert_eq!(answer["snapshots"].as_array().unwrap().len(), 100);
    });
}

#[test]
fn a_branch_of_the_process_is_an_org_of_its_own_with_the_same_sessions() {
    static ORG: LazyLock<MockOrg> = LazyLock::new(|| {
        let org = MockOrg::start_blocking();
        block_on(create(&org, org.url(), "Seeded"));
        org
    });
    LazyLock::force(&ORG);
    block_on(async {
        let seeded = ORG.records("Account").last().unwrap().id().to_string();
        let (one, other) = (ORG.branch().await, ORG.branch().await);
        let id = create(&one, one.url(), "Own").await;
        assert_eq!(status_of(&one, one.url(), &seeded).await, 200);
        assert_eq!(status_of(&one, one.url(), &id).await, 200);
        assert_eq!(status_of(&other, other.url(), &id).await, 404);
        assert_eq!(status_of(&ORG, ORG.url(), &id).await, 404);
        one.advance(Duration::from_secs(60)).await;
        assert!(one.now() > other.now() && other.now() == ORG.now());
        let again = one.branch().await;
        assert_eq!(status_of(&again, again.url(), &id).await, 200, "a branch of a branch");
        drop(one);
        assert_eq!(status_of(&again, again.url(), &id).await, 200);
    });
}

/// A client that sends every request to this org, whatever host it names.
fn client_of(org: &MockOrg, host: &str) -> Client {
    Client::builder().resolve(host, org.address()).build().unwrap()
}

#[test]
fn a_branch_is_reached_by_host_by_path_and_by_port() {
    block_on(async {
        let org = MockOrg::start().await;
        let order = json!({ "name": "pr-17", "port": 0 });
        let (status, branch) = control(&org, Method::POST, "/branches", Some(&order)).await;
        assert_eq!(status, 201, "{branch}");
        let prefix = format!("{}/__org/pr-17", org.url());
        let port = branch["url"].as_str().unwrap().to_owned();
        let host = format!("http://pr-17.localhost:{}", org.address().port());
        let by_host = client_of(&org, "pr-17.localhost");
        let id = create(&org, &prefix, "Own").await;
        assert_eq!(status_of(&org, &port, &id).await, 200);
        let request = by_host.get(format!("{host}{DATA}/sobjects/Account/{id}"));
        assert_eq!(send(request.header("Authorization", org.session().authorization())).await.0, 200);
        assert_eq!(status_of(&org, org.url(), &id).await, 404);

        // Each way is told in the addresses that clients go on with.
        for (client, base) in [(Client::new(), &prefix), (Client::new(), &port), (by_host, &host)] {
            let form =
                format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}");
            let request = client.post(format!("{base}/services/oauth2/token")).body(form);
            let request = request.header("Content-Type", "application/x-www-form-urlencoded");
            let (_, token) = send(request).await;
            assert_eq!(token["instance_url"], json!(base), "{token}");
            assert!(token["id"].as_str().unwrap().starts_with(&format!("{base}/id/00D")));
            let envelope = format!(
                "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
                 xmlns:urn=\"urn:partner.soap.sforce.com\"><soapenv:Body><urn:login><urn:username>{}</urn:username>\
                 <urn:password>{}</urn:password></urn:login></soapenv:Body></soapenv:Envelope>",
                mockorg::ADMIN.username,
                mockorg::ADMIN.password
            );
            let request = client.post(format!("{base}/services/Soap/u/62.0")).body(envelope);
            let request = request.header("Content-Type", "text/xml").header("SOAPAction", "login");
            let answer = request.send().await.unwrap().text().await.unwrap();
            assert!(answer.contains(&format!("<serverUrl>{base}/services/Soap/u/62.0/")), "{answer}");
        }

        // Each has a control surface of its own.
        let (_, clock) =
            ask(&org, &prefix, Method::POST, "/__mockorg/clock", Some(&json!({ "advance": 60 }))).await;
        assert_ne!(clock["now"], control(&org, Method::GET, "/clock", None).await.1["now"]);
        let (status, _) = ask(&org, &prefix, Method::PUT, "/__mockorg/snapshots/own", None).await;
        assert_eq!((status, org.snapshots().len()), (201, 0));

        assert_eq!(control(&org, Method::DELETE, "/branches/pr-17", None).await.0, 200);
        let (status, answer) = ask(&org, &prefix, Method::GET, DATA, None).await;
        assert_eq!((status, answer["error"].as_str()), (404, Some("there is no branch pr-17")));
    });
}

#[test]
fn a_browser_that_logs_in_stays_with_its_branch() {
    block_on(async {
        let org = MockOrg::start().await;
        org.add_branch(BranchOrder { name: "web".into(), ..BranchOrder::default() }).unwrap();
        let browser = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let start = "/__org/web/services/oauth2/authorize?response_type=code&client_id=";
        let callback = "http://localhost:1717/OauthRedirect";
        let address = format!("{}{start}{CLIENT_ID}&redirect_uri={callback}", org.url());
        let answer = browser.get(address).send().await.unwrap();
        let to = answer.headers()["location"].to_str().unwrap().to_owned();
        assert!(to.starts_with("/__org/web/login?"), "{to}");
        let page = browser.get(format!("{}{to}", org.url())).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("action=\"/__org/web/login\""), "{page}");
    });
}

#[test]
fn a_branch_begins_from_a_snapshot_or_from_another_branch() {
    block_on(async {
        let org = MockOrg::start().await;
        org.take_snapshot("empty").unwrap();
        let id = create(&org, org.url(), "Later").await;
        let branch = |name: &str, from: Option<&str>| BranchOrder {
            name: name.into(),
            from: from.map(Into::into),
            port: None,
        };
        org.add_branch(branch("now", None)).unwrap();
        org.add_branch(branch("then", Some("empty"))).unwrap();
        org.add_branch(branch("again", Some("now"))).unwrap();
        let states: Vec<_> = org.branches().into_iter().map(|state| state.name.to_string()).collect();
        assert_eq!(states, ["again", "now", "then"]);
        for (name, status) in [("now", 200), ("then", 404), ("again", 200)] {
            let base = format!("{}/__org/{name}", org.url());
            assert_eq!(status_of(&org, &base, &id).await, status, "{name}");
        }
        for (name, from) in
            [("now", None), ("localhost", None), ("127", None), ("A", None), ("x", Some("nothing"))]
        {
            assert!(org.add_branch(branch(name, from)).is_err(), "{name}");
        }
        assert!(org.end_branch("now") && !org.end_branch("now"));
        assert_eq!(status_of(&org, &format!("{}/__org/again", org.url()), &id).await, 200);
        org.stop().await.unwrap();
    });
}
