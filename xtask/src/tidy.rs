//! House rules that neither rustfmt nor clippy knows.

use anyhow::{Result, ensure};

use crate::run::{command, output, root};

/// Longer source files are split.
const LINES: usize = 600;

/// Endings of the files that people write; the rest is data or made by a program.
const WRITTEN: &[&str] = &[
    ".css", ".html", ".md", ".rs", ".sh", ".toml", ".ts", ".vue", ".yml",
];

/// Folders of one person's machine.
const MACHINE: &[&str] = &["/work/", "/root/", "/home/", "/tmp/", "/Users/"];

/// Words of unfinished work, in code.
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "TODO", "FIXME", "XXX"];

/// The one registry that a lock file may name; a mirror is the business of one's own machine.
const SOURCES: &[&str] = &[
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"",
    "\"resolved\": \"https://registry.npmjs.org/",
];

/// This file spells what it forbids.
const HERE: &str = "xtask/src/tidy.rs";

/// Fails with every rule that a committed file breaks.
pub(crate) fn tidy() -> Result<()> {
    let list = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let files = output(command("git", &list))?;
    let mut broken = Vec::new();
    let mut read = 0;
    for path in files.split_terminator('\0') {
        // Deleted and not yet committed, or not text: no rule applies.
        let Ok(text) = std::fs::read_to_string(root().join(path)) else {
            continue;
        };
        read += 1;
        broken.extend(lines_broken(path, &text));
        broken.extend(dead_links(path, &text, &|target| {
            root().join(target).exists()
        }));
    }
    ensure!(broken.is_empty(), "{}", broken.join("\n"));
    println!("{read} text files keep the house rules");
    Ok(())
}

/// The rules about the text of one file.
fn lines_broken(path: &str, text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let mut tell = |row: usize, what: &str| broken.push(format!("{path}:{row}: {what}"));
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    let lock = ends(&["Cargo.lock", "package-lock.json"]);
    let written = ends(WRITTEN) || path.starts_with(".ci/");
    let code = written && !path.ends_with(".md") && path != HERE;
    for (row, line) in (1..).zip(text.lines()) {
        let start = line.trim_start();
        let source = start.starts_with("source = ") || start.starts_with("\"resolved\": ");
        if lock && source && !SOURCES.iter().any(|s| start.starts_with(s)) {
            tell(row, "a registry other than the public one");
        }
        if !written {
            continue;
        }
        if line.ends_with([' ', '\t']) {
            tell(row, "trailing blank");
        }
        if path.ends_with(".rs") && line.contains('\t') {
            tell(row, "tab");
        }
        if path != HERE && MACHINE.iter().any(|folder| names_folder(line, folder)) {
            tell(row, "a path of one machine");
        }
        if code && UNFINISHED.iter().any(|word| has_word(line, word)) {
            tell(row, "unfinished work");
        }
    }
    if written && !text.is_empty() && !text.ends_with('\n') {
        tell(text.lines().count(), "no newline at the end");
    }
    let length = text.lines().count();
    if ends(&[".rs", ".ts", ".vue"]) && length > LINES {
        tell(length, &format!("more than {LINES} lines: split the file"));
    }
    broken
}

/// Whether `folder` stands in `line` as an absolute path, not as the middle of a relative one or of
/// an address.
fn names_folder(line: &str, folder: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "_-./~)}>*".contains(c);
    line.match_indices(folder)
        .any(|(at, _)| !line[..at].ends_with(inside))
}

fn has_word(line: &str, word: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(inside) && !line[at + word.len()..].starts_with(inside)
    })
}

/// Links of a Markdown page to files that are not there.
fn dead_links(path: &str, text: &str, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    let mut fenced = false;
    let lines = if path.ends_with(".md") { text } else { "" };
    for (row, line) in (1..).zip(lines.lines()) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        // What stands between backticks is code.
        let prose: String = line.split('`').step_by(2).collect();
        for link in prose
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', ' ']).next())
        {
            let file = link.split('#').next().unwrap_or_default();
            let elsewhere = file.is_empty() || file.contains(':');
            if !fenced && !elsewhere && !exists(&join(path, file)) {
                broken.push(format!("{path}:{row}: dead link to {link}"));
            }
        }
    }
    broken
}

/// `link` as seen from the root of the workspace.
fn join(page: &str, link: &str) -> String {
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "" | "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_file_is_clean() {
        assert!(lines_broken("a.rs", "fn a() {}\n").is_empty());
        assert!(lines_broken("a.rs", "").is_empty());
    }

    #[test]
    fn each_rule_speaks() {
        let long = "//\n".repeat(LINES + 1);
        for (path, text, expected) in [
            ("a.rs", "fn a() {}", "a.rs:1: no newline at the end"),
            ("a.md", "a \n", "a.md:1: trailing blank"),
            ("a.rs", "\n\tx\n", "a.rs:2: tab"),
            ("a.rs", "\"/home/me\"\n", "a.rs:1: a path of one machine"),
            (
                ".ci/run",
                "cd /root/x\n",
                ".ci/run:1: a path of one machine",
            ),
            ("a.rs", "// FIXME: later\n", "a.rs:1: unfinished work"),
            ("a.rs", "todo!()\n", "a.rs:1: unfinished work"),
            (
                "a.rs",
                &long,
                "a.rs:601: more than 600 lines: split the file",
            ),
            (
                "Cargo.lock",
                "source = \"registry+https://mirror.example/index\"\n",
                "Cargo.lock:1: a registry other than the public one",
            ),
        ] {
            assert_eq!(lines_broken(path, text), [expected]);
        }
    }

    #[test]
    fn look_alikes_pass() {
        for (path, text) in [
            (
                "a.rs",
                "\"docs/work/plan\" https://example.org/home/x XXXL\n",
            ),
            ("a.md", "The form of XXX county\n"),
            ("a.csv", "a,b \t"),
        ] {
            assert_eq!(lines_broken(path, text), [""; 0]);
        }
    }

    #[test]
    fn links() {
        let page = "[a](b.md#c) [d](../x.md) `[e](f)` [g](https://example.org) [h](#i)\n\
                    ```\n[j](k)\n```\n[l](m.md)\n";
        let exists = |path: &str| ["docs/b.md", "x.md"].contains(&path);
        assert_eq!(
            dead_links("docs/a.md", page, &exists),
            ["docs/a.md:5: dead link to m.md"]
        );
    }
}
