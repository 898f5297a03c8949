//! Many at once get what each would get alone.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::filing::open;
use super::world::{PASSWORD, START, Who, World, ask, request, tick};
use crate::server::secret;

super::scenarios!(
    statement_2_no_more_tries_at_once,
    statement_8_two_hundred_at_once,
    many_changes_at_once,
    a_morning_of_log_ins,
    what_may_be_once_is_once,
);

/// Sends these at once; how many got each status.
async fn at_once(world: &World, who: Option<&Who>, path: &str, bodies: Vec<Value>) -> Vec<u16> {
    let mut running = JoinSet::new();
    for body in bodies {
        let (router, body) = (world.router.clone(), body.to_string().into_bytes());
        let asked = request(who, "POST", path, body, "application/json");
        running.spawn(async move { ask(&router, asked).await.status });
    }
    let mut all = running.join_all().await;
    all.sort_unstable();
    all
}

async fn statement_2_no_more_tries_at_once(world: World) {
    let hash = secret::hash(PASSWORD).unwrap();
    world.account("lihua", &["county"], &hash, false).await;
    // Time goes on between the coming of each and its turn.
    tick(7);
    let wrong = json!({ "login": "lihua", "password": "wrong" });
    let statuses = at_once(&world, None, "/api/v1/login", vec![wrong; 12]).await;
    assert_eq!(statuses, [401; 12]);
    let now = world.app.now();
    let counted = world.app.store.failures("lihua", now, 100).await.unwrap();
    assert_eq!(counted.len(), 5, "the others found it locked");
    let right = json!({ "login": "lihua", "password": PASSWORD });
    let statuses = at_once(&world, None, "/api/v1/login", vec![right]).await;
    assert_eq!(statuses, [401]);
}

/// More people than connections log in in one moment, while others work: nobody holds what another waits for.
async fn a_morning_of_log_ins(world: World) {
    let hash = secret::hash(PASSWORD).unwrap();
    world.account("lihua", &["county"], &hash, false).await;
    let right = json!({ "login": "lihua", "password": PASSWORD });
    let began = std::time::Instant::now();
    let statuses = at_once(&world, None, "/api/v1/login", vec![right; 40]).await;
    assert_eq!(statuses, [200; 40]);
    // A wait for a connection that does not come ends after thirty seconds, one for the database after ten.
    assert!(began.elapsed().as_secs() < 9, "{:?}", began.elapsed());
}

async fn what_may_be_once_is_once(world: World) {
    let filing = open(world, "students").await;
    let world = &filing.world;
    let safe = world.person("safe", &["security"]).await;
    let one =
        json!({ "login": "wang", "name": "王芳", "roles": ["planner"], "password": PASSWORD });
    let statuses = at_once(world, Some(&safe), "/api/v1/accounts", vec![one; 6]).await;
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    // 一数一源: a click too many opens no second task.
    let told = filing.get(&filing.county, "/api/v1/tasks").await;
    let task = json!({
        "title": "又一次", "form": "students", "school_year": "2030-2031", "as_of": "2030-09-01",
        "deadline": START * 2, "snapshot": told["tasks"][0]["task"]["base_snapshot"],
    });
    let statuses = at_once(world, Some(&filing.county), "/api/v1/tasks", vec![task; 4]).await;
    assert_eq!(statuses, [200, 409, 409, 409]);
    // A task that is withdrawn stays so, whoever moves its deadline at that moment.
    let later = json!({ "reason": "延期", "deadline": START * 2 });
    let over = json!({ "reason": "布置有误", "close": true });
    let path = format!("/api/v1/tasks/{}/change", filing.task);
    let all = vec![later.clone(), over.clone(), later.clone(), over, later];
    let statuses = at_once(world, Some(&filing.county), &path, all).await;
    assert!(statuses.contains(&409), "{statuses:?}");
    let path = format!("/api/v1/tasks/{}", filing.task);
    let told = filing.get(&filing.county, &path).await;
    assert_eq!(told["task"]["closed"], 1);
}

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
    // The first of them lets the tree grow.
    assert_eq!((lines, broken), (65, None));
}
