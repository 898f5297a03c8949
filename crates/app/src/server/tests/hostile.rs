//! Every field of every change and every upload, as the interface describes them, filled with what nobody
//! should send: nothing breaks, nothing is half done, and the store is whole afterwards.

use serde_json::{Value, json};

use super::input::HOSTILE;
use super::openapi::{body, sample};
use super::rights::{Things, filled};
use super::world::{MINUTE, World, ask, multipart, pass, request};
use crate::server::endpoints::{Endpoint, endpoints};
use crate::server::openapi::document;
use crate::server::rights::{Access, ROLES};

super::scenarios!(every_field_takes_anything, every_upload_takes_anything);

/// Values of the wrong kind, too large, or meant to do harm.
fn values() -> Vec<Value> {
    let mut values = vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0.5),
        json!(i64::MAX),
        json!(1e308),
        json!([]),
        json!({}),
        json!([[["x"]]]),
        json!({ "a": { "b": [1] } }),
        json!(""),
        json!("   "),
        json!("x".repeat(20_000)),
        json!("学".repeat(5_000)),
        json!("=cmd|' /C calc'!A0"),
        json!("<script>alert(1)</script>"),
        json!("../../../etc/passwd"),
        json!("9999-99-99"),
        json!("\u{0}\u{feff}\u{202e}"),
    ];
    values.extend(HOSTILE.iter().map(|text| json!(text)));
    values
}

/// The changes, each with a role that may ask for it, and a path to things that are there.
fn changes(things: &Things) -> Vec<(Endpoint, &'static str, String)> {
    endpoints()
        .into_iter()
        .filter(|e| e.method == "post")
        .map(|endpoint| {
            let role = match endpoint.access {
                Access::Roles(roles) => roles[0].id(),
                _ => "county",
            };
            let path = filled(endpoint.path, things, role);
            (endpoint, role, path)
        })
        .collect()
}

async fn things(world: &World) -> Things {
    let things = Things::of(world, &world.person("owner", &["county"]).await).await;
    for role in ROLES.iter().map(|r| r.id()) {
        world.person(role, &[role]).await;
        world.job_of(role).await;
    }
    world.enrol().await;
    things
}

async fn whole(world: &World) {
    let verified = world.app.store.verify().await.unwrap();
    assert!(verified.broken.is_empty(), "{verified:?}");
    assert_eq!(world.get(None, "/health").await.status, 200);
}

async fn every_field_takes_anything(world: World) {
    let things = things(&world).await;
    let document = document();
    let mut sent = 0;
    for (endpoint, role, path) in changes(&things) {
        let (kind, content) = match body(&document["paths"], endpoint.path).as_object() {
            Some(kinds) => kinds.iter().next().unwrap(),
            None => continue,
        };
        if kind.starts_with("multipart") {
            continue;
        }
        let schema = &content["schema"];
        let plain = sample(schema);
        let who = world.session(role).await;
        let names = plain.as_object().unwrap().keys();
        for (name, value) in names.flat_map(|n| values().into_iter().map(move |v| (n, v))) {
            let mut given = plain.clone();
            given[name] = value.clone();
            let mut bodies = vec![given];
            // A map takes any name and any text.
            if schema["properties"][name]["additionalProperties"].is_object() {
                let key = value.as_str().unwrap_or("x");
                for entry in [json!({ key: "1" }), json!({ "x": value })] {
                    let mut given = plain.clone();
                    given[name] = entry;
                    bodies.push(given);
                }
            }
            for given in bodies {
                let bytes = if kind.contains("form") {
                    let pair = |(n, v): (&String, &Value)| {
                        format!("{n}={}", v.as_str().unwrap_or("%00%ff%"))
                    };
                    let pairs: Vec<_> = given.as_object().unwrap().iter().map(pair).collect();
                    pairs.join("&").into_bytes()
                } else {
                    given.to_string().into_bytes()
                };
                let reply = ask(
                    &world.router,
                    request(Some(&who), "POST", &path, bytes, kind),
                )
                .await;
                sent += 1;
                let shown: String = given.to_string().chars().take(200).collect();
                assert!(reply.status < 500, "{path} {shown}: {}", reply.status);
            }
        }
        pass(MINUTE / 2);
    }
    assert!(sent > 1000, "{sent}");
    whole(&world).await;
}

async fn every_upload_takes_anything(world: World) {
    let things = things(&world).await;
    let document = document();
    let zip = [b"PK\x03\x04".as_slice(), &[0xff; 300]].concat();
    let many = "a,".repeat(20_000);
    let files: [(&str, &[u8]); 12] = [
        ("schools.csv", b""),
        ("schools.csv", b"\xff\xfe\x00"),
        ("schools.csv", b"school_id,name\n\"unclosed"),
        ("schools.csv", many.as_bytes()),
        ("county.csv", b"key,value\ncode,\"=1+1\"\n"),
        ("data.xlsx", &zip),
        ("data.xlsx", b"<html><script>alert(1)</script>"),
        ("data.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("year=2025.parquet", b"PAR1PAR1"),
        ("mapping.toml", b"[[[["),
        (
            "blocks.geojson",
            b"{\"type\":\"FeatureCollection\",\"features\":[{}]}",
        ),
        ("../../x.csv", b"x"),
    ];
    let before = world.app.store.snapshots("county").await.unwrap().len();
    let mut sent = 0;
    for (endpoint, role, path) in changes(&things) {
        if body(&document["paths"], endpoint.path)["multipart/form-data"].is_null() {
            continue;
        }
        let who = world.session(role).await;
        for file in &files {
            let (body, kind) = multipart(&[*file]);
            for body in [body.clone(), body[..body.len() / 2].to_vec(), Vec::new()] {
                let reply = ask(
                    &world.router,
                    request(Some(&who), "POST", &path, body, &kind),
                )
                .await;
                sent += 1;
                assert!(reply.status < 500, "{path} {}: {}", file.0, reply.status);
            }
        }
        pass(MINUTE / 2);
    }
    assert!(sent > 200, "{sent}");
    let after = world.app.store.snapshots("county").await.unwrap().len();
    assert_eq!(before, after, "nothing of them became data");
    whole(&world).await;
}
