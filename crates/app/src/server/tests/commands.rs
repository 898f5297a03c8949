//! The commands that do not start from a stored data set.

use serde_json::json;

use super::review::{done, send};
use super::world::{Folder, World, perform};
use crate::server::keys;

super::scenarios!(
    a_synthetic_county_is_made_and_says_so,
    many_counties_are_judged_and_not_kept,
    a_mapping_is_drafted,
    statement_34_what_is_shipped_is_listed,
    statement_41_the_key_is_changed,
    statement_41_a_lost_key_is_said_and_can_be_left_behind,
);

async fn a_synthetic_county_is_made_and_says_so(world: World) {
    let who = world.person("owner", &["county"]).await;
    let job = json!({ "command": "generate county", "options": { "schools": 8, "seed": 3 } });
    let job = world.post(Some(&who), "/api/v1/jobs", &job).await.json();
    let ended = done(&world, &who, &job).await;
    assert_eq!(ended["state"], "done", "{ended}");
    let path = format!("/api/v1/jobs/{}/result", job["id"].as_str().unwrap());
    let made = world.get(Some(&who), &path).await.json();
    let path = format!(
        "/api/v1/snapshots/{}/evaluate",
        made["id"].as_str().unwrap()
    );
    let told = world.get(Some(&who), &path).await.json();
    assert_eq!(told["county"]["synthetic"], true);
    for (login, role, schools) in [("more", "county", 501), ("reader", "province", 8)] {
        let who = world.person(login, &[role]).await;
        let job = json!({ "command": "generate county", "options": { "schools": schools } });
        let reply = world.post(Some(&who), "/api/v1/jobs", &job).await;
        assert!(matches!(reply.status, 400 | 403), "{}", reply.text());
    }
    assert_eq!(world.app.store.snapshots("county").await.unwrap().len(), 1);
}

async fn many_counties_are_judged_and_not_kept(world: World) {
    let folder = Folder::new();
    let out = folder.0.join("nation").display().to_string();
    perform(&[
        "generate",
        "nation",
        "--counties",
        "3",
        "--years",
        "2",
        "--out",
        &out,
    ]);
    let of = |year: &str| std::fs::read(format!("{out}/year={year}/sections.parquet")).unwrap();
    let (one, two) = (of("2024"), of("2025"));
    let files: [(&str, &[u8]); 2] = [("year=2024.parquet", &one), ("year=2025.parquet", &two)];
    let who = world.person("reader", &["province"]).await;
    let job = send(&world, &who, "/api/v1/nation?years=2025&local", &files).await;
    assert_eq!(job.status, 200, "{}", job.text());
    let ended = done(&world, &who, &job.json()).await;
    assert_eq!(ended["state"], "done", "{ended}");
    assert!(ended["files"].to_string().contains("year=2025/"), "{ended}");
    let id = job.json()["id"].as_str().unwrap().to_owned();
    let told = world
        .get(Some(&who), &format!("/api/v1/jobs/{id}/result"))
        .await;
    assert_eq!(told.json()["counties"], 3, "{}", told.text());
    let file = ended["files"][0].as_str().unwrap().replace('/', "%2F");
    let file = world
        .get(Some(&who), &format!("/api/v1/jobs/{id}/files/{file}"))
        .await;
    assert!(file.status == 200 && !file.bytes.is_empty());
    assert!(
        world
            .app
            .store
            .snapshots("county")
            .await
            .unwrap()
            .is_empty()
    );
    // What is no table of counties is refused with its reasons; an option that names a file, at once.
    let broken: [(&str, &[u8]); 1] = [("year=2025.parquet", b"PAR1 no")];
    let job = send(&world, &who, "/api/v1/nation", &broken).await.json();
    let ended = done(&world, &who, &job).await;
    assert_eq!(ended["state"], "failed");
    assert!(
        !ended["problem"]["findings"].as_array().unwrap().is_empty(),
        "{ended}"
    );
    let wrong = send(&world, &who, "/api/v1/nation?out=x", &files).await;
    assert_eq!(wrong.status, 400);
    let bare = json!({ "command": "nation" });
    assert_eq!(
        world.post(Some(&who), "/api/v1/jobs", &bare).await.status,
        400
    );
}

async fn a_mapping_is_drafted(world: World) {
    let who = world.person("owner", &["county"]).await;
    let table = "学校名称,在校生数\n甲小学,12\n".as_bytes();
    let reply = send(&world, &who, "/api/v1/mapping", &[("本地表.csv", table)]).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.text().contains("在校生数"), "{}", reply.text());
    assert!(
        reply
            .header("content-disposition")
            .starts_with("attachment;")
    );
    let reply = send(
        &world,
        &who,
        "/api/v1/mapping",
        &[("x.xlsx", b"PK\x03\x04")],
    )
    .await;
    assert_eq!(reply.status, 422);
}

async fn statement_34_what_is_shipped_is_listed(world: World) {
    let who = world.person("safe", &["security"]).await;
    let list = world.get(Some(&who), "/api/v1/sbom").await.json();
    assert_eq!(list["bomFormat"], "CycloneDX");
    let components = list["components"].as_array().unwrap();
    assert!(components.len() > 100);
    for component in components {
        let hash = component["hashes"][0]["content"].as_str().unwrap();
        let licence = component["licenses"][0]["expression"].as_str().unwrap();
        assert!(hash.len() >= 64 && !licence.is_empty(), "{component}");
    }
    assert!(components.iter().any(|c| c["name"] == "vue"));
    assert_eq!(world.get(None, "/api/v1/sbom").await.status, 401);
}

/// A person of each kind of secret: an identity number and a telephone number.
async fn told(world: &World, login: &str) -> u16 {
    let who = world
        .person(&format!("safe-of-{login}"), &["security"])
        .await;
    let new = json!({ "login": login, "name": "某人", "roles": ["planner"], "password": "Lan-tian-2025",
        "identity": "11010519491231002X", "phone": "0571-7654321" });
    world
        .post(Some(&who), "/api/v1/accounts", &new)
        .await
        .status
}

async fn phones(world: &World) -> String {
    let who = world.session("safe").await;
    world.get(Some(&who), "/api/v1/accounts").await.text()
}

async fn statement_41_the_key_is_changed(mut world: World) {
    world.person("safe", &["security"]).await;
    assert_eq!(told(&world, "one").await, 200);
    let kept = world.app.store.account("one").await.unwrap().unwrap().phone;
    assert!(kept.starts_with("sealed:") && phones(&world).await.contains("0571-7654321"));
    let file = world.folder.0.join("key");
    let before = std::fs::read(&file).unwrap();
    let sealed = keys::rotate(&world.app.store, &file, false, world.app.now()).await;
    assert_eq!(
        sealed.unwrap(),
        2,
        "the number and the key of identity numbers"
    );
    assert_ne!(std::fs::read(&file).unwrap(), before);
    assert_eq!(
        std::fs::read(world.folder.0.join("key.old")).unwrap(),
        before
    );
    let again = world.app.store.account("one").await.unwrap().unwrap().phone;
    assert_ne!(kept, again);
    world.restart().await;
    assert!(phones(&world).await.contains("0571-7654321"));
    assert_eq!(told(&world, "two").await, 409, "still the same person");
    let lines = world.app.store.audit(0, 100).await.unwrap();
    assert!(lines.iter().any(|l| l.action == "key.rotate"));
    // Broken off before the new key took the old one's place: the next start goes on.
    std::fs::rename(&file, world.folder.0.join("key.new")).unwrap();
    std::fs::rename(world.folder.0.join("key.old"), &file).unwrap();
    world.restart().await;
    assert!(phones(&world).await.contains("0571-7654321"));
    assert!(!world.folder.0.join("key.new").exists());
}

async fn statement_41_a_lost_key_is_said_and_can_be_left_behind(mut world: World) {
    world.person("safe", &["security"]).await;
    assert_eq!(told(&world, "one").await, 200);
    let file = world.folder.0.join("key");
    std::fs::remove_file(&file).unwrap();
    world.restart().await;
    assert!(world.app.keys.identity.is_none());
    assert!(!phones(&world).await.contains("7654321"));
    assert_eq!(
        told(&world, "two").await,
        409,
        "nobody can tell whether it is new"
    );
    let store = &world.app.store;
    assert!(
        keys::rotate(store, &file, false, world.app.now())
            .await
            .is_err()
    );
    keys::rotate(store, &file, true, world.app.now())
        .await
        .unwrap();
    world.restart().await;
    assert_eq!(told(&world, "three").await, 200);
    assert!(phones(&world).await.contains("0571-7654321"));
}
