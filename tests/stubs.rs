//! What an org is customised with: stubs of org files and programs, and mocks of wiremock in front of the org.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use mockorg::{MockOrg, StartError, Stub, Webhook};
use serde_json::{Value as Json, json};
use tokio::runtime;

const STARTER: &str = include_str!("../fixtures/orgs/starter.json");

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn stub(name: &str, request: &Json, response: &Json) -> Stub {
    let stub = json!({ "name": name, "request": request, "response": response });
    Stub::parse(&stub.to_string()).unwrap()
}

async fn get(org: &MockOrg, path: &str) -> (u16, Json) {
    let client = reqwest::Client::new();
    let request = client.get(format!("{}{path}", org.url()));
    let answer = request.header("Authorization", org.session().authorization()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or(Json::Null))
}

/// The starter org with these stubs.
fn org_file(stubs: &Json) -> String {
    let mut org: Json = serde_json::from_str(STARTER).unwrap();
    org["stubs"] = stubs.clone();
    serde_json::to_string_pretty(&org).unwrap()
}

#[test]
fn stubs_of_an_org_file_answer_with_values_of_the_request_and_of_the_user() {
    block_on(async {
        let org = MockOrg::builder()
            .org_json(org_file(&json!([{
                "name": "price",
                "request": { "method": "GET", "path": "/services/apexrest/price/{sku}" },
                "response": { "body": { "sku": "{!path.sku}", "for": "{!user.Username}", "currency": "{!query.currency}" } }
            }])))
            .start()
            .await
            .unwrap();
        let answer = get(&org, "/services/apexrest/price/A%20%22B%22?currency=EUR").await;
        let expected = json!({ "sku": "A \"B\"", "for": mockorg::ADMIN.username, "currency": "EUR" });
        assert_eq!(answer, (200, expected));
        assert_eq!(org.stubs()[0].answered, 1);
    });
}

#[test]
fn a_stub_asks_for_a_session_unless_it_says_otherwise() {
    block_on(async {
        let org = MockOrg::start().await;
        org.add_stub(stub("a", &json!({ "path": "/services/apexrest/a" }), &json!({ "body": 1 }))).unwrap();
        let open = json!({ "name": "b", "request": { "path": "/services/apexrest/b" }, "session": false });
        org.add_stub(Stub::parse(&open.to_string()).unwrap()).unwrap();
        let status = |path: &str| {
            let request = reqwest::get(format!("{}/services/apexrest/{path}", org.url()));
            async move { request.await.unwrap().status().as_u16() }
        };
        assert_eq!((status("a").await, status("b").await), (401, 200));
        assert_eq!(org.stubs()[0].answered, 0, "a refused request is not answered");
    });
}

#[test]
fn the_smallest_priority_answers_and_stubs_that_are_used_up_stand_aside() {
    block_on(async {
        let org = MockOrg::start().await;
        let path = json!({ "path": "/services/data/{version}/connect/things" });
        for (name, priority, times) in [("usual", 5, None), ("first", 1, Some(2)), ("last", 9, None)] {
            let declared = json!({
                "name": name, "request": path, "response": { "body": "{!count}" }, "priority": priority, "times": times,
            });
            org.add_stub(Stub::parse(&declared.to_string()).unwrap()).unwrap();
        }
        let address = "/services/data/v64.0/connect/things";
        let mut answers = Vec::new();
        for _ in 0..4 {
            answers.push(get(&org, address).await.1);
        }
        assert_eq!(answers, [1, 2, 1, 2]);
        let answered: Vec<(String, u32)> =
            org.stubs().into_iter().map(|state| (state.stub.name.to_string(), state.answered)).collect();
        let expected =
            [("first", 2), ("usual", 2), ("last", 0)].map(|(name, count)| (name.to_owned(), count));
        assert_eq!(answered, expected);
        assert!(org.end_stub("usual") && org.end_stub("last"));
        assert_eq!(get(&org, address).await.0, 501, "what the org itself answers");
    });
}

#[test]
fn stubs_answer_inside_composite_requests() {
    block_on(async {
        let org = MockOrg::start().await;
        let path = json!({ "method": "GET", "path": "/services/data/v64.0/sobjects/Account/stubbed" });
        org.add_stub(stub("account", &path, &json!({ "body": { "Name": "Stubbed" } }))).unwrap();
        let request = json!({ "compositeRequest": [
            { "method": "GET", "url": "/services/data/v64.0/sobjects/Account/stubbed", "referenceId": "a" },
        ]});
        let client = reqwest::Client::new();
        let answer = client
            .post(format!("{}/services/data/v64.0/composite", org.url()))
            .header("Authorization", org.session().authorization())
            .json(&request);
        let body: Json = answer.send().await.unwrap().json().await.unwrap();
        assert_eq!(body["compositeResponse"][0]["body"]["Name"], "Stubbed");
    });
}

#[test]
fn stubs_of_the_control_surface_end_with_a_reset_and_others_begin_anew() {
    block_on(async {
        let org = MockOrg::start().await;
        org.add_stub(stub("lasting", &json!({ "path": "/services/apexrest/a" }), &json!({ "body": 1 })))
            .unwrap();
        let until_reset = json!({ "name": "passing", "request": { "path": "/services/apexrest/b" } });
        let client = reqwest::Client::new();
        let added =
            client.post(format!("{}/__mockorg/stubs", org.url())).json(&until_reset).send().await.unwrap();
        assert_eq!(added.status(), 201);
        assert_eq!(get(&org, "/services/apexrest/a").await, (200, json!(1)));
        client.post(format!("{}/__mockorg/reset", org.url())).send().await.unwrap();
        let left: Vec<(String, u32)> =
            org.stubs().into_iter().map(|state| (state.stub.name.to_string(), state.answered)).collect();
        assert_eq!(left, [("lasting".to_owned(), 0)]);
    });
}

#[test]
fn a_wrong_stub_is_told_with_its_place() {
    let wrong = json!([{ "name": "a", "request": { "path": "/a" }, "response": { "body": "{!path.b}" } }]);
    let error = MockOrg::builder().org_json(org_file(&wrong)).start_blocking().unwrap_err();
    assert!(matches!(error, StartError::Stub { number: 1, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("the path of the stub has no name `{b}`"), "{text}");
    let twice = || stub("a", &json!({ "path": "/a" }), &json!({}));
    let error = MockOrg::builder().stub(twice()).stub(twice()).start_blocking().unwrap_err();
    assert!(error.to_string().contains("there is a stub a already"), "{error}");
}

#[cfg(feature = "wiremock")]
mod mounted {
    use mockorg::wiremock::{
        Mock, ResponseTemplate,
        matchers::{body_json, header, method, path, path_regex},
    };

    use super::*;

    #[test]
    fn mocks_answer_under_the_orgs_address_and_the_org_answers_the_rest() {
        block_on(async {
            let org = MockOrg::start().await;
            let server = org.wiremock().await;
            Mock::given(method("POST"))
                .and(path("/services/apexrest/orders"))
                .and(header("Authorization", org.session().authorization().as_str()))
                .and(body_json(json!({ "sku": "A" })))
                .respond_with(ResponseTemplate::new(201).set_body_json(json!({ "order": 7 })))
                .expect(1)
                .mount(server)
                .await;
            let client = reqwest::Client::new();
            let post = |body: Json| {
                client
                    .post(format!("{}/services/apexrest/orders", org.url()))
                    .header("Authorization", org.session().authorization())
                    .json(&body)
                    .send()
            };
            let answer = post(json!({ "sku": "A" })).await.unwrap();
            assert_eq!(answer.status(), 201);
            assert_eq!(answer.json::<Json>().await.unwrap(), json!({ "order": 7 }));
            assert_eq!(post(json!({ "sku": "B" })).await.unwrap().status(), 404, "the org has no such class");
            assert_eq!(get(&org, "/services/data/v64.0/sobjects").await.0, 200);
            assert_eq!(get(&org, "/__mockorg/health").await.0, 200);
        });
    }

    const OBJECTS: &str = "/services/data/v64.0/sobjects";

    fn objects(status: u16) -> Mock {
        Mock::given(path_regex("^/services/data/.*/sobjects$")).respond_with(ResponseTemplate::new(status))
    }

    #[test]
    fn the_priorities_of_mocks_decide_and_one_that_is_used_up_stands_aside() {
        block_on(async {
            let org = MockOrg::start().await;
            let server = org.wiremock().await;
            objects(503).with_priority(3).mount(server).await;
            objects(429).with_priority(2).up_to_n_times(1).mount(server).await;
            let status = || async { get(&org, OBJECTS).await.0 };
            assert_eq!((status().await, status().await), (429, 503));
        });
    }

    #[test]
    fn a_scoped_mock_ends_with_its_guard_and_then_the_org_answers() {
        block_on(async {
            let org = MockOrg::start().await;
            let guard = objects(503).mount_as_scoped(org.wiremock().await).await;
            assert_eq!(get(&org, OBJECTS).await.0, 503);
            assert_eq!(guard.received_requests().await.len(), 1);
            drop(guard);
            assert_eq!(get(&org, OBJECTS).await.0, 200);
        });
    }

    #[test]
    fn a_404_with_a_body_is_an_answer_and_a_bare_one_is_none() {
        block_on(async {
            let org = MockOrg::start().await;
            let nothing = ResponseTemplate::new(404).set_body_json(json!([]));
            Mock::given(path("/services/apexrest/a")).respond_with(nothing).mount(org.wiremock().await).await;
            assert_eq!(get(&org, "/services/apexrest/a").await, (404, json!([])));
            let of_the_org = get(&org, "/services/apexrest/b").await.1;
            assert_eq!(of_the_org[0]["errorCode"], "NOT_FOUND");
        });
    }

    #[test]
    #[should_panic(expected = "Verifications failed")]
    fn expectations_that_are_not_met_fail_the_test() {
        block_on(async {
            let org = MockOrg::start().await;
            Mock::given(method("PURGE"))
                .respond_with(ResponseTemplate::new(200))
                .expect(1)
                .mount(org.wiremock().await)
                .await;
        });
    }
}

#[test]
fn an_export_declares_the_stubs_that_are_here_and_an_import_puts_them_in_the_place_of_their_names() {
    block_on(async {
        let org = MockOrg::start().await;
        let request = json!({ "path": "/services/apexrest/a" });
        org.add_stub(stub("a", &request, &json!({ "body": { "z": 1, "a": [null] } }))).unwrap();
        org.add_webhook(
            Webhook::new("shop", "http://127.0.0.1:9/", "/data/ChangeEvents").with_secret("sesame"),
        )
        .unwrap();
        let export = org.export();
        assert!(export.secrets.contains(&"the secret of the webhook shop".into()), "{:?}", export.secrets);
        let other = MockOrg::builder().org_json(export.json.clone()).start().await.unwrap();
        assert_eq!(get(&other, "/services/apexrest/a").await, (200, json!({ "z": 1, "a": [null] })));
        assert_eq!(&*other.webhooks()[0].webhook.name, "shop");
        other.end_stub("a");
        other.add_stub(stub("a", &request, &json!({ "body": 2 }))).unwrap();
        other.add_stub(stub("b", &json!({ "path": "/services/apexrest/b" }), &json!({ "body": 3 }))).unwrap();
        other.import(&export.json).unwrap();
        assert_eq!(get(&other, "/services/apexrest/a").await, (200, json!({ "z": 1, "a": [null] })));
        assert_eq!(get(&other, "/services/apexrest/b").await, (200, json!(3)), "others stay");
        assert_eq!(other.webhooks().len(), 1);
        // What cannot be declared is refused before anything has changed.
        other.end_stub("b");
        let wrong = export.json.replace("/data/ChangeEvents", "/data/NothingChangeEvent");
        let refusal = other.import(&wrong).unwrap_err();
        assert!(refusal.error.contains("/data/NothingChangeEvent"), "{refusal:?}");
        assert_eq!(other.webhooks()[0].webhook.channel, "/data/ChangeEvents".into());
    });
}

async fn create(org: &MockOrg) {
    let request = reqwest::Client::new().post(format!("{}/services/data/v62.0/sobjects/Account", org.url()));
    let request = request.header("Authorization", org.session().authorization());
    let answer = request.json(&json!({ "Name": "Made" })).send().await.unwrap();
    assert_eq!(answer.status(), 201);
}

#[test]
fn after_an_import_a_reset_begins_with_the_imported_file_until_one_goes_back_to_the_start() {
    block_on(async {
        let org = MockOrg::start().await;
        let accounts = org.records("Account").len();
        create(&org).await;
        let export = org.export();
        org.reset();
        assert_eq!(org.records("Account").len(), accounts);
        org.import(&export.json).unwrap();
        create(&org).await;
        org.reset();
        assert_eq!(org.records("Account").len(), accounts + 1, "the imported file is the beginning");
        org.reset_to_start();
        assert_eq!(org.records("Account").len(), accounts);
        org.reset();
        assert_eq!(org.records("Account").len(), accounts, "and stays so");
    });
}
