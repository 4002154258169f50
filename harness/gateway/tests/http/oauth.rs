//! Logging in by OAuth.

use crate::server::{Server, TOKEN};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

fn token(server: &Server, extra: &str, body: &str) -> crate::server::Response {
    server.anonymous("POST", "/services/oauth2/token", &format!("{FORM}{extra}"), body.as_bytes())
}

#[test]
fn each_grant_gives_a_token_that_works() {
    let server = Server::start();
    for body in [
        "grant_type=password&client_id=mockorg&client_secret=mockorg&username=admin%40mockorg.example&password=mockorgTOKEN",
        "grant_type=refresh_token&client_id=mockorg&client_secret=mockorg&refresh_token=mockorg-refresh",
        "grant_type=client_credentials&client_id=mockorg&client_secret=mockorg",
    ] {
        let granted = token(&server, "", body);
        assert_eq!(granted.status, 200, "{body}: {}", granted.text());
        let granted = granted.json();
        assert_eq!(granted["instance_url"], "http://org.example:8080");
        let header = format!("Authorization: Bearer {}\r\n", granted["access_token"].as_str().unwrap());
        assert_eq!(server.anonymous("GET", "/services/data/v62.0/limits", &header, b"").status, 200);
        let identity = granted["id"].as_str().unwrap().strip_prefix("http://org.example:8080").unwrap();
        assert_eq!(
            server.anonymous("GET", identity, &header, b"").json()["username"],
            "admin@mockorg.example"
        );
    }
}

#[test]
fn a_client_may_prove_itself_in_the_header_and_ask_in_the_address() {
    let server = Server::start();
    // mockorg:mockorg
    let basic = "Authorization: Basic bW9ja29yZzptb2Nrb3Jn\r\n";
    assert_eq!(token(&server, basic, "grant_type=client_credentials").status, 200);
    let query = "/services/oauth2/token?grant_type=client_credentials&client_id=mockorg&client_secret=mockorg&format=urlencoded";
    let answer = server.anonymous("GET", query, "", b"");
    assert_eq!(answer.status, 200);
    assert!(answer.text().starts_with("access_token=00D"), "{}", answer.text());
}

#[test]
fn refusals_are_one_object_with_two_members() {
    let server = Server::start();
    let client = "client_id=mockorg&client_secret=mockorg";
    for (body, answer) in [
        (
            format!("grant_type=password&{client}&username=admin%40mockorg.example&password=wrong"),
            r#"{"error":"invalid_grant","error_description":"authentication failure"}"#,
        ),
        (
            format!("grant_type=magic&{client}"),
            r#"{"error":"unsupported_grant_type","error_description":"grant type not supported"}"#,
        ),
        (
            "grant_type=client_credentials&client_id=nobody&client_secret=x".to_owned(),
            r#"{"error":"invalid_client_id","error_description":"client identifier invalid"}"#,
        ),
        (
            format!(
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&{client}&assertion=a.b.c"
            ),
            r#"{"error":"invalid_grant","error_description":"invalid assertion"}"#,
        ),
    ] {
        let refused = token(&server, "", &body);
        assert_eq!((refused.status, refused.text()), (400, answer));
    }
}

#[test]
fn identity_services_refuse_in_plain_text() {
    let server = Server::start();
    let user = server.get("/services/oauth2/userinfo").json();
    let (organization, id) = (user["organization_id"].as_str().unwrap(), user["user_id"].as_str().unwrap());
    let own = format!("/id/{organization}/{id}");
    assert_eq!(server.get(&own).json()["user_id"], id);
    for (path, header, status, text) in [
        (own.clone(), "", 403, "Missing_OAuth_Token"),
        (own, "Authorization: Bearer x\r\n", 403, "Bad_OAuth_Token"),
        (
            format!("/id/00D000000000001EAA/{id}"),
            &*format!("Authorization: Bearer {TOKEN}\r\n"),
            403,
            "Wrong_Org",
        ),
    ] {
        let refused = server.anonymous("GET", &path, header, b"");
        assert_eq!((refused.status, refused.text()), (status, text), "{path}");
        assert!(refused.header("content-type").unwrap().starts_with("text/plain"));
    }
}

#[test]
fn a_token_can_be_asked_about_and_revoked() {
    let server = Server::start();
    let client = "client_id=mockorg&client_secret=mockorg";
    let granted = token(&server, "", &format!("grant_type=client_credentials&{client}")).json();
    let text = granted["access_token"].as_str().unwrap().replace('!', "%21");
    let ask = || {
        server.anonymous(
            "POST",
            "/services/oauth2/introspect",
            FORM,
            format!("{client}&token={text}").as_bytes(),
        )
    };
    assert_eq!(ask().json()["active"], true);
    let revoke =
        || server.anonymous("POST", "/services/oauth2/revoke", FORM, format!("token={text}").as_bytes());
    assert_eq!((revoke().status, revoke().json()["error"].as_str()), (200, Some("invalid_token")));
    assert_eq!(ask().text(), r#"{"active":false}"#);
}
