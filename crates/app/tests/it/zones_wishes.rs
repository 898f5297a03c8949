//! `plan zones`: grades that stay, locked and shared zones, plans side by side; and what must be
//! said of each kind of bad input.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{good, json, run};
use crate::zones::{ASK, County, conflict, number, plan, school_of};

fn school<'a>(plan: &'a Value, id: &str) -> &'a Value {
    let rows = plan["schools"].as_array().unwrap();
    rows.iter().find(|s| s["school_id"] == id).unwrap()
}

#[test]
fn a_locked_zone_in_pieces_is_told() {
    let mut county = County::new();
    county.blocks = county
        .blocks
        .replace("b5,5村,镇1,500,10,A", "b5,5村,镇1,500,10,B");
    let folder = county.write("zones_locked_pieces");
    let got = plan(&folder, &["--lock-zone", "B"]);
    assert!(got["notes"].to_string().contains("照旧：西小学"), "{got}");
    // What it cuts off may be let free by giving the lock up.
    assert_eq!(got["conflicts"][0]["code"], "island");
    let help = got["conflicts"][0]["relaxation"].as_str().unwrap();
    assert!(help.contains("取消 --lock-zone"), "{help}");
    assert_eq!(run(&folder, &[ASK, &["--lock", "."]].concat()).status, 2);
}

#[test]
fn every_plan_has_its_files_and_the_notice_says_who_stays() {
    let folder = County::new().write("zones_files");
    let ask = ["--plans", "2", "--grandfather", "--out", "plan"];
    let text = good(&folder, &[ASK, &ask].concat());
    assert!(text.contains("(首年新生)"), "{text}");
    let read = |name: &str| fs::read_to_string(folder.join("plan").join(name)).unwrap();
    let notice = read("notice.txt");
    assert!(notice.starts_with("某县 2025 学年小学学区"), "{notice}");
    assert!(notice.contains("在校各年级学生留在原校就读"), "{notice}");
    assert_ne!(read("assignment.csv"), read("assignment-2.csv"));
    assert!(read("map-2.svg").starts_with("<svg "));
    // Who changes school in the first year is a sixth of the children; both are told.
    let changes = read("changes.csv");
    let mut lines = changes.lines();
    let heads: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |line: &str, name: &str| -> f64 {
        let at = heads.iter().position(|h| *h == name).unwrap();
        line.split(',').nth(at).unwrap().parse().unwrap()
    };
    let lines: Vec<&str> = lines.collect();
    assert!(!lines.is_empty(), "{changes}");
    for line in lines {
        let (all, first) = (
            column(line, "children"),
            column(line, "first_year_children"),
        );
        assert!((all / 6.0 - first).abs() < 1e-5, "{line}");
    }
    assert!(!folder.join("plan/assignment-3.csv").exists());
    // A block without an area where others have one is missing on the map, and told.
    let square =
        r#"{"type":"Polygon","coordinates":[[[120,30],[120.1,30],[120.1,30.1],[120,30]]]}"#;
    let areas = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"block_id":"b1"}},"geometry":{square}}}]}}"#
    );
    fs::write(folder.join("blocks.geojson"), areas).unwrap();
    let text = good(&folder, &[ASK, &["--out", "drawn"]].concat());
    assert!(
        text.replace("\n  ", "").contains("没有这些居住单元的面"),
        "{text}"
    );
}

#[test]
fn grades_in_school_stay_and_count() {
    let folder = County::new().write("zones_grandfather");
    // Today 6 villages of 10 at A, 3 at B: 50 stay at A, 25 at B; entrants are a sixth.
    let got = plan(&folder, &["--grandfather"]);
    assert_eq!(number(school(&got, "A"), "enrolled"), 50.0);
    assert_eq!(number(school(&got, "B"), "enrolled"), 25.0);
    for id in ["A", "B"] {
        let at = school(&got, id);
        let all = number(at, "enrolled") + number(at, "load") / 6.0;
        assert!((number(at, "first_year_load") - all).abs() < 1e-9);
        assert!(all <= number(at, "places") + 1e-9);
    }
    // A sixth of each village that changes.
    assert!(number(&got, "moved_students") < 10.0);
    assert!(
        got["notes"].to_string().contains("现行学区"),
        "{}",
        got["notes"]
    );
    assert!(got["schools"][0]["enrolled"].is_number());
    let text = good(&folder, &[ASK, &["--grandfather"]].concat());
    assert!(text.contains("首年：在校各年级留在原校"), "{text}");
    // Of the grades that are counted, not of the zone.
    let mut history = "school_id,year,grade,students\n".to_owned();
    for grade in 1..=6 {
        history.push_str(&format!(
            "A,2025,{grade},{}\nA,2024,{grade},99\n",
            7 + grade
        ));
    }
    fs::write(folder.join("enrolment_history.csv"), history).unwrap();
    let got = plan(&folder, &["--grandfather"]);
    assert_eq!(
        number(school(&got, "A"), "enrolled"),
        8.0 + 9.0 + 10.0 + 11.0 + 12.0
    );
    assert_eq!(number(school(&got, "B"), "enrolled"), 25.0);
    assert!(got["notes"].to_string().contains("2025 学年"));
    // Siblings stay too.
    let siblings = plan(&folder, &["--grandfather", "--siblings", "0.3"]);
    assert_eq!(number(school(&siblings, "B"), "enrolled"), 25.0 + 0.3 * 5.0);
    assert!(number(&siblings, "moved_students") <= number(&got, "moved_students"));
    assert_eq!(
        run(&folder, &[ASK, &["--siblings", "0.3"]].concat()).status,
        2
    );
    let ran = run(
        &folder,
        &[ASK, &["--grandfather", "--siblings", "1"]].concat(),
    );
    assert_eq!(ran.status, 2);
    // Without the option nothing is asked of the table.
    let plain = plan(&folder, &[]);
    assert!(school(&plain, "A")["enrolled"].is_null());
}

#[test]
fn those_who_stay_may_be_too_many() {
    let mut county = County::new();
    county.sections = county.sections.replace("A,primary,60", "A,primary,40");
    let got = plan(&county.write("zones_stay_over"), &["--grandfather"]);
    assert_eq!(got["status"], "infeasible");
    assert_eq!(got["conflicts"][0]["code"], "enrolled");
    let help = got["conflicts"][0]["relaxation"].as_str().unwrap();
    assert!(help.contains("--max-load 1.25"), "{help}");
}

#[test]
fn a_zone_may_be_locked_whole() {
    let folder = County::new().write("zones_lock_zone");
    let got = plan(&folder, &["--lock-zone", "A"]);
    for at in 1..=9 {
        let today = if at <= 6 { "A" } else { "B" };
        assert_eq!(school_of(&got, &format!("b{at}")), today);
    }
    assert_eq!(number(&got, "moved_students"), 0.0);
    assert_eq!(got["status"], "optimal");
    let (status, said) = json(&folder, &[ASK, &["--lock-zone", "C"]].concat());
    assert_eq!(
        (status, &said["findings"][0]["code"]),
        (3, &"zones_school_unknown".into())
    );
    let mut county = County::new();
    county.sections = county.sections.replace("A,primary,60", "A,primary,59");
    assert_eq!(
        conflict("zones_lock_full", &county, &["--lock-zone", "A"]),
        "locked_zone_full"
    );
    assert_eq!(
        conflict(
            "zones_lock_against",
            &County::new(),
            &["--lock-zone", "A", "--lock", "b2=B"]
        ),
        "locked_zone"
    );
}

#[test]
fn schools_may_share_a_zone() {
    let mut county = County::new();
    county.schools.push_str("C,中小学,211,public,b5\n");
    county.sections.push_str("C,primary,30\n");
    for at in 1..=9i32 {
        county
            .travel
            .push_str(&format!("b{at},C,{}\n", 1_000 * (at - 5).abs()));
    }
    let folder = county.write("zones_group");
    let got = plan(&folder, &["--group", "A+C", "--out", "plan"]);
    assert_eq!(got["groups"], serde_json::json!([["A", "C"]]));
    let (a, c) = (school(&got, "A"), school(&got, "C"));
    assert_eq!(number(a, "load"), 2.0 * number(c, "load"));
    assert_eq!(a["load_ratio"], c["load_ratio"]);
    let rows = got["assignment"].as_array().unwrap();
    let first: Vec<&Value> = rows.iter().filter(|r| r["block_id"] == "b1").collect();
    assert_eq!(first.len(), 2);
    assert!((number(first[0], "share") - 2.0 / 3.0).abs() < 1e-12);
    let notice = fs::read_to_string(folder.join("plan/notice.txt")).unwrap();
    assert!(
        notice.contains("东小学、中小学（共用一个学区，多校划片"),
        "{notice}"
    );
    let map = fs::read_to_string(folder.join("plan/zones.geojson")).unwrap();
    assert!(map.contains(r#""shared_with":["C"]"#), "{map}");
    let text = good(&folder, &[ASK, &["--group", "A+C"]].concat());
    assert!(text.contains("多校划片"));
    for wrong in ["A", "A+", "+"] {
        assert_eq!(run(&folder, &[ASK, &["--group", wrong]].concat()).status, 2);
    }
    let twice = json(
        &folder,
        &[ASK, &["--group", "A+C", "--group", "A+B"]].concat(),
    );
    assert_eq!(
        (twice.0, &twice.1["findings"][0]["code"]),
        (3, &"zones_group_twice".into())
    );
}

fn compared(folder: &Path, options: &[&str]) -> Vec<Value> {
    let got = plan(folder, options);
    got["compared"].as_array().unwrap().clone()
}

#[test]
fn plans_stand_side_by_side() {
    let folder = County::new().write("zones_compare");
    let mut one = "plan,block_id,school_id\n".to_owned();
    for at in 1..=9 {
        one.push_str(&format!("左,b{at},{}\n", if at <= 6 { "A" } else { "B" }));
        one.push_str(&format!(
            "碎,b{at},{}\n",
            if at % 2 == 1 { "A" } else { "B" }
        ));
    }
    fs::write(folder.join("theirs.csv"), one).unwrap();
    fs::write(
        folder.join("published.csv"),
        "plan,students_moved_vs_1516,mean_km,max_utilization,extra_components\nOpt1,871,1.1,1.179,1\n",
    )
    .unwrap();
    let files = ["--compare", "theirs.csv", "--compare", "published.csv"];
    let all = compared(&folder, &[&files[..], &["--out", "plan"]].concat());
    let names: Vec<&str> = all.iter().map(|c| c["plan"].as_str().unwrap()).collect();
    assert_eq!(names, ["现行学区", "本程序方案 1", "左", "碎", "Opt1"]);
    // The file that is today's zoning stands as today does.
    for key in [
        "student_km",
        "moved_students",
        "greatest_load_ratio",
        "extra_pieces",
        "broken",
    ] {
        assert_eq!(all[0][key], all[2][key], "{key}");
    }
    assert_eq!(number(&all[0], "student_km"), 180.0);
    assert_eq!(number(&all[1], "student_km"), 160.0);
    assert_eq!(number(&all[3], "extra_pieces"), 4.0 + 3.0);
    let rules: Vec<&str> = all[3]["broken"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["home", "pieces"]);
    assert_eq!(number(&all[4], "student_km"), 99.0);
    assert!(all[4]["broken"].is_null());
    let table = fs::read_to_string(folder.join("plan/compared.csv")).unwrap();
    assert_eq!(table.lines().count(), 6);
    let text = good(&folder, &[ASK, &files[..]].concat());
    assert!(
        text.contains("方案比较") && text.contains("公布的数字"),
        "{text}"
    );
}

#[test]
fn plans_of_others_may_be_wrong() {
    let folder = County::new().write("zones_compare_wrong");
    let said = |text: &str| {
        fs::write(folder.join("theirs.csv"), text).unwrap();
        let (status, said) = json(&folder, &[ASK, &["--compare", "theirs.csv"]].concat());
        assert_eq!(status, 3, "{said}");
        let first = &said["findings"][0];
        (
            first["code"].as_str().unwrap().to_owned(),
            first["row"].as_u64(),
            first["column"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let at = |code: &str, row, column: &str| (code.to_owned(), row, column.to_owned());
    assert_eq!(said("a,b\n1,2\n"), at("plans_no_columns", Some(1), ""));
    assert_eq!(
        said("block_id,school_id\nb1,A\nb99,A\n"),
        at("plans_unknown", Some(3), "")
    );
    assert_eq!(
        said("block_id,school_id\nb1,Z\n"),
        at("plans_unknown", Some(2), "")
    );
    assert_eq!(
        said("block_id,school_id\nb1,A\nb1,A\n"),
        at("plans_twice", Some(3), "")
    );
    assert_eq!(
        said("block_id,school_id\nb1,\n"),
        at("plans_blank", Some(2), "")
    );
    assert_eq!(
        said("block_id,school_id,share\nb1,A,2\n"),
        at("plans_share", Some(2), "")
    );
    assert_eq!(
        said("block_id,school_id\nb1,A\n"),
        at("plans_missing", None, "")
    );
    assert_eq!(
        said("plan,mean_km\nx,far\n"),
        at("plans_no_number", Some(2), "B")
    );
    let ran = run(&folder, &[ASK, &["--compare", "nowhere.csv"]].concat());
    assert_eq!(ran.status, 3);
}

/// The committee's plans beside ours; skipped without the data.
#[test]
fn the_committees_plans_stand_in_one_table() {
    let Ok(data) = std::env::var("JUNHENG_REAL_DATA") else {
        println!("skipped: JUNHENG_REAL_DATA is not set");
        return;
    };
    let bundle = format!("{data}/bundles/zones-bcps");
    let plans = format!("{data}/bcps-southwest/human_plans_evaluated.csv");
    let (status, got) = json(
        Path::new("."),
        &[
            "plan",
            "zones",
            &bundle,
            "--stage",
            "primary",
            "--compare",
            &plans,
        ],
    );
    assert_eq!(status, 0);
    let all = got["compared"].as_array().unwrap();
    let published: Vec<&Value> = all.iter().filter(|c| c["origin"] == "published").collect();
    assert_eq!(published.len(), 21);
    // Their figures of the zones in force and ours of today agree.
    let theirs = published.iter().find(|c| c["plan"] == "ES1516").unwrap();
    let today = &all[0];
    for (key, digits) in [
        ("mean_metres", 1.0),
        ("greatest_load_ratio", 1e-3),
        ("least_load_ratio", 1e-3),
    ] {
        assert!(
            (number(theirs, key) - number(today, key)).abs() <= digits,
            "{key} {theirs} {today}"
        );
    }
    // Ours is within the places; none of theirs is.
    assert!(number(&all[1], "greatest_load_ratio") <= 1.0);
    assert!(
        published
            .iter()
            .all(|c| number(c, "greatest_load_ratio") > 1.0)
    );
    let ours = number(&all[1], "student_km");
    assert!((ours / 5748.0 - 1.0).abs() < 1e-3, "{ours}");
}
