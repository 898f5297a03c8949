//! Each command of the contract by an example: exit status, files, JSON.

use std::fs;
use std::path::Path;

use junheng_core::finding::{Finding, Severity};
use junheng_core::model::TableId;
use junheng_intake::{bundle, files, grid};
use serde_json::{Value, json as value};

use crate::program::{demo, good, json, run, scratch};

fn ids<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    let list = list.as_array().unwrap();
    list.iter().map(|x| x[key].as_str().unwrap()).collect()
}

#[test]
fn template_opens_and_reads_back() {
    let folder = scratch("template");
    let (status, said) = json(&folder, &["template", "--out", "t.xlsx"]);
    assert_eq!((status, &said["written"][0]), (0, &Value::from("t.xlsx")));
    let intake = bundle::read_path(&folder.join("t.xlsx"), &TableId::ALL);
    assert!(!intake.refused, "{:?}", intake.findings);
    assert_eq!(intake.snapshot.rows(TableId::Schools), 0);
    // The example rows are skipped with a note, and nothing is wrong with an unfilled template.
    let severe = |f: &Finding| f.severity != Severity::Note;
    assert!(!intake.findings.iter().any(severe), "{:?}", intake.findings);
    assert!(!intake.findings.is_empty());
}

#[test]
fn check_lists_what_it_finds() {
    let folder = scratch("check");
    fs::write(
        folder.join("county.csv"),
        "key,value\ncode,33018\nname,甲县\n",
    )
    .unwrap();
    fs::write(
        folder.join("schools.csv"),
        "school_id,name,kind\nA,甲,211\n",
    )
    .unwrap();
    fs::write(
        folder.join("sections.csv"),
        "school_id,stage,students,classes,full_time_teachers\nA,primary,about 90,2,5\n",
    )
    .unwrap();
    let (status, found) = json(&folder, &["check", "."]);
    assert_eq!(status, 0);
    let findings = found["findings"].as_array().unwrap();
    let find = |code: &str| {
        let found = findings.iter().find(|f| f["code"] == code);
        found.unwrap_or_else(|| panic!("{code}: {findings:?}"))
    };
    let number = find("not_a_number");
    assert_eq!(number["file"], "sections.csv");
    assert_eq!(
        (&number["row"], &number["column"]),
        (&Value::from(2), &Value::from("C"))
    );
    assert_eq!(number["severity"], "error");
    assert_eq!(find("bad_county_code")["file"], "county.csv");
}

#[test]
fn marked_copies_are_workbooks_and_originals_stay() {
    let folder = scratch("marked");
    let out = [
        "generate",
        "county",
        "--schools",
        "12",
        "--flaws",
        "--out",
        "c",
    ];
    good(&folder, &out);
    let before = fs::read(folder.join("c/sections.csv")).unwrap();
    good(&folder, &["check", "c", "--marked", "marked"]);
    assert_eq!(fs::read(folder.join("c/sections.csv")).unwrap(), before);
    let mut copies = 0;
    for file in files::load(&folder.join("marked")).unwrap() {
        let (grids, findings) = grid::read_grids(&file);
        assert!(!grids.is_empty(), "{findings:?}");
        copies += 1;
    }
    assert!(copies >= 3, "{copies}");
}

#[test]
fn check_against_last_year() {
    let folder = scratch("previous");
    for (year, out) in [("2024", "a"), ("2025", "b")] {
        good(
            &folder,
            &[
                "generate",
                "county",
                "--schools",
                "20",
                "--year",
                year,
                "--out",
                out,
            ],
        );
    }
    let text = fs::read_to_string(folder.join("b/sections.csv")).unwrap();
    let mut rows: Vec<Vec<String>> = text
        .lines()
        .map(|l| l.split(',').map(str::to_owned).collect())
        .collect();
    let students = rows[0].iter().position(|h| h == "students").unwrap();
    rows[1][students] = "9000".to_owned();
    let text: Vec<String> = rows.iter().map(|r| r.join(",")).collect();
    fs::write(folder.join("b/sections.csv"), text.join("\n")).unwrap();
    let (_, found) = json(&folder, &["check", "b", "--previous", "a"]);
    let jumps = |f: &&Value| f["code"].as_str().unwrap().contains("jump") && f["row"] == 2;
    assert!(
        found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| jumps(&f)),
        "{found}"
    );
}

#[test]
fn evaluate_gives_the_fields_of_the_contract() {
    let folder = scratch("evaluate");
    demo(&folder);
    let (status, e) = json(&folder, &["evaluate", "demo"]);
    assert_eq!(status, 0);
    assert_eq!(e["standard"]["id"], "cn-2017-6");
    assert_eq!(e["verdict"], "not_met");
    assert_eq!(e["input"]["sha256"].as_str().unwrap().len(), 64);
    assert!(e["missing"].as_array().unwrap().is_empty());
    let items = ids(&e["items"], "id");
    for id in [
        "R1",
        "R2",
        "E1",
        "E5",
        "G1",
        "G15",
        "Q1",
        "Q9",
        "S1",
        "S2",
        "falsified_data",
    ] {
        assert!(items.contains(&id), "{id}");
    }
    let section = &e["sections"][0];
    for key in [
        "school_id",
        "name",
        "stage",
        "in_scope",
        "students",
        "verdict",
    ] {
        assert!(!section[key].is_null(), "{key}");
    }
    assert_eq!(
        ids(&section["indicators"], "id"),
        ["L1", "L2", "L3", "L4", "L5", "L6", "L7"]
    );
    assert_eq!(e["variation"].as_array().unwrap().len(), 14);
    let cv = &e["variation"][0];
    for key in ["mean", "sd", "cv", "limit"] {
        assert!(cv[key].is_f64(), "{key}");
    }
}

#[test]
fn standards_and_overlays() {
    let folder = scratch("standards");
    demo(&folder);
    let (_, all) = json(&folder, &["standards"]);
    let packs = ids(&all["standards"], "id");
    assert!(packs.contains(&"cn-2017-6") && packs.contains(&"cn-2012-3"));
    for lang in ["zh", "en"] {
        for id in &packs {
            let book = good(&folder, &["standards", id, "--lang", lang]);
            assert!(book.lines().count() > 15, "{id}");
        }
    }
    let (_, e) = json(&folder, &["evaluate", "demo", "--standard", "cn-2012-3"]);
    assert_eq!(e["standard"]["id"], "cn-2012-3");
    assert!(e["variation"][0]["limit"].is_null());
    assert_eq!(e["composite"].as_array().unwrap().len(), 2);
    let (_, e) = json(&folder, &["evaluate", "demo", "--overlay", "class-size"]);
    assert!(e["standard"]["overlays"].to_string().contains("class-size"));
    let (status, refused) = json(&folder, &["evaluate", "demo", "--standard", "nowhere"]);
    assert_eq!((status, refused["error"].as_str()), (2, Some("usage")));
}

#[test]
fn explain_reaches_the_cells() {
    let folder = scratch("explain");
    demo(&folder);
    let (_, e) = json(&folder, &["evaluate", "demo"]);
    let failing = e["sections"].as_array().unwrap().iter();
    let failing = failing
        .filter(|s| s["verdict"] == "not_met")
        .collect::<Vec<_>>();
    let section = failing[0];
    let bad = section["indicators"].as_array().unwrap().iter();
    let bad = bad.clone().find(|i| i["verdict"] == "not_met").unwrap();
    let place = [
        "explain",
        "demo",
        "--item",
        bad["id"].as_str().unwrap(),
        "--school",
        section["school_id"].as_str().unwrap(),
        "--stage",
        section["stage"].as_str().unwrap(),
    ];
    let (status, why) = json(&folder, &place);
    assert_eq!(status, 0);
    let text = why.to_string();
    assert!(
        text.contains("sections.csv") && text.contains("教督〔2017〕6号"),
        "{text}"
    );
    assert!(text.contains(&bad["value"].to_string()), "{text}");
    let shown = good(&folder, &place);
    assert!(shown.contains("← sections.csv"), "{shown}");
    // A figure that the indicators rest on, without them.
    let mut figure = place;
    figure[3] = "students";
    let (_, students) = json(&folder, &figure);
    assert_eq!(students["explanation"]["value"], section["students"]);
    assert!(
        !students["explanation"]["cells"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        run(&folder, &["explain", "demo", "--item", "L99"]).status,
        2
    );
}

#[test]
fn compare_names_the_one_edited_cell() {
    let folder = scratch("compare");
    demo(&folder);
    crate::program::copy(&folder.join("demo"), &folder.join("after"));
    let (_, e) = json(&folder, &["evaluate", "demo"]);
    let sections = e["sections"].as_array().unwrap();
    let passing = sections
        .iter()
        .find(|s| s["verdict"] == "met" && s["students"].as_f64() > Some(300.0))
        .unwrap();
    let (id, stage) = (
        passing["school_id"].as_str().unwrap(),
        passing["stage"].as_str().unwrap(),
    );
    let path = folder.join("after/sections.csv");
    let text = fs::read_to_string(&path).unwrap();
    let edit = |text: &str, column: &str, value: &str| {
        let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let at = head.iter().position(|h| *h == column).unwrap();
        let edited = text.lines().map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if cells[0] == id && cells[1] == stage {
                cells[at] = value;
            }
            cells.join(",")
        });
        edited.collect::<Vec<_>>().join("\n")
    };
    let text = edit(&text, "equipment_yuan", "1000");
    fs::write(&path, &text).unwrap();
    let (status, c) = json(&folder, &["compare", "demo", "after"]);
    assert_eq!(status, 0);
    let changes = c["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["field"], "equipment_yuan");
    let turned = c["turned"].as_array().unwrap();
    let section = turned
        .iter()
        .find(|t| t["kind"] == "section" && t["school_id"] == id)
        .unwrap_or_else(|| panic!("{turned:?}"));
    assert_eq!(
        (&section["from"], &section["to"]),
        (&Value::from("met"), &Value::from("not_met"))
    );
    assert_eq!(section["because"].as_array().unwrap().len(), 1, "{section}");
    assert!(good(&folder, &["compare", "demo", "after"]).contains("仅此一项变化"));
    // Two changes that each turn it are both named, though taking one back restores nothing.
    fs::write(&path, edit(&text, "teaching_area_m2", "10")).unwrap();
    let (_, c) = json(&folder, &["compare", "demo", "after"]);
    let turned = c["turned"].as_array().unwrap().iter();
    let section = turned
        .clone()
        .find(|t| t["kind"] == "section" && t["school_id"] == id)
        .unwrap();
    assert_eq!(
        (&section["because"], &section["alone"]),
        (&value!([0, 1]), &Value::from(true))
    );
    let (_, same) = json(&folder, &["compare", "demo", "demo"]);
    assert!(same["changes"].as_array().unwrap().is_empty());
}

#[test]
fn compare_names_what_was_counted_from_a_list() {
    let folder = scratch("compare_lists");
    let county = "key,value\ncode,330182\nschool_year,2025-2026\n";
    let schools = "school_id,name,kind\nA,甲,211\nB,乙,211\n";
    let sections = "school_id,stage,students,certified_teachers\nA,primary,80,9\nB,primary,80,9\n";
    let classes = |last: u32| {
        format!(
            "school_id,stage,grade,class,students\nA,primary,1,1,40\nA,primary,1,2,40\nB,primary,1,1,40\nB,primary,1,2,{last}\n"
        )
    };
    for (name, last) in [("before", 45), ("after", 46)] {
        let folder = folder.join(name);
        fs::create_dir(&folder).unwrap();
        for (file, text) in [
            ("county.csv", county),
            ("schools.csv", schools),
            ("sections.csv", sections),
            ("classes.csv", &classes(last)),
        ] {
            fs::write(folder.join(file), text).unwrap();
        }
    }
    let (_, c) = json(&folder, &["compare", "before", "after"]);
    let changes = c["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["field"], "largest_class");
    let turned = c["turned"].as_array().unwrap();
    let of = |kind: &str| turned.iter().find(|t| t["kind"] == kind).unwrap();
    assert_eq!(of("item")["id"], "G5");
    assert_eq!(of("item")["because"], value!([0]));
    assert_eq!(of("county")["because"], value!([0]));
}

#[test]
fn import_and_mapping() {
    let folder = scratch("import");
    let rows = "学校标识码,学校名称,类型,在校生,班数\n2133000001,甲小学,小学,120,6\n2133000002,乙小学,小学,80,6\n";
    fs::write(folder.join("list.csv"), rows).unwrap();
    good(&folder, &["mapping", "list.csv", "--out", "draft.toml"]);
    let draft = fs::read_to_string(folder.join("draft.toml")).unwrap();
    assert!(draft.contains("学校标识码"), "{draft}");
    let mapping = "[county]\ncode = \"330182\"\nname = \"甲县\"\nschool_year = \"2025-2026\"\n\
        [[source]]\nfiles = \"list.csv\"\ntable = \"schools\"\n[source.columns]\n\
        school_id = \"学校标识码\"\nname = \"学校名称\"\nkind = { column = \"类型\", map = { \"小学\" = \"211\" } }\n\
        [[source]]\nfiles = \"list.csv\"\ntable = \"sections\"\n[source.columns]\n\
        school_id = \"学校标识码\"\nstage = { value = \"primary\" }\nstudents = \"在校生\"\nclasses = \"班数\"\n";
    fs::write(folder.join("m.toml"), mapping).unwrap();
    let import = [
        "import",
        "list.csv",
        "--mapping",
        "m.toml",
        "--out",
        "county",
    ];
    let (status, _) = json(&folder, &import);
    assert_eq!(status, 0);
    let (_, e) = json(&folder, &["evaluate", "county"]);
    assert_eq!(e["sections"].as_array().unwrap().len(), 2);
    let item = |id: &str| {
        let items = e["items"].as_array().unwrap();
        items.iter().find(|i| i["id"] == id).unwrap()["verdict"].clone()
    };
    assert_eq!(
        (item("G4"), item("R1")),
        ("met".into(), "undetermined".into())
    );
    // The same without a copy on disk, and a mapping that is not there.
    let (_, direct) = json(&folder, &["evaluate", "list.csv", "--mapping", "m.toml"]);
    assert_eq!(direct["verdict"], e["verdict"]);
    assert_eq!(
        run(
            &folder,
            &["import", "list.csv", "--mapping", "no.toml", "--out", "x"]
        )
        .status,
        2
    );
    assert!(!folder.join("x").exists());
}

#[test]
fn fields_are_those_of_the_reader() {
    let folder = scratch("fields");
    let (_, fields) = json(&folder, &["fields"]);
    let fields = fields["fields"].as_array().unwrap();
    let students = fields
        .iter()
        .find(|f| f["table"] == "sections" && f["id"] == "students")
        .unwrap();
    assert_eq!(students["title"], "在校生数");
    assert!(good(&folder, &["fields"]).contains("在校生数"));
}

#[test]
fn completions_for_each_shell() {
    let folder = scratch("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = good(&folder, &["completions", shell]);
        assert!(
            script.contains("evaluate") && script.contains("overlay"),
            "{shell}"
        );
    }
    assert_eq!(run(&folder, &["completions", "cmd"]).status, 2);
}

#[test]
fn refused_input_is_status_3_with_all_reasons_and_one_document() {
    let folder = scratch("refused");
    fs::write(folder.join("sections.csv"), "school_id,stage\nA,primary\n").unwrap();
    for command in ["check", "evaluate"] {
        let (status, said) = json(&folder, &[command, "."]);
        assert_eq!((status, said["error"].as_str()), (3, Some("refused")));
        let codes = ids(&said["findings"], "code");
        assert!(codes.len() >= 2, "{codes:?}");
    }
    assert_eq!(json(&folder, &["explain", ".", "--item", "R1"]).0, 3);
    assert_eq!(json(&folder, &["compare", ".", "."]).0, 3);
    assert_eq!(json(&folder, &["evaluate", "missing"]).0, 3);
}

#[test]
fn unwritable_out_is_a_sentence_and_no_half_file() {
    let folder = scratch("unwritable");
    fs::write(folder.join("file"), "").unwrap();
    for out in ["no/such/t.xlsx", "file/t.xlsx"] {
        let ran = run(&folder, &["template", "--out", out]);
        assert_eq!(ran.status, 1, "{out}: {}", ran.err);
        assert!(
            ran.err.contains(out) && ran.err.contains("没有写入"),
            "{}",
            ran.err
        );
        assert_eq!(json(&folder, &["template", "--out", out]).0, 1);
    }
    let into_file = ["generate", "county", "--schools", "3", "--out", "file"];
    assert_eq!(run(&folder, &into_file).status, 1);
    let left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left, ["file"]);
    assert_eq!(fs::read(Path::new(&folder).join("file")).unwrap(), b"");
}

#[test]
fn a_county_that_was_not_made_up_is_not_overwritten() {
    let folder = scratch("overwrite");
    let generate = ["generate", "county", "--schools", "3", "--out", "c"];
    assert_eq!(run(&folder, &generate).status, 0);
    assert_eq!(run(&folder, &generate).status, 0);
    let own = "key,value\ncode,330182\n";
    fs::write(folder.join("c/county.csv"), own).unwrap();
    let ran = run(&folder, &generate);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("不是合成的"), "{}", ran.err);
    assert_eq!(
        fs::read_to_string(folder.join("c/county.csv")).unwrap(),
        own
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = scratch("same");
    demo(&folder);
    for arguments in [
        &["evaluate", "demo", "--json"][..],
        &["evaluate", "demo"],
        &["check", "demo", "--json"],
        &["explain", "demo", "--item", "R2", "--json"],
    ] {
        assert_eq!(
            good(&folder, arguments),
            good(&folder, arguments),
            "{arguments:?}"
        );
    }
    let timed = json(&folder, &["evaluate", "demo", "--timing"]).1;
    assert!(timed["seconds"].as_f64().unwrap() < 60.0);
}
