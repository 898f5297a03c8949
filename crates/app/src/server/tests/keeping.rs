//! What is recorded, what cannot be altered unseen, what comes back from a backup.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use junheng_core::text::Lang;
use serde_json::json;

use super::world::{Folder, World, county, open, perform};
use crate::commands;
use crate::server::router;
use crate::store::{Deed, FILE, Store, lock, sqlite_url};

super::scenarios!(
    statement_23_writes_and_exports_are_recorded,
    statement_24_the_audit_shows_where_it_was_altered,
    statement_26_same_evaluation_bytes,
);

async fn statement_23_writes_and_exports_are_recorded(world: World) {
    let who = world.person("owner", &["county", "security"]).await;
    let id = world.county(&who).await;
    world
        .post(
            Some(&who),
            &format!("/api/v1/snapshots/{id}/accept"),
            &json!({}),
        )
        .await;
    world
        .get(
            Some(&who),
            &format!("/api/v1/snapshots/{id}/files/county.csv"),
        )
        .await;
    let new = json!({ "login": "new", "name": "某人", "roles": ["planner"], "password": "Lan-tian-2025" });
    assert_eq!(
        world
            .post(Some(&who), "/api/v1/accounts", &new)
            .await
            .status,
        200
    );
    let wrong = json!({ "login": "owner", "password": "Geheim-12345" });
    world.post(None, "/api/v1/login", &wrong).await;
    world.post(Some(&who), "/api/v1/logout", &json!({})).await;
    let lines = world.app.store.audit(0, 100).await.unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|l| (l.action.as_str(), l.result.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("snapshot.import", "done"),
            ("snapshot.files", "done"),
            ("evaluation.add", "done"),
            ("evaluation.add", "done"),
            ("tree.state", "done"),
            ("snapshot.accept", "done"),
            ("snapshot.export", "done"),
            ("account.add", "done"),
            ("login", "refused"),
            ("logout", "done"),
        ]
    );
    for line in lines.iter().filter(|l| l.action != "evaluation.add") {
        assert_eq!(
            (line.actor.as_str(), line.address.as_str()),
            ("owner", "127.0.0.1")
        );
        assert_eq!(line.at, super::world::START);
    }
    let digest = &world.app.store.snapshots("county").await.unwrap()[0].digest;
    assert_eq!((&lines[0].object, &lines[0].new_hash), (&id, digest));
    assert!(!format!("{lines:?}").contains("Geheim"));
}

async fn statement_24_the_audit_shows_where_it_was_altered(world: World) {
    let who = world.person("audit", &["auditor"]).await;
    let mut change = world.app.store.change().await.unwrap();
    for n in 1..=9 {
        let object = format!("object {n}");
        let deed = Deed {
            actor: "x",
            action: "test",
            object: &object,
            ..Deed::default()
        };
        change.record(n, &deed).await.unwrap();
    }
    change.commit().await.unwrap();
    let broken = async || {
        let reply = world.get(Some(&who), "/api/v1/audit/verify").await;
        reply.json()["broken_at"].as_i64()
    };
    assert_eq!(broken().await, None);
    for (forge, mend, at) in [
        (
            "UPDATE audit SET object = 'other' WHERE seq = 4",
            "UPDATE audit SET object = 'object 4' WHERE seq = 4",
            4,
        ),
        (
            "UPDATE audit SET at = 70 WHERE seq = 7",
            "UPDATE audit SET at = 7 WHERE seq = 7",
            7,
        ),
        (
            "UPDATE audit SET actor = 'xt', action = 'est' WHERE seq = 2",
            "UPDATE audit SET actor = 'x', action = 'test' WHERE seq = 2",
            2,
        ),
    ] {
        world.app.store.tamper(forge).await.unwrap();
        assert_eq!(broken().await, Some(at), "{forge}");
        world.app.store.tamper(mend).await.unwrap();
        assert_eq!(broken().await, None);
    }
    // The newest line taken away is missed, also when others come after it.
    world
        .app
        .store
        .tamper("DELETE FROM audit WHERE seq = 9")
        .await
        .unwrap();
    assert_eq!(broken().await, Some(9));
    let mut change = world.app.store.change().await.unwrap();
    change.record(10, &Deed::default()).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(broken().await, Some(9));
    world
        .app
        .store
        .tamper("DELETE FROM audit WHERE seq = 5")
        .await
        .unwrap();
    assert_eq!(broken().await, Some(5));
    let verified = world.app.store.verify().await.unwrap();
    assert!(verified.broken[0].zh.contains("第 5 条"), "{verified:?}");
}

async fn statement_26_same_evaluation_bytes(world: World) {
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    let path = format!("/api/v1/snapshots/{id}/evaluate");
    let first = world.get(Some(&who), &path).await;
    assert_eq!(first.status, 200);
    // Without what is remembered, and without the files laid out.
    *world.app.answers.lock().unwrap() = Default::default();
    fs::remove_dir_all(&world.app.work).unwrap();
    assert_eq!(world.get(Some(&who), &path).await.bytes, first.bytes);
    // The command line says the same of the same files.
    let folder = Folder::new();
    let place = folder.0.join(&id);
    fs::create_dir(&place).unwrap();
    for (name, bytes) in county() {
        fs::write(place.join(name), bytes).unwrap();
    }
    let told = perform(&["evaluate", &place.display().to_string(), "--json"]);
    assert_eq!(told.into_bytes(), first.bytes);
    // What it was made of and by.
    let json = first.json();
    assert_eq!(json["input"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(json["standard"]["id"], "cn-2017-6");
    assert!(json["standard"]["version"].is_string());
    assert_eq!(json["program"]["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn statement_35_backup_while_writing_then_restore() {
    let world = World::sqlite().await;
    let who = world.person("owner", &["county"]).await;
    let id = world.county(&who).await;
    world.enrol().await;
    let (stop, written) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicI64::new(1)),
    );
    let writer = {
        let (store, stop, written) = (world.app.store.clone(), stop.clone(), written.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let mut change = store.change().await.unwrap();
                change
                    .record(
                        1,
                        &Deed {
                            action: "test",
                            ..Deed::default()
                        },
                    )
                    .await
                    .unwrap();
                change.commit().await.unwrap();
                written.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    let out = Folder::new();
    for n in 0..3 {
        let file = out.0.join(format!("{n}.db"));
        let before = written.load(Ordering::Relaxed);
        world.app.store.backup(&file).await.unwrap();
        let backup = Store::look(&file).await.unwrap();
        let verified = backup.verify().await.unwrap();
        assert!(verified.broken.is_empty(), "{verified:?}");
        assert!(verified.audit >= before, "{verified:?} {before}");
        // The files, and the evaluation in two languages.
        assert_eq!(
            verified.originals,
            i64::try_from(county().len() + 2).unwrap()
        );
        backup.close().await;
    }
    stop.store(true, Ordering::Relaxed);
    writer.await.unwrap();

    let (backup, data) = (out.0.join("2.db"), out.0.join("data"));
    restore(&backup, &data).await.unwrap();
    let app = open(&sqlite_url(&data), &data).await;
    // What came after the backup is gone; that it was put back is said.
    let line = app.store.audit(0, i64::MAX).await.unwrap().pop().unwrap();
    assert_eq!(
        (line.action.as_str(), line.result.as_str()),
        ("restore", "done")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&data).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "nobody else reads it");
    }
    let restored = World {
        app: app.clone(),
        router: router(&app),
        folder: Folder::new(),
        org: String::new(),
    };
    let path = format!("/api/v1/snapshots/{id}/evaluate");
    let (then, now) = (
        world.get(Some(&who), &path).await,
        restored.get(Some(&who), &path).await,
    );
    assert_eq!((then.status, then.bytes), (200, now.bytes));
    app.store.close().await;

    // What was there is kept beside it.
    restore(&backup, &data).await.unwrap();
    assert!(data.join(format!("{FILE}.before-1")).exists());
    let held = lock(&data).unwrap().unwrap();
    assert!(restore(&backup, &data).await.is_err(), "a running one");
    drop(held);
    assert!(restore(&backup, &data).await.is_ok());
}

#[tokio::test]
async fn statement_35_restore_refuses_what_is_damaged_or_newer() {
    let world = World::sqlite().await;
    let who = world.person("owner", &["county"]).await;
    world.county(&who).await;
    world.enrol().await;
    let good = world.folder.0.join("good.db");
    world.app.store.backup(&good).await.unwrap();
    let (bytes, data) = (fs::read(&good).unwrap(), world.folder.0.join("data"));
    let mut middle = bytes.clone();
    // An original's content lies here, or a page's head: either is noticed.
    for byte in &mut middle[bytes.len() / 2..bytes.len() / 2 + 4096] {
        *byte ^= 0x5a;
    }
    let cut = bytes[..bytes.len() / 2].to_vec();
    for (name, bytes) in [
        ("middle", middle),
        ("cut", cut),
        ("empty", Vec::new()),
        ("text", b"not a database".to_vec()),
    ] {
        let bad = world.folder.0.join(format!("{name}.db"));
        fs::write(&bad, bytes).unwrap();
        assert!(restore(&bad, &data).await.is_err(), "{name}");
        assert!(!data.join(FILE).exists(), "{name}");
    }
    world
        .app
        .store
        .tamper("INSERT INTO schema_version (version) VALUES (99)")
        .await
        .unwrap();
    let newer = world.folder.0.join("newer.db");
    world.app.store.backup(&newer).await.unwrap();
    assert!(restore(&newer, &data).await.is_err());
    assert!(Store::open(&sqlite_url(&world.folder.0)).await.is_err());
    assert!(restore(&good, &data).await.is_ok());
}

/// The command, which has threads of its own.
async fn restore(
    backup: &std::path::Path,
    data: &std::path::Path,
) -> Result<String, crate::error::Failure> {
    let words = [
        "junheng",
        "restore",
        &backup.display().to_string(),
        "--data",
        &data.display().to_string(),
    ]
    .map(str::to_owned);
    tokio::task::spawn_blocking(move || commands::perform(&words, Lang::Zh))
        .await
        .unwrap()
}
