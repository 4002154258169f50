//! Requests that hold others, sent to the starter org.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    Gateway,
    tests::org::{gateway, send, start},
};

const ROOT: &str = "/services/data/v62.0";

fn post(gateway: &Gateway, path: &str, body: &Value) -> (u16, Value) {
    call(gateway, "POST", path, "", body)
}

fn call(gateway: &Gateway, method: &str, path: &str, query: &str, body: &Value) -> (u16, Value) {
    let path = format!("{ROOT}{path}");
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let (status, text) = send(gateway, method, &path, query, &[], "application/json", &bytes);
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn subrequest(method: &str, url: &str, reference: &str, body: &Value) -> Value {
    json!({ "method": method, "url": format!("{ROOT}{url}"), "referenceId": reference, "body": body })
}

fn composite(gateway: &Gateway, all_or_none: bool, subrequests: &[Value]) -> Vec<Value> {
    let body = json!({ "allOrNone": all_or_none, "compositeRequest": subrequests });
    let (status, answer) = post(gateway, "/composite", &body);
    assert_eq!(status, 200, "{answer}");
    answer["compositeResponse"].as_array().unwrap().clone()
}

/// Everything that the org knows of the records of these objects.
fn records(gateway: &Gateway) -> Vec<String> {
    gateway.with_org(|org, _| {
        let objects = ["Account", "Contact", "Parcel__c", "Opportunity"];
        let fields = |object: &str| org.catalog().find_any(object).map_or(&[][..], |def| &def.fields);
        let whole = |object: &str| -> Vec<String> {
            let records = org.records(object);
            let values = records.map(|record| {
                let values: Vec<_> = fields(object).iter().map(|field| record.at(field.slot)).collect();
                format!("{} {values:?}", record.id())
            });
            values.collect()
        };
        objects.iter().flat_map(|object| whole(object)).collect()
    })
}

#[test]
fn a_later_subrequest_uses_what_an_earlier_one_has_answered() {
    let gateway = gateway(start());
    let results = composite(
        &gateway,
        true,
        &[
            subrequest(
                "POST",
                "/sobjects/Account",
                "a",
                &json!({ "Name": "Acme & Sons", "NumberOfEmployees": 7 }),
            ),
            subrequest("GET", "/sobjects/Account/@{a.id}", "row", &Value::Null),
            subrequest(
                "POST",
                "/sobjects/Account",
                "b",
                &json!({ "Name": "@{row.Name} two", "NumberOfEmployees": "@{row.NumberOfEmployees}" }),
            ),
            subrequest(
                "GET",
                "/query?q=SELECT NumberOfEmployees FROM Account WHERE Name = '@{row.Name}'",
                "q",
                &Value::Null,
            ),
            subrequest("PATCH", "/sobjects/Account/@{b.id}", "c", &json!({ "Name": "@{q.records[0].Id}x" })),
        ],
    );
    let statuses: Vec<_> = results.iter().map(|result| result["httpStatusCode"].as_u64().unwrap()).collect();
    // The query did not select the id.
    assert_eq!(statuses, [400, 400, 400, 400, 400]);
    assert!(results[4]["body"][0]["message"].as_str().unwrap().starts_with("Invalid reference specified."));
    assert_eq!(results[3]["body"][0]["errorCode"], "PROCESSING_HALTED");
}

#[test]
fn each_subrequest_is_answered_as_if_it_had_come_alone() {
    let gateway = gateway(start());
    let results = composite(
        &gateway,
        false,
        &[
            subrequest("POST", "/sobjects/Account", "a", &json!({ "Name": "Acme & Sons" })),
            subrequest(
                "GET",
                "/query?q=SELECT Name FROM Account WHERE Name = 'Acme & Sons'",
                "q",
                &Value::Null,
            ),
            subrequest("GET", "/query?q=SELECT Name FROM Account WHERE Id = '@{a.id}'", "r", &Value::Null),
            subrequest("DELETE", "/sobjects/Account/@{a.id}", "d", &Value::Null),
            subrequest("GET", "/limits", "l", &Value::Null),
            subrequest("GET", "/sobjects/Account/describe", "e", &Value::Null),
        ],
    );
    let id = results[0]["body"]["id"].as_str().unwrap();
    assert_eq!(results[0]["httpHeaders"]["Location"], format!("{ROOT}/sobjects/Account/{id}"));
    // An ampersand ends a parameter wherever it stands.
    assert_eq!(results[1]["httpStatusCode"], 400);
    assert_eq!(results[2]["body"]["records"][0]["Name"], "Acme & Sons");
    assert_eq!(
        results[3],
        json!({ "body": null, "httpHeaders": {}, "httpStatusCode": 204, "referenceId": "d" })
    );
    assert_eq!(results[4]["body"][0]["errorCode"], "MOCKORG_NOT_MODELLED");
    assert_eq!(results[5]["body"]["name"], "Account");
    gateway.with_org(|org, _| {
        assert_eq!(org.api_usage().0, 1);
        assert!(org.coverage().refused().any(|(what, _)| what == "limits in composite requests"));
    });
}

#[test]
fn nothing_but_records_and_what_is_about_them_is_reached_through_a_composite_request() {
    let gateway = gateway(start());
    let outside = |url: &str| json!({ "method": "GET", "url": url, "referenceId": "r0", "body": { "Name": "@{r0.id}" } });
    for (url, status, code) in [
        ("/services/data/v62.0/composite", 501, "MOCKORG_NOT_MODELLED"),
        ("/services/data/v62.0/composite/batch", 501, "MOCKORG_NOT_MODELLED"),
        ("/services/data/v62.0/composite/graph", 501, "MOCKORG_NOT_MODELLED"),
        ("/services/data/v62.0/jobs/ingest", 501, "MOCKORG_NOT_MODELLED"),
        ("/services/data/v62.0/tooling/query?q=SELECT Id FROM CustomObject", 501, "MOCKORG_NOT_MODELLED"),
        ("/services/data/v62.0/sobjects/../limits", 404, "NOT_FOUND"),
        ("/services/data/v62.0/sobjects/%2e%2e/composite", 404, "NOT_FOUND"),
        ("/services/data/v99.0/sobjects", 404, "NOT_FOUND"),
        ("/services/oauth2/userinfo", 404, "NOT_FOUND"),
        ("/services/async/62.0/job", 404, "NOT_FOUND"),
        ("/services/apexrest/x", 404, "NOT_FOUND"),
        ("https://org.example/services/data/v62.0/sobjects", 404, "NOT_FOUND"),
        ("", 404, "NOT_FOUND"),
        ("/services/data/v62.0/sobjects/Account/@{r0.id}", 400, "PROCESSING_HALTED"),
        ("@{r0", 404, "NOT_FOUND"),
    ] {
        let mut subrequest = outside(url);
        if code != "PROCESSING_HALTED" {
            subrequest.as_object_mut().unwrap().remove("body");
        }
        let result = &composite(&gateway, false, &[subrequest])[0];
        let found = (result["httpStatusCode"].as_u64(), result["body"][0]["errorCode"].as_str());
        assert_eq!(found, (Some(status), Some(code)), "{url}");
    }
    assert_eq!(
        composite(&gateway, false, &[outside("/services/data/v61.0/sobjects")])[0]["body"][0]["errorCode"],
        "PROCESSING_HALTED",
        "a body that refers to its own answer"
    );
}

#[test]
fn references_lead_back_only() {
    let gateway = gateway(start());
    let account = |reference: &str, name: &str| {
        subrequest("POST", "/sobjects/Account", reference, &json!({ "Name": name }))
    };
    let results =
        composite(&gateway, false, &[account("a", "@{b.id}"), account("b", "@{a.id}"), account("c", "C")]);
    let statuses: Vec<_> = results.iter().map(|result| result["httpStatusCode"].as_u64()).collect();
    assert_eq!(statuses, [Some(400), Some(400), Some(201)], "what waits for itself is never done");
}

#[test]
fn too_many_and_repeated_subrequests_are_refused_and_do_nothing() {
    let gateway = gateway(start());
    let before = records(&gateway);
    let account =
        |reference: String| subrequest("POST", "/sobjects/Account", &reference, &json!({ "Name": "A" }));
    let many: Vec<Value> = (0..26).map(|n| account(format!("r{n}"))).collect();
    let results = composite(&gateway, false, &many);
    assert_eq!((results.len(), &results[0]["body"][0]["errorCode"]), (1, &json!("LIMIT_EXCEEDED")));
    let twice = json!({ "compositeRequest": [account("r".into()), account("r".into())] });
    assert_eq!(post(&gateway, "/composite", &twice).0, 400);
    assert_eq!(records(&gateway), before);
}

#[test]
fn all_or_none_undoes_collections_and_keeps_what_they_answered() {
    let gateway = gateway(start());
    let before = records(&gateway);
    let account = |name: Value| json!({ "attributes": { "type": "Account" }, "Name": name });
    let body = json!({ "allOrNone": false, "records": [account("Good".into()), account(Value::Null)] });
    let subrequests = [
        subrequest("POST", "/sobjects/Account", "first", &json!({ "Name": "First" })),
        subrequest("POST", "/composite/sobjects", "list", &body),
        subrequest("POST", "/sobjects/Account", "last", &json!({ "Name": "Last" })),
    ];
    let results = composite(&gateway, true, &subrequests);
    assert_eq!(results[0]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!(results[1]["httpStatusCode"], 200);
    assert_eq!(results[1]["body"][0]["success"], true);
    assert_eq!(results[1]["body"][1]["errors"][0]["statusCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(results[2]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!(records(&gateway), before);
    composite(&gateway, false, &subrequests);
    assert_eq!(records(&gateway).len(), before.len() + 3);
}

#[test]
fn a_graph_that_fails_leaves_the_others_alone_until_too_many_have_failed() {
    let gateway = gateway(start());
    let graph = |id: usize, name: Value| {
        json!({ "graphId": format!("g{id}"), "compositeRequest": [
            subrequest("POST", "/sobjects/Account", "a", &json!({ "Name": format!("Graph {id}") })),
            subrequest("POST", "/sobjects/Contact", "c", &json!({ "LastName": name, "AccountId": "@{a.id}" })),
        ]})
    };
    let mut graphs = vec![graph(0, "Ada".into())];
    graphs.extend((1..=15).map(|id| graph(id, Value::Null)));
    graphs.push(graph(16, "Grace".into()));
    let before = records(&gateway).len();
    let (status, answer) = post(&gateway, "/composite/graph", &json!({ "graphs": graphs }));
    assert_eq!(status, 200);
    let successful: Vec<bool> =
        answer["graphs"].as_array().unwrap().iter().map(|graph| graph["isSuccessful"] == true).collect();
    assert_eq!(successful.iter().position(|done| *done), Some(0));
    assert_eq!(successful.iter().filter(|done| **done).count(), 1, "the last one came too late");
    let failed = &answer["graphs"][1]["graphResponse"]["compositeResponse"];
    assert_eq!(failed[0]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!(failed[1]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(records(&gateway).len(), before + 2);
}

#[test]
fn what_does_not_belong_into_a_graph_fails_the_request() {
    let gateway = gateway(start());
    let nodes = |nodes: Vec<Value>| json!({ "graphs": [{ "graphId": "1", "compositeRequest": nodes }] });
    let chain = |length: usize| {
        (0..length)
            .map(|step| {
                let name = if step == 0 { "A".to_owned() } else { format!("@{{r{}.id}}", step - 1) };
                subrequest("POST", "/sobjects/Account", &format!("r{step}"), &json!({ "Name": name }))
            })
            .collect::<Vec<_>>()
    };
    let kinds = |count: usize| {
        (0..count)
            .map(|kind| subrequest("POST", &format!("/sobjects/X{kind}__c"), &format!("r{kind}"), &json!({})))
            .collect::<Vec<_>>()
    };
    for (body, code) in [
        (nodes(vec![subrequest("GET", "/query?q=x", "q", &Value::Null)]), "INVALID_INPUT"),
        (nodes(chain(16)), "LIMIT_EXCEEDED"),
        (nodes(kinds(16)), "LIMIT_EXCEEDED"),
        (json!({ "graphs": [{ "graphId": "a.b", "compositeRequest": [] }] }), "JSON_PARSER_ERROR"),
        (json!({ "graphs": [{ "graphId": "a", "compositeRequest": [] }], "x": 1 }), "JSON_PARSER_ERROR"),
    ] {
        let (status, answer) = post(&gateway, "/composite/graph", &body);
        assert_eq!((status, answer[0]["errorCode"].as_str()), (400, Some(code)), "{body}");
    }
    assert_eq!(post(&gateway, "/composite/graph", &nodes(chain(15))).0, 200);
}

#[test]
fn batches_count_their_subrequests_and_can_halt() {
    let gateway = gateway(start());
    let requests = json!([
        { "method": "POST", "url": "v62.0/sobjects/Account", "richInput": { "Name": "Batch" } },
        { "method": "GET", "url": "/services/data/v61.0/sobjects/Account/001000000000000AAA" },
        { "method": "GET", "url": "v62.0/limits" },
    ]);
    let (status, answer) = post(&gateway, "/composite/batch", &json!({ "batchRequests": requests }));
    let statuses = |answer: &Value| -> Vec<u64> {
        answer["results"].as_array().unwrap().iter().map(|one| one["statusCode"].as_u64().unwrap()).collect()
    };
    assert_eq!((status, statuses(&answer)), (200, vec![201, 404, 200]));
    assert_eq!(answer["hasErrors"], true);
    assert_eq!(gateway.with_org(|org, _| org.api_usage().0), 3);
    let body = json!({ "batchRequests": requests, "haltOnError": true });
    let (_, answer) = post(&gateway, "/composite/batch", &body);
    assert_eq!(statuses(&answer), [201, 404, 412]);
    assert_eq!(answer["results"][2]["result"][0]["errorCode"], "BATCH_PROCESSING_HALTED");
    for url in ["v63.0/limits", "v33.0/limits"] {
        let body = json!({ "batchRequests": [{ "method": "GET", "url": url }] });
        assert_eq!(post(&gateway, "/composite/batch", &body).0, 400, "{url}");
    }
}

#[test]
fn a_tree_gives_children_to_their_parents_level_by_level() {
    let gateway = gateway(start());
    let node = |object: &str, reference: &str, fields: Value| {
        let mut node = json!({ "attributes": { "type": object, "referenceId": reference } });
        node.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        node
    };
    let body = json!({ "records": [
        node("Account", "r1", json!({ "Name": "Root 1", "Contacts": { "records": [
            node("Contact", "r3", json!({ "LastName": "Child 1" })),
        ] }, "ChildAccounts": { "records": [
            node("Account", "r4", json!({ "Name": "Child 2", "Contacts": { "records": [
                node("Contact", "r5", json!({ "LastName": "Grandchild" })),
            ] } })),
        ] } })),
        node("Account", "r2", json!({ "Name": "Root 2" })),
    ] });
    let (status, answer) = post(&gateway, "/composite/tree/Account", &body);
    assert_eq!(status, 201, "{answer}");
    let results = answer["results"].as_array().unwrap();
    let order: Vec<_> = results.iter().map(|result| result["referenceId"].as_str().unwrap()).collect();
    assert_eq!(order, ["r1", "r2", "r4", "r3", "r5"]);
    let id = |index: usize| results[index]["id"].as_str().unwrap().to_owned();
    gateway.with_org(|org, _| {
        let of = |index: usize, field: &str| {
            let record = org.record(id(index).parse().unwrap()).unwrap();
            record.get(field).as_id().map(|id| id.to_string())
        };
        assert_eq!(of(2, "ParentId"), Some(id(0)));
        assert_eq!(of(3, "AccountId"), Some(id(0)));
        assert_eq!(of(4, "AccountId"), Some(id(2)));
    });
    let before = records(&gateway);
    let broken = json!({ "records": [node("Account", "x", json!({ "Name": "No", "Contacts": { "records": [
        node("Contact", "y", json!({})), node("Contact", "z", json!({ "LastName": "Fine" })),
    ] } }))] });
    let (status, answer) = post(&gateway, "/composite/tree/Account", &broken);
    assert_eq!((status, answer["hasErrors"].as_bool()), (400, Some(true)));
    assert_eq!(answer["results"].as_array().unwrap().len(), 1);
    assert_eq!(answer["results"][0]["referenceId"], "y");
    assert_eq!(records(&gateway), before);
}

#[test]
fn answers_inside_answers_keep_the_layout_that_the_client_asks_for() {
    let gateway = gateway(start());
    let body = json!({ "compositeRequest": [
        subrequest("GET", "/query?q=SELECT Name FROM Account LIMIT 1", "q", &Value::Null),
    ] });
    let path = format!("{ROOT}/composite");
    let pretty = [("x-prettyprint", "1")];
    let (_, text) =
        send(&gateway, "POST", &path, "", &pretty, "application/json", body.to_string().as_bytes());
    let expected = "{\n  \"compositeResponse\" : [ {\n    \"body\" : {\n      \"totalSize\" : 1,\n      \"done\" : true,\n";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.ends_with("    \"referenceId\" : \"q\"\n  } ]\n}"), "{text}");
}

/// Subrequests of which some succeed, some fail, and some make no sense.
fn subrequests() -> impl Strategy<Value = Vec<Value>> {
    let urls = prop_oneof![
        Just("/sobjects/Account".to_owned()),
        Just("/sobjects/Parcel__c/Tracking__c/P-1".to_owned()),
        Just("/composite/sobjects".to_owned()),
        Just("/composite/tree/Account".to_owned()),
        Just("/query?q=SELECT Id FROM Account".to_owned()),
        (0..6_u8).prop_map(|n| format!("/sobjects/Account/@{{r{n}.id}}")),
        (0..6_u8).prop_map(|n| format!("/sobjects/Contact/@{{r{n}.records[0].Id}}")),
        "[ -~é]{0,20}",
    ];
    let methods = prop_oneof![Just("POST"), Just("PATCH"), Just("DELETE"), Just("GET"), Just("post")];
    let bodies = prop_oneof![
        Just(Value::Null),
        Just(json!({ "Name": "x" })),
        Just(json!({ "Name": null })),
        Just(json!({ "Name": "@{r0.id}" })),
        Just(json!({ "LastName": "@{r1.", "x": [1.50, true, "@{r0.body}"] })),
        Just(json!({ "records": [{ "attributes": { "type": "Account" }, "Name": "L" }, { "Name": 1 }] })),
        Just(json!({ "records": [
            { "attributes": { "type": "Account" }, "Name": "L" },
            { "attributes": { "type": "Account" } },
        ] })),
    ];
    prop::collection::vec((methods, urls, bodies), 0..8).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        numbered.map(|(n, (method, url, body))| subrequest(method, &url, &format!("r{n}"), &body)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn what_fails_as_a_whole_leaves_every_record_as_it_was(subrequests in subrequests()) {
        let gateway = gateway(start());
        let before = records(&gateway);
        let body = json!({ "allOrNone": true, "compositeRequest": subrequests });
        let (status, answer) = post(&gateway, "/composite", &body);
        let results = answer["compositeResponse"].as_array().cloned().unwrap_or_default();
        prop_assert!(status < 500, "{}", answer);
        let halted = results.iter().any(|result| result["body"][0]["errorCode"] == "PROCESSING_HALTED");
        let failed = status != 200 || results.iter().any(|result| result["httpStatusCode"].as_u64() >= Some(400));
        prop_assert!(results.iter().all(|result| result["httpStatusCode"] != 500), "{}", answer);
        if failed || halted {
            prop_assert_eq!(records(&gateway), before);
        } else {
            prop_assert_eq!(results.len(), subrequests.len());
        }
    }

    #[test]
    fn no_body_makes_a_composite_resource_panic(
        path in prop_oneof![Just("/composite"), Just("/composite/batch"), Just("/composite/graph"),
            Just("/composite/sobjects"), Just("/composite/tree/Account"), Just("/composite/sobjects/Account")],
        body in r#"(\{|\[|\}|\]|"records"|"graphs"|"compositeRequest"|"batchRequests"|"attributes"|"type"|:|,|null|1|"Account"|"ids"|"fields"){0,16}"#,
    ) {
        let gateway = gateway(start());
        let path = format!("{ROOT}{path}");
        let (status, text) = send(&gateway, "POST", &path, "", &[], "application/json", body.as_bytes());
        prop_assert!(status < 500, "{}", text);
    }
}
