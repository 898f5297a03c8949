//! `forecast` and `places` by examples, and on real enrolment where the machine has it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::districts;
use crate::program::{demo, good, json, real_data, run, scratch};

/// A bundle with a history only.
fn bundle(folder: &Path, history: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("county.csv"), "key,value\nname,Hold-out\n").unwrap();
    let mut schools: Vec<&str> = history
        .lines()
        .skip(1)
        .filter_map(|l| l.split(',').next())
        .collect();
    schools.dedup();
    schools.sort_unstable();
    schools.dedup();
    let schools: Vec<String> = schools.iter().map(|s| format!("{s},{s}\n")).collect();
    fs::write(
        folder.join("schools.csv"),
        format!("school_id,name\n{}", schools.concat()),
    )
    .unwrap();
    fs::write(folder.join("enrolment_history.csv"), history).unwrap();
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn forecast_gives_rows_by_school_and_township() {
    let folder = scratch("forecast");
    demo(&folder);
    let (status, f) = json(&folder, &["forecast", "demo", "--years", "4"]);
    assert_eq!((status, &f["first_year"]), (0, &Value::from(2026)));
    let rows = f["rows"].as_array().unwrap();
    for r in rows {
        let [p10, p50, p90] = ["p10", "p50", "p90"].map(|q| number(&r[q]));
        assert!(0.0 <= p10 && p10 <= p50 && p50 <= p90, "{r}");
        assert!(r["school_id"].is_string() && r["grade"] == "all" || r["grade"].is_i64());
    }
    let sum = |rows: &[Value], stage: &str| -> f64 {
        let of = |r: &&Value| r["grade"] == "all" && r["year"] == 2029 && r["stage"] == stage;
        rows.iter().filter(of).map(|r| number(&r["mean"])).sum()
    };
    let (_, t) = json(
        &folder,
        &["forecast", "demo", "--years", "4", "--by", "township"],
    );
    let towns = t["rows"].as_array().unwrap();
    assert!(towns.iter().all(|r| r["township"].is_string()));
    for stage in ["primary", "junior"] {
        let (by_school, by_town) = (sum(rows, stage), sum(towns, stage));
        assert!(by_school > 1000.0 && (by_school - by_town).abs() < 1e-6 * by_school);
    }
    let explained = json(&folder, &["forecast", "demo", "--explain"]).1;
    let drivers: Vec<&Value> = explained["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["drivers"]["value"]["by"])
        .collect();
    for by in ["births", "cohort", "leavers"] {
        assert!(drivers.iter().any(|d| *d == by), "{by}");
    }
    good(
        &folder,
        &["forecast", "demo", "--years", "4", "--out", "f.csv"],
    );
    let csv = fs::read_to_string(folder.join("f.csv")).unwrap();
    assert_eq!(csv.lines().count(), rows.len() + 1);
}

#[test]
fn forecast_without_history_says_so() {
    let folder = scratch("forecast-none");
    bundle(
        &folder.join("c"),
        "school_id,year,grade,students\nA,2024,1,\n",
    );
    let (status, f) = json(&folder, &["forecast", "c", "--backtest", "3"]);
    assert_eq!((status, f["rows"].as_array().unwrap().len()), (0, 0));
    assert!(f["findings"].to_string().contains("forecast_no_history"));
    for lang in ["zh", "en"] {
        good(&folder, &["forecast", "c", "--lang", lang]);
        good(&folder, &["places", "c", "--lang", lang]);
    }
    let (status, _) = json(&folder, &["forecast", "c", "--years", "0"]);
    assert_eq!(status, 2);
}

#[test]
fn places_warns_with_year_number_and_probability() {
    let folder = scratch("places");
    demo(&folder);
    let (status, p) = json(&folder, &["places", "demo", "--years", "5"]);
    assert_eq!(status, 0);
    let needs = p["needs"].as_array().unwrap();
    let warnings = p["warnings"].as_array().unwrap();
    assert!(!needs.is_empty() && warnings.len() < needs.len());
    for w in warnings {
        assert!(
            number(&w["probability"]) >= 0.1 && number(&w["short"]) >= 0.0,
            "{w}"
        );
    }
    let sizes: Vec<f64> = p["ladder"]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| number(&s["size"]))
        .collect();
    assert_eq!(sizes, [65.0, 55.0, 45.0, 65.0, 55.0, 50.0]);
    let norms = p["norms"].to_string();
    for id in ["radius_primary", "residents_junior", "places_per_thousand"] {
        assert!(norms.contains(id), "{id}");
    }
}

#[test]
fn places_says_what_new_housing_brings() {
    let folder = scratch("places-housing");
    let mut history = "school_id,year,grade,students\n".to_owned();
    for year in 2016..=2025 {
        for grade in 1..=6 {
            history.push_str(&format!("A,{year},{grade},40\n"));
        }
    }
    bundle(&folder, &history);
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("sections.csv", "school_id,stage,places\nA,primary,250\n");
    write(
        "housing.csv",
        "housing_id,primary_school_id,year,dwellings,primary_per_100,junior_per_100\nH1,A,2027,300,20,0\n",
    );
    let (status, p) = json(&folder, &["places", ".", "--years", "3"]);
    assert_eq!((status, number(&p["housing"][0]["primary"])), (0, 60.0));
    let need = |year: i64| {
        let all = p["needs"].as_array().unwrap();
        let of = |n: &&Value| n["year"] == year && n["grade"] == "all";
        number(&all.iter().find(of).unwrap()["students"])
    };
    assert!((need(2026) - 240.0).abs() < 1.0 && (need(2027) - 300.0).abs() < 1.0);
    let text = good(&folder, &["places", ".", "--lang", "en"]);
    assert!(
        text.contains("H1: 60 more students in A primary from 2027 on"),
        "{text}"
    );
    assert!(text.contains("for 250 places"), "{text}");
    let text = good(&folder, &["places", "."]);
    assert!(text.contains("新建住宅带来的学生"), "{text}");
}

/// What is said of housing and of planners' figures is what was done with them.
#[test]
fn housing_and_adjustments_are_told_by_what_is_wrong() {
    let folder = scratch("forecast-told");
    let mut history = "school_id,year,grade,students\n".to_owned();
    for year in 2018..=2025 {
        for grade in 1..=6 {
            history.push_str(&format!("A,{year},{grade},40\n"));
        }
    }
    bundle(&folder, &history);
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(
        "housing.csv",
        "housing_id,primary_school_id,year,dwellings,primary_per_100,junior_per_100\nH1,A,2026,300,20,8\nH2,A,,300,20,8\n",
    );
    write(
        "forecast_adjustments.csv",
        "school_id,stage,year,grade,students,reason\nA,primary,2027,all,400,merger\n",
    );
    let (_, f) = json(&folder, &["forecast", "."]);
    let said = |code: &str| {
        let all = f["findings"].as_array().unwrap();
        let of = all.iter().filter(|f| f["code"] == code);
        of.map(|f| f["message"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // H1 counts where it has a school, and only the other stage is told of.
    assert_eq!(said("forecast_housing_school").len(), 1);
    assert!(said("forecast_housing_school")[0].contains("初中学生未计入"));
    assert_eq!(said("forecast_housing").len(), 1);
    assert!(said("forecast_housing")[0].contains("H2"));
    let row = |year: i64| {
        let rows = f["rows"].as_array().unwrap();
        let of = |r: &&Value| r["year"] == year && r["grade"] == "all";
        rows.iter().find(of).unwrap().clone()
    };
    assert!((number(&row(2026)["mean"]) - 300.0).abs() < 1.0);
    assert!((number(&row(2027)["adjusted"]["students"]) - 400.0).abs() < 1e-6);
    assert!(said("not_a_number").is_empty());
    // Figures that nobody can have are told, not passed over.
    bundle(
        &folder,
        "school_id,year,grade,students\nA,2024,1,1000000000000\n",
    );
    let (_, f) = json(&folder, &["forecast", "."]);
    let told = f["findings"].to_string();
    assert!(told.contains("1000000000000"), "{told}");
}

/// Lower median and mean errors than both baselines at one, two and three years, and intervals
/// that hold what they say: the pooled cases of two real sets.
#[test]
fn real_enrolment_is_forecast_better_than_by_rule_of_thumb() {
    let Some(data) = real_data() else { return };
    let folder = scratch("forecast-real");
    for (name, history) in [
        ("nyc", districts::nyc(&data)),
        ("ecasd", districts::ecasd(&data)),
    ] {
        bundle(&folder.join(name), &history);
        let (status, f) = json(&folder, &["forecast", name, "--backtest", "30"]);
        assert_eq!(status, 0);
        let ahead = f["backtest"]["ahead"].as_array().unwrap();
        assert_eq!(ahead.len(), 3);
        for e in ahead {
            assert!(number(&e["cases"]) > 250.0, "{e}");
            for kind in ["median", "mean"] {
                for other in ["last_year", "cohort"] {
                    let (own, other) = (number(&e["forecast"][kind]), number(&e[other][kind]));
                    assert!(own < other, "{name} {e}");
                }
            }
            let coverage = number(&e["coverage"]);
            assert!((0.75..=0.85).contains(&coverage), "{name} {e}");
        }
    }
}

/// The county of a coming year is a county like any other: judged, checked and planned for.
#[test]
fn a_forecast_is_planned_for() {
    let folder = scratch("forecast-applied");
    demo(&folder);
    let asked = ["forecast", "demo", "--years", "3"];
    let (_, f) = json(&folder, &asked);
    let of = |students: &str, out: &str| {
        let more = ["--applied", out, "--students", students];
        let (status, again) = json(&folder, &[&asked[..], &more[..]].concat());
        assert_eq!((status, &again["rows"]), (0, &f["rows"]));
        let (_, county) = json(&folder, &["evaluate", out]);
        assert_eq!(county["county"]["school_year"], "2028-2029");
        let sections = county["sections"].as_array().unwrap().iter();
        let students = |s: &Value| {
            let whose = ["school_id", "stage"].map(|k| s[k].as_str().unwrap_or("").to_owned());
            (whose, number(&s["students"]))
        };
        sections.map(students).collect::<Vec<_>>()
    };
    let (mean, high) = (of("mean", "likely"), of("p90", "most"));
    let rows = f["rows"].as_array().unwrap().iter();
    let mut compared = 0;
    for row in rows.filter(|r| r["year"] == 2028 && r["grade"] == "all") {
        let whose = ["school_id", "stage"].map(|k| row[k].as_str().unwrap().to_owned());
        let at = mean.iter().position(|m| m.0 == whose).unwrap();
        // What a planner set counts.
        let set = row["adjusted"]["students"].as_f64();
        let likely = set.unwrap_or_else(|| number(&row["mean"]));
        assert_eq!(mean[at].1, likely.round(), "{whose:?}");
        if set.is_none() {
            assert_eq!(high[at].1, number(&row["p90"]).round(), "{whose:?}");
        }
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
    let (_, checked) = json(&folder, &["check", "likely"]);
    let errors = checked["findings"].as_array().unwrap().iter();
    let errors: Vec<_> = errors.filter(|f| f["severity"] == "error").collect();
    assert!(errors.is_empty(), "{errors:?}");
    let zones = ["plan", "zones", "most", "--stage", "primary"];
    let (status, zones) = json(&folder, &zones);
    assert_eq!(status, 0);
    let said = run(&folder, &[&asked[..], &["--applied", "likely"]].concat()).err;
    assert!(said.contains("likely"), "{said}");
    assert!(matches!(
        zones["status"].as_str(),
        Some("optimal" | "feasible" | "infeasible")
    ));
    let onto_itself = run(&folder, &[&asked[..], &["--applied", "demo"]].concat());
    assert_eq!(onto_itself.status, 2, "{}", onto_itself.err);
}
