//! Data files: what is wrong with them is said with file, place and remedy.

use serde_json::{Value, json};

use crate::stub::{case, format, index, parse, schemas, shipped, sources};
use mockorg_contract::{Schemas, coverage::Coverage, endpoints::EndpointIndex};

fn problem(content: &Value) -> String {
    format().parse("rest/x", &content.to_string()).unwrap_err().to_string()
}

fn step() -> Value {
    json!({"request": {"method": "GET", "path": "/services/data"}, "expect": {"status": 200}})
}

#[test]
fn mistakes_in_a_case_name_file_place_and_remedy() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut content = json!({"title": "a title of a case", "source": "observed", "steps": [step()]});
        change(&mut content);
        problem(&content)
    };
    type Change<'a> = (&'a dyn Fn(&mut Value), &'a [&'a str]);
    let checks: [Change<'_>; 12] = [
        (&|case| case["stpes"] = json!([]), &["rest/x: at the top level", "'stpes'", "remove or rename it"]),
        (&|case| case["source"] = json!("a book"), &["at /source", "does not match"]),
        (&|case| case["steps"] = json!([]), &["at /steps"]),
        (&|case| case["steps"][0]["expect"] = json!({}), &["at /steps/0/expect", "add \"status\""]),
        (
            &|case| case["steps"][0] = json!({"request": {"method": "GET", "path": "/x"}}),
            &["at /steps/0", "add \"expect\""],
        ),
        (
            &|case| case["steps"][0]["events"] = json!({"channel": "/event/A__e", "expect": []}),
            &["at /steps/0/request"],
        ),
        (
            &|case| case["steps"][0] = json!({"events": {"channel": "A__e", "expect": []}}),
            &["at /steps/0/events/channel", "does not match"],
        ),
        (&|case| case["steps"][0]["request"]["method"] = json!("FETCH"), &["at /steps/0/request/method"]),
        (
            &|case| case["steps"][0]["expect"]["json"] = json!({"Name": 1}),
            &["at /steps/0/expect/json", "begins with '$'"],
        ),
        (
            &|case| case["steps"][0]["expect"]["json"] = json!({"$.a": {"typ": "x"}}),
            &["at /steps/0/expect/json/$.a", "'typ'"],
        ),
        (&|case| case["steps"][0]["expect"]["json"] = json!({"$.a[": 1}), &["is not a JSON path"]),
        (
            &|case| {
                case["steps"][0]["request"]["json"] = json!({});
                case["steps"][0]["request"]["text"] = json!("");
            },
            &["at /steps/0/request", "one body only"],
        ),
    ];
    for (change, words) in checks {
        let text = with(change);
        for word in words {
            assert!(text.contains(word), "wanted {word}: {text}");
        }
    }
    let text = format().parse("rest/x", "{\n \"title\": }").unwrap_err().to_string();
    assert!(text.contains("rest/x: line 2, column 11"), "{text}");
}

#[test]
fn shipped_cases_load_and_keep_the_order_of_keys_they_send() {
    let case = shipped("rest/account-create-retrieve-delete");
    let body = case.steps[0].as_request().unwrap().request.json.as_ref().unwrap();
    assert_eq!(body.keys(), Some(vec!["Name", "AnnualRevenue", "NumberOfEmployees"]));
    assert_eq!(case.user, "admin");
    assert_eq!(shipped("rest/versions").user, "anonymous");
    assert!(shipped("rest/query-malformed").source.starts_with("https://"));
}

#[test]
fn a_row_that_promises_an_absent_schema_is_refused_by_name() {
    let index = EndpointIndex::parse(
        r#"{"endpoints":[{"id":"limits","path":"/l","methods":{"GET":{"200":"limits"}}}]}"#,
    );
    let text = Schemas::compile(&sources(), index.unwrap()).unwrap_err().to_string();
    assert!(text.contains("row 'limits' promises 'limits'; write responses/limits.schema.json"), "{text}");
}

#[test]
fn a_schema_that_refers_to_an_absent_file_is_refused_by_name() {
    let mut sources = sources();
    sources.insert("lost".to_owned(), json!({"$ref": "nowhere.schema.json"}));
    let text = Schemas::compile(&sources, index()).unwrap_err().to_string();
    assert!(text.contains("nowhere.schema.json"), "{text}");
}

#[test]
fn every_schema_file_of_the_project_compiles() {
    let none = EndpointIndex { endpoints: Vec::new() };
    let schemas = Schemas::with_endpoints(&crate::stub::schema_dir().join("responses"), none).unwrap();
    assert!(schemas.names().any(|name| name == "versions"));
}

#[test]
fn coverage_lists_the_rows_and_methods_that_no_case_reaches() {
    let schemas = schemas();
    let index = &schemas.endpoints;
    let paged = json!([
        {"request": {"method": "GET", "path": "/services/data/{version}/query", "query": {"q": "x"}}, "expect": {"status": 200}},
        {"endpoint": "record", "request": {"method": "GET", "path": "{url}"}, "expect": {"status": 200}},
        {"request": {"method": "POST", "path": "/services/data/{version}/sobjects/Account/{id}?_HttpMethod=PATCH"}, "expect": {"status": 204}}
    ]);
    let cases = [
        shipped("rest/versions"),
        case(&paged),
        parse(&json!({
            "title": "cleanup does not count", "source": "observed", "steps": [step()],
            "cleanup": [{"request": {"method": "DELETE", "path": "/services/data/{version}/sobjects/Account/{id}"}}]
        })),
    ];
    let coverage = Coverage::of_cases(index, &cases);
    assert_eq!(
        coverage.missing_rows(index),
        ["create", "tracker", "bulk-results", "cometd", "objects", "userinfo"]
    );
    let missing = coverage.missing(index);
    assert!(missing.contains(&("record".to_owned(), "DELETE".to_owned())), "{missing:?}");
    assert!(!missing.contains(&("record".to_owned(), "PATCH".to_owned())), "{missing:?}");
}
