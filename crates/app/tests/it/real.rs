//! A real county, where the machine has its data: 建德市, as its bureau published it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{copy, json, real_data, scratch};

#[test]
fn jiande_is_imported_and_meets_the_reference_figures() {
    let Some(data) = real_data() else { return };
    let folder = scratch("jiande");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&data.join("county-330182"), &folder.join("county-330182"));
    copy(&here.join("../../examples/mapping"), &folder);
    let import = [
        "import",
        "county-330182",
        "--mapping",
        "jiande.toml",
        "--out",
        "jiande",
    ];
    assert_eq!(json(&folder, &import).0, 0);
    let (_, e) = json(&folder, &["evaluate", "jiande"]);
    assert_eq!(e["sections"].as_array().unwrap().len(), 26);
    // One campus has more students than its classes may hold: G5 fails on that alone.
    assert_eq!(e["verdict"], "not_met");
    let items = e["items"].as_array().unwrap();
    let verdict = |id: &str| &items.iter().find(|i| i["id"] == id).unwrap()["verdict"];
    assert_eq!(
        (verdict("G4"), verdict("R2")),
        (&"met".into(), &"undetermined".into())
    );
    let missing = e["missing"].to_string();
    for field in [
        "teaching_area_m2",
        "backbone_teachers",
        "certified_teachers",
    ] {
        assert!(missing.contains(field), "{field}");
    }

    let pack = here.join("tests/packs/staff");
    let judged = ["evaluate", "jiande", "--standard", pack.to_str().unwrap()];
    let (_, e) = json(&folder, &judged);
    let table = data.join("published-cv-tables/reference_cv_our_own_computation.csv");
    let table = fs::read_to_string(table).unwrap();
    let mut compared = 0;
    for line in table.lines().filter(|l| l.contains("建德市,小学")) {
        let cells: Vec<&str> = line.split(',').collect();
        let [.., n, students, name, mean, cv] = cells.as_slice() else {
            panic!("{line}")
        };
        let id = if name.starts_with("staff") {
            "staff"
        } else {
            "classes"
        };
        let of = |v: &&Value| v["indicator"] == id && v["stage"] == "primary";
        let found = e["variation"].as_array().unwrap().iter().find(of).unwrap();
        assert_eq!(format!("{:.4}", found["mean"].as_f64().unwrap()), *mean);
        assert_eq!(format!("{:.6}", found["cv"].as_f64().unwrap()), *cv);
        let total: f64 = e["sections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["students"].as_f64().unwrap())
            .sum();
        assert_eq!((*n, *students), ("26", format!("{total}").as_str()));
        compared += 1;
    }
    assert_eq!(compared, 2);
}

/// The composite of the 2012 system is the plain mean of the eight coefficients, as printed by
/// counties of three provinces.
#[test]
fn published_composites_are_the_mean_of_eight() {
    let Some(data) = real_data() else { return };
    let table =
        fs::read_to_string(data.join("published-cv-tables/county_cv_2012_system.csv")).unwrap();
    let mut rows = 0;
    for line in table.lines().filter(|l| l.contains(",cv,")) {
        let cells: Vec<&str> = line.split(',').collect();
        let eight: Option<Vec<f64>> = cells[6..14].iter().map(|c| c.parse().ok()).collect();
        let (Some(eight), Ok(printed)) = (eight, cells[14].parse::<f64>()) else {
            continue;
        };
        let mean = eight.iter().sum::<f64>() / 8.0;
        assert!((mean - printed).abs() <= 0.001, "{line}: {mean}");
        rows += 1;
    }
    assert_eq!(rows, 23);
}
