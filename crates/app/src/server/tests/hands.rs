//! Forms in several hands: two people at one form, reviewers, townships, all schools at once.

use serde_json::{Value, json};

use super::filing::{YEAR, open};
use super::world::{MINUTE, START, World, ask, request};

super::scenarios!(
    two_people_write_one_form,
    statement_12_nobody_approves_their_own_form,
    a_correction_leaves_both_values,
    statement_8_a_school_gets_no_byte_of_another,
    statement_38_five_hundred_schools_lose_nothing,
);

async fn two_people_write_one_form(world: World) {
    let filing = open(world, "students").await;
    let (one, form) = filing.school(0, "one").await;
    let (two, _) = filing.school(0, "two").await;
    let paper = filing.get(&one, &form).await;
    let key = |n: usize| {
        paper["parts"][0]["rows"][n]["key"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (first, second) = (key(0), key(1));
    let mine = filing
        .save(&one, &form, 0, json!({ (first.clone()): "410" }))
        .await;
    assert_eq!(
        (&mine["version"], &mine["conflicts"]),
        (&json!(1), &json!([]))
    );
    // Another figure over the same old version: both stand, and each hears of the other's.
    let theirs = filing
        .save(&two, &form, 0, json!({ (second.clone()): "9" }))
        .await;
    assert_eq!(
        (&theirs["version"], &theirs["conflicts"]),
        (&json!(2), &json!([]))
    );
    assert_eq!(
        theirs["theirs"],
        json!([{ "key": first, "value": "410", "by": "one" }])
    );
    // The same figure: nothing is overwritten, both values are told.
    let both = filing
        .save(&two, &form, 0, json!({ (first.clone()): "420" }))
        .await;
    assert_eq!(
        both["conflicts"],
        json!([{ "key": first, "yours": "420", "theirs": "410", "by": "one" }])
    );
    let stands = async || filing.get(&one, &form).await["parts"][0]["rows"][0]["value"].clone();
    assert_eq!(stands().await, "410");
    // Who has seen it may decide.
    let decided = filing
        .save(&two, &form, 2, json!({ (first.clone()): "420" }))
        .await;
    assert_eq!(decided["conflicts"], json!([]));
    assert_eq!(stands().await, "420");
    // A step is taken over what its taker has seen.
    let body = json!({ "version": 1 });
    assert_eq!(
        filing
            .world
            .post(Some(&one), &format!("{form}/submit"), &body)
            .await
            .status,
        409
    );
}

async fn statement_12_nobody_approves_their_own_form(world: World) {
    let filing = open(world, "students").await;
    let both = filing.world.person("both", &["county", "school"]).await;
    let (_, form) = filing.school(0, "one").await;
    filing.fill(&both, &form).await;
    assert_eq!(filing.step(&both, &form, "submit", "").await.0, 200);
    assert_eq!(filing.step(&both, &form, "accept", "").await.0, 403);
    let last = filing
        .world
        .app
        .store
        .audit(0, 10_000)
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(
        (last.action.as_str(), last.result.as_str()),
        ("filing.accept", "refused")
    );
    assert_eq!(
        filing.step(&filing.county, &form, "accept", "").await.0,
        200
    );
}

async fn a_correction_leaves_both_values(world: World) {
    let filing = open(world, "students").await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    let correct = async |reason: &str, values: Value| {
        let version = filing.get(&school, &form).await["filing"]["version"].clone();
        let body = json!({ "version": version, "reason": reason, "values": values });
        filing
            .world
            .post(Some(&filing.county), &format!("{form}/correct"), &body)
            .await
            .status
    };
    let row = filing.get(&school, &form).await["parts"][0]["rows"][0].clone();
    let key = row["key"].as_str().unwrap();
    assert_eq!(
        correct("早了", json!({ key: "1" })).await,
        409,
        "not locked yet"
    );
    filing.step(&school, &form, "submit", "").await;
    filing.step(&filing.county, &form, "accept", "").await;
    assert_eq!(
        correct("", json!({ key: "1" })).await,
        400,
        "it must say why"
    );
    assert_eq!(
        correct("x", json!({ "sections.primary.nothing": "1" })).await,
        400
    );
    assert_eq!(correct("学籍核对有误", json!({ key: "777" })).await, 200);
    let told = filing.get(&school, &form).await;
    assert_eq!(told["filing"]["state"], "accepted");
    assert_eq!(told["parts"][0]["rows"][0]["value"], "777");
    let kept = json!([{ "seq": 3, "key": key, "old_value": row["value"], "new_value": "777" }]);
    assert_eq!(told["corrections"], kept);
    assert_eq!(told["steps"][2]["reason"], "学籍核对有误");
}

async fn statement_8_a_school_gets_no_byte_of_another(world: World) {
    let filing = open(world, "school").await;
    let (school, own) = filing.school(0, "one").await;
    let town = filing.township(0).await;
    let mine = filing.forms.keys().next().unwrap();
    let township = &filing.forms[mine]["township"];
    for (code, form) in &filing.forms {
        let path = format!("/api/v1/filings/{}", form["id"].as_str().unwrap());
        let reply = filing.world.get(Some(&school), &path).await;
        assert_eq!(reply.status, if code == mine { 200 } else { 404 }, "{code}");
        let reply = filing.world.get(Some(&town), &path).await;
        assert_eq!(
            reply.status,
            if form["township"] == *township {
                200
            } else {
                404
            },
            "{code}"
        );
        if code != mine {
            for step in ["values", "submit", "workbook"] {
                let body = json!({ "version": 0, "base": 0, "values": {} });
                let reply = filing
                    .world
                    .post(Some(&school), &format!("{path}/{step}"), &body)
                    .await;
                assert!(
                    matches!(reply.status, 400 | 404),
                    "{step}: {}",
                    reply.status
                );
                assert!(!reply.text().contains(code.as_str()));
            }
        }
    }
    let others: Vec<&str> = filing
        .forms
        .iter()
        .filter(|(c, _)| *c != mine)
        .flat_map(|(c, f)| [c.as_str(), f["name"].as_str().unwrap()])
        .collect();
    for path in [
        "/api/v1/tasks",
        "/api/v1/state",
        "/api/v1/forms",
        &own,
        &format!("{own}/workbook"),
    ] {
        let said = filing.world.get(Some(&school), path).await.text();
        for other in &others {
            assert!(!said.contains(other), "{path} tells of {other}");
        }
    }
}

async fn statement_38_five_hundred_schools_lose_nothing(world: World) {
    // Where the load is to be measured, all 500 of them; else enough to see that nothing is lost.
    let measured = std::env::var_os("JUNHENG_LOAD").is_some();
    let schools = if measured { 500 } else { 60 };
    let county = world.person("bureau", &["county"]).await;
    let folder = super::world::Folder::new();
    let out = folder.0.join("county");
    super::world::perform(&[
        "generate",
        "county",
        "--schools",
        &schools.to_string(),
        "--out",
        &out.display().to_string(),
    ]);
    let read = |name: &str| std::fs::read(out.join(name)).unwrap();
    let files = [
        "county.csv",
        "schools.csv",
        "sections.csv",
        "classes.csv",
        "rooms.csv",
        "teachers.csv",
    ]
    .map(|n| (n, read(n)));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let snapshot = world.upload(&county, &files).await.json()["id"].clone();
    let new = json!({
        "title": "年度填报", "form": "school", "school_year": YEAR, "as_of": "2099-09-01",
        "deadline": START + 60 * MINUTE, "snapshot": snapshot,
    });
    let task = world
        .post(Some(&county), "/api/v1/tasks", &new)
        .await
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let rows = world
        .get(Some(&county), &format!("/api/v1/tasks/{task}"))
        .await
        .json();
    let rows = rows["rows"].as_array().unwrap();
    assert_eq!(rows.len(), schools);
    let began = std::time::Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for (n, row) in rows.iter().enumerate() {
        let who = world
            .person_of(
                &format!("s{n}"),
                &["school"],
                row["filing"]["org_id"].as_str().unwrap(),
            )
            .await;
        let form = format!("/api/v1/filings/{}", row["filing"]["id"].as_str().unwrap());
        let router = world.router.clone();
        running.spawn(async move {
            let mut seconds = Vec::new();
            let mut send = async |method: &str, path: String, body: Value| {
                let began = std::time::Instant::now();
                let body = body.to_string().into_bytes();
                let reply = ask(
                    &router,
                    request(Some(&who), method, &path, body, "application/json"),
                )
                .await;
                seconds.push(began.elapsed().as_secs_f64());
                assert_eq!(reply.status, 200, "{path} {}", reply.text());
                reply.json()
            };
            let paper = send("GET", form.clone(), json!({})).await;
            let rows = paper["parts"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|p| p["rows"].as_array().unwrap());
            let values: serde_json::Map<_, _> = rows
                .map(|r| (r["key"].as_str().unwrap().to_owned(), r["last"].clone()))
                .collect();
            let saved = send(
                "POST",
                format!("{form}/values"),
                json!({ "base": 0, "values": values }),
            )
            .await;
            let why: serde_json::Map<_, _> = saved["doubts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|d| {
                    (
                        d["explanation"].as_str().unwrap().to_owned(),
                        json!("已核实"),
                    )
                })
                .collect();
            let saved = send(
                "POST",
                format!("{form}/values"),
                json!({ "base": saved["version"], "values": why }),
            )
            .await;
            let done = send(
                "POST",
                format!("{form}/submit"),
                json!({ "version": saved["version"] }),
            )
            .await;
            assert_eq!(done["filing"]["state"], "submitted");
            seconds
        });
    }
    let mut seconds: Vec<f64> = running.join_all().await.into_iter().flatten().collect();
    seconds.sort_by(f64::total_cmp);
    let p95 = seconds[seconds.len() * 95 / 100];
    eprintln!(
        "{schools} schools, {} requests in {:.1} s, p95 {p95:.3} s",
        seconds.len(),
        began.elapsed().as_secs_f64()
    );
    assert!(!measured || p95 < 1.0, "p95 {p95:.3} s");
    // Nothing acknowledged is lost: every value of every form stands as it was sent.
    let told = world
        .get(Some(&county), &format!("/api/v1/tasks/{task}"))
        .await
        .json();
    for row in told["rows"].as_array().unwrap() {
        assert_eq!(row["filing"]["state"], "submitted");
        let stored = world
            .app
            .store
            .answers(row["filing"]["id"].as_str().unwrap())
            .await
            .unwrap();
        let figures = stored.iter().filter(|a| !a.key.starts_with('?')).count();
        assert!(
            figures + 1 >= usize::try_from(row["filing"]["asked"].as_i64().unwrap()).unwrap() / 2,
            "{figures}"
        );
    }
    let (_, broken, _) = world.app.store.verify_audit().await.unwrap();
    assert_eq!(broken, None);
}
