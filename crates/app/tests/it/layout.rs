//! `plan layout`: every option, what is protected, what a closure means.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{good, json, run, scratch};
use crate::zones::number;

/// Nine villages in a row with schools today at both ends and a site between; tables as text, to be
/// spoilt.
pub(crate) struct County {
    pub(crate) county: String,
    pub(crate) schools: String,
    pub(crate) sections: String,
    pub(crate) blocks: String,
    pub(crate) travel: String,
    pub(crate) sites: String,
    pub(crate) others: Vec<(&'static str, String)>,
}

impl County {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn write(&self, test: &str) -> PathBuf {
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

pub(crate) const ASK: &[&str] = &["plan", "layout", ".", "--stage", "primary"];

pub(crate) fn plan(folder: &Path, options: &[&str]) -> Value {
    let (status, plan) = json(folder, &[ASK, options].concat());
    assert_eq!(status, 0, "{plan}");
    plan
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
fn what_is_built_has_a_standard_number_of_classes() {
    let folder = County::new().write("layout_classes");
    // N in two classes of 20 costs 44, on the line from nothing to 45 places for 50.
    let got = plan(&folder, &["--classes", "4,3,2", "--class-size", "20"]);
    assert_eq!(got["status"], "optimal");
    assert_eq!(number(&got, "objective"), 20.0 + 20.0 + 44.0 + 80.0);
    assert_eq!(open(&got), ["A keep", "B keep", "N 2"]);
    let new = school(&got, "N");
    assert_eq!((number(new, "classes"), number(new, "places")), (2.0, 40.0));
    assert!(school(&got, "A")["classes"].is_null());
    let text = good(
        &folder,
        &[ASK, &["--classes", "2", "--class-size", "20"]].concat(),
    );
    assert!(text.contains("2班"), "{text}");
    // One school alone: no size above its largest row.
    let one = plan(
        &folder,
        &[
            "--classes",
            "3,4,9",
            "--class-size",
            "20",
            "--open-exactly",
            "2",
        ],
    );
    for school in one["schools"].as_array().unwrap() {
        assert!(school["classes"].as_f64().is_none_or(|n| n <= 4.0), "{one}");
    }
    // The class size of the standard: 45 in a primary school.
    let standard = plan(&folder, &["--classes", "1,2"]);
    assert_eq!(open(&standard), ["A keep", "B keep", "N 1"]);
    assert_eq!(number(school(&standard, "N"), "places"), 45.0);
    // Nothing that large fits: N is not built, and that is said.
    let large = plan(&folder, &["--classes", "30"]);
    assert_eq!(open(&large), ["A keep", "B keep"]);
    let notes = large["notes"].to_string();
    assert!(notes.contains("标准班数") && notes.contains('N'), "{notes}");
    for refused in [
        vec!["--classes", "0"],
        vec!["--classes", "12,x"],
        vec!["--class-size", "45"],
        vec!["--classes", "12", "--class-size", "0"],
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
    let boarding = got["boarding"].as_array().unwrap().iter();
    let ids: Vec<_> = boarding
        .clone()
        .map(|b| b["block_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["b1", "b2", "b8", "b9"]);
    assert!(boarding.into_iter().all(|b| number(b, "metres") > 2_000.0));
    let built = school(&got, "N");
    assert_eq!(
        [number(built, "boarders"), number(built, "boarding_places")],
        [40.0, 40.0]
    );
    let options = ["--max-metres", "2000", "--open-exactly", "1", "--out", "o"];
    let text = good(&folder, &[ASK, &options].concat());
    assert!(
        text.contains("寄宿 40/40") && text.contains("须寄宿"),
        "{text}"
    );
    let rows = |name: &str| fs::read_to_string(folder.join("o").join(name)).unwrap();
    assert!(
        rows("sites.csv").contains(",40,40\n"),
        "{}",
        rows("sites.csv")
    );
    assert_eq!(rows("assignment.csv").matches(",是\n").count(), 4);
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

#[test]
fn the_plan_as_tables() {
    let folder = County::new().write("layout_tables");
    let got = plan(&folder, &["--open-exactly", "1", "--out", "o"]);
    let lines = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(folder.join("o").join(name)).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    // Nine villages go to N, six of them from A: the first 4 km away, where they had 0.
    let assignment = lines("assignment.csv");
    assert_eq!(
        assignment.len(),
        1 + got["assignment"].as_array().unwrap().len()
    );
    assert_eq!(assignment[1], "b1,1村,镇1,A,N,N,1,10,0,4000,");
    assert_eq!(
        lines("impact.csv").len(),
        1 + got["impact"].as_array().unwrap().len()
    );
    let sites = lines("sites.csv");
    assert!(sites[1].starts_with("A,东小学,撤并,"), "{sites:?}");
    assert_eq!(sites[3], "N,N,新建,large,,,90,90,1,70,,0,0");
    // Every step before every closure.
    let steps = got["closures"].as_array().unwrap().iter();
    let steps = steps.map(|c| c["steps"].as_array().unwrap().len());
    let hearings = lines("hearings.csv");
    assert_eq!(hearings.len(), 1 + steps.sum::<usize>());
    assert!(hearings.iter().any(|row| row.contains("听证会")));
    assert!(folder.join("o/layout.xlsx").exists());
    // Over the years each row says which.
    plan(
        &folder,
        &["--periods", "2", "--growth", "0", "--out", "years"],
    );
    let years = fs::read_to_string(folder.join("years/sites.csv")).unwrap();
    let last = years.lines().last().unwrap();
    assert!(last.starts_with("2,2027,1,"), "{years}");
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
    let text = good(
        &folder,
        &[ASK, &["--periods", "2", "--growth", "0"]].concat(),
    );
    let text = text.replace("\n  ", "");
    assert!(
        text.contains("第 2 期(2027-2028学年)：学生 90 人，开办 3 处，费用 50 元；新建N"),
        "{text}"
    );
    let one = plan(
        &County::new().write("layout_closes"),
        &["--periods", "2", "--growth", "0", "--open-exactly", "1"],
    );
    for closure in one["closures"].as_array().unwrap() {
        let when = (number(closure, "period"), number(closure, "year"));
        assert_eq!(when, (1.0, 2026.0));
    }
    assert_eq!(one["closures"].as_array().unwrap().len(), 2);
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
    // What stands on top is the most probable scenario of the last year, and so is the county afterwards.
    let periods = got["periods"].as_array().unwrap();
    let last = periods.iter().filter(|p| p["period"] == 2);
    let most = last.max_by(|a, b| number(a, "weight").total_cmp(&number(b, "weight")));
    assert_eq!(most.unwrap()["assignment"], got["assignment"]);
    let ask = ["--periods", "2", "--scenarios", "3", "--applied", "after"];
    let text = good(&folder, &[ASK, &ask].concat());
    assert!(text.contains("最可能的情景"), "{text}");
    let blocks = fs::read_to_string(folder.join("after/blocks.csv")).unwrap();
    for block in got["assignment"].as_array().unwrap() {
        let id = block["block_id"].as_str().unwrap();
        let mut rows = blocks.lines().filter(|l| l.starts_with(&format!("{id},")));
        let school = block["school_id"].as_str().unwrap();
        assert!(
            rows.next().unwrap().contains(&format!(",{school}")),
            "{blocks}"
        );
    }
    // A history that ends two years before the county's: its periods are still 2026 and 2027, and their
    // children grow from those of 2025, whom the forecast knows.
    let history = (2018..=2023)
        .flat_map(|year| {
            let n = 40 - 3 * (year - 2018);
            (1..=6).flat_map(move |grade| ["A", "B"].map(|id| format!("{id},{year},{grade},{n}\n")))
        })
        .fold("school_id,year,grade,students\n".to_owned(), |text, row| {
            text + &row
        });
    county.others.clear();
    county.others.push(("enrolment_history.csv", history));
    let folder = county.write("layout_late_history");
    let (_, f) = json(&folder, &["forecast", ".", "--years", "4"]);
    let of = |year: i64| {
        let rows = f["county"].as_array().unwrap().iter();
        let mut rows = rows.filter(|r| r["grade"] == "all");
        number(rows.find(|r| r["year"] == year).unwrap(), "mean")
    };
    let got = plan(&folder, &["--periods", "2"]);
    for period in got["periods"].as_array().unwrap() {
        let year = period["year"].as_i64().unwrap();
        let students = 90.0 * of(year) / of(2025);
        assert!(
            (number(period, "students") - students).abs() <= 1.0,
            "{period}"
        );
    }
    assert!(got["notes"].to_string().contains("2023"), "{got}");
}
