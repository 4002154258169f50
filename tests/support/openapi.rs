//! The control surface as a document of OpenAPI 3.1: rows of the table and schemas of the project, put together.

use std::{collections::BTreeMap, fs, path::Path};

use mockorg_gateway::{Argument, ArgumentForm, CONTROL_TOKEN, ControlOperation, control_operations};
use serde_json::{Map, Value as Json, json};

/// What a schema's file is called behind its name.
const ENDING: &str = ".schema.json";

/// The document, as it is committed and served.
pub(crate) fn document(root: &Path) -> String {
    let mut components = Components { root, schemas: BTreeMap::new() };
    let mut paths: BTreeMap<&str, Map<String, Json>> = BTreeMap::new();
    for operation in control_operations() {
        let item = paths.entry(operation.path).or_default();
        item.insert("summary".to_owned(), operation.doc.into());
        item.insert(operation.method.to_lowercase(), described(&operation, &mut components));
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "The control surface of mockorg",
            "description": "Moves time, breaks things on purpose, keeps and restores states, and tells what clients \
                have done. No org of the platform has it.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "controlToken": [] }],
        "paths": paths,
        "components": {
            "schemas": components.schemas,
            "securitySchemes": {
                "controlToken": {
                    "type": "apiKey",
                    "in": "header",
                    "name": header_name(),
                    "description": "Asked for by orgs that others than this machine can reach.",
                },
            },
        },
    });
    let mut text = serde_json::to_string_pretty(&document).expect("a tree of JSON has a text");
    text.push('\n');
    text
}

/// The header as people write it.
fn header_name() -> String {
    let words = CONTROL_TOKEN.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}

fn described(operation: &ControlOperation, components: &mut Components<'_>) -> Json {
    let area = operation.path.split('/').nth(2).unwrap_or_default().trim_end_matches(".json");
    let mut described = json!({
        "operationId": format!("{}-{}", operation.id, operation.method.to_lowercase()),
        "summary": operation.doc,
        "tags": [area],
        "responses": responses(operation, components),
    });
    let segments = operation.path.split('/').filter_map(|segment| segment.strip_prefix('{'));
    let of_path = segments.map(|segment| {
        let name = segment.trim_end_matches('}').trim_start_matches('*');
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } })
    });
    let parameters: Vec<Json> = of_path.chain(operation.arguments.iter().map(parameter)).collect();
    if !parameters.is_empty() {
        described["parameters"] = parameters.into();
    }
    if let Some(name) = operation.body {
        let component = components.add("requests", name);
        let schema = &components.schemas[&component];
        let required = ["required", "oneOf", "anyOf"].iter().any(|keyword| schema.get(keyword).is_some());
        described["requestBody"] = json!({
            "required": required,
            "content": { "application/json": { "schema": reference(&component) } },
        });
    }
    if operation.id == "control-health" {
        described["security"] = json!([]);
    }
    described
}

fn parameter(argument: &Argument) -> Json {
    let schema = match argument.form {
        ArgumentForm::Text => json!({ "type": "string" }),
        ArgumentForm::Number => json!({ "type": "integer", "minimum": 0 }),
        ArgumentForm::Flag => json!({ "type": "boolean" }),
        ArgumentForm::OneOf(names) => json!({ "enum": names }),
    };
    json!({ "name": argument.name, "in": "query", "description": argument.doc, "schema": schema })
}

fn responses(operation: &ControlOperation, components: &mut Components<'_>) -> Json {
    let mut responses = Map::new();
    for (status, name) in operation.answers {
        let description = match *status {
            "201" => "Made.",
            "204" => "Done; nothing to say.",
            "default" => "Refused, with what to do.",
            _ => "Done.",
        };
        let entry = responses.entry((*status).to_owned());
        let answer = entry.or_insert_with(|| json!({ "description": description }));
        let (media_type, schema) = match *name {
            "none" | "empty" => continue,
            "text" => ("text/plain", json!({ "type": "string" })),
            "csv" => ("text/csv", json!({ "type": "string" })),
            "blob" => ("application/octet-stream", json!({})),
            name => ("application/json", reference(&components.add("responses", name))),
        };
        let content = &mut answer["content"][media_type]["schema"];
        *content = match content.take() {
            Json::Null => schema,
            earlier => json!({ "anyOf": [earlier, schema] }),
        };
    }
    responses.into()
}

fn reference(component: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{component}") })
}

/// The schemas of the document, and where they come from.
struct Components<'r> {
    root: &'r Path,
    schemas: BTreeMap<String, Json>,
}

impl Components<'_> {
    /// Takes a schema up, with those that it refers to; gives its name in the document.
    fn add(&mut self, folder: &str, name: &str) -> String {
        let component = match folder {
            "requests" => format!("{name}-request"),
            _ => name.to_owned(),
        };
        if self.schemas.contains_key(&component) {
            return component;
        }
        let path = self.root.join(format!("schemas/{folder}/{name}{ENDING}"));
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("a row of the control surface names {}: {error}", path.display()));
        let mut schema: Json =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // Two schemas may refer to each other.
        self.schemas.insert(component.clone(), Json::Null);
        if let Some(members) = schema.as_object_mut() {
            members.remove("$schema");
        }
        self.redirect(&mut schema, folder, &component);
        self.schemas.insert(component.clone(), schema);
        component
    }

    /// Has references between files lead to other parts of the document.
    fn redirect(&mut self, schema: &mut Json, folder: &str, component: &str) {
        match schema {
            Json::Array(items) => items.iter_mut().for_each(|item| self.redirect(item, folder, component)),
            Json::Object(members) => {
                for (key, value) in members {
                    match value {
                        Json::String(target) if key == "$ref" => {
                            *target = self.target(target, folder, component);
                        }
                        _ if key == "examples" => {}
                        _ => self.redirect(value, folder, component),
                    }
                }
            }
            _ => {}
        }
    }

    fn target(&mut self, target: &str, folder: &str, component: &str) -> String {
        let (file, place) = target.split_once('#').unwrap_or((target, ""));
        let component = match file {
            "" => component.to_owned(),
            _ => {
                let folder = if file.starts_with("../responses/") { "responses" } else { folder };
                let name = file.rsplit('/').next().unwrap_or_default();
                self.add(folder, name.strip_suffix(ENDING).unwrap_or(name))
            }
        };
        format!("#/components/schemas/{component}{place}")
    }
}
