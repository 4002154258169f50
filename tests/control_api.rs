//! The control surface keeps what its document promises: every operation is called with bodies that the document
//! allows and with bodies that it does not, and every answer is held against it.
#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "control_api/bodies.rs"]
mod bodies;
#[path = "control_api/document.rs"]
mod document;
#[path = "control_api/scene.rs"]
mod scene;

use mockorg::{ControlAccess, MockOrg};
use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue},
};
use serde_json::{Value as Json, json};

use crate::{
    document::{Document, Operation},
    scene::{Scene, block_on},
};

#[test]
fn the_document_is_one_of_openapi_3_1() {
    block_on(async {
        let served = Document::of(&MockOrg::start().await).await;
        let problems = served.problems();
        assert!(problems.is_empty(), "{problems:#?}");
        assert!(served.operations().len() > 20);
    });
}

#[test]
fn the_document_has_exactly_the_paths_that_are_served() {
    block_on(async {
        let scene = Scene::set().await;
        let document = Document::of(&scene.org).await;
        let named: Vec<(String, String)> = document
            .operations()
            .iter()
            .map(|operation| (operation.method.to_uppercase(), operation.path.clone()))
            .collect();
        let mut served: Vec<(String, String)> = mockorg::control_operations()
            .map(|operation| (operation.method.to_owned(), operation.path.to_owned()))
            .collect();
        served.sort_by_key(|(method, path)| (path.clone(), method.to_lowercase()));
        assert_eq!(named, served);
        // A method that the document lacks is refused, and so is a path.
        for operation in document.operations() {
            let taken =
                |method: &str| named.iter().any(|(own, path)| own == method && *path == operation.path);
            for method in
                ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().filter(|method| !taken(method))
            {
                let path = operation.path.replace(['{', '}'], "");
                let (status, answer) = scene.send(method, &path, None).await;
                assert_eq!(status, 405, "{method} {path}");
                document.assert_refusal(&answer);
            }
        }
        for path in ["/__mockorg/nonsense", "/__mockorg", "/__mockorg/clock/more"] {
            let (status, answer) = scene.send("GET", path, None).await;
            assert_eq!(status, 404, "{path}");
            document.assert_refusal(&answer);
        }
    });
}

#[test]
fn what_the_document_allows_is_accepted_with_the_promised_answer() {
    block_on(async {
        let document = Document::of(&MockOrg::start().await).await;
        let mut sent = 0;
        let mut broken = Vec::new();
        for operation in document.operations() {
            for body in bodies::allowed(&operation) {
                // Each body meets an org in which it makes sense.
                let scene = Scene::set().await;
                let path = scene.prepare(&operation, body.as_ref()).await;
                let method = operation.method.to_uppercase();
                let (status, answer) = scene.send(&method, &path, body.as_ref()).await;
                let said = format!("{method} {path} {}: {status} {answer}", body.unwrap_or_default());
                broken.extend(document.broken_promise(&operation, status, &answer, &said));
                sent += 1;
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        assert!(sent > 30, "{sent}");
    });
}

#[test]
fn what_the_document_does_not_allow_is_refused_with_what_to_do() {
    block_on(async {
        let document = Document::of(&MockOrg::start().await).await;
        let mut sent = 0;
        let mut taken = Vec::new();
        for operation in document.operations().into_iter().filter(|operation| operation.body.is_some()) {
            // What one operation takes must not be in the way of the next one.
            let scene = Scene::set().await;
            let path = scene.prepare(&operation, None).await;
            let method = operation.method.to_uppercase();
            for body in bodies::broken(&document, &operation) {
                let (status, answer) = scene.send(&method, &path, Some(&body)).await;
                if status == 400 {
                    document.assert_refusal(&answer);
                } else {
                    taken.push(format!("{method} {path} {body}: {status} {answer}"));
                }
                sent += 1;
            }
            for text in ["{", "[]", "\"text\"", "{\"a\":1,}", "\u{0}"] {
                let (status, answer) = scene.send_text(&method, &path, text).await;
                assert_eq!(status, 400, "{method} {path} took {text}: {answer}");
                document.assert_refusal(&answer);
            }
        }
        assert!(taken.is_empty(), "{} were taken:\n{}", taken.len(), taken.join("\n"));
        assert!(sent > 200, "{sent}");
    });
}

#[test]
fn parameters_that_the_document_lacks_or_that_are_of_another_form_are_refused() {
    block_on(async {
        let scene = Scene::set().await;
        let document = Document::of(&scene.org).await;
        for operation in document.operations() {
            let path = scene.prepare(&operation, None).await;
            let method = operation.method.to_uppercase();
            let (status, answer) = scene.send(&method, &format!("{path}?nonsense=1"), None).await;
            assert_eq!(status, 400, "{method} {path}");
            assert!(answer["error"].as_str().unwrap().contains("`nonsense`"), "{answer}");
            for (name, schema) in operation.arguments() {
                if schema["type"] == "string" {
                    continue;
                }
                let address = format!("{path}?{name}=n0nsense");
                let (status, answer) = scene.send(&method, &address, None).await;
                assert_eq!(status, 400, "{method} {address}: {answer}");
                document.assert_refusal(&answer);
            }
        }
    });
}

async fn status_of(org: &MockOrg, method: Method, path: &str, headers: HeaderMap) -> (u16, Json) {
    let request = reqwest::Client::new().request(method, format!("{}{path}", org.url())).headers(headers);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn header(name: &'static str, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(
        reqwest::header::HeaderName::from_static(name),
        HeaderValue::from_str(value).unwrap(),
    )])
}

#[test]
fn a_token_is_asked_for_where_one_was_chosen_and_health_is_open() {
    block_on(async {
        let access = ControlAccess::Token("s3cret".into());
        let org = MockOrg::builder().control(access).start().await.unwrap();
        let reset = async |headers| status_of(&org, Method::POST, "/__mockorg/reset", headers).await;
        let (status, refusal) = reset(HeaderMap::new()).await;
        assert_eq!(status, 401);
        assert!(refusal["hint"].as_str().unwrap().contains("X-Mockorg-Token"), "{refusal}");
        assert_eq!(reset(header("x-mockorg-token", "s3cre")).await.0, 403);
        // A session of the org is no token of the control surface.
        assert_eq!(reset(header("authorization", &org.session().authorization())).await.0, 401);
        assert_eq!(reset(header("x-mockorg-token", "s3cret")).await.0, 200);
        for path in ["/__mockorg/journal", "/__mockorg/openapi.json", "/__mockorg/clock"] {
            assert_eq!(status_of(&org, Method::GET, path, HeaderMap::new()).await.0, 401, "{path}");
        }
        assert_eq!(status_of(&org, Method::GET, "/__mockorg/health", HeaderMap::new()).await.0, 200);
    });
}

#[test]
fn an_org_that_other_machines_can_reach_asks_for_a_token_of_its_own() {
    block_on(async {
        let everywhere = std::net::Ipv4Addr::UNSPECIFIED.into();
        let org = MockOrg::builder().host(everywhere).start().await.unwrap();
        let token = org.control_token().unwrap().to_owned();
        assert_eq!(status_of(&org, Method::GET, "/__mockorg/clock", HeaderMap::new()).await.0, 401);
        let headers = header("x-mockorg-token", &token);
        assert_eq!(status_of(&org, Method::GET, "/__mockorg/clock", headers).await.0, 200);
        let other = MockOrg::builder().host(everywhere).start().await.unwrap();
        assert_ne!(other.control_token(), Some(&*token));
    });
}

#[test]
fn a_control_surface_that_is_off_answers_nothing_but_health() {
    block_on(async {
        let org = MockOrg::builder().control(ControlAccess::Off).start().await.unwrap();
        let (status, refusal) = status_of(&org, Method::POST, "/__mockorg/reset", HeaderMap::new()).await;
        assert_eq!(status, 404);
        assert!(refusal["hint"].as_str().unwrap().contains("--control"), "{refusal}");
        assert_eq!(status_of(&org, Method::GET, "/__mockorg/health", HeaderMap::new()).await.0, 200);
    });
}

#[test]
fn pages_of_other_sites_cannot_steer_a_local_org() {
    block_on(async {
        let org = MockOrg::start().await;
        let port = org.address().port();
        org.advance(std::time::Duration::from_secs(3600)).await;
        let later = org.now();
        let reset = async |headers| status_of(&org, Method::POST, "/__mockorg/reset", headers).await.0;
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "file://", "nonsense"] {
            assert_eq!(reset(header("origin", origin)).await, 403, "{origin}");
        }
        assert_eq!(reset(header("sec-fetch-site", "cross-site")).await, 403);
        // A name that leads to this machine and belongs to somebody else.
        let mut rebound = header("origin", &format!("http://rebound.example:{port}"));
        rebound.insert("host", HeaderValue::from_str(&format!("rebound.example:{port}")).unwrap());
        assert_eq!(reset(rebound).await, 403);
        assert_eq!(org.now(), later, "nothing was reset");
        assert_eq!(reset(header("origin", &format!("http://127.0.0.1:{port}"))).await, 200);
        assert_eq!(org.now(), mockorg::DEFAULT_TIME);
        let clock = org.now();
        let body = json!({"advance": 60});
        let moved = reqwest::Client::new()
            .post(format!("{}/__mockorg/clock", org.url()))
            .header("Origin", "https://evil.example")
            .header("Content-Type", "text/plain")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!((moved.status().as_u16(), org.now()), (403, clock));
    });
}

/// The operation under an id.
fn operation(document: &Document, id: &str) -> Operation {
    document.operations().into_iter().find(|operation| operation.id == id).unwrap()
}

#[test]
fn operations_say_what_they_take() {
    block_on(async {
        let document = Document::of(&MockOrg::start().await).await;
        assert!(operation(&document, "control-clock-post").body.is_some());
        let events = operation(&document, "control-events-get");
        assert_eq!(events.arguments().len(), 2);
    });
}
