//! The interface described in OpenAPI 3.1, made of the list of endpoints and of the command line.

use axum::Json;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

use super::endpoints::endpoints;
use super::rights::Access;

/// The document.
pub(crate) async fn serve() -> Json<Value> {
    Json(document())
}

/// What the program is made of, as `cargo xtask sbom` wrote it from the lock files.
const SBOM: &str = include_str!("../../../../packaging/sbom.cdx.json");

/// That list.
pub(crate) async fn sbom() -> impl IntoResponse {
    let kind = "application/vnd.cyclonedx+json; version=1.5";
    ([(header::CONTENT_TYPE, kind)], SBOM)
}

pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for endpoint in endpoints() {
        let parameters: Vec<Value> = endpoint
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
            .collect();
        let roles = match endpoint.access {
            Access::Public => vec!["public"],
            Access::Session | Access::Person => vec!["session"],
            Access::Roles(roles) => roles.iter().map(|r| r.id()).collect(),
        };
        let operation = json!({
            "summary": endpoint.zh,
            "description": endpoint.en,
            "parameters": parameters,
            "x-roles": roles,
            "responses": { "200": { "description": "OK" } },
        });
        let path = paths
            .entry(endpoint.path)
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(path) = path {
            path.insert(endpoint.method.to_owned(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Junheng 均衡", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
    })
}
