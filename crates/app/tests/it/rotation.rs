//! `plan rotation`: the contract's document, the lists, and how it ends.

use std::fs;

use serde_json::Value;

use crate::program::{copy, good, json, run, scratch, word};

fn county(folder: &std::path::Path) {
    let arguments = [
        "generate",
        "county",
        "--schools",
        "16",
        "--seed",
        "4",
        "--out",
        "c",
    ];
    good(folder, &arguments);
}

#[test]
fn a_plan_says_what_the_contract_asks() {
    let folder = scratch("rotation");
    county(&folder);
    let ask = ["plan", "rotation", "c", "--itinerant", "--out", "o"];
    let (status, plan) = json(&folder, &ask);
    assert_eq!(status, 0);
    assert_eq!(plan["status"], "optimal");
    let moves = plan["moves"].as_array().unwrap();
    assert_eq!(plan["moved"], moves.len());
    let number = |key: &str| plan[key].as_f64().unwrap();
    assert!(number("moved") >= 0.1 * number("eligible"));
    assert!(number("moved_backbone") >= 0.2 * number("moved"));
    assert!(number("gap") <= 1e-6 && number("bound") <= number("objective"));
    assert!(number("failing_after") <= number("failing_before"));
    let metres: f64 = moves
        .iter()
        .map(|m| {
            let of = |key: &str| m[key].as_f64().unwrap();
            of("commute_metres_after") - of("commute_metres_before")
        })
        .sum();
    let objective = 1000.0 * number("moved") + metres / 1000.0;
    assert!((objective - number("objective")).abs() < 1e-6);
    for m in moves {
        for key in ["teacher_id", "from", "to", "reason"] {
            assert!(!m[key].as_str().unwrap().is_empty());
        }
        assert!(["wished", "assigned"].contains(&m["kind"].as_str().unwrap()));
    }
    for state in ["before", "after"] {
        assert!(!plan[state]["variation"].as_array().unwrap().is_empty());
        let sections = plan[state]["sections"].as_array().unwrap();
        let judged = |s: &Value| s["verdict"].is_string() == (s["in_scope"] == true);
        assert!(sections.iter().all(judged));
    }
    assert!(!plan["posts"].as_array().unwrap().is_empty());
    assert!(plan["itinerant"]["lacks"].is_array());
    // The same bytes again.
    let again = [&ask[..], &["--json"]].concat();
    assert_eq!(good(&folder, &again), good(&folder, &again));
    let list = fs::read_to_string(folder.join("o/by_school.csv")).unwrap();
    assert_eq!(list.lines().count(), moves.len() + 1);
    assert!(list.contains("2026-09-01,2029-09-01"), "{list}");
    assert!(folder.join("o/rotation.xlsx").exists());
    let notices = word(&folder.join("o/notices.docx"));
    assert_eq!(notices.matches("任教").count(), moves.len());
    assert!(
        notices.contains("自2026年9月1日起至2029年9月1日止"),
        "{notices}"
    );
}

#[test]
fn ends_as_the_contract_says() {
    let folder = scratch("rotation-ends");
    county(&folder);
    for wrong in [
        &["--share", "1.5"][..],
        &["--pin", "nobody"],
        &["--max-metres", "-1"],
        &["--lessons", "cooking=2"],
        &["--time-limit", "-1"],
    ] {
        let ran = run(&folder, &[&["plan", "rotation", "c"][..], wrong].concat());
        assert_eq!(ran.status, 2, "{wrong:?}: {}", ran.err);
    }
    // No teachers: a sentence, and status 0.
    copy(&folder.join("c"), &folder.join("bare"));
    fs::remove_file(folder.join("bare/teachers.csv")).unwrap();
    let text = good(&folder, &["plan", "rotation", "bare"]);
    assert!(text.contains("没有教师名册"), "{text}");
    // More than can move: what would do is named.
    let (status, plan) = json(&folder, &["plan", "rotation", "c", "--share", "1"]);
    assert_eq!((status, &plan["status"]), (0, &Value::from("infeasible")));
    assert!(plan["moves"].as_array().unwrap().is_empty());
    let conflict = plan["conflicts"][0].as_str().unwrap();
    assert!(conflict.contains("--share 0."), "{conflict}");
    // A teacher of an unknown school refuses the input.
    let path = folder.join("bare/teachers.csv");
    fs::write(
        path,
        "teacher_id,school_id,stage,eligible\nT1,nowhere,primary,1\n",
    )
    .unwrap();
    assert_eq!(run(&folder, &["plan", "rotation", "bare"]).status, 3);
}

#[test]
fn fits_80_columns_in_both_languages() {
    let folder = scratch("rotation-columns");
    county(&folder);
    for lang in ["zh", "en"] {
        let ask = [
            "plan",
            "rotation",
            "c",
            "--gap",
            "0.05",
            "--itinerant",
            "--lang",
            lang,
        ];
        let text = good(&folder, &ask);
        for line in text.lines() {
            let wide = |c: char| if c >= '\u{2e80}' { 2 } else { 1 };
            let columns: usize = line.chars().map(wide).sum();
            assert!(columns <= 80, "{lang}: {columns} columns: {line}");
        }
    }
}
