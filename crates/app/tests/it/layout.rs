//! `plan layout`: every option, what is protected, what a closure means, and input that cannot work.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{good, json, run, scratch};

/// Nine villages in a row with schools today at both ends and a site between; tables as text, to be
/// spoilt.
struct County {
    county: String,
    schools: String,
    sections: String,
    blocks: String,
    travel: String,
    sites: String,
    others: Vec<(&'static str, String)>,
}

impl County {
    fn new() -> Self {
        let mut county = Self {
            county: "key,value\ncode,990001\nname,某县\nschool_year,2025-2026\n".to_owned(),
            schools: "school_id,name,kind,locale,owner\nA,东小学,211,121,public\nB,西小学,211,121,public\n".to_owned(),
            sections: "school_id,stage,students,places\nA,primary,60,60\nB,primary,30,60\n".to_owned(),
            blocks: "block_id,name,township,children_primary,current_primary\n".to_owned(),
            travel: "block_id,school_id,metres\n".to_owned(),
            sites: "site_id,stage,option,places,open_cost_yuan,existing_school_id,min_students,boarding_places\n\
                    A,primary,keep,60,20,A,,\nB,primary,keep,60,20,B,,\nB,primary,extend,90,50,B,,\nN,primary,small,45,50,,,\nN,primary,large,90,70,,,\n"
                .to_owned(),
            others: Vec::new(),
        };
        for at in 1..=9 {
            let today = if at <= 6 { "A" } else { "B" };
            let _ = writeln!(county.blocks, "b{at},{at}村,镇{},10,{today}", at % 2);
            for (site, stands) in [("A", 1_i32), ("B", 9), ("N", 5)] {
                let metres = 1_000 * (at - stands).abs();
                let _ = writeln!(county.travel, "b{at},{site},{metres}");
            }
        }
        county
    }

    fn write(&self, test: &str) -> PathBuf {
        let folder = scratch(test);
        let files = [
            ("county.csv", &self.county),
            ("schools.csv", &self.schools),
            ("sections.csv", &self.sections),
            ("blocks.csv", &self.blocks),
            ("travel_primary.csv", &self.travel),
            ("sites.csv", &self.sites),
        ];
        let others = self.others.iter().map(|(name, text)| (*name, text));
        for (name, text) in files.into_iter().chain(others) {
            if !text.is_empty() {
                fs::write(folder.join(name), text).unwrap();
            }
        }
        folder
    }
}

const ASK: &[&str] = &["plan", "layout", ".", "--stage", "primary"];

fn plan(folder: &Path, options: &[&str]) -> Value {
    let (status, plan) = json(folder, &[ASK, options].concat());
    assert_eq!(status, 0, "{plan}");
    plan
}

fn number(plan: &Value, key: &str) -> f64 {
    plan[key]
        .as_f64()
        .unwrap_or_else(|| panic!("{key} in {plan}"))
}

fn school<'a>(plan: &'a Value, id: &str) -> &'a Value {
    let mut all = plan["schools"].as_array().unwrap().iter();
    all.find(|s| s["school_id"] == id).unwrap()
}

/// The ids of what is open, with the option.
fn open(plan: &Value) -> Vec<String> {
    let all = plan["schools"].as_array().unwrap().iter();
    let open = all.filter(|s| s["open"] == true);
    open.map(|s| {
        format!(
            "{} {}",
            s["school_id"].as_str().unwrap(),
            s["option"].as_str().unwrap_or("")
        )
    })
    .collect()
}

#[test]
fn a_plan_says_what_the_contract_asks() {
    let folder = County::new().write("layout_contract");
    let got = plan(&folder, &[]);
    assert_eq!(got["status"], "optimal");
    // A and B kept: 40 yuan and 160 student-km. The large N alone: 70 yuan and 200 student-km.
    // A, B and the small N: 90 yuan and 80 student-km. Nothing is below 170.
    assert_eq!(number(&got, "objective"), 170.0);
    assert!(number(&got, "bound") <= 170.0 && number(&got, "gap") <= 1e-6);
    assert_eq!(number(&got, "opening_yuan"), 90.0);
    assert_eq!(number(&got, "student_km"), 80.0);
    assert_eq!(open(&got), ["A keep", "B keep", "N small"]);
    assert_eq!(got["assignment"].as_array().unwrap().len(), 9);
    for school in got["schools"].as_array().unwrap() {
        assert!(number(school, "load") <= number(school, "places"));
        assert!(number(school, "seat_price") >= 0.0);
    }
    assert_eq!(got["conflicts"].as_array().unwrap().len(), 0);
    let text = good(&folder, ASK);
    assert!(text.contains("差距") && text.contains("新建"), "{text}");
    // The travel table may call its sites by the header of the table sites.
    let mut county = County::new();
    county.travel = county.travel.replace("school_id", "site_id");
    let again = plan(&county.write("layout_site_id"), &[]);
    assert_eq!(again["assignment"], got["assignment"]);
}

#[test]
fn every_option_does_what_it_says() {
    let folder = County::new().write("layout_options");
    let one = plan(&folder, &["--open-exactly", "1"]);
    assert_eq!(open(&one), ["N large"]);
    assert_eq!(number(&one, "objective"), 270.0);
    let poor = plan(&folder, &["--budget-yuan", "60"]);
    assert_eq!(open(&poor), ["A keep", "B keep"]);
    assert_eq!(number(&poor, "objective"), 200.0);
    let dear = plan(&folder, &["--yuan-per-km", "0"]);
    assert_eq!(open(&dear), ["A keep", "B keep"]);
    assert_eq!(number(&dear, "objective"), 40.0);
    let near = plan(&folder, &["--max-metres", "2000"]);
    let ways = near["assignment"].as_array().unwrap();
    assert_eq!(ways.len(), 9);
    assert_eq!(number(&near, "objective"), 170.0);
    let split = plan(&folder, &["--split", "--open-exactly", "2"]);
    assert_eq!(split["status"], "optimal");
    assert!(number(&split, "objective") <= 200.0);
    let rough = plan(&folder, &["--gap", "0.5"]);
    assert!(number(&rough, "gap") <= 0.5);
    // Fewer children every year: fewer schools at last, and never a school that comes back.
    let years = plan(&folder, &["--periods", "3", "--growth", "-0.3"]);
    let periods = years["periods"].as_array().unwrap();
    assert_eq!(periods.len(), 3);
    assert_eq!(periods[2]["year"], 2028);
    assert!((number(&periods[2], "students") - 90.0 * 0.343).abs() < 1e-9);
    for refused in [
        vec!["--open-exactly", "-1"],
        vec!["--budget-yuan=-1"],
        vec!["--gap=nan"],
        vec!["--periods", "0"],
        vec!["--growth", "0.1", "--scenarios", "2"],
        vec!["--time-limit=-1"],
    ] {
        assert_eq!(
            run(&folder, &[ASK, &refused].concat()).status,
            2,
            "{refused:?}"
        );
    }
}

#[test]
fn sizes_have_a_floor_and_beds() {
    // A school with fewer than 50 is not worth its opening: the small N has 30 at its best.
    let mut county = County::new();
    county.sites = county
        .sites
        .replace("N,primary,small,45,50,,,", "N,primary,small,45,50,,40,");
    let got = plan(&county.write("layout_floor"), &[]);
    let least = got["schools"].as_array().unwrap().iter();
    let small = least.clone().find(|s| s["option"] == "small");
    assert!(small.is_none_or(|s| number(s, "load") >= 40.0), "{got}");
    assert_eq!(got["status"], "optimal");
    // Nobody may travel 2 km, but N has beds.
    let mut county = County::new();
    county.sites = county
        .sites
        .replace("N,primary,large,90,70,,,", "N,primary,large,90,70,,,40");
    let folder = county.write("layout_beds");
    let got = plan(&folder, &["--max-metres", "2000", "--open-exactly", "1"]);
    assert_eq!(open(&got), ["N large"]);
    // Four villages are 3 or 4 km away: 40 boarders.
    assert_eq!(got["status"], "optimal");
    county.sites = county.sites.replace(",40\n", ",39\n");
    let folder = county.write("layout_beds_few");
    let got = plan(&folder, &["--max-metres", "2000", "--open-exactly", "1"]);
    assert_eq!(got["status"], "infeasible");
}

#[test]
fn small_rural_schools_stay_unless_asked() {
    let mut county = County::new();
    county.schools = county
        .schools
        .replace("B,西小学,211,121", "B,西小学,218,220");
    county.sites = county
        .sites
        .replace("B,primary,keep,60,20", "B,primary,keep,60,500")
        .replace("B,primary,extend,90,50", "B,primary,extend,90,500");
    let folder = county.write("layout_protected");
    let got = plan(&folder, &[]);
    assert_eq!(school(&got, "B")["open"], true);
    assert_eq!(school(&got, "B")["protected"], true);
    let closed = plan(&folder, &["--close-protected"]);
    assert_eq!(school(&closed, "B")["change"], "closes");
    // What the rules want before it, and who walks how much farther.
    let closure = &closed["closures"][0];
    assert_eq!(closure["school_id"], "B");
    let steps: Vec<&str> = closure["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        steps,
        [
            "assess",
            "argue",
            "hear",
            "publish",
            "approve",
            "build_first"
        ]
    );
    let impact = closed["impact"].as_array().unwrap();
    assert_eq!(impact.len(), 3);
    for row in impact {
        assert_eq!(row["from_school_id"], "B");
        let added = number(row, "after") - number(row, "before");
        assert_eq!(number(row, "added"), added);
    }
    let text = good(&folder, &[ASK, &["--close-protected"]].concat());
    assert!(text.contains("听证") && text.contains("9村"), "{text}");
}

/// The code of the conflict, with a sentence and a relaxation, and no half plan.
fn conflict(test: &str, county: &County, options: &[&str]) -> String {
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
    let county = County::new();
    assert_eq!(
        conflict("layout_many", &county, &["--open-exactly", "4"]),
        "open_exactly"
    );
    assert_eq!(
        conflict("layout_few", &county, &["--budget-yuan", "25"]),
        "budget"
    );
    let mut far = County::new();
    far.sites = far
        .sites
        .lines()
        .filter(|l| !l.starts_with('B'))
        .fold(String::new(), |s, l| s + l + "\n");
    far.sections = far.sections.replace("B,primary,30,60\n", "");
    assert_eq!(
        conflict("layout_far", &far, &["--max-metres", "3000"]),
        "max_metres"
    );
    let mut full = County::new();
    full.blocks = full.blocks.replace(",10,", ",30,");
    assert_eq!(conflict("layout_full", &full, &[]), "places");
    let mut island = County::new();
    for site in ["A", "B", "N"] {
        island.travel = island
            .travel
            .lines()
            .filter(|l| !l.starts_with(&format!("b4,{site},")))
            .fold(String::new(), |s, l| s + l + "\n");
    }
    assert_eq!(conflict("layout_island", &island, &[]), "no_school");
    let mut lump = County::new();
    lump.blocks = lump.blocks.replace("b5,5村,镇1,10", "b5,5村,镇1,95");
    lump.sites = lump.sites.replace(
        "N,primary,large,90,70,,,",
        "N,primary,large,90,70,,,\nM,primary,,90,1,,,",
    );
    for at in 1..=9 {
        let _ = writeln!(lump.travel, "b{at},M,1000");
    }
    assert_eq!(conflict("layout_lump", &lump, &[]), "large_block");
}

#[test]
fn what_can_be_used_is_used_and_the_rest_is_refused() {
    let mut none = County::new();
    none.blocks = none.blocks.replace(",10,", ",0,");
    let got = plan(&none.write("layout_nobody"), &[]);
    assert_eq!(
        (got["status"].as_str(), number(&got, "objective")),
        (Some("optimal"), 20.0)
    );
    let mut hole = County::new();
    hole.travel = hole.travel.replace("b4,A,3000\n", "");
    let got = plan(&hole.write("layout_hole"), &[]);
    assert!(!got["notes"].as_array().unwrap().is_empty());
    // No rows of sites: the schools of today stay as they are.
    let mut today = County::new();
    today.sites.clear();
    let rows = today.travel.lines().filter(|row| !row.contains(",N,"));
    today.travel = rows.fold(String::new(), |text, row| text + row + "\n");
    let got = plan(&today.write("layout_today"), &[]);
    assert_eq!(number(&got, "objective"), 160.0);
    let refused = |test: &str, county: &County| {
        let (status, said) = json(&county.write(test), ASK);
        assert_eq!(status, 3, "{test}: {said}");
        assert!(!said["findings"].as_array().unwrap().is_empty());
    };
    let mut twice = County::new();
    twice.blocks.push_str("b1,又一村,镇1,10,A\n");
    refused("layout_twice", &twice);
    let mut blank = County::new();
    blank.sites = blank
        .sites
        .replace("N,primary,small,45,50", "N,primary,small,45,");
    refused("layout_blank", &blank);
    let mut unknown = County::new();
    unknown.sites = unknown.sites.replace(",B,,\n", ",Z,,\n");
    refused("layout_unknown", &unknown);
    let mut nothing = County::new();
    nothing.sites.clear();
    nothing.sections.clear();
    refused("layout_nothing", &nothing);
}

#[test]
fn the_order_of_rows_shows_nowhere() {
    let county = County::new();
    let first = plan(&county.write("layout_order"), &["--seed", "3"]);
    let turned = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n") + "\n"
    };
    let other = County {
        county: county.county.clone(),
        schools: turned(&county.schools),
        sections: turned(&county.sections),
        blocks: turned(&county.blocks),
        travel: turned(&county.travel),
        sites: turned(&county.sites),
        others: Vec::new(),
    };
    let second = plan(&other.write("layout_turned"), &["--seed", "3"]);
    for key in ["assignment", "schools", "objective", "bound", "impact"] {
        assert_eq!(first[key], second[key], "{key}");
    }
}

#[test]
fn money_of_years_and_children_of_the_forecast() {
    let mut county = County::new();
    // Nothing can be built in the first year, all in the second.
    county
        .others
        .push(("budgets.csv", "year,yuan\n2026,40\n2027,1000\n".to_owned()));
    let folder = county.write("layout_budgets");
    let got = plan(&folder, &["--periods", "2", "--growth", "0"]);
    let periods = got["periods"].as_array().unwrap();
    assert!(number(&periods[0], "opening_yuan") <= 40.0);
    let bad = run(
        &folder,
        &[ASK, &["--periods", "2", "--scenarios", "3"]].concat(),
    );
    assert_eq!(bad.status, 3);
    let history = (2018..=2025)
        .flat_map(|year| {
            (1..=6).flat_map(move |grade| {
                ["A", "B"].map(|id| format!("{id},{year},{grade},{}\n", 15 - (year - 2018) % 3))
            })
        })
        .fold("school_id,year,grade,students\n".to_owned(), |text, row| {
            text + &row
        });
    county.others.push(("enrolment_history.csv", history));
    let folder = county.write("layout_forecast");
    let got = plan(&folder, &["--periods", "2", "--scenarios", "3"]);
    let weight: f64 = got["periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| number(p, "weight"))
        .sum();
    assert!((weight - 2.0).abs() < 1e-9);
}
