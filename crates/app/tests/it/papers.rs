//! `forms`, `report`, `verify-paper`: files that say what the data say, or a sentence and no file.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Command;

use junheng_intake::files::InputFile;
use junheng_intake::grid::{Grid, Value, read_grids};
use junheng_intake::paper::{self, Content};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::program::{JUNHENG, demo, good, json, real_data, run, scratch, word};

#[test]
fn papers_are_verified_against_their_data() {
    let folder = scratch("verify-paper");
    demo(&folder);
    good(&folder, &["forms", "demo", "--out", "f.xlsx"]);
    let number = "--map-number=浙S(2026)1号";
    good(&folder, &["report", "demo", "--out", "r.docx", number]);
    assert!(word(&folder.join("r.docx")).contains("不作边界依据；审图号：浙S(2026)1号）"));
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
    for file in ["r.docx", "b.pdf"] {
        fs::rename(folder.join(file), folder.join(format!("old-{file}"))).unwrap();
    }
    // A figure changes in the paper: the PDF's bytes, the Word file's numbers.
    good(&folder, &["report", "demo", "--out", "r.docx"]);
    good(
        &folder,
        &["report", "demo", "--kind", "briefing", "--out", "b.pdf"],
    );
    let mut bytes = fs::read(folder.join("b.pdf")).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(folder.join("b.pdf"), &bytes).unwrap();
    edit(&folder.join("r.docx"), "word/document.xml", |text| {
        text.replacen("义务教育", "义务教育（第9稿）", 1)
    });
    for file in ["r.docx", "b.pdf"] {
        let ran = run(&folder, &["verify-paper", file, "--bundle", "demo"]);
        assert_eq!(ran.status, 1, "{file}");
        assert!(ran.err.contains("改动过"), "{}", ran.err);
    }
    fs::write(folder.join("x.docx"), "no paper").unwrap();
    let ran = run(&folder, &["verify-paper", "x.docx", "--bundle", "demo"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("没有评估校验码"), "{}", ran.err);
}

/// Every kind of paper, with each option that changes what it says.
#[test]
fn a_fresh_paper_is_verified_whatever_its_options() {
    let folder = scratch("verify-fresh");
    demo(&folder);
    let evidence = "item,title,file,sha256,expires_on\nG1,布局规划,a.pdf,,2020-01-01\n";
    fs::write(folder.join("e.csv"), evidence).unwrap();
    let reasons = "code,file,sheet,row,column,reason\noutlier,sections.csv,,2,U,新购\n";
    fs::write(folder.join("x.csv"), reasons).unwrap();
    good(&folder, &["report", "--write-templates", "t"]);
    fs::write(folder.join("t/briefing.md"), "# 我县简报\n{verdict}\n").unwrap();
    let plain = ["report", "demo", "--kind", "all", "--out", "plain"];
    good(&folder, &plain);
    let full = [
        "--red-head=X县人民政府文件",
        "--previous=demo",
        "--evidence=e.csv",
        "--explained=x.csv",
        "--template=t",
    ];
    good(&folder, &[&plain[..5], &["full"], &full].concat());
    for made in ["plain", "full"] {
        for entry in fs::read_dir(folder.join(made)).unwrap() {
            let file = entry.unwrap().path();
            let file = file.to_str().unwrap();
            let ran = run(&folder, &["verify-paper", file, "--bundle", "demo"]);
            assert_eq!(ran.status, 0, "{file}: {}", ran.err);
        }
    }
}

#[test]
fn a_paper_by_a_bureaus_own_standard_is_verified_with_it() {
    let folder = scratch("verify-own");
    demo(&folder);
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/staff");
    let report = ["report", "demo", "--kind", "briefing", "--out", "b.docx"];
    good(&folder, &[&report[..], &["--standard", own]].concat());
    let verify = ["verify-paper", "b.docx", "--bundle", "demo"];
    assert_eq!(run(&folder, &verify).status, 2);
    for (standard, status) in [(own, 0), ("cn-2012-3", 1)] {
        let ran = run(&folder, &[&verify[..], &["--standard", standard]].concat());
        assert_eq!(ran.status, status, "{standard}: {}", ran.err);
    }
}

/// Changes a part of an archive.
fn edit(path: &Path, name: &str, change: impl Fn(&str) -> String) {
    let bytes = fs::read(path).unwrap();
    let mut old = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut new = ZipWriter::new(fs::File::create(path).unwrap());
    for index in 0..old.len() {
        let mut part = old.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        let own = part.name().unwrap().into_owned();
        if own == name {
            bytes = change(&String::from_utf8(bytes).unwrap()).into_bytes();
        }
        new.start_file(own, SimpleFileOptions::default()).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.finish().unwrap();
}

#[test]
fn every_paper_in_one_command() {
    let folder = scratch("every-paper");
    demo(&folder);
    good(
        &folder,
        &["report", "demo", "--kind", "all", "--out", "all"],
    );
    let mut made: Vec<String> = fs::read_dir(folder.join("all"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    made.sort();
    assert_eq!(made.len(), 15, "{made:?}");
    // The same bytes as each by itself, whatever ran beside it.
    for file in ["self-evaluation.docx", "review.docx", "briefing.pdf"] {
        let kind = file.split_once('.').unwrap().0;
        good(&folder, &["report", "demo", "--kind", kind, "--out", file]);
        let [one, all] =
            [folder.join(file), folder.join("all").join(file)].map(|path| fs::read(path).unwrap());
        assert!(one == all, "{file}");
    }
}

/// Files may have at most so many blocks, as on a disk that fills up.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_file() {
    let folder = scratch("full-disk");
    demo(&folder);
    fs::write(folder.join("r.docx"), "the old one").unwrap();
    for out in ["r.docx", "r.pdf"] {
        let script = format!(
            "trap '' XFSZ; ulimit -f 8; exec '{JUNHENG}' report demo --kind evidence --out {out}"
        );
        let ran = Command::new("sh")
            .args(["-c", &script])
            .current_dir(&folder)
            .env("LC_ALL", "zh_CN.UTF-8")
            .output()
            .unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(1), "{said}");
        assert!(said.contains("没有写入任何内容"), "{said}");
    }
    let left: BTreeSet<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left, BTreeSet::from(["demo".into(), "r.docx".into()]));
    assert_eq!(fs::read(folder.join("r.docx")).unwrap(), b"the old one");
}

#[test]
fn a_word_file_reads_back_as_the_program_wrote_it() {
    let folder = scratch("word");
    demo(&folder);
    good(
        &folder,
        &["report", "demo", "--kind", "evidence", "--out", "e.docx"],
    );
    let bytes = fs::read(folder.join("e.docx")).unwrap();
    let Content::Word(word) = paper::seal(&bytes).unwrap().content else {
        panic!("a Word file")
    };
    assert!(word.words.iter().any(|(_, t)| t.contains("佐证材料目录")));
    assert!(word.kept.is_some());
}

#[test]
fn a_changed_word_figure_picture_or_cell_is_told() {
    let folder = scratch("verify-changed");
    demo(&folder);
    good(&folder, &["report", "demo", "--out", "r.docx"]);
    good(&folder, &["forms", "demo", "--out", "f.xlsx"]);
    let verify = |file: &str| run(&folder, &["verify-paper", file, "--bundle", "demo"]);
    let changed = |name: &str, file: &str, part: &str, change: &dyn Fn(&str) -> String| {
        fs::copy(folder.join(file), folder.join(name)).unwrap();
        edit(&folder.join(name), part, change);
        let ran = verify(name);
        assert_eq!(ran.status, 1, "{name}");
        ran.err
    };
    let document = "word/document.xml";
    let said = changed("a.docx", "r.docx", document, &|t| {
        t.replace("未达标", "达标")
    });
    assert!(said.contains("第一处不同在"), "{said}");
    // One cell, and words within a paragraph.
    let cell = "<w:jc w:val=\"center\"/></w:pPr><w:r><w:t xml:space=\"preserve\">";
    for (old, new, place) in [
        (
            format!("{cell}达标<"),
            format!("{cell}差<"),
            "列，现写着“差”",
        ),
        ("差异系数标准".to_owned(), "假标准".to_owned(), "假标准"),
    ] {
        let said = changed("w.docx", "r.docx", document, &|t| t.replacen(&old, &new, 1));
        assert!(
            said.contains(place) && !said.contains("图与生成时"),
            "{said}"
        );
    }
    for footer in ["word/footer1.xml", "word/footer2.xml"] {
        let said = changed("w.docx", "r.docx", footer, &|t| {
            t.replace("合成数据，非真实县情", "真实数据")
        });
        assert!(said.contains("页脚被改动过，现写着“真实数据"), "{said}");
    }
    let said = changed("b.docx", "r.docx", document, &|t| {
        t.replacen("r:embed=\"rId7\"", "r:embed=\"rId8\"", 1)
    });
    assert!(said.contains("的第1幅图与生成时不同"), "{said}");
    let custom = "docProps/custom.xml";
    let said = changed("c.docx", "r.docx", custom, &|t| {
        t.replace("junheng-words", "x")
    });
    assert!(said.contains("不能核对"), "{said}");
    let said = changed("d.xlsx", "f.xlsx", "xl/sharedStrings.xml", &|t| {
        t.replace("未达标", "达标")
    });
    assert!(said.contains("按数据应为"), "{said}");
    // What a program does when it saves a file is no change.
    fs::copy(folder.join("r.docx"), folder.join("e.docx")).unwrap();
    edit(&folder.join("e.docx"), document, |t| {
        t.replace("达标", "达</w:t><w:t>标")
    });
    assert_eq!(verify("e.docx").status, 0);
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
    fs::write(folder.join("file"), "").unwrap();
    fs::create_dir(folder.join("folder.docx")).unwrap();
    for arguments in [
        &["forms", "demo", "--out", "none/f.xlsx"][..],
        &[
            "report",
            "demo",
            "--kind",
            "evidence",
            "--out",
            "file/e.pdf",
        ],
        &["report", "demo", "--kind", "all", "--out", "file/all"],
        &[
            "report",
            "demo",
            "--kind",
            "evidence",
            "--out",
            "folder.docx",
        ],
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
    let left: BTreeSet<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    let before = ["demo", "file", "folder.docx"].map(str::to_owned);
    assert_eq!(left, BTreeSet::from(before));
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

/// The paragraphs of a Word file.
fn words(path: &Path) -> String {
    let Content::Word(word) = paper::seal(&fs::read(path).unwrap()).unwrap().content else {
        panic!("a Word file")
    };
    let texts = word.words.into_iter().map(|(_, text)| text);
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn evidence_and_reasons_may_have_chinese_heads_and_none_is_lost() {
    let folder = scratch("said");
    demo(&folder);
    let evidence = "项目编号,材料名称,文件,校验码,有效期至,页码\nG1,布局规划,a.pdf,,2020-01-01,12\nL1,教师名册,,,,3\nZZ,无此项材料,,,,\n";
    fs::write(folder.join("e.csv"), evidence).unwrap();
    let said = "问题代码,文件,行,列,说明\noutlier,nowhere.csv,99,U,不存在的行\n";
    fs::write(folder.join("x.csv"), said).unwrap();
    let report = |kind: &str, option: &str, out: &str| {
        let ran = run(
            &folder,
            &["report", "demo", "--kind", kind, option, "--out", out],
        );
        assert_eq!(ran.status, 0, "{}", ran.err);
        (ran.err, words(&folder.join(out)))
    };
    let (err, text) = report("evidence", "--evidence=e.csv", "e.docx");
    assert!(err.contains("第 4 行") && err.contains("“ZZ”"), "{err}");
    assert!(
        !err.contains("第 2 行") && !err.contains("第 3 行"),
        "{err}"
    );
    let listed = [
        "1. 布局规划（a.pdf，有效期至2020-01-01，已过期）\n",
        "12\n",
        "资源配置",
        "1. 教师名册\n",
        "1. 无此项材料\n",
    ];
    for part in listed {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (err, text) = report("review", "--explained=x.csv", "x.docx");
    assert!(
        err.contains("第 2 行") && err.contains("nowhere.csv 99 U"),
        "{err}"
    );
    assert!(
        text.contains("outlier nowhere.csv 99 U：不存在的行"),
        "{text}"
    );
}

#[test]
fn forms_speak_of_the_same_schools_and_in_their_own_words() {
    let folder = scratch("forms-words");
    demo(&folder);
    let read = |options: &[&str]| {
        good(
            &folder,
            &[&["forms", "demo", "--out", "f.xlsx"], options].concat(),
        );
        let file = InputFile {
            name: "f.xlsx".to_owned(),
            bytes: fs::read(folder.join("f.xlsx")).unwrap(),
        };
        read_grids(&file).0
    };
    let label = |grid: &Grid, row: usize, column: usize| {
        grid.at(row, column).as_label().unwrap_or_default()
    };
    // A kind of school is one of the form's own.
    let mut kinds = 0;
    for grid in read(&["--form", "school"]) {
        for row in (0..grid.rows.len()).filter(|r| label(&grid, *r, 2) == "学校类型") {
            let (options, kind) = (label(&grid, row, 3), label(&grid, row, 4));
            assert!(options.split('/').any(|o| o == kind), "{kind} of {options}");
            kinds += 1;
        }
    }
    assert!(kinds > 0);
    // Each formula has its limits; the whole school is that of compulsory education.
    let county = read(&["--form", "county"]);
    let notes = county.iter().find(|g| g.sheet == "指标计算说明").unwrap();
    let row = |id: &str| {
        let at = (0..notes.rows.len())
            .find(|r| label(notes, *r, 0) == id)
            .unwrap();
        [2, 3].map(|column| label(notes, at, column))
    };
    assert_eq!(row("编号")[1], "达标标准");
    assert_eq!(row("G4"), ["全校义务教育阶段在校生数", "≤2000"]);
    assert!(row("G8")[1].contains("公务员"), "{:?}", row("G8"));
    assert_eq!(row("G9")[1], "≥100%");
    // A vocational school is counted with its students.
    let junior = |grids: &[Grid]| {
        let grid = &grids[0];
        let head = (0..grid.rows.len())
            .find(|r| label(grid, *r, 10) == "L11")
            .unwrap();
        let all = grid.rows.iter().flatten().filter_map(Value::as_label);
        (
            label(grid, head + 1, 10),
            all.filter(|t| t.contains("职业初中")).count(),
        )
    };
    let before = junior(&read(&[]));
    let schools = folder.join("demo/schools.csv");
    let text = fs::read_to_string(&schools).unwrap();
    assert!(text.contains(",311,"), "{text}");
    fs::write(&schools, text.replacen(",311,", ",321,", 1)).unwrap();
    let after = junior(&read(&[]));
    assert_eq!(after.0, before.0);
    assert_eq!(after.1, 1);
}
