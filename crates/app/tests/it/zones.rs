//! `plan zones`: every option, and every kind of input that cannot work.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{good, json, run, scratch};

/// A row of nine villages with a school at each end; tables as text, to be spoilt.
pub(crate) struct County {
    pub(crate) schools: String,
    pub(crate) sections: String,
    pub(crate) blocks: String,
    pub(crate) adjacency: String,
    pub(crate) travel: String,
}

impl County {
    pub(crate) fn new() -> Self {
        let mut county = Self {
            schools: "school_id,name,kind,owner,block_id\nA,东小学,211,public,b1\nB,西小学,211,public,b9\n".to_owned(),
            sections: "school_id,stage,places\nA,primary,60\nB,primary,60\n".to_owned(),
            blocks: "block_id,name,township,residents,children_primary,current_primary\n".to_owned(),
            adjacency: "block_a,block_b\n".to_owned(),
            travel: "block_id,school_id,metres\n".to_owned(),
        };
        for at in 1..=9 {
            let today = if at <= 6 { "A" } else { "B" };
            let _ = writeln!(
                county.blocks,
                "b{at},{at}村,镇{},{},10,{today}",
                at % 2,
                100 * at
            );
            let _ = writeln!(
                county.travel,
                "b{at},A,{}\nb{at},B,{}",
                1_000 * (at - 1),
                1_000 * (9 - at)
            );
            if at < 9 {
                let _ = writeln!(county.adjacency, "b{at},b{}", at + 1);
            }
        }
        county
    }

    pub(crate) fn write(&self, test: &str) -> PathBuf {
        let folder = scratch(test);
        let files = [
            (
                "county.csv",
                "key,value\ncode,990001\nname,某县\nschool_year,2025-2026\n",
            ),
            ("schools.csv", &self.schools),
            ("sections.csv", &self.sections),
            ("blocks.csv", &self.blocks),
            ("adjacency.csv", &self.adjacency),
            ("travel_primary.csv", &self.travel),
        ];
        for (name, text) in files {
            if !text.is_empty() {
                fs::write(folder.join(name), text).unwrap();
            }
        }
        folder
    }
}

pub(crate) const ASK: &[&str] = &["plan", "zones", ".", "--stage", "primary"];

pub(crate) fn plan(folder: &Path, options: &[&str]) -> Value {
    let (status, plan) = json(folder, &[ASK, options].concat());
    assert_eq!(status, 0, "{plan}");
    plan
}

pub(crate) fn school_of<'a>(plan: &'a Value, block: &str) -> &'a str {
    let rows = plan["assignment"].as_array().unwrap();
    let row = rows.iter().find(|r| r["block_id"] == block).unwrap();
    row["school_id"].as_str().unwrap()
}

pub(crate) fn number(plan: &Value, key: &str) -> f64 {
    plan[key]
        .as_f64()
        .unwrap_or_else(|| panic!("{key} in {plan}"))
}

#[test]
fn a_plan_says_what_the_contract_asks() {
    let folder = County::new().write("zones_contract");
    let got = plan(&folder, &[]);
    assert_eq!(got["status"], "optimal");
    // Villages 1 to 4 to A, 6 to 9 to B, the fifth to either: 2 × (0 + 1 + 2 + 3) × 10 + 40.
    assert_eq!(number(&got, "objective"), 160.0);
    assert!(number(&got, "bound") <= 160.0 && number(&got, "gap") <= 1e-6);
    assert_eq!(number(&got, "student_km"), 160.0);
    assert_eq!(got["assignment"].as_array().unwrap().len(), 9);
    for school in got["schools"].as_array().unwrap() {
        assert_eq!(school["pieces"], 1);
        assert_eq!(
            number(school, "load") / number(school, "places"),
            number(school, "load_ratio")
        );
        assert!(number(school, "seat_price") >= 0.0);
    }
    assert_eq!(got["ties"][0]["block_id"], "b5");
    assert!(got["frontier"].as_array().unwrap().len() > 1);
    assert_eq!(got["conflicts"].as_array().unwrap().len(), 0);
    let text = good(&folder, ASK);
    assert!(
        text.contains("差距") && text.contains("边界两可之处"),
        "{text}"
    );
}

#[test]
fn every_option_does_what_it_says() {
    let folder = County::new().write("zones_options");
    let today = plan(&folder, &["--stay-metres", "9000"]);
    assert_eq!(number(&today, "moved_students"), 0.0);
    let locked = plan(&folder, &["--lock", "b4=B"]);
    assert_eq!(school_of(&locked, "b4"), "B");
    assert_eq!(number(&locked, "objective"), 180.0);
    let near = plan(&folder, &["--max-metres", "4000", "--max-load", "0.9"]);
    assert!(
        near["schools"]
            .as_array()
            .unwrap()
            .iter()
            .all(|s| number(s, "load") <= 54.0)
    );
    let split = plan(&folder, &["--split", "--max-load", "0.75"]);
    assert_eq!(split["assignment"].as_array().unwrap().len(), 10);
    assert_eq!(split["status"], "optimal");
    let loose = plan(&folder, &["--contiguity", "off"]);
    assert_eq!(loose["contiguity"], "off");
    let kept = plan(&folder, &["--contiguity", "not-worse"]);
    assert_eq!(number(&kept, "objective"), 160.0);
    let even = plan(&folder, &["--balance", "residents=300"]);
    assert_eq!(even["status"], "optimal");
    let (status, _) = json(&folder, &[ASK, &["--balance", "people=1"]].concat());
    assert_eq!(status, 2);
    assert_eq!(
        run(&folder, &[ASK, &["--balance", "residents"]].concat()).status,
        2
    );
    let several = plan(&folder, &["--plans", "3"]);
    // The best is known at once; the village between both schools may go to the other.
    assert_eq!(several["plans"].as_array().unwrap().len(), 1);
    for other in several["plans"].as_array().unwrap() {
        assert!(number(other, "objective") <= 160.0 * 1.02);
        assert_ne!(other["assignment"], several["assignment"]);
    }
}

#[test]
fn a_school_outside_its_zone_today_may_stay_outside() {
    // The village of B goes to A today, and has no way to B.
    let mut county = County::new();
    county.blocks = county.blocks.replace("900,10,B", "900,10,A");
    county.travel = county.travel.replace("b9,B,0\n", "");
    let folder = county.write("zones_outside");
    assert_eq!(plan(&folder, &[])["status"], "infeasible");
    let got = plan(&folder, &["--contiguity", "not-worse"]);
    assert_eq!(got["status"], "optimal", "{got}");
    assert_eq!(school_of(&got, "b9"), "A");
    assert!(got["notes"].to_string().contains("西小学"), "{got}");
}

#[test]
fn blocks_of_one_word_stay_together() {
    let mut county = County::new();
    // Pairs of neighbours.
    county.blocks = county
        .blocks
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            0 => format!("{line}\n"),
            _ => format!(
                "{}\n",
                line.replace("镇0", &format!("镇{}", at / 2))
                    .replace("镇1", &format!("镇{}", at / 2))
            ),
        })
        .collect();
    let folder = county.write("zones_together");
    let got = plan(&folder, &["--together", "township"]);
    assert_eq!(school_of(&got, "b4"), school_of(&got, "b5"));
    assert_eq!(got["status"], "optimal");
    assert_eq!(number(&got, "objective"), 160.0);
    let (status, _) = json(&folder, &[ASK, &["--together", "residents"]].concat());
    assert_eq!(status, 2);
    // Every other village: the sets do not hang together.
    let folder = County::new().write("zones_apart");
    let got = plan(&folder, &["--together", "township"]);
    assert_eq!(got["status"], "infeasible");
    assert_eq!(got["conflicts"][0]["code"], "set_apart");
}

#[test]
fn private_schools_have_no_zone_unless_a_block_says_so() {
    let mut county = County::new();
    county.schools.push_str("P,民办小学,211,private,b5\n");
    county.sections.push_str("P,primary,100\n");
    county.travel.push_str("b5,P,0\n");
    let folder = county.write("zones_private");
    let got = plan(&folder, &[]);
    assert_eq!(got["schools"].as_array().unwrap().len(), 2);
    assert!(got["notes"].to_string().contains("民办小学"));
    county.blocks = county
        .blocks
        .replace("b5,5村,镇1,500,10,A", "b5,5村,镇1,500,10,P");
    let got = plan(&county.write("zones_private_zoned"), &[]);
    assert_eq!(school_of(&got, "b5"), "P");
}

/// The code of the conflict, with a sentence and a relaxation, and no half plan.
pub(crate) fn conflict(test: &str, county: &County, options: &[&str]) -> String {
    let got = plan(&county.write(test), options);
    assert_eq!(got["status"], "infeasible", "{got}");
    assert!(got["objective"].is_null() && got["assignment"].as_array().unwrap().is_empty());
    let first = &got["conflicts"][0];
    assert!(!first["message"].as_str().unwrap().is_empty());
    assert!(!first["relaxation"].as_str().unwrap().is_empty());
    first["code"].as_str().unwrap().to_owned()
}

#[test]
fn what_cannot_be_is_named() {
    let mut unreachable = County::new();
    unreachable.travel = unreachable
        .travel
        .replace("b5,A,4000\n", "")
        .replace("b5,B,4000\n", "");
    assert_eq!(
        conflict("zones_unreachable", &unreachable, &[]),
        "no_school"
    );
    let far = County::new();
    assert_eq!(
        conflict("zones_far", &far, &["--max-metres", "3000"]),
        "no_school"
    );
    let mut lumps = County::new();
    lumps.sections = lumps.sections.replace("60", "45");
    assert_eq!(conflict("zones_lumps", &lumps, &[]), "whole_blocks");
    let mut one = County::new();
    one.schools = one.schools.replace("b9", "b1");
    assert_eq!(
        conflict("zones_one_block", &one, &[]),
        "block_of_two_schools"
    );
    // A zone that walls the other off: the far village may go to A alone.
    let mut wall = County::new();
    wall.travel = wall.travel.replace("b8,B,1000\n", "");
    assert_eq!(conflict("zones_wall", &wall, &["--lock", "b6=B"]), "island");
}

#[test]
fn the_order_of_rows_shows_nowhere() {
    let county = County::new();
    let first = plan(&county.write("zones_order"), &["--seed", "3"]);
    let turned = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n") + "\n"
    };
    let other = County {
        schools: turned(&county.schools),
        sections: turned(&county.sections),
        blocks: turned(&county.blocks),
        adjacency: turned(&county.adjacency),
        travel: turned(&county.travel),
    };
    let second = plan(&other.write("zones_turned"), &["--seed", "3"]);
    for key in [
        "assignment",
        "schools",
        "objective",
        "bound",
        "ties",
        "frontier",
    ] {
        assert_eq!(first[key], second[key], "{key}");
    }
}

#[test]
fn the_evaluator_judges_the_plan() {
    let mut county = County::new();
    county.sections =
        "school_id,stage,students,places,full_time_teachers\nA,primary,60,60,5\nB,primary,30,60,5\n"
            .to_owned();
    let got = plan(&county.write("zones_judged"), &[]);
    let students = |state: &str, at: usize| number(&got[state]["sections"][at], "students");
    assert_eq!(students("before", 0), 60.0);
    let loads = got["schools"].as_array().unwrap();
    assert_eq!(students("after", 0), number(&loads[0], "load"));
    assert_eq!(students("after", 1), number(&loads[1], "load"));
}
