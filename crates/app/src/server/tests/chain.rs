//! Forecasts and plans as steps of one chain: each a data set made from one before it, and each runs again
//! on another.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::world::{START, Who, World, accept, ask, request};
use crate::server::worker::work;

super::scenarios!(
    a_forecast_is_a_step_of_the_chain,
    a_forecast_that_cannot_be_says_so,
    a_forecast_is_never_the_countys_figures,
    what_is_taken_out_of_use_bears_nothing,
    a_plan_is_told_in_the_readers_language,
);

/// A job that has ended.
async fn job(world: &World, who: &Who, command: &str, snapshot: &str, options: &Value) -> Value {
    let wanted = json!({ "command": command, "snapshot": snapshot, "options": options });
    let begun = world.post(Some(who), "/api/v1/jobs", &wanted).await;
    assert_eq!(begun.status, 200, "{command}: {}", begun.text());
    assert!(work(&world.app).await.unwrap());
    let path = format!("/api/v1/jobs/{}", begun.json()["id"].as_str().unwrap());
    world.get(Some(who), &path).await.json()
}

/// Takes what a job made; the id of the data set.
async fn taken(world: &World, who: &Who, job: &Value, title: &str) -> String {
    let path = format!("/api/v1/jobs/{}/accept", job["id"].as_str().unwrap());
    let reply = world
        .post(Some(who), &path, &json!({ "title": title }))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["id"].as_str().unwrap().to_owned()
}

/// What a command says of a data set.
async fn told(world: &World, who: &Who, snapshot: &str, command: &str) -> Value {
    let path = format!("/api/v1/snapshots/{snapshot}/{command}");
    let reply = world.get(Some(who), &path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

async fn listed(world: &World, who: &Who, snapshot: &str) -> Value {
    let all = world.get(Some(who), "/api/v1/snapshots").await.json();
    let mut rows = all["snapshots"].as_array().unwrap().iter();
    rows.find(|r| r["id"] == snapshot).unwrap().clone()
}

fn students(evaluation: &Value) -> f64 {
    let sections = evaluation["sections"].as_array().unwrap().iter();
    sections.filter_map(|s| s["students"].as_f64()).sum()
}

async fn a_forecast_is_a_step_of_the_chain(world: World) {
    let who = world.person("owner", &["county", "planner"]).await;
    let id = world.county(&who).await;
    // A forecast that names no students is read, and nothing else.
    let read = job(&world, &who, "forecast", &id, &json!({ "years": 2 })).await;
    assert_eq!(
        (&read["state"], &read["applied"]),
        (&json!("done"), &json!(false))
    );

    let asked = json!({ "target-year": "2028", "students": "p90" });
    let made = job(&world, &who, "forecast", &id, &asked).await;
    assert_eq!(
        (&made["state"], &made["applied"]),
        (&json!("done"), &json!(true)),
        "{made}"
    );
    assert_eq!(made["files"], json!([]), "the county is no file of its own");
    let coming = taken(&world, &who, &made, "2028 学年预测(偏高)").await;
    let row = listed(&world, &who, &coming).await;
    let step: Value = serde_json::from_str(row["step"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&row["parent_id"], &row["accepted_at"]),
        (&json!(id), &Value::Null)
    );
    assert_eq!(
        (&step["command"], &step["options"]),
        (&json!("forecast"), &asked)
    );

    let of_year = async |snapshot: &str| {
        let evaluation = told(&world, &who, snapshot, "evaluate").await;
        (
            evaluation["county"]["school_year"].clone(),
            students(&evaluation),
        )
    };
    let (year, high) = of_year(&coming).await;
    assert_eq!(year, "2028-2029");
    let mean = json!({ "target-year": "2028", "students": "mean" });
    let mean = job(&world, &who, "forecast", &id, &mean).await;
    let mean = taken(&world, &who, &mean, "平均").await;
    assert!(of_year(&mean).await.1 < high);

    // Everything is run on it as on the county of today, and the next step stands on it.
    told(&world, &who, &coming, "places?years=4").await;
    told(&world, &who, &coming, "forecast?years=4").await;
    for (command, options) in [
        ("plan layout", json!({ "stage": "primary" })),
        ("plan path", json!({})),
        ("plan rotation", json!({})),
    ] {
        let planned = job(&world, &who, command, &coming, &options).await;
        assert_eq!(planned["state"], "done", "{command}: {planned}");
    }
    let offered = json!({ "stage": "primary", "max-load": 2 });
    let zones = job(&world, &who, "plan zones", &coming, &offered).await;
    assert_eq!(zones["applied"], true, "{zones}");
    let zoned = taken(&world, &who, &zones, "学区").await;
    assert_eq!(listed(&world, &who, &zoned).await["parent_id"], coming);
    assert_eq!(of_year(&zoned).await.0, "2028-2029");

    // Another data set before it: the same step again is of the same school year, whatever its own.
    let other = job(
        &world,
        &who,
        "generate county",
        "",
        &json!({ "schools": 8, "seed": 3, "year": 2026 }),
    )
    .await;
    assert_eq!(other["state"], "done", "{other}");
    let path = format!("/api/v1/jobs/{}/result", other["id"].as_str().unwrap());
    let other = world.get(Some(&who), &path).await.json();
    let other = other["id"].as_str().unwrap();
    let again = job(&world, &who, "forecast", other, &step["options"]).await;
    let again = taken(&world, &who, &again, "再次").await;
    assert_eq!(of_year(&again).await.0, "2028-2029");

    // Those who only read may see a forecast, and make no data set of it.
    let reader = world.person("reader", &["inspector"]).await;
    let seen = job(&world, &reader, "forecast", &id, &asked).await;
    let path = format!("/api/v1/jobs/{}/accept", seen["id"].as_str().unwrap());
    assert_eq!(
        world.post(Some(&reader), &path, &json!({})).await.status,
        403
    );
}

async fn a_forecast_that_cannot_be_says_so(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let made = json!({ "target-year": "2028", "students": "mean" });
    let made = job(&world, &who, "forecast", &id, &made).await;
    let coming = taken(&world, &who, &made, "2028").await;
    let data = world.folder.0.display().to_string();
    for (snapshot, year, says) in [
        (&id, "1999", "1999"),
        (&id, "2099", "2099"),
        (&coming, "2027", "2028"),
        (&coming, "2028", "2028"),
    ] {
        let options = json!({ "target-year": year, "students": "mean" });
        let ended = job(&world, &who, "forecast", snapshot, &options).await;
        let message = ended["problem"]["message"].as_str().unwrap();
        assert_eq!(
            (&ended["state"], &ended["applied"]),
            (&json!("failed"), &json!(false))
        );
        assert!(
            message.contains(says) && message.contains('请'),
            "{message}"
        );
        assert!(
            !message.contains("--") && !message.contains(&data),
            "{message}"
        );
    }
    // From the county of a coming year only a later one can be.
    let later = json!({ "target-year": "2030", "students": "mean" });
    assert_eq!(
        job(&world, &who, "forecast", &coming, &later).await["applied"],
        true
    );
}

/// The county may stand by a forecast, so that those above read it; its own figures stay those of today.
async fn a_forecast_is_never_the_countys_figures(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let asked = json!({ "target-year": "2028", "students": "mean" });
    let made = job(&world, &who, "forecast", &id, &asked).await;
    let coming = taken(&world, &who, &made, "2028").await;
    accept(&world, &who, &id).await;
    super::tree::city(&world).await;
    let city = world.person_of("reader", &["city"], "city").await;
    let data = format!("/api/v1/snapshots/{coming}/evaluate");
    assert_eq!(world.get(Some(&city), &data).await.status, 404);
    world
        .app
        .store
        .tamper("UPDATE acceptance SET accepted_at = accepted_at - 1000")
        .await
        .unwrap();
    accept(&world, &who, &coming).await;
    assert_eq!(world.get(Some(&city), &data).await.status, 200);
    let counties = world.get(Some(&city), "/api/v1/counties").await.json();
    let county = &counties["counties"][0];
    assert_eq!(
        (&county["snapshot"], &county["summary"]["school_year"]),
        (&json!(id), &json!("2025-2026"))
    );
    let public =
        |kind: &str, snapshot: &str| json!({ "kind": kind, "title": "预测", "snapshot": snapshot });
    for (kind, snapshot, status) in [
        ("county", &coming, 409),
        ("county", &id, 200),
        ("plan", &coming, 200),
    ] {
        let body = public(kind, snapshot);
        let said = world.post(Some(&who), "/api/v1/publications", &body).await;
        assert_eq!(said.status, status, "{kind}: {}", said.text());
    }
    let shown = world.get(None, "/public").await.text();
    assert!(shown.contains("2025-09-01") && !shown.contains("2028-09-01"));
}

/// Two requests that looked at a data set while it was in use: whoever comes second is refused.
async fn what_is_taken_out_of_use_bears_nothing(world: World) {
    let who = world.person("owner", &["county", "planner"]).await;
    let zones = json!({ "title": "x", "stage": "primary", "zones": { "B001": "S001" } });
    for rest in ["tasks", "zones", "publications", "accept"] {
        let mut id = world.county(&who).await;
        if rest == "publications" {
            // A plan, which nobody accepts.
            let path = format!("/api/v1/snapshots/{id}/zones");
            let drawn = world.post(Some(&who), &path, &zones).await.json();
            drawn["id"].as_str().unwrap().clone_into(&mut id);
        }
        let task = json!({
            "title": "填报", "form": "students", "school_year": "2099-2100", "as_of": "2099-09-01",
            "deadline": START * 2, "snapshot": id, "schools": [],
        });
        let (path, body) = match rest {
            "tasks" => ("/api/v1/tasks".to_owned(), task),
            "zones" => (format!("/api/v1/snapshots/{id}/zones"), zones.clone()),
            "accept" => (format!("/api/v1/snapshots/{id}/accept"), json!({})),
            _ => (
                "/api/v1/publications".to_owned(),
                json!({ "kind": "plan", "title": "学区", "snapshot": id }),
            ),
        };
        let remove = (
            format!("/api/v1/snapshots/{id}/change"),
            json!({ "remove": true }),
        );
        // Nobody may write until both have looked.
        let held = world.app.store.change().await.unwrap();
        let mut both = JoinSet::new();
        for (path, body) in [(path, body), remove] {
            let (router, who) = (world.router.clone(), who.clone());
            let body = body.to_string().into_bytes();
            both.spawn(async move {
                let asked = request(Some(&who), "POST", &path, body, "application/json");
                (ask(&router, asked).await.status, path)
            });
        }
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        drop(held);
        let all = both.join_all().await;
        let good = all.iter().filter(|(status, _)| *status == 200).count();
        let refused = all
            .iter()
            .all(|(status, _)| [200, 404, 409].contains(status));
        assert!(good == 1 && refused, "{rest}: {all:?}");
    }
}

async fn a_plan_is_told_in_the_readers_language(world: World) {
    let who = world.person("owner", &["county", "planner"]).await;
    let id = world.county(&who).await;
    let made = job(
        &world,
        &who,
        "plan layout",
        &id,
        &json!({ "stage": "primary" }),
    )
    .await;
    assert_eq!(
        (&made["state"], &made["lang"]),
        (&json!("done"), &json!("zh"))
    );
    let path = format!("/api/v1/jobs/{}", made["id"].as_str().unwrap());
    let reader = world.person("reader", &["inspector"]).await;
    let retell = async |who: &Who, lang: &str| {
        let path = format!("{path}/retell");
        let mut asked = request(Some(who), "POST", &path, b"{}".to_vec(), "application/json");
        let lang = lang.parse().unwrap();
        asked.headers_mut().insert("accept-language", lang);
        ask(&world.router, asked).await
    };
    // What one may not see is told in no language.
    assert_eq!(retell(&reader, "en").await.status, 404);
    taken(&world, &who, &made, "布局").await;
    let started = json!({ "command": "plan layout", "snapshot": id, "options": {} });
    let started = world.post(Some(&reader), "/api/v1/jobs", &started).await;
    assert_eq!(started.status, 403, "an inspector plans nothing");
    assert_eq!(retell(&reader, "zh").await.json()["id"], made["id"]);
    let begun = retell(&reader, "en").await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    let own = begun.json()["id"].clone();
    assert_eq!(retell(&reader, "en").await.json()["id"], own, "once");
    assert!(work(&world.app).await.unwrap());
    let told = async |id: &Value| {
        let path = format!("/api/v1/jobs/{}/result", id.as_str().unwrap());
        let reply = world.get(Some(&reader), &path).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    let (zh, en) = (told(&made["id"]).await, told(&own).await);
    assert_eq!((&zh["gap"], &zh["status"]), (&en["gap"], &en["status"]));
    let path_of_own = format!("/api/v1/jobs/{}", own.as_str().unwrap());
    let view = world.get(Some(&reader), &path_of_own).await.json();
    assert_eq!(
        (&view["lang"], &view["state"]),
        (&json!("en"), &json!("done"))
    );
    assert_eq!(
        retell(&reader, "en").await.json()["id"],
        own,
        "and it stays"
    );
    // What is not done has nothing to tell.
    let open = json!({ "command": "plan path", "snapshot": id, "options": {} });
    let open = world.post(Some(&who), "/api/v1/jobs", &open).await.json();
    let path = format!("/api/v1/jobs/{}/retell", open["id"].as_str().unwrap());
    assert_eq!(world.post(Some(&who), &path, &json!({})).await.status, 409);
}
