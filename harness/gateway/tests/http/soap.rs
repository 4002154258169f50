//! Logging in by SOAP.

use crate::server::{Response, Server};

fn call(server: &Server, path: &str, header: &str, body: &str) -> Response {
    let envelope = format!(
        r#"<?xml version="1.0" encoding="utf-8"?><env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com"><env:Header>{header}</env:Header><env:Body>{body}</env:Body></env:Envelope>"#
    );
    server.anonymous("POST", path, "Content-Type: text/xml\r\nSOAPAction: \"\"\r\n", envelope.as_bytes())
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from)
        .and_then(|(_, rest)| rest.split_once(to))
        .map(|(found, _)| found)
        .unwrap_or_else(|| panic!("no {from} in {text}"))
}

const LOGIN: &str = "<n1:login xmlns:n1=\"urn:partner.soap.sforce.com\"><n1:username>admin@mockorg.example</n1:username><n1:password>mockorg</n1:password></n1:login>";

#[test]
fn a_login_gives_a_session_for_rest_and_soap_until_logout() {
    let server = Server::start();
    let login = call(&server, "/services/Soap/u/59.0", "", LOGIN);
    assert_eq!((login.status, login.header("content-type")), (200, Some("text/xml;charset=UTF-8")));
    let session = between(login.text(), "<sessionId>", "</sessionId>");
    let url = between(login.text(), "<serverUrl>", "</serverUrl>");
    assert!(url.starts_with("http://org.example:8080/services/Soap/u/59.0/00D"), "{url}");
    assert!(!login.text().contains("> <"));
    let rest = |status| {
        let header = format!("Authorization: Bearer {session}\r\n");
        assert_eq!(server.anonymous("GET", "/services/data/v59.0/limits", &header, b"").status, status);
    };
    rest(200);
    let path = url.strip_prefix("http://org.example:8080").unwrap();
    let header = format!("<urn:SessionHeader><urn:sessionId>{session}</urn:sessionId></urn:SessionHeader>");
    let user = call(&server, path, &header, "<urn:getUserInfo/>");
    assert_eq!(between(user.text(), "<userName>", "</userName>"), "admin@mockorg.example");
    assert_eq!(call(&server, path, &header, "<urn:logout/>").status, 200);
    rest(401);
    let lost = call(&server, path, &header, "<urn:getUserInfo/>");
    assert_eq!(
        (lost.status, between(lost.text(), "<faultcode>", "</faultcode>")),
        (500, "sf:INVALID_SESSION_ID")
    );
}

#[test]
fn a_wrong_password_is_the_platforms_fault() {
    let server = Server::start();
    let fault = call(
        &server,
        "/services/Soap/c/45.0",
        "",
        &LOGIN.replace(">mockorg<", ">wrong<").replace("urn:partner", "urn:enterprise"),
    );
    assert_eq!(fault.status, 500);
    assert!(fault.text().contains("<faultcode>INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: Invalid username, password, security token; or user locked out.</faultstring>"), "{}", fault.text());
    assert_eq!(between(fault.text(), "<sf:exceptionCode>", "</sf:exceptionCode>"), "INVALID_LOGIN");
}

#[test]
fn what_is_no_soap_call_is_refused() {
    let server = Server::start();
    let get = server.anonymous("GET", "/services/Soap/u/59.0", "", b"");
    assert_eq!(get.status, 405);
    assert!(get.text().contains("Only POST allowed"));
    let bare = server.anonymous("POST", "/services/Soap/u/59.0", "Content-Type: text/xml\r\n", b"<a/>");
    assert_eq!((bare.status, between(bare.text(), "<faultcode>", "</faultcode>")), (500, "soapenv:Client"));
    let version = call(&server, "/services/Soap/u/20.0", "", LOGIN);
    assert_eq!(between(version.text(), "<faultcode>", "</faultcode>"), "sf:UNSUPPORTED_API_VERSION");
    let other = call(&server, "/services/Soap/u/59.0", "", "<urn:sendEmail/>");
    assert!(
        between(other.text(), "<faultstring>", "</faultstring>")
            .contains("mockorg does not model the SOAP call sendEmail")
    );
}
