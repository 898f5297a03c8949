//! Zones as files: `map` and `plan zones --out`, on the demo county and on two real districts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{copy, demo, good, json, real_data, scratch};

const FILES: [&str; 5] = [
    "assignment.csv",
    "changes.csv",
    "map.svg",
    "notice.txt",
    "zones.geojson",
];

/// The files of a folder hold together; returns the rows of assignment and changes.
fn sound(folder: &Path) -> (Vec<String>, Vec<String>) {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    for name in FILES {
        assert!(!read(name).is_empty(), "{name}");
    }
    let svg = read("map.svg");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    let zones: Value = serde_json::from_str(&read("zones.geojson")).unwrap();
    let zones = zones["features"].as_array().unwrap();
    let rows = |name: &str| {
        read(name)
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let assignment = rows("assignment.csv");
    let blocks: BTreeSet<&str> = assignment
        .iter()
        .filter_map(|r| r.split(',').next())
        .collect();
    let drawn: BTreeSet<&str> = zones
        .iter()
        .flat_map(|z| z["properties"]["blocks"].as_array().unwrap())
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(drawn, blocks);
    (assignment, rows("changes.csv"))
}

#[test]
fn the_zones_of_today_are_drawn() {
    let folder = scratch("map");
    demo(&folder);
    good(
        &folder,
        &["map", "demo", "--stage", "junior", "--out", "today"],
    );
    let (assignment, changes) = sound(&folder.join("today"));
    assert!(!assignment.is_empty() && changes.is_empty());
    let read = |name: &str| fs::read_to_string(folder.join("today").join(name)).unwrap();
    assert!(read("map.svg").contains("审图号：无") && read("map.svg").contains("不得公开登载"));
    let (number, source) = ("浙S(2026)1号", "天地图·浙江");
    let base = [
        "--lang=zh",
        &format!("--map-number={number}"),
        &format!("--map-source={source}"),
    ];
    good(
        &folder,
        &[&["map", "demo", "--out", "today"], &base[..]].concat(),
    );
    assert!(read("map.svg").contains(&format!("审图号：{number}；底图：{source}")));
    assert!(!read("map.svg").contains("不得公开登载"));
    let zones: Value = serde_json::from_str(&read("zones.geojson")).unwrap();
    assert_eq!(zones["map_number"], number);
    assert_eq!(zones["map_source"], source);
}

#[test]
fn real_districts_have_their_zones() {
    let Some(data) = real_data() else { return };
    let folder = scratch("districts");
    let mappings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/mapping");
    copy(&mappings, &folder);
    copy(&data.join("district-330108"), &folder.join("district"));
    copy(&data.join("county-330182"), &folder.join("county"));

    let source = ["district", "--mapping", "binjiang.toml"];
    good(
        &folder,
        &[&["map"], &source[..], &["--out", "today"]].concat(),
    );
    let (today, _) = sound(&folder.join("today"));
    assert_eq!(today.len(), 144);
    let options = [
        "--stage",
        "primary",
        "--stay-metres",
        "300",
        "--out",
        "plan",
    ];
    let (status, plan) = json(
        &folder,
        &[&["plan", "zones"], &source[..], &options].concat(),
    );
    assert_eq!(status, 0);
    let (assignment, changes) = sound(&folder.join("plan"));
    assert_eq!(assignment.len(), 144);
    // 26 assumed children in each area that moves, and nobody over the places.
    assert_eq!(
        plan["moved_students"].as_f64().unwrap(),
        26.0 * changes.len() as f64
    );
    let schools = plan["schools"].as_array().unwrap();
    assert!(
        schools
            .iter()
            .all(|s| s["load_ratio"].as_f64().unwrap() <= 1.0)
    );
    assert!(plan["student_km"].as_f64().unwrap() < 3_500.0);

    let source = [
        "county",
        "--mapping",
        "jiande-zones.toml",
        "--lang",
        "zh",
        "--out",
        "villages",
    ];
    good(&folder, &[&["map"], &source[..]].concat());
    let (villages, _) = sound(&folder.join("villages"));
    assert_eq!(villages.len(), 228);
    let notice = fs::read_to_string(folder.join("villages/notice.txt")).unwrap();
    let left = notice
        .lines()
        .find(|l| l.starts_with("尚未划入任何学区："))
        .unwrap();
    assert_eq!(left.split('、').count(), 271 - 228);
}
