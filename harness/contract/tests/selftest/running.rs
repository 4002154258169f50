//! How a case runs: captured values, cleanup, polling, users, versions.

use serde_json::{Value, json};
use wiremock::{Match, Mock, MockServer, Request, ResponseTemplate, matchers::method};

use crate::stub::{answer, case, parse, run, runner, says, schemas, shipped, target, when};
use mockorg_contract::{ApiVersion, Target, Verdict, runner::Runner};

const ID: &str = "001000000000001AAA";

fn create() -> Value {
    json!({
        "request": {"method": "POST", "path": "/services/data/{version}/sobjects/Account", "json": {"Name": "Acme"}},
        "expect": {"status": 201},
        "capture": {"id": "$.id", "place": "header:location"}
    })
}

async fn org() -> MockServer {
    let server = MockServer::start().await;
    let saved = answer(201, r#"{"id":"001000000000001AAA","success":true,"errors":[]}"#)
        .insert_header("Location", "/x/1");
    when(&server, "POST", "/services/data/v62.0/sobjects/Account", saved).await;
    when(
        &server,
        "DELETE",
        &format!("/services/data/v62.0/sobjects/Account/{ID}"),
        ResponseTemplate::new(204),
    )
    .await;
    server
}

async fn sent(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|request| format!("{} {}", request.method, request.url.path())).collect()
}

#[tokio::test]
async fn captured_values_reach_later_steps_with_their_type() {
    let server = org().await;
    when(
        &server,
        "PATCH",
        &format!("/services/data/v62.0/sobjects/Account/{ID}"),
        ResponseTemplate::new(204),
    )
    .await;
    let patch = json!({
        "request": {
            "method": "PATCH", "path": "/services/data/{version}/sobjects/Account/{id}",
            "headers": {"Authorization": "OAuth {token}"},
            "json": {"b": "{done}", "a": "id {id} at {place}"}
        },
        "expect": {"status": 204, "text": ""}
    });
    let mut first = create();
    first["capture"]["done"] = json!("$.success");
    let outcome = run(&server, &case(&json!([first, patch]))).await;
    assert_eq!(outcome.verdict, Verdict::Match, "{outcome}");
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[1].headers["authorization"], "OAuth 00Dadmin!token");
    let body = String::from_utf8(requests[1].body.clone()).unwrap();
    assert_eq!(body, r#"{"a":"id 001000000000001AAA at /x/1","b":true}"#);
}

#[tokio::test]
async fn cleanup_runs_after_a_difference_and_skips_what_was_never_made() {
    let server = org().await;
    let wrong = json!({"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}});
    let never = json!({"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}});
    let outcome = run(
        &server,
        &parse(&json!({
            "title": "cleanup always runs", "source": "observed", "steps": [create(), wrong, never],
            "cleanup": [
                {"request": {"method": "DELETE", "path": "/services/data/{version}/sobjects/Contact/{other}"}},
                {"request": {"method": "DELETE", "path": "/services/data/{version}/sobjects/Account/{id}"}}
            ]
        })),
    )
    .await;
    assert!(outcome.to_string().contains("step 2, status: expected 200, got 404"), "{outcome}");
    let record = format!("DELETE /services/data/v62.0/sobjects/Account/{ID}");
    assert_eq!(
        sent(&server).await,
        ["POST /services/data/v62.0/sobjects/Account", "GET /services/data", &record]
    );
}

#[tokio::test]
async fn a_failing_cleanup_is_a_difference() {
    let server = MockServer::start().await;
    when(
        &server,
        "DELETE",
        "/services/data/v62.0/sobjects/Account/1",
        answer(400, r#"[{"message":"x","errorCode":"X"}]"#),
    )
    .await;
    when(
        &server,
        "GET",
        "/services/data",
        answer(200, r#"[{"label":"Summer '24","url":"/services/data/v61.0","version":"61.0"}]"#),
    )
    .await;
    let content = json!({
        "title": "cleanup is checked too", "source": "observed",
        "steps": [{"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}}],
        "cleanup": [{"request": {"method": "DELETE", "path": "/services/data/{version}/sobjects/Account/1"}}]
    });
    let report = run(&server, &parse(&content)).await.to_string();
    assert!(report.contains("cleanup 1, status: expected 2xx or 404, got 400"), "{report}");
}

fn polling() -> Value {
    json!([{
        "request": {"method": "GET", "path": "/services/data/{version}/sobjects/Job/1"},
        "repeat": {
            "until": {"$.State": {"anyOf": ["Completed", "Failed"]}}, "atMost": 3,
            "advance": {"method": "POST", "path": "/__mockorg/clock", "json": {"seconds": 5}}
        },
        "expect": {"status": 200, "json": {"$.State": "Completed"}}
    }])
}

fn state(name: &str) -> ResponseTemplate {
    answer(200, &json!({"attributes": {}, "State": name}).to_string())
}

#[tokio::test]
async fn polling_moves_the_clock_until_the_state_settles() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(state("InProgress")).up_to_n_times(2).mount(&server).await;
    Mock::given(method("GET")).respond_with(state("Completed")).mount(&server).await;
    when(&server, "POST", "/__mockorg/clock", answer(200, "{}")).await;
    let outcome = run(&server, &case(&polling())).await;
    assert_eq!(outcome.verdict, Verdict::Match, "{outcome}");
    let (get, advance) = ("GET /services/data/v62.0/sobjects/Job/1", "POST /__mockorg/clock");
    assert_eq!(sent(&server).await, [get, advance, get, advance, get]);
}

#[tokio::test]
async fn polling_without_a_control_surface_only_waits_and_gives_up_after_the_last_try() {
    let server = says(state("InProgress")).await;
    let mut target = target(&server);
    target.control = false;
    let outcome = Runner::new(target, schemas()).unwrap().run(&case(&polling()), ApiVersion(62)).await;
    let words = "$.State: expected one of: \"Completed\"; \"Failed\", got \"InProgress\" after 3 tries";
    assert!(outcome.to_string().contains(words), "{outcome}");
    assert_eq!(sent(&server).await.len(), 3);
}

#[tokio::test]
async fn every_try_of_a_polling_step_is_held_against_its_schema() {
    let server = says(answer(200, r#"{"State":"InProgress"}"#)).await;
    let report = run(&server, &case(&polling())).await.to_string();
    assert!(report.contains("\"attributes\" is a required property"), "{report}");
    assert_eq!(sent(&server).await.len(), 1, "the first broken answer ends the polling");
}

struct NoAuthorization;

impl Match for NoAuthorization {
    fn matches(&self, request: &Request) -> bool {
        !request.headers.contains_key("authorization")
    }
}

#[tokio::test]
async fn each_step_runs_as_its_user_and_anonymous_sends_no_token() {
    let server = MockServer::start().await;
    let versions = r#"[{"label":"Summer '24","url":"/services/data/v61.0","version":"61.0"}]"#;
    Mock::given(NoAuthorization).respond_with(answer(200, versions)).mount(&server).await;
    let read = |user: &str| json!({"as": user, "request": {"method": "GET", "path": "/services/data"}, "expect": {"status": [200, 404]}});
    run(&server, &case(&json!([read("anonymous"), read("restricted")]))).await;
    let requests = server.received_requests().await.unwrap();
    assert!(!requests[0].headers.contains_key("authorization"));
    assert_eq!(requests[1].headers["authorization"], "Bearer 00Dsmall!token");
}

#[tokio::test]
async fn cases_are_skipped_with_a_reason_when_the_target_cannot_serve_them() {
    let server = says(answer(200, "{}")).await;
    let skip = |extra: Value, target: Target| {
        let mut content = json!({"title": "needs something", "source": "observed", "steps": [
            {"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}}
        ]});
        for (key, value) in extra.as_object().unwrap() {
            content[key] = value.clone();
        }
        let case = parse(&content);
        async move { Runner::new(target, schemas()).unwrap().run(&case, ApiVersion(62)).await.to_string() }
    };
    let mut poor = target(&server);
    (poor.writes, poor.control) = (false, false);
    for (extra, reason) in [
        (json!({"needs": {"writes": true}}), "the target permits no writes"),
        (json!({"needs": {"control": true}}), "needs the mock's control surface"),
        (json!({"needs": {"variables": ["password"]}}), "gives no value 'password'"),
        (json!({"as": "partner"}), "no credential 'partner'"),
        (json!({"since": 63}), "says nothing about 62.0"),
        (json!({"until": 59}), "says nothing about 62.0"),
    ] {
        let report = skip(extra, poor.clone()).await;
        assert!(report.contains("skipped") && report.contains(reason), "{report}");
    }
    assert_eq!(sent(&server).await.len(), 0, "a skipped case sends nothing");
}

#[tokio::test]
async fn a_case_runs_at_the_versions_it_names_or_at_the_newest_it_allows() {
    let server =
        says(answer(200, r#"[{"label":"Winter '27","url":"/services/data/v68.0","version":"68.0"}]"#)).await;
    let runner = runner(&server);
    let newest = runner.client().newest_version().await.unwrap();
    assert_eq!(newest, ApiVersion(68));
    let versions = |case: &mockorg_contract::Case| {
        case.runs_at(newest).iter().map(|version| version.0).collect::<Vec<_>>()
    };
    let mut case =
        case(&json!([{"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}}]));
    assert_eq!(versions(&case), [68]);
    case.until = Some(ApiVersion(59));
    assert_eq!(versions(&case), [59]);
    assert_eq!(versions(&shipped("rest/account-create-retrieve-delete")), [31, 62]);
    assert_eq!(runner.run_all(&case, newest).await.len(), 1);
    case.versions = vec![ApiVersion(69)];
    let outcomes = runner.run_all(&case, newest).await;
    assert_eq!(outcomes[0].verdict, Verdict::Skipped("the target's newest version is 68.0".to_owned()));
}

#[tokio::test]
async fn the_shipped_query_case_wants_the_caret_below_the_end_of_the_query() {
    let refusal = |blanks: usize| {
        let text = format!(
            "\nSELECT Id FROM Account WHERE\n{}^\nERROR at Row:1:Column:29\nunexpected token: '<EOF>'",
            " ".repeat(blanks)
        );
        answer(400, &format!("[{{\"message\":{},\"errorCode\":\"MALFORMED_QUERY\"}}]", json!(text)))
    };
    let case = shipped("rest/query-malformed");
    assert_eq!(run(&says(refusal(28)).await, &case).await.verdict, Verdict::Match);
    let report = run(&says(refusal(27)).await, &case).await.to_string();
    assert!(report.contains("$[0].message: expected"), "{report}");
}

#[tokio::test]
async fn a_case_is_left_out_when_objects_or_permission_sets_are_missing_and_each_is_asked_for_once() {
    let server = MockServer::start().await;
    let versions = answer(200, r#"[{"label":"Winter '27","url":"/services/data/v68.0","version":"68.0"}]"#);
    when(&server, "GET", "/services/data", versions).await;
    let objects = answer(200, r#"{"sobjects":[{"name":"Account"}]}"#);
    when(&server, "GET", "/services/data/v62.0/sobjects", objects).await;
    when(&server, "GET", "/services/oauth2/userinfo", answer(200, r#"{"user_id":"005000000000001AAA"}"#))
        .await;
    let sets = r#"{"totalSize":1,"done":true,"records":[{"PermissionSet":{"Name":"Seller"}}]}"#;
    when(&server, "GET", "/services/data/v62.0/query", answer(200, sets)).await;
    let case = |needs: Value| {
        parse(&json!({"title": "needs something", "source": "observed", "needs": needs, "steps": [
            {"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}}
        ]}))
    };
    let runner = runner(&server);
    for (needs, words) in [
        (json!({"objects": ["Account"], "permissions": ["Seller"]}), "match"),
        (
            json!({"objects": ["Account", "Asset"]}),
            "skipped, the target has no object 'Asset' for user 'admin'",
        ),
        (json!({"permissions": ["Buyer"]}), "skipped, user 'admin' lacks the permission set 'Buyer'"),
    ] {
        let report = runner.run(&case(needs), ApiVersion(62)).await.to_string();
        assert!(report.contains(words), "{report}");
    }
    assert_eq!(sent(&server).await.len(), 4, "one describe, one user info, one query, one step");
}
