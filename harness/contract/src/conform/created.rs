//! What a request creates: read from the request before it is sent, and from its answer afterwards.

use serde::{Deserialize, Serialize};

use crate::{
    answer::Answer,
    json::{self, Json},
    request::Request,
};

/// A record that a run created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Created {
    /// Its id, as the org gave it.
    pub id: String,
    /// Its object, where the answer tells; otherwise its key prefix will.
    pub object: Option<String>,
    /// Whether it is a record of the Tooling API.
    pub tooling: bool,
}

/// A place where a record that carries the run's mark can be found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Trace {
    /// The object.
    pub object: String,
    /// The field that holds the mark.
    pub field: String,
    /// The whole value that the request gives it.
    pub value: String,
    /// Whether it is an object of the Tooling API.
    pub tooling: bool,
}

/// Whether a request may create a record.
pub fn may_create(request: &Request) -> bool {
    let path = request.path_only();
    let reads = ["/parameterizedSearch", "/search", "/query", "/queryAll"];
    path.starts_with("/services/data/")
        && matches!(request.effective_method().as_str(), "POST" | "PUT" | "PATCH")
        && !reads.iter().any(|end| path.trim_end_matches('/').ends_with(end))
}

/// The id of a record that a request deletes by its address.
pub fn deletes(request: &Request) -> Option<&str> {
    let (_, rest) = request.path_only().split_once("/sobjects/")?;
    let mut parts = rest.split('/').filter(|part| !part.is_empty()).skip(1);
    let id = parts.next().filter(|id| is_id(id))?;
    (request.effective_method() == "DELETE" && parts.next().is_none()).then_some(id)
}

/// Where the records that a request is about to create can be found by their mark.
pub fn traces(request: &Request, mark: &str) -> Vec<Trace> {
    let Ok(body) = json::parse(&String::from_utf8_lossy(&request.body)) else { return Vec::new() };
    let mut traces = Vec::new();
    collect_traces(&body, object_of(request.path_only()), mark, is_tooling(request), &mut traces);
    traces
}

/// Looks for marked texts in the members of each object; `attributes.type`, or the address of a part of a composite
/// request, names the object of what lies below.
fn collect_traces(json: &Json, object: Option<&str>, mark: &str, tooling: bool, found: &mut Vec<Trace>) {
    match json {
        Json::Object(pairs) => {
            let named = json.get("attributes").and_then(|attributes| attributes.get("type"));
            let part = json.get("url").and_then(Json::as_str).and_then(object_of);
            let object = named.and_then(Json::as_str).or(part).or(object);
            let marked = pairs.iter().find_map(|(field, value)| {
                value.as_str().filter(|text| text.contains(mark)).map(|text| (field, text))
            });
            if let (Some(object), Some((field, value))) = (object, marked) {
                let (object, field, value) = (object.to_owned(), field.clone(), value.to_owned());
                found.push(Trace { object, field, value, tooling });
            }
            pairs.iter().for_each(|(_, value)| collect_traces(value, object, mark, tooling, found));
        }
        Json::Array(items) => {
            items.iter().for_each(|item| collect_traces(item, object, mark, tooling, found));
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// The records that an answer says were created. Ids that the request itself mentions are never among them.
pub fn created(request: &Request, answer: &Answer) -> Vec<Created> {
    if !may_create(request) || !(200..300).contains(&answer.status) {
        return Vec::new();
    }
    let Ok(body) = answer.json() else { return Vec::new() };
    let mut found = Vec::new();
    let object = object_of(request.path_only());
    match answer.status {
        201 if body.get("id").is_some() => keep(&mut found, body.get("id"), object),
        _ => walk(&body, &mut found),
    }
    let sent = format!("{} {}", request.path, String::from_utf8_lossy(&request.body));
    found.retain(|created: &Created| !sent.contains(&created.id[..15]));
    for created in &mut found {
        created.tooling = is_tooling(request);
    }
    found
}

/// The answers that speak of several records, or name them otherwise than `id`.
fn walk(body: &Json, found: &mut Vec<Created>) {
    const SINGLE: [(&str, Option<&str>); 5] = [
        ("salesTransactionId", None),
        ("renewalRecordId", None),
        ("amendmentRecordId", None),
        ("cancellationRecordId", None),
        ("assetId", Some("Asset")),
    ];
    const NESTED: [(&str, &str); 4] = [
        ("asset", "Asset"),
        ("assetAction", "AssetAction"),
        ("assetActionSources", "AssetActionSource"),
        ("assetStatePeriods", "AssetStatePeriod"),
    ];
    match body {
        Json::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Json::Object(pairs) => {
            let status = |key: &str| body.get(key).and_then(Json::as_f64);
            let made = |key: &str| body.get(key) == Some(&Json::Bool(true));
            // A part of a composite or batch answer that created nothing has an id of something older.
            let part = status("httpStatusCode").or_else(|| status("statusCode"));
            if part.is_some_and(|status| status != 201.0) {
                return;
            }
            let upserted = body.get("created") == Some(&Json::Bool(false));
            let saved = made("success") || made("created") || body.get("referenceId").is_some();
            if saved && !upserted {
                keep(found, body.get("id"), None);
            }
            for (key, object) in SINGLE {
                keep(found, body.get(key), object);
            }
            for (key, object) in NESTED {
                let nested = body.get(key);
                let items = nested.and_then(Json::items).or(nested.map(std::slice::from_ref));
                for item in items.unwrap_or_default() {
                    keep(found, item.get("id"), Some(object));
                }
            }
            let below =
                ["compositeResponse", "body", "results", "result", "graphs", "graphResponse", "outputValues"];
            for (_, value) in pairs.iter().filter(|(key, _)| below.contains(&key.as_str())) {
                walk(value, found);
            }
            if part.is_some() {
                keep(
                    found,
                    body.get("body").or_else(|| body.get("result")).and_then(|part| part.get("id")),
                    None,
                );
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn keep(found: &mut Vec<Created>, id: Option<&Json>, object: Option<&str>) {
    if let Some(id) = id.and_then(Json::as_str).filter(|id| is_id(id))
        && found.iter().all(|known| known.id != id)
    {
        found.push(Created { id: id.to_owned(), object: object.map(str::to_owned), tooling: false });
    }
}

/// The object in an address below `/sobjects/`, or of a `composite/tree`.
fn object_of(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("/sobjects/").or_else(|| path.split_once("/composite/tree/"))?;
    let name = rest.split(['/', '?']).next()?;
    (!name.is_empty()).then_some(name)
}

fn is_tooling(request: &Request) -> bool {
    request.path_only().contains("/tooling/")
}

/// Whether a text has the form of an id; nothing else is ever put into a request that deletes.
pub(crate) fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "001000000000AAAAAA";
    const OLD: &str = "001000000000BBBAAA";

    fn ids(request: &Request, status: u16, body: &str) -> Vec<String> {
        let answer = Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec(), curl: "".into() };
        created(request, &answer).into_iter().map(|created| created.id).collect()
    }

    #[test]
    fn records_are_recognised_in_every_form_of_answer() {
        let post = |path: &str| Request::post(format!("/services/data/v62.0/{path}"));
        let new = [NEW.to_owned()];
        assert_eq!(ids(&post("sobjects/Account"), 201, &format!(r#"{{"id":"{NEW}","success":true}}"#)), new);
        let upsert = Request::patch("/services/data/v62.0/sobjects/Account/Key__c/1");
        assert_eq!(ids(&upsert, 201, &format!(r#"{{"id":"{NEW}","created":true}}"#)), new);
        assert!(ids(&upsert, 200, &format!(r#"{{"id":"{OLD}","success":true,"created":false}}"#)).is_empty());
        let composite = format!(
            r#"{{"compositeResponse":[{{"body":{{"id":"{NEW}","success":true}},"httpStatusCode":201}},
                {{"body":{{"id":"{OLD}","success":true,"created":false}},"httpStatusCode":200}}]}}"#
        );
        assert_eq!(ids(&post("composite"), 200, &composite), new);
        let batch = format!(
            r#"{{"results":[{{"statusCode":201,"result":{{"id":"{NEW}"}}}},{{"statusCode":200,"result":{{"Id":"{OLD}"}}}}]}}"#
        );
        assert_eq!(ids(&post("composite/batch"), 200, &batch), new);
        let tree = format!(r#"{{"hasErrors":false,"results":[{{"referenceId":"a","id":"{NEW}"}}]}}"#);
        assert_eq!(ids(&post("composite/tree/Account"), 201, &tree), new);
        assert_eq!(
            ids(
                &post("composite/sobjects"),
                200,
                &format!(r#"[{{"id":"{NEW}","success":true,"errors":[]}}]"#)
            ),
            new
        );
        assert_eq!(
            ids(
                &post("asset-management/assets/actions/generate"),
                201,
                &format!(r#"{{"asset":{{"id":"{NEW}"}}}}"#)
            ),
            new
        );
        assert_eq!(ids(&post("revenue/x/swap"), 201, &format!(r#"{{"salesTransactionId":"{NEW}"}}"#)), new);
    }

    #[test]
    fn what_the_request_names_was_there_before() {
        let change =
            Request::post(format!("/services/data/v62.0/asset-management/assets/{OLD}/actions/change"));
        let body = format!(r#"{{"asset":{{"id":"{OLD}"}},"assetAction":{{"id":"{NEW}"}}}}"#);
        assert_eq!(ids(&change, 201, &body), [NEW]);
        assert!(
            ids(
                &Request::get("/services/data/v62.0/sobjects/Account"),
                200,
                &format!(r#"{{"id":"{NEW}","success":true}}"#)
            )
            .is_empty()
        );
    }

    #[test]
    fn traces_name_object_field_and_value_of_marked_records() {
        let single = Request::post("/services/data/v62.0/sobjects/Account")
            .json(json::parse(r#"{"Site":"x","Name":"mockorg-7 Acme"}"#).unwrap());
        let found = traces(&single, "mockorg-7 ");
        assert_eq!(
            (found[0].object.as_str(), found[0].field.as_str(), found[0].value.as_str()),
            ("Account", "Name", "mockorg-7 Acme")
        );
        let composite = Request::post("/services/data/v62.0/composite").json(
            json::parse(r#"{"compositeRequest":[{"url":"/services/data/v62.0/sobjects/Contact","body":{"LastName":"mockorg-7 Roe"}}]}"#).unwrap(),
        );
        assert_eq!(traces(&composite, "mockorg-7 ")[0].object, "Contact");
    }

    #[test]
    fn only_a_record_that_is_addressed_by_its_id_counts_as_deleted() {
        assert_eq!(
            deletes(&Request::delete(format!("/services/data/v62.0/sobjects/Account/{OLD}"))),
            Some(OLD)
        );
        assert_eq!(deletes(&Request::delete("/services/data/v62.0/sobjects/Account/Key__c/1")), None);
        assert_eq!(deletes(&Request::get(format!("/services/data/v62.0/sobjects/Account/{OLD}"))), None);
    }
}
