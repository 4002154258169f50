//! The REST resources: statuses, headers and refusals.

use crate::server::Server;

const V: &str = "/services/data/v62.0";

#[test]
fn a_record_lives_through_rest() {
    let server = Server::start();
    let created = server.send("POST", &format!("{V}/sobjects/widget__c/"), r#"{"Name":"one"}"#);
    assert_eq!(
        (created.status, created.header("content-type")),
        (201, Some("application/json;charset=UTF-8"))
    );
    let id = created.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(created.text(), format!(r#"{{"id":"{id}","success":true,"errors":[]}}"#));
    let path = format!("{V}/sobjects/Widget__c/{id}");
    assert_eq!(created.header("location"), Some(&*path));
    let part = server.get(&format!("{path}?fields=Name,Key__c"));
    assert_eq!(
        part.text(),
        format!(
            r#"{{"attributes":{{"type":"Widget__c","url":"{path}"}},"Name":"one","Key__c":null,"Id":"{id}"}}"#
        )
    );
    let changed = server.send("PATCH", &path, r#"{"Name":"two"}"#);
    assert_eq!((changed.status, changed.body.len()), (204, 0));
    assert_eq!(server.request("DELETE", &path, "", b"").status, 204);
    let gone = server.request("DELETE", &path, "", b"");
    assert_eq!(
        (gone.status, gone.text()),
        (404, r#"[{"message":"entity is deleted","errorCode":"ENTITY_IS_DELETED","fields":[]}]"#)
    );
}

#[test]
fn a_session_is_asked_for_before_anything_else() {
    let server = Server::start();
    let lost = r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;
    for (method, path) in [
        ("GET", "/limits"),
        ("PATCH", "/limits"),
        ("GET", "/nowhere"),
        ("GET", "/tooling/executeAnonymous"),
        ("POST", "/sobjects/Account"),
    ] {
        for headers in ["", "Authorization: Bearer 00D!wrong\r\n"] {
            let response = server.anonymous(method, &format!("{V}{path}"), headers, b"{broken");
            assert_eq!((response.status, response.text()), (401, lost), "{method} {path}");
            assert_eq!(response.header("sforce-limit-info"), None);
        }
    }
    let scheme = server.anonymous("GET", &format!("{V}/limits"), "Authorization: Basic eDp5\r\n", b"");
    assert_eq!(
        (scheme.status, scheme.text()),
        (401, r#"[{"message":"INVALID_HEADER_TYPE","errorCode":"INVALID_AUTH_HEADER"}]"#)
    );
}

#[test]
fn errors_of_the_resource_layer_have_the_platforms_words() {
    let server = Server::start();
    let nowhere = r#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#;
    for path in [
        "/services/data/v62.0/nowhere",
        "/services/data/v99.0/limits",
        "/services/data/v62/limits",
        "/nowhere",
        "/services/data/v54.0/asset-management/assets/collection/actions/initiate-renewal",
    ] {
        let response = server.get(path);
        assert_eq!((response.status, response.text()), (404, nowhere), "{path}");
    }
    let gone = server.get("/services/data/v30.0/limits");
    assert_eq!((gone.status, gone.json()[0]["errorCode"].as_str()), (410, Some("GONE")));
    let method = server.send("PATCH", &format!("{V}/sobjects/Widget__c"), "{}");
    assert_eq!(method.status, 405);
    assert_eq!(
        method.text(),
        r#"[{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method 'PATCH' not allowed. Allowed are HEAD,GET,POST"}]"#
    );
    let media =
        server.request("POST", &format!("{V}/sobjects/Widget__c"), "Content-Type: text/plain\r\n", b"x");
    assert_eq!((media.status, media.json()[0]["errorCode"].as_str()), (415, Some("UNSUPPORTED_MEDIA_TYPE")));
    // A key without a value leaves the path of the Id field, which is for creating only.
    let collapsed = server.send("PATCH", &format!("{V}/sobjects/Widget__c/Id/"), "{}");
    assert_eq!(collapsed.json()[0]["message"], "HTTP Method 'PATCH' not allowed. Allowed are POST");
}

#[test]
fn every_authenticated_answer_tells_the_api_usage() {
    let server = Server::start();
    for path in ["/limits", "/nowhere", "/tooling/executeAnonymous", "/sobjects/Widget__c/a00000000000000"] {
        let info = server.get(&format!("{V}{path}"));
        assert!(
            info.header("sforce-limit-info").is_some_and(|info| info.starts_with("api-usage=")),
            "{path}"
        );
    }
    assert_eq!(server.anonymous("GET", "/services/data", "", b"").header("sforce-limit-info"), None);
}

#[test]
fn what_is_not_modelled_is_refused_by_name_and_counted() {
    let server = Server::start();
    for _ in 0..2 {
        let refused = server.get(&format!("{V}/analytics/reports"));
        assert_eq!(refused.status, 501);
        assert_eq!(
            refused.text(),
            r#"[{"message":"mockorg does not model reports and dashboards","errorCode":"MOCKORG_NOT_MODELLED"}]"#
        );
    }
    let coverage = server.anonymous("GET", "/__mockorg/coverage", "", b"").json();
    assert_eq!(coverage["notModelled"][0]["what"], "reports and dashboards");
    assert_eq!(coverage["notModelled"][0]["count"], 2);
}

#[test]
fn upserts_answer_by_version() {
    let server = Server::start();
    let upsert = |version: &str, key: &str, query: &str| {
        server.send(
            "PATCH",
            &format!("/services/data/v{version}/sobjects/Widget__c/Key__c/{key}{query}"),
            r#"{"Name":"u"}"#,
        )
    };
    let created = upsert("62.0", "a%2Fb", "");
    assert_eq!((created.status, created.json()["created"].as_bool()), (201, Some(true)));
    let changed = upsert("62.0", "a%2Fb", "");
    assert_eq!((changed.status, changed.json()["created"].as_bool()), (200, Some(false)));
    let silent = upsert("45.0", "a%2Fb", "");
    assert_eq!((silent.status, silent.body.len()), (204, 0));
    let old = upsert("45.0", "c", "");
    assert_eq!((old.status, old.json().get("created").is_some()), (201, false));
    assert_eq!(upsert("62.0", "absent", "?updateOnly=true").status, 404);
    assert_eq!(server.get(&format!("{V}/sobjects/Widget__c/Key__c/a%2Fb")).json()["Key__c"], "a/b");
    let by_id = server.send("POST", &format!("{V}/sobjects/Widget__c/Id"), r#"{"Name":"i"}"#);
    assert_eq!((by_id.status, by_id.json()["created"].as_bool()), (201, Some(true)));
}

#[test]
fn several_matches_of_an_external_id_are_offered_for_choice() {
    let server = Server::start();
    for _ in 0..2 {
        server.create("Widget__c", r#"{"Name":"twin","Key__c":"twin"}"#);
    }
    let choices = server.get(&format!("{V}/sobjects/Widget__c/Key__c/twin"));
    assert_eq!(choices.status, 300);
    assert!(choices.json()[1].as_str().unwrap().starts_with("/services/data/v62.0/sobjects/Widget__c/a00"));
}

#[test]
fn a_blob_goes_in_by_form_and_out_as_bytes() {
    let server = Server::start();
    let parent = server.create("Account", r#"{"Name":"parent"}"#);
    let content: Vec<u8> = (0..=255).collect();
    let head = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"entity_document\";\r\nContent-Type: application/json\r\n\r\n{{\"Name\":\"x.bin\",\"ParentId\":\"{parent}\"}}\r\n--cut\r\nContent-Disposition: form-data; name=\"Body\"; filename=\"x.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), &content, b"\r\n--cut--\r\n"].concat();
    let headers = "Content-Type: multipart/form-data; boundary=\"cut\"\r\n";
    let created = server.request("POST", &format!("{V}/sobjects/Attachment"), headers, &body);
    assert_eq!(created.status, 201, "{}", created.text());
    let path = format!("{V}/sobjects/Attachment/{}", created.json()["id"].as_str().unwrap());
    assert_eq!(server.get(&path).json()["Body"], format!("{path}/Body"));
    assert_eq!(server.get(&format!("{path}/Body")).body, content);
}

#[test]
fn relationships_are_followed_by_path() {
    let server = Server::start();
    let account = server.create("Account", r#"{"Name":"parent"}"#);
    let contact = server.create("Contact", &format!(r#"{{"LastName":"child","AccountId":"{account}"}}"#));
    assert_eq!(server.get(&format!("{V}/sobjects/Contact/{contact}/Account")).json()["Name"], "parent");
    assert_eq!(
        server.get(&format!("{V}/sobjects/Contact/{contact}/Account/Owner?fields=Username")).json()["Username"],
        "admin@mockorg.example"
    );
    let children = server.get(&format!("{V}/sobjects/Account/{account}/Contacts")).json();
    assert_eq!((&children["totalSize"], &children["records"][0]["Id"]), (&1.into(), &contact.into()));
}

#[test]
fn an_account_can_be_read_and_changed_on_condition() {
    let server = Server::start();
    let id = server.create("Account", r#"{"Name":"seen"}"#);
    let path = format!("{V}/sobjects/Account/{id}");
    let tag = server.get(&path).header("etag").unwrap().to_owned();
    let known = format!("If-None-Match: {tag}\r\n");
    let same = server.request("GET", &path, &known, b"");
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, Some(&*tag)));
    let pretty = server.request("GET", &path, &format!("{known}X-PrettyPrint: 1\r\n"), b"");
    assert_eq!(pretty.status, 304, "the layout of the answer is no state of the record");
    let wanted = format!("Content-Type: application/json\r\nIf-Match: {tag}\r\n");
    assert_eq!(server.request("PATCH", &path, &wanted, br#"{"Name":"changed"}"#).status, 204);
    assert_eq!(server.request("PATCH", &path, &wanted, br#"{"Name":"lost"}"#).status, 412);
    assert_eq!(server.request("GET", &path, &known, b"").json()["Name"], "changed");
    let recent = "If-Modified-Since: Tue, 03 Mar 2026 09:00:00 GMT\r\n";
    assert_eq!(server.request("GET", &path, recent, b"").status, 304);
    let old = "If-Modified-Since: Sun, 01 Mar 2026 09:00:00 GMT\r\n";
    assert_eq!(server.request("GET", &path, old, b"").status, 200);
}

#[test]
fn describes_are_sent_once() {
    let server = Server::start();
    for path in ["/sobjects", "/sobjects/Widget__c/describe"] {
        let first = server.get(&format!("{V}{path}"));
        let (tag, date) = (first.header("etag").unwrap(), first.header("last-modified").unwrap());
        for header in [format!("If-None-Match: {tag}\r\n"), format!("If-Modified-Since: {date}\r\n")] {
            let again = server.request("GET", &format!("{V}{path}"), &header, b"");
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {header}");
        }
    }
}

#[test]
fn queries_run_and_are_paged() {
    let server = Server::start();
    for number in 0..201 {
        server.create("Widget__c", &format!(r#"{{"Name":"w{number}"}}"#));
    }
    let query = format!("{V}/query/?q=SELECT+Id%2CName+FROM+Widget__c");
    let first = server.request("GET", &query, "Sforce-Query-Options: batchSize=200\r\n", b"").json();
    assert_eq!((&first["totalSize"], &first["done"]), (&201.into(), &false.into()));
    let next = server.get(first["nextRecordsUrl"].as_str().unwrap()).json();
    assert_eq!((next["records"].as_array().unwrap().len(), &next["done"]), (1, &true.into()));
    assert_eq!(server.get(&format!("{V}/query")).json()[0]["errorCode"], "MALFORMED_QUERY");
    assert_eq!(server.get(&format!("{V}/query?explain=x")).json()[0]["errorCode"], "MALFORMED_QUERY");
    assert_eq!(
        server.get(&format!("{V}/query?explain=00O000000000001")).status,
        501,
        "reports are not modelled"
    );
}

#[test]
fn pretty_print_lays_the_answer_out() {
    let server = Server::start();
    let pretty = server.request("GET", &format!("{V}/nowhere"), "X-PrettyPrint: 1\r\n", b"");
    assert!(pretty.text().starts_with("[ {\n  \"errorCode\" : \"NOT_FOUND\""), "{}", pretty.text());
}

#[test]
fn the_resource_list_names_what_is_served_and_who_asks() {
    let server = Server::start();
    let resources = server.get("/services/data/v62.0/").json();
    assert_eq!(resources["sobjects"], "/services/data/v62.0/sobjects");
    assert_eq!(resources["tooling"], "/services/data/v62.0/tooling");
    assert_eq!(resources.get("analytics"), None);
    let identity = resources["identity"].as_str().unwrap();
    let path = identity.strip_prefix("http://org.example:8080").unwrap();
    assert_eq!(server.get(path).json()["username"], "admin@mockorg.example");
}

#[test]
fn a_refused_renewal_has_the_four_members() {
    let server = Server::start();
    let path = format!("{V}/asset-management/assets/collection/actions/initiate-renewal");
    let refused = server.send("POST", &path, r#"{"assetIds":{"assetIdArray":["nonsense"]}}"#);
    assert_eq!(refused.status, 400);
    let body = refused.json();
    assert_eq!((&body["success"], &body["statusURL"]), (&false.into(), &serde_json::Value::Null));
    assert!(body["errors"][0]["errorCode"].is_string());
}
