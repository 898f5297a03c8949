//! A client can be made from the description: every endpoint says what it takes and gives, and it is so.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::world::{Reply, World, ask, request};
use crate::server::endpoints::endpoints;
use crate::server::openapi::{document, paths};
use crate::server::rights::{Access, ROLES};

/// Changes that take nothing but their path.
const BARE: &[&str] = &[
    "/api/v1/evidence/{evidence}/remove",
    "/api/v1/jobs/{job}/cancel",
    "/api/v1/jobs/{job}/retell",
    "/api/v1/logout",
    "/api/v1/own/factor",
    "/api/v1/own/tokens/{token}/end",
    "/api/v1/snapshots/{id}/accept",
    "/api/v1/tasks/{task}/remind",
];

pub(super) fn body<'a>(paths: &'a Value, path: &str) -> &'a Value {
    &paths[path]["post"]["requestBody"]["content"]
}

/// The path of the description that a request's path is of.
fn described<'a>(paths: &'a Value, method: &str, path: &str) -> Option<(&'a str, &'a Value)> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let own: Vec<&str> = template.split('/').collect();
        own.len() == parts.len()
            && own
                .iter()
                .zip(&parts)
                .all(|(o, p)| o.starts_with('{') || o == p)
    };
    let mut all: Vec<_> = paths.as_object()?.iter().filter(|(t, _)| fits(t)).collect();
    // A word goes before a parameter, as in the router.
    all.sort_by_key(|(t, _)| t.matches('{').count());
    let (template, operations) = all.first()?;
    Some((template.as_str(), operations.get(method)?))
}

/// Fails where an answer is not what the description says of it: its kind, and all that stands in it.
pub(super) fn holds(method: &str, path: &str, reply: &Reply) {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    let document = DOCUMENT.get_or_init(document);
    let Some((template, operation)) = described(&document["paths"], method, path) else {
        return;
    };
    let answers = &operation["responses"];
    let told = match reply.status {
        200 | 303 => &answers[reply.status.to_string()],
        status if answers[status.to_string()].is_object() => &answers[status.to_string()],
        _ if answers["default"]["content"].is_object() => &answers["default"],
        _ => &document["components"]["responses"]["problem"],
    };
    let at = format!("{method} {template}: {}", reply.status);
    assert!(told.is_object(), "{at} is not described");
    if let Some(kinds) = told["content"].as_object() {
        let kind = reply.header("content-type");
        let said = kinds.iter().find(|(k, _)| kind.starts_with(*k));
        let (kind, content) = said.unwrap_or_else(|| panic!("{at} is {kind}"));
        if kind == "application/json"
            && let Some(why) = unlike(document, &content["schema"], &reply.json(), "")
        {
            panic!("{at}{why}\n{}", reply.text());
        }
    }
}

/// Where a value is not what a schema says, if anywhere. What the schema does not name is not there.
fn unlike(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let named = document.pointer(reference.trim_start_matches('#'));
        return unlike(document, named.unwrap(), value, at);
    }
    if let Some(kinds) = schema["anyOf"].as_array() {
        let each = kinds.iter().map(|k| unlike(document, k, value, at));
        let mut wrong: Vec<String> = each.collect::<Option<_>>()?;
        return wrong.pop();
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        Value::Null => return None,
        one => vec![one.clone()],
    };
    let number = kind == "integer" && kinds.contains(&json!("number"));
    if !kinds.contains(&json!(kind)) && !number {
        return Some(format!("{at} is {kind}, not {kinds:?}"));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|e| !e.contains(value))
    {
        return Some(format!("{at} is {value}"));
    }
    if let Value::Array(items) = value {
        return items.iter().enumerate().find_map(|(n, item)| {
            let own = schema["prefixItems"].get(n).unwrap_or(&schema["items"]);
            unlike(document, own, item, &format!("{at}/{n}"))
        });
    }
    let fields = value.as_object()?;
    let required = schema["required"].as_array().into_iter().flatten();
    for name in required.filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            return Some(format!("{at}/{name} is missing"));
        }
    }
    let open = &schema["additionalProperties"];
    fields.iter().find_map(|(name, field)| {
        let at = format!("{at}/{name}");
        match schema["properties"].get(name) {
            Some(own) => unlike(document, own, field, &at),
            None if open.is_object() => unlike(document, open, field, &at),
            None if schema["properties"].is_object() => Some(format!("{at} is not described")),
            None => None,
        }
    })
}

#[test]
fn what_is_not_described_is_noticed() {
    let schema = json!({
        "type": "object", "required": ["a"],
        "properties": {
            "a": { "type": "integer" },
            "b": { "type": ["string", "null"], "enum": ["x", null] },
            "c": { "type": "array", "items": { "type": "boolean" } },
            "e": { "type": "array", "items": { "$ref": "#" } },
            "f": { "anyOf": [{ "type": "boolean" }, { "type": "integer" }] },
        },
    });
    for good in [
        json!({ "a": 1 }),
        json!({ "a": 1, "b": null, "c": [true], "e": [{ "a": 1 }], "f": 2 }),
    ] {
        assert_eq!(unlike(&schema, &schema, &good, ""), None);
    }
    for bad in [
        json!({}),
        json!({ "a": 1.5 }),
        json!({ "a": 1, "b": "y" }),
        json!({ "a": 1, "c": [1] }),
        json!({ "a": 1, "d": 1 }),
        json!({ "a": 1, "e": [{}] }),
        json!({ "a": 1, "f": "x" }),
        json!([]),
    ] {
        assert!(unlike(&schema, &schema, &bad, "").is_some(), "{bad}");
    }
}

/// Answers in JSON whose content is nobody's to foretell.
const OPEN: &[&str] = &["/api/v1/openapi.json"];

#[test]
fn every_answer_is_described() {
    let document = document();
    let mut open = Vec::new();
    let endpoints = endpoints();
    let places = endpoints
        .iter()
        .flat_map(|e| paths(e).into_iter().map(|path| (path, e.method)));
    for (path, method) in places {
        let answers = &document["paths"][&path][method]["responses"];
        assert!(answers["default"].is_object());
        let Some(content) = answers["200"]["content"].as_object() else {
            assert!(answers["303"].is_object(), "{path}");
            continue;
        };
        let (kind, content) = content.iter().next().unwrap();
        let schema = &content["schema"];
        let named = schema["$ref"].as_str().map(|r| r.trim_start_matches('#'));
        let schema = named.map_or(schema, |named| document.pointer(named).unwrap());
        let told = schema["properties"].is_object() || schema["anyOf"].is_array();
        match kind.as_str() {
            "application/json" if !told => open.push(path),
            "application/json" | "text/html" | "application/octet-stream" => {}
            other => assert!(other.contains("cyclonedx"), "{other}"),
        }
    }
    open.sort_unstable();
    assert_eq!(open, OPEN);
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
    let quick = &document["paths"]["/api/v1/snapshots/{id}/evaluate"]["get"]["parameters"];
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
