//! A client can be made from the description: every change says what it takes, and what it says is so.

use serde_json::{Value, json};

use super::world::{World, ask, request};
use crate::server::endpoints::endpoints;
use crate::server::openapi::document;
use crate::server::rights::{Access, ROLES};

/// Changes that take nothing but their path.
const BARE: &[&str] = &[
    "/api/v1/evidence/{evidence}/remove",
    "/api/v1/jobs/{job}/cancel",
    "/api/v1/logout",
    "/api/v1/own/factor",
    "/api/v1/own/tokens/{token}/end",
    "/api/v1/snapshots/{id}/accept",
    "/api/v1/tasks/{task}/remind",
];

pub(super) fn body<'a>(paths: &'a Value, path: &str) -> &'a Value {
    &paths[path]["post"]["requestBody"]["content"]
}

/// The least that fits a schema.
pub(super) fn sample(schema: &Value) -> Value {
    let kind = match &schema["type"] {
        Value::Array(kinds) => &kinds[0],
        one => one,
    };
    match kind.as_str() {
        Some("string") => schema["enum"].get(0).cloned().unwrap_or(json!("x")),
        Some("integer") => json!(1),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("array") => json!([sample(&schema["items"])]),
        Some("object") => {
            let properties = schema["properties"].as_object();
            let fields = properties.into_iter().flatten();
            let mut all: serde_json::Map<_, _> =
                fields.map(|(name, s)| (name.clone(), sample(s))).collect();
            if schema.get("additionalProperties").is_some() {
                all.insert("x".to_owned(), sample(&schema["additionalProperties"]));
            }
            Value::Object(all)
        }
        _ => Value::Null,
    }
}

#[test]
fn every_change_says_what_it_takes() {
    let document = document();
    let mut bare = Vec::new();
    for endpoint in endpoints().iter().filter(|e| e.method != "get") {
        let body = body(&document["paths"], endpoint.path);
        if body.is_null() {
            bare.push(endpoint.path);
            continue;
        }
        for (kind, content) in body.as_object().unwrap() {
            let schema = &content["schema"];
            let told = match schema["properties"].as_object() {
                Some(fields) => !fields.is_empty() && fields.values().all(|s| !s.is_null()),
                None => schema["additionalProperties"].is_object(),
            };
            assert!(told, "{} {kind}: {content}", endpoint.path);
        }
    }
    bare.sort_unstable();
    assert_eq!(bare, BARE);
    let jobs = &body(&document["paths"], "/api/v1/jobs")["application/json"]["schema"];
    assert!(jobs["oneOf"].as_array().unwrap().len() > 10);
    assert_eq!(jobs["required"], json!(["command"]));
    let quick = &document["paths"]["/api/v1/snapshots/{id}/{command}"]["get"]["parameters"];
    assert!(quick.to_string().contains("\"overlay\""), "{quick}");
}

#[tokio::test]
async fn what_is_described_is_taken() {
    let world = World::sqlite().await;
    let document = document();
    for role in ROLES.iter().map(|r| r.id()) {
        world.person(role, &[role]).await;
    }
    for endpoint in endpoints().iter().filter(|e| e.method == "post") {
        let schema = &body(&document["paths"], endpoint.path)["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        let role = match endpoint.access {
            Access::Roles(roles) => roles[0].id(),
            _ => "county",
        };
        let who = world.session(role).await;
        let path = endpoint.path.replace(['{', '}'], "");
        let send = async |body: &Value| {
            let body = body.to_string().into_bytes();
            let asked = request(Some(&who), "POST", &path, body, "application/json");
            ask(&world.router, asked).await
        };
        let whole = sample(schema);
        let said = send(&whole).await;
        assert_ne!(said.json()["error"], "malformed", "{path} {whole}");
        for name in schema["required"].as_array().into_iter().flatten() {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(name.as_str().unwrap());
            let said = send(&part).await.json();
            assert_eq!(said["error"], "malformed", "{path} without {name}");
        }
    }
}
