//! Who may do what: every endpoint for every role, as the list of endpoints says.

use serde_json::json;

use super::world::{MINUTE, PASSWORD, START, Who, World, accept, ask, request};
use crate::server::endpoints::endpoints;
use crate::server::rights::{Access, ROLES, Role};
use crate::server::secret;
use crate::store::{Deed, Evidence};

super::scenarios!(
    statement_7_every_endpoint_and_role,
    statement_7_what_is_not_listed_is_not_there,
    statement_8_every_endpoint_and_scope,
    statement_10_rights_are_changed_by_the_right_duty,
    statement_10_three_duties_are_refused_and_audited,
    statement_11_a_refusal_tells_nothing_of_the_object,
    statement_32_changes_need_the_secret_of_the_session,
    statement_32_strangers_are_slowed,
);

/// What paths can lead to.
pub(super) struct Things {
    pub(super) snapshot: String,
    task: String,
    pub(super) filing: String,
    pub(super) school: String,
}

impl Things {
    pub(super) async fn of(world: &World, owner: &Who) -> Self {
        let snapshot = world.county(owner).await;
        // Those above the county see what it accepted.
        accept(world, owner, &snapshot).await;
        let new = json!({
            "title": "表", "form": "school", "school_year": "2099-2100", "as_of": "2099-09-01",
            "deadline": START + 60 * MINUTE, "snapshot": snapshot,
        });
        let task = world.post(Some(owner), "/api/v1/tasks", &new).await.json();
        let task = task["id"].as_str().unwrap().to_owned();
        let told = world
            .get(Some(owner), &format!("/api/v1/tasks/{task}"))
            .await;
        let first = &told.json()["rows"][0]["filing"];
        let [filing, school] = ["id", "org_id"].map(|k| first[k].as_str().unwrap().to_owned());
        let mut change = world.app.store.change().await.unwrap();
        for owner in ROLES.iter().map(|r| r.id()).chain(["owner"]) {
            let evidence = Evidence {
                id: format!("evidence-of-{owner}"),
                org_id: world.org.clone(),
                item: "G1".to_owned(),
                title: "批复".to_owned(),
                file: "a.pdf".to_owned(),
                kind: "pdf".to_owned(),
                size: 5,
                sha256: secret::sha256(b"%PDF-"),
                expires_on: String::new(),
                name: "owner".to_owned(),
                at: START,
            };
            change.add_evidence(&evidence, b"%PDF-").await.unwrap();
            let deed = Deed {
                action: "evidence.add",
                object: &evidence.id,
                new: &evidence.sha256,
                result: "done",
                ..Deed::default()
            };
            change.record(START, &deed).await.unwrap();
        }
        change.commit().await.unwrap();
        Self {
            snapshot,
            task,
            filing,
            school,
        }
    }
}

/// A path with ids of things that are there; a job and a piece of evidence are the caller's own.
pub(super) fn filled(path: &str, things: &Things, role: &str) -> String {
    let snapshot = &things.snapshot;
    let mut path = path.to_owned();
    let id = if path.contains("standards") {
        "cn-2017-6"
    } else {
        snapshot
    };
    for (name, value) in [
        ("{id}", id),
        ("{task}", &things.task),
        ("{filing}", &things.filing),
        ("{org}", &things.school),
        ("{evidence}", &format!("evidence-of-{role}")),
        ("{account}", "id-owner"),
        ("{token}", "none"),
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
    let things = Things::of(&world, &world.person("owner", &["county"]).await).await;
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
            let path = filled(endpoint.path, &things, role.id());
            assert!(!path.contains('{'), "{path}");
            let reply = send(Some(who), &path).await;
            let may = match endpoint.access {
                Access::Public | Access::Session | Access::Person => true,
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
                // One's own things: here there are none.
                let absent = reply.status == 404 && !matches!(endpoint.access, Access::Person);
                assert!(!absent && !matches!(reply.status, 401 | 403 | 405), "{at}");
            } else {
                assert_eq!(reply.status, 403, "{at}");
                assert!(!reply.text().contains("合成示例县"), "{at}");
            }
        }
        let path = filled(endpoint.path, &things, "county");
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
    let things = Things::of(&world, &county).await;
    let snapshot = &things.snapshot;
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
            let path = filled(endpoint.path, &things, "county");
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
            .all(|l| l.action == "account.roles" && l.result == "refused")
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
    // It says whose right it is.
    let words = absent.json()["message"].clone();
    assert!(words.as_str().unwrap().contains("县级管理员"), "{words}");
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
            let nothing = Things {
                snapshot: "x".to_owned(),
                task: "x".to_owned(),
                filing: "x".to_owned(),
                school: "x".to_owned(),
            };
            let path = filled(endpoint.path, &nothing, "county");
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
    for _ in 0..1210 {
        refused += u32::from(world.get(None, "/health").await.status == 429);
    }
    assert_eq!(refused, 10);
    // Who is logged in at the same address goes on working.
    assert_eq!(world.get(Some(&who), "/api/v1/snapshots").await.status, 200);
    super::world::pass(super::world::MINUTE);
    assert_eq!(world.get(None, "/health").await.status, 200);
    // One password tried with many names: no account is locked by it, the address is.
    let hash = secret::hash(PASSWORD).unwrap();
    world.account("lihua", &["county"], &hash, false).await;
    let log_in = async |login: &str, password: &str| {
        let given = json!({ "login": login, "password": password });
        world.post(None, "/api/v1/login", &given).await.status
    };
    for n in 0..120 {
        assert_eq!(log_in(&format!("s{n}"), "Geheim-12345").await, 401, "{n}");
    }
    assert_eq!(log_in("lihua", PASSWORD).await, 429);
    super::world::pass(super::world::MINUTE);
    assert_eq!(log_in("lihua", PASSWORD).await, 200);
}

/// Endpoints that take a file.
const FILES: [&str; 3] = ["/workbook", "/evidence", "/verify-paper"];

/// Route × role × scope: for people of another county nothing of this one is there.
async fn statement_8_every_endpoint_and_scope(world: World) {
    let owner = world.person("owner", &["county"]).await;
    let things = Things::of(&world, &owner).await;
    let rows = world
        .get(Some(&owner), &format!("/api/v1/tasks/{}", things.task))
        .await
        .json();
    let names: Vec<String> = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|r| ["code", "name"].map(|k| r["filing"][k].as_str().unwrap().to_owned()))
        .collect();
    world.job_of("owner").await;
    let mut change = world.app.store.change().await.unwrap();
    for kind in ["county", "school", "township"] {
        let org = crate::store::Org {
            id: format!("other-{kind}"),
            parent_id: (kind != "county").then(|| "other-county".to_owned()),
            kind: kind.to_owned(),
            code: "888888".to_owned(),
            name: "别县".to_owned(),
        };
        change.add_org(&org).await.unwrap();
    }
    change.commit().await.unwrap();
    for role in ROLES {
        for kind in ["county", "school", "township"] {
            let login = format!("{}-{kind}", role.id());
            world
                .person_of(&login, &[role.id()], &format!("other-{kind}"))
                .await;
        }
    }
    for endpoint in endpoints() {
        let Access::Roles(roles) = endpoint.access else {
            continue;
        };
        let path = filled(endpoint.path, &things, "owner");
        let narrow = endpoint.path.contains('{');
        for role in roles {
            for kind in ["county", "school", "township"] {
                let who = world.session(&format!("{}-{kind}", role.id())).await;
                let body = json!({
                    "version": 0, "base": 0, "values": {}, "roles": ["county"], "reason": "核实",
                    "finding": "x", "interests": {}, "remove": true, "title": "x", "stage": "primary",
                    "zones": { "B1": "S1" }, "step": "accept", "forms": [], "closed": true,
                });
                let method = endpoint.method.to_uppercase();
                let body = body.to_string().into_bytes();
                let asked = request(Some(&who), &method, &path, body, "application/json");
                let reply = ask(&world.router, asked).await;
                let at = format!("{method} {path} as {} of another {kind}", role.id());
                // What takes a file is asked for it first.
                if narrow {
                    let without = endpoint.method == "post" && reply.status == 400;
                    let takes_file = FILES.iter().any(|f| endpoint.path.ends_with(f));
                    assert!(
                        reply.status == 404 || (takes_file && without),
                        "{at}: {} {}",
                        reply.status,
                        reply.text()
                    );
                }
                let said = reply.text();
                for name in &names {
                    assert!(!said.contains(name), "{at} tells of {name}");
                }
                // The audit is the machine's; it holds ids of things, never what is in them.
                let audit = path.starts_with("/api/v1/audit");
                assert!(audit || !said.contains(&things.snapshot), "{at}");
            }
        }
    }
}

async fn statement_10_rights_are_changed_by_the_right_duty(world: World) {
    let safe = world.person("safe", &["security"]).await;
    let planner = world.person("plan", &["planner"]).await;
    world.person("audit", &["auditor"]).await;
    let change = async |id: &str, body: serde_json::Value| {
        let path = format!("/api/v1/accounts/id-{id}");
        world.post(Some(&safe), &path, &body).await.status
    };
    assert_eq!(world.get(Some(&planner), "/api/v1/jobs").await.status, 200);
    assert_eq!(change("plan", json!({ "roles": ["inspector"] })).await, 200);
    // Statement 4: a session ends when its person's roles change.
    assert_eq!(world.get(Some(&planner), "/api/v1/jobs").await.status, 401);
    assert_eq!(
        change("safe", json!({ "roles": ["security", "county"] })).await,
        403
    );
    assert_eq!(
        change("audit", json!({ "roles": ["auditor", "county"] })).await,
        400
    );
    assert_eq!(
        change("plan", json!({ "roles": ["school"] })).await,
        400,
        "not a school's person"
    );
    assert_eq!(change("nobody", json!({ "roles": ["county"] })).await, 404);
    assert_eq!(change("plan", json!({ "disabled": true })).await, 200);
    let shut = world.session("plan").await;
    assert_eq!(world.get(Some(&shut), "/api/v1/jobs").await.status, 401);
    assert_eq!(change("plan", json!({ "password": "short" })).await, 400);
    let lines = world.app.store.audit(0, 100).await.unwrap();
    let changed: Vec<_> = lines
        .iter()
        .map(|l| (l.action.as_str(), l.result.as_str()))
        .collect();
    assert_eq!(
        changed,
        [
            ("account.change", "done"),
            ("account.roles", "refused"),
            ("account.roles", "refused"),
            ("account.change", "done"),
        ]
    );
    assert_ne!(lines[0].old_hash, lines[0].new_hash);
}
