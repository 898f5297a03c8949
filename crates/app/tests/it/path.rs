//! `plan path`: its JSON, its files, and what it says of bad input.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{good, json, run, scratch, word};

/// Three primary schools that lack rooms only.
fn county(folder: &Path, costs: &str) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(
        "county.csv",
        "key,value\nname,甲县\nschool_year,2025-2026\nas_of,2025-09-01\n",
    );
    write(
        "schools.csv",
        "school_id,name,kind\nA,甲校,211\nB,乙校,211\nC,丙校,211\n",
    );
    let mut sections = "school_id,stage,students,full_time_teachers,certified_teachers,teachers_above_degree,backbone_teachers,pe_art_teachers,teaching_area_m2,indoor_pe_area_m2,sports_ground_m2,equipment_yuan,multimedia_rooms\n".to_owned();
    for (id, students) in [("A", 100), ("B", 200), ("C", 300)] {
        sections.push_str(&format!(
            "{id},primary,{students},{},{},{},{},{},{},0,{},{},{}\n",
            students / 10,
            students / 10,
            students / 20,
            students / 50,
            students / 50,
            students * 6,
            students * 10,
            students * 3000,
            students / 100
        ));
    }
    write("sections.csv", &sections);
    if !costs.is_empty() {
        write("unit_costs.csv", costs);
    }
}

#[test]
fn a_plan_with_its_proof_and_its_files() {
    let folder = scratch("path");
    county(
        &folder,
        "action,stage,yuan,lead_years,limit\nequip_multimedia_room,primary,10000,0,\n",
    );
    let (status, plan) = json(&folder, &["plan", "path", ".", "--curve", "--prices"]);
    assert_eq!(status, 0);
    assert_eq!(plan["status"], "optimal");
    // The floors are 2, 4 and 6 rooms.
    assert_eq!(
        (&plan["cost_yuan"], &plan["bound_yuan"], &plan["gap"]),
        (&60000.into(), &60000.into(), &0.into())
    );
    let actions = plan["actions"].as_array().unwrap();
    assert_eq!(actions.len(), 3);
    assert_eq!(actions[2]["school_id"], "C");
    assert_eq!(actions[2]["action"], "equip_multimedia_room");
    assert_eq!(
        (
            &actions[2]["amount"],
            &actions[2]["yuan"],
            &actions[2]["year"]
        ),
        (&3.into(), &30000.into(), &2026.into())
    );
    assert_eq!(actions[2]["from_school_id"], Value::Null);
    let verdicts = |state: &str| -> Vec<String> {
        let sections = plan[state]["sections"].as_array().unwrap();
        sections
            .iter()
            .map(|s| s["verdict"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(verdicts("before"), ["not_met"; 3]);
    assert_eq!(verdicts("after"), ["met"; 3]);
    assert_eq!(plan["after"]["variation"].as_array().unwrap().len(), 7);
    assert_eq!(
        (&plan["by_year"][0]["year"], &plan["by_year"][0]["yuan"]),
        (&2026.into(), &60000.into())
    );
    assert_eq!(plan["check"]["passed"], true);
    assert_eq!(plan["curve"].as_array().unwrap().len(), 4);
    assert_eq!(plan["rule_prices"][0]["indicator"], "L7");
    assert_eq!(plan["rule_prices"][0]["saves_yuan"], 60000);

    let said = good(&folder, &["plan", "path", ".", "--out", "out"]);
    assert!(said.contains("6万元") && said.contains("丙校"), "{said}");
    for file in ["path.csv", "path.xlsx", "path.svg", "path.docx"] {
        assert!(
            fs::metadata(folder.join("out").join(file)).unwrap().len() > 200,
            "{file}"
        );
    }
    let page = word(&folder.join("out/path.docx"));
    assert!(
        page.contains("甲县义务教育优质均衡达标路径") && page.contains("需 6万元"),
        "{page}"
    );
    assert!(
        !run(&folder, &["plan", "path", ".", "--lang", "en"])
            .out
            .contains('，')
    );
}

#[test]
fn bad_input_is_a_sentence_and_the_rest_is_planned() {
    let folder = scratch("path-bad");
    // No prices at all: assumed ones, and said so.
    county(&folder, "");
    let (status, plan) = json(&folder, &["plan", "path", "."]);
    assert_eq!((status, &plan["cost_yuan"]), (0, &240_000.into()));
    assert!(plan["notes"][0].as_str().unwrap().contains("unit_costs"));
    // A negative price is a finding of the reader, and the assumed one is taken.
    county(
        &folder,
        "action,stage,yuan\nequip_multimedia_room,primary,-5\n",
    );
    let (status, plan) = json(&folder, &["plan", "path", "."]);
    assert_eq!((status, &plan["cost_yuan"]), (0, &240_000.into()));
    // Nothing to spend: nothing is bought, and each section says why.
    fs::write(folder.join("budgets.csv"), "year,yuan\n2026,0\n").unwrap();
    let (status, plan) = json(&folder, &["plan", "path", "."]);
    assert_eq!(
        (status, &plan["cost_yuan"], &plan["failing_sections"]),
        (0, &0.into(), &3.into())
    );
    assert_eq!(plan["failing"][0]["reason"], "budget");
    // A year before the first, an unknown school, a standard without section rules: usage.
    for options in [
        &["--target-year", "2020"][..],
        &["--school", "nobody"],
        &["--standard", "cn-2012-3"],
    ] {
        let (status, said) = json(&folder, &[&["plan", "path", "."], options].concat());
        assert_eq!(status, 2, "{options:?}");
        assert!(!said["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn a_forecast_of_more_students_costs_more() {
    let folder = scratch("path-forecast");
    county(
        &folder,
        "action,stage,yuan,lead_years,limit\nequip_multimedia_room,primary,10000,0,\n",
    );
    let ask = [
        "plan",
        "path",
        ".",
        "--forecast",
        "--target-year",
        "2027",
        "--horizon",
        "1",
    ];
    // Without a history: said, and planned as it is.
    let (status, plan) = json(&folder, &ask);
    assert_eq!((status, &plan["cost_yuan"]), (0, &60_000.into()));
    assert_eq!(plan["students"], "constant");
    let said = |plan: &Value| plan["notes"].to_string();
    assert!(said(&plan).contains("现状"), "{}", said(&plan));
    // Every grade of 乙校 grows by a tenth a year: 200 students today, more rooms later.
    let mut history = "school_id,year,grade,students\n".to_owned();
    for (id, students, growth) in [("A", 100.0, 1.0), ("B", 200.0, 1.1), ("C", 300.0, 1.0)] {
        for year in 2018..=2025 {
            for grade in 1..=6 {
                let n: f64 = students / 6.0 * f64::powi(growth, year - 2025);
                history.push_str(&format!("{id},{year},{grade},{}\n", n.round()));
            }
        }
    }
    fs::write(folder.join("enrolment_history.csv"), history).unwrap();
    let (status, grown) = json(&folder, &ask);
    assert_eq!((status, &grown["students"]), (0, &"forecast_p90".into()));
    assert_eq!(grown["check"]["passed"], true, "{}", said(&grown));
    assert!(
        grown["cost_yuan"].as_f64() > plan["cost_yuan"].as_f64(),
        "{grown}"
    );
    assert_eq!(grown["failing_sections"], 0);
    let last = grown["by_year"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["year"], &last["met"]), (&2028.into(), &3.into()));
}

/// A province's own rule needs no code: as many misses as its pack tolerates.
#[test]
fn an_overlay_changes_how_many_may_fail() {
    let folder = scratch("path-overlay");
    county(
        &folder,
        "action,stage,yuan,lead_years,limit\nequip_multimedia_room,primary,10000,0,\nbuy_equipment_yuan,primary,1,0,\n",
    );
    // 丙校 lacks equipment too: 5,000 yuan to its floor, 95,000 to its threshold.
    let sections = fs::read_to_string(folder.join("sections.csv")).unwrap();
    let poor = sections.replace(",900000,3\n", ",505000,3\n");
    assert_ne!(poor, sections);
    fs::write(folder.join("sections.csv"), poor).unwrap();
    let overlay = |tolerated: u32| {
        let pack = folder.join(format!("own{tolerated}"));
        fs::create_dir_all(&pack).unwrap();
        let text = format!(
            "[pack]\nid = \"own{tolerated}\"\nversion = \"1\"\nkind = \"overlay\"\narea = [\"99\"]\n\
             title = {{ zh = \"本省\", en = \"Own\" }}\ndocument = \"本省办法\"\n\
             issuer = {{ zh = \"本省\", en = \"Own\" }}\nover = [\"cn-2017-6\"]\n\
             valid_from = 2017-05-23\nchecked_on = 2026-01-01\nreview_by = 2027-01-01\n\
             note = {{ zh = \"试验\", en = \"A trial\" }}\n\n\
             [[section_rule]]\nid = \"R1\"\n\
             title = {{ zh = \"允许{tolerated}项不达标\", en = \"At most {tolerated} fail\" }}\n\
             indicators = [\"L1\", \"L2\", \"L3\", \"L4\", \"L5\", \"L6\", \"L7\"]\n\
             tolerated = {tolerated}\nfloor = 0.85\nfrom = 2017-05-23\nclause = \"本省办法\"\nmark = \"R\"\n"
        );
        fs::write(pack.join("pack.toml"), text).unwrap();
        let name = format!("./own{tolerated}");
        let (status, plan) = json(&folder, &["plan", "path", ".", "--overlay", &name]);
        assert_eq!((status, &plan["status"]), (0, &"optimal".into()), "{plan}");
        assert_eq!(plan["check"]["passed"], true);
        plan["cost_yuan"].as_f64().unwrap()
    };
    // None may fail: 3, 5 and 7 rooms and all the equipment; one: the dearest stays at its floor;
    // two: rooms and equipment both at their floors.
    let rooms = |n: f64| n * 10_000.0;
    assert_eq!(overlay(0), rooms(2.0 + 3.0 + 4.0) + 95_000.0);
    assert_eq!(overlay(1), rooms(1.0 + 2.0 + 4.0) + 5_000.0);
    assert_eq!(overlay(2), rooms(1.0 + 2.0 + 3.0) + 5_000.0);
}

#[test]
fn threads_do_not_change_a_byte() {
    let folder = scratch("path-threads");
    let generate = ["generate", "county", "--schools", "20", "--out", "demo"];
    good(&folder, &generate);
    let ask = |command: &str, more: &[&str], threads: &str| {
        let arguments = [
            &["plan", command, "demo", "--json", "--threads", threads],
            more,
        ];
        good(&folder, &arguments.concat())
    };
    let path = ["--target-year", "2029", "--curve", "--prices"];
    assert_eq!(ask("path", &path, "1"), ask("path", &path, "2"));
    let rotation = ["--itinerant", "--gap", "0.01"];
    assert_eq!(
        ask("rotation", &rotation, "1"),
        ask("rotation", &rotation, "2")
    );
}

/// Ctrl-C or SIGTERM while a plan is made: status 1, a sentence, and nothing written.
#[test]
#[cfg(unix)]
fn an_interrupt_leaves_nothing_behind() {
    use std::process::{Command, Stdio};
    let folder = scratch("path-interrupt");
    let generate = ["generate", "county", "--schools", "120", "--out", "c"];
    good(&folder, &generate);
    for signal in ["-INT", "-TERM"] {
        // The program may be slow to begin where the machine is busy: then a later signal meets it.
        let said = [400, 1_000, 3_000].into_iter().find_map(|millis| {
            let child = Command::new(crate::program::JUNHENG)
                .args(["plan", "rotation", "c", "--out", "o", "--json"])
                .args(["--time-limit", "600"])
                .current_dir(&folder)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            std::thread::sleep(std::time::Duration::from_millis(millis));
            let pid = child.id().to_string();
            let kill = Command::new("kill").args([signal, &pid]).status();
            assert!(kill.unwrap().success());
            let ended = child.wait_with_output().unwrap();
            let left = std::fs::read_dir(&folder).unwrap().count();
            assert_eq!(left, 1, "something was written");
            let asked = ended.status.code() == Some(1);
            asked.then(|| serde_json::from_slice::<Value>(&ended.stdout).unwrap())
        });
        let said = said.unwrap_or_else(|| panic!("no {signal} was answered"));
        assert!(!said["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn a_sum_of_money_is_answered() {
    let folder = scratch("path-yuan");
    county(
        &folder,
        "action,stage,yuan,lead_years,limit\nequip_multimedia_room,primary,10000,0,\n",
    );
    let (status, plan) = json(&folder, &["plan", "path", ".", "--yuan", "35000"]);
    assert_eq!((status, &plan["status"]), (0, &"optimal".into()));
    let told = ["cost_yuan", "failing_sections", "failing_bound"].map(|key| plan[key].as_f64());
    assert_eq!(told, [Some(30_000.0), Some(1.0), Some(1.0)]);
    assert_eq!(
        run(&folder, &["plan", "path", ".", "--yuan", "-1"]).status,
        2
    );
    // A school without students: out, and the rest is planned.
    let sections = fs::read_to_string(folder.join("sections.csv")).unwrap();
    let empty = sections.replace("C,primary,300,", "C,primary,0,");
    fs::write(folder.join("sections.csv"), empty).unwrap();
    let (status, plan) = json(&folder, &["plan", "path", "."]);
    assert_eq!((status, &plan["cost_yuan"]), (0, &30_000.into()));
}
