//! Commands as jobs: the same bytes as the command line, by any worker, once.

use serde_json::{Value, json};

use super::world::{MINUTE, Who, World, pass};
use crate::server::worker;
use crate::store::{Ended, Job};

super::scenarios!(
    a_job_gives_what_the_command_line_gives,
    a_job_leaves_its_files,
    what_cannot_be_run_is_refused_or_told,
    a_job_is_cancelled_before_and_while_it_runs,
    a_job_of_a_dead_worker_is_taken_over,
    many_workers_share_the_jobs,
    long_listings_come_in_pages,
);

async fn add(world: &World, who: &Who, body: &Value) -> Value {
    let reply = world.post(Some(who), "/api/v1/jobs", body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

async fn state(world: &World, who: &Who, id: &Value) -> Value {
    let path = format!("/api/v1/jobs/{}", id.as_str().unwrap());
    world.get(Some(who), &path).await.json()
}

async fn a_job_gives_what_the_command_line_gives(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let asked = json!({ "command": "evaluate", "snapshot": id, "options": { "unweighted": true } });
    let job = add(&world, &who, &asked).await;
    assert_eq!(
        (&job["state"], &job["progress"]),
        (&json!("waiting"), &json!(0.0))
    );
    let result = format!("/api/v1/jobs/{}/result", job["id"].as_str().unwrap());
    assert_eq!(world.get(Some(&who), &result).await.status, 404, "not yet");
    assert!(worker::work(&world.app).await.unwrap());
    assert!(!worker::work(&world.app).await.unwrap(), "nothing is left");
    let told = state(&world, &who, &job["id"]).await;
    assert_eq!(
        (&told["state"], &told["result"]),
        (&json!("done"), &json!(true))
    );
    let path = format!("/api/v1/snapshots/{id}/evaluate?unweighted");
    let (job, now) = (
        world.get(Some(&who), &result).await,
        world.get(Some(&who), &path).await,
    );
    assert_eq!((job.status, job.bytes), (200, now.bytes));
    let actions: Vec<String> = world
        .app
        .store
        .audit(1, 9)
        .await
        .unwrap()
        .into_iter()
        .map(|l| l.action)
        .filter(|a| a.starts_with("job."))
        .collect();
    assert_eq!(actions, ["job.add", "job.end"]);
}

async fn a_job_leaves_its_files(world: World) {
    let who = world.person("owner", &["planner"]).await;
    let county = world.person("county", &["county"]).await;
    let id = world.county(&county).await;
    let number = json!({ "map_number": "浙S(2026)1号", "map_source": "天地图" });
    let set = world.post(Some(&county), "/api/v1/settings", &number).await;
    assert_eq!(set.status, 200);
    for (asked, file, begins) in [
        (
            json!({ "command": "forms", "snapshot": id }),
            "forms.xlsx",
            &b"PK"[..],
        ),
        (
            json!({ "command": "report", "snapshot": id, "format": "docx" }),
            "report.docx",
            &b"PK"[..],
        ),
        (
            json!({ "command": "plan zones", "snapshot": id, "options": { "stage": "primary", "lock": [] } }),
            "map.svg",
            &b"<svg"[..],
        ),
    ] {
        let job = add(&world, &who, &asked).await;
        assert!(worker::work(&world.app).await.unwrap());
        let told = state(&world, &who, &job["id"]).await;
        assert_eq!(told["state"], "done", "{told}");
        assert!(
            told["files"].as_array().unwrap().contains(&json!(file)),
            "{told}"
        );
        let path = format!("/api/v1/jobs/{}/files/{file}", job["id"].as_str().unwrap());
        let reply = world.get(Some(&who), &path).await;
        assert!(
            reply.status == 200 && reply.bytes.starts_with(begins),
            "{file}"
        );
        assert!(
            reply
                .header("content-disposition")
                .starts_with("attachment;")
        );
        if file == "map.svg" {
            assert!(reply.text().contains("审图号：浙S(2026)1号；底图：天地图"));
        }
        let result = format!("/api/v1/jobs/{}/result", job["id"].as_str().unwrap());
        let result = world.get(Some(&who), &result).await.text();
        let place = world.app.work.display().to_string();
        assert!(
            !result.contains(&place),
            "no place on the server in {result}"
        );
    }
}

async fn what_cannot_be_run_is_refused_or_told(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    for (body, status) in [
        (json!({ "command": "serve", "snapshot": id }), 400),
        (json!({ "command": "check", "snapshot": "../x" }), 404),
        (
            json!({ "command": "check", "snapshot": id, "options": { "marked": "/etc" } }),
            400,
        ),
        (
            json!({ "command": "check", "snapshot": id, "options": { "previous": "/etc" } }),
            404,
        ),
        (
            json!({ "command": "check", "snapshot": id, "options": { "previous": {} } }),
            400,
        ),
        (
            json!({ "command": "report", "snapshot": id, "format": "exe" }),
            400,
        ),
        (json!({ "command": "backup" }), 403),
        (json!({ "command": 7 }), 422),
    ] {
        let reply = world.post(Some(&who), "/api/v1/jobs", &body).await;
        assert_eq!(reply.status, status, "{body}: {}", reply.text());
    }
    // What only the command itself can know is told by the job.
    let body = json!({ "command": "plan zones", "snapshot": id, "options": { "stage": "moon" } });
    let job = add(&world, &who, &body).await;
    assert!(worker::work(&world.app).await.unwrap());
    let told = state(&world, &who, &job["id"]).await;
    assert_eq!(told["state"], "failed");
    assert!(
        told["problem"]["message"]
            .as_str()
            .unwrap()
            .contains("stage"),
        "{told}"
    );
    // A person reads jobs of their own work only.
    let other = world.person("system", &["system"]).await;
    assert_eq!(
        world.get(Some(&other), "/api/v1/jobs").await.json()["jobs"],
        json!([])
    );
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(world.get(Some(&other), &path).await.status, 404);
}

async fn a_job_is_cancelled_before_and_while_it_runs(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let asked =
        json!({ "command": "plan zones", "snapshot": id, "options": { "stage": "primary" } });
    let early = add(&world, &who, &asked).await;
    let cancel = |id: &Value| format!("/api/v1/jobs/{}/cancel", id.as_str().unwrap());
    let told = world
        .post(Some(&who), &cancel(&early["id"]), &json!({}))
        .await
        .json();
    assert_eq!(told["state"], "cancelled");
    assert!(!worker::work(&world.app).await.unwrap(), "nobody begins it");

    let late = add(&world, &who, &asked).await;
    let mut change = world.app.store.change().await.unwrap();
    let taken = change.take_job(world.app.now()).await.unwrap().unwrap();
    change.commit().await.unwrap();
    let beat = async |progress| {
        world
            .app
            .store
            .beat(&taken, progress, world.app.now())
            .await
            .unwrap()
    };
    assert_eq!(beat(250_000).await, Some(true));
    assert_eq!(state(&world, &who, &late["id"]).await["progress"], 0.25);
    let told = world
        .post(Some(&who), &cancel(&late["id"]), &json!({}))
        .await
        .json();
    assert_eq!(
        (&told["state"], &told["cancel_asked"]),
        (&json!("running"), &json!(true))
    );
    assert_eq!(beat(250_000).await, Some(false), "the worker hears of it");
}

async fn take(world: &World) -> Option<Job> {
    let mut change = world.app.store.change().await.unwrap();
    let job = change.take_job(world.app.now()).await.unwrap();
    change.commit().await.unwrap();
    job
}

async fn end(world: &World, job: &Job) -> bool {
    let ended = Ended {
        state: "done",
        problem: "",
        files: &[],
    };
    let mut change = world.app.store.change().await.unwrap();
    let mine = change.end_job(job, ended, world.app.now()).await.unwrap();
    change.commit().await.unwrap();
    mine
}

async fn a_job_of_a_dead_worker_is_taken_over(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let job = add(&world, &who, &json!({ "command": "check", "snapshot": id })).await;
    let first = take(&world).await.unwrap();
    pass(29_000);
    assert!(take(&world).await.is_none(), "the lease holds");
    assert_eq!(
        world
            .app
            .store
            .beat(&first, 1, world.app.now())
            .await
            .unwrap(),
        Some(true)
    );
    pass(29_000);
    assert!(take(&world).await.is_none(), "a sign of life prolongs it");
    pass(2_000);
    let second = take(&world).await.unwrap();
    assert_eq!(second.attempts, 2);
    // The first one was only slow: it learns that the job is not its own any more.
    assert_eq!(
        world
            .app
            .store
            .beat(&first, 9, world.app.now())
            .await
            .unwrap(),
        None
    );
    assert!(!end(&world, &first).await);
    assert!(end(&world, &second).await);
    assert_eq!(state(&world, &who, &job["id"]).await["state"], "done");

    // One that died under a clock a day ahead, which was put right, is not waited for all that day.
    add(&world, &who, &json!({ "command": "check", "snapshot": id })).await;
    pass(24 * 60 * MINUTE);
    assert_eq!(take(&world).await.unwrap().attempts, 1);
    pass(-5 * MINUTE);
    assert!(take(&world).await.is_none(), "as a clock may differ");
    pass(-24 * 60 * MINUTE);
    let second = take(&world).await.unwrap();
    assert_eq!(second.attempts, 2);
    assert!(end(&world, &second).await);

    // One that kills its workers is given up.
    let job = add(&world, &who, &json!({ "command": "check", "snapshot": id })).await;
    for _ in 0..3 {
        assert!(take(&world).await.is_some());
        pass(31_000);
    }
    assert!(take(&world).await.is_none());
    assert_eq!(state(&world, &who, &job["id"]).await["state"], "failed");
}

async fn many_workers_share_the_jobs(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(
            add(&world, &who, &json!({ "command": "check", "snapshot": id })).await["id"].clone(),
        );
    }
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let app = world.app.clone();
        workers.spawn(async move {
            let mut done = 0;
            while worker::work(&app).await.unwrap() {
                done += 1;
            }
            done
        });
    }
    assert_eq!(workers.join_all().await.iter().sum::<i32>(), 12);
    for id in ids {
        assert_eq!(state(&world, &who, &id).await["state"], "done");
    }
    // The import with its files and its two evaluations, and two lines of each job.
    let (lines, broken, _) = world.app.store.verify_audit().await.unwrap();
    assert_eq!((lines, broken), (28, None));
}

async fn long_listings_come_in_pages(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let auditor = world.person("auditor", &["auditor"]).await;
    let security = world.person("security", &["security"]).await;
    for _ in 0..5 {
        add(&world, &who, &json!({ "command": "check", "snapshot": id })).await;
    }
    for (who, path, list, key) in [
        (&who, "/api/v1/jobs".to_owned(), "jobs", "id"),
        (&auditor, "/api/v1/audit".to_owned(), "lines", "seq"),
        (&security, "/api/v1/accounts".to_owned(), "accounts", "id"),
        (&security, "/api/v1/orgs".to_owned(), "orgs", "id"),
        (&who, "/api/v1/snapshots".to_owned(), "snapshots", "id"),
        (
            &who,
            format!("/api/v1/snapshots/{id}/evaluations"),
            "evaluations",
            "id",
        ),
        (
            &who,
            format!("/api/v1/snapshots/{id}/evidence"),
            "evidence",
            "id",
        ),
        (&who, "/api/v1/tasks".to_owned(), "tasks", "id"),
        (&who, "/api/v1/publications".to_owned(), "comments", "id"),
    ] {
        let whole = world.get(Some(who), &path).await.json();
        assert_eq!(whole["next"], Value::Null, "{path}");
        let keys = |page: &Value| -> Vec<Value> {
            let rows = page[list].as_array().unwrap().iter();
            rows.map(|row| row[key].clone()).collect()
        };
        let (mut parts, mut after) = (Vec::new(), String::new());
        loop {
            let part = format!("{path}?limit=2&after={after}");
            let part = world.get(Some(who), &part).await.json();
            let rows = keys(&part);
            assert!(rows.len() <= 2, "{path}");
            parts.extend(rows);
            match part["next"].as_str() {
                Some(next) => next.clone_into(&mut after),
                None => break,
            }
        }
        assert_eq!(parts, keys(&whole), "{path}");
        let odd = world
            .get(Some(who), &format!("{path}?after=elsewhere"))
            .await;
        let empty = odd.status == 200 && keys(&odd.json()).is_empty();
        assert!(odd.status == 400 || empty, "{path} {}", odd.status);
    }
}
