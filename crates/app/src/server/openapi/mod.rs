//! The interface described in OpenAPI 3.1, made of the list of endpoints, of what their handlers take and
//! give, and of the commands that are served.

pub(crate) mod operation;
mod schema;

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::endpoints::endpoints;
use super::problem::Refusal;
use super::rights::Access;
use super::served::{Reads, SERVED, Served};

/// The document.
pub(crate) async fn serve() -> Json<Value> {
    Json(document())
}

/// What the program is made of is told in this form, …
const CYCLONE: &str = "application/vnd.cyclonedx+json; version=1.5";
/// … as `cargo xtask sbom` wrote it from the lock files.
const SBOM: &str = include_str!("../../../../../packaging/sbom.cdx.json");

/// That list.
pub(crate) struct Bill;

/// What the program is made of.
pub(crate) async fn sbom() -> Bill {
    Bill
}

impl IntoResponse for Bill {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, CYCLONE)], SBOM).into_response()
    }
}

impl operation::Answers for Bill {
    fn content() -> Option<operation::Content> {
        Some((CYCLONE, json!({ "type": "object" })))
    }
}

/// The document.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for endpoint in endpoints() {
        let roles = match endpoint.access {
            Access::Public => vec!["public"],
            Access::Session | Access::Person => vec!["session"],
            Access::Roles(roles) => roles.iter().map(|r| r.id()).collect(),
        };
        let described = (endpoint.operation)();
        let mut parameters: Vec<Value> = endpoint
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
            .collect();
        parameters.extend(described.query);
        let mut operation = json!({
            "summary": endpoint.zh,
            "description": endpoint.en,
            "parameters": parameters,
            "x-roles": roles,
            "responses": { "default": { "$ref": "#/components/responses/problem" } },
        });
        let (status, answer) = match described.answer {
            Some((kind, schema)) => (
                "200",
                json!({ "description": "OK", "content": { kind: { "schema": schema } } }),
            ),
            None => ("303", json!({ "description": "See other" })),
        };
        operation["responses"][status] = answer;
        if let Some((kind, schema)) = described.body {
            operation["requestBody"] =
                json!({ "required": true, "content": { kind: { "schema": schema } } });
        }
        commands(endpoint.path, endpoint.method, &mut operation);
        let path = paths
            .entry(endpoint.path)
            .or_insert_with(|| Value::Object(Map::new()));
        path[endpoint.method] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Junheng 均衡", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": { "responses": { "problem": {
            "description": "Refused, with the reason in the caller's language",
            "content": { "application/json": { "schema": schema::schema::<Refusal>() } },
        } } },
    })
}

/// Which commands an endpoint carries out, and with which options.
fn commands(path: &str, method: &str, operation: &mut Value) {
    let these = |wanted: fn(&&Served) -> bool| SERVED.iter().filter(wanted);
    match (method, path) {
        ("get", "/api/v1/snapshots/{id}/{command}") => {
            let quick: Vec<_> = these(|s| s.quick).collect();
            let names: Vec<_> = quick.iter().map(|s| s.name).collect();
            operation["parameters"][1]["schema"]["enum"] = json!(names);
            query(operation, &quick);
        }
        ("post", "/api/v1/jobs") => {
            let schema = &mut operation["requestBody"]["content"]["application/json"]["schema"];
            schema["oneOf"] = these(|s| !matches!(s.reads, Reads::Files | Reads::Two))
                .map(|served| {
                    let options: Map<String, Value> = served
                        .options
                        .iter()
                        .map(|(name, takes)| ((*name).to_owned(), json!({ "anyOf": [takes.schema(), { "type": "array", "items": takes.schema() }] })))
                        .collect();
                    json!({ "properties": {
                        "command": { "const": served.name },
                        "options": { "properties": options, "additionalProperties": false },
                    } })
                })
                .collect();
        }
        _ => {
            let one = match path {
                "/api/v1/snapshots/{id}/exports/{name}" => "evaluate",
                "/api/v1/compare/{before}/{after}" => "compare",
                "/api/v1/imports" => "import",
                "/api/v1/nation" => "nation",
                _ => return,
            };
            query(
                operation,
                &Served::named(one).into_iter().collect::<Vec<_>>(),
            );
        }
    }
}

/// The options of commands as parameters of a query, each once.
fn query(operation: &mut Value, served: &[&Served]) {
    let Some(parameters) = operation["parameters"].as_array_mut() else {
        return;
    };
    for (name, takes) in served.iter().flat_map(|s| s.options) {
        if parameters.iter().all(|p| p["name"] != *name) {
            parameters.push(json!({
                "name": name, "in": "query", "required": false,
                "schema": { "type": "array", "items": takes.schema() }, "explode": true,
            }));
        }
    }
}
