//! An org that answers behind a server of wiremock, as it answers on its own port.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use mockorg::{
    MockOrg, Pattern,
    wiremock::{Mock, MockServer, ResponseTemplate, matchers},
};
use reqwest::{Client, Response};
use serde_json::{Value as Json, json};
use tokio::runtime;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

async fn get(base: &str, org: &MockOrg, path: &str) -> Response {
    let request = Client::new().get(format!("{base}{path}"));
    request.header("Authorization", org.session().authorization()).send().await.unwrap()
}

#[test]
fn a_mock_server_answers_as_the_org_does_on_its_own_port() {
    block_on(async {
        let org = MockOrg::start().await;
        let server = MockServer::start().await;
        Mock::given(matchers::any()).respond_with(org.responder()).mount(&server).await;
        let account = org.records("Account")[0].id();
        for path in [
            "/services/data".to_owned(),
            format!("/services/data/v62.0/sobjects/Account/{account}"),
            "/services/data/v62.0/sobjects/Nothing".to_owned(),
            "/services/data/v62.0/query?q=SELECT+Id,Name+FROM+Account+ORDER+BY+Id".to_owned(),
            "/services/data/v62.0/sobjects/Account/describe".to_owned(),
        ] {
            let (here, there) = (get(&server.uri(), &org, &path).await, get(org.url(), &org, &path).await);
            assert_eq!(here.status(), there.status(), "{path}");
            for name in ["content-type", "vary", "cache-control", "last-modified", "etag"] {
                let [here, there] =
                    [&here, &there].map(|answer| answer.headers().get_all(name).iter().count());
                assert_eq!(here, there, "{path}: {name}");
            }
            assert_eq!(here.headers().get("content-type"), there.headers().get("content-type"), "{path}");
            let [here, there] = [here.text().await.unwrap(), there.text().await.unwrap()];
            assert_eq!(here.replace(&server.uri(), org.url()), there, "{path}");
        }
        org.verify().exactly(2, Pattern::any().path("/services/data").status(200)).assert();
    });
}

#[test]
fn addresses_name_the_host_that_the_client_used_and_other_mocks_go_first() {
    block_on(async {
        let org = MockOrg::start().await;
        let server = MockServer::start().await;
        let own = Mock::given(matchers::path("/services/apexrest/price"));
        own.respond_with(ResponseTemplate::new(200).set_body_string("12.50")).mount(&server).await;
        Mock::given(matchers::any()).respond_with(org.responder()).with_priority(9).mount(&server).await;
        let price = get(&server.uri(), &org, "/services/apexrest/price").await;
        assert_eq!(price.text().await.unwrap(), "12.50");
        let user: Json = get(&server.uri(), &org, "/services/oauth2/userinfo").await.json().await.unwrap();
        assert!(user["urls"]["rest"].as_str().unwrap().starts_with(&server.uri()), "{user}");
    });
}

#[test]
fn long_polls_are_refused_by_name() {
    block_on(async {
        let org = MockOrg::start().await;
        let server = MockServer::start().await;
        Mock::given(matchers::any()).respond_with(org.responder()).mount(&server).await;
        let handshake = json!([{ "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"] }]);
        let answer = Client::new().post(format!("{}/cometd/62.0", server.uri())).json(&handshake).send();
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 501);
        assert!(answer.text().await.unwrap().contains("the Streaming API on another server's port"));
    });
}

#[test]
fn an_org_itself_is_an_answer_of_a_mock() {
    block_on(async {
        let server = MockServer::start().await;
        Mock::given(matchers::any()).respond_with(MockOrg::start().await).mount(&server).await;
        let answer = reqwest::get(format!("{}/services/data", server.uri())).await.unwrap();
        assert_eq!(answer.status(), 200);
    });
}
