//! One mistake each: a folder of `tests/broken` replaces files of `tests/good`, `without.txt` names
//! those left out, `expected.txt` has the findings. `UPDATE_EXPECT=1` rewrites it.

use std::fs;
use std::path::{Path, PathBuf};

use junheng_core::finding::Finding;
use junheng_core::model::TableId;
use junheng_intake::bundle::read_bundle;
use junheng_intake::check::catalogue;
use junheng_intake::files;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn line(f: &Finding) -> String {
    let sheet = if f.place.sheet.is_empty() {
        String::new()
    } else {
        format!("[{}]", f.place.sheet)
    };
    let row = f.place.row.map_or(String::new(), |r| r.to_string());
    let place = format!("{}{sheet} {}{row}", f.place.file, f.place.column);
    assert!(
        !f.message.en.is_empty() && !f.hint.zh.is_empty() && !f.hint.en.is_empty(),
        "{f:?}"
    );
    let entry =
        catalogue::entry(f.code).unwrap_or_else(|| panic!("{} is not in the catalogue", f.code));
    assert_eq!(entry.severity, f.severity, "{}", f.code);
    format!(
        "{} {} {}\n  {}\n",
        f.severity.id(),
        f.code,
        place.trim(),
        f.message.zh
    )
}

#[test]
fn each_mistake_has_its_findings() {
    let mut names: Vec<PathBuf> = fs::read_dir(folder("broken"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() > 20);
    let mut wrong = Vec::new();
    for case in names {
        let own = files::load(&case).unwrap();
        let without = fs::read_to_string(case.join("without.txt")).unwrap_or_default();
        let mut bundle = files::load(&folder("good")).unwrap();
        bundle.retain(|f| {
            !without.lines().any(|l| l == f.name) && own.iter().all(|o| o.name != f.name)
        });
        bundle.extend(own);
        bundle.sort_by(|a, b| a.name.cmp(&b.name));
        let intake = read_bundle(&bundle, &TableId::ALL);
        let verdict = if intake.refused {
            "refused\n"
        } else {
            "read\n"
        };
        let got: String = std::iter::once(verdict.to_owned())
            .chain(intake.findings.iter().map(line))
            .collect();
        let path = case.join("expected.txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &got).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if got != expected {
            wrong.push(format!(
                "{}\nexpected:\n{expected}got:\n{got}",
                case.display()
            ));
        }
        assert_eq!(intake.refused, intake.snapshot.tables.is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_good_bundle_has_no_findings() {
    let intake = read_bundle(&files::load(&folder("good")).unwrap(), &TableId::ALL);
    assert_eq!(intake.findings, vec![]);
}
