//! Data on their way in: findings explained, workbooks marked, imports as jobs, plans as data sets.

use junheng_intake::files::InputFile;
use junheng_intake::grid::read_grids;
use junheng_intake::paper::{Content, seal};
use serde_json::{Value, json};

use super::world::{MINUTE, Reply, Who, World, ask, county, flawed, multipart, pass, request};
use crate::server::worker;

super::scenarios!(
    findings_are_explained_and_stand_in_the_review,
    the_marked_workbook_comes_back,
    an_import_is_a_job,
    files_of_another_system_are_imported_with_their_originals,
    a_layout_becomes_a_data_set,
);

pub(super) async fn send(world: &World, who: &Who, path: &str, files: &[(&str, &[u8])]) -> Reply {
    let (body, kind) = multipart(files);
    ask(&world.router, request(Some(who), "POST", path, body, &kind)).await
}

pub(super) fn files(of: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    of.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect()
}

/// A job that has ended.
pub(super) async fn done(world: &World, who: &Who, job: &Value) -> Value {
    while worker::work(&world.app).await.unwrap() {}
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    world.get(Some(who), &path).await.json()
}

async fn findings_are_explained_and_stand_in_the_review(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.upload(&who, &files(flawed())).await.json()["id"].clone();
    let path = format!("/api/v1/snapshots/{}/findings", id.as_str().unwrap());
    let told = world.get(Some(&who), &path).await.json();
    let all = told["findings"].as_array().unwrap();
    let of = |severity: &str| all.iter().find(|f| f["severity"] == severity).unwrap();
    let wrong = of("error");
    // One at a value.
    let at_value =
        |f: &&Value| f["severity"] == "explain" && f["row"].is_u64() && f["column"] != "";
    let doubt = all.iter().find(at_value).unwrap();
    assert!(doubt["explanation"].is_null() && told["unexplained"].as_u64().unwrap() > 0);
    let say = async |key: &Value, reason: &str| {
        let body = json!({ "finding": key, "reason": reason });
        world.post(Some(&who), &path, &body).await.status
    };
    let reason = "本校确有此数，已与学籍系统核对无误";
    assert_eq!(
        say(&wrong["key"], reason).await,
        400,
        "what is wrong is mended"
    );
    assert_eq!(say(&json!("none"), reason).await, 400);
    assert_eq!(say(&doubt["key"], &"长".repeat(501)).await, 400);
    assert_eq!(say(&doubt["key"], reason).await, 200);
    let now = world.get(Some(&who), &path).await.json();
    let open = |told: &Value| told["unexplained"].as_u64().unwrap();
    assert!(open(&now) < open(&told));
    let carried = |told: &Value| {
        let all = told["findings"].as_array().unwrap().iter();
        let carried = all.filter(|f| f["carried"] == true);
        carried
            .map(|f| (f["key"].clone(), f["explanation"]["reason"].clone()))
            .collect::<Vec<_>>()
    };
    assert!(carried(&now).is_empty());
    // The same finding in the next import, whose rows stand in another order.
    pass(MINUTE);
    let next: Vec<(String, Vec<u8>)> = flawed()
        .iter()
        .map(|(n, b)| (n.clone(), turned(n, b)))
        .collect();
    let again = world.upload(&who, &files(&next)).await.json()["id"].clone();
    let anew = format!("/api/v1/snapshots/{}/findings", again.as_str().unwrap());
    let later = world.get(Some(&who), &anew).await.json();
    assert_eq!(carried(&later), [(doubt["key"].clone(), json!(reason))]);
    assert_eq!(open(&later), open(&now));
    // It stands in the paper.
    let job = json!({ "command": "report", "snapshot": id, "options": { "kind": "review" }, "format": "docx" });
    let job = world.post(Some(&who), "/api/v1/jobs", &job).await.json();
    let job = done(&world, &who, &job).await;
    assert_eq!(job["state"], "done", "{job}");
    let file = format!(
        "/api/v1/jobs/{}/files/report.docx",
        job["id"].as_str().unwrap()
    );
    let paper = world.get(Some(&who), &file).await.bytes;
    let text = words(&paper);
    assert!(text.contains(reason));
    // Another value of the same cell has to be explained anew.
    let (file, row, column) = (&doubt["file"], &doubt["row"], &doubt["column"]);
    let [file, column] = [file, column].map(|v| v.as_str().unwrap());
    let row = row.as_u64().unwrap();
    let other: Vec<(String, Vec<u8>)> = flawed()
        .iter()
        .map(|(n, b)| {
            (
                n.clone(),
                if n == file {
                    nudged(b, row, column)
                } else {
                    b.clone()
                },
            )
        })
        .collect();
    let changed = world.upload(&who, &files(&other)).await.json()["id"].clone();
    let changed = format!("/api/v1/snapshots/{}/findings", changed.as_str().unwrap());
    assert!(carried(&world.get(Some(&who), &changed).await.json()).is_empty());
    // Taken back.
    assert_eq!(say(&doubt["key"], "").await, 200);
    assert_eq!(world.get(Some(&who), &path).await.json(), told);
    assert!(carried(&world.get(Some(&who), &anew).await.json()).is_empty());
}

/// The rows of a table after its header turned around; the county's facts stay where they are.
fn turned(name: &str, bytes: &[u8]) -> Vec<u8> {
    if !name.ends_with(".csv") || name == "county.csv" {
        return bytes.to_vec();
    }
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    (lines.join("\n") + "\n").into_bytes()
}

/// One more in a cell.
fn nudged(bytes: &[u8], row: u64, column: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut lines: Vec<Vec<String>> = text
        .lines()
        .map(|l| l.split(',').map(str::to_owned).collect())
        .collect();
    let at = column
        .bytes()
        .fold(0, |n, b| n * 26 + usize::from(b - b'A') + 1)
        - 1;
    let cell = &mut lines[row as usize - 1][at];
    *cell = cell
        .parse::<f64>()
        .map_or(format!("{cell}1"), |x| (x + 1.0).to_string());
    let lines: Vec<String> = lines.iter().map(|l| l.join(",")).collect();
    (lines.join("\n") + "\n").into_bytes()
}

/// The paragraphs of a Word file.
pub(super) fn words(paper: &[u8]) -> String {
    let Content::Word(word) = seal(paper).unwrap().content else {
        panic!("no Word file");
    };
    let texts = word.words.into_iter().map(|(_, text)| text);
    texts.collect::<Vec<_>>().join("\n")
}

async fn the_marked_workbook_comes_back(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.upload(&who, &files(flawed())).await.json()["id"].clone();
    let path = format!("/api/v1/snapshots/{}/marked", id.as_str().unwrap());
    let reply = world.get(Some(&who), &path).await;
    assert_eq!(reply.status, 200);
    assert!(
        reply
            .header("content-disposition")
            .ends_with("-%E6%A0%B8%E6%9F%A5%E6%A0%87%E6%B3%A8.xlsx")
    );
    let book = |bytes: Vec<u8>| {
        let name = "marked.xlsx".to_owned();
        read_grids(&InputFile { name, bytes }).0
    };
    let tables = flawed().iter().filter(|(n, _)| n.ends_with(".csv")).count();
    assert_eq!(book(reply.bytes.clone()).len(), tables);
    // It can be mended and imported as it is.
    assert_eq!(
        world
            .upload(&who, &[("marked.xlsx", &reply.bytes)])
            .await
            .status,
        200
    );
    // What is refused is marked too, and nothing of it is kept.
    let lines = world.lines().await;
    let broken: [(&str, &[u8]); 1] = [("schools.csv", b"school_id,name\nS1,a\nS1,b\n")];
    assert_eq!(world.upload(&who, &broken).await.status, 422);
    let marked = send(&world, &who, "/api/v1/marked", &broken).await;
    assert_eq!(marked.status, 200);
    assert_eq!(book(marked.bytes)[0].rows.len(), 3);
    assert_eq!(world.lines().await, lines);
}

async fn an_import_is_a_job(world: World) {
    let who = world.person("owner", &["county"]).await;
    let job = send(&world, &who, "/api/v1/imports", &files(county())).await;
    assert_eq!(job.status, 200, "{}", job.text());
    let id = job.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        world.app.store.uploads(&id).await.unwrap().len(),
        county().len()
    );
    let ended = done(&world, &who, &job.json()).await;
    assert_eq!(ended["state"], "done", "{ended}");
    assert!(world.app.store.uploads(&id).await.unwrap().is_empty());
    let kept = world
        .get(Some(&who), &format!("/api/v1/jobs/{id}/result"))
        .await
        .json();
    assert_eq!(kept["id"], id.as_str(), "begun again it makes no second");
    // The same as at once, findings and all.
    let at_once = world.upload(&who, &files(county())).await.json();
    for part in ["title", "digest", "findings"] {
        assert_eq!(kept[part], at_once[part], "{part}");
    }
    assert_eq!(world.app.store.snapshots("county").await.unwrap().len(), 2);
    // What cannot be used leaves nothing but the reasons.
    let broken: [(&str, &[u8]); 1] = [("schools.csv", b"school_id,name\nS1,a\nS1,b\n")];
    let job = send(&world, &who, "/api/v1/imports", &broken).await.json();
    let ended = done(&world, &who, &job).await;
    assert_eq!(ended["state"], "failed");
    assert!(!ended["problem"]["findings"].as_array().unwrap().is_empty());
    assert_eq!(world.app.store.snapshots("county").await.unwrap().len(), 2);
    let id = job["id"].as_str().unwrap();
    assert!(world.app.store.uploads(id).await.unwrap().is_empty());
    // One that is no longer wanted lets its files go; one without files is none.
    let job = send(&world, &who, "/api/v1/imports", &files(county()))
        .await
        .json();
    let id = job["id"].as_str().unwrap();
    let cancel = format!("/api/v1/jobs/{id}/cancel");
    assert_eq!(
        world.post(Some(&who), &cancel, &json!({})).await.status,
        200
    );
    assert!(world.app.store.uploads(id).await.unwrap().is_empty());
    let bare = json!({ "command": "import" });
    assert_eq!(
        world.post(Some(&who), "/api/v1/jobs", &bare).await.status,
        400
    );
    let outside = "/api/v1/imports?mapping=..%2F..%2Fsecret";
    assert_eq!(
        send(&world, &who, outside, &files(county())).await.status,
        400
    );
}

async fn files_of_another_system_are_imported_with_their_originals(world: World) {
    let who = world.person("owner", &["county"]).await;
    let orgs = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n\
                o1,active,,示例县,district,,\no2,active,,城关小学,school,S1,o1\n";
    let sent: [(&str, &[u8]); 1] = [("orgs.csv", orgs.as_bytes())];
    let job = send(&world, &who, "/api/v1/imports?mapping=oneroster", &sent)
        .await
        .json();
    let ended = done(&world, &who, &job).await;
    assert_eq!(ended["state"], "done", "{ended}");
    let id = world.app.store.snapshots("county").await.unwrap()[0]
        .id
        .clone();
    let read = world.app.store.files(&id).await.unwrap();
    assert!(read.iter().any(|f| f.name == "schools.csv"), "{read:?}");
    assert!(read.iter().all(|f| !f.name.contains("orgs")), "{read:?}");
    let original = format!("/api/v1/snapshots/{id}/files/original%2Forgs.csv");
    assert_eq!(
        world.get(Some(&who), &original).await.bytes,
        orgs.as_bytes()
    );
    let check = format!("/api/v1/snapshots/{id}/check");
    assert_eq!(world.get(Some(&who), &check).await.status, 200);
}

async fn a_layout_becomes_a_data_set(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let options = json!({ "stage": "primary", "open-exactly": 6, "close-protected": true });
    let job = json!({ "command": "plan layout", "snapshot": id, "options": options });
    let job = world.post(Some(&who), "/api/v1/jobs", &job).await.json();
    let ended = done(&world, &who, &job).await;
    assert_eq!(
        (&ended["state"], &ended["applied"]),
        (&json!("done"), &json!(true)),
        "{ended}"
    );
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    let plan = world
        .get(Some(&who), &format!("{path}/result"))
        .await
        .json();
    let taken = world
        .post(
            Some(&who),
            &format!("{path}/accept"),
            &json!({ "title": "布局" }),
        )
        .await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    let fresh = taken.json()["id"].as_str().unwrap().to_owned();
    // Everybody sees it: the sections of the data are those of the plan.
    let export = format!("/api/v1/snapshots/{fresh}/exports/sections.csv");
    let sections = world.get(Some(&who), &export).await.text();
    let there = |school: &Value| {
        let row = format!("{},primary,", school["school_id"].as_str().unwrap());
        sections.lines().any(|l| l.starts_with(&row))
    };
    let schools = plan["schools"].as_array().unwrap();
    for school in schools {
        assert_eq!(there(school), school["open"] == true, "{school}");
    }
    let changed = schools
        .iter()
        .filter(|s| s["change"] != "stays" && s["change"] != "not_built");
    assert!(changed.count() > 0, "{schools:?}");
    for path in ["evaluate", "check"] {
        let reply = world
            .get(Some(&who), &format!("/api/v1/snapshots/{fresh}/{path}"))
            .await;
        assert_eq!(reply.status, 200, "{path} {}", reply.text());
    }
    // And the next plan begins there.
    let next =
        json!({ "command": "plan layout", "snapshot": fresh, "options": { "stage": "primary" } });
    let next = world.post(Some(&who), "/api/v1/jobs", &next).await.json();
    assert_eq!(done(&world, &who, &next).await["state"], "done");
}
