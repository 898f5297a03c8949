//! Help and messages in the language that was asked for, and in no other.

use std::collections::BTreeSet;

use crate::program::{good, run, scratch};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["template"],
    &["import"],
    &["mapping"],
    &["check"],
    &["evaluate"],
    &["explain"],
    &["compare"],
    &["forms"],
    &["report"],
    &["verify-paper"],
    &["fields"],
    &["standards"],
    &["forecast"],
    &["places"],
    &["generate"],
    &["generate", "county"],
    &["generate", "nation"],
    &["nation"],
    &["completions"],
    &["plan"],
    &["plan", "path"],
    &["plan", "rotation"],
    &["plan", "zones"],
    &["plan", "layout"],
    &["map"],
    &["serve"],
    &["backup"],
    &["restore"],
    &["verify"],
    &["rotate-key"],
];

fn chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Small letters that Chinese help may hold: names of options, values, files and programs.
const NAMES: &[&str] = &[
    "junheng",
    "mean",
    "students",
    "template",
    "import",
    "mapping",
    "check",
    "evaluate",
    "explain",
    "compare",
    "fields",
    "standards",
    "generate",
    "county",
    "counties",
    "nation",
    "plan",
    "parquet",
    "local",
    "years",
    "province",
    "ahead",
    "sn",
    "map",
    "plan",
    "completions",
    "csv",
    "xlsx",
    "xls",
    "toml",
    "zh",
    "current",
    "auditor",
    "en",
    "statistics",
    "oneroster",
    "retention",
    "compare",
    "round",
    "floor",
    "printed",
    "primary",
    "junior",
    "bash",
    "zsh",
    "fish",
    "powershell",
    "elvish",
    "version",
    "help",
    "lang",
    "out",
    "json",
    "timing",
    "marked",
    "previous",
    "standard",
    "overlay",
    "set",
    "item",
    "school",
    "schools",
    "stage",
    "seed",
    "year",
    "flaws",
    "unweighted",
    "forecast",
    "places",
    "plan",
    "years",
    "by",
    "township",
    "backtest",
    "plan",
    "rotation",
    "share",
    "backbone",
    "balance",
    "posts",
    "max",
    "metres",
    "pin",
    "refuse",
    "wishes",
    "first",
    "term",
    "years",
    "retire",
    "staff",
    "per",
    "class",
    "itinerant",
    "lessons",
    "gap",
    "time",
    "limit",
    "forms",
    "form",
    "declaration",
    "report",
    "verify",
    "paper",
    "docx",
    "pdf",
    "kind",
    "all",
    "self",
    "evaluation",
    "review",
    "rectification",
    "weak",
    "briefing",
    "evidence",
    "red",
    "head",
    "templates",
    "write",
    "bundle",
    "adjacency",
    "not",
    "worse",
    "off",
    "block",
    "id",
    "postgres",
];

/// Names that a help page itself gives: its options, and the commands at the head of a line.
fn names(help: &str) -> BTreeSet<&str> {
    let first = help
        .lines()
        .filter(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next());
    let options = help
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| word.starts_with("--"));
    let usage = help
        .lines()
        .filter_map(|line| line.strip_prefix("用法："))
        .flat_map(str::split_whitespace);
    first
        .chain(options)
        .chain(usage)
        .flat_map(|word| word.split(|c: char| !c.is_ascii_alphabetic()))
        .collect()
}

#[test]
fn help_is_in_one_language() {
    let folder = scratch("help");
    let mut foreign = Vec::new();
    for command in COMMANDS {
        let english = good(&folder, &[*command, &["--help", "--lang", "en"]].concat());
        assert!(!chinese(&english), "{command:?}\n{english}");
        let help = good(&folder, &[*command, &["--help", "--lang", "zh"]].concat());
        assert!(chinese(&help));
        let named = names(&help);
        for word in help.split(|c: char| !c.is_ascii_alphabetic()) {
            let small = word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
            if small && !NAMES.contains(&word) && !named.contains(word) {
                foreign.push((command, word.to_owned()));
            }
        }
        for word in ["OPTIONS", "COMMAND", "Usage"] {
            assert!(!help.contains(word), "{command:?}: {word}\n{help}");
        }
    }
    assert!(foreign.is_empty(), "{foreign:?}");
}

#[test]
fn help_and_tables_fit_80_columns() {
    let folder = scratch("columns");
    crate::program::demo(&folder);
    for lang in ["zh", "en"] {
        for arguments in [
            &["evaluate", "demo"][..],
            &["check", "demo"],
            &["explain", "demo", "--item", "R2"],
            &["explain", "demo", "--item", "R1"],
            &["compare", "demo", "demo"],
            &["forecast", "demo", "--years", "5", "--backtest", "4"],
            &["forecast", "demo", "--by", "township", "--explain"],
            &["places", "demo"],
            &["plan", "rotation", "demo", "--gap", "0.01", "--itinerant"],
        ] {
            let text = good(&folder, &[arguments, &["--lang", lang]].concat());
            for line in text.lines() {
                let wide: usize = line
                    .chars()
                    .map(|c| match c {
                        '\u{300}'..='\u{36f}' => 0,
                        '\u{2e80}'.. => 2,
                        _ => 1,
                    })
                    .sum();
                assert!(wide <= 80, "{arguments:?} {lang}: {wide} columns: {line}");
            }
        }
    }
}

#[test]
fn the_locale_decides_where_nothing_is_said() {
    let folder = scratch("locale");
    let about = |value: &str| {
        let output = std::process::Command::new(crate::program::JUNHENG)
            .arg("--help")
            .current_dir(&folder)
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env("LANG", value)
            .output()
            .unwrap();
        chinese(&String::from_utf8(output.stdout).unwrap())
    };
    assert!(about("C"));
    assert!(about(""));
    assert!(about("zh_CN.GB18030"));
    assert!(!about("en_GB.UTF-8"));
}

#[test]
fn unusable_arguments_are_a_sentence() {
    let folder = scratch("arguments");
    for (arguments, zh) in [
        (&["evaluat"][..], "没有命令 evaluat"),
        (&["evaluate"], "缺少"),
        (&["evaluate", "demo", "--twice"], "没有选项 --twice"),
        (
            &["explain", "demo", "--item", "L1", "--stage", "high"],
            "high",
        ),
        (&["generate", "county", "--schools", "0", "--out", "x"], "0"),
        (&["evaluate", "demo", "-1"], "不取负数"),
        (&["evaluate", "demo", "other"], "多了一个参数 other"),
    ] {
        let ran = run(&folder, arguments);
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(ran.err.contains(zh), "{}", ran.err);
        assert!(ran.out.is_empty());
        let english = run(&folder, &[arguments, &["--lang", "en"]].concat());
        assert!(!chinese(&english.err), "{}", english.err);
    }
    assert_eq!(run(&folder, &[]).status, 2);
}
