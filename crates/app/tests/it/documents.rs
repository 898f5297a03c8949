//! The documents show what the program really prints.
//!
//! Each ```` ```console ```` block is run: a line that begins with `$ ` is given to a shell, the
//! lines below it are its output. A line `...` stands for any number of lines, once per command.
//! All blocks of a document share one folder, which has the demo county, `examples` and, where the
//! machine has it, the real data. `UPDATE_EXPECT=1` writes what the program prints now.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::program::{JUNHENG, copy, demo, real_data, scratch};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn readme() {
    hold("README.md", "en_GB.UTF-8", false);
}

#[test]
fn readme_in_chinese() {
    hold("README.zh-CN.md", "zh_CN.UTF-8", false);
}

#[test]
fn methods_of_plans() {
    hold("docs/method/path.md", "en_GB.UTF-8", false);
    hold("docs/method/rotation.md", "en_GB.UTF-8", false);
}

#[test]
fn method_of_variation() {
    hold("docs/method/variation.md", "en_GB.UTF-8", false);
}

#[test]
fn real_data_page() {
    hold("docs/real-data.md", "en_GB.UTF-8", true);
}

/// Every document with a block is named above: none goes unchecked.
#[test]
fn no_document_is_forgotten() {
    let checked = [
        "README.md",
        "README.zh-CN.md",
        "docs/method/path.md",
        "docs/method/rotation.md",
        "docs/method/variation.md",
        "docs/real-data.md",
    ];
    for folder in [".", "docs", "docs/method", "docs/decisions"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = match path.extension() {
                Some(e) if e == "md" => fs::read_to_string(&path).unwrap(),
                _ => continue,
            };
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let known = checked.iter().any(|c| c.ends_with(&name));
            assert!(known || !text.contains("```console"), "{name}");
        }
    }
}

/// Runs a document's blocks and compares, or rewrites them.
fn hold(name: &str, locale: &str, real: bool) {
    let data = real_data();
    if real && data.is_none() {
        return;
    }
    let folder = scratch(&name.replace('/', "-"));
    demo(&folder);
    copy(
        &root().join("examples/mapping"),
        &folder.join("examples/mapping"),
    );
    copy(
        &root().join("crates/app/tests/packs/staff"),
        &folder.join("crates/app/tests/packs/staff"),
    );
    if let Some(data) = data.filter(|_| real) {
        for set in [
            "county-330182",
            "district-330108",
            "oneroster-sample",
            "bcps-southwest",
            "bundles/zones-bcps",
        ] {
            copy(&data.join(set), &folder.join(set));
        }
    }
    let path = root().join(name);
    let text = fs::read_to_string(&path).unwrap();
    let fresh = rewritten(&text, &|command| shell(command, &folder, locale));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, fresh).unwrap();
    } else {
        let (shown, now): (Vec<&str>, Vec<&str>) =
            (text.lines().collect(), fresh.lines().collect());
        let differ = shown.iter().zip(&now).position(|(a, b)| a != b);
        assert!(
            text == fresh,
            "{name} line {}: UPDATE_EXPECT=1 rewrites it\n shown: {:?}\n now:   {:?}",
            differ.unwrap_or_default() + 1,
            differ.map(|n| shown[n]),
            differ.map(|n| now[n]),
        );
    }
}

/// Both streams of a command line, in the order they come.
fn shell(command: &str, folder: &Path, locale: &str) -> String {
    let bin = Path::new(JUNHENG).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("( {command} ) 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env("LC_ALL", locale)
        .env("COLUMNS", "80")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The document with the output of its commands as it is now; elided lines stay elided.
fn rewritten(text: &str, run: &dyn Fn(&str) -> String) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut lines = text.lines().peekable();
    let mut inside = false;
    while let Some(line) = lines.next() {
        out.push(line.to_owned());
        if line.starts_with("```") {
            inside = !inside && line == "```console";
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| inside) else {
            continue;
        };
        let mut shown = Vec::new();
        while let Some(line) = lines.next_if(|l| !l.starts_with("$ ") && !l.starts_with("```")) {
            shown.push(line.to_owned());
        }
        out.extend(elided(&shown, &run(command)));
    }
    out.join("\n") + "\n"
}

/// `now` with as much left out as `shown` leaves out.
fn elided(shown: &[String], now: &str) -> Vec<String> {
    let now: Vec<String> = now.lines().map(|l| l.trim_end().to_owned()).collect();
    let Some(at) = shown.iter().position(|l| l == "...") else {
        return now;
    };
    let tail = shown.len() - at - 1;
    if at + tail >= now.len() {
        return now;
    }
    let dots = ["...".to_owned()];
    [&now[..at], &dots[..], &now[now.len() - tail..]].concat()
}

#[test]
fn output_is_compared_but_for_what_is_left_out() {
    let page = "text\n```console\n$ a\n1\n...\n4\n$ b\nold\n```\n$ c\n";
    let run = |command: &str| match command {
        "a" => "1\n2\n3\n4\n".to_owned(),
        _ => "new\n".to_owned(),
    };
    let want = "text\n```console\n$ a\n1\n...\n4\n$ b\nnew\n```\n$ c\n";
    assert_eq!(rewritten(page, &run), want);
}
