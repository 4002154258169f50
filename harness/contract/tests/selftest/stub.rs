//! A stub org for the self-tests: it says whatever a test wants, right or wrong.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, method, path},
};

use mockorg_contract::{
    ApiVersion, Case, CaseFormat, Outcome, Runner, Schemas, Target, endpoints::EndpointIndex, load_cases,
};

const ENDPOINTS: &str = r#"{"endpoints":[
    {"id":"versions","path":"/services/data","methods":{"GET":{"200":"versions"}}},
    {"id":"create","path":"/services/data/{version}/sobjects/{sobject}","methods":{"POST":{"201":"saved"}}},
    {"id":"record","path":"/services/data/{version}/sobjects/{sobject}/{id}",
     "methods":{"GET":{"200":["record","blob"],"304":"empty"},"PATCH":{"204":"empty"},"DELETE":{"204":"empty"}}},
    {"id":"query","path":"/services/data/{version}/query","methods":{"GET":{"200":"queried"}}},
    {"id":"tracker","path":"/services/data/{version}/tracker","since":"59.0","methods":{"GET":{"200":"none"}}},
    {"id":"bulk-results","path":"/services/data/{version}/jobs/query/{job}/results","methods":{"GET":{"200":"csv"}}},
    {"id":"cometd","path":"/cometd/{version}","methods":{"POST":{"200":"none"}}},
    {"id":"objects","path":"/services/data/{version}/sobjects","methods":{"GET":{"200":"none"}}},
    {"id":"userinfo","path":"/services/oauth2/userinfo","methods":{"GET":{"200":"none","403":"text"}}}
]}"#;

/// The project's folder of schemas.
pub(crate) fn schema_dir() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"))
}

/// The format of case files.
pub(crate) fn format() -> CaseFormat {
    CaseFormat::load(&schema_dir().join("case.schema.json")).unwrap()
}

/// The cases that come with the harness, by name.
pub(crate) fn shipped(name: &str) -> Case {
    let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/cases"));
    load_cases(dir, &format()).unwrap().into_iter().find(|case| case.name == name).unwrap()
}

/// The project's error schemas, and strict ones for the stub's rows.
pub(crate) fn sources() -> BTreeMap<String, Value> {
    let file = |name: &str| {
        let text =
            std::fs::read_to_string(schema_dir().join(format!("responses/{name}.schema.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let mut sources: BTreeMap<String, Value> =
        ["common", "error-array", "error-code", "oauth-error", "versions"]
            .into_iter()
            .map(|name| (name.to_owned(), file(name)))
            .collect();
    let id = json!({"type": "string", "minLength": 18, "maxLength": 18});
    sources.insert("id".to_owned(), id);
    sources.insert(
        "saved".to_owned(),
        json!({
            "type": "object", "additionalProperties": false, "required": ["id", "success", "errors"],
            "properties": {"id": {"$ref": "id.schema.json"}, "success": {"type": "boolean"}, "errors": {"type": "array"}}
        }),
    );
    sources.insert(
        "record".to_owned(),
        json!({"type": "object", "required": ["attributes"], "properties": {"Id": {"$ref": "id.schema.json"}}}),
    );
    sources.insert(
        "queried".to_owned(),
        json!({
            "type": "object", "additionalProperties": false, "required": ["totalSize", "done", "records"],
            "properties": {
                "totalSize": {"type": "integer"}, "done": {"type": "boolean"},
                "records": {"type": "array", "items": {"$ref": "record.schema.json"}}
            }
        }),
    );
    sources
}

/// The rows that the stub promises.
pub(crate) fn index() -> EndpointIndex {
    EndpointIndex::parse(ENDPOINTS).unwrap()
}

/// The promises of the stub.
pub(crate) fn schemas() -> Arc<Schemas> {
    Schemas::compile(&sources(), index()).unwrap()
}

/// The stub as a target with two users and the control surface.
pub(crate) fn target(server: &MockServer) -> Target {
    let mut target = Target::new(server.uri())
        .credential("admin", "00Dadmin!token")
        .credential("restricted", "00Dsmall!token");
    target.control = true;
    target.pace = Duration::ZERO;
    target
}

/// A runner against the stub.
pub(crate) fn runner(server: &MockServer) -> Runner {
    Runner::new(target(server), schemas()).unwrap()
}

/// A stub that gives one answer to everything.
pub(crate) async fn says(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// Adds an answer for one method and path.
pub(crate) async fn when(server: &MockServer, verb: &str, at: &str, answer: ResponseTemplate) {
    Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(server).await;
}

/// A JSON answer with exactly this text, so that key order and number text are the test's own.
pub(crate) fn answer(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json;charset=UTF-8")
}

/// A case from its steps.
pub(crate) fn case(steps: &Value) -> Case {
    parse(&json!({"title": "what the test is about", "source": "observed", "steps": steps}))
}

/// A case from its whole content.
pub(crate) fn parse(content: &Value) -> Case {
    format().parse("self/test", &content.to_string()).unwrap()
}

/// Runs a case at 62.0.
pub(crate) async fn run(server: &MockServer, case: &Case) -> Outcome {
    runner(server).run(case, ApiVersion(62)).await
}
