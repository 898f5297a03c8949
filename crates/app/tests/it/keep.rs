//! What a site keeps elsewhere: sealed backups, and the key of secrets.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::program::{JUNHENG, good, run, scratch};
use crate::serve::{Server, kill};

/// A backup a day by itself, sealed, into a folder of its own; a drill restores it.
#[test]
fn statement_36_backups_are_made_sealed_and_restored() {
    let folder = scratch("sealed");
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    fs::write(
        folder.join("site.key"),
        "a-key-of-the-site-kept-elsewhere-0123456789",
    )
    .unwrap();
    fs::write(
        folder.join("other.key"),
        "another-key-of-the-site-0123456789-abcdefgh",
    )
    .unwrap();
    let (away, key) = (folder.join("away"), folder.join("site.key"));
    let mut command = Command::new(JUNHENG);
    command.args(["serve", "--listen", "127.0.0.1:0", "--backup-to"]);
    command
        .arg(&away)
        .arg("--backup-key")
        .arg(&key)
        .arg("--data");
    let mut server = Server::run(&mut command, &data, false);
    server.set_up();
    let made = (0..200).find_map(|_| {
        thread::sleep(Duration::from_millis(50));
        let entries = fs::read_dir(&away).ok()?;
        let all = entries.map(|e| e.unwrap().path());
        let mut all = all.filter(|p| p.extension().is_some_and(|e| e == "backup"));
        all.next()
    });
    let made = made.unwrap().display().to_string();
    // One is enough for a day.
    thread::sleep(Duration::from_millis(200));
    assert_eq!(fs::read_dir(&away).unwrap().count(), 1);
    let bytes = fs::read(&made).unwrap();
    assert!(!bytes.windows(6).any(|w| w == b"SQLite" || w == b"junhen"));
    assert_eq!(run(&folder, &["verify", &made]).status, 2, "sealed");
    assert_eq!(
        run(&folder, &["verify", &made, "--key", "other.key"]).status,
        1
    );
    assert_eq!(
        run(&folder, &["verify", &made, "--key", "none.key"]).status,
        2
    );
    good(&folder, &["verify", &made, "--key", "site.key"]);
    let word = data.display().to_string();
    good(
        &folder,
        &[
            "backup", "--data", &word, "--out", "by-hand", "--key", "site.key",
        ],
    );
    good(
        &folder,
        &["restore", "by-hand", "--data", "drill", "--key", "site.key"],
    );
    good(&folder, &["verify", "drill"]);
    let left = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().file_name());
    let left: Vec<_> = left
        .filter(|n| n.to_string_lossy().ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    kill(&mut server.process);
}

/// The key of secrets lies where the site says, and is changed while nobody is served.
#[test]
fn statement_41_the_key_lies_elsewhere_and_is_changed() {
    let folder = scratch("key");
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let key = folder.join("elsewhere.key");
    let mut command = Command::new(JUNHENG);
    command.args(["serve", "--listen", "127.0.0.1:0", "--secret-key"]);
    let mut server = Server::run(command.arg(&key).arg("--data"), &data, false);
    server.set_up();
    assert!(!data.join("key").exists());
    let before = fs::read(&key).unwrap();
    let rotate = [
        "rotate-key",
        "--data",
        "data",
        "--secret-key",
        "elsewhere.key",
    ];
    assert_eq!(run(&folder, &rotate).status, 1, "while it is served");
    assert_eq!(fs::read(&key).unwrap(), before);
    kill(&mut server.process);
    good(&folder, &rotate);
    assert_ne!(fs::read(&key).unwrap(), before);
    assert_eq!(fs::read(folder.join("elsewhere.key.old")).unwrap(), before);
    fs::write(folder.join("other.key"), "00".repeat(32)).unwrap();
    let other = ["rotate-key", "--data", "data", "--secret-key", "other.key"];
    let none = run(&folder, &["rotate-key", "--data", "data"]);
    assert!(
        none.status != 0 && !data.join("key").exists(),
        "none is made"
    );
    let refused = run(&folder, &other);
    assert!(
        refused.status == 1 && refused.err.contains("--lost"),
        "{}",
        refused.err
    );
    good(&folder, &["verify", "data"]);
}
