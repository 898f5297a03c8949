//! Who may do what: every endpoint for every role, as the list of endpoints says.

use serde_json::json;

use super::world::{Who, World, ask, request};
use crate::server::endpoints::endpoints;
use crate::server::rights::{Access, ROLES, Role};

super::scenarios!(
    statement_7_every_endpoint_and_role,
    statement_7_what_is_not_listed_is_not_there,
    statement_10_three_duties_are_refused_and_audited,
    statement_11_a_refusal_tells_nothing_of_the_object,
    statement_32_changes_need_the_secret_of_the_session,
    statement_32_strangers_are_slowed,
);

/// A path with ids of things that are there; a job is the caller's own.
fn filled(path: &str, snapshot: &str, role: &str) -> String {
    let mut path = path.to_owned();
    let id = if path.contains("standards") {
        "cn-2017-6"
    } else {
        snapshot
    };
    for (name, value) in [
        ("{id}", id),
        ("jobs/{job}", &format!("jobs/job-of-{role}")),
        (
            "{name}",
            if path.contains("{job}") {
                "result.json"
            } else {
                "county.csv"
            },
        ),
        ("{command}", "check"),
        ("{before}", snapshot),
        ("{after}", snapshot),
    ] {
        path = path.replace(name, value);
    }
    path
}

async fn statement_7_every_endpoint_and_role(world: World) {
    let snapshot = world
        .county(&world.person("owner", &["county"]).await)
        .await;
    for role in ROLES {
        world.person(role.id(), &[role.id()]).await;
        world.job_of(role.id()).await;
    }
    for endpoint in endpoints() {
        let send = async |who: Option<Who>, path: &str| {
            let method = endpoint.method.to_uppercase();
            let body = b"{}".to_vec();
            ask(
                &world.router,
                request(who.as_ref(), &method, path, body, "application/json"),
            )
            .await
        };
        for role in ROLES {
            let who = world.session(role.id()).await;
            let path = filled(endpoint.path, &snapshot, role.id());
            assert!(!path.contains('{'), "{path}");
            let reply = send(Some(who), &path).await;
            let may = match endpoint.access {
                Access::Public | Access::Session => true,
                Access::Roles(roles) => roles.contains(role),
            };
            let at = format!(
                "{} {path} as {}: {}",
                endpoint.method,
                role.id(),
                reply.status
            );
            assert!(reply.status < 500, "{at}");
            if may {
                assert!(!matches!(reply.status, 401 | 403 | 404 | 405), "{at}");
            } else {
                assert_eq!(reply.status, 403, "{at}");
                assert!(!reply.text().contains("合成示例县"), "{at}");
            }
        }
        let path = filled(endpoint.path, &snapshot, "county");
        let stranger = send(None, &path).await.status;
        if matches!(endpoint.access, Access::Public) {
            assert_ne!(stranger, 401, "{path}");
        } else {
            assert_eq!(stranger, 401, "{path}");
        }
    }
}

async fn statement_7_what_is_not_listed_is_not_there(world: World) {
    let county = world.person("owner", &["county"]).await;
    let snapshot = world.county(&county).await;
    let listed = |method: &str, path: &str| {
        endpoints()
            .iter()
            .any(|e| e.path == path && e.method == method)
    };
    for endpoint in endpoints() {
        for method in ["get", "post", "put", "delete", "patch"] {
            if listed(method, endpoint.path) {
                continue;
            }
            let path = filled(endpoint.path, &snapshot, "county");
            let asked = request(Some(&county), &method.to_uppercase(), &path, Vec::new(), "");
            let reply = ask(&world.router, asked).await;
            assert!(
                matches!(reply.status, 403 | 405),
                "{method} {path}: {}",
                reply.status
            );
        }
    }
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/snapshots",
        "/api/v1/snapshots/",
        "/api/v1/orgs",
        "/api/v1/accounts/1",
        "/API/v1/accounts",
        "/api//v1/accounts",
    ] {
        let reply = world.get(Some(&county), path).await;
        assert!(!reply.text().contains("合成示例县"), "{path}");
        assert!(
            !reply.header("content-type").contains("json") || reply.status >= 400,
            "{path}"
        );
    }
    let unknown = format!("/api/v1/snapshots/{snapshot}/generate");
    assert_eq!(world.get(Some(&county), &unknown).await.status, 404);
}

async fn statement_10_three_duties_are_refused_and_audited(world: World) {
    let who = world.person("safe", &["security"]).await;
    let before = world.lines().await;
    for (n, roles) in [
        ["system", "security"],
        ["system", "auditor"],
        ["auditor", "county"],
    ]
    .iter()
    .enumerate()
    {
        let new = json!({ "login": format!("new{n}"), "name": "某人", "roles": roles, "password": "Lan-tian-2025" });
        assert_eq!(
            world
                .post(Some(&who), "/api/v1/accounts", &new)
                .await
                .status,
            400
        );
    }
    let lines = world.app.store.audit(0, 100).await.unwrap();
    assert_eq!(lines.len(), before + 3);
    assert!(
        lines[before..]
            .iter()
            .all(|l| l.action == "account.add" && l.result == "refused")
    );
    assert_eq!(world.app.store.accounts().await.unwrap().len(), 1);
}

async fn statement_11_a_refusal_tells_nothing_of_the_object(world: World) {
    let snapshot = world
        .county(&world.person("owner", &["county"]).await)
        .await;
    let school = world.person("school", &[Role::School.id()]).await;
    let there = world
        .get(
            Some(&school),
            &format!("/api/v1/snapshots/{snapshot}/evaluate"),
        )
        .await;
    let absent = world
        .get(Some(&school), "/api/v1/snapshots/0000/evaluate")
        .await;
    assert_eq!((there.status, there.text()), (absent.status, absent.text()));
    assert_eq!(there.json()["error"], "forbidden");
    assert!(!there.json()["message"].as_str().unwrap().is_empty());
}

async fn statement_32_changes_need_the_secret_of_the_session(world: World) {
    let who = world.person("owner", &["county", "security"]).await;
    let other = world.person("other", &["county"]).await;
    let before = world.lines().await;
    for csrf in [String::new(), "0".repeat(64), other.csrf.clone()] {
        let mut forged = who.clone();
        forged.csrf = csrf;
        for endpoint in endpoints() {
            if endpoint.method == "get" || matches!(endpoint.access, Access::Public) {
                continue;
            }
            let path = filled(endpoint.path, "x");
            assert_eq!(
                world.post(Some(&forged), &path, &json!({})).await.status,
                403,
                "{path}"
            );
        }
    }
    assert_eq!(world.lines().await, before);
}

async fn statement_32_strangers_are_slowed(world: World) {
    let who = world.person("owner", &["county"]).await;
    let mut refused = 0;
    for _ in 0..130 {
        refused += u32::from(world.get(None, "/health").await.status == 429);
    }
    assert_eq!(refused, 10);
    // Who is logged in at the same address goes on working.
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 200);
    super::world::pass(super::world::MINUTE);
    assert_eq!(world.get(None, "/health").await.status, 200);
}
