//! The served document, its operations, and what it promises.

use jsonschema::Validator;
use mockorg::MockOrg;
use serde_json::{Value as Json, json};

/// The document as an org serves it.
#[derive(Debug)]
pub(crate) struct Document(Json);

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) path: String,
    /// In lower case.
    pub(crate) method: String,
    /// The schema of its body, and whether one must be sent.
    pub(crate) body: Option<(Json, bool)>,
    node: Json,
}

impl Operation {
    /// The parameters of the address: name and schema.
    pub(crate) fn arguments(&self) -> Vec<(String, Json)> {
        let parameters = self.node["parameters"].as_array().cloned().unwrap_or_default();
        let queried = parameters.into_iter().filter(|parameter| parameter["in"] == "query");
        queried
            .map(|parameter| (parameter["name"].as_str().unwrap().to_owned(), parameter["schema"].clone()))
            .collect()
    }
}

impl Document {
    pub(crate) async fn of(org: &MockOrg) -> Self {
        let address = format!("{}/__mockorg/openapi.json", org.url());
        Self(reqwest::get(address).await.unwrap().json().await.unwrap())
    }

    /// Every operation, ordered by path and method.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            for (method, node) in item.as_object().unwrap().iter().filter(|(_, node)| node.is_object()) {
                let content = &node["requestBody"]["content"]["application/json"]["schema"];
                let required = node["requestBody"]["required"] == true;
                operations.push(Operation {
                    id: node["operationId"].as_str().unwrap().to_owned(),
                    path: path.clone(),
                    method: method.clone(),
                    body: (!content.is_null()).then(|| (self.resolved(content), required)),
                    node: node.clone(),
                });
            }
        }
        operations
    }

    fn resolved(&self, schema: &Json) -> Json {
        match schema["$ref"].as_str() {
            Some(target) => self.0.pointer(target.trim_start_matches('#')).unwrap().clone(),
            None => schema.clone(),
        }
    }

    /// What holds values against a schema of the document.
    pub(crate) fn validator(&self, schema: &Json) -> Validator {
        let mut whole = schema.clone();
        whole["components"] = self.0["components"].clone();
        jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&whole).unwrap()
    }

    /// What of a success is not as the operation promises it.
    pub(crate) fn broken_promise(
        &self,
        operation: &Operation,
        status: u16,
        answer: &Json,
        said: &str,
    ) -> Option<String> {
        let responses = &operation.node["responses"];
        let Some(promised) = responses.get(status.to_string()).filter(|_| (200..300).contains(&status))
        else {
            return Some(format!("not promised: {said}"));
        };
        let schema = promised["content"].get("application/json")?;
        let validator = self.validator(&schema["schema"]);
        let problems: Vec<String> = validator
            .iter_errors(answer)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        (!problems.is_empty()).then(|| format!("{said}\n{problems:#?}"))
    }

    /// Holds a refusal against its schema.
    #[track_caller]
    pub(crate) fn assert_refusal(&self, answer: &Json) {
        let schema = json!({"$ref": "#/components/schemas/control-error"});
        assert!(self.validator(&schema).is_valid(answer), "{answer}");
    }

    /// What is wrong with the document as one of OpenAPI 3.1, as far as it uses that.
    pub(crate) fn problems(&self) -> Vec<String> {
        let format = jsonschema::draft202012::new(&format()).unwrap();
        let broken = format.iter_errors(&self.0).map(|error| format!("{}: {error}", error.instance_path()));
        let mut problems: Vec<String> = broken.collect();
        let mut ids = Vec::new();
        for operation in self.operations() {
            let said = format!("{} {}", operation.method, operation.path);
            if ids.contains(&operation.id) {
                problems.push(format!("{said}: the operation id stands twice"));
            }
            let of_path: Vec<&str> = operation
                .path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            let parameters = operation.node["parameters"].as_array().cloned().unwrap_or_default();
            let declared: Vec<&str> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            if of_path != declared {
                problems.push(format!("{said}: the path has {of_path:?}, and {declared:?} are declared"));
            }
            ids.push(operation.id);
        }
        for (name, schema) in self.0["components"]["schemas"].as_object().unwrap() {
            if let Err(error) = jsonschema::draft202012::meta::validate(schema) {
                problems.push(format!("the schema {name}: {error}"));
            }
        }
        let mut targets = Vec::new();
        references(&self.0, &mut targets);
        problems.extend(
            targets
                .into_iter()
                .filter(|target| self.0.pointer(&target[1..]).is_none())
                .map(|target| format!("nothing stands at {target}")),
        );
        problems
    }
}

fn references(node: &Json, targets: &mut Vec<String>) {
    match node {
        Json::Array(items) => items.iter().for_each(|item| references(item, targets)),
        Json::Object(members) => {
            for (key, value) in members {
                match value {
                    Json::String(target) if key == "$ref" => targets.push(target.clone()),
                    _ => references(value, targets),
                }
            }
        }
        _ => {}
    }
}

/// The part of OpenAPI 3.1 that the document uses: names and kinds of members, and which must be there.
fn format() -> Json {
    let media = json!({"type": "object", "minProperties": 1, "additionalProperties": {
        "type": "object", "additionalProperties": false, "properties": {"schema": {"type": "object"}}
    }});
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["openapi", "info", "paths", "components"],
        "properties": {
            "openapi": {"pattern": r"^3\.1\.[0-9]+$"},
            "info": {
                "type": "object",
                "additionalProperties": false,
                "required": ["title", "version"],
                "properties": {
                    "title": {"type": "string"}, "description": {"type": "string"}, "version": {"type": "string"},
                    "license": {"type": "object", "required": ["name"], "additionalProperties": false,
                        "properties": {"name": {"type": "string"}, "identifier": {"type": "string"}}}
                }
            },
            "servers": {"type": "array", "items": {"type": "object", "required": ["url"]}},
            "security": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "array"}}},
            "paths": {"type": "object", "minProperties": 1, "additionalProperties": false, "patternProperties": {"^/": {
                "type": "object",
                "additionalProperties": false,
                "properties": {"summary": {"type": "string"}},
                "patternProperties": {"^(get|put|post|delete|patch)$": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["operationId", "responses"],
                    "properties": {
                        "operationId": {"type": "string"},
                        "summary": {"type": "string"},
                        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
                        "security": {"type": "array"},
                        "parameters": {"type": "array", "uniqueItems": true, "items": {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["name", "in", "schema"],
                            "properties": {
                                "name": {"type": "string"}, "in": {"enum": ["path", "query"]},
                                "description": {"type": "string"}, "required": {"type": "boolean"},
                                "schema": {"type": "object"}
                            },
                            "if": {"properties": {"in": {"const": "path"}}},
                            "then": {"required": ["required"], "properties": {"required": {"const": true}}}
                        }},
                        "requestBody": {
                            "type": "object", "additionalProperties": false, "required": ["content"],
                            "properties": {"required": {"type": "boolean"}, "content": media}
                        },
                        "responses": {"type": "object", "minProperties": 1, "additionalProperties": false,
                            "patternProperties": {"^([1-5][0-9][0-9]|default)$": {
                                "type": "object", "additionalProperties": false, "required": ["description"],
                                "properties": {"description": {"type": "string"}, "content": media}
                            }}}
                    }
                }}
            }}},
            "components": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "schemas": {"type": "object", "propertyNames": {"pattern": r"^[a-zA-Z0-9._-]+$"},
                        "additionalProperties": {"type": "object"}},
                    "securitySchemes": {"type": "object", "additionalProperties": {
                        "type": "object", "required": ["type", "in", "name"],
                        "properties": {"type": {"const": "apiKey"}, "in": {"const": "header"}}
                    }}
                }
            }
        }
    })
}
