//! One mistake per pack of `broken/`, each with what is said about it: file, line and sentence.
//!
//! The lines that begin with `#!` are the expectation. A file without a `[pack]` header gets a good
//! one; a pack that loads is laid over `cn-2017-6`.

use std::fs;
use std::path::{Path, PathBuf};

use junheng_core::standard::{Pack, Standard, StandardError};

use crate::packs::pack;

const HEADER: &str = r#"[pack]
id = "broken"
version = "1"
kind = "overlay"
title = { zh = "有错的标准", en = "Broken" }
document = "某文件"
issuer = { zh = "某省", en = "a province" }
valid_from = 2020-01-01
checked_on = 2026-11-22
review_by = 2027-11-30
"#;

fn load(name: &str, text: &str) -> Result<Standard, Vec<StandardError>> {
    let mut files = vec![(name.to_owned(), text.to_owned())];
    if !text.contains("[pack]") {
        files.insert(0, ("pack.toml".to_owned(), HEADER.to_owned()));
    }
    let overlay = Pack::load(&files)?;
    let day = "2026-09-01".parse().unwrap();
    Standard::resolve(&pack("cn-2017-6"), &[&overlay], day, &[])
}

#[test]
fn every_mistake_is_named_with_its_file_and_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/broken");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() > 40);
    let mut wrong = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let want: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("#! ")).collect();
        let have: Vec<String> = match load(&name, &text) {
            Ok(_) => vec!["no mistake found".to_owned()],
            Err(errors) => {
                assert!(errors.iter().all(|e| !e.message.zh.is_empty()), "{name}");
                errors
                    .iter()
                    .map(|e| e.to_string().replace('\n', " "))
                    .collect()
            }
        };
        if want != have {
            let have: Vec<String> = have.iter().map(|h| format!("#! {h}")).collect();
            wrong.push(format!("{name}:\n{}", have.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
