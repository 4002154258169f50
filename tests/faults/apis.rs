//! One fault in the words of every API.

use mockorg::{ErrorCode, FaultPlan, MockOrg};
use serde_json::{Value as Json, json};

use crate::client::{Seen, send};

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// The same fault as the org meets it, and as the shell meets it: plans that name methods strike there.
fn both_ways(code: ErrorCode) -> [FaultPlan; 2] {
    [FaultPlan::error(code), FaultPlan::error(code).on_method("POST").on_method("GET")]
}

fn soap(org: &MockOrg) -> Seen {
    let token = &org.session().access_token;
    let body = format!(
        r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com"><e:Header><u:SessionHeader><u:sessionId>{token}</u:sessionId></u:SessionHeader></e:Header><e:Body><u:query><u:queryString>SELECT Id FROM Account</u:queryString></u:query></e:Body></e:Envelope>"#
    );
    let headers = [("Content-Type", "text/xml"), ("SOAPAction", "\"\""), ("Authorization", "none")];
    send(org, "POST", "/services/Soap/u/64.0", &headers, body.as_bytes())
}

fn bulk_classic(org: &MockOrg, json: bool) -> Seen {
    let body: &[u8] = match json {
        true => br#"{"operation":"insert","object":"Account","contentType":"JSON"}"#,
        false => br#"<jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><operation>insert</operation><object>Account</object><contentType>CSV</contentType></jobInfo>"#,
    };
    let media_type = if json { "application/json" } else { "application/xml" };
    let headers = [
        ("X-SFDC-Session", &*org.session().access_token),
        ("Content-Type", media_type),
        ("Authorization", "none"),
    ];
    send(org, "POST", "/services/async/64.0/job", &headers, body)
}

fn handshake(org: &MockOrg) -> Json {
    let body = json!([{ "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"] }]);
    send(org, "POST", "/cometd/64.0", &[JSON], body.to_string().as_bytes()).json()
}

fn token(org: &MockOrg) -> Seen {
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let body =
        "grant_type=refresh_token&client_id=mockorg&client_secret=mockorg&refresh_token=mockorg-refresh";
    send(org, "POST", "/services/oauth2/token", &[form], body.as_bytes())
}

#[test]
fn rest_resources_refuse_with_an_array_of_one_error() {
    for plan in both_ways(ErrorCode::ServerUnavailable) {
        let org = MockOrg::start_blocking();
        org.add_fault(plan).unwrap();
        for path in [
            "/services/data/v64.0/limits",
            "/services/data/v64.0/jobs/ingest",
            "/services/data/v64.0/sobjects",
        ] {
            let seen = send(&org, "GET", path, &[], b"");
            let message = "The server is temporarily unavailable. Please try again later.";
            let expected = json!([{ "message": message, "errorCode": "SERVER_UNAVAILABLE" }]);
            assert_eq!((seen.status, seen.json()), (503, expected), "{path}");
        }
    }
}

#[test]
fn a_composite_request_and_a_batch_are_refused_as_a_whole() {
    let org = MockOrg::start_blocking();
    let plan = FaultPlan::error(ErrorCode::ServerUnavailable);
    org.add_fault(plan.on_endpoint("composite").on_endpoint("composite-batch")).unwrap();
    let inner = json!({ "method": "POST", "url": "/services/data/v64.0/sobjects/Account", "referenceId": "a", "body": { "Name": "A" } });
    let body = json!({ "compositeRequest": [inner] }).to_string();
    let before = org.records("Account").len();
    let seen = send(&org, "POST", "/services/data/v64.0/composite", &[JSON], body.as_bytes());
    assert_eq!(
        (seen.status, &seen.json()[0]["errorCode"]),
        (503, &json!("SERVER_UNAVAILABLE")),
        "{}",
        seen.text()
    );
    let body = json!({ "batchRequests": [{ "method": "GET", "url": "v64.0/limits" }] }).to_string();
    let seen = send(&org, "POST", "/services/data/v64.0/composite/batch", &[JSON], body.as_bytes());
    assert_eq!(
        (seen.status, &seen.json()[0]["errorCode"]),
        (503, &json!("SERVER_UNAVAILABLE")),
        "{}",
        seen.text()
    );
    assert_eq!(org.records("Account").len(), before);
}

#[test]
fn the_status_of_a_plan_takes_the_place_of_that_of_the_code() {
    let org = MockOrg::start_blocking();
    let body = r#"{"name":"odd","fault":{"error":{"code":"UNKNOWN_EXCEPTION","status":502}},"scope":{"endpoints":["limits"]}}"#;
    assert_eq!(send(&org, "POST", "/__mockorg/faults", &[JSON], body.as_bytes()).status, 201);
    let seen = send(&org, "GET", "/services/data/v64.0/limits", &[], b"");
    assert_eq!((seen.status, &seen.json()[0]["errorCode"]), (502, &json!("UNKNOWN_EXCEPTION")));
}

#[test]
fn soap_refuses_with_a_fault() {
    for plan in both_ways(ErrorCode::InvalidSessionId) {
        let org = MockOrg::start_blocking();
        org.add_fault(plan.times(1)).unwrap();
        let seen = soap(&org);
        assert_eq!(seen.status, 500, "{}", seen.text());
        assert!(seen.text().contains("<faultcode>sf:INVALID_SESSION_ID</faultcode>"), "{}", seen.text());
        assert_eq!(soap(&org).status, 200, "the session goes on");
    }
}

#[test]
fn bulk_api_1_refuses_with_its_own_codes_in_the_form_of_the_request() {
    for plan in both_ways(ErrorCode::InvalidSessionId) {
        let org = MockOrg::start_blocking();
        org.add_fault(plan).unwrap();
        let xml = bulk_classic(&org, false);
        assert_eq!(xml.status, 400);
        assert!(xml.text().contains("<exceptionCode>InvalidSessionId</exceptionCode>"), "{}", xml.text());
        let json = bulk_classic(&org, true);
        assert_eq!((json.status, &json.json()["exceptionCode"]), (400, &json!("InvalidSessionId")));
    }
}

#[test]
fn the_streaming_api_denies_the_handshake_with_advice() {
    for plan in both_ways(ErrorCode::InvalidSessionId) {
        let org = MockOrg::start_blocking();
        org.add_fault(plan.times(1)).unwrap();
        let reply = handshake(&org);
        assert_eq!(reply[0]["successful"], false, "{reply}");
        assert_eq!(reply[0]["ext"]["sfdc"]["failureReason"], "401::Authentication invalid", "{reply}");
        assert_eq!(reply[0]["advice"]["reconnect"], "none", "{reply}");
        assert_eq!(handshake(&org)[0]["successful"], true);
    }
    for plan in both_ways(ErrorCode::ServerUnavailable) {
        let org = MockOrg::start_blocking();
        org.add_fault(plan.times(1)).unwrap();
        let reply = handshake(&org);
        let reason = reply[0]["ext"]["sfdc"]["failureReason"].as_str().unwrap_or_default();
        assert!(reason.starts_with("503::Server is too busy."), "{reply}");
    }
}

#[test]
fn the_token_endpoint_refuses_in_the_form_of_oauth() {
    for plan in both_ways(ErrorCode::UnknownException) {
        let org = MockOrg::start_blocking();
        org.add_fault(plan.times(1)).unwrap();
        let seen = token(&org);
        let expected = json!({ "error": "unknown_error", "error_description": "retry your request" });
        assert_eq!((seen.status, seen.json()), (400, expected));
        assert_eq!(token(&org).status, 200);
    }
}

#[test]
fn faults_of_a_user_find_the_user_in_every_api() {
    let org = MockOrg::start_blocking();
    org.add_fault(FaultPlan::page(503, "down").for_user(mockorg::RESTRICTED.username)).unwrap();
    assert_eq!((soap(&org).status, bulk_classic(&org, false).status), (200, 201));
    org.end_faults();
    org.add_fault(FaultPlan::page(503, "down").for_user(mockorg::ADMIN.username)).unwrap();
    assert_eq!((soap(&org).status, bulk_classic(&org, false).status), (503, 503));
    assert_eq!(handshake(&org), Json::Null);
}

#[cfg(feature = "pubsub")]
mod grpc {
    use std::error::Error;

    use bytes::Bytes;
    use http_body_util::{BodyExt, Full};
    use hyper::{Request, Response, body::Incoming, client::conn::http2};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use mockorg::{ErrorCode, FaultPlan, MockOrg};
    use tokio::net::TcpStream;

    /// A call of GetTopic over HTTP/2.
    async fn get_topic(org: &MockOrg) -> Result<Response<Incoming>, hyper::Error> {
        let stream = TcpStream::connect(org.address()).await.unwrap();
        let (mut sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        let request = Request::post(format!("{}/eventbus.v1.PubSub/GetTopic", org.url()))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("accesstoken", &*org.session().access_token)
            .header("instanceurl", org.url())
            .header("tenantid", org.records("Organization")[0].id().to_string())
            .body(Full::new(Bytes::from_static(b"\0\0\0\0\x02\x0a\0")))
            .unwrap();
        sender.send_request(request).await
    }

    /// The status and the code of a call that fails before it begins.
    async fn refused(org: &MockOrg) -> (String, String) {
        let answer = get_topic(org).await.unwrap();
        let header = |name: &str| answer.headers().get(name).unwrap().to_str().unwrap().to_owned();
        (header("grpc-status"), header("error-code"))
    }

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn the_pubsub_api_refuses_with_a_status_and_a_code() {
        block_on(async {
            for (code, status, name) in [
                (ErrorCode::InvalidSessionId, "16", "service.auth.error"),
                (ErrorCode::ServerUnavailable, "14", "service.unavailable"),
            ] {
                for plan in super::both_ways(code) {
                    let org = MockOrg::start_blocking();
                    org.add_fault(plan).unwrap();
                    let expected = (status.to_owned(), format!("sfdc.platform.eventbus.grpc.{name}"));
                    assert_eq!(refused(&org).await, expected, "{code}");
                }
            }
        });
    }

    #[test]
    fn over_http_2_a_dropped_call_is_a_refused_stream_and_a_reset_ends_the_connection() {
        block_on(async {
            let org = MockOrg::start_blocking();
            org.add_fault(FaultPlan::dropped().on_endpoint("pubsub-get-topic").times(1)).unwrap();
            let error = get_topic(&org).await.unwrap_err();
            let mut source = error.source();
            let mut texts = vec![error.to_string()];
            while let Some(cause) = source {
                texts.push(cause.to_string());
                source = cause.source();
            }
            assert!(texts.join(" ").contains("refused stream"), "{texts:?}");
            org.add_fault(FaultPlan::reset().on_endpoint("pubsub-get-topic").times(1)).unwrap();
            assert!(get_topic(&org).await.is_err());
            let answer = get_topic(&org).await.unwrap();
            assert_eq!(answer.status(), 200);
            answer.into_body().collect().await.unwrap();
        });
    }

    #[test]
    fn a_body_over_http_2_breaks_off() {
        block_on(async {
            let org = MockOrg::start_blocking();
            org.add_fault(FaultPlan::truncated(10).times(1)).unwrap();
            let stream = TcpStream::connect(org.address()).await.unwrap();
            let (mut sender, connection) =
                http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
            tokio::spawn(async move { drop(connection.await) });
            let request =
                Request::get(format!("{}/services/data", org.url())).body(Full::new(Bytes::new())).unwrap();
            let mut body = sender.send_request(request).await.unwrap().into_body();
            let mut bytes = 0;
            let broken = loop {
                match body.frame().await {
                    Some(Ok(frame)) => bytes += frame.into_data().map_or(0, |data| data.len()),
                    end => break end.is_some(),
                }
            };
            assert_eq!((bytes, broken), (10, true));
        });
    }
}
