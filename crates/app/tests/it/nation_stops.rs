//! `nation` stopped in the middle: by a full disk, a kill, an interrupt.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::nation::{files, made};
use crate::program::{JUNHENG, good, scratch};

/// A disk that fills up: a sentence that is true, whole years, and nothing half.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_whole_years() {
    let folder = scratch("nation_full_disk");
    made(&folder);
    let limited = |blocks: u32, arguments: &str| {
        let script =
            format!("trap '' XFSZ; ulimit -f {blocks}; exec '{JUNHENG}' {arguments} --lang en");
        let ran = Command::new("sh")
            .args(["-c", &script])
            .current_dir(&folder)
            .output()
            .unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(1), "{said}");
        assert!(
            said.contains("the years written before are whole"),
            "{said}"
        );
    };
    limited(8, "nation n --out o");
    limited(8, "generate nation --counties 5 --years 2 --out g");
    for out in ["o", "g"] {
        assert!(files(&folder.join(out)).is_empty(), "{out}");
    }
    // The years fit, the papers do not.
    let largest = |out: &str| files(&folder.join(out)).iter().map(|f| f.1.len()).max();
    good(&folder, &["nation", "n", "--out", "o"]);
    let paper = largest("o").unwrap();
    let table = (2020..=2025).filter_map(|y| largest(&format!("o/year={y}")));
    assert!(table.max().unwrap() < paper / 2, "no room between them");
    fs::remove_dir_all(folder.join("o")).unwrap();
    limited(u32::try_from(paper / 2 / 512).unwrap(), "nation n --out o");
    assert_eq!(files(&folder.join("o")).len(), 6 * 7);
    good(&folder, &["nation", "n", "--out", "o"]);
}

/// Killed in the middle at different times and run again: the same bytes as never killed.
#[test]
fn killed_and_resumed_is_the_same() {
    let folder = scratch("nation_killed");
    let made = [
        "generate",
        "nation",
        "--counties",
        "60",
        "--years",
        "6",
        "--out",
        "n",
    ];
    good(&folder, &made);
    good(&folder, &["nation", "n", "--out", "whole"]);
    let whole = files(&folder.join("whole"));
    let mut cut = 0;
    for wait in [20, 60, 100, 150, 220, 300] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_junheng"))
            .args(["nation", "n", "--out", "out"])
            .current_dir(&folder)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        cut += usize::from(child.try_wait().unwrap().is_none());
        // It may have ended by itself.
        drop(child.kill());
        child.wait().unwrap();
        if !folder.join("out").exists() {
            continue;
        }
        // Every year that says it is whole is.
        for (name, bytes) in files(&folder.join("out")) {
            if let Some((year, "done.json")) = name.split_once('/') {
                let note: Value = serde_json::from_slice(&bytes).unwrap();
                for file in note["files"].as_object().unwrap().keys() {
                    let name = format!("{year}/{file}");
                    let same =
                        |(n, b): &&(String, Vec<u8>)| *n == name && files_have(&folder, n, b);
                    assert!(whole.iter().any(|f| same(&f)), "{name}");
                }
            }
        }
    }
    assert!(cut > 0, "none was killed in the middle");
    good(&folder, &["nation", "n", "--out", "out"]);
    // A killed run may leave the summary beside its place.
    let mut left = files(&folder.join("out"));
    left.retain(|(name, _)| name.contains('/') || !name.ends_with(".part"));
    assert!(left == whole, "resumed, it is the same");
}

fn files_have(folder: &Path, name: &str, bytes: &[u8]) -> bool {
    fs::read(folder.join("out").join(name)).is_ok_and(|found| found == bytes)
}

/// Ctrl-C ends it with a sentence; what is there is whole, and running again goes on.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_half() {
    let folder = scratch("nation_interrupted");
    let made = [
        "generate",
        "nation",
        "--counties",
        "400",
        "--years",
        "6",
        "--out",
        "n",
    ];
    good(&folder, &made);
    let child = Command::new(env!("CARGO_BIN_EXE_junheng"))
        .args(["nation", "n", "--out", "out", "--lang", "en"])
        .current_dir(&folder)
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // The folder is made just before the interrupt is listened for.
    while !folder.join("out/year=2020").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("stopped as asked"), "{said}");
    let years = fs::read_dir(folder.join("out"))
        .unwrap()
        .map(|e| e.unwrap().path());
    for year in years.filter(|path| path.is_dir()) {
        assert_eq!(
            fs::read_dir(&year).unwrap().count(),
            7,
            "{}",
            year.display()
        );
    }
    good(&folder, &["nation", "n", "--out", "out"]);
    good(&folder, &["nation", "n", "--out", "whole"]);
    assert!(files(&folder.join("out")) == files(&folder.join("whole")));
}
