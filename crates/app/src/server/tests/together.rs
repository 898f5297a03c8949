//! Many at once get what each would get alone.

use serde_json::json;
use tokio::task::JoinSet;

use super::world::{Who, World, ask, request};

super::scenarios!(statement_8_two_hundred_at_once, many_changes_at_once);

async fn statement_8_two_hundred_at_once(world: World) {
    let owner = world.person("owner", &["county"]).await;
    let id = world.county(&owner).await;
    let mut people: Vec<Option<Who>> = vec![None, Some(owner)];
    for role in ["planner", "school", "auditor", "security", "city"] {
        people.push(Some(world.person(role, &[role]).await));
    }
    let paths = [
        "/api/v1/snapshots".to_owned(),
        format!("/api/v1/snapshots/{id}/evaluate"),
        format!("/api/v1/snapshots/{id}/evaluate?unweighted"),
        format!("/api/v1/snapshots/{id}/check"),
        format!("/api/v1/snapshots/{id}/explain?item=county"),
        format!("/api/v1/snapshots/{id}/nothing"),
        format!("/api/v1/compare/{id}/{id}"),
        "/api/v1/accounts".to_owned(),
        "/api/v1/audit".to_owned(),
        "/api/v1/standards".to_owned(),
        "/api/v1/state".to_owned(),
        "/".to_owned(),
    ];
    let asked: Vec<(Option<Who>, String)> = (0..200)
        .map(|n| {
            (
                people[n % people.len()].clone(),
                paths[(n / 3) % paths.len()].clone(),
            )
        })
        .collect();
    // An evaluation that is made for the first time leaves its line in the audit: this one leaves it now.
    let first = format!("/api/v1/snapshots/{id}/evaluate?unweighted");
    world.get(people[1].as_ref(), &first).await;
    *world.app.answers.lock().unwrap() = Default::default();
    // At once first, so that nothing is laid out or remembered yet.
    let mut running = JoinSet::new();
    for (n, (who, path)) in asked.iter().cloned().enumerate() {
        let router = world.router.clone();
        running.spawn(async move {
            let reply = ask(&router, request(who.as_ref(), "GET", &path, Vec::new(), "")).await;
            (n, reply.status, reply.bytes)
        });
    }
    let mut together = running.join_all().await;
    together.sort();
    *world.app.answers.lock().unwrap() = Default::default();
    let mut good = 0;
    for (n, status, bytes) in together {
        let (who, path) = &asked[n];
        let alone = world.get(who.as_ref(), path).await;
        assert_eq!((status, bytes), (alone.status, alone.bytes), "{path}");
        good += u32::from(status == 200);
    }
    assert!(good > 60, "{good}");
}

async fn many_changes_at_once(world: World) {
    let owner = world.person("owner", &["county"]).await;
    let id = world.county(&owner).await;
    let mut running = JoinSet::new();
    for _ in 0..60 {
        let (router, owner) = (world.router.clone(), owner.clone());
        let path = format!("/api/v1/snapshots/{id}/accept");
        running.spawn(async move {
            let body = json!({}).to_string().into_bytes();
            ask(
                &router,
                request(Some(&owner), "POST", &path, body, "application/json"),
            )
            .await
            .status
        });
    }
    assert!(running.join_all().await.iter().all(|s| *s == 200));
    let (lines, broken, _) = world.app.store.verify_audit().await.unwrap();
    assert_eq!((lines, broken), (64, None));
}
