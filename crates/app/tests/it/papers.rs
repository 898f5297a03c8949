//! `forms`, `report`, `verify-paper`: files that say what the data say, or a sentence and no file.

use std::fs;

use junheng_intake::paper;

use crate::program::{demo, good, json, real_data, run, scratch};

#[test]
fn papers_are_verified_against_their_data() {
    let folder = scratch("verify-paper");
    demo(&folder);
    good(&folder, &["forms", "demo", "--out", "f.xlsx"]);
    good(&folder, &["report", "demo", "--out", "r.docx"]);
    good(
        &folder,
        &["report", "demo", "--kind", "briefing", "--out", "b.pdf"],
    );
    for file in ["f.xlsx", "r.docx", "b.pdf"] {
        let (status, said) = json(&folder, &["verify-paper", file, "--bundle", "demo"]);
        assert_eq!((status, &said["verified"]), (0, &true.into()), "{file}");
    }
    // A figure changes in the data.
    let sections = folder.join("demo/sections.csv");
    let text = fs::read_to_string(&sections).unwrap();
    let students = text
        .lines()
        .next()
        .unwrap()
        .split(',')
        .position(|h| h == "students")
        .unwrap();
    let line = text.lines().nth(1).unwrap();
    let mut cells: Vec<&str> = line.split(',').collect();
    let more = format!("{}1", cells[students]);
    cells[students] = &more;
    fs::write(&sections, text.replacen(line, &cells.join(","), 1)).unwrap();
    for file in ["f.xlsx", "r.docx", "b.pdf"] {
        let ran = run(&folder, &["verify-paper", file, "--bundle", "demo"]);
        assert_eq!(ran.status, 1, "{file}");
        assert!(ran.err.contains("不一致"), "{}", ran.err);
    }
    fs::write(folder.join("x.docx"), "no paper").unwrap();
    let ran = run(&folder, &["verify-paper", "x.docx", "--bundle", "demo"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("没有评估校验码"), "{}", ran.err);
}

#[test]
fn a_word_file_reads_back_as_the_program_wrote_it() {
    let folder = scratch("word");
    demo(&folder);
    good(
        &folder,
        &["report", "demo", "--kind", "evidence", "--out", "e.docx"],
    );
    let seal = paper::seal(&fs::read(folder.join("e.docx")).unwrap()).unwrap();
    let text = seal.text.unwrap();
    assert!(text.contains("佐证材料目录"), "{text}");
    assert_eq!(seal.numbers.unwrap(), junheng_paper::seal::numbers(&text));
}

#[test]
fn templates_can_be_changed_and_a_broken_one_is_named() {
    let folder = scratch("templates");
    demo(&folder);
    good(&folder, &["report", "--write-templates", "t"]);
    let file = folder.join("t/briefing.md");
    fs::write(&file, "# 我县简报\n{verdict}\n").unwrap();
    let arguments = [
        "report",
        "demo",
        "--kind",
        "briefing",
        "--template",
        "t",
        "--out",
        "b.docx",
    ];
    good(&folder, &arguments);
    fs::write(&file, "# 我县简报\n\n{verdcit}\n@chart\n").unwrap();
    let ran = run(&folder, &[&arguments[..7], &["c.docx"]].concat());
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("briefing.md:3") && ran.err.contains("{verdcit}"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("briefing.md:4"), "{}", ran.err);
    assert!(!folder.join("c.docx").exists());
    let ran = run(
        &folder,
        &["report", "demo", "--template", "none", "--out", "c.docx"],
    );
    assert_eq!(ran.status, 2, "{}", ran.err);
}

#[test]
fn no_half_file() {
    let folder = scratch("no-half-file");
    demo(&folder);
    for arguments in [
        &["forms", "demo", "--out", "none/f.xlsx"][..],
        &[
            "report",
            "demo",
            "--kind",
            "evidence",
            "--out",
            "none/e.docx",
        ],
    ] {
        let ran = run(&folder, arguments);
        assert_eq!(ran.status, 1, "{}", ran.err);
        assert!(ran.err.contains("没有写入任何内容"), "{}", ran.err);
    }
    for arguments in [
        &["forms", "demo", "--out", "f.csv"][..],
        &["report", "demo", "--out", "r.txt"],
        &["report", "demo", "--kind", "poem", "--out", "r.docx"],
        &[
            "forms",
            "demo",
            "--standard",
            "cn-2012-3",
            "--out",
            "f.xlsx",
        ],
    ] {
        assert_eq!(run(&folder, arguments).status, 2, "{arguments:?}");
    }
    let left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left, ["demo"]);
}

#[test]
fn a_real_county_has_papers() {
    let Some(data) = real_data() else { return };
    let folder = scratch("real-papers");
    let mapping = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/mapping/jiande.toml"
    );
    let county = data.join("county-330182");
    let county = county.to_str().unwrap();
    for (command, file) in [("forms", "f.xlsx"), ("report", "r.docx")] {
        good(
            &folder,
            &[command, county, "--mapping", mapping, "--out", file],
        );
        assert!(paper::seal(&fs::read(folder.join(file)).unwrap()).is_some());
    }
}
