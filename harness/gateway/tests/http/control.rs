//! The control surface.

use crate::server::{Server, TOKEN};

fn control(server: &Server, method: &str, path: &str, body: &str) -> crate::server::Response {
    server.anonymous(method, &format!("/__mockorg/{path}"), "", body.as_bytes())
}

#[test]
fn time_moves_on_order_and_never_back() {
    let server = Server::start();
    assert_eq!(
        control(&server, "GET", "clock", "").text(),
        r#"{"now":"2026-03-02T09:00:00.000+0000","kind":"manual"}"#
    );
    assert_eq!(
        control(&server, "POST", "clock", r#"{"advance":"PT1H"}"#).json()["now"],
        "2026-03-02T10:00:00.000+0000"
    );
    assert_eq!(
        control(&server, "POST", "clock", r#"{"set":"2026-04-01T00:00:00Z"}"#).json()["now"],
        "2026-04-01T00:00:00.000+0000"
    );
    let back = control(&server, "POST", "clock", r#"{"set":"2026-01-01T00:00:00Z"}"#);
    assert_eq!((back.status, back.json()["error"].as_str()), (400, Some("the org's time cannot go back")));
    assert!(control(&server, "POST", "clock", "x").json()["hint"].as_str().unwrap().contains("advance"));
}

#[test]
fn sessions_end_by_the_orgs_clock() {
    let server = Server::start();
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let body = b"grant_type=client_credentials&client_id=mockorg&client_secret=mockorg";
    let granted = server.anonymous("POST", "/services/oauth2/token", form, body).json();
    let header = format!("Authorization: Bearer {}\r\n", granted["access_token"].as_str().unwrap());
    let limits = || server.anonymous("GET", "/services/data/v62.0/limits", &header, b"").status;
    assert_eq!(limits(), 200);
    control(&server, "POST", "clock", r#"{"advance":"P1D"}"#);
    assert_eq!(limits(), 401);
}

#[test]
fn a_reset_takes_everything_back() {
    let server = Server::start();
    let before = control(&server, "GET", "health", "").text().to_owned();
    let id = server.create("Widget__c", r#"{"Name":"short-lived"}"#);
    control(&server, "POST", "clock", r#"{"advance":60}"#);
    assert_eq!(control(&server, "POST", "reset", "").text(), before);
    let path = format!("/services/data/v62.0/sobjects/Widget__c/{id}");
    assert_eq!(
        server.anonymous("GET", &path, &format!("Authorization: Bearer {TOKEN}\r\n"), b"").status,
        404
    );
}

#[test]
fn a_renewal_publishes_its_event() {
    let server = Server::start();
    let query = "/services/data/v62.0/query?q=SELECT+Id+FROM+Asset+WHERE+RenewalTerm+%3E+0+LIMIT+1";
    let asset = server.get(query).json()["records"][0]["Id"].as_str().unwrap().to_owned();
    let newest = control(&server, "GET", "events", "").json()["events"]
        .as_array()
        .unwrap()
        .last()
        .map_or(0, |event| event["replayId"].as_u64().unwrap());
    let path = "/services/data/v58.0/asset-management/assets/collection/actions/initiate-renewal";
    let accepted = server.send("POST", path, &format!(r#"{{"assetIds":{{"assetIdArray":["{asset}"]}}}}"#));
    assert_eq!(accepted.status, 201, "{}", accepted.text());
    let accepted = accepted.json();
    let events =
        control(&server, "GET", &format!("events?after={newest}&channel=AssetRenewInitiatedEvent"), "")
            .json();
    assert_eq!(events["events"][0]["payload"]["RequestIdentifier"], accepted["requestIdentifier"]);
    assert_eq!(events["events"].as_array().unwrap().len(), 1);
    let tracker = server.get(accepted["statusURL"].as_str().unwrap()).json();
    assert_eq!(tracker["attributes"]["type"], "RevenueAsyncOperation");
    assert_eq!(control(&server, "GET", "events?after=x", "").status, 400);
}
