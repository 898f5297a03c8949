//! Ids of another county, in bodies and questions: told like ids of nothing.

use serde_json::{Value, json};

use super::rights::Things;
use super::tree::{city, neighbour};
use super::world::{MINUTE, START, Who, World, accept, ask, request};

super::scenarios!(statement_8_no_id_in_a_body_reaches_further);

/// An id of nothing.
const NOTHING: &str = "00000000000000000000000000000000";

async fn statement_8_no_id_in_a_body_reaches_further(world: World) {
    let safe = city(&world).await;
    let next = neighbour(&world, &safe).await;
    let own = world.person("own", &["county"]).await;
    let theirs = Things::of(&world, &own).await;
    let made = async |who: &Who, path: &str, body: Value| {
        let reply = world.post(Some(who), path, &body).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.json()["id"].as_str().unwrap_or_default().to_owned()
    };
    let zones = json!({
        "command": "plan zones", "snapshot": theirs.snapshot, "options": { "stage": "primary" },
    });
    let job = made(&own, "/api/v1/jobs", zones).await;
    accept(&world, &own, &theirs.snapshot).await;
    let county = json!({ "kind": "county", "snapshot": theirs.snapshot });
    let public = made(&own, "/api/v1/publications", county).await;
    // The neighbour's own, beside which the ids of the other county are put.
    let mine = world.county(&next).await;
    let task = |snapshot: &str| {
        json!({
            "title": "表", "form": "students", "school_year": "2098-2099", "as_of": "2098-09-01",
            "deadline": START + 60 * MINUTE, "snapshot": snapshot,
        })
    };
    let filed = made(&next, "/api/v1/tasks", task(&mine)).await;
    let told = world
        .get(Some(&next), &format!("/api/v1/tasks/{filed}"))
        .await;
    let org = told.json()["rows"][0]["filing"]["org_id"].clone();
    let top = world.app.store.account("neighbour").await.unwrap().unwrap();
    let keeper = world.person_of("keeper", &["security"], &top.org_id).await;
    world.person_of("worker", &["planner"], &top.org_id).await;
    let person = |org: &str| {
        json!({
            "login": "new", "name": "某人", "roles": ["planner"], "password": "Lan-tian-2025",
            "org_id": org,
        })
    };
    let drawn = |job: &str| json!({ "stage": "primary", "zones": { "B1": "S1" }, "job": job });
    let forms = |id: &str| json!({ "step": "accept", "forms": [{ "id": id, "version": 0 }] });
    let check = |id: &str| json!({ "command": "check", "snapshot": id });
    let since =
        |id: &str| json!({ "command": "check", "snapshot": mine, "options": { "previous": id } });
    let public_of = |id: &str| json!({ "kind": "county", "snapshot": id });
    let zones_of = |id: &str| json!({ "kind": "zones", "snapshot": id, "stage": "primary" });
    let back = |id: &str| json!({ "id": id });
    let moved = |id: &str| json!({ "org_id": id });
    let interest = |id: &str| json!({ "interests": { id: "配偶" } });
    let above =
        |id: &str| json!({ "kind": "county", "code": "999997", "name": "某县", "parent_id": id });
    type Body<'a> = &'a dyn Fn(&str) -> Value;
    let asked: [(&Who, String, &str, Body<'_>); 13] = [
        (&next, "/api/v1/jobs".to_owned(), &theirs.snapshot, &check),
        (&next, "/api/v1/jobs".to_owned(), &theirs.snapshot, &since),
        (&next, "/api/v1/tasks".to_owned(), &theirs.snapshot, &task),
        (
            &next,
            "/api/v1/publications".to_owned(),
            &theirs.snapshot,
            &public_of,
        ),
        (
            &next,
            "/api/v1/publications".to_owned(),
            &theirs.snapshot,
            &zones_of,
        ),
        (
            &next,
            "/api/v1/publications/withdraw".to_owned(),
            &public,
            &back,
        ),
        (
            &next,
            format!("/api/v1/snapshots/{mine}/zones"),
            &job,
            &drawn,
        ),
        (
            &next,
            format!("/api/v1/tasks/{filed}/review"),
            &theirs.filing,
            &forms,
        ),
        (&keeper, "/api/v1/accounts".to_owned(), "county", &person),
        (
            &keeper,
            "/api/v1/accounts/id-worker".to_owned(),
            &theirs.school,
            &moved,
        ),
        (
            &keeper,
            "/api/v1/accounts/id-worker".to_owned(),
            "county",
            &moved,
        ),
        (
            &keeper,
            "/api/v1/accounts/id-worker/interests".to_owned(),
            &theirs.school,
            &interest,
        ),
        (&keeper, "/api/v1/orgs".to_owned(), "city", &above),
    ];
    for (who, path, id, body) in asked {
        let send = async |id: &str| {
            let body = body(id).to_string().into_bytes();
            let sent = request(Some(who), "POST", &path, body, "application/json");
            let reply = ask(&world.router, sent).await;
            (reply.status, reply.text().replace(id, "ID"))
        };
        let (there, nowhere) = (send(id).await, send(NOTHING).await);
        assert_eq!(there, nowhere, "{path}");
        assert!(
            there.0 >= 400 || there.1.contains("\"taken\":0"),
            "{path}: {there:?}"
        );
    }
    for path in [
        "/api/v1/snapshots/MINE/check?previous=ID",
        "/api/v1/compare/MINE/ID",
        "/api/v1/compare/ID/MINE",
        "/api/v1/jobs/JOB",
        "/api/v1/jobs/JOB/result",
        "/api/v1/evidence/evidence-of-owner",
    ] {
        let send = async |id: &str, job: &str| {
            let path = path.replace("MINE", &mine).replace("ID", id);
            let path = path.replace("JOB", job);
            let path = path.replace(
                "evidence-of-owner",
                if job == NOTHING {
                    NOTHING
                } else {
                    "evidence-of-owner"
                },
            );
            let reply = world.get(Some(&next), &path).await;
            (reply.status, reply.text().replace(id, "ID"))
        };
        let there = send(&theirs.snapshot, &job).await;
        assert_eq!(there, send(NOTHING, NOTHING).await, "{path}");
        assert!(there.0 >= 400, "{path}");
    }
    // With what is their own each of them goes through: it was the id that was refused.
    assert_eq!(
        world
            .post(Some(&next), "/api/v1/jobs", &since(&mine))
            .await
            .status,
        200
    );
    let school = org.as_str().unwrap();
    let path = "/api/v1/accounts/id-worker/interests";
    assert_eq!(
        world
            .post(Some(&keeper), path, &interest(school))
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .post(Some(&keeper), "/api/v1/accounts", &person(&top.org_id))
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .post(Some(&own), "/api/v1/publications/withdraw", &back(&public))
            .await
            .status,
        200
    );
}
