//! The interface described in OpenAPI 3.1, made of the list of endpoints, of what their handlers take,
//! and of the commands that are served.

pub(crate) mod operation;
mod schema;

use axum::Json;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

use super::endpoints::endpoints;
use super::rights::Access;
use super::served::{Reads, SERVED, Served};

/// The document.
pub(crate) async fn serve() -> Json<Value> {
    Json(document())
}

/// What the program is made of, as `cargo xtask sbom` wrote it from the lock files.
const SBOM: &str = include_str!("../../../../../packaging/sbom.cdx.json");

/// That list.
pub(crate) async fn sbom() -> impl IntoResponse {
    let kind = "application/vnd.cyclonedx+json; version=1.5";
    ([(header::CONTENT_TYPE, kind)], SBOM)
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
        let takes = (endpoint.takes)();
        let mut parameters: Vec<Value> = endpoint
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
            .collect();
        parameters.extend(takes.query);
        let mut operation = json!({
            "summary": endpoint.zh,
            "description": endpoint.en,
            "parameters": parameters,
            "x-roles": roles,
            "responses": { "200": { "description": "OK" } },
        });
        if let Some((kind, schema)) = takes.body {
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
        ("get", "/api/v1/snapshots/{id}/exports/{name}") => {
            query(
                operation,
                &these(|s| s.name == "evaluate").collect::<Vec<_>>(),
            );
        }
        ("post", "/api/v1/imports") => {
            query(
                operation,
                &these(|s| s.name == "import").collect::<Vec<_>>(),
            );
        }
        ("post", "/api/v1/nation") => {
            query(
                operation,
                &these(|s| s.name == "nation").collect::<Vec<_>>(),
            );
        }
        ("post", "/api/v1/jobs") => {
            let schema = &mut operation["requestBody"]["content"]["application/json"]["schema"];
            schema["oneOf"] = these(|s| s.reads != Reads::Files)
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
        _ => {}
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
