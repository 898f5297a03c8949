//! Data sets before anybody accepted them, and what of plans is told to whom; the door for texts.

use serde_json::{Value, json};

use super::filing::open;
use super::review::done;
use super::world::{Who, World, accept, county};
use crate::server::Plan;

super::scenarios!(
    a_data_set_is_named_and_removed,
    statement_8_those_above_see_no_drafts,
    statement_9_a_taken_plan_tells_nothing_personal,
    several_forms_are_accepted_at_once,
    a_school_takes_its_form_back,
    no_unseen_character_comes_in,
    what_an_option_takes_is_said,
    exports_open_in_spreadsheets,
);

/// Ids and titles of the data sets that somebody sees.
async fn seen(world: &World, who: &Who) -> Vec<(String, String)> {
    let listed = world.get(Some(who), "/api/v1/snapshots").await.json();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let rows = listed["snapshots"].as_array().unwrap().iter();
    rows.map(|s| (text(&s["id"]), text(&s["title"]))).collect()
}

async fn a_data_set_is_named_and_removed(world: World) {
    let who = world.person("owner", &["county"]).await;
    let planner = world.person("plan", &["planner"]).await;
    world.enrol().await;
    let ids = [world.county(&who).await, world.county(&who).await];
    let change = async |by: &Who, id: &str, body: Value| {
        let path = format!("/api/v1/snapshots/{id}/change");
        world.post(Some(by), &path, &body).await.status
    };
    assert_eq!(
        change(&who, &ids[0], json!({ "title": " 试导入 " })).await,
        200
    );
    for bad in [
        json!({}),
        json!({ "title": " " }),
        json!({ "title": "名".repeat(81) }),
    ] {
        assert_eq!(change(&who, &ids[0], bad).await, 400);
    }
    assert_eq!(
        seen(&world, &who)
            .await
            .iter()
            .filter(|s| s.1 == "试导入")
            .count(),
        1
    );
    // A planner removes what they made, not what the county imported.
    assert_eq!(
        change(&planner, &ids[0], json!({ "remove": true })).await,
        403
    );
    let block = String::from_utf8_lossy(&county().iter().find(|f| f.0 == "blocks.csv").unwrap().1)
        .into_owned();
    let block = block
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let school =
        String::from_utf8_lossy(&county().iter().find(|f| f.0 == "sections.csv").unwrap().1)
            .into_owned();
    let school = school
        .lines()
        .find(|l| l.contains("primary"))
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let drawn = json!({ "stage": "primary", "title": "一稿", "zones": { block: school } });
    let path = format!("/api/v1/snapshots/{}/zones", ids[0]);
    let plan = world.post(Some(&planner), &path, &drawn).await;
    assert_eq!(plan.status, 200, "{}", plan.text());
    let plan = plan.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        change(&who, &ids[0], json!({ "remove": true })).await,
        409,
        "a plan rests on it"
    );
    assert_eq!(
        change(&planner, &plan, json!({ "remove": true })).await,
        200
    );
    assert_eq!(change(&who, &ids[0], json!({ "remove": true })).await, 200);
    assert_eq!(
        change(&who, &ids[0], json!({ "remove": true })).await,
        404,
        "it is gone"
    );
    accept(&world, &who, &ids[1]).await;
    assert_eq!(
        change(&who, &ids[1], json!({ "remove": true })).await,
        409,
        "it was accepted"
    );
    let left: Vec<String> = seen(&world, &who).await.into_iter().map(|s| s.0).collect();
    assert_eq!(left, [ids[1].as_str()]);
    let checked = format!("/api/v1/snapshots/{}/check", ids[0]);
    assert_eq!(world.get(Some(&who), &checked).await.status, 404);
    // The audit tells of it, and of a row that was put there by hand.
    let verified = world.app.store.verify().await.unwrap();
    assert_eq!(verified.broken, []);
    world
        .app
        .store
        .tamper("UPDATE snapshot_change SET removed = 0")
        .await
        .unwrap();
    assert_eq!(world.app.store.verify().await.unwrap().broken.len(), 2);
}

async fn statement_8_those_above_see_no_drafts(world: World) {
    let who = world.person("owner", &["county"]).await;
    let above = [
        world.person("city", &["city"]).await,
        world.person("province", &["province"]).await,
    ];
    let inspector = world.person("inspect", &["inspector"]).await;
    let [draft, data] = [world.county(&who).await, world.county(&who).await];
    let asked = json!({ "command": "check", "snapshot": draft });
    let job = world.post(Some(&who), "/api/v1/jobs", &asked).await.json();
    done(&world, &who, &job).await;
    accept(&world, &who, &data).await;
    let job = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    for reader in &above {
        let ids: Vec<String> = seen(&world, reader)
            .await
            .into_iter()
            .map(|s| s.0)
            .collect();
        assert_eq!(ids, [data.as_str()]);
        for place in [
            "check",
            "findings",
            "evidence",
            "evaluations",
            "exports/schools.csv",
            "search?q=a",
        ] {
            let path = format!("/api/v1/snapshots/{draft}/{place}");
            assert_eq!(world.get(Some(reader), &path).await.status, 404, "{path}");
        }
        let compared = format!("/api/v1/compare/{data}/{draft}");
        assert_eq!(world.get(Some(reader), &compared).await.status, 404);
        assert_eq!(world.get(Some(reader), &job).await.status, 404);
        let listed = world.get(Some(reader), "/api/v1/jobs").await.json();
        assert_eq!(listed["jobs"], json!([]));
        assert_eq!(
            world
                .post(Some(reader), "/api/v1/jobs", &asked)
                .await
                .status,
            404
        );
        let path = format!("/api/v1/snapshots/{data}/evaluate");
        assert_eq!(world.get(Some(reader), &path).await.status, 200);
    }
    assert_eq!(seen(&world, &inspector).await.len(), 2);
    assert_eq!(world.get(Some(&inspector), &job).await.status, 200);
}

async fn statement_9_a_taken_plan_tells_nothing_personal(world: World) {
    let owner = world.person("owner", &["county"]).await;
    let staff = world.person("staff", &["personnel"]).await;
    let inspector = world.person("inspect", &["inspector"]).await;
    let city = world.person("city", &["city"]).await;
    let id = world.county(&owner).await;
    let asked = json!({ "command": "plan rotation", "snapshot": id });
    let job = world
        .post(Some(&staff), "/api/v1/jobs", &asked)
        .await
        .json();
    let ended = done(&world, &staff, &job).await;
    assert_eq!(
        (&ended["state"], &ended["progress"]),
        (&json!("done"), &json!(1.0)),
        "{ended}"
    );
    let job = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(
        world.get(Some(&inspector), &job).await.status,
        404,
        "not taken yet"
    );
    let taken = world
        .post(Some(&staff), &format!("{job}/accept"), &json!({}))
        .await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    let taken = taken.json()["id"].as_str().unwrap().to_owned();
    let whole = world
        .get(Some(&staff), &format!("{job}/result"))
        .await
        .json();
    let told = world
        .get(Some(&inspector), &format!("{job}/result"))
        .await
        .json();
    let moves = |document: &Value| document["moves"].as_array().unwrap().clone();
    assert!(!moves(&whole).is_empty());
    assert_eq!(moves(&whole).len(), moves(&told).len());
    for (one, hidden) in moves(&whole).iter().zip(&moves(&told)) {
        assert_eq!(
            (&one["teacher_id"], &one["to"]),
            (&hidden["teacher_id"], &hidden["to"])
        );
        assert!(
            one["reason"] != "" && one["commute_metres_after"].is_number(),
            "{one}"
        );
        assert!(
            hidden["commute_metres_before"].is_null() && hidden["commute_metres_after"].is_null()
        );
        assert_eq!(
            (&hidden["reason"], &hidden["kind"]),
            (&json!(""), &json!(""))
        );
    }
    let files = world.get(Some(&inspector), &job).await.json()["files"].clone();
    assert_eq!(files, json!(["post_moves.csv", "posts.csv"]));
    for file in [
        "by_school.csv",
        "rotation.xlsx",
        "notices.docx",
        "applied%2Fteachers.csv",
    ] {
        let path = format!("{job}/files/{file}");
        assert_eq!(
            world.get(Some(&inspector), &path).await.status,
            404,
            "{file}"
        );
        assert_eq!(world.get(Some(&staff), &path).await.status, 200, "{file}");
    }
    let again = world
        .post(Some(&inspector), &format!("{job}/accept"), &json!({}))
        .await;
    assert_eq!(again.status, 403);
    // The city sees the plan once the county stands by it.
    assert_eq!(world.get(Some(&city), &job).await.status, 404);
    accept(&world, &owner, &taken).await;
    assert_eq!(world.get(Some(&city), &job).await.status, 200);
    // What the plan did to the register the sections say too.
    let found = |id: String| {
        let (world, owner) = (&world, &owner);
        async move {
            let told = world
                .get(Some(owner), &format!("/api/v1/snapshots/{id}/check"))
                .await
                .json();
            let all = told["findings"].as_array().unwrap().clone();
            all.iter().filter(|f| f["severity"] == "error").count()
        }
    };
    assert_eq!((found(id).await, found(taken).await), (0, 0));
}

async fn several_forms_are_accepted_at_once(world: World) {
    let filing = open(world, "students").await;
    let mut forms = Vec::new();
    for n in 0..3 {
        let (school, form) = filing.school(n, &format!("school{n}")).await;
        filing.fill(&school, &form).await;
        if n < 2 {
            assert_eq!(filing.step(&school, &form, "submit", "").await.0, 200);
        }
        let told = filing.get(&school, &form).await["filing"].clone();
        forms.push(json!({ "id": told["id"], "version": told["version"] }));
    }
    forms[1]["version"] = json!(0);
    forms.push(json!({ "id": "none", "version": 1 }));
    let path = format!("/api/v1/tasks/{}/review", filing.task);
    let body = json!({ "step": "accept", "forms": forms });
    let world = &filing.world;
    let reply = world.post(Some(&filing.county), &path, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let told = reply.json();
    assert_eq!(told["taken"], 1);
    let refused: Vec<&Value> = told["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["id"])
        .collect();
    assert_eq!(refused, [&forms[1]["id"], &forms[2]["id"], &forms[3]["id"]]);
    let rows = filing
        .get(&filing.county, &format!("/api/v1/tasks/{}", filing.task))
        .await;
    let accepted = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["filing"]["state"] == "accepted");
    assert_eq!(accepted.count(), 1);
    let other = json!({ "step": "correct", "forms": [] });
    assert_eq!(
        world.post(Some(&filing.county), &path, &other).await.status,
        400
    );
    // A township passes; it does not accept.
    let town = filing.township(1).await;
    let body = json!({ "step": "accept", "forms": [forms[1]] });
    assert_eq!(
        world.post(Some(&town), &path, &body).await.json()["taken"],
        0
    );
    forms[1]["version"] = filing
        .get(
            &town,
            &format!("/api/v1/filings/{}", forms[1]["id"].as_str().unwrap()),
        )
        .await["filing"]["version"]
        .clone();
    let body = json!({ "step": "pass", "forms": [forms[1]] });
    assert_eq!(
        world.post(Some(&town), &path, &body).await.json()["taken"],
        1
    );
}

async fn a_school_takes_its_form_back(world: World) {
    let filing = open(world, "students").await;
    filing.world.enrol().await;
    let (school, form) = filing.school(0, "one").await;
    filing.fill(&school, &form).await;
    assert_eq!(
        filing.step(&school, &form, "recall", "").await.0,
        409,
        "nothing is handed in"
    );
    assert_eq!(filing.step(&school, &form, "submit", "").await.0, 200);
    let (status, paper) = filing.step(&school, &form, "recall", "").await;
    assert_eq!(
        (status, &paper["filing"]["state"]),
        (200, &json!("draft")),
        "{paper}"
    );
    assert!(paper["may"].as_array().unwrap().contains(&json!("save")));
    let version = paper["filing"]["version"].as_i64().unwrap();
    let key = paper["parts"][0]["rows"][0]["key"]
        .as_str()
        .unwrap()
        .to_owned();
    filing
        .save(&school, &form, version, json!({ key: "77" }))
        .await;
    let verified = filing.world.app.store.verify().await.unwrap();
    assert!(
        !verified.broken.iter().any(|b| b.en.contains("form")),
        "{verified:?}"
    );
    filing.fill(&school, &form).await;
    assert_eq!(filing.step(&school, &form, "submit", "").await.0, 200);
    let town = filing.township(0).await;
    assert_eq!(filing.step(&town, &form, "pass", "").await.0, 200);
    assert_eq!(
        filing.step(&school, &form, "recall", "").await.0,
        409,
        "it was reviewed"
    );
}

async fn no_unseen_character_comes_in(world: World) {
    let who = world.person("owner", &["county", "security"]).await;
    for unseen in ["\u{0}", "\u{1b}[2J", "\u{202e}fdp"] {
        let name = format!("张{unseen}三");
        let new = json!({ "login": "new", "name": name, "roles": ["planner"], "password": "Lan-tian-2025" });
        let reply = world.post(Some(&who), "/api/v1/accounts", &new).await;
        assert_eq!(reply.status, 400, "{unseen:?}");
        let settings = json!({ "contact": name });
        assert_eq!(
            world
                .post(Some(&who), "/api/v1/settings", &settings)
                .await
                .status,
            400
        );
        // A name in a table is read without it.
        let files: Vec<(&str, Vec<u8>)> = county()
            .iter()
            .map(|(n, b)| (n.as_str(), marked(n, b, unseen)))
            .collect();
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
        let reply = world.upload(&who, &files).await;
        // A file with a NUL is no text.
        if unseen != "\u{0}" {
            accept(&world, &who, reply.json()["id"].as_str().unwrap()).await;
        }
    }
    let orgs = world.app.store.orgs_below("county").await.unwrap();
    assert!(orgs.len() > 8);
    assert!(
        !orgs
            .iter()
            .any(|o| o.name.chars().any(|c| c.is_control() || c == '\u{202e}'))
    );
    let query = world.get(Some(&who), "/api/v1/orgs?after=%1b").await;
    assert_eq!(query.status, 400);
}

/// The table of schools with a character in the name of the first.
fn marked(file: &str, bytes: &[u8], unseen: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let school = text.lines().nth(1).filter(|_| file == "schools.csv");
    let Some(name) = school.and_then(|line| line.split(',').nth(1)) else {
        return bytes.to_vec();
    };
    text.replacen(name, &format!("{unseen}{name}"), 1)
        .into_bytes()
}

async fn what_an_option_takes_is_said(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    for (query, holds) in [
        ("evaluate?standard=zz", "cn-2017-6"),
        ("evaluate?overlay=zz", "basic-11"),
        ("evaluate?stadard=cn-2017-6", "unweighted"),
        ("forecast?years=many", "years"),
    ] {
        let path = format!("/api/v1/snapshots/{id}/{query}");
        let reply = world.get(Some(&who), &path).await;
        let said = reply.json()["message"].as_str().unwrap().to_owned();
        assert_eq!(reply.status, 400, "{said}");
        assert!(
            said.contains(holds) && !said.contains("--"),
            "{query}: {said}"
        );
    }
    let job = json!({ "command": "plan zones", "snapshot": id });
    let job = world.post(Some(&who), "/api/v1/jobs", &job).await.json();
    let ended = done(&world, &who, &job).await;
    let said = ended["problem"]["message"].as_str().unwrap();
    assert!(said.contains("stage") && !said.contains("--"), "{said}");
    let inspector = world.person("inspect", &["inspector"]).await;
    let job = json!({ "command": "plan zones", "snapshot": id, "options": { "stage": "primary" } });
    let refused = world.post(Some(&inspector), "/api/v1/jobs", &job).await;
    assert!(
        refused.status == 403 && refused.text().contains("规划"),
        "{}",
        refused.text()
    );
}

async fn exports_open_in_spreadsheets(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let path = format!("/api/v1/snapshots/{id}/exports/schools.csv");
    let reply = world.get(Some(&who), &path).await;
    assert!(
        reply.bytes.starts_with("\u{feff}school_id".as_bytes()),
        "{}",
        reply.text()
    );
}

#[cfg(unix)]
#[tokio::test]
async fn statement_36_a_backup_that_is_asked_for_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;

    use super::world::{Folder, perform};
    use crate::store::{FILE, Key, is_sealed};

    let mut world = World::sqlite().await;
    let outside = Folder::new();
    let key = outside.0.join("key");
    std::fs::write(&key, "0123456789abcdef0123456789abcdef").unwrap();
    let mode =
        |file: &std::path::Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.folder.0.join(FILE)), 0o600);
    world.person("system", &["system"]).await;
    world.enrol().await;
    for sealed in [false, true] {
        if sealed {
            let plan = Plan {
                folder: outside.0.join("kept"),
                key: Some(Key::read(&key).unwrap()),
            };
            world.backed_up_to(plan).await;
        }
        let who = world.session("system").await;
        let job = json!({ "command": "backup" });
        let job = world.post(Some(&who), "/api/v1/jobs", &job).await.json();
        let ended = done(&world, &who, &job).await;
        assert_eq!(ended["state"], "done", "{ended}");
        let path = format!("/api/v1/jobs/{}/result", job["id"].as_str().unwrap());
        let told = world.get(Some(&who), &path).await.json();
        let file = std::path::Path::new(told["folder"].as_str().unwrap())
            .join(told["file"].as_str().unwrap());
        assert!(
            told["file"]
                .as_str()
                .unwrap()
                .starts_with("junheng-2026-03-02-0800"),
            "{told}"
        );
        assert_eq!(
            (&told["sealed"], told["bytes"].as_u64()),
            (
                &json!(sealed),
                Some(std::fs::metadata(&file).unwrap().len())
            )
        );
        assert_eq!(is_sealed(&file).unwrap(), sealed);
        assert_eq!(mode(&file), 0o600);
        let shown = file.display().to_string();
        let with = key.display().to_string();
        let verify = move || {
            let words = ["verify", &shown, "--key", &with];
            perform(&words[..if sealed { 4 } else { 2 }])
        };
        tokio::task::spawn_blocking(verify).await.unwrap();
    }
    // Two that are asked for in one moment are two.
    let who = world.session("system").await;
    let job = json!({ "command": "backup" });
    let mut names = std::collections::BTreeSet::new();
    let mut asked = Vec::new();
    for _ in 0..3 {
        asked.push(world.post(Some(&who), "/api/v1/jobs", &job).await.json());
    }
    let [first, second, third] = [0; 3].map(|_| crate::server::worker::work(&world.app));
    let all = tokio::join!(first, second, third);
    assert!(all.0.unwrap() && all.1.unwrap() && all.2.unwrap());
    for job in asked {
        let path = format!("/api/v1/jobs/{}/result", job["id"].as_str().unwrap());
        let told = world.get(Some(&who), &path).await.json();
        names.insert(told["file"].as_str().unwrap().to_owned());
    }
    assert_eq!(names.len(), 3, "{names:?}");
    let kept = std::fs::read_dir(outside.0.join("kept")).unwrap().count();
    assert_eq!(
        kept, 4,
        "each by its own name, and nothing left of the making"
    );
}
