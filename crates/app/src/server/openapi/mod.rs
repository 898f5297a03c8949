//! The interface described in OpenAPI 3.1, made of the list of endpoints, of what their handlers take and
//! give, and of the commands that are served.

pub(crate) mod operation;
mod schema;

use std::collections::BTreeSet;

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::api::snapshots::Kept;
use super::backups::Made as Backup;
use super::endpoints::{Endpoint, endpoints};
use super::problem::Refusal;
use super::public;
use super::rights::Access;
use super::served::{Out, Reads, SERVED, Served};
use super::worker::Written;
use crate::views::{
    BookView, CheckView, ComparisonView, EvaluationView, ExplanationView, FieldsView, ForecastView,
    Head, LayoutView, MapView, PathView, PlacesView, RotationView, StandardsView, ZonesView,
};

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
    let (mut all, schemas) = (Map::new(), documents());
    let endpoints = endpoints();
    let places = endpoints
        .iter()
        .flat_map(|e| paths(e).into_iter().map(move |path| (path, e)));
    for (path, endpoint) in places {
        let roles = match endpoint.access {
            Access::Public => vec!["public"],
            Access::Session | Access::Person => vec!["session"],
            Access::Roles(roles) => roles.iter().map(|r| r.id()).collect(),
        };
        let described = (endpoint.operation)();
        let mut parameters: Vec<Value> = path
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
        if path.starts_with(public::PLACE) {
            // Who reads pages is refused on one; a form's page has what was written again.
            operation["responses"]["default"] = json!({
                "description": "A page with the reason",
                "content": { "text/html": { "schema": { "type": "string" } } },
            });
        }
        let (status, answer) = match described.answer {
            Some((kind, mut schema)) => {
                if endpoint.method == "get" {
                    schema = printed(&path, &schemas).unwrap_or(schema);
                }
                (
                    "200",
                    json!({ "description": "OK", "content": { kind: { "schema": schema } } }),
                )
            }
            None => ("303", json!({ "description": "See other" })),
        };
        operation["responses"][status] = answer;
        if let Some((kind, schema)) = described.body {
            operation["requestBody"] =
                json!({ "required": true, "content": { kind: { "schema": schema } } });
        }
        commands(&path, &mut operation);
        let path = all.entry(path).or_insert_with(|| Value::Object(Map::new()));
        path[endpoint.method] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Junheng 均衡", "version": env!("CARGO_PKG_VERSION") },
        "paths": all,
        "components": {
            "schemas": schemas,
            "responses": { "problem": {
                "description": "Refused, with the reason in the caller's language",
                "content": { "application/json": { "schema": schema::schema::<Refusal>() } },
            } },
        },
    })
}

/// Below here are the commands that are answered at once, …
const SNAPSHOT: &str = "/api/v1/snapshots/{id}/";

/// … each of which is a path of its own. The paths of an endpoint.
pub(crate) fn paths(endpoint: &Endpoint) -> Vec<String> {
    match endpoint.path.strip_prefix(SNAPSHOT) {
        Some("{command}") => SERVED
            .iter()
            .filter(|s| s.quick)
            .map(|s| format!("{SNAPSHOT}{}", s.name))
            .collect(),
        _ => vec![endpoint.path.to_owned()],
    }
}

/// What commands print, by the name of the document.
fn documents() -> Value {
    json!({
        "check": document_of::<CheckView>("check"),
        "compare": document_of::<ComparisonView<'_>>("compare"),
        "evaluate": document_of::<EvaluationView<'_>>("evaluate"),
        "explain": document_of::<ExplanationView<'_>>("explain"),
        "fields": document_of::<FieldsView<'_>>("fields"),
        "forecast": document_of::<ForecastView<'_>>("forecast"),
        "job-backup": schema::schema::<Backup>(),
        "job-data": schema::schema_at::<Kept>("#/components/schemas/job-data"),
        "job-files": schema::schema::<Written>(),
        "map": document_of::<MapView<'_>>("map"),
        "nation": nation(),
        "places": document_of::<PlacesView<'_>>("places"),
        "plan-layout": document_of::<LayoutView<'_>>("plan-layout"),
        "plan-path": document_of::<PathView<'_>>("plan-path"),
        "plan-rotation": document_of::<RotationView<'_>>("plan-rotation"),
        "plan-zones": document_of::<ZonesView<'_>>("plan-zones"),
        "standard": document_of::<BookView<'_>>("standard"),
        "standards": document_of::<StandardsView<'_>>("standards"),
    })
}

/// The document of a nation, whose half a million rows have no type.
fn nation() -> Value {
    let mut whole = schema::schema::<Head<'_>>();
    whole["additionalProperties"] = json!({});
    whole
}

/// The name of what a job leaves as its document.
fn left(served: &Served) -> &'static str {
    match served.out {
        Out::Backup => "job-backup",
        Out::Snapshot => "job-data",
        Out::File(_) => "job-files",
        Out::Nothing | Out::Folder => served.name,
    }
}

/// A document: what all begin with, and its own content.
fn document_of<T: Deserialize<'static>>(name: &str) -> Value {
    let mut whole = schema::schema::<Head<'_>>();
    let own = schema::schema_at::<T>(&format!("#/components/schemas/{name}"));
    if let Some(properties) = whole["properties"].as_object_mut() {
        properties.extend(own["properties"].as_object().cloned().unwrap_or_default());
    }
    if let Some(required) = whole["required"].as_array_mut() {
        required.extend(own["required"].as_array().cloned().unwrap_or_default());
    }
    whole
}

/// The document that is answered there, where it is one; of a job, that of its command.
fn printed(path: &str, schemas: &Value) -> Option<Value> {
    let of = |name: &str| {
        let name = name.replace(' ', "-");
        let known = schemas.get(&name).is_some();
        known.then(|| json!({ "$ref": format!("#/components/schemas/{name}") }))
    };
    match path {
        "/api/v1/standards/{id}" => of("standard"),
        "/api/v1/compare/{before}/{after}" => of("compare"),
        "/api/v1/jobs/{job}/result" => {
            let names: BTreeSet<&str> = SERVED.iter().map(left).collect();
            let all: Vec<Value> = names.into_iter().filter_map(of).collect();
            Some(json!({ "type": "object", "anyOf": all }))
        }
        _ => of(path.rsplit('/').next().unwrap_or_default()),
    }
}

/// Which commands an endpoint carries out, and with which options.
fn commands(path: &str, operation: &mut Value) {
    let taken = operation.pointer_mut("/requestBody/content/application~1json/schema");
    if let Some(schema) = taken.filter(|_| path == "/api/v1/jobs") {
        let alone = SERVED
            .iter()
            .filter(|s| !matches!(s.reads, Reads::Files | Reads::Two));
        schema["oneOf"] = alone
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
        return;
    }
    let name = match path {
        "/api/v1/snapshots/{id}/exports/{name}" => "evaluate",
        "/api/v1/compare/{before}/{after}" => "compare",
        "/api/v1/imports" => "import",
        "/api/v1/nation" => "nation",
        _ => path.strip_prefix(SNAPSHOT).unwrap_or_default(),
    };
    let parameters = operation["parameters"].as_array_mut();
    if let Some((parameters, served)) = parameters.zip(Served::named(name)) {
        parameters.extend(served.options.iter().map(|(name, takes)| {
            json!({
                "name": name, "in": "query", "required": false,
                "schema": { "type": "array", "items": takes.schema() }, "explode": true,
            })
        }));
    }
}
